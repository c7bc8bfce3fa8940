//! Reads reference data and outputs from the folder named by `HUZHU_REFERENCE_DATA`; says so and
//! gives nothing when it is unset, because most of that data may not travel with this project.

// Each test file compiles this module for itself and uses a part of it; a test may fail loudly.
#![allow(dead_code, clippy::unwrap_used)]

#[path = "../record/mod.rs"]
mod record;

use std::collections::BTreeMap;
use std::path::PathBuf;

use lab::data::{Items, Table};

/// A matrix with named rows and columns; `NaN` where the file says `NA` or nothing.
pub struct Labelled {
    pub columns: Vec<String>,
    pub rows: Vec<String>,
    cells: BTreeMap<(String, String), f64>,
}

impl Labelled {
    pub fn at(&self, row: &str, column: &str) -> f64 {
        *self
            .cells
            .get(&(row.to_owned(), column.to_owned()))
            .unwrap_or_else(|| panic!("reference has no cell {row}, {column}"))
    }
}

/// The folder of reference data, or a notice that the test was skipped.
pub fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("HUZHU_REFERENCE_DATA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: HUZHU_REFERENCE_DATA is not set");
    }
    folder.map(|folder| folder.join("sem"))
}

pub fn table(name: &str) -> Option<Table> {
    let path = folder()?.join("data").join(name);
    let file = std::fs::File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Some(Table::from_csv(file).unwrap())
}

pub fn items(name: &str, columns: &[&str]) -> Option<Items> {
    Some(Items::from_table(&table(name)?, columns).unwrap())
}

pub fn text(name: &str) -> Option<String> {
    let path = folder()?.join("ref").join(name);
    record::opened(name);
    Some(std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
}

pub fn json(name: &str) -> Option<serde_json::Value> {
    Some(serde_json::from_str(&text(name)?).unwrap())
}

pub fn labelled(name: &str) -> Option<Labelled> {
    let text = text(name)?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns: Vec<String> =
        reader.headers().unwrap().iter().skip(1).map(str::to_owned).collect();
    let mut rows = Vec::new();
    let mut cells = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        for (column, cell) in columns.iter().zip(record.iter().skip(1)) {
            cells.insert((record[0].to_owned(), column.clone()), cell.parse().unwrap_or(f64::NAN));
        }
        rows.push(record[0].to_owned());
    }
    Some(Labelled { columns, rows, cells })
}

/// Asserts agreement within `tolerance`, absolute for small numbers and relative for large ones.
#[track_caller]
pub fn agree(what: &str, ours: f64, theirs: f64, tolerance: f64) {
    let allowed = tolerance * theirs.abs().max(1.0);
    record::compared("", ours, theirs, allowed, "");
    assert!(
        (ours - theirs).abs() <= allowed,
        "{what}: ours {ours}, reference {theirs}, differ by {:e}",
        (ours - theirs).abs()
    );
}
