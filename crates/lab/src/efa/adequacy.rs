//! Is a correlation matrix worth factoring? Kaiser, Meyer and Olkin's measure, Bartlett's test.

use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::EfaError;
use crate::data::symmetric::{cholesky, inverse, log_determinant};

/// Measure of sampling adequacy (Kaiser 1974): squared correlations against squared partial ones.
#[derive(Clone, Debug, PartialEq)]
pub struct SamplingAdequacy {
    /// Of all items together (KMO).
    pub overall: f64,
    /// Of each item (MSA).
    pub items: Vec<f64>,
}

/// Computes the measure of sampling adequacy.
///
/// # Errors
/// When the matrix cannot be inverted.
pub fn sampling_adequacy(correlation: &[f64], width: usize) -> Result<SamplingAdequacy, EfaError> {
    let precision = inverse(correlation, width).ok_or(EfaError::Singular)?;
    let mut simple = vec![0.0; width];
    let mut partial = vec![0.0; width];
    for i in 0..width {
        for j in (0..width).filter(|&j| j != i) {
            simple[i] += correlation[i * width + j].powi(2);
            partial[i] += precision[i * width + j].powi(2)
                / (precision[i * width + i] * precision[j * width + j]);
        }
    }
    let (all_simple, all_partial): (f64, f64) = (simple.iter().sum(), partial.iter().sum());
    Ok(SamplingAdequacy {
        overall: all_simple / (all_simple + all_partial),
        items: simple.iter().zip(&partial).map(|(s, p)| s / (s + p)).collect(),
    })
}

/// Bartlett's (1951) test that all correlations are zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bartlett {
    /// Chi-square statistic.
    pub chisq: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// Upper tail probability.
    pub p: f64,
}

/// Tests whether the items are uncorrelated, given the number of rows behind the correlations.
///
/// # Errors
/// When the matrix is not positive definite.
pub fn bartlett(correlation: &[f64], width: usize, rows: usize) -> Result<Bartlett, EfaError> {
    let mut factor = correlation.to_vec();
    if !cholesky(&mut factor, width) {
        return Err(EfaError::Singular);
    }
    let scale = rows as f64 - 1.0 - (2 * width + 5) as f64 / 6.0;
    let chisq = -scale * log_determinant(&factor, width);
    let df = width * (width - 1) / 2;
    Ok(Bartlett { chisq, df, p: upper_tail(chisq, df) })
}

/// Probability that a chi-square variable exceeds `chisq`; 1 without degrees of freedom.
pub(crate) fn upper_tail(chisq: f64, df: usize) -> f64 {
    ChiSquared::new(df as f64).map_or(1.0, |distribution| distribution.sf(chisq.max(0.0)))
}
