//! Calendar days and months as values. Nothing here knows what day it is.

use core::fmt;
use core::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A day of the plan's calendar, counted from 1970-01-01, between 1900 and 2199.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(i32);

/// A calendar month, counted from January 1900, up to December 2199.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month(u16);

/// The text is not an existing day or month between 1900 and 2199.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a day that exists, written YYYY-MM-DD (a month: YYYY-MM), from 1900 to 2199")]
pub struct NoSuchDay(pub String);

const YEAR_MIN: i16 = 1900;
const YEAR_MAX: i16 = 2199;
const MONTHS: u16 = (YEAR_MAX - YEAR_MIN + 1) as u16 * 12;
const EPOCH: Date = Date::constant(1970, 1, 1);

impl Day {
    /// The day of a date.
    ///
    /// # Errors
    /// When there is no such date in the calendar or it lies outside 1900 to 2199.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, NoSuchDay> {
        let no_such = || NoSuchDay(format!("{year:04}-{month:02}-{day:02}"));
        let date = Date::new(year, month, day).map_err(|_| no_such())?;
        if !(YEAR_MIN..=YEAR_MAX).contains(&year) {
            return Err(no_such());
        }
        let days = EPOCH.until(date).map_err(|_| no_such())?.get_days();
        Ok(Self(days))
    }

    /// The day that lies `days` after 1970-01-01.
    ///
    /// # Errors
    /// When it lies outside 1900 to 2199.
    pub fn from_epoch(days: i32) -> Result<Self, NoSuchDay> {
        let no_such = || NoSuchDay(format!("1970-01-01 + {days} days"));
        let span = jiff::Span::new().try_days(days).map_err(|_| no_such())?;
        let date = EPOCH.checked_add(span).map_err(|_| no_such())?;
        Self::new(date.year(), date.month(), date.day())
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn since_epoch(self) -> i32 {
        self.0
    }

    /// The day `days` later; stays at the last day of 2199 when it would leave the calendar.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        let last = Self::new(YEAR_MAX, 12, 31).expect("the last day of the calendar exists");
        Self(self.0.saturating_add(days).min(last.0))
    }

    /// The calendar year in which the day lies.
    #[must_use]
    pub fn year(self) -> i16 {
        self.date().year()
    }

    /// The month in which the day lies.
    #[must_use]
    pub fn month(self) -> Month {
        let date = self.date();
        Month((date.year() - YEAR_MIN) as u16 * 12 + (date.month() as u16 - 1))
    }

    /// Completed years from the day of birth `born` to this day. A person born on 29 February
    /// completes a year on 1 March in common years.
    #[must_use]
    pub fn years_since(self, born: Self) -> i32 {
        let (now, then) = (self.date(), born.date());
        let before_birthday = (now.month(), now.day()) < (then.month(), then.day());
        i32::from(now.year()) - i32::from(then.year()) - i32::from(before_birthday)
    }

    fn date(self) -> Date {
        EPOCH + jiff::Span::new().days(self.0)
    }
}

impl Month {
    /// The month of a year.
    ///
    /// # Errors
    /// When it lies outside 1900 to 2199 or the month outside 1 to 12.
    pub fn new(year: i16, month: i8) -> Result<Self, NoSuchDay> {
        Day::new(year, month, 1)
            .map(Day::month)
            .map_err(|_| NoSuchDay(format!("{year:04}-{month:02}")))
    }

    /// The month of an index counted from January 1900.
    ///
    /// # Errors
    /// When it lies after December 2199.
    pub fn from_index(index: u16) -> Result<Self, NoSuchDay> {
        if index >= MONTHS {
            return Err(NoSuchDay(format!("month {index} after 1900-01")));
        }
        Ok(Self(index))
    }

    /// Index counted from January 1900.
    #[must_use]
    pub const fn index(self) -> u16 {
        self.0
    }

    /// A day of this month.
    ///
    /// # Errors
    /// When the month has no such day.
    pub fn day(self, day: i8) -> Result<Day, NoSuchDay> {
        Day::new(YEAR_MIN + (self.0 / 12) as i16, (self.0 % 12 + 1) as i8, day)
    }

