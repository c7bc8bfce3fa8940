//! Commands that wait for a second key, and are done when it signs.

use std::collections::BTreeMap;

use serde_json::Value;

use super::envelope::Envelope;
use super::group::Group;
use crate::difference::{Difference, Kind};

/// What waits, by the index of its entry.
#[derive(Debug, Default)]
pub(super) struct Held(BTreeMap<u64, (Group, Value)>);

impl Held {
    /// The group that is done now: the same, or, under a second key's signature, the one that was
    /// held, with the findings that follow. `None` for one that has to wait.
    pub(super) fn release(
        &mut self,
        group: Group,
        envelope: &Envelope,
    ) -> Result<Option<Group>, Difference> {
        let held = group.all("finding.role.held").next().map(|(index, held)| (index, held.clone()));
        if let Some((index, held)) = held {
            if held["entry"] != group.index || held["verb"] != group.verb() {
                let what = "another command is held than the one before";
                return Err(Difference::at(Kind::AlteredEntry, index, what));
            }
            self.0.insert(group.index, (group, held["second"].clone()));
            return Ok(None);
        }
        if group.verb() != "role.second" {
            return Ok(Some(group));
        }
        let (index, seconded) = group.one("finding.role.seconded")?;
        let entry = seconded["entry"].as_u64().filter(|entry| group.command["entry"] == *entry);
        let waiting = entry.and_then(|entry| self.0.remove(&entry));
        let Some((first, second)) = waiting else {
            let what = format!("{} is seconded, and nothing waits there", seconded["entry"]);
            return Err(Difference::at(Kind::AlteredEntry, index, what));
        };
        if first.by == group.by || !envelope.fills_one_of(&group.by, &second) {
            let what =
                format!("the key {} cannot be the second of entry {}", group.by, first.index);
            return Err(Difference::at(Kind::UnauthorisedCommand, group.index, what));
        }
        Ok(Some(Group { by: first.by, command: first.command, ..group }))
    }
}
