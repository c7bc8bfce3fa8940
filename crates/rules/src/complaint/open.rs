//! Opening a complaint and taking it back.

use proof::Digest;

use super::{Complaint, Status};
use crate::command::Asked;
use crate::finding::{ComplaintFinding, Finding};
use crate::refusal::Refusal;
use crate::state::State;

/// Complaints of one member that wait for an answer at a time: enough for everything that can go
/// wrong at once, and too few to fill a register.
const OPEN_OF_A_MEMBER_MAX: u32 = 8;

/// Complaints are numbered in 32 bits.
const COMPLAINTS_MAX: usize = 1 << 31;

impl State {
    /// Opens a complaint. Whoever has left can complain too: of how it ended, above all.
    pub(crate) fn open_complaint(
        &mut self,
        asked: Asked<'_>,
        member: u32,
        category: &str,
        text: Digest,
    ) -> Result<Vec<Finding>, Refusal> {
        asked.about(member)?;
        let what = "The complaint is not opened.";
        self.roll.get(member).ok_or_else(|| Refusal::no_member(member))?;
        let Some(clause) = self.charter()?.complaints.category(category) else {
            let why = format!("The charter knows no category {category:?}.");
            let next = "Use a category that `huzhu complaint stats` lists.";
            return Err(Refusal::new("E-COMPLAINT-CATEGORY", what, why, next));
        };
        let due = asked.order.day.plus_days(clause.answer_days);
        if self.complaints.open_of(member) >= OPEN_OF_A_MEMBER_MAX
            || self.complaints.len() >= COMPLAINTS_MAX
        {
            let why = format!("Member {member} has {OPEN_OF_A_MEMBER_MAX} that wait already.");
            let next = "Wait for an answer, or take one back.";
            return Err(Refusal::new("E-COMPLAINT-MANY", what, why, next));
        }
        let complaint = self.complaints.open(Complaint {
            member,
            category: category.to_owned(),
            text,
            status: Status::Open,
            opened: asked.order.day,
            due,
            answer: None,
            escalated: None,
            resolution: None,
        });
        Ok(vec![Finding::Complaint(ComplaintFinding::Opened { complaint, due })])
    }

    pub(crate) fn withdraw_complaint(
        &mut self,
        asked: Asked<'_>,
        number: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        let mut complaint = self.complaint_of(asked, number)?;
        complaint.step(number, Status::Withdrawn)?;
        self.complaints.replace(number, complaint);
        Ok(Vec::new())
    }

    /// A complaint about which its member, or who speaks for a member without a key, may act.
    pub(super) fn complaint_of(&self, asked: Asked<'_>, number: u32) -> Result<Complaint, Refusal> {
        let complaint = self.complaint(number).ok_or_else(|| Refusal::no_complaint(number))?;
        asked.about(complaint.member)?;
        Ok(complaint.clone())
    }
}
