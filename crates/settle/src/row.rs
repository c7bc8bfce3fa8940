//! The charges of everybody who shares since the same period, by month of birth.
//!
//! Bands of age are spans of months of birth, so a charge is the sum of the steps between the
//! charges of all spans that begin in or before the month: comparisons and additions without a
//! branch or a look-up, which compilers turn into vector instructions. Where there are many spans
//! (many bands, or a yearly cap that those who grew older in the year reach at other times) a
//! charge is looked up.

use crate::classes::{MONTHS, NOBODY};

/// Members who are charged together: their months and charges stay in the first level of cache
/// while the processor already fetches the next ones, and 16 bits count them.
pub(crate) const TILE: usize = 1 << 9;

/// Up to so many spans are compared one by one. With vectors of 32 bytes a look-up is faster
/// beyond 16, with 16 bytes beyond 9.
const SPANS_MAX: usize = 12;

/// Spans compared in one walk over a tile: as many as leave registers free.
const TOGETHER: usize = 4;

/// Integers wide enough for a charge.
pub(crate) trait Unit: bytemuck::Pod + Send + Sync + TryFrom<i64> + Default {
    fn wrapping_add(self, other: Self) -> Self;
    fn wrapping_sub(self, other: Self) -> Self;
    /// Itself or nothing, without a branch.
    fn masked(self, keep: bool) -> Self;
    /// Its bytes in the order of a file.
    fn little_endian(self) -> Self;
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
            fn little_endian(self) -> Self {
                self.to_le()
            }
        }
    )*};
}

unit!(u16 u32 u64);

/// Charges by month of birth.
#[derive(Debug)]
pub(crate) struct Row<T> {
    form: Form<T>,
    /// Class and charge in minor units at each place that is counted.
    places: Vec<(u8, i64)>,
}

#[derive(Debug)]
enum Form<T> {
    /// For each span the month before its first one, counted from one, and what its charge is
    /// more than that of the span before. A place is a span; counted are all from its begin on.
    Spans(Vec<(i16, T)>),
    /// A place is a month counted from one: members mostly differ in it, so that a count need not
    /// wait for the one before.
    Table(Box<[T; MONTHS]>),
}

impl<T: Unit> Row<T> {
    /// The row in which somebody born in the month with an index has this class and charge.
    /// `None` when a charge does not fit the width.
    pub fn new(by_month: impl Iterator<Item = (u8, i64)>) -> Option<Self> {
        // Nothing stands before the first month: it is of whoever does not share.
        let nothing = (NOBODY, 0);
        let mut months: Vec<(u8, i64)> = core::iter::once(nothing).chain(by_month).collect();
        months.truncate(MONTHS);
        let mut spans = Vec::new();
        let (mut places, mut before) = (Vec::new(), nothing);
        for (month, &place) in (0_i16..).zip(&months) {
            if place != before {
                let step = T::try_from(place.1).ok()?.wrapping_sub(T::try_from(before.1).ok()?);
                spans.push((month - 1, step));
                places.push(place);
                before = place;
            }
        }
        if spans.len() <= SPANS_MAX {
            return Some(Self { form: Form::Spans(spans), places });
        }
        let mut table = Box::new([T::default(); MONTHS]);
        for (charge, (_, of_month)) in table.iter_mut().zip(&months) {
            *charge = T::try_from(*of_month).ok()?;
        }
        months.resize(MONTHS, nothing);
        Some(Self { form: Form::Table(table), places: months })
    }

    /// No counts yet.
    pub fn counts(&self) -> Vec<u32> {
        vec![0; self.places.len()]
    }

    /// Writes the charges of a tile, given each member's month counted from one, or nothing for
    /// whoever does not share; adds to the counts.
    #[inline(always)]
    pub fn write(&self, months: &[u16], charges: &mut [T], counts: &mut [u32]) {
        match &self.form {
            Form::Spans(spans) => {
                charges.fill(T::default());
                let (groups, last) = spans.as_chunks::<TOGETHER>();
                let (counts, counts_last) = counts.as_chunks_mut::<TOGETHER>();
                for (spans, counts) in groups.iter().zip(counts) {
                    add(*spans, months, charges, counts);
                }
                for (span, count) in last.iter().zip(counts_last) {
                    add([*span], months, charges, core::array::from_mut(count));
                }
            }
            Form::Table(table) => {
                let Some(counts) = counts.first_chunk_mut::<MONTHS>() else { return };
                for (charge, month) in charges.iter_mut().zip(months) {
                    let place = usize::from(*month) & (MONTHS - 1);
                    *charge = table[place];
                    counts[place] += 1;
                }
            }
        }
    }

    /// Class, charge and number of members of each place.
    pub fn counted(&self, counts: &[u32]) -> impl Iterator<Item = (u8, i64, u32)> {
        let of_place = move |(place, count): (usize, &u32)| match self.form {
            Form::Spans(_) => count - counts.get(place + 1).unwrap_or(&0),
            Form::Table(_) => *count,
        };
        let members = counts.iter().enumerate().map(of_place);
        self.places.iter().zip(members).map(|(place, members)| (place.0, place.1, members))
    }
}

/// Adds the steps of some spans to the charges of a tile, and counts who is born in them or later.
///
/// A loop this plain becomes vector instructions, with spans by value that stay in registers.
/// Months are compared with a sign, for which older processors have an instruction; the last month
/// of the calendar is far below 2^15.
#[inline(always)]
fn add<T: Unit, const SPANS: usize>(
    spans: [(i16, T); SPANS],
    months: &[u16],
    charges: &mut [T],
    counts: &mut [u32; SPANS],
) {
    let mut reached = [0_u16; SPANS];
    for (charge, month) in charges.iter_mut().zip(months) {
        for ((before, step), reached) in spans.iter().zip(&mut reached) {
            let inside = month.cast_signed() > *before;
            *charge = charge.wrapping_add(step.masked(inside));
            *reached += u16::from(inside);
        }
    }
    for (count, reached) in counts.iter_mut().zip(reached) {
        *count += u32::from(reached);
    }
}
