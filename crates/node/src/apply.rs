//! Applying the entries of a log to a machine: signatures are checked in groups on other threads,
//! while the rules run on this one.

use proof::Digest;
use rules::command::{CaseCommand, Chunk, Do, TrustCommand};
use rules::entry::{Command, Entry};
use rules::machine::{Machine, Replayed};

use crate::Error;
use crate::in_order::in_order;

/// Signatures are checked in groups: large enough to gain from checking together, small enough to
/// keep few in memory.
pub(crate) const GROUP: usize = 256;

/// A group ends at this many bytes too, so that long entries do not fill the memory.
pub(crate) const GROUP_BYTES: usize = 1 << 20;

/// Brings the chunk that an entry names: salt and rows, under its digest.
pub type Rows<'r> = dyn Fn(&Chunk) -> Result<Vec<u8>, Error> + 'r;

/// What there is after an entry was applied.
pub(crate) struct Applied<'m> {
    /// The machine.
    pub machine: &'m Machine,
    /// Entries applied, counted from the log's first.
    pub count: u64,
    /// The chunk that the entry names, found intact.
    pub chunk: Option<Digest>,
    /// The card whose hash the entry logs.
    pub card: Option<Digest>,
}

/// Entries whose signatures hold, in order, and what stopped the group if something did.
type Group = (Vec<Replayed>, Option<Error>);

/// Applies entries to a machine. `feed` shows them in order, on another thread; `after` is called
/// after each that was applied. The machine is left as it was before the first that cannot be.
///
/// # Errors
/// That of `feed`; or at the first entry that cannot be read or is not what the rules make of it.
pub(crate) fn apply_all<T: Send>(
    machine: &mut Machine,
    first: u64,
    rows: &Rows<'_>,
    feed: impl FnOnce(&mut dyn FnMut(&[u8])) -> Result<T, Error> + Send,
    after: &mut dyn FnMut(Applied<'_>),
) -> Result<T, Error> {
    let mut applied = first;
    let mut stopped = Ok(());
    let in_groups = |give: &mut dyn FnMut(Vec<Vec<u8>>) -> bool| {
        let (mut group, mut bytes) = (Vec::with_capacity(GROUP), 0);
        let fed = feed(&mut |entry| {
            bytes += entry.len();
            group.push(entry.to_vec());
            if group.len() == GROUP || bytes > GROUP_BYTES {
                // What comes after the rules have stopped is only passed over.
                give(std::mem::replace(&mut group, Vec::with_capacity(GROUP)));
                bytes = 0;
            }
        });
        // What stands before a damage is applied too: readers of a damaged log want it.
        if !group.is_empty() {
            give(group);
        }
        fed
    };
    let fed = in_order(
        in_groups,
        |group: Vec<_>| check(&group),
        |(group, stop)| {
            for entry in group {
                if let Err(error) = apply_one(machine, entry, &mut applied, rows, after) {
                    stopped = Err(error);
                    return false;
                }
            }
            if let Some(error) = stop {
                stopped = Err(at_index(error, applied));
                return false;
            }
            true
        },
    )?;
    stopped.map(|()| fed)
}

fn apply_one(
    machine: &mut Machine,
    entry: Replayed,
    applied: &mut u64,
    rows: &Rows<'_>,
    after: &mut dyn FnMut(Applied<'_>),
) -> Result<(), Error> {
    let chunk = chunk_of(&entry);
    let card = card_of(&entry);
    let at = |source| Error::Replay { index: *applied, source };
    // An attempt may name rows that never were; whatever is carried out has them.
    let (rows, missing) = match chunk.map(|chunk| rows(&chunk)).transpose() {
        Err(error @ Error::Ledger(ledger::Error::NoSuchChunk { .. })) => (None, Some(error)),
        rows => (rows?, None),
    };
    let chunk = chunk.map(|chunk| chunk.hash);
    let done = match (machine.replay(entry, rows.as_deref()), missing) {
        (Err(_), Some(missing)) => return Err(missing),
        (done, _) => done.map_err(at)?,
    };
    *applied += 1;
    let (chunk, card) = (chunk.filter(|_| rows.is_some()), card.filter(|_| done));
    after(Applied { machine, count: *applied, chunk, card });
    Ok(())
}

/// Applies the entries of a log, wherever they come from, to a machine that has seen `first` of
/// them: `feed` shows them in order, on another thread. The machine is left as it was before the
/// first that cannot be applied; `progress` is told how many were.
///
/// # Errors
/// That of `feed`; or at the first entry that cannot be read, whose rows cannot be had, or that is
/// not what the rules make of it.
pub fn apply_entries<T: Send>(
    machine: &mut Machine,
    first: u64,
    rows: &Rows<'_>,
    feed: impl FnOnce(&mut dyn FnMut(&[u8])) -> Result<T, Error> + Send,
    progress: &mut dyn FnMut(u64),
) -> Result<T, Error> {
    apply_all(machine, first, rows, feed, &mut |applied| progress(applied.count))
}

/// Gives an error of an entry its index.
fn at_index(error: Error, index: u64) -> Error {
    match error {
        Error::Replay { source, .. } => Error::Replay { index, source },
        other => other,
    }
}

/// Parses a group and checks its signatures; stops before the first entry that fails. The index in
/// an error is the caller's to fill in.
fn check(entries: &[Vec<u8>]) -> Group {
    let bad = |source| Error::Replay { index: 0, source };
    let mut parsed = Vec::with_capacity(entries.len());
    let mut stop = None;
    for entry in entries {
        match Entry::parse(entry) {
            Ok(entry) => parsed.push(entry),
            Err(error) => {
                stop = Some(bad(error.into()));
                break;
            }
        }
    }
    match Replayed::verify_all(parsed) {
        Ok(verified) => (verified, stop),
        Err((index, error)) => (check(&entries[..index]).0, Some(bad(error.into()))),
    }
}

fn chunk_of(entry: &Replayed) -> Option<Chunk> {
    match entry {
        Replayed::Command(_, command) => command.command().body.chunk().copied(),
        Replayed::Finding(..) => None,
    }
}

fn card_of(entry: &Replayed) -> Option<Digest> {
    match entry {
        Replayed::Command(_, command) => card_in(command.command()),
        Replayed::Finding(..) => None,
    }
}

/// The card whose hash a command logs.
fn card_in(command: &Command) -> Option<Digest> {
    match command.body {
        Do::Case(CaseCommand::Publish { card, .. }) => Some(card),
        Do::Trust(TrustCommand::GiveThanks { card, .. }) => Some(card),
        _ => None,
    }
}

/// What stands beside the log and is named by an entry, without a look at its signature: the card
/// and the chunk. Entries that name nothing are not taken apart.
#[must_use]
pub fn named_by(entry: &[u8]) -> (Option<Digest>, Option<Chunk>) {
    let has = |name: &[u8]| entry.windows(name.len()).any(|part| part == name);
    if !has(b"\"card\":\"") && !has(b"\"chunk\":{") {
        return (None, None);
    }
    match Entry::parse(entry) {
        Ok(Entry::Command(_, signed)) => {
            (card_in(signed.command()), signed.command().body.chunk().copied())
        }
        _ => (None, None),
    }
}
