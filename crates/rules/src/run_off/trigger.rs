//! What begins the end of a plan: a count below the minimum, the operator's notice, the regulator's
//! order, the members' vote, or the operator's silence.

use super::{Stage, Trigger};
use crate::charter::Role;
use crate::day::Day;
use crate::entry::Order;
use crate::finding::{Finding, RunOffFinding};
use crate::key::Key;
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    /// The calendar has counted the sharers of a period: too few of them close the entry, a fall
    /// beyond the charter's threshold is watched.
    pub(crate) fn watch_count(&mut self, number: u32) {
        let Some(founded) = &self.founded else { return };
        let (minimum, fall) =
            (founded.charter.run_off.members_below, founded.charter.watch.net_exit.millionths());
        let sharers_of = |number: u32| -> Option<u64> {
            self.period(number).map(|period| period.sharers.iter().sum())
        };
        let now = sharers_of(number).unwrap_or(0);
        let before = number.checked_sub(1).and_then(sharers_of).unwrap_or(0);
        // now < before × (1 − fall), in millionths.
        let kept = u128::from(1_000_000_u32.saturating_sub(fall)) * u128::from(before);
        let falls = u128::from(now) * 1_000_000 < kept;
        let run_off = &mut self.run_off;
        run_off.grown |= now >= minimum;
        if run_off.stage > Stage::Watch {
            return;
        }
        run_off.stage = match (run_off.grown && now < minimum, falls) {
            (true, _) => {
                run_off.trigger = Some(Trigger::MembersBelow);
                Stage::EntryClosed
            }
            (false, true) => Stage::Watch,
            (false, false) => Stage::Normal,
        };
    }

    /// What the calendar has done to the stage since a finding last told of it.
    pub(crate) fn stage_told(&mut self) -> Option<Finding> {
        let run_off = &mut self.run_off;
        let (before, stage) = (run_off.told, run_off.stage);
        run_off.told = stage;
        let (trigger, stop) = (run_off.trigger, run_off.stop);
        (before != stage).then_some(Finding::RunOff(RunOffFinding::Stage {
            before,
            stage,
            trigger,
            stop,
        }))
    }

    /// The operator takes nobody in any more.
    pub(crate) fn close_entry(&mut self) -> Result<Vec<Finding>, Refusal> {
        self.run_off.step(Stage::EntryClosed)?;
        self.run_off.trigger = Some(Trigger::Operator);
        Ok(self.stage_told().into_iter().collect())
    }

    /// The operator gives notice: the plan stops no sooner than the charter's days after it.
    pub(crate) fn give_notice(&mut self, order: Order, stop: Day) -> Result<Vec<Finding>, Refusal> {
        let earliest = order.day.plus_days(self.charter()?.run_off.notice_days);
        if stop < earliest {
            let why = format!("The charter's notice ends on {earliest} at the earliest.");
            return Err(Refusal::run_off("E-RUN-OFF-EARLY", why));
        }
        if self.run_off.stage == Stage::Noticed {
            let why = "Notice has been given; the operator cannot move the day.";
            return Err(Refusal::run_off("E-RUN-OFF-STATE", why));
        }
        let trigger = self.run_off.trigger.unwrap_or(Trigger::Operator);
        self.begin_end(trigger, stop)
    }

    /// The regulator orders the end, for today or a later day, and may bring it forward.
    pub(crate) fn order_end(&mut self, order: Order, stop: Day) -> Result<Vec<Finding>, Refusal> {
        let later = self.run_off.stop.is_some_and(|before| stop > before);
        if stop < order.day || later {
            let why = "The day lies in the past, or after the one that is known already.";
            return Err(Refusal::run_off("E-RUN-OFF-EARLY", why));
        }
        self.begin_end(Trigger::Regulator, stop)
    }

    pub(super) fn begin_end(
        &mut self,
        trigger: Trigger,
        stop: Day,
    ) -> Result<Vec<Finding>, Refusal> {
        self.run_off.step(Stage::Noticed)?;
        let before = self.run_off.told;
        (self.run_off.trigger, self.run_off.stop) = (Some(trigger), Some(stop));
        let stage = Stage::Noticed;
        self.run_off.told = stage;
        let (trigger, stop) = (Some(trigger), Some(stop));
        Ok(vec![Finding::RunOff(RunOffFinding::Stage { before, stage, trigger, stop })])
    }

    /// Remembers that the operator signed something: declarations of silence are void.
    pub(crate) fn heard(&mut self, by: Key, day: Day) {
        let operator = self.actors.get(&by).is_some_and(|a| a.roles.contains(&Role::Operator));
        if operator {
            self.run_off.operator_seen = Some(day);
            self.run_off.silence.clear();
        }
    }

    /// Since when the operator has been silent for the charter's days.
    fn silent(&self, day: Day) -> Result<Day, Refusal> {
        let seen = self.run_off.operator_seen.unwrap_or(day);
        let until = seen.plus_days(self.charter()?.run_off.silence_days);
        if day < until {
            let why = format!("The operator signed on {seen}; it is silent from {until} on.");
            return Err(Refusal::run_off("E-RUN-OFF-NOT-SILENT", why));
        }
        Ok(seen)
    }

    /// A delegate of the members declares the operator silent.
    pub(crate) fn declare_silence(
        &mut self,
        order: Order,
        by: Key,
    ) -> Result<Vec<Finding>, Refusal> {
        self.silent(order.day)?;
        if self.run_off.silence.contains(&by) {
            let why = "This delegate has declared it already.";
            return Err(Refusal::run_off("E-RUN-OFF-TWICE", why));
        }
        self.run_off.silence.push(by);
        Ok(Vec::new())
    }

    /// The custodian, with as many delegates as the charter asks for, puts the delegates in the
    /// operator's place; the plan ends after the charter's notice.
    pub(crate) fn take_over(&mut self, order: Order) -> Result<Vec<Finding>, Refusal> {
        self.put_delegates_in(order, self.run_off.silence.len() as u32)
    }

    /// Puts the delegates, of whom `declared` have said so, in a silent operator's place.
    pub(super) fn put_delegates_in(
        &mut self,
        order: Order,
        declared: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        let since = self.silent(order.day)?;
        let clause = &self.charter()?.run_off;
        let needed = clause.delegates_needed;
        if needed == 0 || declared < needed {
            let why = format!("{declared} delegates have declared it; the charter asks {needed}.");
            return Err(Refusal::run_off("E-RUN-OFF-DELEGATES", why));
        }
        let stop = order.day.plus_days(clause.notice_days);
        let mut findings = vec![Finding::RunOff(RunOffFinding::TakenOver { since, declared })];
        if self.run_off.stage < Stage::Noticed {
            findings.extend(self.begin_end(Trigger::Silence, stop)?);
        }
        self.run_off.caretaker = true;
        Ok(findings)
    }
}
