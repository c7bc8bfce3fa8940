//! Money leaves custody: ordered by the treasurer, confirmed by the custodian, for decisions that
//! stand in the log and for nothing else.
//!
//! `order` says what of each debt is paid now, `confirm` that it was; `fee` is drawn after all aid.

mod confirm;
mod fee;
mod order;

use money::Amount;

use crate::charter::Account;
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    /// What of a period is ordered and not confirmed: cases and members with refunds, ascending.
    #[must_use]
    pub fn ordered_of(&self, number: u32) -> (Vec<u32>, Vec<u32>) {
        let Some(period) = self.period(number) else {
            return (Vec::new(), Vec::new());
        };
        let payable = |case: &u32| self.case(*case).is_some_and(|case| !case.payable.is_zero());
        let mut cases: Vec<u32> = period.unpaid.iter().copied().filter(payable).collect();
        let refunds = period.refunds.iter().filter(|refund| !refund.payable.is_zero());
        let mut refunds: Vec<u32> = refunds.map(|refund| refund.member).collect();
        cases.sort_unstable();
        refunds.sort_unstable();
        (cases, refunds)
    }

    /// What custody holds and nobody has been promised yet: without the reserve, which has its own
    /// purpose, without members' balances, and without what is ordered and not confirmed.
    fn spendable(&self) -> Result<Amount, Refusal> {
        let others = [Account::Reserve, Account::Deposit, Account::Withdrawal];
        let mut promised = others.map(|account| self.books.balance(account)).to_vec();
        let open = self.periods().iter().filter(|period| period.ordered);
        for period in open {
            promised.extend(period.refunds.iter().map(|refund| refund.payable));
            let cases = period.unpaid.iter().filter_map(|case| self.case(*case));
            promised.extend(cases.map(|case| case.payable));
        }
        let left = self.books.balance(Account::Custody).minus(Amount::total(promised)?)?;
        Ok(left.max(Amount::ZERO))
    }
}
