//! The plan's calendar: which day a period is published and which day it is charged.

use crate::charter::Calendar;
use crate::day::Day;

/// The days of one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// Cases are published; at its 00:00 the sharers are counted.
    pub publicity: Day,
    /// The share is charged; objections end with the day before.
    pub charge: Day,
}

/// The first period whose publicity day is `from` or later.
#[must_use]
pub fn first_from(calendar: &Calendar, from: Day) -> Dates {
    let mut month = from.month();
    loop {
        for (publicity, charge) in calendar.publicity_days.iter().zip(&calendar.charge_days) {
            let dates = month
                .day(*publicity)
                .and_then(|publicity| Ok(Dates { publicity, charge: month.day(*charge)? }));
            let dates = dates.expect("a checked calendar names days that every month has");
            if dates.publicity >= from || month.next() == month {
                return dates;
            }
        }
        month = month.next();
    }
}

/// The period after the one published on `publicity`.
#[must_use]
pub fn next_after(calendar: &Calendar, publicity: Day) -> Dates {
    first_from(calendar, publicity.plus_days(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_follow_each_other_across_months_and_years() {
        let calendar = Calendar { publicity_days: vec![7, 21], charge_days: vec![14, 28] };
        let day = |text: &str| text.parse::<Day>().unwrap();
        let mut dates = first_from(&calendar, day("2018-11-07"));
        assert_eq!(dates, Dates { publicity: day("2018-11-07"), charge: day("2018-11-14") });
        for expected in ["2018-11-21", "2018-12-07", "2018-12-21", "2019-01-07"] {
            dates = next_after(&calendar, dates.publicity);
            assert_eq!(dates.publicity, day(expected));
        }
        assert_eq!(first_from(&calendar, day("2018-11-22")).charge, day("2018-12-14"));
    }
}
