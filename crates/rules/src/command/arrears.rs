//! What is asked about failed charges.

use serde::{Deserialize, Serialize};

use super::{Asked, Chunk, MemberList, Permitted};
use crate::charter::Role;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;
/// What is asked about failed charges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum ArrearsCommand {
    /// Reports the bank's result of retried charges.
    #[serde(rename = "arrears.retry")]
    Retry {
        /// The period.
        period: u32,
        /// Members whose charge succeeded now, ascending.
        paid: MemberList,
    },
    /// Reports the payment of one failed charge.
    #[serde(rename = "arrears.pay")]
    Pay {
        /// The period.
        period: u32,
        /// Whose charge it is.
        member: u32,
        /// Who paid: the member, or who pays for the member.
        payer: u32,
    },
    /// Ends the ladder of a period's failed charges.
    #[serde(rename = "arrears.end")]
    End {
        /// The period.
        period: u32,
    },
}

impl ArrearsCommand {
    pub(super) fn permitted(&self) -> Permitted {
        Permitted::Role(match self {
            Self::Retry { .. } | Self::Pay { .. } => Role::Custodian,
            Self::End { .. } => Role::Registrar,
        })
    }

    pub(super) fn chunk(&self) -> Option<&Chunk> {
        match self {
            Self::Retry { paid, .. } => paid.chunk(),
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
            Self::Retry { period, paid } => {
                state.retry_charges(order, *period, &paid.members(asked.chunk)?)
            }
            Self::Pay { period, member, payer } => {
                state.pay_arrears(order, *period, *member, *payer)
            }
            Self::End { period } => state.end_arrears(order, *period),
        }
    }
}
