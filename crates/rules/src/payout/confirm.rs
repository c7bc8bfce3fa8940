//! The custodian confirms payments that were ordered: each once, of the ordered amount.

use money::Amount;

use crate::books::{Posting, Term};
use crate::case;
use crate::charter::{Account, Liquidity};
use crate::finding::{Finding, PayoutFinding};
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn confirm_payout(
        &mut self,
        number: u32,
        cases: &[u32],
        refunds: &[u32],
    ) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        let refuse = |what: String, why: &str| {
            Refusal::new("E-PAYOUT", what, why, "Pay what the period owes, once, as ordered.")
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
            let owed = period.unpaid.contains(case).then(|| Some(self.case(*case)?.payable));
            let owed = owed.flatten().filter(|payable| !payable.is_zero()).ok_or_else(|| {
                refuse(format!("Case {case} is not paid."), "Nothing is ordered for it here.")
                    .forbidden()
            })?;
            aid_minor = aid_minor.plus(owed)?;
        }
        let mut refund_minor = Amount::ZERO;
        for member in refunds {
            let owed = period.refunds.iter().find(|refund| refund.member == *member);
            let owed = owed.filter(|refund| !refund.payable.is_zero()).ok_or_else(|| {
                refuse(format!("Member {member} gets nothing back."), "Nothing is ordered here.")
                    .forbidden()
            })?;
            refund_minor = refund_minor.plus(owed.payable)?;
        }
        let advance_minor = self.pay_out(number, aid_minor, refund_minor)?;
        for number in cases {
            self.mark_paid(*number)?;
        }
        let period = &mut self.periods[number as usize];
        for refund in &mut period.refunds {
            if refunds.binary_search(&refund.member).is_ok() {
                refund.amount = refund.amount.minus(refund.payable)?;
                refund.payable = Amount::ZERO;
                refund.parts += 1;
            }
        }
        period.refunds.retain(|refund| !refund.amount.is_zero());
        Ok(vec![Finding::Payout(PayoutFinding::Paid {
            period: number,
            aid_minor,
            refund_minor,
            advance_minor,
        })])
    }

    fn mark_paid(&mut self, number: u32) -> Result<(), Refusal> {
        let today = self.day;
        let case = &mut self.cases[number as usize];
        case.paid = Some(case.paid.unwrap_or_default().plus(case.payable)?);
        case.payable = Amount::ZERO;
        if case.is_settled() {
            self.finish_case(number)
        } else {
            case.step(number, case::Status::ShortPaid, today)
        }
    }

    /// Posts a payout; what collections leave short is lent by whom the charter names.
    fn pay_out(&mut self, number: u32, aid: Amount, refund: Amount) -> Result<Amount, Refusal> {
        // Balances that members have paid in ahead are theirs, and pay nobody else's aid.
        let theirs = [Account::Deposit, Account::Withdrawal];
        let theirs = Amount::total(theirs.map(|account| self.books.balance(account)))?;
        let resting = self.books.balance(Account::Custody).minus(theirs)?;
        let short = aid.plus(refund)?.minus(resting.max(Amount::ZERO))?.max(Amount::ZERO);
        if !short.is_zero() && self.rules_of_period(number)?.funds.liquidity == Liquidity::None {
            return Err(Refusal::funds(Account::Custody));
        }
        self.post_in(
            number,
            [
                Posting::new(Term::Advance, Account::Custody, Account::Advance, short),
                Posting::new(Term::AidPaid, Account::Aid, Account::Custody, aid),
                Posting::new(Term::RefundPaid, Account::Refund, Account::Custody, refund),
            ],
        )?;
        Ok(short)
    }
}
