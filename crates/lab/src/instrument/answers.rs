//! Checks a file of answers against the questionnaire. Names what is wrong; removes nothing but
//! what the plan excludes, and says whom.

use std::collections::BTreeMap;

use super::check::nearest;
use super::definition::{Instrument, Role};
use crate::data::screening::{
    OutOfRange, duplicated_items, failed_attention, out_of_range, straight_lined,
};
use crate::data::{Items, Table, TableError};

/// Column of respondents' pseudonyms.
const RESPONDENT: &str = "respondent";

/// A column that is not there, with the nearest that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongColumn {
    /// The item's code.
    pub expected: String,
    /// The nearest column that belongs to no other item.
    pub nearest: Option<String>,
}

/// What is to be said about a file of answers. Rows are counted from 0.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerReport {
    /// Rows of the file.
    pub rows: usize,
    /// Model items without a column.
    pub missing_columns: Vec<WrongColumn>,
    /// Items outside the models without a column: attention, marker, optional.
    pub absent_items: Vec<String>,
    /// Columns that belong to nothing the instrument knows.
    pub unknown_columns: Vec<String>,
    /// Codes of the items that were checked, to which `out_of_range` and `doubled` point.
    pub items: Vec<String>,
    /// Impossible answers.
    pub out_of_range: Vec<OutOfRange>,
    /// Rows that failed an attention item; none when no such column exists.
    pub failed_attention: Option<Vec<usize>>,
    /// Rows with one answer throughout.
    pub straight_lined: Vec<usize>,
    /// Rows with fewer answers than the plan asks for.
    pub sparse: Vec<usize>,
    /// Later rows of respondents who appear more than once.
    pub duplicate_respondents: Vec<usize>,
    /// Pairs of rows with the same answers to every item (first row, later row).
    pub same_answers: Vec<(usize, usize)>,
    /// Pairs of items answered alike by everyone.
    pub doubled_items: Vec<(usize, usize)>,
    /// Missing answers of each checked item.
    pub missing: Vec<usize>,
}

/// Checks answers.
///
/// # Errors
/// When an item's column holds words.
pub fn check_answers(instrument: &Instrument, table: &Table) -> Result<AnswerReport, TableError> {
    let present = |code: &str| table.names().any(|name| name == code);
    let items: Vec<String> =
        instrument.model_items().into_iter().filter(|code| present(code)).collect();
    let answers = Items::from_table(table, &items)?;
    let (low, high) = (f64::from(instrument.scale.low), f64::from(instrument.scale.high));
    let model = instrument.model_items();
    let outside = instrument.items.iter().map(|item| &item.code);
    let needed = instrument.plan.exclusions.answers_min_share * answers.width() as f64;
    let given = |row: usize| answers.row(row).iter().filter(|a| !a.is_nan()).count() as f64;
    Ok(AnswerReport {
        rows: table.rows(),
        missing_columns: missing_columns(instrument, table),
        absent_items: outside.filter(|c| !model.contains(c) && !present(c)).cloned().collect(),
        unknown_columns: unknown_columns(instrument, table),
        out_of_range: out_of_range(&answers, low, high, true),
        failed_attention: attention(instrument, table)?,
        straight_lined: straight_lined(&answers, answers.width().max(2)),
        sparse: (0..answers.rows()).filter(|&row| given(row) < needed).collect(),
        duplicate_respondents: repeated(table)?,
        same_answers: same_answers(&answers),
        doubled_items: duplicated_items(&answers),
        missing: (0..answers.width())
            .map(|i| answers.column(i).filter(|a| a.is_nan()).count())
            .collect(),
        items,
    })
}

fn missing_columns(instrument: &Instrument, table: &Table) -> Vec<WrongColumn> {
    let wanted = instrument.model_items();
    let free: Vec<&str> = table.names().filter(|n| !wanted.iter().any(|w| w == n)).collect();
    wanted
        .iter()
        .filter(|code| !table.names().any(|name| name == code.as_str()))
        .map(|code| WrongColumn {
            expected: code.clone(),
            nearest: nearest(code, free.iter().copied()),
        })
        .collect()
}

fn unknown_columns(instrument: &Instrument, table: &Table) -> Vec<String> {
    let known = |name: &str| {
        name == RESPONDENT
            || name == super::page::ANSWERED
            || instrument.items.iter().any(|item| item.code == name)
            || instrument.groups.iter().any(|group| group.column == name)
            || instrument.controls.iter().any(|control| control.column == name)
            || super::page::BEHAVIOUR.contains(&name)
    };
    table.names().filter(|name| !known(name)).map(str::to_owned).collect()
}

fn attention(instrument: &Instrument, table: &Table) -> Result<Option<Vec<usize>>, TableError> {
    let mut failed: Option<Vec<usize>> = None;
    for item in &instrument.items {
        let Some(expected) = item.expected else { continue };
        if !table.names().any(|name| name == item.code) {
            continue;
        }
        let column = Items::from_table(table, std::slice::from_ref(&item.code))?;
        failed.get_or_insert_default().extend(failed_attention(&column, 0, f64::from(expected)));
    }
    if let Some(rows) = &mut failed {
        rows.sort_unstable();
        rows.dedup();
    }
    Ok(failed)
}

fn repeated(table: &Table) -> Result<Vec<usize>, TableError> {
    if !table.names().any(|name| name == RESPONDENT) {
        return Ok(Vec::new());
    }
    let mut seen = std::collections::BTreeSet::new();
    let labels = table.labels(RESPONDENT)?;
    let again = labels.into_iter().enumerate();
    Ok(again
        .filter(|(_, label)| !label.is_empty() && !seen.insert(label.clone()))
        .map(|(row, _)| row)
        .collect())
}

fn same_answers(answers: &Items) -> Vec<(usize, usize)> {
    let mut first: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
    let mut pairs = Vec::new();
    for row in 0..answers.rows() {
        if answers.row(row).iter().all(|a| a.is_nan()) {
            continue;
        }
        let key = answers.row(row).iter().map(|answer| answer.to_bits()).collect();
        match first.get(&key) {
            Some(&earlier) => pairs.push((earlier, row)),
            None => {
                first.insert(key, row);
            }
        }
    }
    pairs
}

/// Rows that stay in the sample under the plan's exclusions.
#[must_use]
pub fn usable_rows(instrument: &Instrument, report: &AnswerReport) -> Vec<usize> {
    let plan = &instrument.plan.exclusions;
    let empty = Vec::new();
    let failed = report.failed_attention.as_ref().unwrap_or(&empty);
    let impossible = |row: &usize| report.out_of_range.iter().any(|cell| cell.row == *row);
    (0..report.rows)
        .filter(|row| {
            !(plan.failed_attention && failed.contains(row)
                || plan.straight_lined && report.straight_lined.contains(row)
                || plan.duplicate_respondents && report.duplicate_respondents.contains(row)
                || report.sparse.contains(row)
                || impossible(row))
        })
        .collect()
}

impl AnswerReport {
    /// Whether models can be fitted: every model item has a column.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.missing_columns.is_empty()
    }
}

impl Instrument {
    /// Whether a construct is asked about but not modelled.
    #[must_use]
    pub fn is_modelled(&self, construct: &str) -> bool {
        self.constructs_of(Role::Model).any(|known| known.code == construct)
    }
}
