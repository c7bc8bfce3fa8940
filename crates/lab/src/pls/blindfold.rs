//! Blindfolding (Stone 1974, Geisser 1974; Wold's version for path models): every D-th answer of
//! a block is withheld, the model estimated without it, and the answer predicted.

use super::predict::expected;
use super::{Antecedents, Model, PlsError};
use crate::data::Items;

/// Cross-validated shares of one construct's answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Blindfolded {
    /// Construct position.
    pub construct: usize,
    /// Predicted from the construct's antecedents; nothing when it has none.
    pub redundancy: Option<f64>,
    /// Predicted from the construct's own score; nothing for a single item.
    pub communality: Option<f64>,
}

/// Q2 of every construct with omission distance `distance`, usually 7. Answers are counted row by
/// row within a block, and those whose number has the same remainder are withheld together and
/// replaced by the mean of the others. The distance must not divide the number of rows, or whole
/// rows would be withheld: it is then raised by one.
///
/// # Errors
/// When the distance is below 2, or an estimation fails.
pub fn blindfold(model: &Model, distance: usize) -> Result<Vec<Blindfolded>, PlsError> {
    let rows = model.items().rows();
    if distance < 2 || distance >= rows {
        return Err(PlsError::Folds(rows));
    }
    let distance = if rows.is_multiple_of(distance) { distance + 1 } else { distance };
    (0..model.design.size()).map(|construct| one(model, construct, distance)).collect()
}

fn one(model: &Model, construct: usize, distance: usize) -> Result<Blindfolded, PlsError> {
    let block = model.design.blocks[construct].clone();
    let endogenous = !model.design.parents[construct].is_empty();
    let several = block.len() > 1;
    let (mut redundancy, mut communality, mut total) = (0.0, 0.0, 0.0);
    let rounds = if endogenous || several { distance } else { 0 };
    for round in 0..rounds {
        let withheld = withhold(model.items(), &block, distance, round);
        let partial = model.with_items(withheld)?;
        let fit = partial.fit()?;
        let scores = partial.scores(&fit);
        let size = model.design.size();
        for row in 0..model.items().rows() {
            for (place, item) in block.clone().enumerate() {
                let answer = model.items().row(row)[item];
                if (row * block.len() + place) % distance != round || answer.is_nan() {
                    continue;
                }
                let own = &scores[row * size..(row + 1) * size];
                let loading = fit.loadings[item] * fit.deviations[item];
                let deviation = answer - fit.means[item];
                let composite = expected(&fit, own, construct, Antecedents::Direct);
                total += deviation * deviation;
                redundancy += (deviation - loading * composite).powi(2);
                communality += (deviation - loading * own[construct]).powi(2);
            }
        }
    }
    Ok(Blindfolded {
        construct,
        redundancy: endogenous.then_some(1.0 - redundancy / total),
        communality: several.then_some(1.0 - communality / total),
    })
}

fn withhold(items: &Items, block: &std::ops::Range<usize>, distance: usize, round: usize) -> Items {
    let width = items.width();
    let mut values = items.values().to_vec();
    for row in 0..items.rows() {
        for (place, item) in block.clone().enumerate() {
            if (row * block.len() + place) % distance == round {
                values[row * width + item] = f64::NAN;
            }
        }
    }
    Items::from_rows(items.names().to_vec(), values)
}
