//! Standardised solutions and explained variances.

use super::fit::Fit;
use super::implied::Implied;
use super::structure::Structure;
use crate::model::{Operator, Parameter};
use crate::stats::matrix::Matrix;

/// What is brought to unit variance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    /// Latent variables.
    Latent,
    /// All variables.
    All,
    /// All but exogenous observed variables.
    NotExogenous,
}

/// A variable by its place in the model's matrices.
#[derive(Clone, Copy)]
enum Side {
    Observed(usize),
    Latent(usize),
}

impl Fit {
    /// The estimate of every row of the table at the free values `theta`.
    #[must_use]
    pub fn estimates_at(&self, theta: &[f64]) -> Vec<f64> {
        let implied = self.implied_at(theta);
        self.table.rows.iter().map(|row| self.estimate(row, theta, &implied)).collect()
    }

    fn implied_at(&self, theta: &[f64]) -> Vec<(Structure, Implied)> {
        (0..self.table.groups)
            .map(|group| {
                let (structure, implied) = self.solved.engine.group(group);
                let (structure, mut implied) = (structure.clone(), implied.clone());
                implied.update(&structure, theta);
                (structure, implied)
            })
            .collect()
    }

    fn estimate(&self, row: &Parameter, theta: &[f64], all: &[(Structure, Implied)]) -> f64 {
        let (structure, implied) = &all[row.group];
        let of_ordered = self.table.is_ordered(&row.lhs)
            && (row.op == Operator::Scale
                || (row.op == Operator::Covariance && row.lhs == row.rhs));
        if of_ordered {
            let observed = structure.observed.iter().position(|n| *n == row.lhs);
            let i = observed.expect("ordered variables are observed");
            if row.op == Operator::Scale {
                return implied.delta[i];
            }
            let own = implied.theta[i * structure.p + i];
            let latent = structure.latent.iter().position(|n| *n == row.lhs);
            return own + latent.map_or(0.0, |j| implied.psi[j * structure.m + j]);
        }
        row.free.map_or(row.fixed, |index| theta[index])
    }

    /// The standardised value of every row at the free values `theta`, then of every definition.
    #[must_use]
    pub fn standardised_at(&self, theta: &[f64], kind: Standard) -> Vec<f64> {
        let all = self.implied_at(theta);
        let estimates: Vec<f64> =
            self.table.rows.iter().map(|row| self.estimate(row, theta, &all)).collect();
        let mut values: Vec<f64> = Vec::with_capacity(estimates.len());
        for (row, estimate) in self.table.rows.iter().zip(&estimates) {
            let scale = Scale { fit: self, kind, structure: &all[row.group].0, group: row.group };
            values.push(scale.of(row, *estimate, &all[row.group].1, &estimates));
        }
        values.extend(self.define_from(&values));
        values
    }

    /// One value standardised as if it stood in `row` of the solution.
    pub(super) fn standardise_one(&self, row: &Parameter, value: f64, kind: Standard) -> f64 {
        let estimates = self.estimates_at(&self.solved.theta);
        let (structure, implied) = self.solved.engine.group(row.group);
        Scale { fit: self, kind, structure, group: row.group }.of(row, value, implied, &estimates)
    }

    /// Definitions computed from given values of the rows in place of the estimates.
    fn define_from(&self, values: &[f64]) -> Vec<f64> {
        let mut table = self.table.clone();
        for (row, value) in table.rows.iter_mut().zip(values) {
            row.free = None;
            row.fixed = *value;
        }
        table.define(&[]).into_iter().map(|dual| dual.value).collect()
    }

    /// Explained variance of every dependent variable of group `group`. Not a number where a
    /// variance is negative: a share above 1 would be read as one.
    #[must_use]
    pub fn explained(&self, group: usize) -> Vec<(String, f64)> {
        let (structure, implied) = self.solved.engine.group(group);
        let (p, m) = (structure.p, structure.m);
        let rows = || self.table.rows.iter().filter(|row| row.group == group);
        let explained = |name: &String| {
            rows().any(|row| match row.op {
                Operator::Measures => row.rhs == *name,
                Operator::Regression => row.lhs == *name,
                _ => false,
            })
        };
        let mut values = Vec::new();
        for (i, name) in structure.observed.iter().enumerate().filter(|(_, n)| explained(n)) {
            let mut residual = implied.theta[i * p + i];
            if let Some(j) = structure.latent.iter().position(|n| n == name) {
                residual += implied.psi[j * m + j];
            }
            let total =
                implied.sigma[i * p + i] + self.predicted(group, implied, Side::Observed(i));
            values.push((name.clone(), share(residual, total)));
        }
        for name in self.table.roles.latent.iter().filter(|n| explained(n)) {
            let j = structure.latent.iter().position(|n| n == name).expect("latent has a place");
            let at = j * m + j;
            let total = implied.latent[at] + self.predicted(group, implied, Side::Latent(j));
            values.push((name.clone(), share(implied.psi[at], total)));
        }
        values
    }

