//! What the rules conclude about notices.

use serde::{Deserialize, Serialize};

use crate::notice::About;

/// What the rules conclude about notices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum NoticeFinding {
    /// A notice is on record.
    #[serde(rename = "finding.notice.recorded")]
    Recorded {
        /// The period.
        period: u32,
        /// What it is about.
        about: About,
        /// To how many members it was sent.
        recipients: u64,
        /// How many of them it did not reach.
        unreached: u64,
    },
}
