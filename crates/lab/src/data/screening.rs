//! Screening of answers before anything is estimated: reverse-worded items, impossible answers,
//! failed attention checks, straight-lining, items without information. Finds and names; it is
//! the caller who decides what leaves the sample.

use super::Items;

/// A cell that cannot be: row and item counted from 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutOfRange {
    /// Row.
    pub row: usize,
    /// Item position.
    pub item: usize,
    /// The answer found.
    pub answer: f64,
}

/// Turns the answers of reverse-worded items round: on a scale from `low` to `high` an answer
/// `a` becomes `low + high - a`.
#[must_use]
pub fn reverse_coded(items: &Items, reversed: &[usize], low: f64, high: f64) -> Items {
    let width = items.width();
    let mut values = items.values().to_vec();
    for row in 0..items.rows() {
        for &item in reversed {
            let value = &mut values[row * width + item];
            *value = low + high - *value;
        }
    }
    Items::from_rows(items.names().to_vec(), values)
}

/// Answers outside the scale from `low` to `high`, and those between its points when `whole`.
#[must_use]
pub fn out_of_range(items: &Items, low: f64, high: f64, whole: bool) -> Vec<OutOfRange> {
    let width = items.width();
    let impossible = |answer: f64| {
        !answer.is_nan()
            && (answer < low || answer > high || (whole && (answer - low).fract() != 0.0))
    };
    items
        .values()
        .iter()
        .enumerate()
        .filter(|(_, answer)| impossible(**answer))
        .map(|(index, &answer)| OutOfRange { row: index / width, item: index % width, answer })
        .collect()
}

/// Rows that did not give the answer an attention item asks for; no answer is a failure too.
#[must_use]
pub fn failed_attention(items: &Items, item: usize, asked_for: f64) -> Vec<usize> {
    items
        .column(item)
        .enumerate()
        .filter(|(_, answer)| *answer != asked_for)
        .map(|(row, _)| row)
        .collect()
}

/// The longest run of one answer repeated over successive items, for each row. Missing answers
/// neither break nor lengthen a run.
#[must_use]
pub fn longest_runs(items: &Items) -> Vec<usize> {
    (0..items.rows())
        .map(|row| {
            let (mut longest, mut run, mut last) = (0, 0, f64::NAN);
            for &answer in items.row(row).iter().filter(|answer| !answer.is_nan()) {
                run = if answer == last { run + 1 } else { 1 };
                last = answer;
                longest = longest.max(run);
            }
            longest
        })
        .collect()
}

/// Rows that gave one answer to at least `items_min` items and to every item they answered.
#[must_use]
pub fn straight_lined(items: &Items, items_min: usize) -> Vec<usize> {
    (0..items.rows())
        .filter(|&row| {
            let mut answers = items.row(row).iter().filter(|answer| !answer.is_nan());
            let Some(first) = answers.next() else {
                return false;
            };
            let mut given = 1;
            answers.all(|answer| {
                given += 1;
                answer == first
            }) && given >= items_min
        })
        .collect()
}

/// Items whose answers do not vary (or are all missing).
#[must_use]
pub fn constant_items(items: &Items) -> Vec<usize> {
    (0..items.width())
        .filter(|&item| {
            let mut answers = items.column(item).filter(|answer| !answer.is_nan());
            let first = answers.next();
            answers.all(|answer| Some(answer) == first)
        })
        .collect()
}

/// Pairs of items with the same answer, missing or given, in every row.
#[must_use]
pub fn duplicated_items(items: &Items) -> Vec<(usize, usize)> {
    let same = |a: usize, b: usize| {
        items.column(a).zip(items.column(b)).all(|(x, y)| x == y || (x.is_nan() && y.is_nan()))
    };
    let mut pairs = Vec::new();
    for a in 0..items.width() {
        pairs.extend((a + 1..items.width()).filter(|&b| same(a, b)).map(|b| (a, b)));
    }
    pairs
}
