//! Which month of birth falls into which class in one period, and who shares it.

use rules::charter::Charter;
use rules::day::Month;
use rules::period::class_at;

/// The class of whoever does not share: no rate stands there. Charters have at most 64.
pub(crate) const NOBODY: u8 = u8::MAX;

/// Length of a table by month of birth: a power of two beyond the last month of the calendar
/// (3,600), so that a masked month is always inside.
pub(crate) const MONTHS: usize = 4096;

/// The classes of one period.
#[derive(Clone, Debug)]
pub(crate) struct Classes {
    period: u16,
    by_month: Box<[u8; MONTHS]>,
}

impl Classes {
    /// The classes of a period published in `month`.
    pub(crate) fn new(period: u16, month: Month, charter: &Charter) -> Self {
        let mut by_month = Box::new([NOBODY; MONTHS]);
        for (index, class) in (0_u16..).zip(by_month.iter_mut()) {
            let birth = Month::from_index(index).ok();
            let found = birth.and_then(|birth| class_at(month, birth, charter));
            *class = found.and_then(|class| u8::try_from(class).ok()).unwrap_or(NOBODY);
        }
        Self { period, by_month }
    }

    /// The class of whoever is born in a month and shares.
    pub(crate) fn at(&self, birth: u16) -> u8 {
        self.by_month[usize::from(birth) & (MONTHS - 1)]
    }

    /// The class of one member, or [`NOBODY`].
    #[inline(always)]
    pub(crate) fn of(&self, birth: u16, first: u16, until: u16) -> u8 {
        // All ones for whoever does not share, which is the class of nobody.
        let outside = u8::from(self.shares(first, until)).wrapping_sub(1);
        self.by_month[usize::from(birth) & (MONTHS - 1)] | outside
    }

    #[inline(always)]
    fn shares(&self, first: u16, until: u16) -> bool {
        (first <= self.period) & (self.period < until)
    }

    /// Writes each sharer's month of birth counted from one, and nothing for whoever does not
    /// share.
    #[inline(always)]
    pub(crate) fn months(&self, births: &[u16], firsts: &[u16], untils: &[u16], out: &mut [u16]) {
        let periods = firsts.iter().zip(untils);
        for ((month, birth), (first, until)) in out.iter_mut().zip(births).zip(periods) {
            // A mask and no branch: half of all members would be guessed wrongly.
            let mask = u16::from(self.shares(*first, *until)).wrapping_neg();
            *month = birth.wrapping_add(1) & mask;
        }
    }
}
