//! The fear: ordered answers with covariates, mixed kinds, other scales or groups that drift from
//! lavaan 0.6-14. The fixtures hold lavaan's numbers; `fixtures/sem/ordered.R` made them.

#![allow(clippy::unwrap_used)]

mod sem_reference;

use std::path::{Path, PathBuf};

use lab::data::Table;
use lab::sem::{Estimator, Fit, FitOptions};
use sem_reference::{differences, fitted, table};

const THREE: &str = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9";
const MIMIC: &str = "visual ~ age + girl\ntextual ~ age + girl + visual\nx9 ~ girl";
const MIXED: &str = "visual =~ x1 + x2 + x3\ntextual =~ x4 + c5 + c6\nvisual ~ age + girl\n\
    textual ~ a*visual + age\nc7 ~ b*textual + visual + girl\nb9 ~ textual + age\nind := a*b";

/// Where each item is cut into categories.
const CUTS: [&[f64]; 9] = [
    &[4.0, 5.0, 6.0],
    &[5.5, 6.5],
    &[1.2, 2.2, 3.4],
    &[2.1, 3.1, 4.1],
    &[3.4, 4.6, 5.4],
    &[1.4, 2.2, 3.1],
    &[3.4, 4.2, 5.0],
    &[5.0, 6.0],
    &[4.6, 5.4, 6.2],
];

fn cut(answers: &[f64], cuts: &[f64]) -> Vec<f64> {
    let category = |x: &f64| 1.0 + cuts.iter().filter(|c| x > c).count() as f64;
    answers.iter().map(category).collect()
}

/// The classic data with items cut into categories, as `ordered.R` does it.
fn answers() -> Vec<(String, Vec<f64>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/sem");
    let raw = table(&root.join("holzinger_swineford1939.csv"));
    let get = |name: &str| raw.numbers(name).unwrap();
    let mut columns = Vec::new();
    for (at, cuts) in CUTS.iter().enumerate() {
        let item = format!("x{}", at + 1);
        columns.push((item.clone(), cut(get(&item), cuts)));
        columns.push((format!("c{}", at + 1), get(&item).to_vec()));
    }
    for (item, binary, at) in [("x1", "b1", 5.0), ("x4", "b4", 3.0), ("x9", "b9", 5.3)] {
        columns.push((binary.to_owned(), cut(get(item), &[at])));
    }
    let age = get("ageyr").iter().zip(get("agemo")).map(|(y, m)| y + m / 12.0);
    columns.push(("age".to_owned(), age.collect()));
    columns.push(("girl".to_owned(), get("sex").iter().map(|x| x - 1.0).collect()));
    let school = raw.labels("school").unwrap();
    let is_first = |label: &String| f64::from(u8::from(*label != school[0]));
    columns.push(("school".to_owned(), school.iter().map(is_first).collect()));
    columns
}

fn data() -> Table {
    Table::from_columns(answers())
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sem")
}

fn items() -> Vec<String> {
    (1..=9).map(|i| format!("x{i}")).collect()
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
