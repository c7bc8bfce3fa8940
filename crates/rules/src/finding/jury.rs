//! What the rules conclude about hearings.

use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::charter::Role;
use crate::jury::Outcome;

/// What the rules conclude about hearings. Times are milliseconds since 1970-01-01 UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum JuryFinding {
    /// A hearing has begun; whose answers count is fixed.
    #[serde(rename = "finding.jury.opened")]
    Opened {
        /// The case.
        case: u32,
        /// Which of its hearings this is, from 1.
        hearing: u32,
        /// Whether it hears an appeal.
        appeal: bool,
        /// Roles of the parties of the draw.
        parties: Vec<Role>,
        /// Without a commitment to a nonce the roll is sealed from then on.
        nonce_until_ms: i64,
    },
    /// Roll and exclusions can no longer change.
    #[serde(rename = "finding.jury.sealed")]
    Sealed {
        /// The case.
        case: u32,
        /// How many can be drawn.
        eligible: u32,
        /// How many were left out on a ground.
        excluded: u32,
        /// Digest of both.
        roll: Digest,
        /// The parties answer before then.
        answer_until_ms: i64,
    },
    /// A panel is seated.
    #[serde(rename = "finding.jury.drawn")]
    Drawn {
        /// The case.
        case: u32,
        /// Hash of the outputs of those who answered.
        seed: Digest,
        /// Parties that answered.
        answered: Vec<Role>,
        /// Parties that did not.
        silent: Vec<Role>,
        /// The jurors.
        panel: Vec<u32>,
        /// Votes are committed before then.
        commit_until_ms: i64,
        /// Votes are opened before then.
        open_until_ms: i64,
    },
    /// A juror stepped back and the next of the permutation took the place.
    #[serde(rename = "finding.jury.replaced")]
    Replaced {
        /// The case.
        case: u32,
        /// Who stepped back.
        left: u32,
        /// Who came.
        took: Option<u32>,
    },
    /// Too few voted; the next panel follows.
    #[serde(rename = "finding.jury.no-quorum")]
    NoQuorum {
        /// The case.
        case: u32,
        /// Votes committed.
        commitments: u32,
        /// Votes needed.
        quorum: u32,
    },
    /// A hearing is over, for good.
    #[serde(rename = "finding.jury.verdict")]
    Verdict {
        /// The case.
        case: u32,
        /// What it came to.
        outcome: Outcome,
        /// Votes committed.
        commitments: u32,
        /// Votes needed.
        quorum: u32,
        /// Opened votes for aid.
        votes_for: u32,
        /// Opened votes against it.
        votes_against: u32,
        /// Jurors whose votes nobody opened.
        closed: Vec<u32>,
        /// The period that shares the case, when aid is given.
        period: Option<u32>,
    },
}
