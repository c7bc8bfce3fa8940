//! What is asked about re-audits.

use proof::Digest;
use serde::{Deserialize, Serialize};

use super::{Asked, Permitted};
use crate::bytes::Bytes;
use crate::charter::Role;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

/// What is asked about re-audits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum AuditCommand {
    /// Seals the paid cases of a settled period, to draw among them.
    #[serde(rename = "audit.begin")]
    Begin {
        /// The period.
        period: u32,
    },
    /// A party of the draw answers.
    #[serde(rename = "audit.answer")]
    Answer {
        /// The period.
        period: u32,
        /// The proof of its VRF, 80 bytes.
        proof: Bytes,
    },
    /// Draws without those who are silent after the deadline.
    #[serde(rename = "audit.draw")]
    Draw {
        /// The period.
        period: u32,
    },
    /// The second investigator reports on a case that was picked.
    #[serde(rename = "audit.report")]
    Report {
        /// The case.
        case: u32,
        /// Whether it is confirmed; a doubt reopens it.
        confirmed: bool,
        /// Hash of the report.
        report: Digest,
    },
}

impl AuditCommand {
    pub(super) fn permitted(&self) -> Permitted {
        match self {
            // Both follow from the rules and the time, so any member may press on.
            Self::Begin { .. } | Self::Draw { .. } => Permitted::MemberOr(Role::Operator),
            Self::Answer { .. } => Permitted::Staff,
            Self::Report { .. } => Permitted::Role(Role::Investigator),
        }
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        match self {
            Self::Begin { period } => state.begin_audit(asked, *period),
            Self::Answer { period, proof } => state.answer_audit(asked, *period, proof),
            Self::Draw { period } => state.draw_audit(asked.order, *period),
            Self::Report { case, confirmed, report } => {
                state.report_audit(asked, *case, *confirmed, *report)
            }
        }
    }
}
