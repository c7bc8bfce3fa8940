//! Compares fits with reference outputs of lavaan 0.6-14: `NAME_params.csv` and `NAME.json`.

#![allow(dead_code, clippy::unwrap_used)]

#[path = "../record/mod.rs"]
mod record;

use std::path::{Path, PathBuf};

use lab::data::Table;
use lab::model::parse;
use lab::sem::{Fit, FitOptions, fit};

/// The folder of reference data, or a notice that the test is skipped.
pub fn folder() -> Option<PathBuf> {
    match std::env::var_os("HUZHU_REFERENCE_DATA") {
        Some(folder) => Some(PathBuf::from(folder).join("sem")),
        None => {
            println!("skipped: HUZHU_REFERENCE_DATA is not set");
            None
        }
    }
}

/// A table from a CSV file.
pub fn table(path: &Path) -> Table {
    let file = std::fs::File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Table::from_csv(file).unwrap()
}

/// Fits the model to the table.
pub fn fitted(model: &str, table: &Table, options: &FitOptions) -> Fit {
    let model = parse(model).unwrap_or_else(|e| panic!("{e}"));
    fit(&model, table, options).unwrap_or_else(|e| panic!("{e}"))
}

/// Five significant digits (half a unit of the fifth) or 1e-5, whichever is wider.
pub fn close(got: f64, expected: f64) -> bool {
    let wide = width(expected);
    (got.is_nan() && expected.is_nan()) || (got - expected).abs() <= wide
}

/// What an estimate may differ by.
fn width(expected: f64) -> f64 {
    let fifth = 10_f64.powf(expected.abs().log10().floor() - 4.0);
    if fifth.is_finite() { 1e-5_f64.max(0.5 * fifth) } else { 1e-5 }
}

/// Notes a number that another part of a test compares with the reference `name`.
pub fn note(name: &str, got: f64, expected: f64, allowed: f64, why: &str) {
    record::compared(name, got, expected, allowed, why);
}

/// Why an estimate may differ by more than its tolerance.
const EARLY: &str = "the reference stopped short of the minimum: at its own estimates the \
                     discrepancy is greater than at ours";

/// Every difference between the fit and the reference `name` in `folder`, one line each.
/// `skip` names fit measures that are judged elsewhere.
pub fn differences(fit: &mut Fit, folder: &Path, name: &str, skip: &[&str]) -> Vec<String> {
    let mut found = parameters(fit, folder, name);
    found.extend(standardised(fit, folder, name));
    found.extend(measures(fit, folder, name, skip));
    found
}

fn records(path: &Path) -> Option<Vec<std::collections::BTreeMap<String, String>>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).ok()?;
    let header = reader.headers().unwrap().clone();
    let cells = |record: csv::StringRecord| {
        header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
    };
    Some(reader.records().map(|record| cells(record.unwrap())).collect())
}

fn number(cell: Option<&String>) -> f64 {
    cell.and_then(|c| c.parse().ok()).unwrap_or(f64::NAN)
}

fn parameters(fit: &Fit, folder: &Path, name: &str) -> Vec<String> {
    let path = folder.join(format!("{name}_params.csv"));
    let Some(rows) = records(&path) else {
        return vec![format!("{name}: no {path:?}")];
    };
    let lines = fit.estimates();
    let early = stopped_early(fit, &rows);
    let mut found = Vec::new();
    let mut compared = 0;
    for row in &rows {
        let group = group_of(row);
        let same = |line: &&lab::sem::Estimate| {
            let forward = line.lhs == row["lhs"] && line.rhs == row["rhs"];
            let backward = line.lhs == row["rhs"] && line.rhs == row["lhs"];
            let op = line.op.as_str();
            let names = forward || (op == "~~" && backward) || op == ":=" && line.lhs == row["lhs"];
            op == row["op"] && names && (line.group == group || line.group == 0)
        };
        let written = format!("{}{}{}.g{group}", row["lhs"], row["op"], row["rhs"]);
        let Some(line) = lines.iter().find(same) else {
            if !matches!(row["op"].as_str(), "==" | "<" | ">") {
                found.push(format!("{name}: {written} is missing"));
            }
            continue;
        };
        compared += 1;
        let cells = [
            ("est", line.est),
            ("se", line.se),
            ("std.lv", line.std_lv),
            ("std.all", line.std_all),
            ("std.nox", line.std_nox),
        ];
        for (column, got) in cells {
            let expected = number(row.get(column));
            let error = (got - expected).abs();
            // What follows from other estimates has no error of its own to be measured by.
            let derived = line.se == 0.0 && error < 2e-4 * expected.abs().max(1.0);
            let agrees =
                close(got, expected) || (early && (error < 1e-3 * line.se.max(1e-3) || derived));
            if row.contains_key(column) {
                let why = if early { EARLY } else { "" };
                record::compared(name, got, expected, width(expected), why);
            }
            if row.contains_key(column) && !agrees {
                found.push(format!("{name}: {written} {column} {got:.7} not {expected:.7}"));
            }
        }
    }
    let extra = lines.len() as i64 - compared as i64;
    if extra != 0 {
        found.push(format!("{name}: {extra} rows that the reference does not have"));
    }
    found
}

