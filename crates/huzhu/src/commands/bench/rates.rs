//! The sum of a closed period again, apart from the cases that the closing decides and the findings
//! that it writes: what settling by classes instead of members costs.

use std::hint::black_box;

use money::Amount;
use rules::State;
use rules::case::Verdict;
use rules::charter::Charter;
use rules::period::{Class, Means, Settlement, Terms, settle};

use super::floor::timed;
use crate::problem::{Kind, Problem};

/// Repetitions of the measurement.
const RUNS: usize = 101;

/// Seconds in which the rates of a period follow from its cases and counts.
pub fn seconds(state: &State, number: u32) -> Result<f64, Problem> {
    let sum = Sum::of(state, number).ok_or_else(|| wrong("the period is not charged".into()))?;
    timed(RUNS, || {
        black_box(black_box(&sum).settle()).map(drop).map_err(|error| wrong(error.to_string()))
    })
}

fn wrong(why: String) -> Problem {
    let what = "The rates of the measured period cannot be worked out.";
    Problem::new(Kind::Environment, "E-BENCH", what, why, "Report this.")
}

/// What the arithmetic of a period is given.
struct Sum<'a> {
    charter: &'a Charter,
    cases: Vec<Amount>,
    classes: Vec<Class>,
}

impl<'a> Sum<'a> {
    /// Classes as the closing has them: under a yearly cap whoever it leaves with less, apart.
    fn of(state: &'a State, number: u32) -> Option<Self> {
        let (charter, period) = (state.charter_in(number)?, state.period(number)?);
        let decided = |case: &u32| match state.case(*case)?.verdict.as_ref()? {
            Verdict::Approve { decided_minor } => Some(*decided_minor),
            Verdict::Refuse { .. } => None,
        };
        let mut classes: Vec<Class> = charter
            .bands()
            .iter()
            .zip(&period.sharers)
            .map(|(band, members)| Class { weight: band.weight, members: *members, room: None })
            .collect();
        for capped in &period.capped {
            let of = classes.get_mut(capped.class as usize)?;
            of.members -= capped.members;
            let (weight, members) = (of.weight, capped.members);
            classes.push(Class { weight, members, room: Some(capped.share) });
        }
        Some(Self { charter, cases: period.cases.iter().filter_map(decided).collect(), classes })
    }

    /// Adds the aid up, takes the fee and settles. The sponsor of the measured plans has no limit.
    fn settle(&self) -> Result<Settlement, rules::period::ArithmeticError> {
        let aid_minor = Amount::total(self.cases.iter().copied())?;
        let fee_minor = self.charter.fee.rate.floor_of(aid_minor)?;
        let terms = Terms { aid_minor, fee_minor, ..Terms::default() };
        settle(self.charter, &terms, &self.cases, &self.classes, Means::default())
    }
}
