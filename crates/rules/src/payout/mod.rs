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
    /// What custody holds and nobody has been promised yet: without the reserve, which has its own
    /// purpose, and without what is ordered and not confirmed.
    fn spendable(&self) -> Result<Amount, Refusal> {
        let mut promised = vec![self.books.balance(Account::Reserve)];
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
