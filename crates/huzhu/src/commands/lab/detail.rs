//! What `huzhu lab sem` adds on demand: residuals, and factor scores of single cases.

use lab::sem::{Fit, ScoreMethod};
use serde_json::{Map, Value, json};

use super::sem::{group_labels, number, page, print_page};
use crate::problem::{Kind, Problem};

/// Residuals of every group for programs: sample less implied.
pub fn residuals(fit: &Fit) -> Value {
    let labels = group_labels(fit);
    let each = fit.residuals_of_groups().into_iter().enumerate().map(|(g, of)| {
        let p = of.names.len();
        let table = |matrix: &dyn Fn(usize, usize) -> f64| -> Value {
            let row = |i: usize| -> Value {
                let cells = (0..p).map(|j| (of.names[j].clone(), json!(matrix(i, j))));
                Value::Object(cells.collect::<Map<_, _>>())
            };
            let rows = (0..p).map(|i| (of.names[i].clone(), row(i)));
            Value::Object(rows.collect::<Map<_, _>>())
        };
        let means = of.names.iter().cloned().zip(of.means.iter().map(|mean| json!(mean)));
        json!({
            "group": g + 1, "label": labels.get(g),
            "cov": table(&|i, j| of.covariances[(i, j)]),
            "cor": table(&|i, j| of.correlations[(i, j)]),
            "mean": Value::Object(means.collect::<Map<_, _>>()),
        })
    });
    Value::Array(each.collect())
}

/// Residual correlations for people: what a pair of items shares beyond the model.
pub fn print_residuals(fit: &Fit) {
    let labels = group_labels(fit);
    for (g, of) in fit.residuals_of_groups().into_iter().enumerate() {
        let group = labels.get(g).map(|label| format!(", group {label}")).unwrap_or_default();
        println!("\nResidual correlations{group}");
        let mut heads = vec![""];
        heads.extend(of.names.iter().map(String::as_str));
        let mut page = page(&heads);
        for (i, name) in of.names.iter().enumerate() {
            let cells = (0..=i).map(|j| number(of.correlations[(i, j)]));
            page.add_row(std::iter::once(name.clone()).chain(cells));
        }
        print_page(page);
    }
}

/// Scores of every case for programs, group after group in the order of the table's rows.
///
/// # Errors
/// When the method does not suit ordered answers.
pub fn scores(fit: &Fit, method: ScoreMethod) -> Result<Value, Problem> {
    let labels = group_labels(fit);
    let groups = fit.factor_scores(method).ok_or_else(|| {
        let why = if method == ScoreMethod::Mode {
            "An ordered variable is an outcome in the structural part."
        } else {
            "The model has ordered variables, which these scores would take for numbers."
        };
        let next = "Ask for `--scores mode`, or score the measurement part alone.";
        Problem::new(Kind::Input, "E-LAB-SCORES", "There are no such factor scores.", why, next)
    })?;
    let mut rows = Vec::new();
    for (g, of) in groups.iter().enumerate() {
        for case in 0..of.rows.rows {
            let cells = of.names.iter().cloned().zip(of.rows.row(case).iter().map(|x| json!(x)));
            let scores = Value::Object(cells.collect::<Map<_, _>>());
            rows.push(json!({"group": g + 1, "label": labels.get(g), "scores": scores}));
        }
    }
    Ok(Value::Array(rows))
}

/// The first scores for people; programs get all.
pub fn print_scores(rows: &[Value]) {
    const SHOWN: usize = 10;
    let Some(Value::Object(first)) = rows.first().map(|row| &row["scores"]) else { return };
    println!("\nFactor scores of the first {} cases of {}", SHOWN.min(rows.len()), rows.len());
    let mut heads = vec!["case"];
    heads.extend(first.keys().map(String::as_str));
    let mut page = page(&heads);
    for (case, row) in rows.iter().take(SHOWN).enumerate() {
        let scores = row["scores"].as_object().into_iter().flat_map(|cells| cells.values());
        let cells = scores.map(|score| number(score.as_f64().unwrap_or(f64::NAN)));
        page.add_row(std::iter::once((case + 1).to_string()).chain(cells));
    }
    print_page(page);
}
