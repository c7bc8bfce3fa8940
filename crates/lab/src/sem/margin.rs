//! One variable given the covariates: the normal response behind it, its regression, and the
//! scores of single cases. Ordered variables by probit (McKelvey & Zavoina 1975), continuous ones
//! by least squares, which is maximum likelihood.

use super::pair::LEAST;
use crate::stats::bivariate::{normal_cdf, normal_pdf, normal_quantile};
use crate::stats::dense;
use crate::stats::matrix::Matrix;

/// Newton steps at most; the likelihood is concave, so more means that it has no maximum.
const STEPS: usize = 60;

/// A threshold or a slope in standard deviations beyond this is one that runs away: categories
/// that covariates tell apart without error.
const RUNAWAY: f64 = 1e3;

/// Covariates of one group, complete in every case.
#[derive(Clone, Debug)]
pub(super) struct Covariates {
    /// One row for each case.
    pub(super) rows: Matrix,
    /// Means.
    pub(super) mean: Vec<f64>,
    /// Covariances with divisor the number of cases less one.
    pub(super) cov: Matrix,
}

/// One variable's own distribution given the covariates.
#[derive(Clone, Debug)]
pub(super) struct Margin {
    /// Category of each case, from 0; empty for a continuous variable.
    pub(super) categories: Vec<usize>,
    /// Thresholds; empty for a continuous variable.
    pub(super) thresholds: Vec<f64>,
    /// Answers of a continuous variable.
    pub(super) values: Vec<f64>,
    /// Intercept of a continuous variable.
    pub(super) mean: f64,
    /// Residual variance (divisor n) of a continuous variable, 1 for an ordered one.
    pub(super) variance: f64,
    /// Slopes on the covariates.
    pub(super) slopes: Vec<f64>,
    /// What the covariates predict for each case; empty without covariates.
    predicted: Vec<f64>,
    /// Whether each case has an answer.
    pub(super) answered: Vec<bool>,
}

impl Margin {
    /// A continuous variable; none when the covariates are collinear.
    pub(super) fn continuous(values: Vec<f64>, given: Option<&Covariates>) -> Option<Self> {
        let answered: Vec<bool> = values.iter().map(|x| !x.is_nan()).collect();
        let cases = || (0..values.len()).filter(|case| answered[*case]);
        let n = cases().count() as f64;
        let centre = cases().map(|case| values[case]).sum::<f64>() / n;
        let mut margin = Self {
            categories: Vec::new(),
            thresholds: Vec::new(),
            mean: centre,
            variance: cases().map(|case| (values[case] - centre).powi(2)).sum::<f64>() / n,
            slopes: Vec::new(),
            predicted: Vec::new(),
            values,
            answered,
        };
        if let Some(given) = given {
            margin.regress(given)?;
        }
        Some(margin)
    }

    fn regress(&mut self, given: &Covariates) -> Option<()> {
        let q = given.mean.len();
        let cases: Vec<usize> = (0..self.values.len()).filter(|c| self.answered[*c]).collect();
        let n = cases.len() as f64;
        let centre: Vec<f64> =
            (0..q).map(|k| cases.iter().map(|c| given.rows[(*c, k)]).sum::<f64>() / n).collect();
        let (mut square, mut cross) = (Matrix::zeros(q, q), vec![0.0; q]);
        for case in &cases {
            let x = given.rows.row(*case);
            for k in 0..q {
                cross[k] += (x[k] - centre[k]) * (self.values[*case] - self.mean);
                for l in 0..q {
                    square[(k, l)] += (x[k] - centre[k]) * (x[l] - centre[l]);
                }
            }
        }
        self.slopes = square.inverse_positive()?.apply(&cross);
        self.mean -= dense::dot(&self.slopes, &centre);
        self.predict(given);
        let residual = |case: &usize| self.values[*case] - self.mean - self.predicted[*case];
        self.variance = cases.iter().map(|case| residual(case).powi(2)).sum::<f64>() / n;
        Some(())
    }

    fn predict(&mut self, given: &Covariates) {
        let row = |case| dense::dot(given.rows.row(case), &self.slopes);
        self.predicted = (0..self.answered.len()).map(row).collect();
    }

