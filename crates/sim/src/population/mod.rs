//! The scripted history: who joins, leaves, reaches 60 and falls ill, period by period.
//!
//! It is a stream of [`PeriodScript`]s, one for each of the 78 notices, for a plan whose published
//! membership is scaled to a chosen number. It has its facts from three places, kept apart:
//!
//! - the **membership** is the published one ([`crate::history::members_on`]); after the last
//!   published count, 2021-12-21, it falls by those who are aided or reach 60, since nobody joins;
//! - the **ages** of those who join are a stated prior ([`AgePrior::xianghubao`]);
//! - the **illness** is drawn from the table ([`crate::incidence::CHINA_CAVEAT`]) and the fitted
//!   model, whose faults its own page states ([`crate::fit`]).
//!
//! What comes out is a plausible history for exercising a plan. It reconstructs no persons and
//! forecasts nothing.
//!
//! Not invented: joining beyond the net change of membership (real turnover was larger), leaving by
//! price or age, illness inside the waiting time, refused cases, failed charges.

mod illness;
mod roll;
mod script;

pub use script::{CaseScript, PeriodScript};

use crate::Error;
use crate::ages::AgePrior;
use crate::calendar::HalfMonth;
use crate::chance::{Purpose, Stream};
use crate::fit::Fit;
use crate::history::{History, PEAK_MEMBERS, PERIODS, last_count_day, scaled_members_on};
use crate::incidence::{ChinaTable, Table};
use roll::Roll;

/// Months from birth to the first of the month after the sixtieth birthday.
const MONTHS_TO_END: i16 = 60 * 12 + 1;

/// What a population is made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// The number that the published peak of 106 million is scaled to; the plan's own peak is 0.8 %
    /// below it.
    pub members: u32,
    /// Where chance starts from.
    pub seed: u64,
    /// The table of incidence.
    pub table: Table,
    /// Ages of those who join.
    pub prior: AgePrior,
    /// The model of illness and processing.
    pub fit: Fit,
}

impl Setup {
    /// Xianghubao at a number of members: CI4(2020), the stated prior, the fitted parameters.
    ///
    /// # Errors
    /// [`Error::MembersOutOfRange`] beyond 1 to 106,000,000.
    pub fn xianghubao(members: u64, seed: u64) -> Result<Setup, Error> {
        if !(1..=PEAK_MEMBERS).contains(&members) {
            return Err(Error::MembersOutOfRange { members, most: PEAK_MEMBERS });
        }
        Ok(Setup {
            // The range just tested fits.
            members: members as u32,
            seed,
            table: Table::china(ChinaTable::TwentyEightIllnesses2020)?,
            prior: AgePrior::xianghubao(),
            fit: Fit::xianghubao(),
        })
    }
}

/// The history as an iterator over its 78 periods. Memory: two bits for each member there has been,
/// and the lists of the period being made.
#[derive(Debug, Clone)]
pub struct Population {
    members: u32,
    seed: u64,
    fit: Fit,
    rates: Vec<f64>,
    history: History,
    roll: Roll,
    /// Cases by the half-month of their notice.
    pending: Vec<Vec<CaseScript>>,
    diagnosed: u64,
    published: u64,
    index: u16,
}

impl Population {
    /// Starts the history.
    ///
    /// # Errors
    /// [`Error::MembersOutOfRange`]; [`Error::ParameterOutOfRange`]; [`Error::AgeBeyondTable`] for
    /// a table that ends before 59; [`Error::PriorInvalid`] for a prior with members of 60 or more.
    pub fn new(setup: Setup) -> Result<Population, Error> {
        let members = u64::from(setup.members);
        if !(1..=PEAK_MEMBERS).contains(&members) {
            return Err(Error::MembersOutOfRange { members, most: PEAK_MEMBERS });
        }
        if setup.prior.bands().iter().any(|band| *band.ages.end() >= 60) {
            return Err(Error::PriorInvalid { why: "members end at 60".into() });
        }
        let rates: Result<_, _> = (0..60).map(|age| setup.table.annual_rate(age)).collect();
        Ok(Population {
            members: setup.members,
            seed: setup.seed,
            fit: setup.fit.checked()?,
            rates: rates?,
            history: History::xianghubao()?,
            roll: Roll::new(&setup.prior),
            pending: vec![Vec::new(); usize::from(PERIODS) + 1],
            diagnosed: 0,
            published: 0,
            index: 0,
        })
    }

    /// Cases diagnosed so far whose notice has not come: at the end of the iteration those that the
    /// closing plan owes beyond its last notice.
    pub fn incurred_unpublished(&self) -> u64 {
        self.diagnosed - self.published
    }

    fn stream(&self, purpose: Purpose) -> Stream {
        Stream::new(self.seed, purpose, u64::from(self.index))
    }

    fn end_aided(&mut self) {
        // The cases of the notice before this one, whose index in `pending` is this period's.
        for case in std::mem::take(&mut self.pending[usize::from(self.index)]) {
            self.roll.remove(case.member);
        }
    }

    fn fall_ill(&mut self, half: HalfMonth) -> u32 {
        let mut chance = self.stream(Purpose::Illness);
        let cases = illness::diagnoses(&mut self.roll, half, &self.fit, &self.rates, &mut chance);
        for case in &cases {
            let notice = illness::publication(case, half, &self.fit, &mut chance);
            if let Some(due) = self.pending.get_mut(usize::from(notice.0)) {
                due.push(*case);
            }
        }
        self.diagnosed += cases.len() as u64;
        cases.len() as u32
    }

    /// The cases of this notice. They stay in `pending` until the next period ends their members.
    fn publish(&mut self, half: HalfMonth) -> Vec<CaseScript> {
        let due = &mut self.pending[usize::from(half.0)];
        for case in due.iter_mut() {
            case.left = !self.roll.is_member(case.member);
        }
        due.sort_unstable();
        self.published += due.len() as u64;
        due.clone()
    }
}

impl Iterator for Population {
    type Item = PeriodScript;

    fn next(&mut self) -> Option<PeriodScript> {
        if self.index >= PERIODS {
            return None;
        }
        let half = HalfMonth(self.index + 1);
        // The first period also has the half-month of the launch.
        let joining = if self.index == 0 { HalfMonth(0) } else { half };
        self.end_aided();
        let aged_out = if half.is_first_half() {
            self.roll.remove_born_in(half.month().plus(-MONTHS_TO_END))
        } else {
            Vec::new()
        };
        let published = scaled_members_on(half.publicity_day(), self.members);
        // Nobody joins after the last published count: a week later the plan announced its end.
        let closed = half.first_day() > last_count_day();
        let wanted = if closed { published.min(self.roll.members()) } else { published };
        let too_many = self.roll.members().saturating_sub(wanted);
        let leavers = self.roll.remove_at_random(too_many, &mut self.stream(Purpose::Leavers));
        let too_few = wanted - self.roll.members();
        let joins = self.roll.join(joining, too_few, &mut self.stream(Purpose::Births));
        let diagnosed = self.fall_ill(half);
        let script = PeriodScript {
            index: self.index,
            half,
            change_day: joining.first_day(),
            publicity_day: half.publicity_day(),
            charge_day: half.charge_day(),
            joins,
            leavers,
            aged_out,
            members: self.roll.members(),
            cases: self.publish(half),
            diagnosed,
            published: self.history.of_period(half),
        };
        self.index += 1;
        Some(script)
    }
}
