//! The stop: the calendar freezes the roll, and a finding states what was frozen, so that nobody
//! can be taken out of it or put into it afterwards.

use super::Stage;
use crate::day::Day;
use crate::finding::{Finding, RunOffFinding};
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::State;

impl State {
    /// Whether a day is the one on which a noticed plan stops.
    pub(crate) fn stops_by(&self, day: Day) -> bool {
        self.run_off.stage == Stage::Noticed && self.run_off.stop.is_some_and(|stop| stop <= day)
    }

    /// Publishes the frozen roll; cases are reported from now on.
    pub(crate) fn freeze_roll(&mut self) -> Result<Vec<Finding>, Refusal> {
        self.run_off.step(Stage::Reporting)?;
        self.roll.refresh();
        let mut hasher = proof::Hasher::new();
        self.roll.digests().for_each(|part| hasher.update(&part.0));
        let (digest, members) = (hasher.finish(), self.frozen_members());
        let until = self.reported_until()?;
        let mut findings: Vec<Finding> = self.stage_told().into_iter().collect();
        findings.push(Finding::RunOff(RunOffFinding::Frozen { members, digest, until }));
        Ok(findings)
    }

    /// Members whose membership goes on: those of the frozen roll.
    pub(crate) fn frozen_members(&self) -> u64 {
        let active = |row: &u32| {
            self.roll.get(*row).is_some_and(|member| member.standing == Standing::Active)
        };
        (0..self.roll.len()).filter(active).count() as u64
    }

    /// The last day on which a case may be filed.
    pub(crate) fn reported_until(&self) -> Result<Day, Refusal> {
        let days = self.charter()?.run_off.reporting_days;
        let why = "No day of the stop is known.";
        let stop = self.run_off.stop.ok_or_else(|| Refusal::run_off("E-RUN-OFF-STATE", why))?;
        Ok(stop.plus_days(days))
    }

    /// Refuses a case that comes too late as the plan ends.
    pub(crate) fn reported_in_time(&self, diagnosed: Day, filed: Day) -> Result<(), Refusal> {
        let Some(stop) = self.run_off.stop.filter(|_| self.run_off.is_frozen()) else {
            return Ok(());
        };
        let until = diagnosed.plus_days(self.charter()?.run_off.reporting_days);
        if diagnosed >= stop || filed > until || self.run_off.stage == Stage::Final {
            let why = format!(
                "The plan stopped on {stop}; diagnoses of before it are filed within the charter's \
                 days, this one until {until}."
            );
            return Err(Refusal::run_off("E-RUN-OFF-LATE", why));
        }
        Ok(())
    }
}
