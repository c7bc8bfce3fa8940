//! Days, months and the half-months of the plan's calendar.
//!
//! The plan counts time in half-months, two a month: notices appear on the 7th and the 21st,
//! charges on the 14th and the 28th. Half-month 0 is 16-31 October 2018, the one of the launch.

use jiff::civil::Date;
use std::fmt;

/// A day, counted from 1970-01-01 (which is 0); earlier days are negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

const EPOCH: Date = Date::constant(1970, 1, 1);

impl Day {
    /// The day of a proleptic Gregorian date, or nothing when there is no such date.
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Day> {
        Date::new(year, month, day).ok().map(Day::from_date)
    }

    /// Year, month (1-12) and day of the month (1-31). Days beyond the years -9999 to 9999 are
    /// shown as the last day that calendar has.
    pub fn ymd(self) -> (i16, i8, i8) {
        let date = self.date();
        (date.year(), date.month(), date.day())
    }

    /// The month this day lies in.
    pub fn month(self) -> Month {
        let (year, month, _) = self.ymd();
        Month::new(year, month)
    }

    /// This day in a later or earlier year; 29 February becomes the 28th where it must.
    pub fn in_years(self, years: i16) -> Day {
        let (year, month, day) = self.ymd();
        let first = Month::new(year.saturating_add(years), month).first_day();
        Day(first.0 + i32::from(day.min(first.date().days_in_month())) - 1)
    }

    /// Years completed on `on` by somebody born on this day; nothing before the birth. A person
    /// born on 29 February completes a year on 28 February of common years.
    pub fn age_on(self, on: Day) -> Option<u8> {
        if on < self {
            return None;
        }
        let years = on.ymd().0 - self.ymd().0;
        let completed = if self.in_years(years) <= on { years } else { years - 1 };
        u8::try_from(completed).ok()
    }

    fn from_date(date: Date) -> Day {
        let span = EPOCH.until(date).unwrap_or_default();
        Day(span.get_days())
    }

    fn date(self) -> Date {
        EPOCH.saturating_add(jiff::SignedDuration::from_hours(24 * i64::from(self.0)))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A month, counted from January 1970 (which is 0); earlier months are negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub i16);

impl Month {
    /// The month of a year; `month` runs from 1 to 12. Years far outside the calendar saturate.
    pub fn new(year: i16, month: i8) -> Month {
        let months = (i32::from(year) - 1970) * 12 + i32::from(month) - 1;
        Month(months.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16)
    }

    /// Year and month (1-12).
    pub fn year_month(self) -> (i16, i8) {
        (1970 + self.0.div_euclid(12), self.0.rem_euclid(12) as i8 + 1)
    }

    /// The first day of the month.
    pub fn first_day(self) -> Day {
        let (year, month) = self.year_month();
        Day::from_date(Date::constant(year, month, 1))
    }

    /// The number of days in the month.
    pub fn days(self) -> u32 {
        self.first_day().date().days_in_month().unsigned_abs().into()
    }

    /// The month `months` later (earlier when negative).
    pub fn plus(self, months: i16) -> Month {
        Month(self.0.saturating_add(months))
    }

    /// Completed years, counted by month: a person born in this month becomes a year older on
    /// the first of the month after the birthday. Negative before birth.
    pub fn age_in(self, month: Month) -> i16 {
        (month.0 - self.0 - 1).div_euclid(12)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = self.year_month();
        write!(f, "{year:04}-{month:02}")
    }
}

/// A half-month of the plan's calendar: days 1-15, or 16 to the end of the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HalfMonth(pub u16);

/// October 2018, the month of the launch.
const LAUNCH_MONTH: i16 = (2018 - 1970) * 12 + 9;

impl HalfMonth {
    /// The month it lies in.
    pub fn month(self) -> Month {
        // At most 32,768 months: beyond the calendar's end they saturate.
        Month(LAUNCH_MONTH.saturating_add(i16::try_from(self.0.div_ceil(2)).unwrap_or(i16::MAX)))
    }

    /// Whether it is the first half of its month.
    pub fn is_first_half(self) -> bool {
        self.0 % 2 == 1
    }

    /// Its first day: the 1st or the 16th.
    pub fn first_day(self) -> Day {
        self.nth(if self.is_first_half() { 1 } else { 16 })
    }

    /// The number of its days: 13 to 16.
    pub fn days(self) -> u32 {
        if self.is_first_half() { 15 } else { self.month().days() - 15 }
    }

    /// The day its cases are made public: the 7th or the 21st.
    pub fn publicity_day(self) -> Day {
        self.nth(if self.is_first_half() { 7 } else { 21 })
    }

    /// The day its shares are charged: the 14th or the 28th.
    pub fn charge_day(self) -> Day {
        self.nth(if self.is_first_half() { 14 } else { 28 })
    }

    fn nth(self, day: i32) -> Day {
        Day(self.month().first_day().0 + day - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i16, month: i8, day: i8) -> Day {
        Day::from_ymd(year, month, day).unwrap()
    }

    #[test]
    fn days_and_dates_agree() {
        assert_eq!(day(1970, 1, 1), Day(0));
        assert_eq!(day(2018, 10, 16), Day(17_820));
        assert_eq!(day(1958, 11, 30).to_string(), "1958-11-30");
        assert_eq!(Day::from_ymd(2019, 2, 29), None);
        for n in (-20_000..20_000).step_by(17) {
            let (y, m, d) = Day(n).ymd();
            assert_eq!(Day::from_ymd(y, m, d), Some(Day(n)));
        }
    }

    #[test]
    fn an_age_changes_on_the_birthday_and_by_month_on_the_next_first() {
        let born = day(1980, 5, 20);
        assert_eq!(born.age_on(day(2020, 5, 19)), Some(39));
        assert_eq!(born.age_on(day(2020, 5, 20)), Some(40));
        assert_eq!(born.age_on(day(1980, 5, 19)), None);
        assert_eq!(day(2000, 2, 29).age_on(day(2001, 2, 28)), Some(1));
        assert_eq!(born.month().age_in(Month::new(2020, 5)), 39);
        assert_eq!(born.month().age_in(Month::new(2020, 6)), 40);
    }

    #[test]
    fn the_plan_runs_from_november_2018_to_january_2022() {
        assert_eq!(HalfMonth(0).first_day(), day(2018, 10, 16));
        assert_eq!(HalfMonth(1).publicity_day(), day(2018, 11, 7));
        assert_eq!(HalfMonth(2).charge_day(), day(2018, 11, 28));
        assert_eq!(HalfMonth(78).publicity_day(), day(2022, 1, 21));
        for k in 0..79 {
            let next = HalfMonth(k + 1).first_day().0;
            assert_eq!(HalfMonth(k).first_day().0 + HalfMonth(k).days() as i32, next);
        }
    }
}
