//! Clauses about the course of a case: the days promised for each step, the hearing before a
//! finding of fraud, and how many paid cases are investigated again.

use money::Rate;
use serde::{Deserialize, Serialize};

/// Days within which each step of a case is promised. A step that is late is published; the case
/// goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// From filing to the investigator's report.
    pub investigate_days: i32,
    /// From the report to the reviewer's proposal.
    pub review_days: i32,
    /// From the proposal to the public card.
    pub publish_days: i32,
    /// From the public card to the decision.
    pub decide_days: i32,
    /// From the approval to the payment of all that was decided.
    pub pay_days: i32,
}

/// What comes before a finding of fraud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fraud {
    /// Days in which the applicant may answer. Nothing is found before an answer or their end.
    pub hearing_days: i32,
}

impl Default for Fraud {
    /// Two weeks: time enough to come home and find the documents.
    fn default() -> Self {
        Self { hearing_days: 14 }
    }
}

impl Fraud {
    /// Whether the charter says nothing beyond what holds without a word.
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// How many of the paid cases of a period are investigated again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReAudit {
    /// Their share, rounded up: of one paid case, one.
    pub share: Rate,
    /// Days within which the second investigators report; what is late is published by name.
    pub report_days: i32,
}
