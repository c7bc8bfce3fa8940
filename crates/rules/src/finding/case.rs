//! What the rules conclude about cases.

use money::Amount;
use serde::{Deserialize, Serialize};

use crate::case::Reason;

/// What the rules conclude about cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum CaseFinding {
    /// A case has a number.
    #[serde(rename = "finding.case.filed")]
    Filed {
        /// Its number.
        case: u32,
    },
    /// A case is approved.
    #[serde(rename = "finding.case.approved")]
    Approved {
        /// The case.
        case: u32,
        /// What is paid.
        decided_minor: Amount,
        /// What a reduction took off, pro rata with all cases of the period.
        reduced_minor: Amount,
    },
    /// A case is refused.
    #[serde(rename = "finding.case.refused")]
    Refused {
        /// The case.
        case: u32,
        /// Why.
        reason: Reason,
        /// The health question on which the refusal rests.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        question: Option<u32>,
        /// Whether the next periods return all shares that the member has paid.
        shares_returned: bool,
    },
    /// Collections do not suffice to pay a case in full now.
    #[serde(rename = "finding.case.short")]
    Short {
        /// The case.
        case: u32,
        /// What is paid now: the same part for all cases of the period.
        payable_minor: Amount,
        /// What is topped up from the next collections, before any fee.
        left_minor: Amount,
    },
}
