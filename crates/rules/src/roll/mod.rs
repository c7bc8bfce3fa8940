//! The roll of members as columns of dense numbers, and the counts of sharers kept beside it.
//!
//! Members are numbered in the order of entry. Whether somebody is waiting, covered or too old
//! follows from the day and is not stored, so a day that passes changes nothing here. `cohorts` are
//! the counts, `household` says who pays for whom, `index` finds a person, `column` and `parts` say
//! how columns are stored and hashed.

mod cohorts;
mod column;
mod household;
mod identity;
mod index;
mod parts;

use serde::{Deserialize, Serialize};

pub use cohorts::Cell;
pub use household::HOUSEHOLD_MAX;
pub use identity::{Identity, NotAnIdentity};

use crate::day::{Day, Month};
use cohorts::Cohorts;
use index::Index;
use parts::Parts;

/// Why a membership goes on or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum Standing {
    /// A member.
    Active = 0,
    /// Left at the member's wish.
    Left = 1,
    /// Expelled for arrears or fraud.
    Expelled = 2,
    /// Received aid; one claim a person.
    Aided = 3,
    /// Died.
    Deceased = 4,
    /// Ended because an illness fell into the waiting period.
    Ended = 5,
}

/// One row of the roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Month of birth.
    pub birth: Month,
    /// Day of joining.
    pub joined: Day,
    /// The person.
    pub identity: Identity,
    /// Why the membership goes on or ended.
    pub standing: Standing,
    /// Last day of membership, when it ended.
    pub ended: Option<Day>,
    /// First period of which the member is a sharer.
    pub first_period: u32,
    /// First period of which the member is a sharer no longer, when the membership ended.
    pub until_period: Option<u32>,
    /// Who pays this member's charges, when somebody else does.
    pub payer: Option<u32>,
}

/// The roll. Columns have one length, but for those of households, which end with the last member
/// who is in one; `index` finds the latest membership of a person.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Roll {
    #[serde(with = "column")]
    birth: Vec<u16>,
    #[serde(with = "column")]
    joined: Vec<i32>,
    #[serde(with = "column")]
    identity: Vec<[u8; 16]>,
    #[serde(with = "column")]
    standing: Vec<u8>,
    #[serde(with = "column")]
    ended: Vec<i32>,
    #[serde(with = "column")]
    first_period: Vec<u16>,
    #[serde(with = "column")]
    until_period: Vec<u16>,
    /// Who pays for each member.
    #[serde(with = "column")]
    payer: Vec<u32>,
    /// The next of the household in the order of charge; after the last comes the payer.
    #[serde(with = "column")]
    next: Vec<u32>,
    cohorts: Cohorts,
    #[serde(skip)]
    parts: Parts,
    #[serde(skip)]
    index: Index,
}

/// The counts of sharers at one time.
#[derive(Clone, Debug)]
pub(crate) struct Counts(Cohorts);

/// Marks "not yet" in the columns of ends.
const OPEN_DAY: i32 = i32::MAX;
const OPEN_PERIOD: u16 = u16::MAX;

fn standing_of(byte: u8) -> Standing {
    match byte {
        1 => Standing::Left,
        2 => Standing::Expelled,
        3 => Standing::Aided,
        4 => Standing::Deceased,
        5 => Standing::Ended,
        _ => Standing::Active,
    }
}

