//! Reads tables, models and columns for the lab's verbs, and turns refusals into problems.

use std::path::Path;

use lab::behaviour::{Predictors, Spells};
use lab::data::{Items, Table, TableError};

use crate::problem::{Kind, Problem};

/// Reads a CSV table.
pub fn table(path: &Path) -> Result<Table, Problem> {
    let file = std::fs::File::open(path).map_err(|error| Problem::file(path, &error))?;
    Table::from_csv(file).map_err(|error| unreadable(&error))
}

/// Reads a text file, such as a model.
pub fn text(path: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(path).map_err(|error| Problem::file(path, &error))
}

/// A table that cannot serve.
pub fn unreadable(error: &TableError) -> Problem {
    let (code, next) = match error {
        TableError::UnknownColumn { .. } => {
            ("E-COLUMN", "Check the name against the first line of the file.")
        }
        TableError::NotNumeric { .. } => {
            ("E-CELL", "Correct the cell, or leave it empty when there is no answer.")
        }
        _ => ("E-CSV", "Save the table as comma-separated text with one header line."),
    };
    Problem::new(Kind::Input, code, "The table cannot be used.", format!("{error}."), next)
}

/// An error as a sentence: a question keeps its mark.
pub fn sentence(error: &dyn std::fmt::Display) -> String {
    let said = error.to_string();
    if said.ends_with(['?', '.']) { said } else { said + "." }
}

/// A method that has no result on these data.
pub fn impossible(code: &str, error: &dyn std::fmt::Display, next: &str) -> Problem {
    Problem::new(Kind::Input, code, "There is no result.", format!("{error}."), next)
}

/// The named columns, or every numeric one when none is named.
pub fn items(table: &Table, names: &[String], code: Option<f64>) -> Result<Items, Problem> {
    let items = if names.is_empty() {
        Items::numeric(table)
    } else {
        Items::from_table(table, names).map_err(|error| unreadable(&error))?
    };
    Ok(match code {
        Some(code) => items.with_missing_code(code),
        None => items,
    })
}

/// Rows of predictors without a missing value among them or in `others`, with how many rows were
/// dropped; columns of `others` follow in their order.
pub struct Complete {
    /// The predictors.
    pub predictors: Predictors,
    /// The other columns.
    pub others: Vec<Vec<f64>>,
    /// Which rows of the table were kept.
    pub kept: Vec<usize>,
    /// Rows left out because a value was missing.
    pub dropped: usize,
}

/// Takes predictors and other columns, without the rows that miss a value.
pub fn complete(
    table: &Table,
    predictors: &[String],
    others: &[&str],
    code: Option<f64>,
) -> Result<Complete, Problem> {
    let mut names = predictors.to_vec();
    names.extend(others.iter().map(|name| (*name).to_owned()));
    let all = items(table, &names, code)?;
    let (rows, kept) = all.complete_rows();
    let first: Vec<usize> = (0..predictors.len()).collect();
    let chosen = rows.select(&first);
    Ok(Complete {
        predictors: Predictors { names: predictors.to_vec(), values: chosen.values().to_vec() },
        others: (predictors.len()..names.len()).map(|item| rows.column(item).collect()).collect(),
        dropped: all.rows() - kept.len(),
        kept,
    })
}

/// Reads an event column: `event` is the value that means it happened; without it 1 does, or 2
/// in a column of ones and twos, as in R.
pub fn events(column: &[f64], event: Option<f64>) -> Result<(Vec<bool>, f64), Problem> {
    let mut values = column.to_vec();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let event = match (event, values.as_slice()) {
        (Some(event), _) => event,
        (None, [1.0, 2.0]) => 2.0,
        (None, values) if values.iter().all(|value| [0.0, 1.0].contains(value)) => 1.0,
        (None, _) => {
            return Err(Problem::new(
                Kind::Input,
                "E-EVENT",
                "The event column is not of zeros and ones.",
                format!("It holds {} different values.", values.len()),
                "Name the value that means the event with --event-value.",
            ));
        }
    };
    Ok((column.iter().map(|value| *value == event).collect(), event))
}

/// Spells from a column of times and one of events.
pub fn spells(
    times: Vec<f64>,
    column: &[f64],
    event: Option<f64>,
) -> Result<(Spells, f64), Problem> {
    let (events, event) = events(column, event)?;
    Ok((Spells { times, events }, event))
}
