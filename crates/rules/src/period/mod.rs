//! Periods: `open → published → charged → collected → settled`.
//!
//! Dates come from the plan's calendar. At 00:00 of the publicity day the sharers are counted,
//! whoever is late with the rest. `arithmetic` is the sum; the other files are one step each.

mod arithmetic;
mod calendar;
mod close;
mod collect;
mod pay;
mod publish;
mod settle;

use money::{Amount, AmountError};
use serde::{Deserialize, Serialize};

pub use arithmetic::{ArithmeticError, Class, Excess, Means, Settlement, Terms, settle};
pub use calendar::{Dates, first_from, next_after};

use crate::charter::Charter;
use crate::day::{Day, Month};
use crate::refusal::Refusal;
use crate::roll::Member;
use crate::state::State;

/// A period has at most as many cases as a payout confirmation can name in one entry.
pub const CASES_MAX: usize = 5_000;

/// Where a period stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Takes cases.
    Open,
    /// Its cards are public; objections run.
    Published,
    /// Decided, computed and charged.
    Charged,
    /// The bank has collected.
    Collected,
    /// Over.
    Settled,
}

/// Every permitted step. Anything else is refused.
const NEXT: [(Status, Status); 4] = [
    (Status::Open, Status::Published),
    (Status::Published, Status::Charged),
    (Status::Charged, Status::Collected),
    (Status::Collected, Status::Settled),
];

/// What was expected of a period's share, logged beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    /// Expected mean share.
    pub share: Amount,
    /// Lower end of the interval.
    pub low: Amount,
    /// Upper end of the interval.
    pub high: Amount,
}

/// Shares to be returned to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The member.
    pub member: u32,
    /// How much.
    pub amount: Amount,
}

/// One period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// At its 00:00 the sharers are counted.
    pub publicity: Day,
    /// The share is charged on this day or later.
    pub charge: Day,
    /// Where the period stands.
    pub status: Status,
    /// What was expected.
    pub forecast: Option<Forecast>,
    /// Cases whose cards were published, in that order.
    pub cases: Vec<u32>,
    /// Sharers of each class, once counted.
    pub sharers: Vec<u64>,
    /// Share of one member of each class, once charged.
    pub shares: Vec<Amount>,
    /// Aid after a reduction.
    pub aid: Amount,
    /// Fee after a reduction.
    pub fee: Amount,
    /// Whether the fee has left custody.
    pub fee_drawn: bool,
    /// Sum of all charges.
    pub charges: Amount,
    /// Shares that this period returns, not yet paid.
    pub refunds: Vec<Refund>,
    /// Members whose charge failed, ascending.
    pub failed: Vec<u32>,
    /// Whether the treasurer has ordered the payout.
    pub ordered: bool,
    /// Approved cases not yet paid.
    pub unpaid: Vec<u32>,
}

impl Period {
    pub(crate) fn new(dates: Dates) -> Self {
        Self {
            publicity: dates.publicity,
            charge: dates.charge,
            status: Status::Open,
            forecast: None,
            cases: Vec::new(),
            sharers: Vec::new(),
            shares: Vec::new(),
            aid: Amount::ZERO,
            fee: Amount::ZERO,
            fee_drawn: false,
            charges: Amount::ZERO,
            refunds: Vec::new(),
            failed: Vec::new(),
            ordered: false,
            unpaid: Vec::new(),
        }
    }

    /// Takes one step of the table.
    fn step(&mut self, number: u32, to: Status) -> Result<(), Refusal> {
        if !NEXT.contains(&(self.status, to)) {
            let why = format!("It is {:?} and cannot become {to:?}.", self.status);
            return Err(Refusal::period(number, why));
        }
        self.status = to;
        Ok(())
    }

    /// The class of somebody born in `birth`, or `None` when beyond the age of cover.
    fn class_of(&self, birth: Month, charter: &Charter) -> Option<usize> {
        class_at(self.publicity.month(), birth, charter)
    }
}

