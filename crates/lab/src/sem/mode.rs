//! Factor scores from ordered answers: the most probable values of the latent variables given
//! what a case answered (empirical Bayes modal, Muthén 1984; lavaan's `EBM`). Answers are taken
//! as independent given the latent variables, so residual covariances are left aside, as lavaan
//! leaves them.

use super::fit::Fit;
use super::implied::Implied;
use super::ordered::levels;
use super::scores::FactorScores;
use crate::stats::bivariate::{normal_cdf, normal_pdf};
use crate::stats::dense;
use crate::stats::matrix::Matrix;

/// Newton's steps for one case; the density has one peak, and a handful of steps reach it.
const STEPS_MAX: usize = 100;

/// A step that moves no latent variable by more than this has arrived.
const STILL: f64 = 1e-12;

/// The least probability of an answer: beyond it the logarithm is of rounding.
const PROBABILITY_MIN: f64 = 1e-300;

/// One answer of a case as a term of its log density.
enum Answer {
    /// Between two thresholds, in units of the residual deviation, at a latent score of zero.
    Between(f64, f64),
    /// A number, as a deviation in the same units.
    Number(f64),
}

struct Term {
    answer: Answer,
    /// Loadings in units of the residual deviation.
    slopes: Vec<f64>,
}

impl Term {
    /// Log density at the linear predictor `u`, its slope and its curvature.
    fn at(&self, u: f64) -> (f64, f64, f64) {
        match self.answer {
            Answer::Number(number) => {
                let error = number - u;
                (-0.5 * error * error, error, -1.0)
            }
            Answer::Between(below, above) => {
                let (a, b) = (below - u, above - u);
                // The upper tail is counted from its own side, where it keeps its digits.
                let within = if a > 0.0 {
                    normal_cdf(-a) - normal_cdf(-b)
                } else {
                    normal_cdf(b) - normal_cdf(a)
                };
                let within = within.max(PROBABILITY_MIN);
                let part = |x: f64| if x.is_finite() { x * normal_pdf(x) } else { 0.0 };
                let slope = (normal_pdf(a) - normal_pdf(b)) / within;
                let curvature = (part(a) - part(b)) / within - slope * slope;
                (within.ln(), slope, curvature)
            }
        }
    }
}

impl Fit {
    /// Modes of a group; none where an outcome is ordered and acts as a latent variable.
    pub(super) fn modes_of(&self, group: usize) -> Option<FactorScores> {
        let (structure, implied) = self.solved.engine.group(group);
        if !structure.promoted.is_empty() {
            return None;
        }
        let sample = &self.data.sample.groups[group];
        let names = self.table.roles.latent.clone();
        let m = structure.m;
        let prior = Matrix::square(m, implied.latent.clone()).inverse_positive();
        let categories: Vec<Vec<f64>> =
            (0..structure.p).map(|i| levels(&self.data.sample, i)).collect();
        let mut rows = Matrix::zeros(sample.cases, names.len());
        for case in 0..sample.cases {
            let row = sample.case(case);
            let covariates = &row[structure.p..];
            let terms = self.terms(implied, row, covariates, &categories);
            let centre: Vec<f64> = (0..m)
                .map(|j| {
                    let effects = &implied.a_gamma[j * implied.q..(j + 1) * implied.q];
                    implied.latent_mean[j] + dense::dot(effects, covariates)
                })
                .collect();
            let found = match (&prior, &terms) {
                (Some(prior), Some(terms)) => mode(prior, &centre, terms),
                _ => None,
            };
            let found = found.unwrap_or_else(|| vec![f64::NAN; m]);
            rows.row_mut(case).copy_from_slice(&found[..names.len()]);
        }
        Some(FactorScores { names, rows })
    }

    /// The terms of a case; none when a residual variance is not positive.
    fn terms(
        &self,
        implied: &Implied,
        row: &[f64],
        covariates: &[f64],
        categories: &[Vec<f64>],
    ) -> Option<Vec<Term>> {
        let (p, m, q) = (implied.p, implied.m, implied.q);
        let mut terms = Vec::new();
        for i in (0..p).filter(|i| !row[*i].is_nan()) {
            let variance = implied.theta[i * p + i];
            if variance <= 0.0 {
                return None;
            }
            let unit = variance.sqrt();
            let given = dense::dot(&implied.direct[i * q..(i + 1) * q], covariates);
            let origin = implied.nu[i] + given;
            let tau = &implied.tau[i];
            let answer = if tau.is_empty() {
                Answer::Number((row[i] - origin) / unit)
            } else {
                let category = categories[i].iter().position(|level| *level == row[i])?;
                let below = category.checked_sub(1).map_or(f64::NEG_INFINITY, |k| tau[k]);
                let above = tau.get(category).copied().unwrap_or(f64::INFINITY);
                Answer::Between((below - origin) / unit, (above - origin) / unit)
            };
            let slopes = implied.lambda[i * m..(i + 1) * m].iter().map(|l| l / unit).collect();
            terms.push(Term { answer, slopes });
        }
        Some(terms)
    }
}

/// The peak of the density of the latent variables given the answers; none when it is not found.
fn mode(prior: &Matrix, centre: &[f64], terms: &[Term]) -> Option<Vec<f64>> {
    let m = centre.len();
    let value = |eta: &[f64]| {
        let error: Vec<f64> = eta.iter().zip(centre).map(|(e, c)| e - c).collect();
        let answers: f64 = terms.iter().map(|t| t.at(dense::dot(&t.slopes, eta)).0).sum();
        answers - 0.5 * dense::dot(&error, &prior.apply(&error))
    };
    let mut eta = centre.to_vec();
    let mut reached = value(&eta);
    for _ in 0..STEPS_MAX {
        let error: Vec<f64> = eta.iter().zip(centre).map(|(e, c)| e - c).collect();
        let mut step: Vec<f64> = prior.apply(&error).into_iter().map(|pull| -pull).collect();
        let mut curvature = prior.data.clone();
        for term in terms {
            let (_, slope, second) = term.at(dense::dot(&term.slopes, &eta));
            for j in 0..m {
                step[j] += slope * term.slopes[j];
                for k in 0..m {
                    curvature[j * m + k] -= second * term.slopes[j] * term.slopes[k];
                }
            }
        }
        dense::cholesky(&mut curvature, m)?;
        dense::cholesky_solve(&curvature, m, &mut step);
        let mut length = 1.0;
        loop {
            let trial: Vec<f64> = eta.iter().zip(&step).map(|(e, s)| e + length * s).collect();
            let found = value(&trial);
            if found >= reached - 1e-12 * (1.0 + reached.abs()) {
                (eta, reached) = (trial, found);
                break;
            }
            length *= 0.5;
            if length < 1e-10 {
                return None;
            }
        }
        if step.iter().all(|s| (length * s).abs() < STILL) {
            return Some(eta);
        }
    }
    None
}
