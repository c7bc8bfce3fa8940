//! The leaves of a period: its sharers in the order of the roll, each with the place of the rate
//! and the charge.
//!
//! Nothing is copied from the roll: a leaf is worked out when it is needed, and running counts over
//! blocks of rows say where a leaf stands.

use rayon::prelude::*;
use rules::State;
use rules::day::Month;
use rules::period::Status;
use rules::roll::Roll;

use crate::capped::Capped;
use crate::error::SettleError;
use crate::pass::{Classes, MONTHS, NOBODY};

/// Rows of the roll between two running counts: a scan of so many takes about a microsecond.
const ROWS: usize = 1 << 10;

/// One leaf without its salt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub member: u32,
    /// Place of the rate.
    pub class: u16,
    /// In minor units.
    pub charge: u64,
}

/// Where the leaves of a period stand.
#[derive(Clone, Debug)]
pub(crate) struct Leaves {
    classes: Classes,
    /// Rate and charge by month of birth, and under a yearly cap by the period since which a
    /// member shares.
    by_month: Vec<(u16, u64)>,
    capped: Option<Capped>,
    /// Rows of the roll when the period was counted through.
    rows: usize,
    /// Leaves before each block of rows, and all of them.
    before: Vec<u32>,
}

impl Leaves {
    /// Counts a charged period through on the threads of the current pool.
    ///
    /// # Errors
    /// When the period is not charged, has more rates than a leaf can name, or the roll disagrees
    /// with what the rules concluded.
    pub fn of(state: &State, number: u32) -> Result<Self, SettleError> {
        let charter = &state.founded().ok_or(SettleError::NoPlan)?.charter;
        let not_charged = || SettleError::NotCharged(number);
        let period = state.period(number).ok_or_else(not_charged)?;
        let short = u16::try_from(number).ok().filter(|_| period.status >= Status::Charged);
        let short = short.ok_or_else(not_charged)?;
        let rates = period.rates(&charter.bands());
        if u16::try_from(rates.len()).is_err() {
            return Err(SettleError::Rates { period: number, rates: rates.len() });
        }
        let classes = Classes::new(short, period.publicity.month(), charter);
        let capped = Capped::of(state, short);
        let slots = capped.as_ref().map_or(1, Capped::slots);
        let mut by_month = vec![(0, 0); slots * MONTHS];
        for (at, leaf) in by_month.iter_mut().enumerate() {
            let birth = u16::try_from(at % MONTHS).unwrap_or(u16::MAX);
            let class = usize::from(classes.at(birth));
            if Month::from_index(birth).is_err() || class >= period.shares.len() {
                continue;
            }
            let asked = period.shares[class];
            let charge = match &capped {
                Some(capped) => capped.charge(at),
                None => asked.minor(),
            };
            let charge = money::Amount::from_minor(i128::from(charge))?;
            // Looked up for each month of birth and not for each member.
            let place = if charge == asked { class } else { period.rate_of(class, charge) };
            *leaf = (place as u16, charge.minor().unsigned_abs());
        }
        let rows = state.roll().births().len();
        let mut leaves = Self { classes, by_month, capped, rows, before: Vec::new() };
        let counted = leaves.count(state.roll(), rates.len());
        for (class, (rate, counted)) in rates.iter().zip(&counted).enumerate() {
            if rate.members != *counted {
                let (divided, counted) = (rate.members, *counted);
                return Err(SettleError::Count { period: number, class, divided, counted });
            }
        }
        let sums = rates.iter().zip(&counted);
        let summed: i128 =
            sums.map(|(rate, members)| rate.share_minor.wide() * i128::from(*members)).sum();
        if summed != period.charges.wide() {
            let charged = period.charges.minor();
            return Err(SettleError::Sum { period: number, charged, summed });
        }
        Ok(leaves)
    }

    /// Fills the running counts; gives the members at each rate.
    fn count(&mut self, roll: &Roll, rates: usize) -> Vec<u64> {
        let mut counts = vec![0_u32; self.rows.div_ceil(ROWS)];
        let none = || vec![0_u64; rates];
        let each = counts.par_iter_mut().enumerate().fold(none, |mut members, (block, count)| {
            self.walk(
                roll,
                block * ROWS,
                |leaf| {
                    members[usize::from(leaf.class)] += 1;
                    *count += 1;
                    leaf.member as usize + 1 < (block + 1) * ROWS
                },
                (block + 1) * ROWS,
            );
            members
        });
        let members = each.reduce(none, |mut all, more| {
            all.iter_mut().zip(more).for_each(|(sum, count)| *sum += count);
            all
        });
        let mut sum = 0;
        self.before = core::iter::once(0)
            .chain(counts.into_iter().map(|count| {
                sum += count;
                sum
            }))
            .collect();
        members
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.before.last().copied().unwrap_or(0) as usize
    }

    /// Gives the leaves from row `from` on to `each`, until it wants no more or row `end` comes.
    #[inline(always)]
    fn walk(&self, roll: &Roll, from: usize, mut each: impl FnMut(Leaf) -> bool, end: usize) {
        let end = end.min(self.rows);
        let periods = roll.first_periods()[from..end].iter().zip(&roll.until_periods()[from..end]);
        let rows = roll.births()[from..end].iter().zip(periods);
        for (row, (birth, (first, until))) in (from..).zip(rows) {
            if self.classes.of(*birth, *first, *until) == NOBODY {
                continue;
            }
            let at = match &self.capped {
                Some(capped) => capped.place(*birth, *first),
                None => usize::from(*birth) & (MONTHS - 1),
            };
            let (class, charge) = self.by_month[at];
            if !each(Leaf { member: row as u32, class, charge }) {
                return;
            }
        }
    }

    /// Puts the leaves from number `from` on into `out`, as many as it has room for.
    pub fn fill(&self, roll: &Roll, from: usize, out: &mut [Leaf]) {
        let block = self.before.partition_point(|before| *before as usize <= from) - 1;
        let mut skip = from - self.before[block] as usize;
        let mut out = out.iter_mut().peekable();
        if out.peek().is_none() {
            return;
        }
        let end = self.rows;
        self.walk(
            roll,
            block * ROWS,
            |leaf| {
                if skip > 0 {
                    skip -= 1;
                    return true;
                }
                if let Some(place) = out.next() {
                    *place = leaf;
                }
                out.peek().is_some()
            },
            end,
        );
    }

    /// The number of a member's leaf.
    pub fn index_of(&self, roll: &Roll, member: u32) -> Option<usize> {
        let row = member as usize;
        if row >= self.rows {
            return None;
        }
        let block = row / ROWS;
        let mut index = self.before[block] as usize;
        let mut found = false;
        self.walk(
            roll,
            block * ROWS,
            |leaf| {
                found = leaf.member == member;
                index += usize::from(!found);
                !found
            },
            row + 1,
        );
        found.then_some(index)
    }

    /// Bytes that the running counts take.
    pub fn bytes(&self) -> usize {
        size_of_val(self.before.as_slice())
    }
}
