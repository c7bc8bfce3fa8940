//! Members: joining one by one or in batches, and leaving.
//!
//! `applied → waiting → covered → left | expelled | aided | deceased | ended`: waiting and covered
//! follow from the day of joining, so a day that passes is no entry. Grace comes with arrears.

mod enrol;
mod leave;
mod rows;

pub use rows::{ENROL_ROW_BYTES, EnrolRow, LEAVE_ROW_BYTES, RowError, SALT_BYTES};

use crate::charter::Charter;
use crate::day::Day;
use crate::roll::{Member, Standing};

/// What a membership is worth on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// Shares the cost; accidents are covered if the charter says so.
    Waiting,
    /// Covered.
    Covered,
    /// Beyond the age of cover.
    TooOld,
    /// Over.
    Over(Standing),
}

impl Member {
    /// First day of cover against illness.
    #[must_use]
    pub fn covered_from(&self, charter: &Charter) -> Day {
        self.joined.plus_days(1).plus_days(charter.waiting.days)
    }

    /// What the membership is worth on `day`.
    #[must_use]
    pub fn membership(&self, day: Day, charter: &Charter) -> Membership {
        if self.standing != Standing::Active {
            Membership::Over(self.standing)
        } else if day.month().age_of(self.birth) > charter.eligibility.age_years_max {
            Membership::TooOld
        } else if day < self.covered_from(charter) {
            Membership::Waiting
        } else {
            Membership::Covered
        }
    }
}
