//! Hidden debt: what is incurred and not yet published, from a triangle of what was published so
//! far by the period of diagnosis (rows) and the delay until publication (columns).
//!
//! Chain ladder with the distribution-free standard error of Mack (ASTIN Bulletin 23, 1993);
//! Bornhuetter and Ferguson (1972) with a given prior, or with the prior of Cape Cod (Bühlmann and
//! Straub 1983), which takes it from the plan's own exposure.

use crate::Error;

/// More rows than these make no triangle that a person could read; ten years of half-months.
const ROWS_MAX: usize = 240;

/// Published amounts, cumulative along each row; row `i` of `n` has `n − i` columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Triangle {
    rows: Vec<Vec<f64>>,
}

/// An estimate by row of what is still to come.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// What each row is expected to come to in the end.
    pub ultimates: Vec<f64>,
    /// What of it is still to come.
    pub reserves: Vec<f64>,
    /// Standard error of each, when the method has one.
    pub errors: Option<Vec<f64>>,
    /// What is still to come of all rows.
    pub total: f64,
    /// Its standard error.
    pub error: Option<f64>,
}

impl Estimate {
    fn new(latest: &[f64], ultimates: Vec<f64>) -> Self {
        let reserves: Vec<f64> = ultimates.iter().zip(latest).map(|(u, l)| u - l).collect();
        let total = reserves.iter().sum();
        Self { ultimates, reserves, errors: None, total, error: None }
    }
}

