//! Extraction of uncorrelated factors by maximum likelihood or least squares. Both are functions
//! of the uniquenesses alone once the loadings are maximised out (Joreskog 1967; Harman and Jones
//! 1966), and both are minimised by the same bounded Newton steps.

use super::EfaError;
use super::adequacy::upper_tail;
use crate::data::symmetric::{Eigen, cholesky, eigen, solve};

/// No uniqueness goes below this: a Heywood case stops here and is told, not hidden.
pub const UNIQUENESS_MIN: f64 = 0.005;
/// Newton steps after which an extraction counts as not converged.
const ITERATIONS_MAX: usize = 1000;
/// Largest slope left in any free uniqueness at the end.
const SLOPE_MAX: f64 = 1e-9;

/// How factors are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extraction {
    /// Maximum likelihood under normality.
    MaximumLikelihood,
    /// Least squares of the off-diagonal residuals (minres, the same solution as ULS).
    MinimumResidual,
}

/// Unrotated factors.
#[derive(Clone, Debug, PartialEq)]
pub struct Factors {
    /// Row-major, items by factors.
    pub loadings: Vec<f64>,
    /// One for each item.
    pub uniquenesses: Vec<f64>,
    /// Number of factors.
    pub factors: usize,
    /// Minimum of the discrepancy function.
    pub discrepancy: f64,
    /// Items whose uniqueness ran into its lower bound (Heywood cases).
    pub improper: Vec<usize>,
    /// Newton steps taken.
    pub iterations: usize,
}

/// Test that the factors reproduce the correlations, maximum likelihood only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FitTest {
    /// Statistic with Bartlett's (1951) correction.
    pub chisq: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// Upper tail probability.
    pub p: f64,
}

/// Extracts factors from a correlation matrix.
///
/// # Errors
/// When the matrix is singular, carries too many factors, or the search does not settle.
pub fn extract(
    correlation: &[f64],
    width: usize,
    factors: usize,
    extraction: Extraction,
) -> Result<Factors, EfaError> {
    let most = (0..=width).rev().find(|&m| (width - m).pow(2) >= width + m).unwrap_or(0);
    if factors == 0 || factors > most {
        return Err(EfaError::TooManyFactors { items: width, factors, most });
    }
    let precision =
        crate::data::symmetric::inverse(correlation, width).ok_or(EfaError::Singular)?;
    // Joreskog's (1963) starting point, also that of R's factanal.
    let share = 1.0 - 0.5 * factors as f64 / width as f64;
    let start =
        (0..width).map(|i| (share / precision[i * width + i]).clamp(UNIQUENESS_MIN, 1.0)).collect();
    let search = Search { correlation, width, factors, extraction };
    let (uniquenesses, iterations) = search.run(start)?;
    let state = search.evaluate(&uniquenesses).ok_or(EfaError::Singular)?;
    let improper =
        (0..width).filter(|&i| uniquenesses[i] <= UNIQUENESS_MIN * (1.0 + 1e-9)).collect();
    Ok(Factors {
        loadings: search.loadings(&state.spectrum, &uniquenesses),
        uniquenesses,
        factors,
        discrepancy: state.value,
        improper,
        iterations,
    })
}

/// The likelihood-ratio test of maximum-likelihood factors over `rows` respondents.
#[must_use]
pub fn fit_test(found: &Factors, rows: usize) -> FitTest {
    let (width, factors) = (found.uniquenesses.len(), found.factors);
    let scale = rows as f64 - 1.0 - (2 * width + 5) as f64 / 6.0 - 2.0 * factors as f64 / 3.0;
    let chisq = scale * found.discrepancy;
    let df = ((width - factors).pow(2) - width - factors) / 2;
    FitTest { chisq, df, p: upper_tail(chisq, df) }
}

struct Search<'a> {
    correlation: &'a [f64],
    width: usize,
    factors: usize,
    extraction: Extraction,
}

/// The discrepancy at one point, with the spectrum it was read from.
struct State {
    value: f64,
    slope: Vec<f64>,
    spectrum: Eigen,
}

