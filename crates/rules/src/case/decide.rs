//! The decision: what was proposed, published and not objected to, at the closing of its period.

use money::Amount;

use super::{Reason, Status, Verdict};
use crate::finding::Finding;
use crate::period::Refund;
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::State;

impl State {
    /// Approves a case at `decided`, which is its proposal less the period's reduction.
    pub(crate) fn approve_case(
        &mut self,
        number: u32,
        decided: Amount,
    ) -> Result<Finding, Refusal> {
        let case = self.case_mut(number)?;
        case.step(number, Status::Approved)?;
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
        Ok(Finding::Approved { case: number, decided_minor: decided, reduced_minor })
    }

    /// What the refusal of a case returns: the shares paid so far with `share`, that of the closing
    /// period, to a member who fell ill while waiting; once, however often the illness is filed.
    pub(crate) fn refund_of(&self, number: u32, share: Amount) -> Result<Amount, Refusal> {
        let case = self.case(number).ok_or_else(|| Refusal::no_case(number))?;
        let again = || {
            let mut others = self.cases.iter();
            others.any(|other| {
                let refused = other.status == Status::Refused;
                other.member == case.member && refused && other.fell_ill_waiting()
            })
        };
        if !case.fell_ill_waiting() || !self.charter()?.waiting.refund_shares || again() {
            return Ok(Amount::ZERO);
        }
        Ok(self.shares_paid(case.member)?.plus(share)?)
    }

    /// Refuses a case as proposed. An illness inside the waiting period ends the membership, and
    /// what is to be returned becomes a term of the next period.
    pub(crate) fn refuse_case(
        &mut self,
        number: u32,
        refund_minor: Amount,
    ) -> Result<Finding, Refusal> {
        let case = self.case_mut(number)?;
        case.step(number, Status::Refused)?;
        let member = case.member;
        let Some(Verdict::Refuse { reason, question, .. }) = case.verdict else {
            unreachable!("only proposals of refusal are refused");
        };
        self.close_claim(member);
        if reason == Reason::WaitingPeriod {
            self.end_if_active(member, Standing::Ended);
        }
        if !refund_minor.is_zero() {
            self.refunds_due.push(Refund { member, amount: refund_minor });
        }
        Ok(Finding::Refused { case: number, reason, question, refund_minor })
    }

    fn end_if_active(&mut self, member: u32, standing: Standing) {
        let row = self.roll.get(member);
        if row.is_some_and(|row| row.standing == Standing::Active) {
            self.roll.end(member, standing, self.day, self.counted);
        }
    }
}
