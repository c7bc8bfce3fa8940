//! What members were told.

use serde::{Deserialize, Serialize};

use super::{Asked, Chunk, MemberList, Permitted};
use crate::charter::Role;
use crate::finding::Finding;
use crate::notice::About;
use crate::refusal::Refusal;
use crate::state::State;

/// What members were told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum NoticeCommand {
    /// Records a notice that was sent to members, and whom it did not reach.
    #[serde(rename = "notice.record")]
    Record {
        /// The period.
        period: u32,
        /// What it is about.
        about: About,
        /// Members whom it did not reach, ascending.
        unreached: MemberList,
    },
}

impl NoticeCommand {
    pub(super) fn permitted(&self) -> Permitted {
        Permitted::Role(Role::Operator)
    }

    pub(super) fn chunk(&self) -> Option<&Chunk> {
        match self {
            Self::Record { unreached, .. } => unreached.chunk(),
        }
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        match self {
            Self::Record { period, about, unreached } => {
                let unreached = unreached.members(asked.chunk)?;
                state.record_notice(asked.order, *period, *about, unreached)
            }
        }
    }
}
