//! How much the yearly share of a small plan varies by chance.

use crate::Error;
use crate::ages::AgePrior;
use crate::incidence::Table;

/// How often members claim and how unequal the amounts are.
///
/// With claims as a Poisson process the coefficient of variation of a year's share among n
/// members is sqrt(r / (lambda n)), where r = E A^2 / (E A)^2 for the amount A of a claim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClaimProfile {
    frequency: f64,
    moment_ratio: f64,
}

impl ClaimProfile {
    /// From a yearly claim frequency a member and the amounts a claim may have, each with its
    /// probability (or any weight in proportion to it).
    ///
    /// # Errors
    /// [`Error::ProfileInvalid`] when the frequency is not positive and finite, or no weighted
    /// amount is positive.
    pub fn new(frequency: f64, amounts: &[(f64, i64)]) -> Result<ClaimProfile, Error> {
        let invalid = |why: &str| Err(Error::ProfileInvalid { why: why.into() });
        if !(frequency > 0.0 && frequency.is_finite()) {
            return invalid("the claim frequency is not positive");
        }
        if amounts.iter().any(|&(weight, amount)| !(weight >= 0.0 && amount >= 0)) {
            return invalid("a weight or an amount is negative");
        }
        let moment = |power: fn(f64) -> f64| -> f64 {
            amounts.iter().map(|&(weight, amount)| weight * power(amount as f64)).sum()
        };
        let (zeroth, first, second) = (moment(|_| 1.0), moment(|a| a), moment(|a| a * a));
        let moment_ratio = second * zeroth / (first * first);
        if !(first > 0.0 && moment_ratio.is_finite()) {
            return invalid("no amount is paid");
        }
        Ok(ClaimProfile { frequency, moment_ratio })
    }

    /// From a table, an age prior and a benefit (minor units by age). `level` is the plan's
    /// incidence over the table's; 1 takes the table as it is.
    ///
    /// # Errors
    /// [`Error::ProfileInvalid`], [`Error::AgeBeyondTable`].
    pub fn from_table(
        table: &Table,
        prior: &AgePrior,
        benefit: impl Fn(u8) -> i64,
        level: f64,
    ) -> Result<ClaimProfile, Error> {
        let mut amounts = Vec::new();
        for age in prior.bands().iter().flat_map(|band| band.ages.clone()) {
            amounts.push((prior.fraction_at(age) * table.annual_rate(age)?, benefit(age)));
        }
        let frequency: f64 = amounts.iter().map(|(rate, _)| rate).sum();
        ClaimProfile::new(frequency * level, &amounts)
    }

    /// Claims a member and year.
    pub fn frequency(&self) -> f64 {
        self.frequency
    }

    /// E A^2 / (E A)^2: 1 when every claim has the same amount.
    pub fn moment_ratio(&self) -> f64 {
        self.moment_ratio
    }

    /// Coefficient of variation of a year's share among `members` (0.1 is 10 %); infinite for none.
    pub fn share_variation(&self, members: u64) -> f64 {
        (self.moment_ratio / (self.frequency * members as f64)).sqrt()
    }

    /// The least number of members at which the coefficient of variation of a year's share is at
    /// most `variation`; nothing when that is not a positive number or no such size exists.
    pub fn break_even_members(&self, variation: f64) -> Option<u64> {
        let members = (self.moment_ratio / self.frequency / (variation * variation)).ceil();
        (variation > 0.0 && members < u64::MAX as f64).then_some(members as u64)
    }
}