    /// The variance that covariates the model is conditional on bring to a variable.
    fn predicted(&self, group: usize, implied: &Implied, side: Side) -> f64 {
        let q = implied.q;
        if q == 0 {
            return 0.0;
        }
        let slopes = match side {
            Side::Observed(i) => &implied.slopes[i * q..i * q + q],
            Side::Latent(j) => &implied.a_gamma[j * q..j * q + q],
        };
        let spread = self.data.moments[group].covariate_cov.apply(slopes);
        crate::stats::dense::dot(slopes, &spread)
    }

    /// Standard errors of the standardised values by the delta method.
    #[must_use]
    pub fn standardised_errors(&self, kind: Standard) -> Vec<f64> {
        let count = self.table.rows.len() + self.table.definitions.len();
        let Some(covariances) = &self.covariances else {
            return vec![f64::NAN; count];
        };
        let theta = &self.solved.theta;
        let mut jacobian = Matrix::zeros(count, theta.len());
        for k in 0..theta.len() {
            let step = 1e-5 * theta[k].abs().max(0.1);
            let at = |sign: f64| {
                let mut moved = theta.clone();
                moved[k] += sign * step;
                self.standardised_at(&moved, kind)
            };
            let (above, below) = (at(1.0), at(-1.0));
            for i in 0..count {
                jacobian[(i, k)] = (above[i] - below[i]) / (2.0 * step);
            }
        }
        let spread = jacobian.times(covariances);
        (0..count)
            .map(|i| crate::stats::dense::dot(spread.row(i), jacobian.row(i)).max(0.0).sqrt())
            .map(|error| if error < 1e-9 { 0.0 } else { error })
            .collect()
    }
}

/// The part of `total` that is not residual; below zero where a feedback or a covariance of
/// residuals takes away more than is explained.
fn share(residual: f64, total: f64) -> f64 {
    if residual < 0.0 || total <= 0.0 { f64::NAN } else { 1.0 - residual / total }
}

struct Scale<'f> {
    fit: &'f Fit,
    kind: Standard,
    structure: &'f Structure,
    group: usize,
}

impl Scale<'_> {
    fn is_latent(&self, name: &str) -> bool {
        self.fit.table.roles.latent.iter().any(|n| n == name)
    }

    /// The model-implied variance of a variable.
    fn variance(&self, name: &str, implied: &Implied) -> f64 {
        let at = |names: &[String]| names.iter().position(|n| n == name);
        let (fit, group, structure) = (self.fit, self.group, self.structure);
        if self.is_latent(name) {
            return at(&structure.latent).map_or(f64::NAN, |j| {
                let own = implied.latent[j * structure.m + j];
                own + fit.predicted(group, implied, Side::Latent(j))
            });
        }
        if let Some(k) = at(&structure.covariates) {
            return fit.data.moments[group].covariate_cov[(k, k)];
        }
        at(&structure.observed).map_or(f64::NAN, |i| {
            let own = implied.sigma[i * structure.p + i];
            own + fit.predicted(group, implied, Side::Observed(i))
        })
    }

    /// Whether this variable is brought to unit variance.
    fn counts(&self, name: &str) -> bool {
        match self.kind {
            Standard::Latent => self.is_latent(name),
            Standard::All => true,
            Standard::NotExogenous => !self.fit.table.roles.exogenous.iter().any(|n| n == name),
        }
    }

    fn deviation(&self, name: &str, implied: &Implied) -> f64 {
        if self.counts(name) { self.variance(name, implied).sqrt() } else { 1.0 }
    }

    fn of(&self, row: &Parameter, value: f64, implied: &Implied, estimates: &[f64]) -> f64 {
        let of = |name: &str| self.deviation(name, implied);
        match row.op {
            Operator::Measures => value * of(&row.lhs) / of(&row.rhs),
            Operator::Regression | Operator::Composite => value * of(&row.rhs) / of(&row.lhs),
            Operator::Intercept | Operator::Threshold => value / of(&row.lhs),
            Operator::Scale => {
                let i = self.structure.observed.iter().position(|n| *n == row.lhs);
                let given = i.map_or(f64::NAN, |i| implied.sigma[i * self.structure.p + i]);
                if self.counts(&row.lhs) { value * given.sqrt() } else { value }
            }
            Operator::Covariance if row.lhs == row.rhs => {
                if self.counts(&row.lhs) {
                    // Of a negative variance there is no deviation to divide by.
                    let deviation = self.deviation(&row.lhs, implied);
                    value / (deviation * deviation)
                } else {
                    value
                }
            }
            Operator::Covariance => {
                let side = |name: &str| {
                    if self.counts(name) { self.residual(name, row.group, estimates) } else { 1.0 }
                };
                // A Heywood case is scaled by its size, as in lavaan; a warning names it.
                value / (side(&row.lhs) * side(&row.rhs)).abs().sqrt()
            }
            _ => value,
        }
    }

    /// The variance row of a variable: covariances are correlations of what it stands for.
    fn residual(&self, name: &str, group: usize, estimates: &[f64]) -> f64 {
        let is_own = |row: &Parameter| {
            row.op == Operator::Covariance
                && row.group == group
                && row.lhs == name
                && row.rhs == name
        };
        let at = self.fit.table.rows.iter().position(is_own);
        at.map_or(f64::NAN, |at| estimates[at])
    }
}
