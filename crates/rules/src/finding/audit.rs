//! What the rules conclude about re-audits.

use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::charter::Role;
use crate::day::Day;

/// What the rules conclude about re-audits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum AuditFinding {
    /// The paid cases of a period are sealed, to draw among them.
    #[serde(rename = "finding.audit.begun")]
    Begun {
        /// The period.
        period: u32,
        /// How many cases can be picked.
        cases: u32,
        /// The digest that seals their list.
        sealed: Digest,
        /// Whose answers make the seed.
        parties: Vec<Role>,
        /// They answer before this time, in milliseconds since 1970-01-01 UTC.
        answer_until_ms: i64,
    },
    /// Cases are picked.
    #[serde(rename = "finding.audit.drawn")]
    Drawn {
        /// The period.
        period: u32,
        /// The seed.
        seed: Digest,
        /// Parties that did not answer.
        silent: Vec<Role>,
        /// The picked, in the order of the draw.
        cases: Vec<u32>,
        /// The last day for the reports on them.
        due: Day,
    },
    /// The second investigator found the same.
    #[serde(rename = "finding.audit.confirmed")]
    Confirmed {
        /// The case.
        case: u32,
    },
    /// The second investigator doubts; the case is reopened.
    #[serde(rename = "finding.audit.doubted")]
    Doubted {
        /// The case.
        case: u32,
    },
    /// What goes out with a period: how the re-audits stand.
    #[serde(rename = "finding.audit.counted")]
    Counted {
        /// The period that is published.
        period: u32,
        /// Cases picked since the plan began.
        picked: u32,
        /// Of them, those confirmed.
        confirmed: u32,
        /// Of them, those doubted.
        doubted: u32,
        /// Those whose report is overdue today, the first thousand by name.
        overdue: Vec<u32>,
    },
}
