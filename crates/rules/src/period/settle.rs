//! The end of a period: nothing is owed to anybody any more, the ladder of its failed charges has
//! ended, and what the sponsor lent is repaid from what is left.

use money::Amount;

use super::Status;
use crate::books::{Posting, Term};
use crate::charter::Account;
use crate::finding::{Finding, PeriodFinding};
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn settle_period(&mut self, number: u32) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        if period.status != Status::Collected {
            let why = format!("It is {:?}; a collected period is settled, once.", period.status);
            return Err(Refusal::period(number, why));
        }
        if !period.unpaid.is_empty() || !period.refunds.is_empty() {
            return Err(Refusal::period(number, "It still owes aid or refunds."));
        }
        if period.arrears.ended.is_none() {
            return Err(Refusal::period(number, "Charges that failed may still be paid."));
        }
        let advance_repaid_minor = self.repayable_advance()?;
        let (debit, credit) = (Account::Advance, Account::Custody);
        self.post([Posting::new(Term::AdvanceRepaid, debit, credit, advance_repaid_minor)])?;
        self.periods[number as usize].step(number, Status::Settled)?;
        Ok(vec![Finding::Period(PeriodFinding::Settled {
            period: number,
            advance_repaid_minor,
            custody_minor: self.books.balance(Account::Custody),
        })])
    }

    /// What custody holds beyond all that is owed to others comes from the sponsor's advance.
    fn repayable_advance(&self) -> Result<Amount, Refusal> {
        let owed = [
            Account::Aid,
            Account::Fee,
            Account::Refund,
            Account::CarryOver,
            Account::Reserve,
            Account::Recovered,
            Account::Deposit,
            Account::Withdrawal,
        ];
        let owed = Amount::total(owed.map(|account| self.books.balance(account)))?;
        let spare = self.books.balance(Account::Custody).minus(owed)?.max(Amount::ZERO);
        Ok(spare.min(self.books.balance(Account::Advance)))
    }
}
