//! What the rules conclude about amendments.

use proof::Digest;
use serde::{Deserialize, Serialize};

/// What the rules conclude about amendments. Times are milliseconds since 1970-01-01 UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum AmendmentFinding {
    /// An amendment has a number, and its charter an identity.
    #[serde(rename = "finding.amendment.proposed")]
    Proposed {
        /// Its number.
        amendment: u32,
        /// Identity of the charter as it would be.
        charter: Digest,
        /// Clauses that change.
        changes: u32,
        /// Whether it comes into force only with a year, since it changes the cap of a year.
        waits_for_a_year: bool,
    },
    /// The members were told.
    #[serde(rename = "finding.amendment.noticed")]
    Noticed {
        /// The amendment.
        amendment: u32,
        /// Members to whom the notice went.
        recipients: u64,
        /// How many of them it did not reach.
        unreached: u64,
        /// When voting begins.
        vote_from: i64,
        /// Until when votes are committed.
        vote_until: i64,
        /// Until when votes are opened.
        open_until: i64,
    },
    /// The votes are counted.
    #[serde(rename = "finding.amendment.counted")]
    Counted {
        /// The amendment.
        amendment: u32,
        /// Members who could vote.
        eligible: u64,
        /// Commitments without which nothing is adopted.
        needed: u64,
        /// Commitments.
        commitments: u32,
        /// Votes for it.
        votes_for: u32,
        /// Votes against it.
        votes_against: u32,
        /// Votes that nobody has opened.
        closed: u32,
        /// Whether the members want it.
        adopted: bool,
    },
    /// A new version of the charter is in force.
    #[serde(rename = "finding.amendment.in-force")]
    InForce {
        /// The amendment.
        amendment: u32,
        /// Identity of the charter.
        charter: Digest,
        /// The first period under it.
        period: u32,
    },
}
