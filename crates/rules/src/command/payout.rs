//! What is asked about money that leaves custody.

use serde::{Deserialize, Serialize};

use super::{Asked, Permitted};
use crate::charter::Role;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;
/// What is asked about money that leaves custody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum PayoutCommand {
    /// Orders the payment of all that a period owes.
    #[serde(rename = "payout.order")]
    Order {
        /// The period.
        period: u32,
    },
    /// Confirms payments that the custodian made.
    #[serde(rename = "payout.confirm")]
    Confirm {
        /// The period.
        period: u32,
        /// Cases whose aid was paid, ascending.
        cases: Vec<u32>,
        /// Members whose shares were returned, ascending.
        refunds: Vec<u32>,
    },
    /// Draws the operator's fee of a period.
    #[serde(rename = "fee.draw")]
    DrawFee {
        /// The period.
        period: u32,
    },
}

impl PayoutCommand {
    pub(super) fn permitted(&self) -> Permitted {
        Permitted::Role(match self {
            Self::Confirm { .. } => Role::Custodian,
            Self::Order { .. } | Self::DrawFee { .. } => Role::Treasurer,
        })
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        match self {
            Self::Order { period } => state.order_payout(asked.order, *period),
            Self::Confirm { period, cases, refunds } => {
                state.confirm_payout(*period, cases, refunds)
            }
            Self::DrawFee { period } => state.draw_fee(*period),
        }
    }
}
