//! Incidence, fairness, populations and forecasts: everything that needs floats and chance.
//!
//! Chance comes from a seed alone ([`chance`]), and logarithms and exponentials from a portable
//! library, so one seed gives the same numbers on every platform and with any number of threads.
//! Nothing here decides about money: exact settlement lives elsewhere and takes integers.

pub mod ages;
pub mod calendar;
pub mod chance;
pub mod error;
pub mod fairness;
pub mod fit;
pub mod hidden_debt;
pub mod history;
pub mod incidence;
pub mod population;

pub use error::Error;
