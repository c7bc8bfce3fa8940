//! The time of each step of a case against the charter's promise.

use serde::Serialize;

use super::{Case, Status};
use crate::charter::Promise;
use crate::day::Day;
use crate::finding::{CaseFinding, Finding};
use crate::state::State;

/// Overdue cases that a finding names; the count tells of those beyond.
const NAMED_MAX: usize = 1_000;

/// One step of a case that has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StepTime {
    /// Where it leads.
    pub to: Status,
    /// When it began.
    pub from: Day,
    /// When it is due.
    pub due: Day,
    /// When it was done.
    pub done: Option<Day>,
    /// Whether it was done late, or is late today.
    pub late: bool,
}

impl Case {
    /// The steps that have begun, each with the day on which it was or is due.
    #[must_use]
    pub fn times(&self, promise: &Promise, today: Day) -> Vec<StepTime> {
        let decided = || self.day_of(Status::Approved).or_else(|| self.day_of(Status::Refused));
        let steps = [
            (Some(self.filed), Status::Investigated, promise.investigate_days),
            (self.day_of(Status::Investigated), Status::Reviewed, promise.review_days),
            (self.day_of(Status::Reviewed), Status::Published, promise.publish_days),
            (self.day_of(Status::Published), Status::Approved, promise.decide_days),
            (self.day_of(Status::Approved), Status::Paid, promise.pay_days),
        ];
        let begun = steps.into_iter().filter_map(|(from, to, days)| {
            let done = if to == Status::Approved { decided() } else { self.day_of(to) };
            // A withdrawn case waits for nothing any more.
            let from = from.filter(|_| done.is_some() || self.status != Status::Withdrawn)?;
            let due = from.plus_days(days);
            let late = done.unwrap_or(today) > due;
            Some(StepTime { to, from, due, done, late })
        });
        begun.collect()
    }
}

impl State {
    /// The public counts of a period that is published: steps done in time and late since the plan
    /// began, and the cases that are overdue today, by name.
    pub(crate) fn count_times(&self, period: u32) -> Option<Finding> {
        let promise = self.charter().ok()?.promise?;
        let (mut in_time, mut late, mut overdue) = (0, 0, Vec::new());
        for (number, case) in (0..).zip(self.cases()) {
            for step in case.times(&promise, self.day) {
                match (step.done, step.late) {
                    (Some(_), false) => in_time += 1,
                    (Some(_), true) => late += 1,
                    (None, true) => overdue.push(number),
                    (None, false) => {}
                }
            }
        }
        let overdue_count = overdue.len() as u32;
        overdue.truncate(NAMED_MAX);
        Some(Finding::Case(CaseFinding::Times { period, in_time, late, overdue_count, overdue }))
    }
}
