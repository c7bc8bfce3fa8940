//! Importance and performance (Ringle and Sarstedt 2016): which antecedent moves a target most,
//! and which has most room to improve. Importance is an association in the model, not a cause.

use super::{Fit, Model};

/// One antecedent of a target.
#[derive(Clone, Debug, PartialEq)]
pub struct Importance {
    /// Construct position.
    pub construct: usize,
    /// Points the target's score changes for one point of this score, both from 0 to 100.
    pub importance: f64,
    /// Standardised total effect.
    pub standardized: f64,
    /// Mean score from 0 to 100.
    pub performance: f64,
    /// Does an item with a negative weight make the score leave 0 to 100?
    pub negative_weight: bool,
}

/// Importance and performance of every antecedent of `target`, and the target's own performance
/// (with an importance of 0) last. `low` and `high` are the ends of the answer scale; without
/// them the smallest and largest answer of each item serve.
#[must_use]
pub fn importance_performance(
    model: &Model,
    fit: &Fit,
    target: usize,
    scale: Option<(f64, f64)>,
) -> Vec<Importance> {
    let size = fit.constructs_named().len();
    let described: Vec<Described> =
        (0..size).map(|construct| describe(model, fit, construct, scale)).collect();
    let antecedents = fit.effects().iter().filter(|(_, to)| *to == target).map(|(from, _)| *from);
    antecedents
        .chain([target])
        .map(|construct| {
            let standardized = fit.totals[construct * size + target];
            let ratio = described[target].deviation / described[construct].deviation;
            Importance {
                construct,
                importance: standardized * ratio,
                standardized,
                performance: described[construct].mean,
                negative_weight: described[construct].negative,
            }
        })
        .collect()
}

struct Described {
    mean: f64,
    deviation: f64,
    negative: bool,
}

/// Mean and deviation of a construct's score from items between 0 and 100, weighted by their
/// unstandardised outer weights, which are made to sum to 1.
fn describe(model: &Model, fit: &Fit, construct: usize, scale: Option<(f64, f64)>) -> Described {
    let block = fit.block(construct);
    let standardized = fit.standardized_weights();
    let range = |item: usize| model.answer_range(item, scale);
    let spread = |item: usize| {
        let (low, high) = range(item);
        100.0 / (high - low)
    };
    // The weight of an item in points is its standardised weight over its deviation in points.
    let raw: Vec<f64> = block
        .clone()
        .map(|item| standardized[item] / (fit.deviations[item] * spread(item)))
        .collect();
    let sum: f64 = raw.iter().sum();
    let mean = block
        .clone()
        .zip(&raw)
        .map(|(item, weight)| weight / sum * (fit.means[item] - range(item).0) * spread(item))
        .sum();
    // The standardised composite has a deviation of 1, so this one's is the scaling itself.
    Described { mean, deviation: 1.0 / sum.abs(), negative: raw.iter().any(|w| w / sum < 0.0) }
}
