//! What the rules conclude about the plan as a whole.

use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::key::Key;

/// What the rules conclude about the plan as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum PlanFinding {
    /// The plan exists.
    #[serde(rename = "finding.plan.founded")]
    Founded {
        /// Identity of the charter.
        charter: Digest,
        /// First publicity day.
        publicity: Day,
    },
    /// The log goes on under another key.
    #[serde(rename = "finding.plan.succeeded")]
    Succeeded {
        /// Entries that the predecessor's last witnessed checkpoint covers.
        size: u64,
        /// Root of the tree over them.
        root: Digest,
        /// The key that signs the log's checkpoints from now on.
        node: Key,
        /// Delegates who agreed.
        delegates: u32,
    },
    /// The digest of the state, at intervals: whoever replays the log compares.
    #[serde(rename = "finding.state")]
    State {
        /// Entries in the log before this one.
        entries: u64,
        /// Digest of the state after them.
        digest: Digest,
    },
}
