//! Amendments: how the charter changes, and which version of it holds for what.
//!
//! `proposed → noticed → adopted | rejected`, and `adopted → in force` at 00:00 of a publicity
//! day; or `withdrawn` before the votes are counted. One amendment is under way at a time, so
//! that members know on what they vote. `change` is the exact difference, `propose` and `notice`
//! tell the members, `vote` lets them decide, `take_up` brings a version into force, `exit` lets
//! members leave free of charge on account of it.

mod change;
mod exit;
mod notice;
mod propose;
mod take_up;
mod versions;
mod vote;

pub use change::{Change, Misfit, apply, difference};
pub(crate) use take_up::Before;
pub use versions::Version;

use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::ballot::Ballot;
use crate::day::Day;
use crate::refusal::Refusal;
use crate::state::State;

/// Where an amendment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Its exact difference is on record.
    Proposed,
    /// The members were told; after the days of notice they vote.
    Noticed,
    /// The members want it; it comes into force with a period.
    Adopted,
    /// The members do not want it, or too few of them voted.
    Rejected,
    /// Taken back before the votes were counted.
    Withdrawn,
    /// The charter is changed.
    InForce,
}

/// Every permitted step.
const NEXT: [(Status, Status); 6] = [
    (Status::Proposed, Status::Noticed),
    (Status::Noticed, Status::Adopted),
    (Status::Noticed, Status::Rejected),
    (Status::Proposed, Status::Withdrawn),
    (Status::Noticed, Status::Withdrawn),
    (Status::Adopted, Status::InForce),
];

/// An amendment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// Every clause that changes.
    #[serde(with = "crate::stored")]
    pub changes: Vec<Change>,
    /// The charter as it would be.
    pub charter: Digest,
    /// Where it stands.
    pub status: Status,
    /// When it was proposed.
    pub proposed: Day,
    /// When the members were told.
    pub noticed: Option<Day>,
    /// When voting begins, in milliseconds since 1970-01-01 UTC, once the members were told.
    pub vote_from: i64,
    /// Members when they were told: the quorum counts these.
    pub eligible: u64,
    /// Their votes.
    pub ballot: Option<Ballot>,
    /// The first period under it, once in force.
    pub from_period: Option<u32>,
}

impl Amendment {
    /// Whether it changes the cap of a year, which holds for whole years.
    #[must_use]
    pub fn waits_for_a_year(&self) -> bool {
        self.changes.iter().any(|change| {
            let rest = change.at.strip_prefix("/caps/year");
            change.at == "/caps"
                || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// The question on which members vote.
    #[must_use]
    pub fn question(number: u32) -> String {
        format!("amendment {number}")
    }

    fn step(&mut self, number: u32, to: Status) -> Result<(), Refusal> {
        if !NEXT.contains(&(self.status, to)) {
            let why = format!("It is {:?} and cannot become {to:?}.", self.status);
            return Err(Refusal::amendment("E-AMENDMENT-STATE", number, why));
        }
        self.status = to;
        Ok(())
    }
}

impl State {
    /// All amendments, in the order of their proposal.
    #[must_use]
    pub fn amendments(&self) -> &[Amendment] {
        &self.amendments
    }

    fn amendment_mut(&mut self, number: u32) -> Result<&mut Amendment, Refusal> {
        let known = self.amendments.len();
        if number as usize >= known {
            let why = format!("There are {known}, numbered from 0.");
            return Err(Refusal::amendment("E-AMENDMENT-UNKNOWN", number, why));
        }
        Ok(&mut self.amendments[number as usize])
    }
}

impl Refusal {
    fn amendment(code: &'static str, number: u32, why: impl Into<String>) -> Self {
        Self::new(
            code,
            format!("Amendment {number} does not take this step."),
            why,
            "Look at it with `huzhu plan amend show`.",
        )
    }
}
