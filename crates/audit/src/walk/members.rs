//! How many members there are, from what joins and leaves, without knowing one of them.

use rules::charter::Calendar;
use rules::day::Day;
use rules::period::{first_from, next_after};
use serde_json::Value;

use super::group::{Group, number};
use crate::difference::{Difference, Kind};

/// Counts of members.
#[derive(Debug, Default)]
pub(super) struct Members {
    enrolled: i128,
    left: i128,
    /// The most members that there have been at once.
    peak: i128,
    /// Members who have left free of what was published and not yet charged.
    released: i128,
    /// The publicity day of the next period to be counted, while it follows from the calendar.
    next: Option<Day>,
    /// How many members there were when the publicity day of each period began.
    at_publicity: Vec<i128>,
}

/// Rows of the list that a command names, or the members that it names itself.
fn rows(command: &Value) -> i128 {
    match &command["chunk"] {
        Value::Null => 1,
        chunk => number(chunk, "rows"),
    }
}

impl Members {
    /// The most members that can share this period: those who were there when its publicity day
    /// began.
    pub(super) fn most(&self, period: usize) -> i128 {
        self.at_publicity.get(period).copied().unwrap_or(self.peak)
    }

    /// Takes in the founding, which names the first publicity day.
    pub(super) fn begin(&mut self, founding: &Value, calendar: &Calendar) {
        let first = founding["first_publicity"].as_str().and_then(|day| day.parse().ok());
        self.next = first.map(|first| first_from(calendar, first).publicity);
    }

    /// Comes up to a day, before anything that happens on it. Once an amendment may have changed
    /// the calendar (`is_amended`), publicity days no longer follow here.
    pub(super) fn reach(&mut self, day: Day, calendar: &Calendar, is_amended: bool) {
        self.next = self.next.filter(|_| !is_amended);
        while let Some(publicity) = self.next.filter(|publicity| *publicity <= day) {
            self.at_publicity.push(self.enrolled - self.left);
            self.next = Some(next_after(calendar, publicity).publicity);
        }
    }

    /// Members who have left free of charges not yet made.
    pub(super) fn released(&self) -> i128 {
        self.released
    }

    /// Checks what joins and leaves.
    pub(super) fn check(&mut self, group: &Group) -> Result<(), Difference> {
        match group.verb() {
            "member.enrol" | "member.enrol-batch" => self.enrol(group)?,
            "member.leave" | "member.leave-batch" => {
                let (index, left) = group.one("finding.members.left")?;
                let (named, count) = (rows(&group.command), number(left, "count"));
                if named != count {
                    let kind = if count > named { Kind::HiddenMember } else { Kind::InflatedCount };
                    let what = format!("{named} members leave, {count} are taken from the count");
                    return Err(Difference::at(kind, index, what));
                }
                self.left += count;
                self.released += i128::from(number(left, "released") > 0);
            }
            "arrears.end" => {
                let (_, ended) = group.one("finding.arrears.ended")?;
                self.left += number(ended, "expelled");
            }
            _ => {}
        }
        Ok(())
    }

    fn enrol(&mut self, group: &Group) -> Result<(), Difference> {
        let (index, enrolled) = group.one("finding.members.enrolled")?;
        let (named, count) = (rows(&group.command), number(enrolled, "count"));
        let first = number(enrolled, "first");
        if (first, count) != (self.enrolled, named) {
            let fewer = first + count < self.enrolled + named;
            let kind = if fewer { Kind::HiddenMember } else { Kind::InflatedCount };
            let what = format!(
                "{named} members join after {}, and {count} are counted after {first}",
                self.enrolled
            );
            return Err(Difference::at(kind, index, what));
        }
        self.enrolled += count;
        self.peak = self.peak.max(self.enrolled - self.left);
        Ok(())
    }
}
