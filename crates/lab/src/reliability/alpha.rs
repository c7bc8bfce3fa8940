//! Cronbach's alpha (Psychometrika 1951), raw and standardised, with the interval of Feldt (1965)
//! and what happens when an item is left out.

use statrs::distribution::{ContinuousCDF, FisherSnedecor};

use super::ReliabilityError;
use crate::data::Items;
use crate::data::moments::{correlation_of, covariance, submatrix};

/// The scale without one of its items.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemDrop {
    /// The item left out.
    pub item: String,
    /// Raw alpha of the other items; nothing when fewer than two are left.
    pub alpha: Option<f64>,
    /// Standardised alpha of the other items.
    pub standardized: Option<f64>,
    /// Correlation of the item with the sum of the others; a negative one usually means that
    /// the item is worded the other way round and was not reverse coded.
    pub rest_correlation: f64,
}

/// Cronbach's alpha of one scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Alpha {
    /// From covariances.
    pub raw: f64,
    /// From correlations.
    pub standardized: f64,
    /// Lower end of Feldt's interval for the raw alpha.
    pub ci_lower: f64,
    /// Upper end of Feldt's interval for the raw alpha.
    pub ci_upper: f64,
    /// Mean correlation between items.
    pub mean_correlation: f64,
    /// Rows used.
    pub rows: usize,
    /// The scale without each item in turn.
    pub drops: Vec<ItemDrop>,
}

/// Alpha of the items, over rows without a missing answer; `level` is the interval's, e.g. 0.95.
///
/// # Errors
/// With fewer than two items or three rows, or when an item is constant.
pub fn alpha(items: &Items, level: f64) -> Result<Alpha, ReliabilityError> {
    let width = items.width();
    if width < 2 {
        return Err(ReliabilityError::TooFewItems(width));
    }
    let (complete, _) = items.complete_rows();
    if complete.rows() < 3 {
        return Err(ReliabilityError::TooFewRows(complete.rows()));
    }
    let covariance = covariance(&complete);
    if let Some(item) = (0..width).find(|i| covariance[i * width + i] <= 0.0) {
        return Err(ReliabilityError::ConstantItem(items.names()[item].clone()));
    }
    let correlation = correlation_of(&covariance, width);
    let raw = alpha_of(&covariance, width);
    let (ci_lower, ci_upper) = feldt(raw, complete.rows(), width, level);
    let between = correlation.iter().sum::<f64>() - width as f64;
    Ok(Alpha {
        raw,
        standardized: alpha_of(&correlation, width),
        ci_lower,
        ci_upper,
        mean_correlation: between / (width * (width - 1)) as f64,
        rows: complete.rows(),
        drops: (0..width).map(|item| without(items, &covariance, &correlation, item)).collect(),
    })
}

/// `k / (k - 1) * (1 - sum of variances / variance of the sum)`.
pub(crate) fn alpha_of(covariance: &[f64], width: usize) -> f64 {
    let total: f64 = covariance.iter().sum();
    let own: f64 = (0..width).map(|i| covariance[i * width + i]).sum();
    width as f64 / (width as f64 - 1.0) * (1.0 - own / total)
}

fn without(items: &Items, covariance: &[f64], correlation: &[f64], item: usize) -> ItemDrop {
    let width = items.width();
    let others: Vec<usize> = (0..width).filter(|&i| i != item).collect();
    let rest = submatrix(covariance, width, &others);
    let rest_variance: f64 = rest.iter().sum();
    let shared: f64 = others.iter().map(|&i| covariance[item * width + i]).sum();
    let enough = others.len() >= 2;
    let rest_standardized = submatrix(correlation, width, &others);
    ItemDrop {
        item: items.names()[item].clone(),
        alpha: enough.then(|| alpha_of(&rest, others.len())),
        standardized: enough.then(|| alpha_of(&rest_standardized, others.len())),
        rest_correlation: shared / (covariance[item * width + item] * rest_variance).sqrt(),
    }
}

/// `(1 - alpha) / (1 - estimate)` follows F with `n - 1` and `(n - 1)(k - 1)` degrees of freedom.
fn feldt(alpha: f64, rows: usize, width: usize, level: f64) -> (f64, f64) {
    let first = rows as f64 - 1.0;
    let second = first * (width as f64 - 1.0);
    let Ok(distribution) = FisherSnedecor::new(first, second) else {
        return (f64::NAN, f64::NAN);
    };
    let tail = (1.0 - level) / 2.0;
    let bound = |probability: f64| 1.0 - (1.0 - alpha) * distribution.inverse_cdf(probability);
    (bound(1.0 - tail), bound(tail))
}
