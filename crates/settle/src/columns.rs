//! Every member's charge in one period, written out.

use money::{Amount, AmountError};
use rules::State;
use rules::period::Status;
use rules::roll::Roll;

use crate::capped::{Capped, Sums};
use crate::error::SettleError;
use crate::pass::Classes;

/// Charges in minor units, one a membership by number, in the narrowest width that holds them;
/// nothing for whoever does not share the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Charges {
    /// Up to 65,535 minor units.
    Narrow(Vec<u16>),
    /// Up to 2^32 − 1 minor units.
    Middle(Vec<u32>),
    /// Any amount.
    Wide(Vec<u64>),
}

/// What one class pays together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassTotal {
    /// Name of the class.
    pub name: String,
    /// Members counted on the roll.
    pub members: u64,
    /// What each is asked; a yearly cap may leave some with less.
    pub share: Amount,
    /// What they are charged together.
    pub charges: Amount,
}

/// The charges of one period for every member.
#[derive(Clone, Debug)]
pub struct Columns {
    period: u32,
    charges: Charges,
    classes: Vec<ClassTotal>,
    by_month: Classes,
    /// The charges under a yearly cap that binds.
    capped: Option<Capped>,
}

impl Charges {
    fn empty_for(largest: i64) -> Self {
        if u16::try_from(largest).is_ok() {
            Self::Narrow(Vec::new())
        } else if u32::try_from(largest).is_ok() {
            Self::Middle(Vec::new())
        } else {
            Self::Wide(Vec::new())
        }
    }

    /// How many memberships the column has.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Narrow(column) => column.len(),
            Self::Middle(column) => column.len(),
            Self::Wide(column) => column.len(),
        }
    }

    /// Whether nobody ever joined.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The charge of one membership, in minor units.
    #[must_use]
    pub fn minor(&self, member: u32) -> Option<u64> {
        let member = member as usize;
        match self {
            Self::Narrow(column) => column.get(member).map(|charge| u64::from(*charge)),
            Self::Middle(column) => column.get(member).map(|charge| u64::from(*charge)),
            Self::Wide(column) => column.get(member).copied(),
        }
    }
}

impl Columns {
    /// Works out a charged period, in parallel on the threads of the current `rayon` pool.
    ///
    /// # Errors
    /// When the period is not charged, or the roll and the rates of the rules disagree.
    pub fn of(state: &State, period: u32) -> Result<Self, SettleError> {
        Self::reusing(state, period, None)
    }

    /// Works out another period in the memory of these columns.
    ///
    /// # Errors
    /// As [`Columns::of`]; the columns are gone then.
    pub fn next(self, state: &State, period: u32) -> Result<Self, SettleError> {
        Self::reusing(state, period, Some(self.charges))
    }

    fn reusing(state: &State, number: u32, memory: Option<Charges>) -> Result<Self, SettleError> {
        let charter = state.charter_in(number).ok_or(SettleError::NoPlan)?;
        let not_charged = || SettleError::NotCharged(number);
        let period = state.period(number).ok_or_else(not_charged)?;
        let short = u16::try_from(number).ok().filter(|_| period.status >= Status::Charged);
        let short = short.ok_or_else(not_charged)?;
        let by_month = Classes::new(short, period.publicity.month(), charter);
        let shares: Vec<i64> = period.shares.iter().map(|share| share.minor()).collect();
        let mut charges = Charges::empty_for(shares.iter().copied().max().unwrap_or(0));
        if let Some(memory) = memory
            && core::mem::discriminant(&memory) == core::mem::discriminant(&charges)
        {
            charges = memory;
        }
        let capped = Capped::of(state, short);
        let roll = state.roll();
        let sums = match &capped {
            Some(capped) => match &mut charges {
                Charges::Narrow(column) => capped.write(&by_month, shares.len(), roll, column),
                Charges::Middle(column) => capped.write(&by_month, shares.len(), roll, column),
                Charges::Wide(column) => capped.write(&by_month, shares.len(), roll, column),
            },
            None => {
                let counts = match &mut charges {
                    Charges::Narrow(column) => by_month.charge(&shares, roll, column),
                    Charges::Middle(column) => by_month.charge(&shares, roll, column),
                    Charges::Wide(column) => by_month.charge(&shares, roll, column),
                };
                counts.map(|counts| {
                    let of_class = shares.iter().zip(counts).map(|(share, members)| {
                        (members, u128::from(members) * u128::from(share.unsigned_abs()))
                    });
                    of_class.collect()
                })
            }
        };
        // Only a share below nothing does not fit the width of the largest one.
        let totals = totals(state, number, &sums.ok_or(AmountError::OutOfRange)?)?;
        Ok(Self { period: number, charges, classes: totals, by_month, capped })
    }

    /// The period.
    #[must_use]
    pub fn period(&self) -> u32 {
        self.period
    }

    /// The column of charges.
    #[must_use]
    pub fn charges(&self) -> &Charges {
        &self.charges
    }

    /// What each class pays together, counted member by member.
    #[must_use]
    pub fn classes(&self) -> &[ClassTotal] {
        &self.classes
    }

    /// Whether everybody of a class is charged the same.
    #[must_use]
    pub fn is_uniform_in_classes(&self) -> bool {
        self.capped.is_none()
    }

    /// The class in which each member shares, by number of the member; `None` who does not.
    /// `roll` is the one of which these columns were made, or a later one of the same plan.
    pub fn class_of_each(&self, roll: &Roll) -> impl Iterator<Item = Option<usize>> {
        let periods = roll.first_periods().iter().zip(roll.until_periods());
        let rows = roll.births().iter().zip(periods).take(self.charges.len());
        let classes = rows.map(move |(birth, (first, until))| {
            usize::from(self.by_month.of(*birth, *first, *until))
        });
        let known = self.classes.len();
        classes.map(move |class| (class < known).then_some(class))
    }
}

/// Compares what was counted with what the rules divided by and charged.
fn totals(state: &State, number: u32, sums: &Sums) -> Result<Vec<ClassTotal>, SettleError> {
    let charter = state.charter_in(number).ok_or(SettleError::NoPlan)?;
    let period = state.period(number).ok_or(SettleError::NotCharged(number))?;
    let mut totals = Vec::new();
    let mut sum = 0;
    let bands = charter.bands();
    for (class, (band, share)) in bands.into_iter().zip(&period.shares).enumerate() {
        let divided = period.sharers.get(class).copied().unwrap_or(0);
        let (counted, charges) = sums.get(class).copied().unwrap_or_default();
        if counted != divided {
            return Err(SettleError::Count { period: number, class, divided, counted });
        }
        let charges = i128::try_from(charges).map_err(|_| AmountError::OutOfRange)?;
        sum += charges;
        totals.push(ClassTotal {
            name: band.name,
            members: counted,
            share: *share,
            charges: Amount::from_minor(charges)?,
        });
    }
    if sum != period.charges.wide() {
        return Err(SettleError::Sum {
            period: number,
            charged: period.charges.minor(),
            summed: sum,
        });
    }
    Ok(totals)
}
