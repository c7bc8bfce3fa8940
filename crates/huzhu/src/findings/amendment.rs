//! What the rules say of amendments.

use rules::finding::{AmendmentFinding, Finding};

use crate::layout::{count, counted};

/// The words for a finding about amendments.
pub fn words(finding: &Finding) -> Option<String> {
    let Finding::Amendment(finding) = finding else { return None };
    Some(match finding {
        AmendmentFinding::Proposed { amendment, changes, waits_for_a_year, .. } => {
            let clauses = counted(u64::from(*changes), "clause", "clauses");
            let year = if *waits_for_a_year { ", with the first period of a year" } else { "" };
            format!("Amendment {amendment} is proposed: {clauses} would change{year}.")
        }
        AmendmentFinding::Noticed { amendment, recipients, unreached, .. } => format!(
            "The members are told of amendment {amendment}: {}, {} not reached. They vote when the \
             days of notice are over.",
            counted(*recipients, "member", "members"),
            count(*unreached)
        ),
        AmendmentFinding::Counted {
            amendment,
            needed,
            commitments,
            votes_for,
            votes_against,
            closed,
            adopted,
            ..
        } => {
            let result = if *adopted { "is adopted" } else { "is not adopted" };
            format!(
                "Amendment {amendment} {result}: {votes_for} for, {votes_against} against, \
                 {closed} never opened; {commitments} voted, {needed} had to."
            )
        }
        AmendmentFinding::InForce { amendment, charter, period } => {
            let charter = &charter.to_string()[..16];
            format!("Amendment {amendment} is in force from period {period}: charter {charter}….")
        }
        _ => return None,
    })
}
