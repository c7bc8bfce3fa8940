//! Where answers are missing: how many for each item, and which combinations occur.

use std::collections::BTreeMap;

use super::Items;

/// One combination of missing items and the rows that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// For each item in order: was it answered?
    pub answered: Vec<bool>,
    /// How many respondents have exactly this combination.
    pub rows: usize,
}

/// The map of missing answers.
#[derive(Clone, Debug, PartialEq)]
pub struct MissingMap {
    /// Missing answers for each item.
    pub by_item: Vec<usize>,
    /// Combinations, most frequent first.
    pub patterns: Vec<Pattern>,
    /// Share of rows in which both items of a pair were answered, row-major.
    pub coverage: Vec<f64>,
    /// Rows without a missing answer.
    pub complete_rows: usize,
    /// Rows without any answer, counted from 0.
    pub empty_rows: Vec<usize>,
}

/// Maps the missing answers.
#[must_use]
pub fn map(items: &Items) -> MissingMap {
    let width = items.width();
    let mut counted: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
    for row in 0..items.rows() {
        let answered = items.row(row).iter().map(|value| !value.is_nan()).collect();
        *counted.entry(answered).or_default() += 1;
    }
    let mut by_item = vec![0; width];
    let mut coverage = vec![0.0; width * width];
    let mut complete_rows = 0;
    for (answered, &rows) in &counted {
        if answered.iter().all(|&answered| answered) {
            complete_rows = rows;
        }
        for i in 0..width {
            if !answered[i] {
                by_item[i] += rows;
            }
            for j in 0..width {
                if answered[i] && answered[j] {
                    coverage[i * width + j] += rows as f64 / items.rows() as f64;
                }
            }
        }
    }
    let mut patterns: Vec<Pattern> =
        counted.into_iter().map(|(answered, rows)| Pattern { answered, rows }).collect();
    patterns.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| b.answered.cmp(&a.answered)));
    MissingMap { by_item, patterns, coverage, complete_rows, empty_rows: items.empty_rows() }
}
