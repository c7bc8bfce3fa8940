//! A log read by somebody else.

use std::collections::BTreeMap;

use proof::Digest;
use rules::entry::{Entry, EntryError};
use rules::finding::Finding;
use rules::machine::{Machine, ReplayError, Replayed};
use serde_json::Value;

/// The members of the envelope, which are no part of a finding itself.
const ENVELOPE: [&str; 5] = ["by", "id", "plan", "seq", "v"];

/// Where a log is not what the rules make of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayedWrong {
    /// An entry cannot be read.
    Unreadable(usize, EntryError),
    /// The rules say otherwise.
    Otherwise(usize, ReplayError),
}

/// Replays a whole log into a machine that knows nothing.
///
/// # Errors
/// The first entry that is not what the rules make of it.
pub fn replay(
    log: &[Vec<u8>],
    chunks: &BTreeMap<Digest, Vec<u8>>,
) -> Result<Machine, ReplayedWrong> {
    let mut machine = Machine::default();
    replay_into(&mut machine, log, chunks)?;
    Ok(machine)
}

/// Replays entries into a machine that has replayed all before them.
///
/// # Errors
/// The first entry that is not what the rules make of it.
pub fn replay_into(
    machine: &mut Machine,
    log: &[Vec<u8>],
    chunks: &BTreeMap<Digest, Vec<u8>>,
) -> Result<(), ReplayedWrong> {
    let mut entries = Vec::with_capacity(log.len());
    for (index, bytes) in log.iter().enumerate() {
        let entry = Entry::parse(bytes);
        entries.push(entry.map_err(|error| ReplayedWrong::Unreadable(index, error))?);
    }
    let entries = Replayed::verify_all(entries)
        .map_err(|(index, error)| ReplayedWrong::Unreadable(index, error))?;
    for (index, entry) in entries.into_iter().enumerate() {
        let chunk = match &entry {
            Replayed::Command(_, command) => command.command().body.chunk().copied(),
            Replayed::Finding(..) => None,
        };
        let rows = chunk.and_then(|chunk| chunks.get(&chunk.hash));
        machine
            .replay(entry, rows.map(Vec::as_slice))
            .map_err(|error| ReplayedWrong::Otherwise(index, error))?;
    }
    Ok(())
}

/// The findings in the entries of findings.
///
/// # Panics
/// When an entry is not one of a finding.
#[must_use]
pub fn findings_of(entries: &[Vec<u8>]) -> Vec<Finding> {
    let finding = |bytes: &Vec<u8>| {
        let mut entry: Value = serde_json::from_slice(bytes).expect("an entry is JSON");
        let mut command = entry["command"].take();
        let members = command.as_object_mut().expect("a finding is an object");
        members.retain(|key, _| !ENVELOPE.contains(&key.as_str()));
        serde_json::from_value(command).expect("the rules write findings that read back")
    };
    entries.iter().map(finding).collect()
}
