//! What is asked about complaints.

use proof::Digest;
use serde::{Deserialize, Serialize};

use super::{Asked, Permitted};
use crate::charter::Role;
use crate::complaint::Outcome;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

/// What is asked about complaints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum ComplaintCommand {
    /// Complains.
    #[serde(rename = "complaint.open")]
    Open {
        /// Who complains.
        member: u32,
        /// What about, as the charter names it.
        category: String,
        /// Salted hash of the text.
        text: Digest,
    },
    /// Takes a complaint back.
    #[serde(rename = "complaint.withdraw")]
    Withdraw {
        /// The complaint.
        complaint: u32,
    },
    /// Answers.
    #[serde(rename = "complaint.answer")]
    Answer {
        /// The complaint.
        complaint: u32,
        /// What the answer says of it.
        outcome: Outcome,
        /// Salted hash of the text.
        text: Digest,
    },
    /// Turns to the authority.
    #[serde(rename = "complaint.escalate")]
    Escalate {
        /// The complaint.
        complaint: u32,
    },
    /// Decides, as the authority.
    #[serde(rename = "complaint.resolve")]
    Resolve {
        /// The complaint.
        complaint: u32,
        /// What the authority says of it.
        outcome: Outcome,
        /// Salted hash of the text.
        text: Digest,
    },
}

impl ComplaintCommand {
    pub(super) fn permitted(&self) -> Permitted {
        match self {
            Self::Open { .. } | Self::Withdraw { .. } | Self::Escalate { .. } => {
                Permitted::MemberOr(Role::Registrar)
            }
            Self::Answer { .. } => Permitted::Role(Role::Operator),
            Self::Resolve { .. } => Permitted::Role(Role::Regulator),
        }
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        match self {
            Self::Open { member, category, text } => {
                state.open_complaint(asked, *member, category, *text)
            }
            Self::Withdraw { complaint } => state.withdraw_complaint(asked, *complaint),
            Self::Answer { complaint, outcome, text } => {
                state.answer_complaint(asked, *complaint, *outcome, *text)
            }
            Self::Escalate { complaint } => state.escalate_complaint(asked, *complaint),
            Self::Resolve { complaint, outcome, text } => {
                state.resolve_complaint(asked, *complaint, *outcome, *text)
            }
        }
    }
}
