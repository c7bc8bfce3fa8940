//! Filing and withdrawing a case.

use money::Amount;
use proof::Digest;

use super::{Case, Status};
use crate::charter::Cause;
use crate::day::Day;
use crate::entry::Order;
use crate::finding::{CaseFinding, Finding};
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::State;

/// Documents beyond this are bundled by the applicant; an entry stays readable.
pub(super) const EVIDENCE_MAX: usize = 64;

/// Cases are numbered in 32 bits; a plan of 100 million members sees fewer than this in its life.
const CASES_MAX: usize = 1 << 31;

/// What an applicant asks for.
pub(crate) struct Filing<'a> {
    pub member: u32,
    pub cause: Cause,
    pub severity: &'a str,
    pub diagnosed: Day,
    pub asked: Amount,
    pub evidence: &'a [Digest],
}

impl State {
    pub(crate) fn file_case(
        &mut self,
        order: Order,
        filing: &Filing<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        let charter = self.charter()?;
        let refuse =
            |code, why: String, next| Refusal::new(code, "The case is not filed.", why, next);
        let member =
            self.roll.get(filing.member).ok_or_else(|| Refusal::no_member(filing.member))?;
        if !charter.benefits.iter().any(|benefit| benefit.severity == filing.severity) {
            let why = format!("The charter knows no severity {:?}.", filing.severity);
            return Err(refuse("E-CASE-SEVERITY", why, "Use a severity that the charter lists."));
        }
        if filing.diagnosed > order.day {
            let why = format!("The diagnosis of {} lies in the future.", filing.diagnosed);
            return Err(refuse("E-CASE-FUTURE", why, "Correct the day of diagnosis."));
        }
        if filing.asked <= Amount::ZERO || filing.evidence.len() > EVIDENCE_MAX {
            let why = format!("It asks for nothing, or names over {EVIDENCE_MAX} documents.");
            return Err(refuse("E-CASE-FORM", why, "Correct the amount or bundle the documents."));
        }
        if member.standing == Standing::Aided || self.open_cases.contains_key(&member.identity) {
            let why = format!("Member {} has a case already: one claim a person.", filing.member);
            return Err(refuse("E-CASE-TWICE", why, "Follow the case that is there."));
        }
        if self.cases.len() >= CASES_MAX {
            return Err(refuse("E-CASE-MANY", "The register is full.".into(), "Found a new plan."));
        }
        self.reported_in_time(filing.diagnosed, order.day)?;
        let number = self.cases.len() as u32;
        self.cases.push(Case {
            member: filing.member,
            cause: filing.cause,
            severity: filing.severity.to_owned(),
            diagnosed: filing.diagnosed,
            born: None,
            status: Status::Filed,
            filed: order.day,
            steps: Vec::new(),
            evidence: filing.evidence.to_vec(),
            asked: filing.asked,
            assessed: None,
            verdict: None,
            decided: None,
            payable: Amount::ZERO,
            netted: Amount::ZERO,
            paid: None,
            investigator: None,
            reviewer: None,
            inquiry: None,
            period: None,
        });
        self.open_cases.insert(member.identity, number);
        Ok(vec![Finding::Case(CaseFinding::Filed { case: number })])
    }

    pub(crate) fn withdraw_case(&mut self, number: u32) -> Result<Vec<Finding>, Refusal> {
        let today = self.day;
        let case = self.case_mut(number)?;
        case.step(number, Status::Withdrawn, today)?;
        let (member, period) = (case.member, case.period);
        self.close_claim(member);
        if let Some(period) = period {
            self.periods[period as usize].cases.retain(|other| *other != number);
        }
        Ok(Vec::new())
    }

    /// The person may claim again: the case came to nothing.
    pub(super) fn close_claim(&mut self, member: u32) {
        if let Some(member) = self.roll.get(member) {
            self.open_cases.remove(&member.identity);
        }
    }
}
