//! Residuals: what the model leaves of the sample moments, and their summaries.

use super::fit::Fit;
use super::moment::{Moment, implied_moment};
use crate::stats::matrix::Matrix;

/// The residuals of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Residuals {
    /// Names of rows and columns.
    pub names: Vec<String>,
    /// Sample less implied covariances.
    pub covariances: Matrix,
    /// Sample less implied correlations.
    pub correlations: Matrix,
    /// Sample less implied means; empty when means are not modelled.
    pub means: Vec<f64>,
}

impl Fit {
    /// The residuals of every group.
    #[must_use]
    pub fn residuals_of_groups(&self) -> Vec<Residuals> {
        (0..self.table.groups).map(|group| self.residuals_of(group)).collect()
    }

    fn residuals_of(&self, group: usize) -> Residuals {
        let moments = &self.data.moments[group];
        let (structure, implied) = self.solved.engine.group(group);
        let p = structure.p;
        let fitted = |i: usize, j: usize| implied_moment(implied, Moment::Covariance(i, j));
        let mut covariances = Matrix::zeros(p, p);
        let mut correlations = Matrix::zeros(p, p);
        let s = &moments.cov;
        for i in 0..p {
            for j in 0..p {
                covariances[(i, j)] = s[(i, j)] - fitted(i, j);
                let sample = s[(i, j)] / (s[(i, i)] * s[(j, j)]).sqrt();
                let model = fitted(i, j) / (fitted(i, i) * fitted(j, j)).sqrt();
                correlations[(i, j)] = if i == j { 0.0 } else { sample - model };
            }
        }
        let means = if self.data.means && !self.data.categorical {
            moments.mean.iter().zip(&implied.mu).map(|(m, mu)| m - mu).collect()
        } else {
            Vec::new()
        };
        Residuals { names: structure.observed.clone(), covariances, correlations, means }
    }
}

/// Sums of squares of one group's residuals.
#[derive(Default)]
struct Squares {
    raw: f64,
    bentler: f64,
    correlation: f64,
    mplus: f64,
    raw_mean: f64,
    bentler_mean: f64,
    correlation_mean: f64,
    mplus_mean: f64,
    /// Elements of the lower triangle with diagonal.
    triangle: f64,
    /// Means or thresholds.
    means: f64,
    p: f64,
}

fn squares(fit: &Fit, group: usize) -> Squares {
    let residuals = fit.residuals_of(group);
    let moments = &fit.data.moments[group];
    let (_, implied) = fit.solved.engine.group(group);
    let p = residuals.names.len();
    let s = &moments.cov;
    let all = (p + fit.data.covariates) as f64;
    let mut sums = Squares { p: all, ..Squares::default() };
    // lavaan counts covariates among the variables, without residuals of their own.
    sums.triangle = (p * (p - 1) / 2) as f64 + all;
    for i in 0..p {
        let last = if fit.data.categorical { i } else { i + 1 };
        for j in 0..last {
            let raw = residuals.covariances[(i, j)];
            sums.raw += raw * raw;
            sums.bentler += raw * raw / (s[(i, i)] * s[(j, j)]);
            let correlation = residuals.correlations[(i, j)];
            sums.correlation += correlation * correlation;
            let relative = if i == j { raw / s[(i, i)] } else { correlation };
            sums.mplus += relative * relative;
        }
    }
    if fit.data.categorical {
        let own = |m: &&Moment| matches!(m, Moment::Threshold(..));
        sums.means = moments.layout.iter().filter(own).count() as f64;
        for (moment, value) in moments.layout.iter().zip(&moments.values) {
            if matches!(moment, Moment::Threshold(..)) {
                let raw = value - implied_moment(implied, *moment);
                sums.raw_mean += raw * raw;
                sums.bentler_mean += raw * raw;
                sums.correlation_mean += raw * raw;
            }
        }
        return sums;
    }
    for (i, raw) in residuals.means.iter().enumerate() {
        sums.means += 1.0;
        let sigma = implied.sigma[i * p + i];
        let bentler = raw / s[(i, i)].sqrt();
        let correlation = moments.mean[i] / s[(i, i)].sqrt() - implied.mu[i] / sigma.sqrt();
        sums.raw_mean += raw * raw;
        sums.bentler_mean += bentler * bentler;
        sums.correlation_mean += bentler * bentler;
        sums.mplus_mean += correlation * correlation;
    }
    sums
}

/// RMR, SRMR and their kin, weighted over groups by cases.
pub(super) fn summary(fit: &Fit) -> Vec<(&'static str, f64)> {
    let names = [
        "rmr",
        "rmr_nomean",
        "srmr",
        "srmr_bentler",
        "srmr_bentler_nomean",
        "crmr",
        "crmr_nomean",
        "srmr_mplus",
        "srmr_mplus_nomean",
    ];
    let mut totals = [0.0; 9];
    for group in 0..fit.table.groups {
        let q = squares(fit, group);
        let weight = fit.data.sample.groups[group].cases as f64 / fit.data.sample.cases as f64;
        let with = q.triangle + q.means;
        let bentler = ((q.bentler + q.bentler_mean) / with).sqrt();
        let bentler_only = (q.bentler / q.triangle).sqrt();
        let categorical = fit.data.categorical;
        let mplus = if categorical { f64::NAN } else { 1.0 };
        let values = [
            ((q.raw + q.raw_mean) / with).sqrt(),
            (q.raw / q.triangle).sqrt(),
            if categorical { bentler_only } else { bentler },
            bentler,
            bentler_only,
            ((q.correlation + q.correlation_mean) / (with - q.p)).sqrt(),
            (q.correlation / (q.triangle - q.p)).sqrt(),
            mplus * ((q.mplus + q.mplus_mean) / with).sqrt(),
            mplus * (q.mplus / q.triangle).sqrt(),
        ];
        for (total, value) in totals.iter_mut().zip(values) {
            *total += weight * value;
        }
    }
    names.into_iter().zip(totals).collect()
}
