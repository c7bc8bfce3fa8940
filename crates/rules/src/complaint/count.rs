//! What is published of complaints: counts and times, never texts.

use serde::{Deserialize, Serialize};

use super::{Complaint, Outcome, Status};
use crate::day::Day;
use crate::finding::{ComplaintFinding, Finding};
use crate::state::State;

/// Counts of complaints since the founding, and how long answers took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Opened.
    pub opened: u32,
    /// Waiting for an answer, within the time.
    pub waiting: u32,
    /// Without an answer although the day for it has passed.
    pub overdue: u32,
    /// Answered, in time or not.
    pub answered: u32,
    /// Of them, those answered late.
    pub answered_late: u32,
    /// Days from opening to answer, summed over all answers.
    pub answer_days: u64,
    /// Longest time from opening to answer, in days.
    pub answer_days_max: u32,
    /// Answers that say the member was right, wholly or in part.
    pub upheld: u32,
    /// Taken to the authority.
    pub escalated: u32,
    /// Decided by the authority.
    pub resolved: u32,
    /// Of them, those in which the authority said otherwise than the operator.
    pub overturned: u32,
    /// Taken back.
    pub withdrawn: u32,
}

impl Counts {
    /// Counts complaints as they stand on a day.
    pub fn of<'a>(complaints: impl IntoIterator<Item = &'a Complaint>, day: Day) -> Self {
        let mut counts = Self::default();
        for complaint in complaints {
            counts.add(complaint, day);
        }
        counts
    }

    fn add(&mut self, complaint: &Complaint, day: Day) {
        self.opened += 1;
        let overdue = complaint.is_overdue(day);
        self.overdue += u32::from(overdue);
        self.waiting += u32::from(complaint.status == Status::Open && !overdue);
        self.withdrawn += u32::from(complaint.status == Status::Withdrawn);
        self.escalated += u32::from(complaint.escalated.is_some());
        if let Some(answer) = complaint.answer {
            let days = answer.day.since_epoch().abs_diff(complaint.opened.since_epoch());
            self.answered += 1;
            self.answered_late += u32::from(answer.day > complaint.due);
            self.answer_days += u64::from(days);
            self.answer_days_max = self.answer_days_max.max(days);
            self.upheld += u32::from(answer.outcome != Outcome::NotUpheld);
        }
        if let Some(resolution) = complaint.resolution {
            let overturned = complaint.answer.is_some_and(|a| a.outcome != resolution.outcome);
            self.resolved += 1;
            self.overturned += u32::from(overturned);
        }
    }
}

impl State {
    /// The counts that go out with a period; nothing while nobody has ever complained.
    pub(crate) fn complaints_published(&self, period: u32) -> Option<Finding> {
        if self.complaints.len() == 0 {
            return None;
        }
        let counts = Counts::of(self.complaints(), self.day);
        Some(Finding::Complaint(ComplaintFinding::Counted { period, counts }))
    }
}