    /// An ordered variable with these `levels`, each of which some case answers; none when the
    /// likelihood has no maximum, since covariates tell categories apart without error.
    pub(super) fn ordered(
        answers: &[f64],
        levels: &[f64],
        given: Option<&Covariates>,
    ) -> Option<Self> {
        let answered: Vec<bool> = answers.iter().map(|x| !x.is_nan()).collect();
        let category = |x: &f64| levels.iter().position(|l| l == x).unwrap_or(0);
        let categories: Vec<usize> = answers.iter().map(category).collect();
        let n = answered.iter().filter(|a| **a).count() as f64;
        let mut below = 0.0;
        let thresholds = (0..levels.len() - 1)
            .map(|k| {
                let is = |(c, a): &(&usize, &bool)| **a && **c == k;
                below += categories.iter().zip(&answered).filter(is).count() as f64;
                normal_quantile(below / n)
            })
            .collect();
        let mut margin = Self {
            categories,
            thresholds,
            values: Vec::new(),
            mean: 0.0,
            variance: 1.0,
            slopes: Vec::new(),
            predicted: Vec::new(),
            answered,
        };
        if let Some(given) = given {
            margin.probit(given)?;
        }
        Some(margin)
    }

    pub(super) fn is_ordered(&self) -> bool {
        !self.thresholds.is_empty()
    }

    /// Lower and upper limit of a category, before any covariate moves them.
    pub(super) fn limits_of(&self, category: usize) -> (f64, f64) {
        let lower = match category {
            0 => f64::NEG_INFINITY,
            k => self.thresholds[k - 1],
        };
        let upper = self.thresholds.get(category).copied().unwrap_or(f64::INFINITY);
        (lower, upper)
    }

    /// Lower and upper limit of the category a case is in, about the response's own centre.
    pub(super) fn limits(&self, case: usize) -> (f64, f64) {
        let (lower, upper) = self.limits_of(self.categories[case]);
        let moved = self.predicted.get(case).copied().unwrap_or(0.0);
        (lower - moved, upper - moved)
    }

    /// A continuous answer in units of its residual deviation.
    pub(super) fn standard(&self, case: usize) -> f64 {
        let moved = self.predicted.get(case).copied().unwrap_or(0.0);
        (self.values[case] - self.mean - moved) / self.variance.sqrt()
    }

    /// Scores of a case by the variable's own parameters: thresholds and slopes, or mean, slopes
    /// and variance.
    pub(super) fn scores(&self, case: usize, x: &[f64]) -> Vec<f64> {
        if !self.is_ordered() {
            let (z, v) = (self.standard(case), self.variance);
            return self.spread(&[z / v.sqrt(), 0.5 * (z * z - 1.0) / v], x);
        }
        let category = self.categories[case];
        let (lower, upper) = self.limits(case);
        let probability = (normal_cdf(upper) - normal_cdf(lower)).max(LEAST);
        let mut scores = vec![0.0; self.thresholds.len()];
        if category > 0 {
            scores[category - 1] = -normal_pdf(lower) / probability;
        }
        if category < self.thresholds.len() {
            scores[category] = normal_pdf(upper) / probability;
        }
        self.spread(&scores, x)
    }

    /// Scores with those by the slopes, which move all limits or the mean.
    pub(super) fn spread(&self, scores: &[f64], x: &[f64]) -> Vec<f64> {
        if self.is_ordered() {
            let by_centre = -scores.iter().sum::<f64>();
            return scores.iter().copied().chain(x.iter().map(|x| by_centre * x)).collect();
        }
        let slopes = x.iter().map(|x| scores[0] * x);
        [scores[0]].into_iter().chain(slopes).chain([scores[1]]).collect()
    }

