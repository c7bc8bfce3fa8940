//! The pass over the roll: from each member's month of birth and periods to the class and its rate.
//!
//! Bands of age are spans of months of birth, so the charge of a member is the sum of the steps
//! between the rates of all spans that begin in or before the month: comparisons and additions
//! without a branch or a look-up, which compilers turn into vector instructions. Charters with many
//! bands take a table instead.

use rayon::prelude::*;
use rules::charter::Charter;
use rules::day::Month;
use rules::period::class_at;
use rules::roll::Roll;

/// Members of one task: their columns (at most 14 bytes a member) fit the second level of cache,
/// and there are enough tasks for every processor of a large plan.
pub(crate) const BLOCK: usize = 1 << 15;

/// Members whose months and charges fit the first level of cache, and 16 bits count.
const TILE: usize = 1 << 10;

/// The class of whoever does not share: a rate of nothing stands there. Charters have at most 64.
pub(crate) const NOBODY: u8 = u8::MAX;

/// Length of a table by month of birth: a power of two beyond the last month of the calendar
/// (3,600), so that a masked month is always inside.
pub(crate) const MONTHS: usize = 4096;

/// Counters of the table's pass: consecutive members mostly fall into the same class, and adding to
/// one counter again and again waits for itself.
const LANES: usize = 4;

/// Up to so many spans of months of birth are compared one by one; beyond, a table is faster.
const SPANS_MAX: usize = 8;

/// How many members fell into each class.
pub(crate) type Counts = [u64; 256];

/// Integers wide enough for a charge.
pub(crate) trait Unit: Copy + Default + Send + Sync + TryFrom<i64> {
    fn wrapping_add(self, other: Self) -> Self;
    fn wrapping_sub(self, other: Self) -> Self;
    /// Itself or nothing, without a branch: half of all members would be guessed wrongly.
    fn masked(self, keep: bool) -> Self;
}

