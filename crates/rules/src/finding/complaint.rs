//! What the rules conclude about complaints.

use serde::{Deserialize, Serialize};

use crate::complaint::{Counts, Outcome};
use crate::day::Day;

/// What the rules conclude about complaints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum ComplaintFinding {
    /// A complaint has a number and a day for its answer.
    #[serde(rename = "finding.complaint.opened")]
    Opened {
        /// Its number.
        complaint: u32,
        /// The last day for an answer.
        due: Day,
    },
    /// A complaint is answered.
    #[serde(rename = "finding.complaint.answered")]
    Answered {
        /// The complaint.
        complaint: u32,
        /// What the answer says of it.
        outcome: Outcome,
        /// Days from opening to answer.
        days: i32,
        /// Whether the day for an answer had passed.
        late: bool,
    },
    /// A complaint has gone to the authority.
    #[serde(rename = "finding.complaint.escalated")]
    Escalated {
        /// The complaint.
        complaint: u32,
        /// Whether the operator had left it without an answer.
        unanswered: bool,
    },
    /// The authority has decided.
    #[serde(rename = "finding.complaint.resolved")]
    Resolved {
        /// The complaint.
        complaint: u32,
        /// What the authority says of it.
        outcome: Outcome,
        /// Whether the operator had said otherwise.
        overturned: bool,
    },
    /// The counts of complaints, published with a period.
    #[serde(rename = "finding.complaint.counted")]
    Counted {
        /// The period.
        period: u32,
        /// The counts.
        counts: Counts,
    },
}
