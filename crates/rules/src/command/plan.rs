//! Founding a plan, and carrying its log on when its orderer is gone.

use serde::{Deserialize, Serialize};

use super::{Asked, Permitted};
use crate::bytes::Bytes;
use crate::charter::Charter;
use crate::charter::Role;
use crate::day::Day;
use crate::finding::Finding;
use crate::key::Key;
use crate::refusal::Refusal;
use crate::run_off::Approval;
use crate::state::State;

/// Founding a plan, and carrying its log on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum PlanCommand {
    /// Founds the plan under a charter whose roles are filled. The first command of every log.
    #[serde(rename = "plan.found")]
    Found {
        /// The charter.
        charter: Box<Charter>,
        /// No period is published before this day.
        first_publicity: Day,
        /// The key of the node that signs the log's checkpoints.
        node: Key,
    },
    /// Carries the log on after its last witnessed checkpoint, when its orderer is gone for good.
    /// The first command after the entries that the checkpoint covers.
    #[serde(rename = "plan.succeed")]
    Succeed {
        /// The signed note of the checkpoint, cosignatures included.
        checkpoint: Bytes,
        /// The key of the node that signs the log's checkpoints from now on.
        node: Key,
        /// Delegates who agree.
        delegates: Vec<Approval>,
    },
}

impl PlanCommand {
    pub(super) fn permitted(&self) -> Permitted {
        match self {
            Self::Found { .. } => Permitted::Role(Role::Operator),
            Self::Succeed { .. } => Permitted::Role(Role::Custodian),
        }
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        match self {
            Self::Found { .. } => unreachable!("founding is applied before a plan exists"),
            Self::Succeed { checkpoint, node, delegates } => {
                state.succeed(asked.order, &checkpoint.0, *node, delegates)
            }
        }
    }
}
