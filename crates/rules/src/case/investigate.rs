//! The investigator's report: what happened, when, and how much it comes to.

use money::Amount;

use super::Status;
use crate::day::Day;
use crate::entry::Order;
use crate::finding::Finding;
use crate::key::Key;
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn investigate_case(
        &mut self,
        order: Order,
        by: Key,
        number: u32,
        (born, diagnosed): (Day, Day),
        assessed: Amount,
    ) -> Result<Vec<Finding>, Refusal> {
        let case = self.case(number).ok_or_else(|| Refusal::no_case(number))?;
        let refuse = |code, why: String, next| {
            Refusal::new(code, format!("The report on case {number} is refused."), why, next)
        };
        let member = self.roll.get(case.member).ok_or_else(|| Refusal::no_member(case.member))?;
        if born.month() != member.birth {
            let why = format!("Born {born}, but the roll says {}.", member.birth);
            return Err(refuse("E-CASE-BIRTH", why, "Report a mistaken identity to the reviewer."));
        }
        if diagnosed > order.day || diagnosed < born || assessed.is_negative() {
            let why =
                format!("Diagnosed {diagnosed}, assessed at {} minor units.", assessed.minor());
            return Err(refuse("E-CASE-FORM", why, "Correct the day or the amount."));
        }
        let benefit =
            self.rules_on(diagnosed)?.benefit(&case.severity, diagnosed.years_since(born));
        let limit = benefit.map_or(Amount::ZERO, |benefit| benefit.amount_minor);
        if assessed > limit {
            let why =
                format!("The benefit at this age and severity is {} minor units.", limit.minor());
            return Err(refuse("E-CASE-ABOVE-BENEFIT", why, "Assess at most the benefit."));
        }
        let today = self.day;
        let case = self.case_mut(number)?;
        case.step(number, Status::Investigated, today)?;
        (case.born, case.diagnosed) = (Some(born), diagnosed);
        (case.assessed, case.investigator) = (Some(assessed), Some(by));
        Ok(Vec::new())
    }
}
