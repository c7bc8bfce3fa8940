//! What the rules conclude about members.

use serde::{Deserialize, Serialize};

use crate::day::Day;

/// What the rules conclude about members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum MemberFinding {
    /// Members joined; their numbers follow each other.
    #[serde(rename = "finding.members.enrolled")]
    Enrolled {
        /// Number of the first.
        first: u32,
        /// How many.
        count: u32,
        /// First day of cover against illness.
        covered_from: Day,
    },
    /// Members left at their wish. What is published already stays due.
    #[serde(rename = "finding.members.left")]
    Left {
        /// How many.
        count: u32,
        /// The last period whose share they owe, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owes_until: Option<u32>,
        /// Periods published and not yet charged whose share is not owed, since the membership
        /// ended on account of an amendment.
        #[serde(default, skip_serializing_if = "is_none")]
        released: u32,
    },
    /// A member has died.
    #[serde(rename = "finding.member.died")]
    Died {
        /// Who.
        member: u32,
        /// Members for whom the dead paid, who pay for themselves from now on.
        detached: u32,
    },
}

fn is_none(periods: &u32) -> bool {
    *periods == 0
}