/// The class of somebody born in `birth` during `month`; a position among `charter.bands()`.
#[must_use]
pub fn class_at(month: Month, birth: Month, charter: &Charter) -> Option<usize> {
    let age = month.age_of(birth);
    if age > charter.eligibility.age_years_max {
        return None;
    }
    match charter.sharing.rule {
        crate::charter::SharingRule::Uniform => Some(0),
        crate::charter::SharingRule::Banded => {
            charter.sharing.bands.iter().position(|band| age <= band.ages[1])
        }
    }
}

impl State {
    /// Lets the calendar come up to `day`: counts the sharers of each period whose publicity day
    /// has begun, and opens the period after it.
    pub(crate) fn advance(&mut self, day: Day) {
        self.day = self.day.max(day);
        while let Some(period) = self.periods.get(self.counted as usize) {
            if period.publicity > day {
                return;
            }
            let founded = self.founded.as_ref().expect("periods exist only in a founded plan");
            let charter = &founded.charter;
            let month = period.publicity.month();
            let mut sharers = vec![0; charter.bands().len()];
            for (birth, count) in self.roll.sharers().iter().enumerate() {
                let birth = Month::from_index(birth as u16).expect("the roll holds real months");
                if let Some(class) = class_at(month, birth, charter) {
                    sharers[class] += count;
                }
            }
            let next = next_after(&charter.calendar, period.publicity);
            let number = self.counted as usize;
            self.periods[number].sharers = sharers;
            self.periods.push(Period::new(next));
            self.counted += 1;
        }
    }

    /// Where the calendar stands, so that a refused command can turn it back.
    pub(crate) fn calendar(&self) -> (Day, u32) {
        (self.day, self.counted)
    }

    /// Undoes `advance`: a refusal leaves the state as it was.
    pub(crate) fn turn_back(&mut self, (day, counted): (Day, u32)) {
        self.day = day;
        self.counted = counted;
        self.periods.truncate(counted as usize + 1);
        if let Some(open) = self.periods.last_mut() {
            open.sharers.clear();
        }
    }

    /// The first period that still takes cases.
    #[must_use]
    pub fn open_period(&self) -> u32 {
        let open = self.periods.iter().position(|period| period.status == Status::Open);
        open.expect("the calendar keeps a period open") as u32
    }

    /// One period.
    #[must_use]
    pub fn period(&self, number: u32) -> Option<&Period> {
        self.periods.get(number as usize)
    }

    /// All periods, the open ones included.
    #[must_use]
    pub fn periods(&self) -> &[Period] {
        &self.periods
    }

    pub(crate) fn known_period(&self, number: u32) -> Result<&Period, Refusal> {
        self.period(number).ok_or_else(|| Refusal::period(number, "There is no such period yet."))
    }

    /// What a member was charged in a period, failed or not; nothing when not a sharer of it.
    #[must_use]
    pub fn share_of(&self, member: &Member, number: u32) -> Amount {
        let class = self.class_in(member, number);
        let shares = self.period(number).map(|period| &period.shares);
        let share = class.zip(shares).and_then(|(class, shares)| shares.get(class));
        share.copied().unwrap_or_default()
    }

    /// The class in which a member shares a period; `None` when not a sharer of it.
    #[must_use]
    pub fn class_in(&self, member: &Member, number: u32) -> Option<usize> {
        let until = member.until_period.unwrap_or(u32::MAX);
        let period = self.period(number)?;
        if !(member.first_period..until).contains(&number) {
            return None;
        }
        period.class_of(member.birth, &self.founded.as_ref()?.charter)
    }

    /// What a member has paid in all periods: charges that did not fail.
    ///
    /// # Errors
    /// When the sum does not fit an amount.
    pub fn shares_paid(&self, number: u32) -> Result<Amount, AmountError> {
        let Some(member) = self.roll.get(number) else {
            return Ok(Amount::ZERO);
        };
        let paid = (0..self.periods.len() as u32)
            .filter(|period| self.periods[*period as usize].failed.binary_search(&number).is_err());
        Amount::total(paid.map(|period| self.share_of(&member, period)))
    }
}
