//! The arithmetic of a closed period, recomputed from what its public finding says.
//!
//! Whoever holds the finding `finding.period.closed` can check, without any member's data, that
//! the classes make the number of sharers, that the terms make the total, that the rates make the
//! charges, and that nothing is left over unexplained. Where no cap took effect the rates
//! themselves follow; where one did, they depend on each case and on the charter, and only their
//! upper bound is checked here. A closing with many rates says the first of them; the rest stands
//! in findings `finding.period.rates` before it.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use thiserror::Error;

use crate::value::Value;

/// The verb of the finding.
pub const CLOSED_VERB: &str = "finding.period.closed";

/// The verb of a finding with further rates.
pub const RATES_VERB: &str = "finding.period.rates";

/// Most classes of a charter. Members whom the yearly cap leaves with less stand after them, under
/// the name of their class.
const CHARTER_CLASSES_LIMIT: usize = 64;

/// Most classes of one period: their place is 16 bits wide in a leaf of the charge tree.
pub const CLASSES_LIMIT: usize = 1 << 16;

/// Terms that a period has to raise.
const COSTS: [&str; 6] = [
    "aid_minor",
    "fee_minor",
    "reserve_load_minor",
    "refunds_minor",
    "uncollected_in_minor",
    "deferred_in_minor",
];

/// Terms that it starts with.
const MEANS: [&str; 2] = ["recovered_minor", "carry_in_minor"];

/// Who paid what a cap kept from the members.
const EXCESS: [&str; 4] =
    ["reserve_draw_minor", "sponsor_minor", "reduction_minor", "deferred_out_minor"];

/// What members of one class are charged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Name of the class.
    pub class: String,
    /// Weight of one member's share.
    pub weight: u32,
    /// Members of the class.
    pub members: u64,
    /// What each of them is charged, in minor units.
    pub share: u64,
}

/// What the finding of a closed period says, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// Number of the period.
    pub period: u32,
    /// Members who share.
    pub sharers: u64,
    /// What the terms make, as far as they are costs.
    pub costs: u128,
    /// What the terms make, as far as they are means.
    pub means: u128,
    /// The total as stated: negative when the period starts with more than it needs.
    pub total: i64,
    /// The classes.
    pub rates: Vec<Rate>,
    /// Sum of all charges, as stated.
    pub charges: u64,
    /// What others paid, in all.
    pub excess: u128,
    /// What is left over by rounding up.
    pub carry_out: u64,
}

/// How far a period was recomputed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recomputed {
    /// Every rate follows from the total and the weights.
    Exactly,
    /// A cap took effect: no rate is above what total and weights make, but how far below it is
    /// depends on the cases, the charter and what was charged before in the year.
    WithinBounds,
}

impl Recomputed {
    /// `exact` or `bounded`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Exactly => "exact",
            Self::WithinBounds => "bounded",
        }
    }
}

/// What does not add up in a closed period.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ClosingError {
    /// A member of the finding is missing or out of its range.
    #[error("the finding does not say {member:?}, or not as a number in range")]
    Member {
        /// Its name.
        member: &'static str,
    },
    /// More than [`CLASSES_LIMIT`].
    #[error("the finding has more than 65,536 classes")]
    TooManyClasses,
    /// Further rates are of another period, or others stand before them.
    #[error("the further rates are not the next ones of this period")]
    OtherRates,
    /// The classes have another number of members.
    #[error("the classes have {found} members, stated are {stated} sharers")]
    Sharers {
        /// What the finding states.
        stated: u64,
        /// What the classes make.
        found: u128,
    },
    /// The terms make another total.
    #[error("the terms make {found}, stated is a total of {stated}")]
    Total {
        /// What the finding states.
        stated: i64,
        /// What the terms make.
        found: i128,
    },
    /// The rates make other charges.
    #[error("the rates make {found}, stated are charges of {stated}")]
    Charges {
        /// What the finding states.
        stated: u64,
        /// What the rates make.
        found: u128,
    },
    /// Charges, payers of the excess and carry-over do not make the total.
    #[error("charges, excess and carry-over do not make the total: {difference} is unexplained")]
    Equation {
        /// charges + excess − carry-over − total.
        difference: i128,
    },
    /// A rate is not the one that follows from total and weights.
    #[error("the rate of class {class:?} is {stated}, and {expected} follows")]
    Rate {
        /// The class.
        class: String,
        /// What the finding states.
        stated: u64,
        /// What follows, or the most that may.
        expected: u128,
    },
}

