//! The yearly cap: what each member may still be charged in a calendar year, without a row a
//! member.
//!
//! A member is charged `min(asked, cap − charged so far this year)`, so after any number of periods
//! the year's charges are `min(cap, Σ asked)`: it follows from the month of birth (which gives the
//! class in each period) and from the first period that the member shared. A period counts in the
//! year of the charge day that the calendar gives it, even when it is charged later.

use std::collections::BTreeMap;

use money::{Amount, AmountError};

use super::{Period, class_at};
use crate::charter::Charter;
use crate::day::Month;
use crate::refusal::Refusal;
use crate::state::State;

/// Members of one class who may still be charged the same: `(class, room) → members`.
pub(super) type Rooms = BTreeMap<(usize, Amount), u64>;

impl State {
    /// What a period asks of somebody born in `birth`, before the yearly cap.
    #[must_use]
    pub fn asked(&self, birth: Month, number: u32) -> Amount {
        let (Some(period), Some(charter)) = (self.period(number), self.charter_in(number)) else {
            return Amount::ZERO;
        };
        period.asked(birth, charter)
    }

    /// What a sharer born in `birth`, sharing since the period `first`, is charged in `number`.
    pub(super) fn charged(&self, birth: Month, first: u32, number: u32) -> Amount {
        let asked = self.asked(birth, number);
        let cap = self.charter_in(number).and_then(|charter| charter.caps.year.as_ref());
        let (Some(cap), Some(period)) = (cap, self.period(number)) else {
            return asked;
        };
        let before = first.max(period.year_from)..number;
        let so_far: i128 = before.map(|earlier| self.asked(birth, earlier).wide()).sum();
        let room = cap.amount_minor.wide() - so_far;
        Amount::from_minor(asked.wide().min(room.max(0))).unwrap_or(asked)
    }

    /// The sharers of a period by class and by what each may still be charged in its year; nobody
    /// when the charter has no yearly cap.
    pub(super) fn rooms(&self, number: u32) -> Result<Rooms, Refusal> {
        let (charter, period) = (self.rules_of_period(number)?, self.known_period(number)?);
        let Some(cap) = &charter.caps.year else {
            return Ok(Rooms::new());
        };
        let mut cells: Vec<_> = period.cells.iter().collect();
        cells.sort_by_key(|cell| cell.birth);
        let mut rooms = Rooms::new();
        let earlier = period.year_from..number;
        // Neighbouring months of birth mostly took the same way through the classes.
        let mut way: Vec<Amount> = Vec::new();
        let mut left: Vec<Amount> = Vec::new();
        let mut before = None;
        for cell in cells {
            if before != Some(cell.birth) {
                before = Some(cell.birth);
                let this: Vec<Amount> =
                    earlier.clone().map(|number| self.asked(cell.birth, number)).collect();
                if this != way || left.is_empty() {
                    left = rooms_since(&this, cap.amount_minor)?;
                    way = this;
                }
            }
            let Some(class) = period.class_of(cell.birth, charter) else { continue };
            let since = u32::from(cell.since).clamp(period.year_from, number) - period.year_from;
            *rooms.entry((class, left[since as usize])).or_default() += cell.members;
        }
        Ok(rooms)
    }
}

/// What is left of a cap to whoever shared since the first, second, … of the earlier periods, and
/// to whoever shared none of them.
fn rooms_since(asked: &[Amount], cap: Amount) -> Result<Vec<Amount>, AmountError> {
    let mut room = cap;
    let mut rooms = vec![cap; asked.len() + 1];
    for (place, asked) in asked.iter().enumerate().rev() {
        room = room.minus((*asked).min(room))?;
        rooms[place] = room;
    }
    Ok(rooms)
}

impl Period {
    /// What this period asks of somebody born in `birth`, before the yearly cap.
    fn asked(&self, birth: Month, charter: &Charter) -> Amount {
        let class = class_at(self.publicity.month(), birth, charter);
        class.and_then(|class| self.shares.get(class)).copied().unwrap_or_default()
    }
}
