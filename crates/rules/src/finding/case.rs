//! What the rules conclude about cases.

use money::Amount;
use serde::{Deserialize, Serialize};

use crate::case::Reason;
use crate::day::Day;

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
        /// The answer that was sealed at joining and is opened now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<String>,
        /// Whether the next periods return all shares that the member has paid.
        shares_returned: bool,
    },
    /// How the steps of cases stand against the charter's promise, when a period is published.
    #[serde(rename = "finding.case.times")]
    Times {
        /// The period.
        period: u32,
        /// Steps done in time since the plan began.
        in_time: u32,
        /// Steps done late.
        late: u32,
        /// Cases that wait today for a step that is overdue.
        overdue_count: u32,
        /// Which they are, up to 1,000.
        overdue: Vec<u32>,
    },
    /// A paid case is suspected of fraud.
    #[serde(rename = "finding.case.reopened")]
    Reopened {
        /// The case.
        case: u32,
        /// Last day on which the applicant is waited for.
        heard_until: Day,
    },
    /// The suspicion came to nothing.
    #[serde(rename = "finding.case.cleared")]
    Cleared {
        /// The case.
        case: u32,
    },
    /// Fraud was found. The membership is expelled, and the person does not join again.
    #[serde(rename = "finding.case.fraud-found")]
    FraudFound {
        /// The case.
        case: u32,
        /// What is asked back.
        recover_minor: Amount,
    },
    /// Money came back; the next period shares it.
    #[serde(rename = "finding.case.recovered")]
    Recovered {
        /// The case.
        case: u32,
        /// What came now.
        recovered_minor: Amount,
        /// What is still asked back.
        left_minor: Amount,
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
