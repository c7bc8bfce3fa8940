//! What is asked about funds.

use money::Amount;
use proof::Digest;
use serde::{Deserialize, Serialize};

use super::{Asked, Chunk, MemberList, Permitted};
use crate::charter::Role;
use crate::finding::Finding;
use crate::funds::{Debt, Payment};
use crate::refusal::Refusal;
use crate::state::State;

/// What is asked about funds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum FundCommand {
    /// Reports what members paid in ahead of charges.
    #[serde(rename = "fund.pay-in")]
    PayIn {
        /// The payments, by ascending member.
        payments: Vec<Payment>,
    },
    /// Asks for a balance to be returned.
    #[serde(rename = "fund.withdraw")]
    Withdraw {
        /// The member.
        member: u32,
        /// How much; all of it when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount_minor: Option<Amount>,
    },
    /// Confirms that balances were returned.
    #[serde(rename = "fund.returned")]
    Returned {
        /// The members, ascending.
        members: MemberList,
    },
    /// Reports interest that the bank credited.
    #[serde(rename = "fund.interest")]
    Interest {
        /// How much.
        amount_minor: Amount,
    },
    /// Confirms, as the patient, what members paid directly.
    #[serde(rename = "fund.received")]
    Received {
        /// The period.
        period: u32,
        /// The case.
        case: u32,
        /// The members who paid their part of it, ascending.
        members: MemberList,
    },
    /// Matches what patients confirmed with what was owed.
    #[serde(rename = "fund.match")]
    Match {
        /// The period.
        period: u32,
    },
    /// Publishes an estimate of what is incurred and not yet published.
    #[serde(rename = "fund.debt")]
    Debt {
        /// The last period that the estimate knows.
        period: u32,
        /// Aid expected.
        amount_minor: Amount,
        /// Its standard error.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error_minor: Option<Amount>,
        /// How it was estimated.
        method: String,
        /// SHA-256 of the triangle in canonical JSON.
        triangle: Digest,
    },
}

impl FundCommand {
    pub(super) fn permitted(&self) -> Permitted {
        match self {
            Self::PayIn { .. } | Self::Returned { .. } | Self::Interest { .. } => {
                Permitted::Role(Role::Custodian)
            }
            Self::Withdraw { .. } | Self::Received { .. } => Permitted::MemberOr(Role::Registrar),
            Self::Debt { .. } | Self::Match { .. } => Permitted::Role(Role::Operator),
        }
    }

    pub(super) fn chunk(&self) -> Option<&Chunk> {
        match self {
            Self::Returned { members } | Self::Received { members, .. } => members.chunk(),
            _ => None,
        }
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        match self {
            Self::PayIn { payments } => state.pay_in(asked.order, payments),
            Self::Withdraw { member, amount_minor } => {
                asked.about(*member)?;
                state.withdraw(*member, *amount_minor)
            }
            Self::Returned { members } => state.pay_withdrawals(&members.members(asked.chunk)?),
            Self::Received { period, case, members } => {
                asked.about(state.applicant(*case)?)?;
                let members = members.members(asked.chunk)?;
                state.receive(asked.order, *period, *case, &members)
            }
            Self::Match { period } => state.match_direct(asked.order, *period),
            Self::Interest { amount_minor } => state.credit_interest(*amount_minor),
            Self::Debt { period, amount_minor, error_minor, method, triangle } => state
                .publish_debt(Debt {
                    period: *period,
                    day: asked.order.day,
                    amount: *amount_minor,
                    error: *error_minor,
                    method: method.clone(),
                    triangle: *triangle,
                }),
        }
    }
}
