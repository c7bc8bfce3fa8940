//! What members then do: joining and leaving, tied to scores. Binary regression, discrete-time
//! hazards, proportional hazards, survival curves. Coefficients are associations; nothing here
//! claims a cause.

mod binary;
mod concordance;
mod cox;
mod hazard;
mod logrank;
mod newton;
mod survival;

pub use binary::{Binary, Link, binary_regression};
pub use concordance::{Concordance, concordance, discrimination};
pub use cox::{Cox, Ties, TimeTest, cox_regression};
pub use hazard::{Baseline, PersonPeriods, person_periods};
pub use logrank::{LogRank, log_rank};
pub use newton::Coefficient;
pub use survival::{Band, Curve, CurveStep, kaplan_meier};

/// Named predictors, row-major.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predictors {
    /// Names in column order.
    pub names: Vec<String>,
    /// Values, rows by names; none may be missing.
    pub values: Vec<f64>,
}

impl Predictors {
    /// The values of one row.
    #[must_use]
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.names.len()..(row + 1) * self.names.len()]
    }

    /// The same with a column of ones called `(Intercept)` in front.
    #[must_use]
    pub fn with_intercept(&self, rows: usize) -> Self {
        let mut names = vec!["(Intercept)".to_owned()];
        names.extend(self.names.iter().cloned());
        let mut values = Vec::with_capacity(rows * names.len());
        for row in 0..rows {
            values.push(1.0);
            values.extend_from_slice(self.row(row));
        }
        Self { names, values }
    }
}

/// Times until an event or until observation ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spells {
    /// Time of each row.
    pub times: Vec<f64>,
    /// Did the event happen at that time (or did observation end before it)?
    pub events: Vec<bool>,
}

/// Why behaviour could not be modelled.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BehaviourError {
    /// Rows of outcome and predictors differ in number, or a value is missing or not finite.
    #[error("outcome and predictors must have the same rows, without missing values")]
    Ragged,
    /// Too few rows for the coefficients.
    #[error("{rows} rows are too few for {coefficients} coefficients")]
    TooFewRows {
        /// Rows at hand.
        rows: usize,
        /// Coefficients to estimate.
        coefficients: usize,
    },
    /// The outcome never varies.
    #[error("every row has the same outcome, so there is nothing to explain")]
    ConstantOutcome,
    /// No event was observed.
    #[error("no event was observed")]
    NoEvents,
    /// A predictor is constant or a linear combination of others.
    #[error("{0:?} is constant or a linear combination of other predictors")]
    Collinear(String),
    /// A predictor tells the outcome without error, so its coefficient is infinite.
    #[error("{0:?} separates the outcomes completely, so its coefficient has no finite estimate")]
    Separated(String),
    /// Newton's steps did not settle.
    #[error("the estimation did not converge after {0} steps")]
    NotConverged(usize),
    /// Durations that are not whole numbers of periods from 1.
    #[error("duration {0} is not a whole number of periods from 1 to {1}")]
    NotAPeriod(f64, usize),
    /// A free baseline needs an event in every period.
    #[error("nobody had the event in period {0}, so a free baseline has no estimate there")]
    EmptyPeriod(usize),
    /// A comparison needs at least two groups.
    #[error("a comparison needs at least two groups, there is {0}")]
    OneGroup(usize),
}
