//! Where the search begins: values from the sample moments that are near enough for scoring.

use super::moments::Moments;
use crate::model::{Operator, Parameter, ParameterTable};

/// Sets the fixed rows of exogenous variables to their sample moments.
pub(super) fn fix_exogenous(table: &mut ParameterTable, moments: &[Moments]) {
    let names = table.roles.observed.clone();
    let given = table.modelled().len();
    let at = |name: &str| names.iter().position(|n| n == name).expect("exogenous is observed");
    for row in table.rows.iter_mut().filter(|row| row.exogenous) {
        let moments = &moments[row.group];
        let (mean, cov, start) = if given < names.len() {
            (&moments.covariate_mean, &moments.covariate_cov, given)
        } else {
            (&moments.mean, &moments.cov, 0)
        };
        row.fixed = match row.op {
            Operator::Intercept => mean[at(&row.lhs) - start],
            _ => cov[(at(&row.lhs) - start, at(&row.rhs) - start)],
        };
    }
}

/// Where to begin: each for when the one before led nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// Loadings by regression of covariances on covariances.
    Guess,
    /// Loadings as large as the items' deviations allow.
    Plain,
    /// Plain, but next to nothing for what an earlier latent variable measures as well: equal
    /// loadings on both stand on a ridge, from which either may run off without end.
    Apart,
}

/// The part of a plain loading that a second latent variable begins with.
const APART: f64 = 0.05;

/// Starting values of the free parameters.
pub(super) fn values(table: &ParameterTable, moments: &[Moments], start: Start) -> Vec<f64> {
    let mut theta = vec![f64::NAN; table.free];
    for row in &table.rows {
        let Some(index) = row.free else { continue };
        let guess = Guess { table, moments: &moments[row.group], start };
        if let Some(given) = row.start {
            theta[index] = given;
        } else if theta[index].is_nan() {
            theta[index] = guess.of(row);
        }
    }
    theta
}

struct Guess<'t> {
    table: &'t ParameterTable,
    moments: &'t Moments,
    start: Start,
}

impl Guess<'_> {
    fn position(&self, name: &str) -> Option<usize> {
        self.table.modelled().iter().position(|n| n == name)
    }

    fn of(&self, row: &Parameter) -> f64 {
        let latent = |name: &str| self.table.roles.latent.iter().any(|n| n == name);
        match row.op {
            Operator::Measures => self.loading(row),
            Operator::Covariance if row.lhs == row.rhs => {
                if latent(&row.lhs) {
                    self.latent_variance(row)
                } else {
                    self.residual(row)
                }
            }
            Operator::Covariance => self.covariance(row),
            Operator::Intercept if latent(&row.lhs) => 0.0,
            Operator::Intercept => self.position(&row.lhs).map_or(0.0, |i| self.moments.mean[i]),
            Operator::Threshold => {
                let number = row.rhs.trim_start_matches('t').parse::<usize>().unwrap_or(1);
                let thresholds = self.position(&row.lhs).map(|i| &self.moments.thresholds[i]);
                thresholds.and_then(|t| t.get(number - 1)).copied().unwrap_or(0.0)
            }
            Operator::Scale => 1.0,
            _ => 0.0,
        }
    }

    fn residual(&self, row: &Parameter) -> f64 {
        let Some(i) = self.position(&row.lhs) else {
            return 1.0;
        };
        let exogenous = self.table.roles.exogenous.contains(&row.lhs);
        self.moments.cov[(i, i)] * if exogenous { 1.0 } else { 0.5 }
    }

    fn covariance(&self, row: &Parameter) -> f64 {
        let exogenous = |name: &String| self.table.roles.exogenous.contains(name);
        match (self.position(&row.lhs), self.position(&row.rhs)) {
            (Some(i), Some(j)) if exogenous(&row.lhs) && exogenous(&row.rhs) => {
                self.moments.cov[(i, j)]
            }
            _ => 0.0,
        }
    }

    /// Observed indicators of a latent variable, and whether the first is the marker.
    fn indicators(&self, row: &Parameter) -> Vec<usize> {
        let of = |other: &&Parameter| {
            other.op == Operator::Measures && other.lhs == row.lhs && other.group == row.group
        };
        let rows = self.table.rows.iter().filter(of);
        rows.filter_map(|other| self.position(&other.rhs)).collect()
    }

    /// Loadings relative to the first indicator by regression of covariances on covariances.
    fn relative_loading(&self, indicators: &[usize], j: usize) -> f64 {
        let first = indicators[0];
        let (mut cross, mut square) = (0.0, 0.0);
        for k in indicators.iter().copied().filter(|k| *k != first && *k != j) {
            let with_first = self.moments.cov[(first, k)];
            cross += self.moments.cov[(j, k)] * with_first;
            square += with_first * with_first;
        }
        let units = (self.moments.cov[(j, j)] / self.moments.cov[(first, first)]).sqrt();
        let sign = self.moments.cov[(first, j)].signum();
        if self.start != Start::Guess || square == 0.0 {
            return units * sign;
        }
        (cross / square).clamp(-3.0 * units, 3.0 * units)
    }

    fn variance_of_first(&self, indicators: &[usize]) -> f64 {
        let first = indicators[0];
        let variance = self.moments.cov[(first, first)];
        let (mut sum, mut count) = (0.0, 0.0);
        for j in indicators.iter().copied().filter(|j| *j != first) {
            let loading = self.relative_loading(indicators, j);
            if loading.abs() > 1e-3 {
                sum += self.moments.cov[(first, j)] / loading;
                count += 1.0;
            }
        }
        let guess = if count > 0.0 { sum / count } else { 0.5 * variance };
        guess.clamp(0.05 * variance, 0.9 * variance)
    }

    fn loading(&self, row: &Parameter) -> f64 {
        let indicators = self.indicators(row);
        let Some(j) = self.position(&row.rhs) else {
            return 1.0;
        };
        let first = indicators[0];
        let relative = if j == first { 1.0 } else { self.relative_loading(&indicators, j) };
        let apart = self.start == Start::Apart && self.is_second(row);
        let relative = if apart { APART * relative } else { relative };
        // When the first loading is free or another one is fixed, the latent scale is its own.
        let fixed_first = self.table.rows.iter().any(|other| {
            other.op == Operator::Measures
                && other.lhs == row.lhs
                && other.group == row.group
                && other.free.is_none()
                && self.position(&other.rhs) == Some(first)
        });
        if fixed_first { relative } else { relative * self.variance_of_first(&indicators).sqrt() }
    }

    /// Whether an earlier latent variable measures the same item.
    fn is_second(&self, row: &Parameter) -> bool {
        let same = |other: &&Parameter| {
            other.op == Operator::Measures && other.rhs == row.rhs && other.group == row.group
        };
        self.table.rows.iter().find(same).is_some_and(|other| other.lhs != row.lhs)
    }

    fn latent_variance(&self, row: &Parameter) -> f64 {
        let indicators = self.indicators(row);
        if indicators.is_empty() || self.start != Start::Guess {
            return 0.05;
        }
        let explained = self.table.roles.dependents.contains(&row.lhs);
        self.variance_of_first(&indicators) * if explained { 0.7 } else { 1.0 }
    }
}
