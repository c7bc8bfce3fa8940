//! Periods: `open → published → charged → collected → settled`.
//!
//! Dates come from the plan's calendar. At 00:00 of the publicity day the sharers are counted
//! (`count`), whoever is late with the rest. `arithmetic` is the sum, `year` the yearly cap,
//! `share` what one member is charged; the other files are one step each.

mod arithmetic;
mod calendar;
mod close;
mod collect;
mod count;
mod publish;
mod score;
mod seal;
mod settle;
mod share;
mod year;

use money::Amount;
use proof::Digest;
use serde::{Deserialize, Serialize};

pub use arithmetic::{ArithmeticError, Class, Excess, Means, Settlement, Terms, settle};
pub use calendar::{Dates, first_from, next_after};

use crate::arrears::Arrears;
use crate::charter::{Band, Charter, SharingRule};
use crate::day::{Day, Month};
use crate::finding::ClassRate;
use crate::funds::Due;
use crate::notice::Notice;
use crate::refusal::Refusal;
use crate::roll::Cell;
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

/// Shares that a period returns to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The member.
    pub member: u32,
    /// What is still owed.
    pub amount: Amount,
    /// What of it is ordered and not yet confirmed.
    pub payable: Amount,
    /// Parts of it that were paid before, when money was short.
    pub parts: u32,
}

/// Members of a class whom the yearly cap leaves with less than the class is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capped {
    /// Position of the class.
    pub class: u32,
    /// What each of them is charged.
    pub share: Amount,
    /// How many.
    pub members: u64,
}

/// One period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// At its 00:00 the sharers are counted.
    pub publicity: Day,
    /// The share is charged on this day or later.
    pub charge: Day,
    /// First period of the calendar year to which this one counts: that of its charge day.
    pub year_from: u32,
    /// Where the period stands.
    pub status: Status,
    /// What was expected.
    pub forecast: Option<Forecast>,
    /// Cases whose cards were published, in that order.
    pub cases: Vec<u32>,
    /// Sharers of each class, once counted.
    pub sharers: Vec<u64>,
    /// Sharers by month of birth and first period, from counting to closing, under a yearly cap.
    pub(crate) cells: Vec<Cell>,
    /// What is asked of one member of each class, once charged; a yearly cap may leave less.
    pub shares: Vec<Amount>,
    /// Whom the yearly cap left with less, by class and share.
    pub capped: Vec<Capped>,
    /// Aid after a reduction.
    pub aid: Amount,
    /// Fee after a reduction.
    pub fee: Amount,
    /// Whether the fee has left custody.
    pub fee_drawn: bool,
    /// Who pays whom, where members pay the sick themselves.
    pub dues: Vec<Due>,
    /// Of them, what patients have confirmed: member and case.
    pub(crate) received: Vec<(u32, u32)>,
    /// Sum of all charges.
    pub charges: Amount,
    /// What of them was drawn from balances paid in ahead.
    pub drawn: Amount,
    /// Members whose charge was drawn so, as ascending runs: first and one past the last.
    pub(crate) drawn_of: Vec<(u32, u32)>,
    /// Payers whose balance was low after it, who must be told before the next charge.
    pub low_balances: u32,
    /// Shares that this period returns, not yet paid in full.
    pub refunds: Vec<Refund>,
    /// Root of the tree of charges, once sealed.
    pub sealed: Option<Digest>,
    /// Charges that failed and what became of them.
    pub arrears: Arrears,
    /// Notices on record.
    pub notices: Vec<Notice>,
    /// Whether the treasurer has ordered the payout.
    pub ordered: bool,
    /// Approved cases not yet paid in full.
    pub unpaid: Vec<u32>,
}

impl Period {
    pub(crate) fn new(dates: Dates, year_from: u32) -> Self {
        Self {
            publicity: dates.publicity,
            charge: dates.charge,
            year_from,
            status: Status::Open,
            forecast: None,
            cases: Vec::new(),
            sharers: Vec::new(),
            cells: Vec::new(),
            shares: Vec::new(),
            capped: Vec::new(),
            aid: Amount::ZERO,
            fee: Amount::ZERO,
            fee_drawn: false,
            dues: Vec::new(),
            received: Vec::new(),
            charges: Amount::ZERO,
            drawn: Amount::ZERO,
            drawn_of: Vec::new(),
            low_balances: 0,
            refunds: Vec::new(),
            sealed: None,
            arrears: Arrears::default(),
            notices: Vec::new(),
            ordered: false,
            unpaid: Vec::new(),
        }
    }

    /// Whether the member's charge was drawn from a balance paid in ahead, so that the bank has
    /// nothing to collect.
    #[must_use]
    pub fn is_drawn(&self, member: u32) -> bool {
        let after = self.drawn_of.partition_point(|(first, _)| *first <= member);
        after.checked_sub(1).is_some_and(|run| member < self.drawn_of[run].1)
    }

    /// Whether its charge day is still to come. Of an open one it is: published late, a period is
    /// charged late.
    pub(crate) fn is_before_charge(&self, day: Day) -> bool {
        match self.status {
            Status::Open => true,
            Status::Published => day < self.charge,
            _ => false,
        }
    }

    /// The result of a collection is known.
    pub(crate) fn enter_collected(&mut self, number: u32) -> Result<(), Refusal> {
        self.step(number, Status::Collected)
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

    /// The rates of a charged period: of every class in the order of `bands`, then of those whom
    /// the yearly cap left with less.
    #[must_use]
    pub fn rates(&self, bands: &[Band]) -> Vec<ClassRate> {
        let rate = |class: usize, members, share_minor| ClassRate {
            class: bands[class].name.clone(),
            weight: bands[class].weight,
            members,
            share_minor,
        };
        let mut rates: Vec<ClassRate> = Vec::with_capacity(bands.len() + self.capped.len());
        for (class, (members, share)) in self.sharers.iter().zip(&self.shares).enumerate() {
            let capped = self.capped.iter().filter(|capped| capped.class as usize == class);
            let less: u64 = capped.map(|capped| capped.members).sum();
            rates.push(rate(class, members - less, *share));
        }
        let capped = self.capped.iter();
        rates.extend(capped.map(|c| rate(c.class as usize, c.members, c.share)));
        rates
    }

    /// The place among the rates of a member of `class` who is charged `share`.
    #[must_use]
    pub fn rate_of(&self, class: usize, share: Amount) -> usize {
        let mut capped = self.capped.iter();
        let less = capped.position(|c| c.class as usize == class && c.share == share);
        less.map_or(class, |place| self.shares.len() + place)
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
        SharingRule::Uniform => Some(0),
        SharingRule::Banded => charter.sharing.bands.iter().position(|band| age <= band.ages[1]),
    }
}

impl State {
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
}
