//! A path model's findings for people.

use serde_json::Value;

use super::Findings;
use crate::commands::lab::words;

/// Prints the tables a journal would ask for.
pub fn print(findings: &Findings, document: &Value) {
    println!(
        "PLS path model of {} rows ({} left out, {} missing answers replaced by means), settled \
         after {} iterations; SRMR {}, GoF {}",
        document["n"],
        document["dropped_rows"],
        document["replaced_answers"],
        document["iterations"],
        cell(&document["srmr"]["saturated"]),
        cell(&document["gof"]),
    );
    records("Paths", document, "paths", &["from", "to"]);
    let f2 = rows(document, "f2", &["from", "to"], &["est", "composites_fixed"]);
    words::print("Effect sizes", &["", "f2", "f2, composites fixed"], f2);
    records("Total effects", document, "total_effects", &["from", "to"]);
    records("Loadings", document, "loadings", &["construct", "item"]);
    records("Weights", document, "weights", &["construct", "item"]);
    let measured = findings.fit.constructs_named().iter().map(|name| {
        let found = &document["reliability"][name];
        let mut row = vec![name.clone()];
        row.extend(["alpha", "rho_a", "rho_c", "ave"].map(|key| cell(&found[key])));
        row.extend([cell(&document["r2"][name]), cell(&document["r2_adjusted"][name])]);
        row
    });
    let header = ["construct", "alpha", "rho_A", "rho_c", "AVE", "R2", "adjusted"];
    words::print("Constructs", &header, measured.collect());
    matrix("HTMT", findings.fit.constructs_named(), &document["htmt"]);
    matrix("Fornell-Larcker", findings.fit.constructs_named(), &document["fornell_larcker"]);
    forecasts(document);
    if let Some(target) = document["ipma"]["target"].as_str() {
        let title = format!(
            "Importance and performance for {target} (own performance {})",
            cell(&document["ipma"]["target_performance"])
        );
        let keys = ["importance", "performance"];
        let map = rows(&document["ipma"], "antecedents", &["construct"], &keys);
        words::print(&title, &["", "importance", "performance"], map);
    }
    if let Some(warnings) = document["warnings"].as_array() {
        for warning in warnings.iter().filter_map(Value::as_str) {
            println!("Warning: {warning}.");
        }
    }
}

fn forecasts(document: &Value) {
    let Some(list) = document["predict"].as_array() else {
        return;
    };
    let row = |f: &Value| {
        let mut row = vec![f["item"].as_str().unwrap_or_default().to_owned()];
        row.extend(["rmse", "mae", "q2_predict"].map(|key| cell(&f["pls"][key])));
        row.extend(["rmse", "mae"].map(|key| cell(&f["lm"][key])));
        row
    };
    let header = ["item", "RMSE", "MAE", "Q2 predict", "LM RMSE", "LM MAE"];
    words::print("Prediction out of sample", &header, list.iter().map(row).collect());
}

fn cell(value: &Value) -> String {
    words::perhaps(value.as_f64())
}

fn rows(document: &Value, list: &str, labels: &[&str], figures: &[&str]) -> Vec<Vec<String>> {
    let Some(list) = document[list].as_array() else {
        return Vec::new();
    };
    let label = |record: &Value| {
        let words = labels.iter().map(|key| record[*key].as_str().unwrap_or_default());
        words.collect::<Vec<_>>().join(" → ")
    };
    let row = |record: &Value| {
        let mut row = vec![label(record)];
        row.extend(figures.iter().map(|key| match (*key, record[*key].as_f64()) {
            ("p", Some(p)) => words::probability(p),
            (_, value) => words::perhaps(value),
        }));
        row
    };
    list.iter().map(row).collect()
}

/// Estimates, with standard errors and intervals when they were bootstrapped.
fn records(title: &str, document: &Value, list: &str, labels: &[&str]) {
    let bootstrapped = document["bootstrap"].is_object();
    let figures: &[&str] =
        if bootstrapped { &["est", "se", "t", "p", "ci_lower", "ci_upper"] } else { &["est"] };
    let header: &[&str] = if bootstrapped {
        &["", "estimate", "SE", "t", "p", "lower", "upper"]
    } else {
        &["", "estimate"]
    };
    words::print(title, header, rows(document, list, labels, figures));
}

/// The lower triangle of a matrix, with its diagonal when it has one.
fn matrix(title: &str, names: &[String], found: &Value) {
    let rows = names.iter().enumerate().map(|(place, name)| {
        let mut row = vec![name.clone()];
        for (other, column) in names.iter().enumerate() {
            let value = found[name][column].as_f64();
            let shown = other <= place && value.is_some();
            row.push(if shown { words::perhaps(value) } else { String::new() });
        }
        row
    });
    let mut header = vec![""];
    header.extend(names.iter().map(String::as_str));
    words::print(title, &header, rows.collect());
}
