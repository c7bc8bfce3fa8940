//! What the rules say of complaints.

use rules::complaint::Counts;
use rules::finding::{ComplaintFinding, Finding};

use super::name;
use crate::layout::counted;

/// The words for a finding about complaints.
pub fn words(finding: &Finding) -> Option<String> {
    let Finding::Complaint(finding) = finding else { return None };
    Some(match finding {
        ComplaintFinding::Opened { complaint, due } => {
            format!("Complaint {complaint} is opened. It is answered by {due}.")
        }
        ComplaintFinding::Answered { complaint, outcome, days, late } => {
            let days = counted(u64::from(days.unsigned_abs()), "day", "days");
            let late = if *late { ", later than the charter allows" } else { "" };
            format!("Complaint {complaint} is answered after {days}{late}: {}.", name(outcome))
        }
        ComplaintFinding::Escalated { complaint, unanswered: true } => format!(
            "Complaint {complaint} goes to the authority: the operator gave no answer in time."
        ),
        ComplaintFinding::Escalated { complaint, .. } => {
            format!("Complaint {complaint} goes to the authority.")
        }
        ComplaintFinding::Resolved { complaint, outcome, overturned } => {
            let other = if *overturned { " The operator had said otherwise." } else { "" };
            format!("Complaint {complaint} is decided: {}.{other}", name(outcome))
        }
        ComplaintFinding::Counted { counts, .. } => counts_in_words(counts),
        _ => return None,
    })
}

fn counts_in_words(counts: &Counts) -> String {
    let opened = counted(counts.opened.into(), "complaint", "complaints");
    let mean = match counts.answered {
        0 => String::new(),
        answered => format!(" ({} days on average)", counts.answer_days / u64::from(answered)),
    };
    format!(
        "{opened} so far: {} answered{mean}, {} waiting, {} overdue, {} taken to the authority.",
        counts.answered, counts.waiting, counts.overdue, counts.escalated
    )
}
