//! Which version of the charter a group of entries follows: the founding one, and those that
//! amendments have made of it, from a period on.

use rules::amendment::{Change, apply};
use rules::charter::Charter;

use super::group::{Group, number};
use crate::difference::{Difference, Kind};

/// The versions after the founding one.
#[derive(Debug, Default)]
pub(super) struct Versions {
    /// What the latest proposal changes.
    proposed: Vec<Change>,
    /// First period and charter of each version.
    later: Vec<(usize, Charter)>,
}

impl Versions {
    /// The charter of a group: that of the period it names, or the latest.
    pub(super) fn of<'v>(&'v self, group: &Group, founding: &'v Charter) -> &'v Charter {
        let period = group.period();
        let version = self.later.iter().rev().find(|(from, _)| *from <= period);
        version.map_or(founding, |(_, charter)| charter)
    }

    /// Whether anything may be otherwise than in the founding charter.
    pub(super) fn is_amended(&self) -> bool {
        !self.proposed.is_empty() || !self.later.is_empty()
    }

    /// The charters that can be in force now: the latest one, and what the latest proposal makes of
    /// it, for an adopted one holds from the count of a period and is told with its publication.
    pub(super) fn possible(&self, founding: &Charter) -> Vec<Charter> {
        let latest = self.later.last().map_or(founding, |(_, charter)| charter);
        let next = apply(&latest.to_value(), &self.proposed).ok();
        let next = next.and_then(|next| serde_json::from_value::<Charter>(next).ok());
        core::iter::once(latest.clone()).chain(next.filter(|_| !self.proposed.is_empty())).collect()
    }

    /// Takes in a proposal, and a version that comes into force.
    pub(super) fn check(&mut self, group: &Group, founding: &Charter) -> Result<(), Difference> {
        if group.verb() == "amendment.propose" {
            let changes = serde_json::from_value(group.command["changes"].clone());
            self.proposed = changes.unwrap_or_default();
        }
        let in_force = group.all("finding.amendment.in-force").next();
        let Some((index, finding)) = in_force else { return Ok(()) };
        let before = self.later.last().map_or(founding, |(_, charter)| charter);
        let after = apply(&before.to_value(), &self.proposed).ok();
        let after = after.and_then(|value| serde_json::from_value::<Charter>(value).ok());
        let after = after.filter(|after| finding["charter"] == after.id().to_string().as_str());
        let Some(after) = after else {
            let what = "the charter in force is not the one that was proposed".to_owned();
            return Err(Difference::at(Kind::RuleBroken, index, what));
        };
        let from = usize::try_from(number(finding, "period")).unwrap_or(usize::MAX);
        self.later.push((from, after));
        Ok(())
    }
}
