//! Omega: the share of a scale's variance that comes from its factor. Several numbers go by that
//! name; here each is a field named after its denominator.

use super::ReliabilityError;
use crate::data::Items;
use crate::data::moments::{correlation_of, covariance};
use crate::efa::{Extraction, extract};

/// Omega under both of its definitions. They differ when the model does not reproduce the scale's
/// variance, which the semTools functions `reliability` (first field by default) and
/// `compRelSEM` (second) show: print which one is meant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Omega {
    /// Factor variance over the variance of the sum that the model implies (Raykov 2001).
    pub model_implied: f64,
    /// Factor variance over the observed variance of the sum (McDonald 1999).
    pub observed_total: f64,
    /// Average variance extracted, with items in their own units: sum of the factor's variances
    /// in the items over the sum of their implied variances.
    pub average_variance: f64,
}

/// Omega from a fitted model of one scale, in the units of the items: unstandardised loadings,
/// the factor's variance, residual variances, and the items' observed covariance matrix
/// (row-major, with the divisor that the model was fitted under).
#[must_use]
pub fn omega_of_model(
    loadings: &[f64],
    factor_variance: f64,
    residuals: &[f64],
    observed: &[f64],
) -> Omega {
    let sum: f64 = loadings.iter().sum();
    let common = sum * sum * factor_variance;
    let unique: f64 = residuals.iter().sum();
    let explained: f64 = loadings.iter().map(|l| l * l * factor_variance).sum();
    Omega {
        model_implied: common / (common + unique),
        observed_total: common / observed.iter().sum::<f64>(),
        average_variance: explained / (explained + unique),
    }
}

/// Omega of a scale by a factor model of its own, fitted by maximum likelihood to its complete
/// rows. A model of several scales at once gives slightly other loadings.
///
/// # Errors
/// With fewer than three items (not identified), too few rows, or a constant item.
pub fn omega_of_one_factor(items: &Items) -> Result<Omega, ReliabilityError> {
    let width = items.width();
    if width < 3 {
        return Err(ReliabilityError::NotIdentified(width));
    }
    let (complete, _) = items.complete_rows();
    if complete.rows() <= width {
        return Err(ReliabilityError::TooFewRows(complete.rows()));
    }
    let covariance = covariance(&complete);
    if let Some(item) = (0..width).find(|i| covariance[i * width + i] <= 0.0) {
        return Err(ReliabilityError::ConstantItem(items.names()[item].clone()));
    }
    let correlation = correlation_of(&covariance, width);
    let factor = extract(&correlation, width, 1, Extraction::MaximumLikelihood)
        .map_err(|error| ReliabilityError::NoFactor(error.to_string()))?;
    let deviation = |i: usize| covariance[i * width + i].sqrt();
    let loadings: Vec<f64> = (0..width).map(|i| factor.loadings[i] * deviation(i)).collect();
    let residuals: Vec<f64> =
        (0..width).map(|i| factor.uniquenesses[i] * covariance[i * width + i]).collect();
    Ok(omega_of_model(&loadings, 1.0, &residuals, &covariance))
}
