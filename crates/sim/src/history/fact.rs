//! One published fact and how its row is read.

use crate::Error;
use crate::calendar::{Day, Month};
use csv::StringRecord;
use std::str::FromStr;

/// The time a fact speaks of, as exactly as its source says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A day.
    Day(Day),
    /// Some time in a month, or the whole of it.
    Month(Month),
    /// Some time between the first and the last of these months.
    Months(Month, Month),
    /// A calendar year.
    Year(i16),
}

/// The plan a fact speaks of; each had members and shares of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// The critical-illness plan, the one that is replayed.
    Critical,
    /// All plans together, or a source that does not tell them apart.
    All,
    /// Cancer, ages 60-70.
    ElderlyCancer,
    /// Cancer, for the chronically ill.
    ChronicDiseaseCancer,
}

/// What a share is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareBasis {
    /// One half-month period.
    Period,
    /// The source does not say; probably one period.
    PeriodUnclear,
    /// About so much in a period.
    PeriodApproximate,
    /// A month, two periods.
    Month,
    /// A calendar year.
    Year,
}

/// How much weight a source bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// Notice of the company, a court or the regulator, or major press quoting one.
    A,
    /// Reputable press or an academic text.
    B,
    /// An unsigned web page.
    C,
    /// None: only on a contradicted row.
    Ungraded,
}

/// One published fact. What its source does not say is absent.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The time it speaks of.
    pub when: When,
    /// The day of the notice, for a fact about one half-month period.
    pub publicity_day: Option<Day>,
    /// The time in the words it was noted in.
    pub as_reported: String,
    /// The plan it speaks of.
    pub plan: Plan,
    /// Members or sharers, persons.
    pub members: Option<u64>,
    /// Persons aided in the period.
    pub cases_in_period: Option<u64>,
    /// Persons aided since the launch.
    pub cases_cumulative: Option<u64>,
    /// Money shared in the period, fen (hundredths of a yuan).
    pub total_in_period_fen: Option<i64>,
    /// Money shared since the launch, fen.
    pub total_cumulative_fen: Option<i64>,
    /// Share of one member, fen.
    pub share_fen: Option<i64>,
    /// What the share is a share of; present exactly when the share is.
    pub share_basis: Option<ShareBasis>,
    /// How much weight the source bears.
    pub grade: Grade,
    /// A better source says otherwise: to be shown, never to be computed with.
    pub contradicted: bool,
    /// Address of the page.
    pub source: String,
    /// What the page says.
    pub note: String,
}

const COLUMNS: [&str; 15] = [
    "date",
    "publicity_day",
    "as_reported",
    "plan",
    "members",
    "cases_in_period",
    "cases_cumulative",
    "total_in_period_rmb",
    "total_cumulative_rmb",
    "share_rmb",
    "share_basis",
    "grade",
    "contradicted",
    "source",
    "note",
];

/// Reads every row of the text.
pub(super) fn parse(text: &str) -> Result<Vec<Fact>, Error> {
    let unreadable =
        |line: u64, why: String| Error::LineUnreadable { file: "the history", line, why };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| unreadable(1, e.to_string()))?.clone();
    let mut at = [0; COLUMNS.len()];
    for (place, name) in at.iter_mut().zip(COLUMNS) {
        let found = header.iter().position(|h| h == name);
        *place = found.ok_or_else(|| unreadable(1, format!("there is no column {name}")))?;
    }
    let mut facts = Vec::new();
    for (row, record) in reader.records().enumerate() {
        let line = row as u64 + 2;
        let record = record.map_err(|e| unreadable(line, e.to_string()))?;
        let fact = Row { record, at }.read().map_err(|why| unreadable(line, why))?;
        facts.push(fact);
    }
    Ok(facts)
}

struct Row {
    record: StringRecord,
    at: [usize; COLUMNS.len()],
}

impl Row {
    fn cell(&self, column: usize) -> &str {
        self.record.get(self.at[column]).unwrap_or_default()
    }

