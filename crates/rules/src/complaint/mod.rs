//! Complaints: a register that nobody can keep from the public. Each has a day by which it is
//! answered, an answer with a code, and a way to the authority; counts and times are published with
//! every period, whether or not anybody likes them.
//!
//! `open → answered → (escalated → resolved)`, straight to `escalated` when nobody answers in time,
//! or `withdrawn` by the member. The text of a complaint is the member's: the log holds its salted
//! hash.

mod answer;
mod count;
mod open;
mod register;

pub use count::Counts;
pub(crate) use register::Complaints;

use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::key::Key;
use crate::refusal::Refusal;
use crate::state::State;

/// Where a complaint stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Nobody has answered yet.
    Open,
    /// The operator has answered.
    Answered,
    /// The member has turned to the authority.
    Escalated,
    /// The authority has decided.
    Resolved,
    /// The member has taken it back.
    Withdrawn,
}

/// Every permitted step.
const NEXT: [(Status, Status); 6] = [
    (Status::Open, Status::Answered),
    (Status::Open, Status::Escalated),
    (Status::Open, Status::Withdrawn),
    (Status::Answered, Status::Escalated),
    (Status::Escalated, Status::Resolved),
    (Status::Escalated, Status::Withdrawn),
];

/// What an answer says of the complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The member is right, and it is put right.
    Upheld,
    /// The member is right in part.
    PartlyUpheld,
    /// The charter was followed.
    NotUpheld,
}

/// A complaint on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// Who complains.
    pub member: u32,
    /// What about, as the charter names it.
    pub category: String,
    /// Salted hash of the text.
    pub text: Digest,
    /// Where it stands.
    pub status: Status,
    /// When it was opened.
    pub opened: Day,
    /// The last day for an answer.
    pub due: Day,
    /// When the operator answered, and what.
    pub answer: Option<Answer>,
    /// When the member turned to the authority.
    pub escalated: Option<Day>,
    /// When the authority decided, and what.
    pub resolution: Option<Answer>,
}

/// An answer to a complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// When.
    pub day: Day,
    /// Whose key signed it.
    pub by: Key,
    /// What it says of the complaint.
    pub outcome: Outcome,
    /// Salted hash of its text.
    pub text: Digest,
}

impl Complaint {
    /// Takes one step of the table.
    fn step(&mut self, number: u32, to: Status) -> Result<(), Refusal> {
        if !NEXT.contains(&(self.status, to)) {
            return Err(Refusal::new(
                "E-COMPLAINT-STATE",
                format!("Complaint {number} cannot become {to:?}."),
                format!("It is {:?}.", self.status),
                "Look at it with `huzhu complaint show` and take its next step.",
            ));
        }
        self.status = to;
        Ok(())
    }

    /// Whether nobody has answered and the day for it has passed.
    #[must_use]
    pub fn is_overdue(&self, day: Day) -> bool {
        self.answer.is_none()
            && matches!(self.status, Status::Open | Status::Escalated)
            && day > self.due
    }
}

impl State {
    /// One complaint.
    #[must_use]
    pub fn complaint(&self, number: u32) -> Option<&Complaint> {
        self.complaints.get(number)
    }

    /// All complaints, in the order of their numbers.
    #[must_use]
    pub fn complaints(&self) -> &[Complaint] {
        self.complaints.all()
    }
}

impl Refusal {
    fn no_complaint(number: u32) -> Self {
        Self::new(
            "E-COMPLAINT-UNKNOWN",
            format!("There is no complaint {number}."),
            "Complaints are numbered from 0 in the order of opening.",
            "Check the number.",
        )
    }
}
