//! How a plan ends: `normal → watch → entry-closed → noticed → stopped → reporting → final`.
//!
//! The calendar takes the steps that a day or a count decides, without waiting for anybody; the
//! others are commands. `trigger` begins the end, `stop` freezes the roll, `pay` divides what is
//! there in two instalments, `refund` returns all shares where the sponsor
//! pays for it, `finish` accounts for every account, `vote` lets the members decide on
//! the end, `succeed` carries the log on when its orderer is gone.

mod finish;
mod pay;
mod refund;
mod stop;
mod succeed;
mod trigger;
mod vote;

use std::borrow::Cow;
use std::collections::BTreeSet;

use money::{Amount, Rate};
use serde::{Deserialize, Serialize};

use crate::charter::{Cap, Charter, Cost, Payer};
use crate::day::Day;
use crate::key::Key;
use crate::refusal::Refusal;
use crate::state::State;

pub use succeed::{Approval, approval_message};
pub use vote::EndVote;

/// Where a plan stands between its founding and its end.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Goes on.
    #[default]
    Normal,
    /// Loses members faster than the charter's threshold.
    Watch,
    /// Takes nobody in any more.
    EntryClosed,
    /// Will stop on a day that is known.
    Noticed,
    /// Stopped: the roll is frozen, no diagnosis of a later day is covered.
    Stopped,
    /// The frozen roll is published; cases of before the stop may be filed.
    Reporting,
    /// Over: every account is at zero or explained.
    Final,
}

/// Every permitted step. Anything else is refused.
const NEXT: [(Stage, Stage); 11] = [
    (Stage::Normal, Stage::Watch),
    (Stage::Watch, Stage::Normal),
    (Stage::Normal, Stage::EntryClosed),
    (Stage::Watch, Stage::EntryClosed),
    (Stage::Normal, Stage::Noticed),
    (Stage::Watch, Stage::Noticed),
    (Stage::EntryClosed, Stage::Noticed),
    (Stage::Noticed, Stage::Stopped),
    (Stage::Stopped, Stage::Reporting),
    (Stage::Reporting, Stage::Final),
    // A regulator may order the end of a plan whose notice already runs, for an earlier day.
    (Stage::Noticed, Stage::Noticed),
];

/// Why a plan ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// Fewer sharers were counted than the charter's minimum.
    MembersBelow,
    /// The operator gave notice.
    Operator,
    /// The regulator ordered it.
    Regulator,
    /// The members voted for it.
    Vote,
    /// Nobody from the operator signed for the charter's days.
    Silence,
}

/// The end of a plan as far as it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunOff {
    /// Where the plan stands.
    pub stage: Stage,
    /// What began its end.
    pub trigger: Option<Trigger>,
    /// The day from which no diagnosis is covered.
    pub stop: Option<Day>,
    /// Whether the membership has ever reached the charter's minimum: a young plan does not end
    /// because it has only begun.
    pub(crate) grown: bool,
    /// The last stage that a finding told of.
    pub(crate) told: Stage,
    /// The last day on which the operator signed.
    pub(crate) operator_seen: Option<Day>,
    /// Delegates who declared the operator silent since then.
    pub(crate) silence: Vec<Key>,
    /// Whether delegates act in the operator's place.
    pub caretaker: bool,
    /// The part of every decided aid that has been ordered so far.
    pub(crate) ordered_part: Option<Rate>,
    /// The first period whose cost no member was asked for.
    pub(crate) from_period: Option<u32>,
    /// Whether the last instalment is ordered.
    pub(crate) last_ordered: bool,
    /// Whether what is left is owed to the members.
    pub(crate) shared: bool,
    /// Whether the sponsor has returned all shares.
    pub(crate) refunded: bool,
    /// Members who ask for a vote on the end and are too few so far.
    pub calls: BTreeSet<u32>,
    /// Votes of the members on the end, in their order.
    pub votes: Vec<EndVote>,
}

impl RunOff {
    /// Whether the roll is frozen.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.stage >= Stage::Stopped
    }

    /// Takes one step of the table.
    fn step(&mut self, to: Stage) -> Result<(), Refusal> {
        if !NEXT.contains(&(self.stage, to)) {
            let why = format!("The plan is {:?} and cannot become {to:?}.", self.stage);
            return Err(Refusal::run_off("E-RUN-OFF-STATE", why));
        }
        self.stage = to;
        Ok(())
    }
}

impl State {
    /// The end of the plan as far as it has come.
    #[must_use]
    pub fn run_off(&self) -> &RunOff {
        &self.run_off
    }

    /// Refuses what changes the roll once nobody is taken in, or once the roll is frozen.
    pub(crate) fn roll_open(&self, joining: bool) -> Result<(), (&'static str, String)> {
        let stage = self.run_off.stage;
        if joining && stage >= Stage::EntryClosed {
            return Err(("E-RUN-OFF-ENTRY", "the plan takes nobody in any more".to_owned()));
        }
        if stage >= Stage::Stopped {
            return Err(("E-RUN-OFF-FROZEN", "the roll of the plan is frozen".to_owned()));
        }
        Ok(())
    }

    /// The charter by which periods are closed: as the plan ends, the charter may ask the members
    /// for nothing more, and nothing goes to the operator or into the reserve.
    pub(crate) fn closing_charter(&self, period: u32) -> Result<Cow<'_, Charter>, Refusal> {
        let charter = self.rules_of_period(period)?;
        let last: &[Payer] = match charter.run_off.cost {
            Cost::Sharers => return Ok(Cow::Borrowed(charter)),
            _ if self.run_off.stage < Stage::Noticed => return Ok(Cow::Borrowed(charter)),
            Cost::Sponsor => &[Payer::Sponsor, Payer::Reduction],
            // What is there is divided later, in two instalments; until then it is deferred.
            Cost::Assets => &[Payer::Deferral],
        };
        let mut charter = charter.clone();
        charter.fee.rate = Rate::ZERO;
        charter.funds.reserve = None;
        charter.funds.deferral = None;
        charter.caps.case = None;
        charter.caps.year = Some(Cap { amount_minor: Amount::ZERO, payers: last.to_vec() });
        Ok(Cow::Owned(charter))
    }

    /// Whether the members are asked for nothing in the periods that close now.
    pub(crate) fn asks_nothing(&self, period: u32) -> Result<bool, Refusal> {
        let cost = self.rules_of_period(period)?.run_off.cost;
        Ok(self.run_off.stage >= Stage::Noticed && cost != Cost::Sharers)
    }
}

impl State {
    /// Whether the aid of a period is divided by instalments instead of being paid as decided.
    pub(crate) fn divides(&self, period: u32) -> Result<bool, Refusal> {
        let assets = self.charter()?.run_off.cost == Cost::Assets;
        Ok(assets && self.run_off.from_period.is_some_and(|from| period >= from))
    }
}

impl Refusal {
    /// A step of the run-off that cannot be taken.
    pub(crate) fn run_off(code: &'static str, why: impl Into<String>) -> Self {
        let next = "Look at the run-off with `huzhu runoff show` and take its next step.";
        Self::new(code, "The run-off stays where it is.", why, next)
    }
}
