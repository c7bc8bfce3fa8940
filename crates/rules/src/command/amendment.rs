//! What is asked about amendments.

use proof::Digest;
use serde::{Deserialize, Serialize};

use super::{Asked, Chunk, MemberList, Permitted};
use crate::amendment::Change;
use crate::ballot::Opening;
use crate::bytes::Bytes;
use crate::charter::Role;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

/// What is asked about amendments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum AmendmentCommand {
    /// Proposes an amendment by its exact difference from the charter in force.
    #[serde(rename = "amendment.propose")]
    Propose {
        /// Every clause that changes, in the order of the clauses.
        changes: Vec<Change>,
    },
    /// Takes an amendment back.
    #[serde(rename = "amendment.withdraw")]
    Withdraw {
        /// The amendment.
        amendment: u32,
    },
    /// Records that the members were told, and whom it did not reach.
    #[serde(rename = "amendment.notice")]
    Notice {
        /// The amendment.
        amendment: u32,
        /// Members whom it did not reach, ascending.
        unreached: MemberList,
    },
    /// A member commits a vote.
    #[serde(rename = "amendment.commit")]
    Commit {
        /// The amendment.
        amendment: u32,
        /// The commitment.
        commitment: Digest,
        /// The opening, sealed for each institution that opens votes left closed, in their order.
        copies: Vec<Bytes>,
    },
    /// A member opens the vote.
    #[serde(rename = "amendment.open")]
    Open {
        /// The amendment.
        amendment: u32,
        /// What opens it.
        opening: Opening,
    },
    /// An institution opens a vote that its member left closed.
    #[serde(rename = "amendment.open-left")]
    OpenLeft {
        /// The amendment.
        amendment: u32,
        /// The member.
        member: u32,
        /// What opens it.
        opening: Opening,
    },
    /// Counts the votes.
    #[serde(rename = "amendment.count")]
    Count {
        /// The amendment.
        amendment: u32,
    },
}

impl AmendmentCommand {
    pub(super) fn permitted(&self) -> Permitted {
        match self {
            Self::Propose { .. } | Self::Withdraw { .. } | Self::Notice { .. } => {
                Permitted::Role(Role::Operator)
            }
            Self::Commit { .. } | Self::Open { .. } => Permitted::Member,
            Self::OpenLeft { .. } => Permitted::Staff,
            Self::Count { .. } => Permitted::MemberOr(Role::Operator),
        }
    }

    pub(super) fn chunk(&self) -> Option<&Chunk> {
        match self {
            Self::Notice { unreached, .. } => unreached.chunk(),
            _ => None,
        }
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        match self {
            Self::Propose { changes } => state.propose_amendment(asked.order, changes),
            Self::Withdraw { amendment } => state.withdraw_amendment(*amendment),
            Self::Notice { amendment, unreached } => {
                let unreached = unreached.members(asked.chunk)?;
                state.notice_amendment(asked.order, *amendment, &unreached)
            }
            Self::Commit { amendment, commitment, copies } => {
                state.commit_on_amendment(asked, *amendment, *commitment, copies)
            }
            Self::Open { amendment, opening } => {
                let member = asked.own()?;
                state.open_on_amendment(asked, *amendment, member, opening)
            }
            Self::OpenLeft { amendment, member, opening } => {
                state.open_on_amendment(asked, *amendment, *member, opening)
            }
            Self::Count { amendment } => state.count_amendment(asked, *amendment),
        }
    }
}
