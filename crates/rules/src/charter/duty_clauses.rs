//! Clauses about duties: who changes keys, what needs a second key, how many attempts are recorded.

use money::Amount;
use serde::{Deserialize, Serialize};

use super::Role;

/// A command that does nothing before a second key has signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FourEyes {
    /// The verb, such as `payout.order`.
    pub verb: String,
    /// Only what moves or decides more than this needs a second key; without it everything does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above_amount_minor: Option<Amount>,
    /// Roles, of which one must sign as well, by another key than the first.
    pub second: Vec<Role>,
}

/// Who watches those who fill the roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Duties {
    /// Roles of which two, by two keys, appoint and revoke the keys of every role.
    pub key_changes: Vec<Role>,
    /// Attempts at what the charter forbids that are recorded of one key in a day. Those beyond
    /// are refused as well; the bound keeps one key from filling the log.
    pub attempts_a_day_max: u32,
    /// Commands that need a second key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub four_eyes: Vec<FourEyes>,
}

impl Default for Duties {
    /// The operator and the bank together: neither alone.
    fn default() -> Self {
        Self {
            key_changes: vec![Role::Operator, Role::Custodian],
            attempts_a_day_max: 8,
            four_eyes: Vec::new(),
        }
    }
}

impl Duties {
    /// Whether the charter says nothing beyond what holds without a word.
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
