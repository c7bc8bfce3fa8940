//! The pass over the roll: every member's charge beside the member, and the members counted again.
//!
//! A charge follows from the month of birth, and under a yearly cap also from the period since
//! which a member shares in the year; each such period is a [`Row`]. Members are numbered by
//! joining, so that nearly always a whole tile of them shares since the same period.

use pulp::Arch;
use rayon::prelude::*;
use rules::roll::Roll;

use crate::classes::Classes;
use crate::row::{Row, TILE, Unit};

/// Members of one task: their columns (at most 14 bytes a member) fit the second level of cache,
/// and there are enough tasks for every processor of a large plan.
const BLOCK: usize = 1 << 15;

/// How many members fell into each class, and what they are charged together.
pub(crate) type Sums = Vec<(u64, u128)>;

/// What a pass needs to know of a period.
#[derive(Debug)]
pub(crate) struct Pass<'a, T> {
    pub classes: &'a Classes,
    /// First period of the year of caps. It matters only where there are several rows.
    pub year_from: u16,
    /// The charges by the period since which a member shares: the first row for the first period
    /// of the year and all before, then one row for each later period.
    pub rows: Vec<Row<T>>,
}

/// The columns of the roll for one task, and the charges to be written.
struct Block<'a, T> {
    charges: &'a mut [T],
    births: &'a [u16],
    firsts: &'a [u16],
    untils: &'a [u16],
}

/// Counts of a row at its places; one of these for each row.
type Counts = Vec<Vec<u32>>;

impl<T: Unit> Pass<'_, T> {
    /// Writes every member's charge, and counts and sums them by class, of which `known` are the
    /// charter's. Runs on the threads of the current `rayon` pool, with the vectors that the
    /// processor has.
    pub fn run(&self, known: usize, roll: &Roll, charges: &mut Vec<T>) -> Sums {
        charges.resize(roll.births().len(), T::default());
        let blocks = charges
            .par_chunks_mut(BLOCK)
            .zip(roll.births().par_chunks(BLOCK))
            .zip(roll.first_periods().par_chunks(BLOCK))
            .zip(roll.until_periods().par_chunks(BLOCK));
        let none = || self.rows.iter().map(Row::counts).collect::<Counts>();
        let arch = Arch::new();
        let counts = blocks.fold(none, |mut counts, (((charges, births), firsts), untils)| {
            let block = Block { charges, births, firsts, untils };
            arch.dispatch(Task { pass: self, block, counts: &mut counts });
            counts
        });
        let counts = counts.reduce(none, |mut all, more| {
            for (all, more) in all.iter_mut().flatten().zip(more.iter().flatten()) {
                *all += *more;
            }
            all
        });
        let mut sums = vec![(0, 0); known];
        for (row, counts) in self.rows.iter().zip(&counts) {
            for (class, charge, members) in row.counted(counts) {
                // Whoever is of no class has no charge either.
                if let Some((count, sum)) = sums.get_mut(usize::from(class)) {
                    *count += u64::from(members);
                    *sum += u128::from(charge.unsigned_abs()) * u128::from(members);
                }
            }
        }
        sums
    }

    /// Number of the row of whoever shares since a period.
    #[inline(always)]
    fn row_of(&self, first: u16) -> usize {
        usize::from(first.saturating_sub(self.year_from)).min(self.rows.len() - 1)
    }

    #[inline(always)]
    fn tile(&self, tile: Block<'_, T>, counts: &mut Counts) {
        let Block { charges, births, firsts, untils } = tile;
        let mut months = [0_u16; TILE];
        let months = &mut months[..charges.len()];
        self.classes.months(births, firsts, untils, months);
        let Some(first) = firsts.first() else { return };
        let differ = |differ: u16, other: &u16| differ | (other ^ first);
        if self.rows.len() == 1 || firsts.iter().fold(0, differ) == 0 {
            let row = self.row_of(*first);
            self.rows[row].write(months, charges, &mut counts[row]);
            return;
        }
        let mut at = 0;
        for alike in firsts.chunk_by(|one, next| self.row_of(*one) == self.row_of(*next)) {
            let (row, run) = (self.row_of(alike[0]), at..at + alike.len());
            self.rows[row].write(&months[run.clone()], &mut charges[run], &mut counts[row]);
            at += alike.len();
        }
    }
}

/// A block to be done with whatever vectors there are.
struct Task<'a, 'p, T> {
    pass: &'a Pass<'p, T>,
    block: Block<'a, T>,
    counts: &'a mut Counts,
}

impl<T: Unit> pulp::NullaryFnOnce for Task<'_, '_, T> {
    type Output = ();

    /// Everything below is inlined here, where the compiler may use these vectors.
    #[inline(always)]
    fn call(self) {
        let Block { charges, births, firsts, untils } = self.block;
        let periods = firsts.chunks(TILE).zip(untils.chunks(TILE));
        let members = charges.chunks_mut(TILE).zip(births.chunks(TILE));
        for ((charges, births), (firsts, untils)) in members.zip(periods) {
            self.pass.tile(Block { charges, births, firsts, untils }, self.counts);
        }
    }
}
