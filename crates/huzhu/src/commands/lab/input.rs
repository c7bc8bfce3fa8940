//! Reads tables, models and columns for the lab's verbs, and turns refusals into problems.

use std::path::{Path, PathBuf};

use lab::behaviour::{Predictors, Spells};
use lab::data::{Items, Table, TableError};
use lab::model::{Model, ModelError};

use crate::problem::{Kind, Problem};

/// Which columns hold spells: times, and whether an event ended them.
#[derive(clap::Args)]
pub struct SpellColumns {
    /// Table with one row for each member; rows with a missing value are left out.
    #[arg(long)]
    pub data: PathBuf,
    /// Column with the time observed; for `hazard` whole periods from 1.
    #[arg(long)]
    pub time: String,
    /// Column that says whether the event ended the time.
    #[arg(long)]
    pub event: String,
    /// Value of the event column that means it did; 1, or 2 in a column of ones and twos.
    #[arg(long, allow_negative_numbers = true)]
    event_value: Option<f64>,
    /// A number that means "no answer", such as -99.
    #[arg(long, allow_negative_numbers = true)]
    missing_value: Option<f64>,
}

/// Spells as read from a table.
pub struct SpellRows {
    /// Times and events.
    pub spells: Spells,
    /// The predictors' rows.
    pub predictors: Predictors,
    /// The value that means the event.
    pub event: f64,
    /// Which rows of the table were kept.
    pub kept: Vec<usize>,
    /// Rows left out because a value was missing.
    pub dropped: usize,
}

impl SpellColumns {
    /// Takes the spells and their predictors, without rows that miss a value.
    pub fn read(&self, table: &Table, predictors: &[String]) -> Result<SpellRows, Problem> {
        let others = [self.time.as_str(), self.event.as_str()];
        let rows = complete(table, predictors, &others, self.missing_value)?;
        let (events, event) = events(&rows.others[1], self.event_value)?;
        Ok(SpellRows {
            spells: Spells { times: rows.others[0].clone(), events },
            predictors: rows.predictors,
            event,
            kept: rows.kept,
            dropped: rows.dropped,
        })
    }
}

/// Reads a CSV table.
pub fn table(path: &Path) -> Result<Table, Problem> {
    let file = std::fs::File::open(path).map_err(|error| Problem::file(path, &error))?;
    Table::from_csv(file).map_err(|error| unreadable(&error))
}

/// Reads a text file, such as a model.
pub fn text(path: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(path).map_err(|error| Problem::file(path, &error))
}

/// Reads a model in lavaan syntax.
pub fn model(path: &Path) -> Result<Model, Problem> {
    lab::model::parse(&text(path)?).map_err(|error| misread(&error))
}

/// Reads a model for a method that knows no groups.
pub fn whole_model(path: &Path) -> Result<Model, Problem> {
    let model = model(path)?;
    if model.blocks.is_empty() {
        return Ok(model);
    }
    let why = "It has blocks of groups (`group: …`), and this command fits all cases together.";
    let next = "Write one set of relations, or use `huzhu lab sem --group`.";
    Err(Problem::new(Kind::Input, "E-LAB-MODEL", "The model cannot be used.", why, next))
}

/// A model that cannot be read: its place in one sentence, and the suggestion where there is one.
pub fn misread(error: &ModelError) -> Problem {
    let why = match error {
        ModelError::Syntax(error) => {
            let place = format!("Line {}, column {}", error.line, error.column);
            let hint = error.suggestion.as_deref().map(|hint| format!("; {hint}"));
            format!("{place}: {}{}", error.message, hint.unwrap_or_default())
        }
        other => other.to_string(),
    };
    let what = "The model cannot be read.";
    Problem::new(Kind::Input, "E-LAB-MODEL", what, sentence(&why), "Correct the model file.")
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
    Problem::new(Kind::Input, code, "The table cannot be used.", sentence(error), next)
}

/// An error as a sentence: a question keeps its mark.
pub fn sentence(error: &dyn std::fmt::Display) -> String {
    let said = error.to_string();
    if said.ends_with(['?', '.']) { said } else { said + "." }
}

/// A method that has no result on these data.
pub fn impossible(code: &str, error: &dyn std::fmt::Display, next: &str) -> Problem {
    Problem::new(Kind::Input, code, "There is no result.", sentence(error), next)
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