    fn optional<T>(
        &self,
        column: usize,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, String> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return Ok(None);
        }
        let value = read(cell);
        value.map(Some).ok_or_else(|| format!("{} is {cell:?}", COLUMNS[column]))
    }

    fn required<T>(&self, column: usize, read: impl Fn(&str) -> Option<T>) -> Result<T, String> {
        let value = self.optional(column, read)?;
        value.ok_or_else(|| format!("{} is empty", COLUMNS[column]))
    }

    fn read(&self) -> Result<Fact, String> {
        let count = |column| self.optional(column, |cell| u64::from_str(cell).ok());
        let fact = Fact {
            when: self.required(0, when)?,
            publicity_day: self.optional(1, day)?,
            as_reported: self.cell(2).to_owned(),
            plan: self.required(3, plan)?,
            members: count(4)?,
            cases_in_period: count(5)?,
            cases_cumulative: count(6)?,
            total_in_period_fen: self.optional(7, fen)?,
            total_cumulative_fen: self.optional(8, fen)?,
            share_fen: self.optional(9, fen)?,
            share_basis: self.optional(10, share_basis)?,
            grade: self.required(11, grade)?,
            contradicted: self.required(12, yes_or_no)?,
            source: self.required(13, |cell| Some(cell.to_owned()))?,
            note: self.cell(14).to_owned(),
        };
        if fact.share_fen.is_some() != fact.share_basis.is_some() {
            return Err("a share and its basis come together or not at all".into());
        }
        if fact.grade == Grade::Ungraded && !fact.contradicted {
            return Err("only a contradicted row may have no grade".into());
        }
        Ok(fact)
    }
}

fn when(cell: &str) -> Option<When> {
    if let Some((first, last)) = cell.split_once('/') {
        return Some(When::Months(month(first)?, month(last)?));
    }
    match cell.len() {
        4 => cell.parse().ok().map(When::Year),
        7 => month(cell).map(When::Month),
        _ => day(cell).map(When::Day),
    }
}

fn month(cell: &str) -> Option<Month> {
    day(&format!("{cell}-01")).map(Day::month)
}

fn day(cell: &str) -> Option<Day> {
    let date: jiff::civil::Date = cell.parse().ok()?;
    // Only the plain form: the parser also takes times of day and other spellings.
    let day = Day::from_ymd(date.year(), date.month(), date.day())?;
    (day.to_string() == cell).then_some(day)
}

fn plan(cell: &str) -> Option<Plan> {
    Some(match cell {
        "critical" => Plan::Critical,
        "all" => Plan::All,
        "elderly-cancer" => Plan::ElderlyCancer,
        "chronic-disease-cancer" => Plan::ChronicDiseaseCancer,
        _ => return None,
    })
}

fn share_basis(cell: &str) -> Option<ShareBasis> {
    Some(match cell {
        "period" => ShareBasis::Period,
        "period-unclear" => ShareBasis::PeriodUnclear,
        "period-approximate" => ShareBasis::PeriodApproximate,
        "month" => ShareBasis::Month,
        "year" => ShareBasis::Year,
        _ => return None,
    })
}

fn grade(cell: &str) -> Option<Grade> {
    Some(match cell {
        "A" => Grade::A,
        "B" => Grade::B,
        "C" => Grade::C,
        "-" => Grade::Ungraded,
        _ => return None,
    })
}

fn yes_or_no(cell: &str) -> Option<bool> {
    match cell {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// Yuan with at most two decimals, as fen, exactly.
fn fen(cell: &str) -> Option<i64> {
    let (whole, part) = cell.split_once('.').unwrap_or((cell, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 2 {
        return None;
    }
    let tenths_missing = if part.len() == 1 { 10 } else { 1 };
    let part: i64 = part.parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part * tenths_missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_are_read_to_the_fen() {
        for (cell, expected) in [
            ("29.17", Some(2917)),
            ("7.2", Some(720)),
            ("0.03", Some(3)),
            ("41", Some(4100)),
            ("0.005", None),
            (".5", None),
            ("5.", None),
            ("-1", None),
            ("+1", None),
            ("1.-5", None),
            ("92233720368547759", None),
        ] {
            assert_eq!(fen(cell), expected, "{cell}");
        }
    }

    #[test]
    fn times_keep_the_exactness_of_their_source() {
        let may = Month::new(2020, 5);
        assert_eq!(when("2020"), Some(When::Year(2020)));
        assert_eq!(when("2020-05"), Some(When::Month(may)));
        assert_eq!(when("2020-05/2020-06"), Some(When::Months(may, may.plus(1))));
        assert_eq!(when("2020-05-08"), Day::from_ymd(2020, 5, 8).map(When::Day));
        for bad in ["", "20-05-08", "2020-13", "2020-02-30", "20200508", "2020-05-08T00:00", "é"] {
            assert_eq!(when(bad), None, "{bad}");
        }
    }
}
