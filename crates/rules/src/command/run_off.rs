//! What is asked about the end of the plan.

use money::Amount;
use proof::Digest;
use serde::{Deserialize, Serialize};

use super::{Asked, Permitted};
use crate::ballot::Opening;
use crate::bytes::Bytes;
use crate::charter::Role;
use crate::day::Day;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

/// What is asked about the end of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum RunOffCommand {
    /// Takes nobody in any more.
    #[serde(rename = "run-off.close-entry")]
    CloseEntry {},
    /// Gives notice that the plan will stop.
    #[serde(rename = "run-off.notice")]
    Notice {
        /// The first day whose diagnoses are not covered.
        stop: Day,
    },
    /// Orders the end, as the regulator.
    #[serde(rename = "run-off.order")]
    Order {
        /// The first day whose diagnoses are not covered.
        stop: Day,
    },
    /// Declares, as a delegate of the members, that the operator is silent.
    #[serde(rename = "run-off.silence")]
    Silence {},
    /// Puts the delegates in the operator's place, as the custodian.
    #[serde(rename = "run-off.take-over")]
    TakeOver {},
    /// Asks for a vote of the members on the end.
    #[serde(rename = "run-off.call-vote")]
    CallVote {},
    /// A member commits a vote on the end.
    #[serde(rename = "run-off.commit")]
    Commit {
        /// The commitment.
        commitment: Digest,
        /// The opening, sealed for each institution that opens votes left closed, in their order.
        copies: Vec<Bytes>,
    },
    /// A member opens the vote.
    #[serde(rename = "run-off.open")]
    Open {
        /// What opens it.
        opening: Opening,
    },
    /// An institution opens a vote that its member left closed.
    #[serde(rename = "run-off.open-left")]
    OpenLeft {
        /// The member.
        member: u32,
        /// What opens it.
        opening: Opening,
    },
    /// Counts the votes.
    #[serde(rename = "run-off.count")]
    Count {},
    /// Publishes the frozen roll.
    #[serde(rename = "run-off.freeze")]
    Freeze {},
    /// Orders an instalment for the sick.
    #[serde(rename = "run-off.instalment")]
    Instalment {},
    /// Returns what members have paid in ahead.
    #[serde(rename = "run-off.deposits")]
    Deposits {},
    /// Reports, as the custodian, that the sponsor paid in all shares, to be returned.
    #[serde(rename = "run-off.refund-shares")]
    RefundShares {
        /// What came in: all that the members of the frozen roll have paid in shares.
        total_minor: Amount,
    },
    /// Divides what is left among the members.
    #[serde(rename = "run-off.share-out")]
    ShareOut {},
    /// Confirms, as the custodian, that it was paid.
    #[serde(rename = "run-off.paid-out")]
    PaidOut {},
    /// Closes every account, in public.
    #[serde(rename = "run-off.final")]
    Final {},
}

impl RunOffCommand {
    pub(super) fn permitted(&self) -> Permitted {
        Permitted::Role(match self {
            Self::CallVote {} => return Permitted::MemberOr(Role::Delegate),
            Self::Commit { .. } | Self::Open { .. } => return Permitted::Member,
            Self::OpenLeft { .. } => return Permitted::Staff,
            Self::Count {} => return Permitted::MemberOr(Role::Operator),
            Self::Order { .. } => Role::Regulator,
            Self::Silence {} => Role::Delegate,
            Self::TakeOver {} | Self::PaidOut {} | Self::RefundShares { .. } => Role::Custodian,
            Self::Instalment {} | Self::Deposits {} | Self::ShareOut {} => Role::Treasurer,
            Self::CloseEntry {} | Self::Notice { .. } | Self::Freeze {} | Self::Final {} => {
                Role::Operator
            }
        })
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        let order = asked.order;
        match self {
            Self::CloseEntry {} => state.close_entry(),
            Self::Notice { stop } => state.give_notice(order, *stop),
            Self::Order { stop } => state.order_end(order, *stop),
            Self::Silence {} => state.declare_silence(order, asked.by),
            Self::TakeOver {} => state.take_over(order),
            Self::CallVote {} => state.call_vote(asked),
            Self::Commit { commitment, copies } => state.commit_on_end(asked, *commitment, copies),
            Self::Open { opening } => state.open_on_end(asked, asked.own()?, opening),
            Self::OpenLeft { member, opening } => state.open_on_end(asked, *member, opening),
            Self::Count {} => state.count_on_end(asked),
            Self::Freeze {} => state.freeze_roll(),
            Self::Instalment {} => state.order_instalment(order),
            Self::Deposits {} => state.return_deposits(),
            Self::RefundShares { total_minor } => state.refund_shares(*total_minor),
            Self::ShareOut {} => state.share_out(order),
            Self::PaidOut {} => state.pay_surplus(),
            Self::Final {} => state.final_account(order),
        }
    }
}
