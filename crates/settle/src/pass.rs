//! The pass over the roll: from each member's month of birth and periods to the class and its rate.

use rayon::prelude::*;
use rules::roll::Roll;

/// Members of one task: their columns (10 bytes a member at most with the charge) fit the second
/// level of cache, and there are enough tasks for every processor of a large plan.
const BLOCK: usize = 1 << 15;

/// The class of whoever does not share: a rate of nothing stands there. Charters have at most 64.
pub(crate) const NOBODY: u8 = u8::MAX;

/// Classes by month of birth. The length is a power of two beyond the last month of the calendar
/// (3,600), so that a masked month is always inside.
pub(crate) type ClassByMonth = [u8; MONTHS];
const MONTHS: usize = 4096;

/// Something that divides into blocks with its own counters: consecutive members mostly fall into
/// the same class, and adding to one counter again and again waits for itself.
const LANES: usize = 4;

/// How many members fell into each class.
pub(crate) type Counts = [u64; 256];

/// Integers wide enough for a charge.
pub(crate) trait Unit: Copy + Default + Send + Sync + TryFrom<i64> + Into<u64> {}

impl Unit for u16 {}
impl Unit for u32 {}
impl Unit for u64 {}

/// Which class shares what in one period.
pub(crate) struct Pass<'a> {
    pub period: u16,
    pub class_by_month: &'a ClassByMonth,
    /// Shares of the classes, in minor units.
    pub shares: &'a [i64],
}

impl Pass<'_> {
    /// The class of one member, or [`NOBODY`].
    #[inline(always)]
    pub(crate) fn class(&self, birth: u16, first: u16, until: u16) -> u8 {
        let shares = (first <= self.period) & (self.period < until);
        // All ones for whoever does not share, which is the class of nobody.
        let outside = u8::from(shares).wrapping_sub(1);
        self.class_by_month[usize::from(birth) & (MONTHS - 1)] | outside
    }

    /// Writes every member's charge and counts the members of each class. `None` when a share does
    /// not fit the width.
    pub(crate) fn run<T: Unit>(&self, roll: &Roll, charges: &mut Vec<T>) -> Option<Counts> {
        let mut rates = [T::default(); 256];
        for (rate, share) in rates.iter_mut().zip(self.shares) {
            *rate = T::try_from(*share).ok()?;
        }
        charges.resize(roll.births().len(), T::default());
        let blocks = charges
            .par_chunks_mut(BLOCK)
            .zip(roll.births().par_chunks(BLOCK))
            .zip(roll.first_periods().par_chunks(BLOCK))
            .zip(roll.until_periods().par_chunks(BLOCK));
        let counts = blocks
            .map(|(((charges, births), firsts), untils)| {
                self.block(&rates, charges, births, firsts, untils)
            })
            .reduce(
                || [0; 256],
                |mut sum, block| {
                    sum.iter_mut()
                        .zip(block)
                        .for_each(|(sum, count)| *sum += count);
                    sum
                },
            );
        Some(counts)
    }

    fn block<T: Unit>(
        &self,
        rates: &[T; 256],
        charges: &mut [T],
        births: &[u16],
        firsts: &[u16],
        untils: &[u16],
    ) -> Counts {
        let mut counts = [[0_u32; 256]; LANES];
        let rows = charges.chunks_mut(LANES).zip(births.chunks(LANES));
        let rows = rows.zip(firsts.chunks(LANES)).zip(untils.chunks(LANES));
        for (((charges, births), firsts), untils) in rows {
            let row = charges.iter_mut().zip(births).zip(firsts).zip(untils);
            for ((((charge, birth), first), until), lane) in row.zip(&mut counts) {
                let class = self.class(*birth, *first, *until);
                *charge = rates[usize::from(class)];
                lane[usize::from(class)] += 1;
            }
        }
        let mut sum = [0; 256];
        for lane in counts {
            sum.iter_mut()
                .zip(lane)
                .for_each(|(sum, count)| *sum += u64::from(count));
        }
        sum
    }
}

/// The classes by month of birth in a period published in `month`.
pub(crate) fn class_by_month(
    month: rules::day::Month,
    charter: &rules::charter::Charter,
) -> ClassByMonth {
    let mut classes = [NOBODY; MONTHS];
    for (index, class) in classes.iter_mut().enumerate() {
        let birth = u16::try_from(index).ok();
        let birth = birth.and_then(|index| rules::day::Month::from_index(index).ok());
        let found = birth.and_then(|birth| rules::period::class_at(month, birth, charter));
        *class = found
            .and_then(|class| u8::try_from(class).ok())
            .unwrap_or(NOBODY);
    }
    classes
}
