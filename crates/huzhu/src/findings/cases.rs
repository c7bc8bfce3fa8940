//! What the rules say of the course of cases, in words.

use money::{Amount, Currency};
use rules::finding::{CaseFinding, Finding};

use crate::layout::{counted, money};

/// The line for a finding about the times of cases and about what comes after payment.
pub fn words(finding: &Finding, currency: Currency) -> Option<String> {
    let Finding::Case(finding) = finding else {
        return None;
    };
    let money = |amount: &Amount| money(*amount, currency);
    Some(match finding {
        CaseFinding::Times { in_time, late, overdue_count, overdue, .. } => {
            let cases: Vec<String> = overdue.iter().map(u32::to_string).collect();
            let which = match cases.is_empty() {
                true => ".".to_owned(),
                false => format!(": {}.", cases.join(", ")),
            };
            format!(
                "{} of cases in time so far, {late} late; {} overdue today{which}",
                counted(u64::from(*in_time), "step", "steps"),
                counted(u64::from(*overdue_count), "case is", "cases are")
            )
        }
        CaseFinding::Reopened { case, heard_until } => format!(
            "Case {case} is reopened for fraud; the applicant can answer until {heard_until}."
        ),
        CaseFinding::Cleared { case } => format!("Case {case} is cleared: no fraud was found."),
        CaseFinding::FraudFound { case, recover_minor } => format!(
            "Case {case} was fraud: {} is asked back, and the membership is expelled.",
            money(recover_minor)
        ),
        CaseFinding::Recovered { case, recovered_minor, left_minor } => format!(
            "Case {case}: {} came back for the next period, {} is still asked back.",
            money(recovered_minor),
            money(left_minor)
        ),
        _ => return None,
    })
}
