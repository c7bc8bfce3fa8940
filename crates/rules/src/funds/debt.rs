//! Hidden debt: what is estimated to be diagnosed and not yet published. The estimate is made
//! outside the rules and stands in the log with its method and the hash of its triangle; the rules
//! keep it, use it for the reserve and the run-off, and count what of it has come since.

use money::{Amount, AmountError};
use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::charter::{Account, Reserve};
use crate::day::Day;
use crate::finding::{Finding, FundFinding};
use crate::period::Status;
use crate::refusal::Refusal;
use crate::state::State;

/// The longest name of a method.
const METHOD_MAX: usize = 64;

/// A published estimate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Debt {
    /// The last period that the estimate knows.
    pub period: u32,
    /// The day on which it was published: diagnoses until then belong to it.
    pub day: Day,
    /// Aid expected for what is incurred and not yet published.
    pub amount: Amount,
    /// Standard error of it, when the method gives one.
    pub error: Option<Amount>,
    /// How it was estimated.
    pub method: String,
    /// SHA-256 of the triangle in canonical JSON.
    pub triangle: Digest,
}

impl State {
    /// Published estimates of the hidden debt, oldest first.
    #[must_use]
    pub fn debts_published(&self) -> &[Debt] {
        &self.hidden_debts
    }

    /// What of an estimate has come so far: aid decided in later periods for cases diagnosed by
    /// its day.
    ///
    /// # Errors
    /// When the sum does not fit an amount.
    pub fn emerged(&self, debt: &Debt) -> Result<Amount, AmountError> {
        let of_it = self.cases().iter().filter(|case| {
            case.diagnosed <= debt.day && case.period.is_some_and(|period| period > debt.period)
        });
        Amount::total(of_it.filter_map(|case| case.decided))
    }

    pub(crate) fn publish_debt(&mut self, debt: Debt) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(debt.period)?;
        let latest = self.hidden_debts.last();
        if period.status < Status::Charged || latest.is_some_and(|l| l.period >= debt.period) {
            let why = "An estimate follows the closing of its period, one for each, in order.";
            return Err(Refusal::fund("E-FUND-DEBT", why));
        }
        let named = (1..=METHOD_MAX).contains(&debt.method.len());
        let negative = debt.amount.is_negative() || debt.error.is_some_and(Amount::is_negative);
        if !named || negative {
            let why =
                format!("It is negative, or its method has no name of 1 to {METHOD_MAX} bytes.");
            return Err(Refusal::fund("E-FUND-DEBT", why));
        }
        let scored = latest.map(|earlier| (earlier.period, earlier.amount, self.emerged(earlier)));
        let finding = match scored {
            Some((earlier, estimated_minor, emerged)) => FundFinding::Debt {
                period: debt.period,
                earlier: Some(earlier),
                estimated_minor,
                emerged_minor: emerged?,
            },
            None => FundFinding::Debt {
                period: debt.period,
                earlier: None,
                estimated_minor: Amount::ZERO,
                emerged_minor: Amount::ZERO,
            },
        };
        self.hidden_debts.push(debt);
        Ok(vec![Finding::Fund(finding)])
    }

    /// Up to what the reserve is filled: the charter's target and its part of the hidden debt.
    pub(crate) fn reserve_target(&self, reserve: &Reserve) -> Amount {
        let debt = self.hidden_debts.last().map_or(Amount::ZERO, |debt| debt.amount);
        let part = reserve.hidden_debt.and_then(|part| part.floor_of(debt).ok());
        let target = reserve.target_amount_minor.plus(part.unwrap_or_default());
        target.unwrap_or(reserve.target_amount_minor)
    }

    /// What the reserve holds and what it is filled up to, when the charter has one.
    #[must_use]
    pub fn reserve_level(&self) -> Option<(Amount, Amount)> {
        let reserve = self.founded()?.charter.funds.reserve.as_ref()?;
        Some((self.books().balance(Account::Reserve), self.reserve_target(reserve)))
    }
}
