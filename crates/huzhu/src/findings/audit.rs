//! What the rules say of re-audits.

use rules::finding::{AuditFinding, Finding};

use super::name;
use crate::layout::counted;

/// The words for a finding about re-audits.
pub fn words(finding: &Finding) -> Option<String> {
    let Finding::Audit(finding) = finding else { return None };
    let list = |cases: &[u32]| {
        let cases: Vec<String> = cases.iter().map(u32::to_string).collect();
        cases.join(", ")
    };
    Some(match finding {
        AuditFinding::Begun { period, cases, sealed, parties, .. } => {
            let parties: Vec<String> = parties.iter().map(name).collect();
            format!(
                "{} of period {period} can be drawn for a re-audit, digest {sealed}; {} draw.",
                counted(u64::from(*cases), "paid case", "paid cases"),
                parties.join(" and ")
            )
        }
        AuditFinding::Drawn { period, silent, cases, due, .. } => {
            let names: Vec<String> = silent.iter().map(name).collect();
            let silent = match names.is_empty() {
                true => String::new(),
                false => format!(" Silent and left out: {}.", names.join(" and ")),
            };
            format!(
                "Drawn from period {period} to be investigated again until {due}: {}.{silent}",
                list(cases)
            )
        }
        AuditFinding::Confirmed { case } => {
            format!("Case {case} is confirmed by a second investigator.")
        }
        AuditFinding::Doubted { case } => {
            format!("Case {case} is doubted by a second investigator.")
        }
        AuditFinding::Counted { picked, confirmed, doubted, overdue, .. } => {
            let late = match overdue.is_empty() {
                true => String::new(),
                false => format!(" Overdue: {}.", list(overdue)),
            };
            format!(
                "{} investigated again so far by lot: {confirmed} confirmed, {doubted} doubted.\
                 {late}",
                counted(u64::from(*picked), "case", "cases")
            )
        }
        _ => return None,
    })
}
