//! The fear: modification indices that miss what lavaan 0.6-14 would free, or differ from its
//! numbers. `fixtures/sem/modindices.R` made the fixtures.

#![allow(clippy::unwrap_used)]

mod sem_ordered_answers;
mod sem_reference;

use std::path::Path;

use lab::data::Table;
use lab::model::{GroupEqual, Parameterization};
use lab::sem::{Estimator, FitOptions};
use sem_ordered_answers::{answers, items};
use sem_reference::{fitted, folder, note, table};

const THREE: &str = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9";
const TWO: &str = "textual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9";
const CHAIN: &str = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\ntextual ~ visual + age\n\
    x9 ~ textual + girl\nx8 ~ x9 + age";
const DEMOCRACY: &str = "ind60 =~ x1 + x2 + x3\ndem60 =~ y1 + y2 + y3 + y4\n\
    dem65 =~ y5 + y6 + y7 + y8\ndem60 ~ ind60\ndem65 ~ ind60 + dem60\ny1 ~~ y5\ny2 ~~ y4 + y6";

/// The classic data as measured, with covariates.
fn continuous() -> Table {
    let mut columns = answers();
    columns.retain(|(name, _)| !name.starts_with('x'));
    for (name, _) in &mut columns {
        if let Some(number) = name.strip_prefix('c') {
            *name = format!("x{number}");
        }
    }
    Table::from_columns(columns)
}

/// The same with the items cut into categories.
fn ordered() -> Table {
    Table::from_columns(answers())
}

fn options(estimator: &str) -> FitOptions {
    FitOptions { estimator: Estimator::named(estimator), ..FitOptions::default() }
}

fn of_items(from: usize) -> FitOptions {
    FitOptions { ordered: items()[from..].to_vec(), ..FitOptions::default() }
}

fn grouped(base: FitOptions, equal: &[GroupEqual]) -> FitOptions {
    FitOptions { group: Some("school".to_owned()), equal: equal.to_vec(), ..base }
}

fn check(model: &str, table: &Table, options: &FitOptions, name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join(format!("tests/fixtures/sem/mi_{name}.csv"));
    check_file(model, table, options, &format!("mi_{name}"), &path, 0.0);
}

/// Compares with a file that holds every index above `least`.
fn check_file(
    model: &str,
    table: &Table,
    options: &FitOptions,
    name: &str,
    path: &Path,
    least: f64,
) {
    let fit = fitted(model, table, options);
    let mut found = fit.modifications();
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|known| known == name);
    let (group, numbers) = (column("group"), column("mi").unwrap());
    let mut wrong = Vec::new();
    for record in reader.records() {
        let record = record.unwrap();
        let number = |at: usize| match (at, group) {
            (3, None) => 1.0,
            (3, Some(group)) => record[group].parse::<f64>().unwrap_or(f64::NAN),
            (at, _) => record[numbers + at - 4].parse::<f64>().unwrap_or(f64::NAN),
        };
        let same = |m: &lab::sem::Modification| {
            let forward = m.lhs == record[0] && m.rhs == record[2];
            let backward = &record[1] == "~~" && m.lhs == record[2] && m.rhs == record[0];
            m.op.as_str() == &record[1] && (forward || backward) && m.group as f64 == number(3)
        };
        let written = format!("{}{}{}.g{}", &record[0], &record[1], &record[2], number(3));
        let Some(at) = found.iter().position(same) else {
            wrong.push(format!("{name}: {written} is missing ({})", number(4)));
            continue;
        };
        let got = found.remove(at);
        // An index that is rounding of zero says nothing of a change.
        if number(4).abs() < 1e-8 && got.index.abs() < 1e-8 {
            continue;
        }
        let numbers = [got.index, got.change, got.change_std_lv, got.change_std_all];
        for (at, got) in numbers.into_iter().enumerate() {
            let expected = number(4 + at);
            // lavaan's estimates have some five digits; an index squares a small gradient.
            let wide = 1e-4_f64.max(1e-3 * expected.abs());
            note(name, got, expected, wide, "");
            if (got - expected).abs() > wide {
                wrong.push(format!("{name}: {written} column {at} {got:.6} not {expected:.6}"));
            }
        }
    }
    for left in found.iter().filter(|m| m.index > 1e-8 + least) {
        wrong.push(format!(
            "{name}: {}{}{}.g{} is no candidate of lavaan ({})",
            left.lhs,
            left.op.as_str(),
            left.rhs,
            left.group,
            left.index
        ));
    }
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn structural_models() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/sem");
    let democracy = table(&path.join("political_democracy.csv"));
    check(DEMOCRACY, &democracy, &FitOptions::default(), "democracy");
    let means = FitOptions { means: Some(true), ..options("MLR") };
    check(DEMOCRACY, &democracy, &means, "democracy_means");
    let data = continuous();
    check(CHAIN, &data, &FitOptions::default(), "chain");
    let means = FitOptions { means: Some(true), ..FitOptions::default() };
    check(CHAIN, &data, &means, "chain_means");
    check("x4 ~ x1 + age\nx7 ~ x4\nx9 ~ x7 + x4", &data, &FitOptions::default(), "path");
    let second = format!("{THREE}\ng =~ visual + textual + speed");
    check(&second, &data, &FitOptions::default(), "second_order");
}

