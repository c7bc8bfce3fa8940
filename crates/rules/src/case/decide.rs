//! The decision: what was proposed, published and not objected to, at the closing of its period.

use money::Amount;

use super::{Reason, Status, Verdict};
use crate::finding::{CaseFinding, Finding};
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::{RefundDue, State};

impl State {
    /// Approves a case at `decided`, which is its proposal less the period's reduction.
    pub(crate) fn approve_case(
        &mut self,
        number: u32,
        decided: Amount,
    ) -> Result<Finding, Refusal> {
        let today = self.day;
        let case = self.case_mut(number)?;
        case.step(number, Status::Approved, today)?;
        case.decided = Some(decided);
        let Some(Verdict::Approve { decided_minor }) = case.verdict else {
            unreachable!("only proposals of aid are approved");
        };
        let reduced_minor = decided_minor.minus(decided)?;
        let member = case.member;
        // Whoever left and joined again is the same person, who has now been helped.
        let person = self.roll.get(member).map(|row| row.identity);
        let latest = person.and_then(|person| self.roll.find(person));
        self.end_if_active(latest.unwrap_or(member), Standing::Aided);
        Ok(Finding::Case(CaseFinding::Approved {
            case: number,
            decided_minor: decided,
            reduced_minor,
        }))
    }

    /// Refuses a case as proposed. An illness inside the waiting period ends the membership, and
    /// the periods to come return what the member has paid, once, however often it is filed.
    pub(crate) fn refuse_case(&mut self, number: u32) -> Result<Finding, Refusal> {
        let again = self.fell_ill_waiting_before(number);
        let today = self.day;
        let case = self.case_mut(number)?;
        case.step(number, Status::Refused, today)?;
        let member = case.member;
        let Some(Verdict::Refuse { reason, question, answer, .. }) = case.verdict.clone() else {
            unreachable!("only proposals of refusal are refused");
        };
        self.close_claim(member);
        let mut returned = false;
        if reason == Reason::WaitingPeriod {
            self.end_if_active(member, Standing::Ended);
            let joined = self.roll.get(member).map_or(today, |row| row.joined);
            returned = self.rules_on(joined)?.waiting.refund_shares && !again;
        }
        if returned {
            self.refunds_due.push(RefundDue { member, returned: Amount::ZERO });
        }
        Ok(Finding::Case(CaseFinding::Refused {
            case: number,
            reason,
            question,
            answer,
            shares_returned: returned,
        }))
    }

    /// Whether an earlier refusal of the same membership rested on the waiting period.
    fn fell_ill_waiting_before(&self, number: u32) -> bool {
        let Some(case) = self.case(number).filter(|case| case.fell_ill_waiting()) else {
            return false;
        };
        let mut others = self.cases.iter();
        others.any(|other| {
            let refused = other.status == Status::Refused;
            other.member == case.member && refused && other.fell_ill_waiting()
        })
    }

    fn end_if_active(&mut self, member: u32, standing: Standing) {
        let row = self.roll.get(member);
        if row.is_some_and(|row| row.standing == Standing::Active) {
            self.end_membership(member, standing, self.day);
        }
    }
}