fn group_of(row: &std::collections::BTreeMap<String, String>) -> usize {
    row.get("group").map_or(1, |g| g.parse::<usize>().unwrap())
}

/// Whether the reference stopped short of the minimum: its own estimates, to all their digits,
/// give a greater discrepancy than ours. Then ours is right and a difference below a thousandth
/// of a standard error is the reference's.
fn stopped_early(fit: &Fit, rows: &[std::collections::BTreeMap<String, String>]) -> bool {
    let mut theta = fit.solved.theta.clone();
    for row in &fit.table.rows {
        let Some(index) = row.free else { continue };
        let same = rows.iter().find(|r| {
            let forward = r["lhs"] == row.lhs && r["rhs"] == row.rhs;
            let backward = r["lhs"] == row.rhs && r["rhs"] == row.lhs;
            r["op"] == row.op.as_str()
                && (forward || (backward && r["op"] == "~~"))
                && group_of(r) == row.group + 1
        });
        if let Some(same) = same {
            theta[index] = number(same.get("est"));
        }
    }
    fit.discrepancy_at(&theta) > fit.solved.ending.value
}

fn standardised(fit: &Fit, folder: &Path, name: &str) -> Vec<String> {
    let Some(rows) = records(&folder.join(format!("{name}_std.csv"))) else {
        return Vec::new();
    };
    let errors = fit.standardised_errors(lab::sem::Standard::All);
    let mut found = Vec::new();
    for (line, error) in fit.estimates().iter().zip(errors) {
        let Some(row) = rows.iter().find(|row| {
            row["lhs"] == line.lhs
                && row["op"] == line.op.as_str()
                && (row["rhs"] == line.rhs || line.group == 0)
                && (group_of(row) == line.group || line.group == 0)
        }) else {
            continue;
        };
        let expected = number(row.get("se"));
        record::compared(name, error, expected, width(expected), "");
        if !close(error, expected) {
            let written = format!("{}{}{}", line.lhs, line.op.as_str(), line.rhs);
            found.push(format!("{name}: {written} se.std {error:.7} not {expected:.7}"));
        }
    }
    found
}

fn measures(fit: &mut Fit, folder: &Path, name: &str, skip: &[&str]) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let measures = fit.measures();
    let rows = records(&folder.join(format!("{name}_params.csv"))).unwrap_or_default();
    let early = stopped_early(fit, &rows);
    let mut found = Vec::new();
    for (measure, expected) in json["fit"].as_object().unwrap() {
        if skip.contains(&measure.as_str()) {
            continue;
        }
        let expected = expected.as_f64().unwrap_or(f64::NAN);
        match measures.get(measure) {
            None => found.push(format!("{name}: {measure} is missing ({expected})")),
            // Absolute 1e-4 on figures near one, five digits on large ones.
            Some(got) => {
                let wide = 1e-4_f64.max(1e-6 * expected.abs());
                record::compared(name, got, expected, wide, if early { EARLY } else { "" });
                let loose = if early { 1e-5 * expected.abs() } else { 0.0 };
                let error = (got - expected).abs();
                let same = (got.is_nan() && expected.is_nan()) || error <= wide.max(loose);
                if !same {
                    found.push(format!("{name}: {measure} {got:.7} not {expected:.7}"));
                }
            }
        }
    }
    for key in ["rsquare", "rsq"] {
        let Some(explained) = json[key].as_object() else {
            continue;
        };
        for (variable, expected) in explained {
            let Some(expected) = expected.as_f64() else {
                continue;
            };
            let values = fit.explained(0);
            if let Some((_, got)) = values.iter().find(|(name, _)| name == variable) {
                record::compared(name, *got, expected, 2e-5, if early { EARLY } else { "" });
            }
            match values.iter().find(|(name, _)| name == variable) {
                // Half the digits of an estimate that enters squared.
                Some((_, got)) if (*got - expected).abs() <= 2e-5 => {}
                Some((_, got)) if early && (*got - expected).abs() <= 1e-4 => {}
                got => found.push(format!("{name}: R2 {variable} {got:?} not {expected}")),
            }
        }
    }
    found
}
