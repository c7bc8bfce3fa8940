//! Scores of respondents from 0 to 100. A plain mean of answers, so that a member can compute it
//! by hand; the models' factor scores are another thing.

use super::definition::{Instrument, Role};
use crate::data::screening::reverse_coded;
use crate::data::{Items, Table, TableError};

/// Scores, respondents by constructs.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// Codes of the constructs.
    pub constructs: Vec<String>,
    /// Row-major, from 0 to 100; `NaN` where too few items were answered.
    pub values: Vec<f64>,
    /// Items answered, row-major.
    pub answered: Vec<usize>,
    /// Rows.
    pub rows: usize,
}

/// Scores every respondent on every construct of which the file holds an item. A score is the
/// mean of the answers given, reverse items turned, moved to 0 at the scale's low end and 100 at
/// its high end; it exists when at least half of the construct's items were answered.
///
/// # Errors
/// When an item's column is missing or holds words.
pub fn score(instrument: &Instrument, table: &Table) -> Result<Scores, TableError> {
    let (low, high) = (f64::from(instrument.scale.low), f64::from(instrument.scale.high));
    let present = |code: &str| table.names().any(|name| name == code);
    let asked = instrument.constructs.iter().filter(|construct| {
        construct.role == Role::Model
            || construct.role == Role::Optional
                && instrument.items_of(&construct.code).all(|item| present(&item.code))
    });
    let mut scores = Scores {
        constructs: Vec::new(),
        values: Vec::new(),
        answered: Vec::new(),
        rows: table.rows(),
    };
    let mut blocks = Vec::new();
    for construct in asked {
        let items: Vec<_> = instrument.items_of(&construct.code).collect();
        let codes: Vec<&str> = items.iter().map(|item| item.code.as_str()).collect();
        let answers = Items::from_table(table, &codes)?;
        let turned: Vec<usize> = (0..items.len()).filter(|&i| items[i].reverse).collect();
        scores.constructs.push(construct.code.clone());
        blocks.push(reverse_coded(&answers, &turned, low, high));
    }
    for row in 0..table.rows() {
        for block in &blocks {
            let given: Vec<f64> =
                block.row(row).iter().copied().filter(|answer| !answer.is_nan()).collect();
            let mean = given.iter().sum::<f64>() / given.len() as f64;
            let enough = 2 * given.len() >= block.width();
            scores.values.push(if enough { 100.0 * (mean - low) / (high - low) } else { f64::NAN });
            scores.answered.push(given.len());
        }
    }
    Ok(scores)
}

impl Scores {
    /// Scores of one construct.
    #[must_use]
    pub fn column(&self, construct: &str) -> Option<Vec<f64>> {
        let at = self.constructs.iter().position(|code| code == construct)?;
        Some(self.values.iter().skip(at).step_by(self.constructs.len()).copied().collect())
    }
}
