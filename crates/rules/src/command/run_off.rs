//! What is asked about the end of the plan.

use serde::{Deserialize, Serialize};

use super::{Asked, Permitted};
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
    /// Publishes the frozen roll.
    #[serde(rename = "run-off.freeze")]
    Freeze {},
    /// Orders an instalment for the sick.
    #[serde(rename = "run-off.instalment")]
    Instalment {},
    /// Returns what members have paid in ahead.
    #[serde(rename = "run-off.deposits")]
    Deposits {},
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
            Self::Order { .. } => Role::Regulator,
            Self::Silence {} => Role::Delegate,
            Self::TakeOver {} | Self::PaidOut {} => Role::Custodian,
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
            Self::Freeze {} => state.freeze_roll(),
            Self::Instalment {} => state.order_instalment(order),
            Self::Deposits {} => state.return_deposits(),
            Self::ShareOut {} => state.share_out(order),
            Self::PaidOut {} => state.pay_surplus(),
            Self::Final {} => state.final_account(order),
        }
    }
}
