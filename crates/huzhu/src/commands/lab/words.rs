//! Tables of figures for people, and maps of figures for programs.

use comfy_table::{CellAlignment, Table, presets};
use lab::behaviour::Coefficient;
use serde_json::{Map, Value, json};

/// A figure with three decimals; a dash when it is not defined.
pub fn figure(value: f64) -> String {
    if value.is_finite() { format!("{value:.3}") } else { "–".to_owned() }
}

/// An optional figure.
pub fn perhaps(value: Option<f64>) -> String {
    figure(value.unwrap_or(f64::NAN))
}

/// A probability as journals print it.
pub fn probability(value: f64) -> String {
    if value < 0.001 { "< .001".to_owned() } else { figure(value) }
}

/// Prints a titled table; the first column is words, the others figures.
pub fn print(title: &str, header: &[&str], rows: Vec<Vec<String>>) {
    let mut table = Table::new();
    table.load_style(presets::ASCII_BORDERS_ONLY_CONDENSED);
    table.set_header(header);
    table.add_rows(rows);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    println!("{title}\n{table}");
}

/// A square matrix as a map of maps, without undefined cells.
pub fn nested(names: &[String], matrix: &[f64]) -> Value {
    let size = names.len();
    let rows = names.iter().enumerate().map(|(i, row)| {
        let cells = names
            .iter()
            .enumerate()
            .filter(|(j, _)| matrix[i * size + j].is_finite())
            .map(|(j, column)| (column.clone(), json!(matrix[i * size + j])));
        (row.clone(), Value::Object(cells.collect()))
    });
    Value::Object(rows.collect())
}

/// Figures by name.
pub fn named(names: &[String], values: &[f64]) -> Value {
    let pairs = names.iter().zip(values).map(|(name, value)| (name.clone(), json!(value)));
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// Coefficients for programs; `ratio` names their exponential.
pub fn coefficients(coefficients: &[Coefficient], ratio: &str) -> Value {
    let one = |c: &Coefficient| {
        let mut record = json!({
            "name": c.name, "est": c.estimate, "se": c.se, "z": c.z, "p": c.p,
            "ci_lower": c.ci_lower, "ci_upper": c.ci_upper,
        });
        record[ratio] = json!(c.estimate.exp());
        record
    };
    coefficients.iter().map(one).collect()
}

/// Coefficients for people.
pub fn print_coefficients(title: &str, ratio: &str, coefficients: &[Coefficient]) {
    let row = |c: &Coefficient| {
        vec![
            c.name.clone(),
            figure(c.estimate),
            figure(c.se),
            figure(c.z),
            probability(c.p),
            figure(c.estimate.exp()),
            format!("[{}, {}]", figure(c.ci_lower.exp()), figure(c.ci_upper.exp())),
        ]
    };
    let header = ["", "estimate", "SE", "z", "p", ratio, "95% CI"];
    print(title, &header, coefficients.iter().map(row).collect());
}
