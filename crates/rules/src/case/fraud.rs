//! After payment: a case is reopened for fraud, the applicant is heard, a reviewer finds or clears,
//! and what comes back is shared by the next period.
//!
//! `paid → reopened → fraud → recovered`, or back to `paid`. Nobody who decided the case before
//! takes part, and a case is reopened once.

use money::Amount;
use proof::Digest;
use serde::{Deserialize, Serialize};

use super::Status;
use crate::books::{Posting, Term};
use crate::charter::Account;
use crate::day::Day;
use crate::entry::Order;
use crate::finding::{CaseFinding, Finding};
use crate::key::Key;
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::State;

/// What is known of a case that was reopened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inquiry {
    /// The second investigator, who reopened it.
    pub investigator: Key,
    /// Hash of what the suspicion rests on.
    pub evidence: Digest,
    /// Last day on which the applicant can be waited for.
    pub heard_until: Day,
    /// Hash of the applicant's answer.
    pub answer: Option<Digest>,
    /// What is to be paid back, once fraud is found.
    pub found: Option<Amount>,
    /// What has come back of it.
    pub recovered: Amount,
}

/// A step of a reopened case is refused.
fn refuse(number: u32, code: &'static str, why: impl Into<String>, next: &str) -> Refusal {
    Refusal::new(code, format!("Case {number} is not taken further."), why, next)
}

impl State {
    pub(crate) fn reopen_case(
        &mut self,
        order: Order,
        by: Key,
        number: u32,
        evidence: Digest,
    ) -> Result<Vec<Finding>, Refusal> {
        let heard_until = order.day.plus_days(self.charter()?.fraud.hearing_days);
        let case = self.case_mut(number)?;
        if case.inquiry.is_some() {
            let why = "It was reopened before, and a case is reopened once.";
            return Err(refuse(number, "E-CASE-REOPENED", why, "Follow what came of it then."));
        }
        if case.investigator == Some(by) || case.reviewer == Some(by) {
            let why = "Whoever investigated or reviewed a case does not reopen it.";
            let next = "Let another investigator sign.";
            return Err(refuse(number, "E-CASE-DUTIES", why, next).forbidden());
        }
        case.step(number, Status::Reopened, order.day)?;
        case.inquiry = Some(Inquiry {
            investigator: by,
            evidence,
            heard_until,
            answer: None,
            found: None,
            recovered: Amount::ZERO,
        });
        Ok(vec![Finding::Case(CaseFinding::Reopened { case: number, heard_until })])
    }

    /// The applicant answers.
    pub(crate) fn answer_case(
        &mut self,
        number: u32,
        answer: Digest,
    ) -> Result<Vec<Finding>, Refusal> {
        let case = self.case_mut(number)?;
        let reopened = case.status == Status::Reopened;
        let unheard = case.inquiry.as_mut().filter(|inquiry| inquiry.answer.is_none());
        let Some(inquiry) = unheard.filter(|_| reopened) else {
            let why = "It is not reopened, or its applicant has answered.";
            return Err(refuse(
                number,
                "E-CASE-HEARING",
                why,
                "Look at it with `huzhu case show`.",
            ));
        };
        inquiry.answer = Some(answer);
        Ok(Vec::new())
    }

    /// A reviewer decides a reopened case: what is to be paid back, or nothing and it is cleared.
    pub(crate) fn decide_inquiry(
        &mut self,
        order: Order,
        by: Key,
        number: u32,
        recover: Option<Amount>,
    ) -> Result<Vec<Finding>, Refusal> {
        let case = self.case(number).ok_or_else(|| Refusal::no_case(number))?;
        let Some(inquiry) = case.inquiry.as_ref().filter(|_| case.status == Status::Reopened)
        else {
            let why = format!("It is {:?}, not reopened.", case.status);
            return Err(refuse(number, "E-CASE-STATE", why, "Look at it with `huzhu case show`."));
        };
        if [case.investigator, case.reviewer, Some(inquiry.investigator)].contains(&Some(by)) {
            let why = "Whoever investigated, reviewed or reopened a case does not decide about it.";
            let next = "Let another reviewer sign.";
            return Err(refuse(number, "E-CASE-DUTIES", why, next).forbidden());
        }
        let Some(found) = recover else {
            self.case_mut(number)?.step(number, Status::Paid, order.day)?;
            return Ok(vec![Finding::Case(CaseFinding::Cleared { case: number })]);
        };
        if inquiry.answer.is_none() && order.day <= inquiry.heard_until {
            let why = format!("The applicant has until {} to answer.", inquiry.heard_until);
            let next = "Wait for the answer, or for that day to pass.";
            return Err(refuse(number, "E-CASE-HEARING", why, next).forbidden());
        }
        let received = case.paid.unwrap_or_default().plus(case.netted)?;
        if found <= Amount::ZERO || found > received {
            let why = format!("The case has received {} minor units.", received.minor());
            let next = "Ask back at most that, and more than nothing.";
            return Err(refuse(number, "E-CASE-FORM", why, next));
        }
        let member = case.member;
        let case = self.case_mut(number)?;
        case.step(number, Status::Fraud, order.day)?;
        if let Some(inquiry) = &mut case.inquiry {
            inquiry.found = Some(found);
        }
        self.expel_for_fraud(order, member);
        Ok(vec![Finding::Case(CaseFinding::FraudFound { case: number, recover_minor: found })])
    }

    /// The membership of the case and any of the same person end as expelled.
    fn expel_for_fraud(&mut self, order: Order, member: u32) {
        let person = self.roll.get(member).map(|row| row.identity);
        let latest = person.and_then(|person| self.roll.find(person)).unwrap_or(member);
        for number in [member, latest] {
            match self.roll.get(number).map(|row| row.standing) {
                Some(Standing::Active) => {
                    self.end_membership(number, Standing::Expelled, order.day);
                }
                Some(Standing::Aided) => self.roll.expel(number),
                _ => {}
            }
        }
    }

    /// The custodian has received money back.
    pub(crate) fn recover_aid(
        &mut self,
        order: Order,
        number: u32,
        amount: Amount,
    ) -> Result<Vec<Finding>, Refusal> {
        let case = self.case(number).ok_or_else(|| Refusal::no_case(number))?;
        let found = case.inquiry.as_ref().and_then(|inquiry| {
            Some((inquiry.found?, inquiry.recovered)).filter(|_| case.status == Status::Fraud)
        });
        let Some((found, recovered)) = found else {
            let why = format!("It is {:?}: nothing is asked back.", case.status);
            return Err(refuse(number, "E-CASE-STATE", why, "Look at it with `huzhu case show`."));
        };
        let left = found.minus(recovered)?;
        if amount <= Amount::ZERO || amount > left {
            let why = format!("{} minor units are still asked back.", left.minor());
            return Err(refuse(number, "E-CASE-FORM", why, "Enter what came, up to that."));
        }
        let back = Posting::new(Term::AidRecovered, Account::Custody, Account::Recovered, amount);
        self.post([back])?;
        let left_minor = left.minus(amount)?;
        let case = self.case_mut(number)?;
        if let Some(inquiry) = &mut case.inquiry {
            inquiry.recovered = recovered.plus(amount)?;
        }
        if left_minor.is_zero() {
            case.step(number, Status::Recovered, order.day)?;
        }
        Ok(vec![Finding::Case(CaseFinding::Recovered {
            case: number,
            recovered_minor: amount,
            left_minor,
        })])
    }
}
