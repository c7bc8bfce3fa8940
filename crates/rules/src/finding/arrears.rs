//! What the rules conclude about failed charges.

use money::Amount;
use serde::{Deserialize, Serialize};

/// What the rules conclude about failed charges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum ArrearsFinding {
    /// Failed charges were paid when the bank tried again.
    #[serde(rename = "finding.arrears.retried")]
    Retried {
        /// The period.
        period: u32,
        /// How many.
        paid: u32,
        /// What they sum to.
        paid_minor: Amount,
        /// Charges that are still unpaid.
        unpaid: u32,
    },
    /// A failed charge was paid late.
    #[serde(rename = "finding.arrears.paid")]
    Paid {
        /// The period.
        period: u32,
        /// Whose charge it was. The payment restores no membership.
        member: u32,
        /// The charge.
        paid_minor: Amount,
        /// Whether the others had borne it: then they get it back in the next period.
        recovered: bool,
    },
    /// A case's aid has paid a charge that its member owed.
    #[serde(rename = "finding.arrears.netted")]
    Netted {
        /// The case.
        case: u32,
        /// The period of the charge.
        period: u32,
        /// Whose charge it was.
        member: u32,
        /// The charge.
        netted_minor: Amount,
    },
    /// The days of grace of a period are over.
    #[serde(rename = "finding.arrears.ended")]
    Ended {
        /// The period.
        period: u32,
        /// Members expelled.
        expelled: u32,
        /// Members whom the notice did not reach: they stay until the next ladder ends.
        extended: u32,
        /// Members for whom the expelled paid, who pay for themselves from now on.
        detached: u32,
        /// Charges never collected, for the next period to bear.
        written_off_minor: Amount,
    },
}
