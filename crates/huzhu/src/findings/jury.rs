//! What the rules say of hearings.

use money::Currency;
use rules::charter::Role;
use rules::finding::{Finding, JuryFinding};
use rules::jury::Outcome;

use super::name;
use crate::layout::{counted, money};

/// The words for a finding about hearings.
pub fn words(finding: &Finding, currency: Currency) -> Option<String> {
    let Finding::Jury(finding) = finding else { return None };
    let roles = |roles: &[Role]| {
        let names: Vec<String> = roles.iter().map(name).collect();
        if names.is_empty() { "nobody".to_owned() } else { names.join(" and ") }
    };
    Some(match finding {
        JuryFinding::Opened { case, appeal, parties, .. } => {
            let what = if *appeal { "The appeal" } else { "The objection" };
            format!("{what} in case {case} is heard by a jury, drawn by {}.", roles(parties))
        }
        JuryFinding::Sealed { case, eligible, roll, .. } => {
            let members = counted(u64::from(*eligible), "member", "members");
            format!("The roll for case {case} is sealed: {members}, digest {roll}.")
        }
        JuryFinding::Drawn { case, panel, silent, .. } => {
            let jurors = counted(panel.len() as u64, "juror", "jurors");
            let silent = match silent.as_slice() {
                [] => String::new(),
                silent => format!(" Silent and left out: {}.", roles(silent)),
            };
            format!("A panel of {jurors} sits on case {case}: {panel:?}.{silent}")
        }
        JuryFinding::Replaced { left, took: Some(took), .. } => {
            format!("Juror {left} steps back; member {took} takes the place.")
        }
        JuryFinding::NoQuorum { case, commitments, quorum } => format!(
            "Only {commitments} voted on case {case}, and it takes {quorum}: the next panel sits."
        ),
        JuryFinding::Verdict {
            case, outcome, votes_for, votes_against, closed, period, ..
        } => {
            let result = match outcome {
                Outcome::Aid { decided_minor } => {
                    format!("grants {}", money(*decided_minor, currency))
                }
                Outcome::Refusal => "refuses aid".to_owned(),
                _ => "gives no verdict; the proposal stands".to_owned(),
            };
            let shared =
                period.map_or(String::new(), |period| format!(" Period {period} shares it."));
            let closed = match closed.len() {
                0 => String::new(),
                closed => format!(" {closed} left closed."),
            };
            format!(
                "The jury of case {case} {result}: {votes_for} for, {votes_against} \
                 against.{closed}{shared}"
            )
        }
        _ => return None,
    })
}
