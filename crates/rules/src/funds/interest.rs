//! Interest on resting money belongs to the pool: it lowers what the next period has to raise.

use money::Amount;

use super::books::{Posting, Term};
use crate::charter::Account;
use crate::finding::{Finding, FundFinding};
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    /// The bank credited interest.
    pub(crate) fn credit_interest(&mut self, amount: Amount) -> Result<Vec<Finding>, Refusal> {
        if amount <= Amount::ZERO {
            return Err(Refusal::fund("E-FUND-FORM", "Interest is more than nothing."));
        }
        self.post([Posting::new(Term::Interest, Account::Custody, Account::Recovered, amount)])?;
        Ok(vec![Finding::Fund(FundFinding::Interest { amount_minor: amount })])
    }
}