#[test]
fn groups_least_squares_and_constraints() {
    use GroupEqual::{Intercepts, Loadings};
    let data = continuous();
    check(THREE, &data, &grouped(FitOptions::default(), &[Loadings]), "metric");
    check(TWO, &data, &grouped(FitOptions::default(), &[Loadings, Intercepts]), "scalar");
    check(TWO, &data, &options("ULS"), "uls");
    check(TWO, &data, &options("GLS"), "gls");
    let tied = "visual =~ x1 + a*x2 + b*x3\ntextual =~ x4 + x5 + x6\na == b";
    check(tied, &data, &FitOptions::default(), "constrained");
}

#[test]
fn ordered_answers() {
    use GroupEqual::{Loadings, Thresholds};
    let data = ordered();
    check(THREE, &data, &of_items(0), "ordered");
    let theta = FitOptions { parameterization: Parameterization::Theta, ..of_items(3) };
    check(TWO, &data, &theta, "ordered_theta");
    check(TWO, &data, &grouped(of_items(3), &[Loadings, Thresholds]), "ordered_scalar");
    let given = format!("{THREE}\nvisual ~ age + girl\ntextual ~ age + girl + visual\nx9 ~ girl");
    check(&given, &data, &of_items(0), "ordered_given");
}

#[test]
fn ordered_and_continuous_answers() {
    let names = ["x1", "x2", "x3", "x4", "x5", "x6"].map(str::to_owned);
    let mixed = FitOptions { ordered: names.to_vec(), ..FitOptions::default() };
    check(CHAIN, &ordered(), &mixed, "ordered_mixed");
}

#[test]
fn the_references_of_the_classic_models() {
    let Some(folder) = folder() else { return };
    let file = |name: &str| folder.join(format!("ref/{name}_modindices.csv"));
    let (hs, pd) = ("hs_cfa_ml", "pd_sem_ml");
    let options = FitOptions::default();
    check_file(THREE, &continuous(), &options, &format!("{hs}_modindices"), &file(hs), 0.0);
    let democracy = table(&folder.join("data/political_democracy.csv"));
    let model = "ind60 =~ x1 + x2 + x3\ndem60 =~ y1 + y2 + y3 + y4\n\
        dem65 =~ y5 + y6 + y7 + y8\ndem60 ~ ind60\ndem65 ~ ind60 + dem60\ny1 ~~ y5\n\
        y2 ~~ y4 + y6\ny3 ~~ y7\ny4 ~~ y8\ny6 ~~ y8";
    check_file(model, &democracy, &options, &format!("{pd}_modindices"), &file(pd), 0.0);
}
