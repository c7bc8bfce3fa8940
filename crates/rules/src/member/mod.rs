//! Members: joining one by one or in batches, households, and the ends of a membership.
//!
//! `applied → waiting → covered → (grace) → left | expelled | aided | deceased | ended`: waiting
//! and covered follow from the day of joining and too old from the month of birth, so a day that
//! passes is no entry; grace follows from arrears.

mod die;
mod enrol;
mod household;
mod key;
mod leave;
mod rows;
mod seal;

pub use rows::{ENROL_ROW_BYTES, EnrolRow, MEMBER_ROW_BYTES, RowError, SALT_BYTES};
pub(crate) use rows::{members, rows};
pub(crate) use seal::Seals;
pub use seal::{Opening, seal_answer};

use crate::charter::Charter;
use crate::day::Day;
use crate::refusal::Refusal;
use crate::roll::{Member, Standing};
use crate::state::State;

/// What a membership is worth on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// Shares the cost; accidents are covered if the charter says so.
    Waiting,
    /// Covered.
    Covered,
    /// A charge failed and may still be paid.
    Grace,
    /// Beyond the age of cover.
    TooOld,
    /// Over.
    Over(Standing),
}

impl Member {
    /// First day of cover against illness, under the charter of the day of joining.
    #[must_use]
    pub fn covered_from(&self, joining: &Charter) -> Day {
        self.joined.plus_days(1).plus_days(joining.waiting.days)
    }

    /// What the membership is worth on `day`, arrears left aside, under the charter of that day and
    /// that of the day of joining.
    #[must_use]
    pub fn membership(&self, day: Day, charter: &Charter, joining: &Charter) -> Membership {
        if self.standing != Standing::Active {
            Membership::Over(self.standing)
        } else if day.month().age_of(self.birth) > charter.eligibility.age_years_max {
            Membership::TooOld
        } else if day < self.covered_from(joining) {
            Membership::Waiting
        } else {
            Membership::Covered
        }
    }
}

impl State {
    /// What a membership is worth today.
    #[must_use]
    pub fn membership(&self, number: u32) -> Option<Membership> {
        let (member, founded) = (self.roll.get(number)?, self.founded()?);
        let joining = self.charter_on(member.joined)?;
        match member.membership(self.day, &founded.charter, joining) {
            Membership::Waiting | Membership::Covered if self.in_grace(number) => {
                Some(Membership::Grace)
            }
            membership => Some(membership),
        }
    }

    /// Whether a membership goes on, or why something cannot be done to it: code and reason.
    pub(crate) fn active(&self, member: u32) -> Result<Member, (&'static str, String)> {
        match self.roll.get(member) {
            Some(row) if row.standing == Standing::Active => Ok(row),
            Some(row) => Err((
                "E-MEMBER-OVER",
                format!("member {member}'s membership is {:?}", row.standing),
            )),
            None => Err(("E-MEMBER-UNKNOWN", format!("there is no member {member}"))),
        }
    }

    /// Ends an active membership. Those for whom the member paid pay for themselves from now on;
    /// gives how many they are. Shares of periods already counted stay due.
    pub(crate) fn end_membership(&mut self, member: u32, standing: Standing, day: Day) -> u32 {
        self.end_membership_until(member, standing, day, self.counted)
    }

    /// The same with the first period whose share is not due.
    pub(crate) fn end_membership_until(
        &mut self,
        member: u32,
        standing: Standing,
        day: Day,
        until: u32,
    ) -> u32 {
        let dependants: Vec<u32> = self.roll.dependants(member).collect();
        dependants.iter().for_each(|dependant| self.roll.detach(*dependant));
        self.roll.end(member, standing, day, until);
        dependants.len() as u32
    }
}

impl Refusal {
    /// Something that cannot be done to a membership.
    pub(crate) fn membership(what: &str, (code, why): (&'static str, String)) -> Self {
        Self::new(code, what, format!("{why}."), "Check the number of the member.")
    }
}
