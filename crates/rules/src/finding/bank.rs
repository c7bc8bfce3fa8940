//! What the rules conclude from the bank's statements.

use money::Amount;
use serde::{Deserialize, Serialize};

use crate::day::Day;

/// What the rules conclude from the bank's statements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum BankFinding {
    /// Ledger and bank were compared.
    #[serde(rename = "finding.bank.reconciled")]
    Reconciled {
        /// Number of the last statement.
        statement: u64,
        /// Its day.
        day: Day,
        /// What custody holds by the ledger.
        ledger_minor: Amount,
        /// What it holds at the bank.
        bank_minor: Amount,
        /// The first less the second.
        difference_minor: Amount,
        /// What of it the ledger has moved and the bank has not shown yet.
        in_transit_minor: Amount,
        /// Movements at the bank for which the ledger knows no reason.
        unmatched: u32,
        /// Their sum.
        unmatched_minor: Amount,
        /// The day since which the two differ.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        differs_since: Option<Day>,
        /// Whether payouts rest on account of it.
        frozen: bool,
    },
}