impl Triangle {
    /// A triangle of cumulative amounts.
    ///
    /// # Errors
    /// When row `i` of `n` has not `n − i` columns, an amount is not a number, a row falls, or
    /// there are too many rows or none.
    pub fn new(rows: Vec<Vec<f64>>) -> Result<Self, Error> {
        let many = rows.len();
        let refuse = |what: &str| Err(invalid(&format!("it {what}")));
        if many == 0 || many > ROWS_MAX {
            return refuse("has no rows, or more than 240");
        }
        for (number, row) in rows.iter().enumerate() {
            if row.len() != many - number {
                return refuse("has a row of another length than its place");
            }
            if row.iter().any(|amount| !amount.is_finite() || *amount < 0.0) {
                return refuse("holds a negative amount or none");
            }
            if row.windows(2).any(|pair| pair[1] < pair[0]) {
                return refuse("falls along a row, and it is cumulative");
            }
        }
        Ok(Self { rows })
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[Vec<f64>] {
        &self.rows
    }

    /// What each row has come to so far.
    #[must_use]
    pub fn latest(&self) -> Vec<f64> {
        self.rows.iter().map(|row| row[row.len() - 1]).collect()
    }

    /// The rows that know the column after `column`.
    fn known_after(&self, column: usize) -> &[Vec<f64>] {
        &self.rows[..self.rows.len() - 1 - column]
    }

    fn sum(rows: &[Vec<f64>], column: usize) -> f64 {
        rows.iter().map(|row| row[column]).sum()
    }

    /// The factors from each column to the next; 1 where nothing has been published yet.
    #[must_use]
    pub fn factors(&self) -> Vec<f64> {
        let steps = 0..self.rows.len() - 1;
        let factor = |column: usize| {
            let known = self.known_after(column);
            let before = Self::sum(known, column);
            if before > 0.0 { Self::sum(known, column + 1) / before } else { 1.0 }
        };
        steps.map(factor).collect()
    }

    /// The part of each row's ultimate that is published by now, as the factors have it.
    #[must_use]
    pub fn published_parts(&self) -> Vec<f64> {
        let factors = self.factors();
        let to_come = |row: &Vec<f64>| factors[row.len() - 1..].iter().product::<f64>();
        self.rows.iter().map(|row| 1.0 / to_come(row)).collect()
    }

    /// Chain ladder, with Mack's standard errors.
    #[must_use]
    pub fn chain_ladder(&self) -> Estimate {
        let (latest, parts) = (self.latest(), self.published_parts());
        let ultimates: Vec<f64> = latest.iter().zip(&parts).map(|(l, part)| l / part).collect();
        let mut estimate = Estimate::new(&latest, ultimates);
        let (errors, error) = self.mack(&estimate.ultimates);
        (estimate.errors, estimate.error) = (Some(errors), Some(error));
        estimate
    }

    /// Mack's variance parameter of each column; the last is extrapolated as he proposes.
    fn sigmas(&self, factors: &[f64]) -> Vec<f64> {
        let many = self.rows.len();
        let mut sigmas = Vec::with_capacity(factors.len());
        for (column, factor) in factors.iter().enumerate() {
            let known = self.known_after(column).iter().filter(|row| row[column] > 0.0);
            let known: Vec<_> = known.collect();
            let degrees = known.len().saturating_sub(1);
            if degrees > 0 {
                let squares = known.iter().map(|row| {
                    let own = row[column + 1] / row[column] - factor;
                    row[column] * own * own
                });
                sigmas.push(squares.sum::<f64>() / degrees as f64);
                continue;
            }
            let before = |back: usize| column.checked_sub(back).map(|place| sigmas[place]);
            sigmas.push(match (before(1), before(2)) {
                (Some(one), Some(two)) if two > 0.0 => (one * one / two).min(one.min(two)),
                (Some(one), _) if many > 2 => one,
                _ => 0.0,
            });
        }
        sigmas
    }

    fn mack(&self, ultimates: &[f64]) -> (Vec<f64>, f64) {
        let factors = self.factors();
        let sigmas = self.sigmas(&factors);
        let sums: Vec<f64> =
            (0..factors.len()).map(|column| Self::sum(self.known_after(column), column)).collect();
        let relative = |column: usize| sigmas[column] / (factors[column] * factors[column]);
        let over = |amount: f64| if amount > 0.0 { 1.0 / amount } else { 0.0 };
        let (mut squares, mut total) = (Vec::new(), 0.0);
        for (number, row) in self.rows.iter().enumerate() {
            let mut expected = row[row.len() - 1];
            let (mut own, mut shared) = (0.0, 0.0);
            for column in row.len() - 1..factors.len() {
                own += relative(column) * (over(expected) + over(sums[column]));
                shared += 2.0 * relative(column) * over(sums[column]);
                expected *= factors[column];
            }
            let ultimate = ultimates[number];
            let later: f64 = ultimates[number + 1..].iter().sum();
            let square = ultimate * ultimate * own;
            squares.push(square);
            total += square + ultimate * later * shared;
        }
        (squares.into_iter().map(f64::sqrt).collect(), total.sqrt())
    }

    /// Bornhuetter-Ferguson: each row's prior bears what is not yet published of it.
    ///
    /// # Errors
    /// When there is not one prior for each row.
    pub fn bornhuetter_ferguson(&self, priors: &[f64]) -> Result<Estimate, Error> {
        if priors.len() != self.rows.len() {
            return Err(invalid("each row needs its prior"));
        }
        let (latest, parts) = (self.latest(), self.published_parts());
        let rows = latest.iter().zip(&parts).zip(priors);
        let ultimates = rows.map(|((latest, part), prior)| latest + (1.0 - part) * prior);
        Ok(Estimate::new(&latest, ultimates.collect()))
    }

    /// The priors of Cape Cod: what has been published for each unit of exposure that the delays
    /// have let through, times the exposure of each row.
    ///
    /// # Errors
    /// When there is not one exposure for each row, or none at all.
    pub fn cape_cod_priors(&self, exposures: &[f64]) -> Result<Vec<f64>, Error> {
        let used: f64 = exposures.iter().zip(self.published_parts()).map(|(e, q)| e * q).sum();
        if exposures.len() != self.rows.len() || used <= 0.0 {
            return Err(invalid("each row needs its exposure, and not all of nothing"));
        }
        let rate = self.latest().iter().sum::<f64>() / used;
        Ok(exposures.iter().map(|exposure| exposure * rate).collect())
    }
}

fn invalid(why: &str) -> Error {
    Error::TriangleInvalid { why: why.to_owned() }
}
