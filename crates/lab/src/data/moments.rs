//! Covariances and correlations of complete answers. Missing cells must be treated before: a
//! `NaN` among the answers makes its rows and columns `NaN`, it is never skipped silently.

use super::Items;

/// Covariance matrix of the items, row-major, with divisor `rows - 1`.
#[must_use]
pub fn covariance(items: &Items) -> Vec<f64> {
    let width = items.width();
    let means: Vec<f64> =
        (0..width).map(|item| items.column(item).sum::<f64>() / items.rows() as f64).collect();
    let mut sums = vec![0.0; width * width];
    let mut centred = vec![0.0; width];
    for row in 0..items.rows() {
        for ((slot, value), mean) in centred.iter_mut().zip(items.row(row)).zip(&means) {
            *slot = value - mean;
        }
        for i in 0..width {
            for j in 0..=i {
                sums[i * width + j] += centred[i] * centred[j];
            }
        }
    }
    let divisor = items.rows() as f64 - 1.0;
    for i in 0..width {
        for j in 0..=i {
            let value = sums[i * width + j] / divisor;
            sums[i * width + j] = value;
            sums[j * width + i] = value;
        }
    }
    sums
}

/// The correlation matrix of a covariance matrix of `width` variables.
#[must_use]
pub fn correlation_of(covariance: &[f64], width: usize) -> Vec<f64> {
    let deviations: Vec<f64> = (0..width).map(|i| covariance[i * width + i].sqrt()).collect();
    let mut correlation = vec![1.0; width * width];
    for i in 0..width {
        for j in 0..width {
            if i != j {
                correlation[i * width + j] =
                    covariance[i * width + j] / (deviations[i] * deviations[j]);
            }
        }
    }
    correlation
}

/// Correlation matrix of the items, row-major.
#[must_use]
pub fn correlation(items: &Items) -> Vec<f64> {
    correlation_of(&covariance(items), items.width())
}

/// The rows and columns `chosen` of a square matrix of `width` variables.
#[must_use]
pub fn submatrix(matrix: &[f64], width: usize, chosen: &[usize]) -> Vec<f64> {
    let mut part = Vec::with_capacity(chosen.len() * chosen.len());
    for &i in chosen {
        part.extend(chosen.iter().map(|&j| matrix[i * width + j]));
    }
    part
}