    fn probit(&mut self, given: &Covariates) -> Option<()> {
        let (k, q) = (self.thresholds.len(), given.mean.len());
        let scale: Vec<f64> = (0..q).map(|j| given.cov[(j, j)].sqrt()).collect();
        // Unit deviations about zero keep the system well conditioned.
        let mut x = given.rows.clone();
        for case in 0..x.rows {
            for j in 0..q {
                x[(case, j)] = (x[(case, j)] - given.mean[j]) / scale[j];
            }
        }
        self.slopes = vec![0.0; q];
        self.predicted = vec![0.0; x.rows];
        let mut height = self.height();
        let mut settled = false;
        for _ in 0..STEPS {
            let step = self.newton(&x)?;
            let (thresholds, slopes) = (self.thresholds.clone(), self.slopes.clone());
            let mut length = 1.0;
            loop {
                for (to, (from, by)) in self.thresholds.iter_mut().zip(thresholds.iter().zip(&step))
                {
                    *to = from + length * by;
                }
                for (to, (from, by)) in self.slopes.iter_mut().zip(slopes.iter().zip(&step[k..])) {
                    *to = from + length * by;
                }
                self.predicted = (0..x.rows).map(|c| dense::dot(x.row(c), &self.slopes)).collect();
                let reached = self.height();
                if reached >= height - 1e-10 * height.abs() {
                    height = reached;
                    break;
                }
                length *= 0.5;
                if length < 1e-6 {
                    return None;
                }
            }
            let largest = step.iter().fold(0.0_f64, |most, s| most.max(s.abs()));
            if settled {
                break;
            }
            settled = largest < 1e-8;
        }
        let runaway = |value: &f64| value.is_nan() || value.abs() > RUNAWAY;
        if !settled || self.thresholds.iter().chain(&self.slopes).any(runaway) {
            return None;
        }
        for (slope, scale) in self.slopes.iter_mut().zip(&scale) {
            *slope /= scale;
        }
        let centre = dense::dot(&self.slopes, &given.mean);
        self.thresholds.iter_mut().for_each(|threshold| *threshold += centre);
        self.predict(given);
        Some(())
    }

    /// The log-likelihood; minus infinity where thresholds are out of order.
    fn height(&self) -> f64 {
        let cases = (0..self.answered.len()).filter(|case| self.answered[*case]);
        let log = |case: usize| {
            let (lower, upper) = self.limits(case);
            (normal_cdf(upper) - normal_cdf(lower)).ln()
        };
        let sum: f64 = cases.map(log).sum();
        if sum.is_nan() { f64::NEG_INFINITY } else { sum }
    }

    /// The Newton step of thresholds and slopes at standardised covariates `x`.
    fn newton(&self, x: &Matrix) -> Option<Vec<f64>> {
        let k = self.thresholds.len();
        let total = k + x.columns;
        let (mut gradient, mut curvature) = (vec![0.0; total], Matrix::zeros(total, total));
        let density = |limit: f64| if limit.is_finite() { normal_pdf(limit) } else { 0.0 };
        for case in (0..x.rows).filter(|case| self.answered[*case]) {
            let category = self.categories[case];
            let (lower, upper) = self.limits(case);
            let probability = normal_cdf(upper) - normal_cdf(lower);
            let (low, high) = (-density(lower) / probability, density(upper) / probability);
            let bend = |limit: f64, score: f64| {
                if limit.is_finite() { score * score + limit * score } else { 0.0 }
            };
            // Second derivatives of minus the log of the probability by both limits.
            let (of_low, of_high) = (bend(lower, low), bend(upper, high));
            let mixed = low * high;
            let mut ends: Vec<(usize, f64)> = Vec::new();
            if category > 0 {
                ends.push((category - 1, low));
            }
            if category < k {
                ends.push((category, high));
            }
            for (at, score) in &ends {
                gradient[*at] += score;
            }
            let row = x.row(case);
            let by_centre = of_low + of_high + 2.0 * mixed;
            for (j, value) in row.iter().enumerate() {
                gradient[k + j] -= (low + high) * value;
                for (l, other) in row.iter().enumerate() {
                    curvature[(k + j, k + l)] += by_centre * value * other;
                }
            }
            for (at, _) in &ends {
                let own = if *at == category { of_high } else { of_low };
                curvature[(*at, *at)] += own;
                for (j, value) in row.iter().enumerate() {
                    curvature[(*at, k + j)] -= (own + mixed) * value;
                    curvature[(k + j, *at)] -= (own + mixed) * value;
                }
            }
            if ends.len() == 2 {
                curvature[(category - 1, category)] += mixed;
                curvature[(category, category - 1)] += mixed;
            }
        }
        Some(curvature.inverse_positive()?.apply(&gradient))
    }
}
