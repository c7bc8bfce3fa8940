//! What holds for every entry: its order, its number, and that its author may say it.

use std::collections::BTreeMap;
use std::fmt;

use proof::value::Value as Text;
use rules::charter::{Charter, Role};
use rules::command::Permitted;
use rules::entry::{Command, Order};
use rules::key::Key;
use serde_json::Value;

use super::Stop;
use super::group::Group;
use crate::difference::{Difference, Kind};

/// An entry that must stand at a place and does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    by: String,
    seq: u64,
}

impl fmt::Display for Gap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.by.as_str() {
            "rules" => write!(formatter, "finding number {} is missing before this", self.seq),
            by => write!(formatter, "command number {} of {by} is missing before this", self.seq),
        }
    }
}

impl Gap {
    /// Whether this is the missing entry.
    pub(super) fn is_filled_by(&self, entry: &[u8]) -> bool {
        let Some(command) = Text::of(entry).ok().and_then(|entry| entry.get("command")) else {
            return false;
        };
        let by = command.get("by").and_then(Text::text);
        by == Some(&self.by) && command.get("seq").and_then(Text::natural) == Some(self.seq)
    }
}

/// What is known of the authors so far.
#[derive(Debug, Default)]
pub(super) struct Envelope {
    plan: String,
    charter: Option<Charter>,
    order: Option<Order>,
    roles: BTreeMap<Key, Vec<Role>>,
    /// Keys by which members act.
    members: BTreeMap<u64, Key>,
    commands: BTreeMap<Key, u64>,
    findings: u64,
    /// Whether the members' delegates act in the place of a silent operator.
    caretaker: bool,
}

impl Envelope {
    /// The charter, once there is one.
    pub(super) fn charter(&self) -> Option<&Charter> {
        self.charter.as_ref()
    }

    /// Checks a finding's place.
    pub(super) fn finding(
        &mut self,
        index: u64,
        order: Order,
        finding: &Value,
        group: Option<&Group>,
    ) -> Result<(), Stop> {
        let seq = finding["seq"].as_u64().unwrap_or(0);
        self.in_sequence(index, "rules", self.findings + 1, seq)?;
        self.findings = seq;
        let Some(group) = group else {
            let what = "a finding stands here without the command that it follows";
            return Err(Difference::at(Kind::RemovedEntry, index, what).into());
        };
        let id = format!("finding-{seq}");
        if order == group.order && finding["plan"] == *self.plan && finding["id"] == id.as_str() {
            return Ok(());
        }
        let what = "the finding has not the plan, the number or the time of its command";
        Err(Difference::at(Kind::AlteredEntry, index, what).into())
    }

    /// Checks a command's place; gives whether its author may say it, which an attempt of the
    /// staff need not.
    pub(super) fn command(
        &mut self,
        index: u64,
        order: Order,
        command: &Command,
    ) -> Result<bool, Stop> {
        if self.charter.is_none() {
            self.found(index, command)?;
        }
        let back = self.order.is_some_and(|last| order.at < last.at || order.day < last.day);
        if back {
            let what = "the entry's time lies before that of the entry before it";
            return Err(Difference::at(Kind::ReorderedEntries, index, what).into());
        }
        self.order = Some(order);
        if command.plan != self.plan {
            let what = format!("the command is for the plan {:?}", command.plan);
            return Err(Difference::at(Kind::AlteredEntry, index, what).into());
        }
        let due = self.commands.get(&command.by).map_or(1, |seq| seq + 1);
        self.in_sequence(index, &command.by.to_string(), due, command.seq)?;
        self.commands.insert(command.by, command.seq);
        Ok(self.may(command))
    }

    /// Whether the author fills a duty that the command asks for.
    fn may(&self, command: &Command) -> bool {
        let roles = self.roles.get(&command.by).map(Vec::as_slice).unwrap_or_default();
        let member = || self.members.values().any(|key| *key == command.by);
        let fills = |role: Role| {
            let kept = matches!(role, Role::Custodian | Role::Regulator);
            roles.contains(&role) || self.caretaker && !kept && roles.contains(&Role::Delegate)
        };
        match command.body.permitted() {
            Permitted::Role(role) => fills(role),
            Permitted::MemberOr(role) => fills(role) || member(),
            Permitted::Member => member(),
            Permitted::Staff => !roles.is_empty(),
            // What comes later to the rules is theirs to judge.
            #[allow(unreachable_patterns, reason = "the list of the rules may grow")]
            _ => true,
        }
    }

    /// The member who acts by this key.
    pub(super) fn member_of(&self, by: &Key) -> Option<u64> {
        self.members.iter().find(|(_, key)| *key == by).map(|(member, _)| *member)
    }

    /// Whether a key fills one of these roles.
    pub(super) fn fills_one_of(&self, by: &Key, names: &Value) -> bool {
        let roles = self.roles.get(by).map(Vec::as_slice).unwrap_or_default();
        let names = names.as_array().map(Vec::as_slice).unwrap_or_default();
        roles.iter().any(|role| serde_json::to_value(role).is_ok_and(|role| names.contains(&role)))
    }

    /// Keys that come to a duty or lose theirs.
    pub(super) fn appoint(&mut self, group: &Group) {
        self.caretaker |= group.all("finding.run-off.taken-over").next().is_some();
        let key = |finding: &Value| finding["key"].as_str().and_then(|key| key.parse().ok());
        for (_, finding) in group.all("finding.role.appointed") {
            let role = serde_json::from_value(finding["role"].clone()).ok();
            if let (Some(key), Some(role)) = (key(finding), role) {
                self.roles.entry(key).or_default().push(role);
            }
        }
        for (_, finding) in group.all("finding.role.revoked") {
            if let Some(key) = key(finding) {
                self.roles.remove(&key);
            }
        }
    }

    fn found(&mut self, index: u64, command: &Command) -> Result<(), Stop> {
        let charter = match &command.body {
            rules::command::Do::Plan(rules::command::PlanCommand::Found { charter, .. }) => charter,
            _ => {
                let what = "the log does not begin with the founding of a plan";
                return Err(Difference::at(Kind::RemovedEntry, index, what).into());
            }
        };
        for roles in &charter.roles {
            for key in roles.keys.iter().filter_map(|key| key.parse().ok()) {
                self.roles.entry(key).or_default().push(roles.role);
            }
        }
        self.plan.clone_from(&command.plan);
        self.charter = Some((**charter).clone());
        Ok(())
    }

    /// A member's key that the registrar has put on record.
    pub(super) fn bind(&mut self, command: &Value) {
        if command["do"] != "member.key" {
            return;
        }
        let key = command["key"].as_str().and_then(|key| key.parse().ok());
        if let (Some(member), Some(key)) = (command["member"].as_u64(), key) {
            self.members.insert(member, key);
        }
    }

    /// Numbers of one author follow each other.
    fn in_sequence(&self, index: u64, by: &str, due: u64, seq: u64) -> Result<(), Stop> {
        if seq == due {
            return Ok(());
        }
        if seq < due {
            let what = format!("number {seq} of {by} stands here, number {due} is due");
            return Err(Difference::at(Kind::ReorderedEntries, index, what).into());
        }
        let gap = Gap { by: by.to_owned(), seq: due };
        let removed = Difference::at(Kind::RemovedEntry, index, gap.to_string());
        Err(Stop(Box::new(removed), Some(gap)))
    }
}
