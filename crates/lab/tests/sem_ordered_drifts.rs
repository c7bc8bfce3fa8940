//! The fear: ordered answers with covariates, mixed kinds, other scales or groups that drift from
//! lavaan 0.6-14. The fixtures hold lavaan's numbers; `fixtures/sem/ordered.R` made them.

#![allow(clippy::unwrap_used)]

mod sem_ordered_answers;
mod sem_reference;

use std::path::{Path, PathBuf};

use lab::data::Table;
use lab::model::{GroupEqual, Parameterization};
use lab::sem::{Estimator, Fit, FitOptions, Missing};
use sem_ordered_answers::{answers, items};
use sem_reference::{differences, fitted};

const THREE: &str = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9";
const MIMIC: &str = "visual ~ age + girl\ntextual ~ age + girl + visual\nx9 ~ girl";
const MIXED: &str = "visual =~ x1 + x2 + x3\ntextual =~ x4 + c5 + c6\nvisual ~ age + girl\n\
    textual ~ a*visual + age\nc7 ~ b*textual + visual + girl\nb9 ~ textual + age\nind := a*b";

fn data() -> Table {
    Table::from_columns(answers())
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sem")
}

fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn options(estimator: &str, ordered: Vec<String>) -> FitOptions {
    FitOptions { estimator: Estimator::named(estimator), ordered, ..FitOptions::default() }
}

fn check(model: &str, options: &FitOptions, name: &str) -> Fit {
    let mut fit = fitted(model, &data(), options);
    let found = differences(&mut fit, &fixtures(), name, &[]);
    assert!(found.is_empty(), "{} differences\n{}", found.len(), found.join("\n"));
    fit
}

#[test]
fn covariates_of_ordered_answers() {
    let model = format!("{THREE}\n{MIMIC}");
    for estimator in ["wlsmv", "ulsmv", "dwls", "uls", "wls", "wlsm", "wlsmvs"] {
        check(&model, &options(estimator, items()), &format!("ordered_mimic_{estimator}"));
    }
}

#[test]
fn ordered_and_continuous_responses_with_covariates() {
    let ordered = named(&["x1", "x2", "x3", "x4", "b9"]);
    for estimator in ["wlsmv", "wls", "ulsmv"] {
        let name = format!("ordered_mixed_{estimator}");
        check(MIXED, &options(estimator, ordered.clone()), &name);
    }
}

fn theta(estimator: &str, ordered: Vec<String>) -> FitOptions {
    FitOptions { parameterization: Parameterization::Theta, ..options(estimator, ordered) }
}

#[test]
fn scales_from_residuals() {
    let path = "b1 ~ age + girl\nx4 ~ b1 + c2 + age\nb9 ~ x4 + b1\nc7 ~ x4 + girl\nb9 ~~ c7";
    check(path, &theta("wlsmv", named(&["b1", "x4", "b9"])), "ordered_path_theta");
    check(THREE, &theta("wlsmv", items()), "ordered_theta");
    let std_lv = FitOptions { std_lv: true, ..theta("ulsmv", items()[..6].to_vec()) };
    check(THREE, &std_lv, "ordered_theta_std_lv");
    check(&format!("{THREE}\n{MIMIC}"), &theta("wlsmv", items()), "ordered_mimic_theta");
    let mixed = theta("wlsmv", named(&["x1", "x2", "x3", "x4", "b9"]));
    check(MIXED, &mixed, "ordered_mixed_theta");
}

const TWO: &str = "textual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9";

fn grouped(base: FitOptions, equal: &[GroupEqual]) -> FitOptions {
    FitOptions { group: Some("school".to_owned()), equal: equal.to_vec(), ..base }
}

#[test]
fn invariance_of_thresholds_and_loadings() {
    use GroupEqual::{Intercepts, Loadings, Means, Residuals, Thresholds};
    let six = || items()[3..].to_vec();
    let steps: [(&str, &[GroupEqual]); 5] = [
        ("configural", &[]),
        ("metric", &[Loadings]),
        ("scalar", &[Loadings, Thresholds]),
        ("strict", &[Loadings, Thresholds, Residuals]),
        ("means", &[Loadings, Intercepts, Means]),
    ];
    for (step, equal) in steps {
        if step != "strict" {
            let delta = grouped(options("wlsmv", six()), equal);
            check(TWO, &delta, &format!("ordered_{step}_delta"));
        }
        let theta = grouped(theta("wlsmv", six()), equal);
        check(TWO, &theta, &format!("ordered_{step}_theta"));
    }
    let wlsm = grouped(options("wlsm", six()), &[Loadings, Thresholds]);
    check(TWO, &wlsm, "ordered_scalar_wlsm");
}

