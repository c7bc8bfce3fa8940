//! What the rules conclude about funds.

use money::Amount;
use serde::{Deserialize, Serialize};

/// What the rules conclude about funds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum FundFinding {
    /// Members have paid in ahead.
    #[serde(rename = "finding.fund.paid-in")]
    PaidIn {
        /// Payments.
        payments: u32,
        /// Their sum: what entered custody.
        total_minor: Amount,
        /// What of it paid failed charges at once.
        settled_minor: Amount,
    },
    /// Charges were drawn from balances.
    #[serde(rename = "finding.fund.drawn")]
    Drawn {
        /// The period.
        period: u32,
        /// Members whose charge was drawn.
        members: u32,
        /// What was drawn.
        drawn_minor: Amount,
        /// Balances that could not pay the next charge of their household whole.
        short: u32,
        /// Balances that are now below the charter's low amount.
        low: u32,
    },
    /// A balance is to be returned.
    #[serde(rename = "finding.fund.withdrawn")]
    Withdrawn {
        /// The member.
        member: u32,
        /// What is to be returned.
        amount_minor: Amount,
        /// What the reserve keeps.
        levy_minor: Amount,
    },
    /// Balances have left custody to their members.
    #[serde(rename = "finding.fund.returned")]
    WithdrawalsPaid {
        /// Members.
        members: u32,
        /// What left custody.
        total_minor: Amount,
    },
    /// A patient confirmed payments.
    #[serde(rename = "finding.fund.received")]
    Received {
        /// The period.
        period: u32,
        /// The case.
        case: u32,
        /// Members who paid.
        members: u32,
        /// What they paid.
        total_minor: Amount,
    },
    /// Payments are matched with obligations.
    #[serde(rename = "finding.fund.matched")]
    Matched {
        /// The period.
        period: u32,
        /// Charges that were paid whole.
        matched_minor: Amount,
        /// Members who did not pay, or not all.
        failed: u32,
        /// Their charges.
        failed_minor: Amount,
    },
    /// Interest came to the pool.
    #[serde(rename = "finding.fund.interest")]
    Interest {
        /// How much.
        amount_minor: Amount,
    },
    /// An estimate of hidden debt stands in the log; the one before it is scored.
    #[serde(rename = "finding.fund.debt")]
    Debt {
        /// The last period that the estimate knows.
        period: u32,
        /// The period of the estimate before it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        earlier: Option<u32>,
        /// What that one expected.
        estimated_minor: Amount,
        /// What of it has come since.
        emerged_minor: Amount,
    },
}
