//! Covariance-based structural equation modelling, to the digits of lavaan 0.6-14: estimation,
//! standard errors, tests, measures of fit, standardised solutions, modification indices and the
//! bootstrap. It takes models from `model` and answers from `data`; it prints nothing.
//!
//! Where lavaan stops its search early, estimates here are nearer the minimum.

mod bootstrap;
mod candidates;
mod check;
mod compare;
pub mod engine;
mod error;
mod estimates;
mod fit;
mod goodness;
mod implied;
mod inference;
mod margin;
mod measures;
mod mode;
mod model_based;
mod modification;
mod moment;
mod moments;
mod normal;
mod options;
mod ordered;
mod pair;
mod residual;
mod robust;
mod sample;
mod scores;
mod solve;
mod standard;
mod start;
mod structure;
mod test;
mod warning;
mod weighted;

pub use bootstrap::{Draws, Interval};
pub use compare::{Difference, DifferenceMethod, compare, compare_by};
pub use error::SemError;
pub use estimates::Estimate;
pub use fit::{Fit, fit};
pub use measures::Measures;
pub use model_based::ModelBased;
pub use modification::Modification;
pub use options::{Discrepancy, Errors, Estimator, FitOptions, Likelihood, Missing, Scaling};
pub use residual::Residuals;
pub use scores::{FactorScores, ScoreMethod};
pub use standard::Standard;
pub use test::{ScaledTest, Test};
pub use warning::Warning;
