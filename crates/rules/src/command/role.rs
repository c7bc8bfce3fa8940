//! What is asked about roles and the keys that fill them.

use serde::{Deserialize, Serialize};

use super::{Asked, Permitted};
use crate::charter::Role;
use crate::finding::Finding;
use crate::key::Key;
use crate::refusal::Refusal;
use crate::state::State;

/// What is asked about roles and the keys that fill them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum RoleCommand {
    /// Lets a key fill a role; held until a second key signs.
    #[serde(rename = "role.appoint")]
    Appoint {
        /// The role.
        role: Role,
        /// An Ed25519 key that has never acted for a member nor filled a separated duty.
        key: Key,
    },
    /// Takes every role from a key, for good; held until a second key signs.
    #[serde(rename = "role.revoke")]
    Revoke {
        /// The key.
        key: Key,
    },
    /// Signs as the second key what is held.
    #[serde(rename = "role.second")]
    Second {
        /// Index of the held command's entry.
        entry: u64,
    },
}

impl RoleCommand {
    pub(super) fn permitted(&self) -> Permitted {
        Permitted::Staff
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        match self {
            Self::Appoint { .. } | Self::Revoke { .. } => {
                unreachable!("changes of keys are held, and done by the second signature")
            }
            Self::Second { entry } => state.second(asked, *entry),
        }
    }
}
