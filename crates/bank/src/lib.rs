//! The bank of rehearsals: takes the files that a real custodian would take, settles some payments,
//! refuses others with ISO 20022's reason codes, pays late, and tells of it in `pain.002`,
//! `camt.054` and `camt.053`, so that the whole way of the money can be walked without a bank.
//!
//! Everything follows from a seed and the id of a payment: the same files get the same answers. No
//! plan with real money has anything to do with this crate.

mod account;
mod answer;
mod habits;
mod order;

pub use account::{Bank, Booked, Kind};
pub use answer::Answer;
pub use habits::Habits;
pub use order::{OrderError, Ordered};
