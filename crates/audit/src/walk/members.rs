//! How many members there are, from what joins and leaves, without knowing one of them.

use serde_json::Value;

use super::group::{Group, number};
use crate::difference::{Difference, Kind};

/// Counts of members.
#[derive(Debug, Default)]
pub(super) struct Members {
    enrolled: i128,
    left: i128,
    /// The most members that there have been at once: sharers are counted when a publicity day
    /// begins, which may be long before its publication.
    peak: i128,
    /// Members who have left free of what was published and not yet charged.
    released: i128,
}

/// Rows of the list that a command names, or the members that it names itself.
fn rows(command: &Value) -> i128 {
    match &command["chunk"] {
        Value::Null => 1,
        chunk => number(chunk, "rows"),
    }
}

impl Members {
    /// The most members that can share the period that is published now.
    pub(super) fn most(&self) -> i128 {
        self.peak
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
