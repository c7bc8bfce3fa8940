//! What is asked about hearings.

use proof::Digest;
use serde::{Deserialize, Serialize};

use super::{Asked, Permitted};
use crate::ballot::Opening;
use crate::bytes::Bytes;
use crate::charter::Role;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

/// What is asked about hearings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum JuryCommand {
    /// A member takes the quiz about the rules.
    #[serde(rename = "jury.qualify")]
    Qualify {
        /// The answers, counted from 1, in the order of the questions.
        answers: Vec<u32>,
    },
    /// Declares members who work for the plan or its institutions.
    #[serde(rename = "jury.staff")]
    Staff {
        /// The members.
        members: Vec<u32>,
    },
    /// The applicant commits to a nonce.
    #[serde(rename = "jury.nonce")]
    Nonce {
        /// The case.
        case: u32,
        /// `proof::draw::nonce_commitment` of 32 random bytes.
        commitment: Digest,
    },
    /// Seals roll and exclusions.
    #[serde(rename = "jury.draw")]
    Draw {
        /// The case.
        case: u32,
    },
    /// The applicant reveals the nonce.
    #[serde(rename = "jury.reveal")]
    Reveal {
        /// The case.
        case: u32,
        /// The 32 bytes.
        nonce: Bytes,
    },
    /// A party of the draw answers.
    #[serde(rename = "jury.answer")]
    Answer {
        /// The case.
        case: u32,
        /// The proof of its VRF, 80 bytes.
        proof: Bytes,
    },
    /// Makes the seed without those who are silent after the deadline, and seats the panel.
    #[serde(rename = "jury.seat")]
    Seat {
        /// The case.
        case: u32,
    },
    /// A juror steps back.
    #[serde(rename = "jury.recuse")]
    Recuse {
        /// The case.
        case: u32,
    },
    /// A juror commits a vote.
    #[serde(rename = "jury.commit")]
    Commit {
        /// The case.
        case: u32,
        /// The commitment.
        commitment: Digest,
        /// The opening, sealed for each institution that opens votes left closed, in their order.
        copies: Vec<Bytes>,
    },
    /// A juror opens the vote.
    #[serde(rename = "jury.open")]
    Open {
        /// The case.
        case: u32,
        /// What opens it.
        opening: Opening,
    },
    /// An institution opens a vote that its juror left closed.
    #[serde(rename = "jury.open-left")]
    OpenLeft {
        /// The case.
        case: u32,
        /// The juror.
        juror: u32,
        /// What opens it.
        opening: Opening,
    },
    /// Counts a ballot that is over.
    #[serde(rename = "jury.close")]
    Close {
        /// The case.
        case: u32,
    },
}

impl JuryCommand {
    pub(super) fn permitted(&self) -> Permitted {
        match self {
            Self::Qualify { .. }
            | Self::Recuse { .. }
            | Self::Commit { .. }
            | Self::Open { .. } => Permitted::Member,
            Self::Staff { .. } => Permitted::Role(Role::Registrar),
            Self::Nonce { .. } | Self::Reveal { .. } => Permitted::MemberOr(Role::Registrar),
            Self::Answer { .. } | Self::OpenLeft { .. } => Permitted::Staff,
            // Everything here follows from the rules and the time, so any member may press on.
            Self::Draw { .. } | Self::Seat { .. } | Self::Close { .. } => {
                Permitted::MemberOr(Role::Operator)
            }
        }
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        let order = asked.order;
        match self {
            Self::Qualify { answers } => state.qualify(asked.own()?, answers),
            Self::Staff { members } => state.declare_staff(members),
            Self::Nonce { case, commitment } => {
                asked.about(state.applicant(*case)?)?;
                state.commit_nonce(*case, *commitment)
            }
            Self::Draw { case } => state.seal_roll(order, *case),
            Self::Reveal { case, nonce } => {
                asked.about(state.applicant(*case)?)?;
                state.reveal_nonce(order, *case, nonce)
            }
            Self::Answer { case, proof } => state.answer_draw(order, asked.by, *case, proof),
            Self::Seat { case } => state.seat(order, *case),
            Self::Recuse { case } => state.recuse(order, asked.own()?, *case),
            Self::Commit { case, commitment, copies } => {
                state.commit_vote(order, asked.own()?, *case, (*commitment, copies))
            }
            Self::Open { case, opening } => {
                state.open_on_hearing(asked, *case, asked.own()?, opening)
            }
            Self::OpenLeft { case, juror, opening } => {
                state.open_on_hearing(asked, *case, *juror, opening)
            }
            Self::Close { case } => state.close_hearing(order, *case),
        }
    }
}
