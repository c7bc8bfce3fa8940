//! The charges of a period in which the yearly cap leaves some members with less than their class
//! is asked. What a member is charged follows from the month of birth and from the period since
//! which the member shares in the year, so one small table holds every charge.

use rules::State;
use rules::day::Month;

use crate::classes::MONTHS;

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

    /// First period of the year.
    pub(crate) fn year_from(&self) -> u16 {
        self.year_from
    }

    /// The charges of each row by month of birth, from the first period of the year on.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[i64]> {
        self.charges.chunks(MONTHS)
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
}
