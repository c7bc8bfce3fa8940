//! The rails on which money moves: ISO 20022 files between the ledger and the custodian bank.
//!
//! Written: [`PaymentFile`], a `pain.008.001.08` of collections or a `pain.001.001.09` of payouts.
//! Read: [`read_status`] (`pain.002`), [`read_notification`] (`camt.054`) and [`read_statement`]
//! (`camt.053`). Both ways a file passes through in pieces and is never held whole. A file is
//! believed only as far as its own sums, counts and currency hold; what is read is told to the
//! caller line by line and counts only when the end of the file has been reached without an error.
//!
//! Knows no rule and no ledger: payments are named by an [`EndToEnd`] that says what they are for.

mod durable;
mod entries;
mod error;
mod expect;
mod id;
mod notification;
mod payment;
mod pull;
mod sink;
mod statement;
mod status;
mod totals;

pub use durable::DurableFile;
pub use entries::{Movement, What};
pub use error::RailsError;
pub use expect::Expect;
pub use id::{Batch, EndToEnd, MessageId, PlanTag, Purpose};
pub use notification::{Notification, read_notification};
pub use payment::{Account, Header, Line, PaymentFile, Side};
pub use pull::{Pull, Step};
pub use sink::Sink;
pub use statement::{Statement, read_statement};
pub use status::{Outcome, StatusLine, StatusReport, read_status};
pub use totals::Totals;