impl Closing {
    /// Reads the finding out of `command`, the member of that name of an entry.
    ///
    /// # Errors
    /// [`ClosingError::Member`], [`ClosingError::TooManyClasses`].
    pub fn read(command: Value<'_>) -> Result<Self, ClosingError> {
        let of = |object: Option<Value<'_>>, member| {
            let value = object.and_then(|object| object.get(member)?.natural());
            value.ok_or(ClosingError::Member { member })
        };
        let sum = |object, members: &[&'static str]| {
            members.iter().try_fold(0, |sum, member| {
                Ok::<u128, ClosingError>(sum + u128::from(of(object, *member)?))
            })
        };
        let (all, terms, excess) = (Some(command), command.get("terms"), command.get("excess"));
        let total = command.get("total_minor").and_then(Value::integer);
        let mut rates = Vec::new();
        read_rates(command, &mut rates)?;
        Ok(Self {
            period: read_period(command)?,
            sharers: of(all, "sharers")?,
            costs: sum(terms, &COSTS)?,
            means: sum(terms, &MEANS)?,
            total: total.ok_or(ClosingError::Member { member: "total_minor" })?,
            rates,
            charges: of(all, "charges_minor")?,
            excess: sum(excess, &EXCESS)?,
            carry_out: of(all, "carry_out_minor")?,
        })
    }

    /// Adds the rates of a finding with further ones; `command` is as in [`Closing::read`].
    ///
    /// # Errors
    /// [`ClosingError::Member`], [`ClosingError::OtherRates`], [`ClosingError::TooManyClasses`].
    pub fn add_rates(&mut self, command: Value<'_>) -> Result<(), ClosingError> {
        let from = command.get("from").and_then(Value::natural);
        let from = from.ok_or(ClosingError::Member { member: "from" })?;
        if read_period(command)? != self.period || from != self.rates.len() as u64 {
            return Err(ClosingError::OtherRates);
        }
        read_rates(command, &mut self.rates)
    }

    /// Recomputes the period.
    ///
    /// # Errors
    /// In this order: [`ClosingError::Sharers`], [`ClosingError::Total`],
    /// [`ClosingError::Charges`], [`ClosingError::Equation`], [`ClosingError::Rate`].
    pub fn verify(&self) -> Result<Recomputed, ClosingError> {
        let rates = self.rates.iter();
        let found: u128 = rates.clone().map(|rate| u128::from(rate.members)).sum();
        if found != u128::from(self.sharers) {
            return Err(ClosingError::Sharers { stated: self.sharers, found });
        }
        // Every number is below 2^53 and there are at most 2^16 of a kind: nothing overflows.
        let total = self.costs as i128 - self.means as i128;
        if total != i128::from(self.total) {
            return Err(ClosingError::Total { stated: self.total, found: total });
        }
        let made = |rate: &Rate| u128::from(rate.members) * u128::from(rate.share);
        let found: u128 = rates.map(made).sum();
        if found != u128::from(self.charges) {
            return Err(ClosingError::Charges { stated: self.charges, found });
        }
        let covered = i128::from(self.charges) + self.excess as i128;
        let difference = covered - i128::from(self.carry_out) - total;
        if difference != 0 {
            return Err(ClosingError::Equation { difference });
        }
        self.verify_rates()
    }

    /// A member of weight w owes `ceil(w × total / Σ weight × members)`. Less is owed where a cap
    /// took effect: then somebody paid an excess, or the yearly cap left members with less and the
    /// rounding of the others' shares covered it.
    fn verify_rates(&self) -> Result<Recomputed, ClosingError> {
        let weigh = |rate: &Rate| u128::from(rate.weight) * u128::from(rate.members);
        let weights: u128 = self.rates.iter().map(weigh).sum();
        let total = self.total.max(0).unsigned_abs();
        let excess = self.excess > 0;
        let mut capped = excess;
        for (place, rate) in self.rates.iter().enumerate() {
            let part = u128::from(rate.weight) * u128::from(total);
            let expected = if weights == 0 { 0 } else { part.div_ceil(weights) };
            let stated = u128::from(rate.share);
            let less = stated < expected && rate.members > 0;
            if stated > expected || (less && !excess && !self.is_under_yearly_cap(place)) {
                let (class, stated) = (rate.class.clone(), rate.share);
                return Err(ClosingError::Rate { class, stated, expected });
            }
            capped |= less;
        }
        Ok(if capped { Recomputed::WithinBounds } else { Recomputed::Exactly })
    }

    /// Whether the rate is one of members whom the yearly cap leaves with less: their class stands
    /// among the classes of the charter before it.
    fn is_under_yearly_cap(&self, place: usize) -> bool {
        let classes = &self.rates[..place.min(CHARTER_CLASSES_LIMIT)];
        classes.iter().any(|rate| rate.class == self.rates[place].class)
    }
}

fn read_period(command: Value<'_>) -> Result<u32, ClosingError> {
    let period = command.get("period").and_then(Value::natural);
    let period = period.and_then(|period| period.try_into().ok());
    period.ok_or(ClosingError::Member { member: "period" })
}

fn read_rates(command: Value<'_>, rates: &mut Vec<Rate>) -> Result<(), ClosingError> {
    let missing = |member| ClosingError::Member { member };
    let items = command.get("rates").and_then(Value::items).ok_or(missing("rates"))?;
    for item in items {
        if rates.len() == CLASSES_LIMIT {
            return Err(ClosingError::TooManyClasses);
        }
        let natural = |member| {
            item.get(member).and_then(Value::natural).ok_or(ClosingError::Member { member })
        };
        let class = item.get("class").and_then(Value::text).ok_or(missing("class"))?;
        let weight = natural("weight")?.try_into().map_err(|_| missing("weight"))?;
        let (members, share) = (natural("members")?, natural("share_minor")?);
        rates.push(Rate { class: class.to_string(), weight, members, share });
    }
    Ok(())
}