macro_rules! unit {
    ($($width:ty)*) => {$(
        impl Unit for $width {
            #[inline(always)]
            fn wrapping_add(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn wrapping_sub(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
            #[inline(always)]
            fn masked(self, keep: bool) -> Self {
                self & <$width>::from(keep).wrapping_neg()
            }
        }
    )*};
}

unit!(u16 u32 u64);

/// Which month of birth falls into which class in one period.
#[derive(Clone, Debug)]
pub(crate) struct Classes {
    period: u16,
    by_month: Box<[u8; MONTHS]>,
    /// First month of each span of months of one class, and the class.
    spans: Vec<(u16, u8)>,
}

/// The columns of the roll for one task.
#[derive(Clone, Copy)]
struct Rows<'a> {
    births: &'a [u16],
    firsts: &'a [u16],
    untils: &'a [u16],
}

impl Classes {
    /// The classes of a period published in `month`.
    pub(crate) fn new(period: u16, month: Month, charter: &Charter) -> Self {
        let mut by_month = Box::new([NOBODY; MONTHS]);
        let mut spans: Vec<(u16, u8)> = Vec::new();
        for (index, class) in (0_u16..).zip(by_month.iter_mut()) {
            let birth = Month::from_index(index).ok();
            let found = birth.and_then(|birth| class_at(month, birth, charter));
            *class = found.and_then(|class| u8::try_from(class).ok()).unwrap_or(NOBODY);
            if *class != spans.last().map_or(NOBODY, |(_, class)| *class) {
                spans.push((index, *class));
            }
        }
        // No month of the roll lies beyond the calendar, where the table's last span begins.
        spans.retain(|(start, _)| Month::from_index(*start).is_ok());
        Self { period, by_month, spans }
    }

    /// The class of whoever is born in a month and shares.
    pub(crate) fn at(&self, birth: u16) -> u8 {
        self.by_month[usize::from(birth) & (MONTHS - 1)]
    }

    /// The class of one member, or [`NOBODY`].
    #[inline(always)]
    pub(crate) fn of(&self, birth: u16, first: u16, until: u16) -> u8 {
        let shares = (first <= self.period) & (self.period < until);
        // All ones for whoever does not share, which is the class of nobody.
        let outside = u8::from(shares).wrapping_sub(1);
        self.by_month[usize::from(birth) & (MONTHS - 1)] | outside
    }

    /// Writes every member's charge, given the shares of the classes, and counts the members of
    /// each class. `None` when a share does not fit the width.
    pub(crate) fn charge<T: Unit>(
        &self,
        shares: &[i64],
        roll: &Roll,
        charges: &mut Vec<T>,
    ) -> Option<Counts> {
        let mut rates = [T::default(); 256];
        for (rate, share) in rates.iter_mut().zip(shares) {
            *rate = T::try_from(*share).ok()?;
        }
        charges.resize(roll.births().len(), T::default());
        let blocks = charges
            .par_chunks_mut(BLOCK)
            .zip(roll.births().par_chunks(BLOCK))
            .zip(roll.first_periods().par_chunks(BLOCK))
            .zip(roll.until_periods().par_chunks(BLOCK));
        let counts = blocks.map(|(((charges, births), firsts), untils)| {
            let rows = Rows { births, firsts, untils };
            self.block(&rates, charges, rows)
        });
        Some(counts.reduce(|| [0; 256], sum))
    }

    fn block<T: Unit>(&self, rates: &[T; 256], charges: &mut [T], rows: Rows<'_>) -> Counts {
        if self.spans.len() > SPANS_MAX {
            return self.by_table(rates, charges, rows);
        }
        let mut steps = [(u16::MAX, T::default()); SPANS_MAX];
        let mut before = T::default();
        for (step, (start, class)) in steps.iter_mut().zip(&self.spans) {
            let rate = rates[usize::from(*class)];
            *step = (start + 1, rate.wrapping_sub(before));
            before = rate;
        }
        let steps = &steps[..self.spans.len()];
        // Members born in or after the first month of each span.
        let mut from_on = [0; SPANS_MAX + 1];
        let births = rows.births.chunks(TILE);
        let periods = rows.firsts.chunks(TILE).zip(rows.untils.chunks(TILE));
        for ((charges, births), (firsts, untils)) in
            charges.chunks_mut(TILE).zip(births).zip(periods)
        {
            self.tile(steps, charges, Rows { births, firsts, untils }, &mut from_on);
        }
        let mut counts = [0; 256];
        for (span, (_, class)) in self.spans.iter().enumerate() {
            counts[usize::from(*class)] += from_on[span] - from_on[span + 1];
        }
        counts
    }

    /// One loop for each span over members who stay in the first level of cache: a loop this plain
    /// becomes vector instructions, which one loop over members with all spans inside does not.
    fn tile<T: Unit>(
        &self,
        steps: &[(u16, T)],
        charges: &mut [T],
        rows: Rows<'_>,
        from_on: &mut [u64],
    ) {
        let mut months = [0_u16; TILE];
        let months = &mut months[..charges.len()];
        let periods = rows.firsts.iter().zip(rows.untils);
        for ((month, birth), (first, until)) in months.iter_mut().zip(rows.births).zip(periods) {
            let shares = (*first <= self.period) & (self.period < *until);
            // Counted from one, so that nothing is left for whoever does not share.
            *month = (*birth).wrapping_add(1).masked(shares);
        }
        charges.fill(T::default());
        for ((start, step), from_on) in steps.iter().copied().zip(from_on) {
            let mut count = 0_u16;
            for (charge, month) in charges.iter_mut().zip(&*months) {
                let reached = *month >= start;
                *charge = charge.wrapping_add(step.masked(reached));
                count += u16::from(reached);
            }
            *from_on += u64::from(count);
        }
    }

    fn by_table<T: Unit>(&self, rates: &[T; 256], charges: &mut [T], rows: Rows<'_>) -> Counts {
        let mut counts = [[0_u64; 256]; LANES];
        let periods = rows.firsts.iter().zip(rows.untils);
        let members = charges.iter_mut().zip(rows.births).zip(periods);
        for (number, ((charge, birth), (first, until))) in members.enumerate() {
            let class = self.of(*birth, *first, *until);
            *charge = rates[usize::from(class)];
            counts[number % LANES][usize::from(class)] += 1;
        }
        counts.into_iter().fold([0; 256], sum)
    }
}

fn sum(mut sum: Counts, more: Counts) -> Counts {
    sum.iter_mut().zip(more).for_each(|(sum, count)| *sum += count);
    sum
}
