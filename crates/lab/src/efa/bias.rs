//! Checks for common method bias: Harman's single factor, full collinearity, marker variable.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::EfaError;
use crate::data::symmetric::{eigen, inverse};

/// Harman's test: the share of all items' variance that the first principal component takes. More
/// than one half is commonly read as a warning. Nothing when correlations are not finite.
#[must_use]
pub fn harman_share(correlation: &[f64], width: usize) -> Option<f64> {
    Some(eigen(correlation, width)?.values[0] / width as f64)
}

/// Full collinearity (Kock 2015): variance inflation factor of each construct against all the
/// others, from the correlations of the constructs' scores. Above 3.3 is a warning.
///
/// # Errors
/// When a construct is a linear combination of others.
pub fn full_collinearity(correlation: &[f64], width: usize) -> Result<Vec<f64>, EfaError> {
    let precision = inverse(correlation, width).ok_or(EfaError::Singular)?;
    Ok((0..width).map(|i| precision[i * width + i]).collect())
}

/// A correlation with the marker's share taken out (Lindell and Whitney 2001).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarkerAdjusted {
    /// The correlation as observed.
    pub observed: f64,
    /// `(r - m) / (1 - m)`, where `m` is the marker's correlation.
    pub adjusted: f64,
    /// Its t statistic on `rows - 3` degrees of freedom.
    pub t: f64,
    /// Two-sided probability.
    pub p: f64,
}

/// Takes a method effect of size `marker` (the smallest correlation with a variable that should
/// be unrelated) out of a correlation over `rows` respondents.
#[must_use]
pub fn marker_adjusted(observed: f64, marker: f64, rows: usize) -> MarkerAdjusted {
    let adjusted = (observed - marker) / (1.0 - marker);
    let df = rows as f64 - 3.0;
    let t = adjusted / ((1.0 - adjusted * adjusted) / df).sqrt();
    let p = StudentsT::new(0.0, 1.0, df)
        .map_or(f64::NAN, |distribution| 2.0 * distribution.sf(t.abs()));
    MarkerAdjusted { observed, adjusted, t, p }
}