impl Roll {
    /// How many memberships there ever were.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.birth.len()).expect("the roll is limited to 32 bits at enrolment")
    }

    /// Whether nobody ever joined.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.birth.is_empty()
    }

    /// One member.
    #[must_use]
    pub fn get(&self, member: u32) -> Option<Member> {
        let row = member as usize;
        let birth = Month::from_index(*self.birth.get(row)?).ok()?;
        let until = self.until_period[row];
        let ended = self.ended[row];
        Some(Member {
            birth,
            joined: Day::from_epoch(self.joined[row]).ok()?,
            identity: Identity(self.identity[row]),
            standing: standing_of(self.standing[row]),
            ended: (ended != OPEN_DAY).then(|| Day::from_epoch(ended)).transpose().ok()?,
            first_period: u32::from(self.first_period[row]),
            until_period: (until != OPEN_PERIOD).then_some(u32::from(until)),
            payer: Some(self.payer_of(member)).filter(|payer| *payer != member),
        })
    }

    /// The latest membership of a person.
    #[must_use]
    pub fn find(&self, identity: Identity) -> Option<u32> {
        self.index.find(&identity.0, &self.identity)
    }

    /// Whether a person has a membership that goes on.
    #[must_use]
    pub fn is_active(&self, identity: Identity) -> bool {
        let active = Standing::Active as u8;
        self.find(identity).is_some_and(|row| self.standing[row as usize] == active)
    }

    /// Adds a membership that shares from `first_period` on.
    pub(crate) fn push(&mut self, birth: Month, joined: Day, who: Identity, first_period: u32) {
        let number = self.len();
        self.birth.push(birth.index());
        self.joined.push(joined.since_epoch());
        self.identity.push(who.0);
        self.standing.push(Standing::Active as u8);
        self.ended.push(OPEN_DAY);
        self.first_period.push(u16::try_from(first_period).unwrap_or(OPEN_PERIOD - 1));
        self.until_period.push(OPEN_PERIOD);
        self.cohorts.add(birth.index(), self.first_period[number as usize]);
        self.parts.joined(number);
        self.index.put(number, &self.identity);
    }

    /// Ends an active membership; `until_period` is the first that it shares no longer.
    pub(crate) fn end(&mut self, member: u32, standing: Standing, day: Day, until_period: u32) {
        let row = member as usize;
        assert_eq!(self.standing[row], Standing::Active as u8, "a membership ends once");
        self.standing[row] = standing as u8;
        self.ended[row] = day.since_epoch();
        self.until_period[row] = u16::try_from(until_period).unwrap_or(OPEN_PERIOD - 1);
        self.cohorts.remove(self.birth[row], self.first_period[row]);
        self.parts.moved(member);
    }

    /// Marks a membership that ended otherwise as expelled.
    pub(crate) fn expel(&mut self, member: u32) {
        self.standing[member as usize] = Standing::Expelled as u8;
        self.parts.moved(member);
    }

    /// Sharers by month of birth (index since January 1900), as they stand now.
    #[must_use]
    pub fn sharers(&self) -> &[u64] {
        self.cohorts.all()
    }

    /// Sharers by month of birth and by the period since which they share, as they stand now.
    #[must_use]
    pub(crate) fn cells(&self) -> Vec<Cell> {
        self.cohorts.cells()
    }

    /// The counts, as they are stored.
    pub(crate) fn cohorts(&self) -> impl Serialize + '_ {
        &self.cohorts
    }

    /// Begins a year of caps with the period `from`.
    pub(crate) fn begin_year(&mut self, from: u32) {
        self.cohorts.begin_year(u16::try_from(from).unwrap_or(OPEN_PERIOD - 1));
    }

    /// The counts, so that a refused command can put them back.
    pub(crate) fn counts(&self) -> Counts {
        Counts(self.cohorts.clone())
    }

    /// Puts the counts back.
    pub(crate) fn restore(&mut self, counts: Counts) {
        self.cohorts = counts.0;
    }

    /// Months of birth, one a membership, counted from January 1900.
    #[must_use]
    pub fn births(&self) -> &[u16] {
        &self.birth
    }

    /// The first period that each membership shares, one a membership.
    #[must_use]
    pub fn first_periods(&self) -> &[u16] {
        &self.first_period
    }

    /// The first period that each membership shares no longer, one a membership; `u16::MAX` while
    /// it goes on.
    #[must_use]
    pub fn until_periods(&self) -> &[u16] {
        &self.until_period
    }

    /// Checks the columns of a stored roll and restores what is not stored with them.
    pub(crate) fn reindex(&mut self) -> Result<(), postcard::Error> {
        let rows = self.birth.len();
        let lengths = [
            self.joined.len(),
            self.identity.len(),
            self.standing.len(),
            self.ended.len(),
            self.first_period.len(),
            self.until_period.len(),
        ];
        let even = lengths.iter().all(|length| *length == rows) && u32::try_from(rows).is_ok();
        let cohort = |birth: &u16| usize::from(*birth) < self.cohorts.all().len();
        let months = u16::try_from(self.cohorts.all().len().saturating_sub(1));
        let real = months.is_ok_and(|last| Month::from_index(last).is_ok());
        if !even || !real || !self.birth.iter().all(cohort) || !self.households_fit() {
            return Err(postcard::Error::DeserializeBadEncoding);
        }
        let active = |row: &usize| self.standing[*row] == Standing::Active as u8;
        let rows_of = (0..rows).filter(active).map(|row| (self.birth[row], self.first_period[row]));
        if self.cohorts.of(rows_of) != self.cohorts {
            return Err(postcard::Error::DeserializeBadEncoding);
        }
        let mut index = Index::with_capacity(rows);
        (0..rows as u32).for_each(|row| index.put(row, &self.identity));
        self.index = index;
        Ok(())
    }
}
