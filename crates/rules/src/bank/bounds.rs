//! How far the ledger has a reason for what the bank moved.

use money::{Amount, AmountError};

use super::{Bank, Row};
use crate::books::Term;
use crate::period::Status;
use crate::state::State;

impl State {
    /// How much the bank can have moved for a term, a period and a case or member in all: what went
    /// out is less than nothing.
    ///
    /// The bank may be ahead of the ledger by what is charged and not reported yet, and by what is
    /// ordered and not confirmed. Beyond that the ledger has a reason first.
    ///
    /// # Errors
    /// When a sum does not fit an amount.
    pub fn moved_at_most(&self, row: &Row) -> Result<Amount, AmountError> {
        match row.term {
            Term::Collection => {
                let period = self.period(row.period);
                let period = period.filter(|period| period.status >= Status::Charged);
                period.map_or(Ok(Amount::ZERO), |period| period.charges.minus(period.drawn))
            }
            Term::AidPaid => {
                let case = self.case(row.number);
                let aid = case.map(|case| case.paid.unwrap_or_default().plus(case.payable));
                Ok(aid.unwrap_or(Ok(Amount::ZERO))?.negated())
            }
            Term::RefundPaid => {
                let ordered = self.periods().iter().flat_map(|period| &period.refunds);
                let ordered = Amount::total(ordered.map(|refund| refund.payable))?;
                self.books.moved_by(row.term).minus(ordered)
            }
            term => Ok(self.books.moved_by(term)),
        }
    }

    /// Whether a movement can be matched after all that was matched before.
    ///
    /// # Errors
    /// When a sum does not fit an amount.
    pub fn is_known_at_bank(&self, bank: &Bank, row: &Row) -> Result<bool, AmountError> {
        let after = bank.moved_for(row).plus(row.amount_minor)?;
        let most = self.moved_at_most(row)?;
        let between = |low: Amount, high: Amount| low <= after && after <= high;
        Ok(between(most.min(Amount::ZERO), most.max(Amount::ZERO)))
    }
}

impl Bank {
    /// What was matched with the same thing before.
    fn moved_for(&self, row: &Row) -> Amount {
        let found = match row.term {
            Term::Collection => self.periods.get(&row.period),
            Term::AidPaid => self.cases.get(&row.number),
            term => self.matched.get(&term),
        };
        found.copied().unwrap_or_default()
    }

    /// Matches a movement.
    ///
    /// # Errors
    /// When a sum does not fit an amount.
    pub fn match_with(&mut self, row: &Row) -> Result<(), AmountError> {
        let one = match row.term {
            Term::Collection => Some(self.periods.entry(row.period).or_default()),
            Term::AidPaid => Some(self.cases.entry(row.number).or_default()),
            _ => None,
        };
        if let Some(one) = one {
            *one = one.plus(row.amount_minor)?;
        }
        let all = self.matched.entry(row.term).or_default();
        *all = all.plus(row.amount_minor)?;
        Ok(())
    }
}
