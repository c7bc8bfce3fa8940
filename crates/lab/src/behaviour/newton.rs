//! Maximises a concave log-likelihood by Newton's steps with halving, and reads standard errors
//! from the information at the maximum.

use statrs::distribution::{ContinuousCDF, Normal};

use super::BehaviourError;
use crate::data::symmetric::{cholesky, inverse, solve};

/// Steps after which an estimation counts as not converged.
const STEPS_MAX: usize = 100;
/// Relative change of the log-likelihood at which it has converged.
const SETTLED: f64 = 1e-13;
/// A coefficient times its predictor's standard deviation beyond this means odds above 10^10
/// between ordinary rows: the predictor separates the outcomes.
const SEPARATED: f64 = 25.0;

/// An estimated coefficient.
#[derive(Clone, Debug, PartialEq)]
pub struct Coefficient {
    /// Predictor.
    pub name: String,
    /// Maximum-likelihood estimate.
    pub estimate: f64,
    /// Standard error from the information.
    pub se: f64,
    /// Estimate over standard error.
    pub z: f64,
    /// Two-sided probability under the normal distribution.
    pub p: f64,
    /// Lower end of the 95% interval.
    pub ci_lower: f64,
    /// Upper end of the 95% interval.
    pub ci_upper: f64,
}

/// A log-likelihood with its first derivatives and information (row-major) at `coefficients`.
pub(super) trait Likelihood {
    fn evaluate(&self, coefficients: &[f64], gradient: &mut [f64], information: &mut [f64]) -> f64;
}

pub(super) struct Maximum {
    pub coefficients: Vec<f64>,
    pub log_likelihood: f64,
    /// Information at the maximum, row-major.
    pub information: Vec<f64>,
    /// Gradient at the start.
    pub start_gradient: Vec<f64>,
    /// Information at the start.
    pub start_information: Vec<f64>,
    /// Log-likelihood at the start.
    pub start_log_likelihood: f64,
    pub steps: usize,
}

/// Finds the maximum from `start`; `deviations` are the predictors' standard deviations (0 for
/// an intercept, which separation does not concern).
pub(super) fn maximize(
    likelihood: &impl Likelihood,
    start: Vec<f64>,
    names: &[String],
    deviations: &[f64],
) -> Result<Maximum, BehaviourError> {
    let size = start.len();
    let mut gradient = vec![0.0; size];
    let mut information = vec![0.0; size * size];
    let mut coefficients = start;
    let mut value = likelihood.evaluate(&coefficients, &mut gradient, &mut information);
    let (start_gradient, start_information) = (gradient.clone(), information.clone());
    let start_log_likelihood = value;
    for steps in 0..STEPS_MAX {
        let mut factor = information.clone();
        if !cholesky(&mut factor, size) {
            let name = names[dependent(&information, size)].clone();
            return Err(if steps == 0 {
                BehaviourError::Collinear(name)
            } else {
                BehaviourError::Separated(name)
            });
        }
        let mut step = gradient.clone();
        solve(&factor, size, &mut step);
        let mut scale = 1.0;
        let (trial, next) = loop {
            let trial: Vec<f64> =
                coefficients.iter().zip(&step).map(|(b, s)| b + scale * s).collect();
            let next = likelihood.evaluate(&trial, &mut gradient, &mut information);
            // Rounding may make the last steps lose a little; a real loss is halved away.
            if next >= value - value.abs() * 1e-12 || scale < 1e-6 {
                break (trial, next);
            }
            scale /= 2.0;
        };
        let gain = next - value;
        (coefficients, value) = (trial, next);
        let far = coefficients.iter().zip(deviations).position(|(b, d)| (b * d).abs() > SEPARATED);
        if let Some(far) = far {
            return Err(BehaviourError::Separated(names[far].clone()));
        }
        if !value.is_finite() {
            break;
        }
        if gain.abs() <= SETTLED * (value.abs() + 1.0) {
            return Ok(Maximum {
                coefficients,
                log_likelihood: value,
                information,
                start_gradient,
                start_information,
                start_log_likelihood,
                steps: steps + 1,
            });
        }
    }
    Err(BehaviourError::NotConverged(STEPS_MAX))
}

/// The first variable that a Cholesky factorisation stumbles over.
fn dependent(information: &[f64], size: usize) -> usize {
    (1..size)
        .find(|&count| {
            let chosen: Vec<usize> = (0..count).collect();
            let mut leading = crate::data::moments::submatrix(information, size, &chosen);
            !cholesky(&mut leading, count)
        })
        .map_or(size - 1, |count| count - 1)
}

impl Maximum {
    pub fn table(&self, names: &[String]) -> Vec<Coefficient> {
        let size = names.len();
        let covariance = inverse(&self.information, size).unwrap_or_default();
        let normal = Normal::standard();
        let quantile = normal.inverse_cdf(0.975);
        (0..size)
            .map(|i| {
                let estimate = self.coefficients[i];
                let se = covariance.get(i * size + i).map_or(f64::NAN, |v| v.sqrt());
                let z = estimate / se;
                Coefficient {
                    name: names[i].clone(),
                    estimate,
                    se,
                    z,
                    p: 2.0 * normal.sf(z.abs()),
                    ci_lower: estimate - quantile * se,
                    ci_upper: estimate + quantile * se,
                }
            })
            .collect()
    }
}

/// Standard deviation of every column of row-major values.
pub(super) fn deviations(values: &[f64], width: usize) -> Vec<f64> {
    let rows = (values.len() / width.max(1)) as f64;
    (0..width)
        .map(|column| {
            let cells = || values.iter().skip(column).step_by(width);
            let mean = cells().sum::<f64>() / rows;
            (cells().map(|v| (v - mean).powi(2)).sum::<f64>() / rows).sqrt()
        })
        .collect()
}
