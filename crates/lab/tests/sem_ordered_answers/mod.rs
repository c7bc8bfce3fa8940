//! The classic data cut into ordered answers, with covariates, as `fixtures/sem/ordered.R` does it.

// Each test file compiles this module for itself and uses a part of it; a test may fail loudly.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::Path;

use crate::sem_reference::table;

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
pub fn answers() -> Vec<(String, Vec<f64>)> {
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

/// Names of the nine items.
pub fn items() -> Vec<String> {
    (1..=9).map(|i| format!("x{i}")).collect()
}
