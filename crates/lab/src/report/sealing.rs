//! Whether the plan stood before the answers: what a log says of the questionnaire's seal, held
//! against the days of the answers. What is not shown is not claimed.

use super::page::Page;
use crate::data::{Table, TableError};
use crate::instrument::{ANSWERED, Language};

/// What a log says of the questionnaire's seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealing {
    /// Name of the log.
    pub log: String,
    /// Whether its days are typed instead of read from a clock.
    pub rehearsal: bool,
    /// The first entry that holds the seal.
    pub seal: Option<Seal>,
    /// Entries of the log that hold seals of other questionnaires.
    pub others: usize,
}

/// An entry of a log that holds a seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Name of the wave.
    pub wave: String,
    /// The day of the entry, YYYY-MM-DD.
    pub day: String,
    /// Position of the entry.
    pub entry: u64,
}

/// What follows for the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    /// Every answer is of a later day than the seal.
    Before,
    /// Some answer is of an earlier day than the seal.
    After,
    /// The log holds no such seal.
    Unsealed,
    /// An answer is of the day of the seal, and a day has many hours.
    SameDay,
    /// Answers without a day.
    Undated,
    /// The days of the log are typed.
    Rehearsed,
    /// No log was named.
    NoLog,
}

impl Declared {
    /// Whether the plan stood first; none where nothing shows it either way.
    #[must_use]
    pub fn stands(self) -> Option<bool> {
        match self {
            Self::Before => Some(true),
            Self::After | Self::Unsealed => Some(false),
            Self::SameDay | Self::Undated | Self::Rehearsed | Self::NoLog => None,
        }
    }
}

/// The earliest day of the answers; none when a row has no day.
///
/// # Errors
/// When the file is no table.
pub fn first_answer(csv: &[u8]) -> Result<Option<String>, TableError> {
    let table = Table::from_csv(csv)?;
    if !table.names().any(|name| name == ANSWERED) {
        return Ok(None);
    }
    let days = table.labels(ANSWERED)?;
    Ok(if days.iter().all(|day| is_day(day)) { days.into_iter().min() } else { None })
}

/// YYYY-MM-DD, so that the order of the texts is the order of the days.
fn is_day(text: &str) -> bool {
    let digits = |part: &str, width: usize, most: u32| {
        part.len() == width
            && part.bytes().all(|b| b.is_ascii_digit())
            && part.parse::<u32>().is_ok_and(|value| (1..=most).contains(&value))
    };
    let parts: Vec<&str> = text.split('-').collect();
    matches!(parts[..], [y, m, d] if digits(y, 4, 9999) && digits(m, 2, 12) && digits(d, 2, 31))
}

/// What the seal and the days of the answers show together.
#[must_use]
pub fn declared(sealing: Option<&Sealing>, first_answer: Option<&str>) -> Declared {
    let Some(sealing) = sealing else { return Declared::NoLog };
    let Some(seal) = &sealing.seal else { return Declared::Unsealed };
    match first_answer {
        Some(first) if first < seal.day.as_str() => Declared::After,
        _ if sealing.rehearsal => Declared::Rehearsed,
        None => Declared::Undated,
        Some(first) if first == seal.day => Declared::SameDay,
        Some(_) => Declared::Before,
    }
}

/// One sentence for the reader.
pub(super) fn sentence(
    page: &Page,
    sealing: Option<&Sealing>,
    first_answer: Option<&str>,
) -> String {
    let chinese = page.language == Language::Chinese;
    let Some(sealing) = sealing else {
        let text = page.say(
            "Before the answers: not shown, as no log was named that holds the seal",
            "先于答案：未予证明，因为没有给出存有封印的账本",
        );
        return text.to_owned();
    };
    let log = &sealing.log;
    let Some(seal) = &sealing.seal else {
        return if chinese {
            format!("先于答案：否。账本 {log} 中没有这份问卷的封印")
        } else {
            format!("Before the answers: no. The log {log} holds no seal of this questionnaire")
        };
    };
    let Seal { wave, day, entry } = seal;
    let place = if chinese {
        format!("{day} 由账本 {log} 的第 {entry} 条记录封印（波次 {wave}）")
    } else {
        format!("sealed on {day} in entry {entry} of the log {log} (wave {wave})")
    };
    let first = first_answer.unwrap_or_default();
    let (verdict, why) = match declared(Some(sealing), first_answer) {
        Declared::Before => (
            page.say("yes", "是"),
            if chinese {
                format!("首个答案为 {first}")
            } else {
                format!("first answer {first}")
            },
        ),
        Declared::After => (
            page.say("no", "否"),
            if chinese {
                format!("首个答案 {first} 更早")
            } else {
                format!("the first answer, of {first}, is earlier")
            },
        ),
        Declared::SameDay => (
            page.say("not shown", "未予证明"),
            page.say("the first answer is of the same day", "首个答案在同一天").to_owned(),
        ),
        Declared::Rehearsed => (
            page.say("not shown", "未予证明"),
            page.say("the log is a rehearsal with typed days", "该账本为演练，日期为手工输入")
                .to_owned(),
        ),
        _ => (
            page.say("not shown", "未予证明"),
            page.say("the answers carry no days", "答案没有日期").to_owned(),
        ),
    };
    let others = match (sealing.others, chinese) {
        (0, _) => String::new(),
        (n, true) => format!("。该账本另有 {n} 份其他问卷的封印"),
        (n, false) => format!(". The log seals {n} other questionnaires too"),
    };
    if chinese {
        format!("先于答案：{verdict}。{place}；{why}{others}")
    } else {
        format!("Before the answers: {verdict}; {place}, {why}{others}")
    }
}
