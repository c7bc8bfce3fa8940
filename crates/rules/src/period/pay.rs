//! Money leaves custody: ordered by the treasurer, confirmed by the custodian, for decisions that
//! stand in the log and for nothing else.

use money::Amount;

use super::{Period, Status};
use crate::books::{Posting, Term};
use crate::case;
use crate::charter::{Account, Liquidity};
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn order_payout(&mut self, number: u32) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        if period.status != Status::Collected || period.ordered {
            let why = "The payout of a collected period is ordered, once.";
            return Err(Refusal::period(number, why));
        }
        let refunds = Amount::total(period.refunds.iter().map(|refund| refund.amount))?;
        let ordered = Finding::Ordered {
            period: number,
            cases: period.unpaid.len() as u32,
            total_minor: period.aid.plus(refunds)?,
        };
        self.periods[number as usize].ordered = true;
        Ok(vec![ordered])
    }

    pub(crate) fn confirm_payout(
        &mut self,
        number: u32,
        cases: &[u32],
        refunds: &[u32],
    ) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        let refuse = |what: String, why: &str| {
            Refusal::new("E-PAYOUT", what, why, "Pay what the period owes, once, as decided.")
        };
        if !period.ordered {
            let what = format!("Nothing of period {number} is paid.");
            return Err(refuse(what, "The treasurer has not ordered its payout."));
        }
        let ascending = |list: &[u32]| list.windows(2).all(|pair| pair[0] < pair[1]);
        if !ascending(cases) || !ascending(refunds) || cases.is_empty() && refunds.is_empty() {
            let what = "The confirmation is refused.".to_owned();
            return Err(refuse(what, "It names nothing, or not in ascending order."));
        }
        let mut aid_minor = Amount::ZERO;
        for case in cases {
            let owed = period.unpaid.contains(case).then(|| self.case(*case)?.decided).flatten();
            let owed = owed.ok_or_else(|| {
                refuse(format!("Case {case} is not paid."), "Its period owes it nothing.")
            })?;
            aid_minor = aid_minor.plus(owed)?;
        }
        let mut refund_minor = Amount::ZERO;
        for member in refunds {
            let owed = period.refunds.iter().find(|refund| refund.member == *member);
            let owed = owed.ok_or_else(|| {
                refuse(format!("Member {member} gets nothing back."), "The period returns nothing.")
            })?;
            refund_minor = refund_minor.plus(owed.amount)?;
        }
        let advance_minor = self.pay_out(aid_minor, refund_minor)?;
        for number in cases {
            let case = &mut self.cases[*number as usize];
            case.status = case::Status::Paid;
            case.paid = case.decided;
        }
        let period = &mut self.periods[number as usize];
        period.unpaid.retain(|case| cases.binary_search(case).is_err());
        period.refunds.retain(|refund| refunds.binary_search(&refund.member).is_err());
        Ok(vec![Finding::Paid { period: number, aid_minor, refund_minor, advance_minor }])
    }

    /// Posts a payout; what collections leave short is lent by whom the charter names.
    fn pay_out(&mut self, aid: Amount, refund: Amount) -> Result<Amount, Refusal> {
        let short = aid.plus(refund)?.minus(self.books.balance(Account::Custody))?;
        let short = short.max(Amount::ZERO);
        if !short.is_zero() && self.charter()?.funds.liquidity == Liquidity::None {
            return Err(Refusal::funds(Account::Custody));
        }
        let posting =
            |term, debit, credit, amount_minor| Posting { term, debit, credit, amount_minor };
        self.books.post(&[
            posting(Term::Advance, Account::Custody, Account::Advance, short),
            posting(Term::AidPaid, Account::Aid, Account::Custody, aid),
            posting(Term::RefundPaid, Account::Refund, Account::Custody, refund),
        ])?;
        Ok(short)
    }

    pub(crate) fn draw_fee(&mut self, number: u32) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        if period.status < Status::Collected || period.fee_drawn {
            return Err(Refusal::period(number, "The fee of a collected period is drawn, once."));
        }
        let owing = |period: &Period| !period.unpaid.is_empty() || !period.refunds.is_empty();
        if self.periods[..=number as usize].iter().any(owing) {
            let why = "No fee is drawn before all that this and earlier periods owe is paid.";
            return Err(Refusal::period(number, why));
        }
        let fee_minor = period.fee;
        let flows = &self.charter()?.funds.flows;
        let flow = flows.iter().find(|flow| flow.settles == Account::Fee);
        let bound = flow.map_or(Ok(Amount::ZERO), |flow| flow.bound.floor_of(period.aid))?;
        if fee_minor > bound {
            return Err(Refusal::new(
                "E-FUNDS-FLOW",
                format!("The fee of period {number} stays in custody."),
                format!("The charter's flow permits {} minor units.", bound.minor()),
                "Nothing beyond the permitted flow can ever be drawn.",
            ));
        }
        self.books.post(&[Posting {
            term: Term::FeePaid,
            debit: Account::Fee,
            credit: Account::Custody,
            amount_minor: fee_minor,
        }])?;
        self.periods[number as usize].fee_drawn = true;
        Ok(vec![Finding::FeeDrawn { period: number, fee_minor }])
    }
}
