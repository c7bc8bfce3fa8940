//! Counting: when a publicity day begins, whoever shares its period is counted, and the period
//! after it is opened. The calendar does this by itself, before any command of the day.

use super::{Period, class_at, next_after};
use crate::amendment::Before;
use crate::day::{Day, Month};
use crate::roll::Counts;
use crate::run_off::{RunOff, Stage};
use crate::state::State;

/// Where the calendar stood, so that a refused command can turn it back.
pub(crate) struct Calendar {
    day: Day,
    counted: u32,
    run_off: RunOff,
    /// The counts of the roll, when a period was to be counted.
    counts: Option<Counts>,
    /// What a version of the charter has replaced that came into force meanwhile.
    replaced: Vec<Before>,
}

impl State {
    /// Lets the calendar come up to `day`; gives where it stood.
    pub(crate) fn advance(&mut self, day: Day) -> Calendar {
        let due = |state: &Self| {
            state.period(state.counted).is_some_and(|period| period.publicity <= day)
        };
        let counts = due(self).then(|| self.roll.counts());
        let (stood, counted, run_off) = (self.day, self.counted, self.run_off.clone());
        let mut before = Calendar { day: stood, counted, run_off, counts, replaced: Vec::new() };
        self.day = self.day.max(day);
        while due(self) {
            before.replaced.extend(self.count());
        }
        if self.stops_by(day) {
            self.run_off.stage = Stage::Stopped;
        }
        before
    }

    /// Counts the sharers of the next period and opens the one after it.
    fn count(&mut self) -> Option<Before> {
        let replaced = self.take_up(self.counted, self.periods[self.counted as usize].publicity);
        let founded = self.founded.as_ref().expect("periods exist only in a founded plan");
        let (charter, number) = (&founded.charter, self.counted as usize);
        let (publicity, year_from) = {
            let period = &self.periods[number];
            (period.publicity, period.year_from)
        };
        let mut sharers = vec![0; charter.bands().len()];
        for (birth, count) in (0..).zip(self.roll.sharers()) {
            let birth = Month::from_index(birth).expect("the roll holds real months");
            if let Some(class) = class_at(publicity.month(), birth, charter) {
                sharers[class] += count;
            }
        }
        let next = next_after(&charter.calendar, publicity);
        let scheduled = super::first_from(&charter.calendar, publicity).charge;
        let same_year = scheduled.year() == next.charge.year();
        let next = Period::new(next, if same_year { year_from } else { self.counted + 1 });
        if charter.caps.year.is_some() {
            if year_from == self.counted {
                self.roll.begin_year(year_from);
            }
            self.periods[number].cells = self.roll.cells();
        }
        self.periods[number].sharers = sharers;
        self.periods.push(next);
        self.counted += 1;
        self.watch_count(self.counted - 1);
        replaced
    }

    /// Undoes `advance`: a refusal leaves the state as it was.
    pub(crate) fn turn_back(&mut self, before: Calendar) {
        self.day = before.day;
        self.run_off = before.run_off;
        before.replaced.into_iter().rev().for_each(|replaced| self.put_down(replaced));
        let Some(counts) = before.counts else {
            return;
        };
        self.roll.restore(counts);
        self.counted = before.counted;
        self.periods.truncate(before.counted as usize + 1);
        let open = &mut self.periods[before.counted as usize];
        open.sharers.clear();
        open.cells.clear();
    }
}
