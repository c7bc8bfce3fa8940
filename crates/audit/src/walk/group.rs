//! A command with the findings that follow it.

use rules::charter::Charter;
use rules::entry::Order;
use rules::key::Key;
use serde_json::Value;

use crate::difference::{Difference, Kind};

/// A command and what the rules are said to have concluded from it.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// Index of the command's entry.
    pub(super) index: u64,
    /// Who signed it.
    pub(super) by: Key,
    /// Whether its author may say it.
    pub(super) may: bool,
    /// Its place in time.
    pub(super) order: Order,
    /// The command.
    pub(super) command: Value,
    /// The findings, each with the index of its entry.
    pub(super) findings: Vec<(u64, Value)>,
}

/// A number of a command or finding; 0 where there is none, as in an amount that may be left out.
pub(super) fn number(value: &Value, name: &str) -> i128 {
    value[name].as_i64().map_or(0, i128::from)
}

impl Group {
    /// The verb of the command.
    pub(super) fn verb(&self) -> &str {
        self.command["do"].as_str().unwrap_or_default()
    }

    /// The number of the period that the command names.
    pub(super) fn period(&self) -> usize {
        self.command["period"].as_u64().unwrap_or(u64::MAX) as usize
    }

    /// All findings of a verb.
    pub(super) fn all<'g>(&'g self, verb: &'g str) -> impl Iterator<Item = (u64, &'g Value)> {
        let of = self.findings.iter().filter(move |(_, finding)| finding["do"] == verb);
        of.map(|(index, finding)| (*index, finding))
    }

    /// The one finding of a verb.
    pub(super) fn one<'g>(&'g self, verb: &'g str) -> Result<(u64, &'g Value), Difference> {
        let mut all = self.all(verb);
        let first = all.next();
        let missing = || {
            let what = format!("{verb} is missing after {} at entry {}", self.verb(), self.index);
            Difference::at(Kind::RemovedEntry, self.index + self.findings.len() as u64 + 1, what)
        };
        match (first, all.next()) {
            (Some(found), None) => Ok(found),
            (None, _) => Err(missing()),
            (Some(_), Some((index, _))) => {
                let what = format!("{verb} stands twice after {}", self.verb());
                Err(Difference::at(Kind::AlteredEntry, index, what))
            }
        }
    }

    /// Whether it is an attempt of the staff that was refused and only stands on record.
    pub(super) fn is_attempt(&self) -> Result<bool, Difference> {
        let Some((index, refused)) = self.all("finding.attempt.refused").next() else {
            if self.may {
                return Ok(false);
            }
            let what = format!("the key {} may not command {}", self.by, self.verb());
            return Err(Difference::at(Kind::UnauthorisedCommand, self.index, what));
        };
        let same = refused["verb"] == self.verb() && refused["key"] == self.by.to_string();
        let others = self.findings.iter().filter(|(_, finding)| finding["do"] != "finding.state");
        if same && others.count() == 1 {
            return Ok(true);
        }
        let what = "an attempt is on record as another's, or with what was carried out";
        Err(Difference::at(Kind::AlteredEntry, index, what))
    }

    /// The founding states the identity of its charter.
    pub(super) fn founding(&self, charter: &Charter) -> Result<(), Difference> {
        let (index, finding) = self.one("finding.plan.founded")?;
        let id = charter.id().to_string();
        if finding["charter"] == id.as_str() {
            return Ok(());
        }
        let what = format!("the charter has the identity {id}, another is stated");
        Err(Difference::at(Kind::AlteredEntry, index, what))
    }
}
