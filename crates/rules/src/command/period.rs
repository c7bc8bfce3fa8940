//! What is asked about periods.

use money::Amount;
use proof::Digest;
use serde::{Deserialize, Serialize};

use super::{Asked, Chunk, MemberList, Permitted};
use crate::charter::Role;
use crate::finding::Finding;
use crate::period::Forecast;
use crate::refusal::Refusal;
use crate::state::State;

/// What is asked about periods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum PeriodCommand {
    /// Logs beforehand what the open period's share is expected to be.
    #[serde(rename = "period.forecast")]
    Forecast {
        /// The period.
        period: u32,
        /// Expected mean share of a member.
        share_minor: Amount,
        /// Lower end of the interval.
        low_minor: Amount,
        /// Upper end of the interval.
        high_minor: Amount,
    },
    /// Publishes the open period.
    #[serde(rename = "period.publish")]
    Publish {
        /// The period.
        period: u32,
    },
    /// Decides the published cases and charges their cost.
    #[serde(rename = "period.close")]
    Close {
        /// The period.
        period: u32,
    },
    /// Reports the bank's result of a period's collection.
    #[serde(rename = "period.collect")]
    Collect {
        /// The period.
        period: u32,
        /// Members whose charge failed, ascending.
        failed: MemberList,
        /// What the sponsor paid in under its guarantee.
        #[serde(default)]
        sponsor_minor: Amount,
    },
    /// Commits to every sharer's charge in a closed period.
    #[serde(rename = "period.seal")]
    Seal {
        /// The period.
        period: u32,
        /// Root of the tree of charges.
        root: Digest,
        /// Its leaves.
        sharers: u64,
        /// Sum of the charges in them.
        charges_minor: Amount,
    },
    /// Ends a period.
    #[serde(rename = "period.settle")]
    Settle {
        /// The period.
        period: u32,
    },
}

impl PeriodCommand {
    pub(super) fn permitted(&self) -> Permitted {
        Permitted::Role(match self {
            Self::Collect { .. } => Role::Custodian,
            _ => Role::Operator,
        })
    }

    pub(super) fn chunk(&self) -> Option<&Chunk> {
        match self {
            Self::Collect { failed, .. } => failed.chunk(),
            _ => None,
        }
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        match self {
            Self::Forecast { period, share_minor, low_minor, high_minor } => {
                let (share, low, high) = (*share_minor, *low_minor, *high_minor);
                state.forecast_period(*period, Forecast { share, low, high })
            }
            Self::Publish { period } => state.publish_period(asked.order, *period),
            Self::Close { period } => state.close_period(asked.order, *period),
            Self::Collect { period, failed, sponsor_minor } => {
                let failed = failed.members(asked.chunk)?;
                state.collect_period(asked.order, *period, failed, *sponsor_minor)
            }
            Self::Seal { period, root, sharers, charges_minor } => {
                state.seal_period(*period, *root, *sharers, *charges_minor)
            }
            Self::Settle { period } => state.settle_period(*period),
        }
    }
}