impl Search<'_> {
    /// Steps in the logarithm of the uniquenesses, which keeps them positive.
    fn run(&self, mut uniquenesses: Vec<f64>) -> Result<(Vec<f64>, usize), EfaError> {
        let mut state = self.evaluate(&uniquenesses).ok_or(EfaError::Singular)?;
        for iteration in 0..ITERATIONS_MAX {
            let free: Vec<usize> = (0..self.width)
                .filter(|&i| {
                    let low = uniquenesses[i] <= UNIQUENESS_MIN && state.slope[i] > 0.0;
                    let high = uniquenesses[i] >= 1.0 && state.slope[i] < 0.0;
                    !(low || high)
                })
                .collect();
            if free.iter().all(|&i| state.slope[i].abs() < SLOPE_MAX) {
                return Ok((uniquenesses, iteration));
            }
            // Where a bound cuts Newton's step short it may lead uphill; the slope itself never
            // does.
            let newton = self.step(&state, &uniquenesses, &free);
            let slope: Vec<f64> = free.iter().map(|&i| state.slope[i]).collect();
            let better = match self.descend(&state, &uniquenesses, &free, &newton)? {
                None => self.descend(&state, &uniquenesses, &free, &slope)?,
                found => found,
            };
            match better {
                Some(found) => (uniquenesses, state) = found,
                // Rounding is larger than what is left to gain: this is the minimum.
                None => return Ok((uniquenesses, iteration)),
            }
        }
        Err(EfaError::NotConverged(ITERATIONS_MAX))
    }

    /// Goes along a direction, within the bounds, as far as the value falls by a part of what
    /// the slope promises; nothing when it does not fall.
    fn descend(
        &self,
        state: &State,
        uniquenesses: &[f64],
        free: &[usize],
        direction: &[f64],
    ) -> Result<Option<(Vec<f64>, State)>, EfaError> {
        let mut length = 1.0;
        while length > 1e-8 {
            let mut trial = uniquenesses.to_vec();
            let mut promised = 0.0;
            for (&i, delta) in free.iter().zip(direction) {
                trial[i] = (trial[i] * (-length * delta).exp()).clamp(UNIQUENESS_MIN, 1.0);
                promised += state.slope[i] * (uniquenesses[i] / trial[i]).ln();
            }
            let next = self.evaluate(&trial).ok_or(EfaError::Singular)?;
            if promised > 0.0 && state.value - next.value > 1e-4 * promised {
                return Ok(Some((trial, next)));
            }
            length /= 2.0;
        }
        Ok(None)
    }

    /// Newton's direction with the usual approximation of the second derivatives, in which the
    /// residual eigenvalues are taken at their ideal (Joreskog 1967, equation 34).
    fn step(&self, state: &State, uniquenesses: &[f64], free: &[usize]) -> Vec<f64> {
        let (width, size) = (self.width, free.len());
        let scale = |i: usize| match self.extraction {
            Extraction::MaximumLikelihood => 1.0,
            Extraction::MinimumResidual => uniquenesses[i],
        };
        let mut curvature = vec![0.0; size * size];
        for (a, &i) in free.iter().enumerate() {
            for (b, &j) in free.iter().enumerate() {
                let projection: f64 = (self.factors..width)
                    .map(|k| {
                        state.spectrum.vectors[i * width + k]
                            * state.spectrum.vectors[j * width + k]
                    })
                    .sum();
                curvature[a * size + b] = projection * projection * scale(i) * scale(j);
            }
            curvature[a * size + a] += 1e-8;
        }
        let mut step: Vec<f64> = free.iter().map(|&i| state.slope[i]).collect();
        if cholesky(&mut curvature, size) {
            solve(&curvature, size, &mut step);
        }
        // A step of more than a factor e^2 in a uniqueness leaves the region of the approximation.
        for delta in &mut step {
            *delta = delta.clamp(-2.0, 2.0);
        }
        step
    }

    /// Value and slope (with respect to the logarithms of the uniquenesses).
    fn evaluate(&self, uniquenesses: &[f64]) -> Option<State> {
        let width = self.width;
        let mut reduced = self.correlation.to_vec();
        match self.extraction {
            Extraction::MaximumLikelihood => {
                for i in 0..width {
                    for j in 0..width {
                        reduced[i * width + j] /= (uniquenesses[i] * uniquenesses[j]).sqrt();
                    }
                }
            }
            Extraction::MinimumResidual => {
                for i in 0..width {
                    reduced[i * width + i] -= uniquenesses[i];
                }
            }
        }
        let spectrum = eigen(&reduced, width)?;
        let residual = self.factors..width;
        let weight = |k: usize, i: usize| spectrum.vectors[i * width + k].powi(2);
        let (value, slope) = match self.extraction {
            Extraction::MaximumLikelihood => {
                let values = &spectrum.values;
                let value = residual.clone().map(|k| values[k] - values[k].ln() - 1.0).sum();
                let slope = (0..width)
                    .map(|i| residual.clone().map(|k| (1.0 - values[k]) * weight(k, i)).sum())
                    .collect();
                (value, slope)
            }
            Extraction::MinimumResidual => {
                let values = &spectrum.values;
                let value = residual.clone().map(|k| values[k] * values[k] / 2.0).sum();
                let slope = (0..width)
                    .map(|i| {
                        let sum: f64 = residual.clone().map(|k| values[k] * weight(k, i)).sum();
                        -sum * uniquenesses[i]
                    })
                    .collect();
                (value, slope)
            }
        };
        Some(State { value, slope, spectrum })
    }

    fn loadings(&self, spectrum: &Eigen, uniquenesses: &[f64]) -> Vec<f64> {
        let (width, factors) = (self.width, self.factors);
        let mut loadings = vec![0.0; width * factors];
        for k in 0..factors {
            let length = match self.extraction {
                Extraction::MaximumLikelihood => (spectrum.values[k] - 1.0).max(0.0).sqrt(),
                Extraction::MinimumResidual => spectrum.values[k].max(0.0).sqrt(),
            };
            let column = |i: usize| spectrum.vectors[i * width + k];
            let sign = (0..width).map(column).sum::<f64>().signum();
            for i in 0..width {
                let scale = match self.extraction {
                    Extraction::MaximumLikelihood => uniquenesses[i].sqrt(),
                    Extraction::MinimumResidual => 1.0,
                };
                loadings[i * factors + k] = sign * column(i) * length * scale;
            }
        }
        loadings
    }
}
