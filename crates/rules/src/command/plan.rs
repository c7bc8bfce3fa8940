//! Founding a plan.

use serde::{Deserialize, Serialize};

use super::Permitted;
use crate::charter::Charter;
use crate::charter::Role;
use crate::day::Day;
use crate::finding::Finding;
use crate::key::Key;
use crate::refusal::Refusal;

/// Founding a plan.
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
}

impl PlanCommand {
    pub(super) fn permitted(&self) -> Permitted {
        match self {
            Self::Found { .. } => Permitted::Role(Role::Operator),
        }
    }

    pub(super) fn perform(&self) -> Result<Vec<Finding>, Refusal> {
        match self {
            Self::Found { .. } => unreachable!("founding is applied before a plan exists"),
        }
    }
}
