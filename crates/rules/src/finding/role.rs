//! What the rules conclude about roles, second keys and attempts.

use serde::{Deserialize, Serialize};

use crate::charter::Role;
use crate::day::Day;
use crate::key::Key;

/// What the rules conclude about roles, second keys and attempts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum RoleFinding {
    /// A key fills a role.
    #[serde(rename = "finding.role.appointed")]
    Appointed {
        /// The role.
        role: Role,
        /// The key.
        key: Key,
    },
    /// A key fills no role any more, and never will.
    #[serde(rename = "finding.role.revoked")]
    Revoked {
        /// The key.
        key: Key,
        /// The roles that it filled.
        roles: Vec<Role>,
    },
    /// A command waits for its second key.
    #[serde(rename = "finding.role.held")]
    Held {
        /// Index of its entry.
        entry: u64,
        /// Its verb.
        verb: String,
        /// Roles, of which one must sign.
        second: Vec<Role>,
        /// Last day on which it can.
        until: Day,
    },
    /// The second key has signed; what was held is done.
    #[serde(rename = "finding.role.seconded")]
    Seconded {
        /// Index of the entry that was held.
        entry: u64,
    },
    /// The command before this one was refused: somebody of the staff tried what is forbidden.
    #[serde(rename = "finding.attempt.refused")]
    AttemptRefused {
        /// Who tried.
        key: Key,
        /// What was asked.
        verb: String,
        /// Code of the refusal.
        code: String,
        /// Attempts of this key that are still recorded today.
        left: u32,
    },
}
