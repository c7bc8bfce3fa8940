//! What the rules conclude about money that leaves custody.

use money::Amount;
use serde::{Deserialize, Serialize};

/// What the rules conclude about money that leaves custody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum PayoutFinding {
    /// The custodian may pay.
    #[serde(rename = "finding.payout.ordered")]
    Ordered {
        /// The period.
        period: u32,
        /// Cases to be paid.
        cases: u32,
        /// Of them, those that were paid short before.
        topped_up: u32,
        /// What is to be paid, refunds included.
        total_minor: Amount,
    },
    /// Money has left custody to those whom the decisions name.
    #[serde(rename = "finding.payout.paid")]
    Paid {
        /// The period.
        period: u32,
        /// Aid paid.
        aid_minor: Amount,
        /// Shares returned.
        refund_minor: Amount,
        /// What the sponsor lent for it.
        advance_minor: Amount,
    },
    /// The fee has left custody.
    #[serde(rename = "finding.fee.drawn")]
    FeeDrawn {
        /// The period.
        period: u32,
        /// The fee.
        fee_minor: Amount,
    },
}
