//! The estimates as a reader wants them: one line for each parameter and definition.

use super::fit::Fit;
use super::standard::Standard;
use crate::model::Operator;
use crate::stats::dense;
use statrs::distribution::{ContinuousCDF, Normal};

/// One line of the solution. What does not exist is not a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Left side.
    pub lhs: String,
    /// Operator.
    pub op: Operator,
    /// Right side; for a definition its formula.
    pub rhs: String,
    /// Group from 1; 0 for a definition.
    pub group: usize,
    /// Label.
    pub label: String,
    /// Estimate.
    pub est: f64,
    /// Standard error; 0 for what is fixed.
    pub se: f64,
    /// Estimate over standard error.
    pub z: f64,
    /// Two-sided probability of `z`.
    pub p: f64,
    /// Lower end of the 95% interval.
    pub ci_lower: f64,
    /// Upper end of the 95% interval.
    pub ci_upper: f64,
    /// Latent variables standardised.
    pub std_lv: f64,
    /// All variables standardised.
    pub std_all: f64,
    /// All but exogenous observed variables standardised.
    pub std_nox: f64,
}

/// Half the width of a 95% interval in standard errors.
pub(super) const NORMAL_95: f64 = 1.959_963_984_540_054;

impl Estimate {
    /// Sets error, z, p and the normal interval.
    pub(super) fn set_error(&mut self, se: f64) {
        self.se = se;
        self.ci_lower = self.est - NORMAL_95 * se;
        self.ci_upper = self.est + NORMAL_95 * se;
        (self.z, self.p) = if se > 0.0 {
            let z = self.est / se;
            (z, 2.0 * Normal::standard().sf(z.abs()))
        } else {
            (f64::NAN, f64::NAN)
        };
    }
}

impl Fit {
    /// All lines of the solution: the rows of the table, then the definitions.
    #[must_use]
    pub fn estimates(&self) -> Vec<Estimate> {
        let theta = &self.solved.theta;
        let values = self.estimates_at(theta);
        let standard = [Standard::Latent, Standard::All, Standard::NotExogenous]
            .map(|kind| self.standardised_at(theta, kind));
        let errors = self.errors();
        let rows = self.table.rows.iter().map(|row| {
            (row.lhs.clone(), row.op, row.rhs.clone(), row.group + 1, row.label.clone())
        });
        let definitions = self
            .table
            .definitions
            .iter()
            .map(|d| (d.name.clone(), Operator::Defines, d.text.clone(), 0, d.name.clone()));
        let defined = self.table.define(theta).into_iter().map(|dual| dual.value);
        let values = values.into_iter().chain(defined);
        rows.chain(definitions)
            .zip(values)
            .enumerate()
            .map(|(at, ((lhs, op, rhs, group, label), est))| {
                let mut line = Estimate {
                    lhs,
                    op,
                    rhs,
                    group,
                    label,
                    est,
                    se: f64::NAN,
                    z: f64::NAN,
                    p: f64::NAN,
                    ci_lower: f64::NAN,
                    ci_upper: f64::NAN,
                    std_lv: standard[0][at],
                    std_all: standard[1][at],
                    std_nox: standard[2][at],
                };
                line.set_error(errors[at]);
                line
            })
            .collect()
    }

    /// Standard errors of rows and definitions, by the delta method for the latter.
    #[must_use]
    pub fn errors(&self) -> Vec<f64> {
        let of_row = |free: Option<usize>| match (free, &self.covariances) {
            (None, _) => 0.0,
            (Some(index), Some(covariances)) => covariances[(index, index)].max(0.0).sqrt(),
            (Some(_), None) => f64::NAN,
        };
        let mut errors: Vec<f64> = self.table.rows.iter().map(|row| of_row(row.free)).collect();
        for dual in self.table.define(&self.solved.theta) {
            errors.push(match &self.covariances {
                Some(covariances) => {
                    let spread = covariances.apply(&dual.gradient);
                    dense::dot(&spread, &dual.gradient).max(0.0).sqrt()
                }
                None => f64::NAN,
            });
        }
        errors
    }
}