#[test]
fn groups_with_covariates_and_partial_equality() {
    use GroupEqual::{Intercepts, Loadings, Regressions, Thresholds};
    let given = format!("{TWO}\nspeed ~ age + girl\ntextual ~ speed + c(a, a)*age");
    let six = || items()[3..].to_vec();
    let equal = [Loadings, Thresholds];
    let delta = grouped(options("wlsmv", six()), &equal);
    check(&given, &delta, "ordered_groups_given_delta");
    let theta = grouped(theta("wlsmv", six()), &[Loadings, Regressions]);
    check(&given, &theta, "ordered_groups_given_theta");
    let partial = format!("{TWO}\nspeed ~ c(p, p)*age\nx4 | c(k, k)*t1 + c(l, l)*t2\nx5 ~~ x7");
    check(&partial, &grouped(options("wlsmv", six()), &[]), "ordered_partial");
    let mixed = "textual =~ x4 + c5 + x6\nspeed =~ x7 + x8 + c9";
    let ordered = named(&["x4", "x6", "x7", "x8"]);
    let equal = [Loadings, Thresholds, Intercepts];
    check(mixed, &grouped(options("wlsmv", ordered), &equal), "ordered_mixed_groups");
}

#[test]
fn binary_answers_joint_covariates_and_a_second_order() {
    let binary = "f =~ b1 + b4 + b9 + x8\nf ~ age";
    let std_lv = options("wlsmv", named(&["b1", "b4", "b9", "x8"]));
    check(binary, &FitOptions { std_lv: true, ..std_lv }, "ordered_binary");
    let joint = FitOptions { fixed_x: false, ..options("wlsmv", items()[3..].to_vec()) };
    check(&format!("{TWO}\nspeed ~ c3 + girl"), &joint, "ordered_joint");
    let second = format!("{THREE}\ng =~ visual + textual + speed");
    check(&second, &options("wlsmv", items()), "ordered_second_order");
}

/// An ordered mediator is the response behind it under both ways to scale it, so the two must
/// say the same. (lavaan 0.6-14 finds no solution with delta here.)
#[test]
fn an_ordered_mediator_means_the_same_in_both_scales() {
    let path = "b1 ~ age + girl\nx4 ~ b1 + c2 + age\nb9 ~ x4 + b1\nc7 ~ x4 + girl\nb9 ~~ c7";
    let ordered = named(&["b1", "x4", "b9"]);
    let fits = [options("wlsmv", ordered.clone()), theta("wlsmv", ordered)]
        .map(|options| fitted(path, &data(), &options));
    let [first, second] = &fits;
    assert!(first.solved.ending.converged && second.solved.ending.converged);
    assert!((first.test.chisq - second.test.chisq).abs() < 1e-6, "{:?}", first.test);
    let scaled = fits.each_ref().map(|fit| fit.test.scaled.unwrap().chisq);
    assert!((scaled[0] - scaled[1]).abs() < 1e-5, "{scaled:?}");
    let same = first.estimates().into_iter().zip(second.estimates());
    for (one, other) in same.filter(|(one, _)| one.op != lab::model::Operator::Scale) {
        assert!((one.std_all - other.std_all).abs() < 1e-6, "{one:?}\n{other:?}");
    }
}

/// The answers with some left out, as `ordered.R` does it.
fn with_gaps() -> Table {
    let mut columns = answers();
    for (name, numbers) in &mut columns {
        let (kind, item) = name.split_at(1);
        let Some(item) = item.parse::<usize>().ok().filter(|_| "xc".contains(kind)) else {
            continue;
        };
        let away = |row: &usize| (row * (item + 2) + item).is_multiple_of(11);
        for row in (1..=numbers.len()).filter(away) {
            numbers[row - 1] = f64::NAN;
        }
    }
    Table::from_columns(columns)
}

#[test]
fn answers_missing_here_and_there() {
    let table = with_gaps();
    let pairwise = |base: FitOptions| FitOptions { missing: Missing::Pairwise, ..base };
    let given = format!("{THREE}\n{MIMIC}");
    let gaps = MIXED.replace("c5", "x5");
    let mixed = named(&["x1", "x2", "x3", "x4", "x5", "b9"]);
    let groups = grouped(options("wlsmv", items()[3..].to_vec()), &[GroupEqual::Loadings]);
    let cases = [
        (THREE, options("wlsmv", items()), ""),
        (given.as_str(), options("ulsmv", items()), "_given"),
        (gaps.as_str(), options("wlsmv", mixed), "_mixed"),
        (TWO, groups, "_groups"),
    ];
    for (model, base, name) in cases {
        let mut fit = fitted(model, &table, &pairwise(base));
        let name = format!("ordered_pairwise{name}");
        let found = differences(&mut fit, &fixtures(), &name, &[]);
        assert!(found.is_empty(), "{} differences\n{}", found.len(), found.join("\n"));
    }
}
