//! What was published about Xianghubao, as typed facts, and the membership path drawn from it.

mod fact;
mod path;

pub use fact::{Fact, Grade, Plan, ShareBasis, When};
pub use path::{
    ANCHORS, Anchor, Basis, PEAK_MEMBERS, last_count_day, members_on, scaled_members_on,
};

use crate::Error;
use crate::calendar::{Day, HalfMonth};

/// Notices of the critical-illness plan from 2018-11-07 to 2022-01-21, by its calendar.
pub const PERIODS: u16 = 78;

/// 2022-01-28, the day the plan stopped at 24:00: later diagnoses are not covered.
pub const LAST_COVERED_DAY: Day = Day(19_020);

const XIANGHUBAO: &str = include_str!("../../../../data/history/xianghubao.csv");

/// The published facts, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    facts: Vec<Fact>,
}

impl History {
    /// The facts that come with the crate (`data/history/xianghubao.csv`).
    ///
    /// # Errors
    /// [`Error::LineUnreadable`], if the embedded text were damaged.
    pub fn xianghubao() -> Result<History, Error> {
        History::parse(XIANGHUBAO)
    }

    /// Facts from text in the format that `data/history/README.md` describes.
    ///
    /// # Errors
    /// [`Error::LineUnreadable`] for a missing column, a cell of the wrong kind, or a row without
    /// source or grade (only a contradicted row may have no grade).
    pub fn parse(text: &str) -> Result<History, Error> {
        fact::parse(text).map(|facts| History { facts })
    }

    /// Every fact, the contradicted ones included.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// The facts that speak of one half-month period of the critical-illness plan: those of its
    /// notice, and those dated after the previous notice and not after this one. Facts of all
    /// plans together are among them (see [`Fact::plan`]); contradicted ones are not.
    pub fn of_period(&self, half: HalfMonth) -> Vec<Fact> {
        let notice = half.publicity_day();
        // The half-month of the launch had no notice; the first notice speaks of it too.
        let after = match half.0 {
            0 => return Vec::new(),
            1 => Day(i32::MIN),
            later => HalfMonth(later - 1).publicity_day(),
        };
        let speaks = |fact: &&Fact| {
            let in_period = match (fact.publicity_day, fact.when) {
                (Some(day), _) => day == notice,
                (None, When::Day(day)) => after < day && day <= notice,
                _ => false,
            };
            in_period && !fact.contradicted && matches!(fact.plan, Plan::Critical | Plan::All)
        };
        self.facts.iter().filter(speaks).cloned().collect()
    }

    /// The published share of the critical-illness plan in one period, where one is known without
    /// doubt about what it is a share of.
    pub fn share_of_period(&self, half: HalfMonth) -> Option<&Fact> {
        self.share(|fact| {
            fact.share_basis == Some(ShareBasis::Period)
                && fact.publicity_day == Some(half.publicity_day())
        })
    }

    /// The published share of the critical-illness plan in one calendar year, where known.
    pub fn share_of_year(&self, year: i16) -> Option<&Fact> {
        self.share(|fact| {
            fact.share_basis == Some(ShareBasis::Year) && fact.when == When::Year(year)
        })
    }

    fn share(&self, wanted: impl Fn(&Fact) -> bool) -> Option<&Fact> {
        self.facts.iter().find(|fact| {
            fact.plan == Plan::Critical
                && !fact.contradicted
                && fact.share_fen.is_some()
                && wanted(fact)
        })
    }
}
