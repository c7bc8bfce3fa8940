//! What the reader of a bank's file knows beforehand: currency, plan, and how many there are.

use money::{Amount, Currency};

use crate::error::RailsError;
use crate::id::{EndToEnd, PlanTag, Purpose};

/// What a file must agree with.
#[derive(Clone, Copy, Debug)]
pub struct Expect {
    /// Tag of the plan.
    pub plan: PlanTag,
    /// The plan's currency.
    pub currency: Currency,
    /// Members, numbered from 0.
    pub members: u32,
    /// Cases, numbered from 0.
    pub cases: u32,
    /// Periods, numbered from 0.
    pub periods: u32,
}

impl Expect {
    /// Reads an amount in the plan's currency; `currency` is the attribute `Ccy`, where it has one.
    pub(crate) fn amount(&self, text: &str, currency: Option<&str>) -> Result<Amount, RailsError> {
        match currency {
            Some(found) if found != self.currency.code() => Err(RailsError::Currency {
                found: found.chars().take(16).collect(),
                expected: self.currency.code(),
            }),
            _ => Ok(Amount::parse(text, self.currency)?),
        }
    }

    /// A payment that the ledger may have asked for.
    #[must_use]
    pub fn knows(&self, id: &EndToEnd) -> bool {
        let numbers = match id.purpose {
            Purpose::Aid => self.cases,
            Purpose::Collection | Purpose::Late | Purpose::Refund => self.members,
            Purpose::Fee | Purpose::Guarantee | Purpose::Advance | Purpose::Repayment => 1,
        };
        id.plan == self.plan && id.period < self.periods && id.number < numbers
    }
}
