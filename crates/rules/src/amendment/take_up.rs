//! An adopted amendment comes into force when the calendar counts the next period.

use super::{Status, Version};
use crate::day::Day;
use crate::finding::{AmendmentFinding, Finding};
use crate::state::{Founded, State};

/// What the state was before a version came into force, so that a refused command can turn it back.
pub(crate) struct Before {
    founded: Founded,
    amendment: usize,
}

impl State {
    /// Lets an adopted amendment come into force with the period that is about to be counted. One
    /// that changes the cap of a year waits for the first period of a year.
    pub(crate) fn take_up(&mut self, period: u32, publicity: Day) -> Option<Before> {
        let adopted = |amendment: &super::Amendment| amendment.status == Status::Adopted;
        let place = self.amendments.iter().rposition(adopted)?;
        let year_begins = self.periods[period as usize].year_from == period;
        if self.amendments[place].waits_for_a_year() && !year_begins {
            return None;
        }
        // Nothing else has changed the charter since it was proposed: one is under way at a time.
        let charter = self.amended(place as u32, &self.amendments[place].changes.clone()).ok()?;
        let founded = self.founded.as_mut()?;
        let before = Before { founded: founded.clone(), amendment: place };
        founded.charter_id = charter.id();
        founded.charter = charter.clone();
        let id = founded.charter_id;
        self.versions.push(Version { charter, id, from: publicity, from_period: period });
        let amendment = &mut self.amendments[place];
        amendment.status = Status::InForce;
        amendment.from_period = Some(period);
        Some(before)
    }

    /// Undoes `take_up`.
    pub(crate) fn put_down(&mut self, before: Before) {
        self.founded = Some(before.founded);
        self.versions.pop();
        let amendment = &mut self.amendments[before.amendment];
        amendment.status = Status::Adopted;
        amendment.from_period = None;
    }

    /// What goes out with the first period under a new version.
    pub(crate) fn amendment_published(&self, period: u32) -> Option<Finding> {
        let place = self.amendments.iter().rposition(|a| a.from_period == Some(period))?;
        let finding = AmendmentFinding::InForce {
            amendment: place as u32,
            charter: self.amendments[place].charter,
            period,
        };
        Some(Finding::Amendment(finding))
    }
}
