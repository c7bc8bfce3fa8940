//! The plan's money: the books, the one gate through which every posting goes, balances paid in
//! ahead, interest, and what is estimated to be owed and not yet published.
//!
//! Nothing outside this folder can change the books: [`books::Books`] takes postings from the gate
//! alone, and the gate lets money into custody and out of it by the charter's flows only.

pub mod books;
mod debt;
mod deposit;
mod direct;
mod flow;
mod interest;

pub use debt::Debt;
pub(crate) use deposit::Column;
pub use deposit::{Deposit, Deposits};
pub use direct::Due;
pub(crate) use flow::Move;
pub use flow::{KNOWN, Known, authority_of};

use money::Amount;
use serde::{Deserialize, Serialize};

/// A payment that a member made in ahead of charges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// Who paid.
    pub member: u32,
    /// How much.
    pub amount_minor: Amount,
}

/// Payments that one command reports: an entry has room for about a thousand.
pub const PAYMENTS_MAX: usize = 1_000;