    /// The month after; the last month of the calendar follows itself.
    #[must_use]
    pub fn next(self) -> Self {
        Self((self.0 + 1).min(MONTHS - 1))
    }

    /// Age in completed years, during this month, of somebody born in the month `born`: it changes
    /// on the first of the month after the month of birth, so that a month of birth is enough.
    #[must_use]
    pub fn age_of(self, born: Self) -> i32 {
        (i32::from(self.0) - i32::from(born.0) - 1).div_euclid(12).max(0)
    }
}

impl FromStr for Day {
    type Err = NoSuchDay;

    fn from_str(text: &str) -> Result<Self, NoSuchDay> {
        let no_such = || NoSuchDay(text.chars().take(20).collect());
        let (year, rest) = digits(text, 4).ok_or_else(no_such)?;
        let (month, rest) =
            rest.strip_prefix('-').and_then(|r| digits(r, 2)).ok_or_else(no_such)?;
        let (day, rest) = rest.strip_prefix('-').and_then(|r| digits(r, 2)).ok_or_else(no_such)?;
        if !rest.is_empty() {
            return Err(no_such());
        }
        Self::new(year, month as i8, day as i8)
    }
}

impl FromStr for Month {
    type Err = NoSuchDay;

    fn from_str(text: &str) -> Result<Self, NoSuchDay> {
        let first = format!("{text}-01");
        first.parse().map(Day::month).map_err(|_| NoSuchDay(text.chars().take(20).collect()))
    }
}

/// Splits off a number of exactly `width` ASCII digits.
fn digits(text: &str, width: usize) -> Option<(i16, &str)> {
    let head = text.get(..width).filter(|head| head.bytes().all(|b| b.is_ascii_digit()))?;
    Some((head.parse().ok()?, &text[width..]))
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.date().to_string())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}", 1900 + self.0 / 12, self.0 % 12 + 1))
    }
}

impl TryFrom<String> for Day {
    type Error = NoSuchDay;

    fn try_from(text: String) -> Result<Self, NoSuchDay> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl TryFrom<String> for Month {
    type Error = NoSuchDay;

    fn try_from(text: String) -> Result<Self, NoSuchDay> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for text in [
            "2019-02-29",
            "2019-13-01",
            "2019-00-10",
            "2019-04-31",
            "2019-4-1",
            "19-04-01",
            "1899-12-31",
            "2200-01-01",
            "2019-04-01 ",
            "+019-04-01",
            "",
            "2019-04-0１",
        ] {
            assert!(text.parse::<Day>().is_err(), "{text:?} was taken for a day");
        }
        assert!("2019-13".parse::<Month>().is_err());
    }

    #[test]
    fn days_and_months_read_back() {
        for text in ["1900-01-01", "2020-02-29", "2199-12-31", "1969-12-31"] {
            assert_eq!(day(text).to_string(), text);
            assert_eq!(Day::from_epoch(day(text).since_epoch()), Ok(day(text)));
        }
        assert_eq!(day("1970-01-02").since_epoch(), 1);
        assert_eq!(day("2199-12-31").plus_days(1), day("2199-12-31"));
        assert_eq!("1985-03".parse::<Month>().unwrap().to_string(), "1985-03");
    }

    #[test]
    fn ages_change_on_the_birthday_and_for_cohorts_on_the_first_after_the_birth_month() {
        assert_eq!(day("2020-03-11").years_since(day("1980-03-12")), 39);
        assert_eq!(day("2020-03-12").years_since(day("1980-03-12")), 40);
        assert_eq!(day("2021-02-28").years_since(day("1980-02-29")), 40);
        assert_eq!(day("2021-03-01").years_since(day("1980-02-29")), 41);
        let born = "1980-03".parse::<Month>().unwrap();
        assert_eq!("2020-03".parse::<Month>().unwrap().age_of(born), 39);
        assert_eq!("2020-04".parse::<Month>().unwrap().age_of(born), 40);
        assert_eq!("1980-03".parse::<Month>().unwrap().age_of(born), 0);
    }
}
