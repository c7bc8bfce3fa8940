//! The charges of a period at scale: columns of every member's charge, and statements of one
//! member over any span, from the rates that the rules concluded.
//!
//! [`tree`] commits to them.
//!
//! Nothing here decides what anybody pays. [`Columns`] write the rate of a class beside each of its
//! members and count them again; [`RateLedger`] keeps running sums of the rates by month of birth,
//! so that a member's total is a difference of two numbers for each year of a cap. Both must agree
//! with the rules to the cent, and refuse when they do not.

mod capped;
mod columns;
mod error;
mod export;
mod pass;
mod rates;
pub mod tree;

pub use columns::{Charges, ClassTotal, Columns};
pub use error::SettleError;
pub use export::write_csv;
pub use rates::{RateLedger, Statement};
