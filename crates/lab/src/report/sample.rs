//! The answers that are analysed, and whom the plan leaves out.

use sha2::{Digest, Sha256};

use super::findings::{ReportError, Request};
use super::sealing::first_answer;
use crate::data::descriptives::{Description, Shape, describe};
use crate::data::{Items, Table};
use crate::instrument::{AnswerReport, Instrument, Text, check_answers, usable_rows};
use crate::reliability::Scale;

/// Column that marks invented rows.
const SYNTHETIC: &str = "synthetic";

/// Answers after screening.
pub(super) struct Sample {
    /// All columns of the rows kept, reverse items turned.
    pub(super) table: Table,
    /// The same as answered.
    pub(super) answered: Table,
    /// Items of the model.
    pub(super) items: Items,
    pub(super) descriptions: Vec<Description>,
    /// Rows of the file.
    pub(super) rows: usize,
    /// What screening found, when the answers come from a questionnaire.
    pub(super) report: Option<AnswerReport>,
    /// Missing answers to items of the model.
    pub(super) missing: usize,
    /// The earliest day of the answers, when every row has one.
    pub(super) first_answer: Option<String>,
    /// SHA-256 of the file.
    pub(super) hash: String,
    /// Whether the file itself says that its rows are invented.
    pub(super) marked_synthetic: bool,
    /// The plan's controls that the file has.
    pub(super) controls: Vec<Control>,
}

/// A column held beside the model.
pub(super) struct Control {
    pub(super) column: String,
    pub(super) title: Text,
    /// The word that counts as 1 in a column of two words.
    pub(super) one: Option<String>,
    /// Whether the column holds numbers, after two words have become 0 and 1.
    pub(super) is_numeric: bool,
}

pub(super) fn screen(request: &Request, scales: &[Scale]) -> Result<Sample, ReportError> {
    let whole = Table::from_csv(request.csv)?;
    let mut kept: Vec<usize> = (0..whole.rows()).collect();
    let mut report = None;
    if let Some(instrument) = request.instrument {
        let found = check_answers(instrument, &whole)?;
        if !found.complete() && request.model.is_none() {
            let names: Vec<&str> =
                found.missing_columns.iter().map(|column| column.expected.as_str()).collect();
            return Err(ReportError::MissingItems(names.join(", ")));
        }
        kept = usable_rows(instrument, &found);
        report = Some(found);
    }
    if kept.is_empty() {
        return Err(ReportError::Nobody);
    }
    let answered = keep(request.csv, &kept, &|_, cell| cell.to_owned())?;
    let controls = request.instrument.map(|i| controls(i, &answered)).unwrap_or_default();
    let table = match request.instrument {
        Some(instrument) => keep(request.csv, &kept, &|name, cell| {
            let control = controls.iter().find(|control| control.column == name);
            match control.and_then(|control| control.one.as_deref()) {
                Some(_) if cell.trim().is_empty() => String::new(),
                Some(one) => u8::from(cell.trim() == one).to_string(),
                None => turned(instrument, name, cell),
            }
        })?,
        None => answered.clone(),
    };
    let names: Vec<&String> = scales.iter().flat_map(|scale| &scale.items).collect();
    let items = Items::from_table(&table, &names)?;
    Ok(Sample {
        descriptions: describe(&items, Shape::Adjusted),
        missing: items.missing(),
        rows: whole.rows(),
        first_answer: first_answer(request.csv)?,
        hash: Sha256::digest(request.csv).iter().map(|byte| format!("{byte:02x}")).collect(),
        marked_synthetic: whole.numbers(SYNTHETIC).is_ok_and(|marks| marks.contains(&1.0)),
        report,
        items,
        table,
        answered,
        controls,
    })
}

/// The controls that are there; of two words the later in the alphabet counts as 1.
fn controls(instrument: &Instrument, table: &Table) -> Vec<Control> {
    let present = |name: &String| table.names().any(|known| known == name);
    let control = |column: &crate::instrument::Column| {
        let is_number = table.numbers(&column.column).is_ok();
        let mut words = table.labels(&column.column).unwrap_or_default();
        words.retain(|word| !word.is_empty());
        words.sort();
        words.dedup();
        let one = if is_number || words.len() != 2 { None } else { words.pop() };
        Control {
            column: column.column.clone(),
            title: column.title.clone(),
            is_numeric: is_number || one.is_some(),
            one,
        }
    };
    instrument.controls.iter().filter(|c| present(&c.column)).map(control).collect()
}

/// The answer to a reverse item turned round; every other cell as it is.
fn turned(instrument: &Instrument, name: &str, cell: &str) -> String {
    let reverse = instrument.items.iter().any(|item| item.reverse && item.code == name);
    match cell.trim().parse::<f64>() {
        Ok(answer) if reverse => {
            let ends = f64::from(instrument.scale.low) + f64::from(instrument.scale.high);
            (ends - answer).to_string()
        }
        _ => cell.to_owned(),
    }
}

/// The same file with some of its rows, each cell as `change` makes it from its column's name.
fn keep(
    csv: &[u8],
    rows: &[usize],
    change: &dyn Fn(&str, &str) -> String,
) -> Result<Table, ReportError> {
    let failed = |error: csv::Error| ReportError::Table(error.into());
    let mut reader = csv::Reader::from_reader(csv);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = reader.headers().map_err(failed)?.clone();
    writer.write_record(&names).map_err(failed)?;
    let mut kept = rows.iter().peekable();
    for (row, record) in reader.records().enumerate() {
        if kept.next_if(|next| **next == row).is_some() {
            let record = record.map_err(failed)?;
            let cells = names.iter().zip(&record).map(|(name, cell)| change(name.trim(), cell));
            writer.write_record(cells).map_err(failed)?;
        }
    }
    let bytes = writer.into_inner().expect("writing to memory does not fail");
    Ok(Table::from_csv(bytes.as_slice())?)
}
