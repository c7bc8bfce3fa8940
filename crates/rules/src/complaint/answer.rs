//! Answering a complaint, turning to the authority with it, and the authority's word.

use proof::Digest;

use super::{Answer, Outcome, Status};
use crate::command::Asked;
use crate::finding::{ComplaintFinding, Finding};
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    /// The operator answers. An answer after the member has turned to the authority comes too late.
    pub(crate) fn answer_complaint(
        &mut self,
        asked: Asked<'_>,
        number: u32,
        outcome: Outcome,
        text: Digest,
    ) -> Result<Vec<Finding>, Refusal> {
        let complaint = self.complaint(number).ok_or_else(|| Refusal::no_complaint(number))?;
        let mut complaint = complaint.clone();
        let day = asked.order.day;
        let late = complaint.is_overdue(day);
        complaint.step(number, Status::Answered)?;
        complaint.answer = Some(Answer { day, by: asked.by, outcome, text });
        let days = day.since_epoch() - complaint.opened.since_epoch();
        self.complaints.replace(number, complaint);
        let finding = ComplaintFinding::Answered { complaint: number, outcome, days, late };
        Ok(vec![Finding::Complaint(finding)])
    }

    /// The member is not content with the answer, or got none in time.
    pub(crate) fn escalate_complaint(
        &mut self,
        asked: Asked<'_>,
        number: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        let days = self.charter()?.complaints.escalation_days;
        let mut complaint = self.complaint_of(asked, number)?;
        let day = asked.order.day;
        let what = format!("Complaint {number} does not go to the authority.");
        match complaint.answer {
            None if complaint.status == Status::Open && day <= complaint.due => {
                let why = format!("The operator can still answer until {}.", complaint.due);
                return Err(Refusal::new("E-COMPLAINT-EARLY", what, why, "Wait for that day."));
            }
            Some(answer) if day > answer.day.plus_days(days) => {
                let why = format!("It was answered on {}, {days} days are over.", answer.day);
                let next = "Open a new complaint if something new has happened.";
                return Err(Refusal::new("E-COMPLAINT-LATE", what, why, next));
            }
            _ => {}
        }
        complaint.step(number, Status::Escalated)?;
        complaint.escalated = Some(day);
        let unanswered = complaint.answer.is_none();
        self.complaints.replace(number, complaint);
        let finding = ComplaintFinding::Escalated { complaint: number, unanswered };
        Ok(vec![Finding::Complaint(finding)])
    }

    /// The authority decides.
    pub(crate) fn resolve_complaint(
        &mut self,
        asked: Asked<'_>,
        number: u32,
        outcome: Outcome,
        text: Digest,
    ) -> Result<Vec<Finding>, Refusal> {
        let complaint = self.complaint(number).ok_or_else(|| Refusal::no_complaint(number))?;
        let mut complaint = complaint.clone();
        complaint.step(number, Status::Resolved)?;
        let day = asked.order.day;
        complaint.resolution = Some(Answer { day, by: asked.by, outcome, text });
        let overturned = complaint.answer.is_some_and(|answer| answer.outcome != outcome);
        self.complaints.replace(number, complaint);
        let finding = ComplaintFinding::Resolved { complaint: number, outcome, overturned };
        Ok(vec![Finding::Complaint(finding)])
    }
}
