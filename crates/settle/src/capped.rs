//! The pass over the roll in a period in which the yearly cap leaves some members with less than
//! their class is asked. What a member is charged follows from the month of birth and from the
//! period since which the member shares in the year, so one small table holds every charge.

use rayon::prelude::*;
use rules::State;
use rules::day::Month;
use rules::roll::Roll;

use crate::pass::{BLOCK, Classes, MONTHS, NOBODY, Unit};

/// How many members fell into each class, and what they are charged together.
pub(crate) type Sums = Vec<(u64, u128)>;

/// Every charge of a period.
#[derive(Clone, Debug)]
pub(crate) struct Capped {
    year_from: u16,
    /// Charges by the period since which a member shares in the year, then by month of birth.
    charges: Vec<i64>,
}

impl Capped {
    /// The table of a period, or `None` when the cap keeps nobody from paying what is asked.
    pub(crate) fn of(state: &State, number: u16) -> Option<Self> {
        let cap = state.charter_in(u32::from(number))?.caps.year.as_ref()?.amount_minor.minor();
        let period = u32::from(number);
        let year_from = state.period(period)?.year_from;
        let slots = (period - year_from + 1) as usize;
        let mut charges = vec![0; slots * MONTHS];
        let mut binds = false;
        for (birth, _) in state.roll().sharers().iter().enumerate() {
            let month = Month::from_index(u16::try_from(birth).ok()?).ok()?;
            let asked = state.asked(month, period).minor();
            let mut room = cap;
            for slot in (0..slots).rev() {
                charges[slot * MONTHS + birth] = asked.min(room);
                binds |= asked > room;
                // Whoever shares since one period earlier has paid that one as well.
                let before = (year_from + slot as u32).checked_sub(1).filter(|_| slot > 0);
                let earlier = before.map_or(0, |before| state.asked(month, before).minor());
                room -= earlier.min(room);
            }
        }
        let year_from = u16::try_from(year_from).ok()?;
        binds.then_some(Self { year_from, charges })
    }

    /// Periods of the year so far: each has a row of charges by month of birth.
    pub(crate) fn slots(&self) -> usize {
        self.charges.len() / MONTHS
    }

    /// The charge at a place.
    pub(crate) fn charge(&self, place: usize) -> i64 {
        self.charges[place]
    }

    /// Where the charge of a member stands.
    #[inline(always)]
    pub(crate) fn place(&self, birth: u16, first: u16) -> usize {
        let last = self.charges.len() / MONTHS - 1;
        let slot = usize::from(first.saturating_sub(self.year_from)).min(last);
        slot * MONTHS + (usize::from(birth) & (MONTHS - 1))
    }

    /// Writes every member's charge and sums them by class. `None` when a charge does not fit the
    /// width.
    pub(crate) fn write<T: Unit>(
        &self,
        classes: &Classes,
        known: usize,
        roll: &Roll,
        charges: &mut Vec<T>,
    ) -> Option<Sums> {
        let table = self.charges.iter().map(|charge| T::try_from(*charge).ok());
        let table: Vec<T> = table.collect::<Option<_>>()?;
        charges.resize(roll.births().len(), T::default());
        let blocks = charges
            .par_chunks_mut(BLOCK)
            .zip(roll.births().par_chunks(BLOCK))
            .zip(roll.first_periods().par_chunks(BLOCK))
            .zip(roll.until_periods().par_chunks(BLOCK));
        let none = || vec![(0, 0); known];
        let sums = blocks.map(|(((charges, births), firsts), untils)| {
            let mut sums = none();
            let periods = firsts.iter().zip(untils);
            for ((charge, birth), (first, until)) in charges.iter_mut().zip(births).zip(periods) {
                let class = classes.of(*birth, *first, *until);
                *charge = T::default();
                if class != NOBODY {
                    let place = self.place(*birth, *first);
                    *charge = table[place];
                    let (members, sum) = &mut sums[usize::from(class)];
                    *members += 1;
                    *sum += u128::from(self.charges[place].unsigned_abs());
                }
            }
            sums
        });
        Some(sums.reduce(none, |mut all, block| {
            for (sum, more) in all.iter_mut().zip(block) {
                (sum.0, sum.1) = (sum.0 + more.0, sum.1 + more.1);
            }
            all
        }))
    }
}
