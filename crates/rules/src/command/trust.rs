//! What members say of each other.

use proof::Digest;
use serde::{Deserialize, Serialize};

use super::{Asked, Permitted};
use crate::charter::Role;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

/// What members say of each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum TrustCommand {
    /// Says who introduced a member.
    #[serde(rename = "introduction.name")]
    NameIntroducer {
        /// Who was introduced.
        member: u32,
        /// Who introduced the member.
        introducer: u32,
    },
    /// Thanks for the aid of a case, in public.
    #[serde(rename = "thanks.give")]
    GiveThanks {
        /// The case.
        case: u32,
        /// Salted hash of the text, which stands beside the log like the card of a case.
        card: Digest,
    },
    /// Takes thanks back, text and all.
    #[serde(rename = "thanks.revoke")]
    RevokeThanks {
        /// The case.
        case: u32,
    },
    /// Joins a circle.
    #[serde(rename = "circle.join")]
    JoinCircle {
        /// Its name.
        circle: String,
    },
    /// Leaves a circle.
    #[serde(rename = "circle.leave")]
    LeaveCircle {
        /// Its name.
        circle: String,
    },
}

impl TrustCommand {
    pub(super) fn permitted(&self) -> Permitted {
        match self {
            Self::NameIntroducer { .. } => Permitted::MemberOr(Role::Registrar),
            _ => Permitted::Member,
        }
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        match self {
            Self::NameIntroducer { member, introducer } => {
                state.name_introducer(asked, *member, *introducer)
            }
            Self::GiveThanks { case, card } => state.give_thanks(asked, *case, *card),
            Self::RevokeThanks { case } => state.revoke_thanks(asked, *case),
            Self::JoinCircle { circle } => state.join_circle(asked, circle),
            Self::LeaveCircle { circle } => state.leave_circle(asked, circle),
        }
    }
}
