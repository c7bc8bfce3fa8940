//! Covariance-based structural equation modelling.
mod check;
pub mod engine;
mod error;
mod fit;
mod inference;
mod moments;
mod normal;
mod options;
mod ordered;
mod pair;
mod sample;
mod solve;
mod start;
mod structure;
mod test;
mod weighted;

pub use error::SemError;
pub use fit::{Fit, fit};
pub use options::{Discrepancy, Errors, Estimator, FitOptions, Likelihood, Missing, Scaling};
pub use test::{ScaledTest, Test};
