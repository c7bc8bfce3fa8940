//! Versions of the charter: which one holds for what.
//!
//! A version comes into force at 00:00 of a publicity day, and never before. What a period costs
//! and who shares it follows the version in which the period was counted: one version a period, for
//! everybody. What a case is worth follows the version on the day of its diagnosis, and what was
//! asked and promised at joining (health questions, waiting) the version on the day of joining; so
//! no version ever reaches back.

use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::charter::Charter;
use crate::day::Day;
use crate::refusal::Refusal;
use crate::state::State;

/// A charter that came into force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The charter.
    #[serde(with = "crate::stored")]
    pub charter: Charter,
    /// Its identity.
    pub id: Digest,
    /// First day on which it is in force.
    pub from: Day,
    /// First period that is counted and charged under it.
    pub from_period: u32,
}

impl State {
    /// All versions of the charter so far, the founding one first.
    #[must_use]
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// The charter under which a period is counted, charged and settled; that of a period to come
    /// is the one in force now.
    #[must_use]
    pub fn charter_in(&self, period: u32) -> Option<&Charter> {
        let later = self.versions.iter().rev();
        later.map(|v| (v.from_period, &v.charter)).find(|(from, _)| *from <= period).map(|v| v.1)
    }

    /// The charter that was in force on a day; that of a day before the founding is the first.
    #[must_use]
    pub fn charter_on(&self, day: Day) -> Option<&Charter> {
        let version = self.versions.iter().rev().find(|version| version.from <= day);
        version.or(self.versions.first()).map(|version| &version.charter)
    }

    pub(crate) fn rules_of_period(&self, period: u32) -> Result<&Charter, Refusal> {
        self.charter_in(period).ok_or_else(Refusal::not_founded)
    }

    pub(crate) fn rules_on(&self, day: Day) -> Result<&Charter, Refusal> {
        self.charter_on(day).ok_or_else(Refusal::not_founded)
    }
}
