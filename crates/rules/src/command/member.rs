//! What is asked about members.

use proof::Digest;
use serde::{Deserialize, Serialize};

use super::{Asked, Chunk, Permitted};
use crate::charter::Role;
use crate::day::Day;
use crate::day::Month;
use crate::finding::Finding;
use crate::key::Key;
use crate::refusal::Refusal;
use crate::roll::Identity;
use crate::state::State;

/// What is asked about members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum MemberCommand {
    /// Enrols one member.
    #[serde(rename = "member.enrol")]
    Enrol {
        /// Month of birth.
        birth: Month,
        /// The attestor's pseudorandom function of the national identity.
        identity: Identity,
        /// Salted commitments to the answers of the health questions, in order.
        health: Vec<Digest>,
        /// Whether an agent enrolled somebody without a phone.
        assisted: bool,
        /// Who pays for the member, when somebody else does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payer: Option<u32>,
    },
    /// Enrols the members of a chunk, all or none.
    #[serde(rename = "member.enrol-batch")]
    EnrolBatch {
        /// The rows.
        chunk: Chunk,
    },
    /// Ends a membership at the member's wish.
    #[serde(rename = "member.leave")]
    Leave {
        /// The member.
        member: u32,
        /// The amendment on account of which the member leaves, free of charges not yet made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amendment: Option<u32>,
    },
    /// Ends the memberships listed in a chunk, all or none.
    #[serde(rename = "member.leave-batch")]
    LeaveBatch {
        /// The rows.
        chunk: Chunk,
    },
    /// Lets a member pay for another.
    #[serde(rename = "member.attach")]
    Attach {
        /// Who is paid for.
        member: u32,
        /// Who pays.
        payer: u32,
    },
    /// Lets a member pay alone again.
    #[serde(rename = "member.detach")]
    Detach {
        /// Who was paid for.
        member: u32,
    },
    /// Records a death.
    #[serde(rename = "member.died")]
    Died {
        /// Who died.
        member: u32,
        /// When.
        day: Day,
    },
    /// Puts the key on record by which a member acts. In place of one before, the member signs it
    /// by that one; without it the registrar and a second key do.
    #[serde(rename = "member.key")]
    Key {
        /// The member.
        member: u32,
        /// An Ed25519 key that has never acted in this plan.
        key: Key,
    },
}

impl MemberCommand {
    pub(super) fn permitted(&self) -> Permitted {
        match self {
            Self::Leave { .. } | Self::Key { .. } => Permitted::MemberOr(Role::Registrar),
            _ => Permitted::Role(Role::Registrar),
        }
    }

    pub(super) fn chunk(&self) -> Option<&Chunk> {
        match self {
            Self::EnrolBatch { chunk } | Self::LeaveBatch { chunk } => Some(chunk),
            _ => None,
        }
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        let order = asked.order;
        match self {
            Self::Enrol { birth, identity, health, payer, .. } => {
                state.enrol_member(order, *birth, *identity, health, *payer)
            }
            Self::EnrolBatch { chunk } => state.enrol_batch(order, chunk, asked.chunk),
            Self::Leave { member, amendment: Some(amendment) } => {
                state.leave_free(asked, *member, *amendment)
            }
            Self::Leave { member, amendment: None } => {
                asked.about(*member)?;
                state.leave(order, *member)
            }
            Self::LeaveBatch { chunk } => state.leave_batch(order, chunk, asked.chunk),
            Self::Attach { member, payer } => state.attach_member(*member, *payer),
            Self::Detach { member } => state.detach_member(*member),
            Self::Died { member, day } => state.record_death(order, *member, *day),
            Self::Key { member, key } => {
                asked.about(*member)?;
                state.bind_key(*member, *key)
            }
        }
    }
}
