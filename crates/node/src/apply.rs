//! Applying the entries of a log to a machine: signatures are checked in groups on one thread,
//! while the rules run on another.

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::mpsc::sync_channel;

use ledger::Damage;
use ledger::chunks::Chunks;
use proof::Digest;
use rules::command::{Chunk, Do};
use rules::entry::Entry;
use rules::machine::{Machine, ReplayError, Replayed};

use crate::Error;

/// Signatures are checked in groups: large enough to gain from checking together, small enough to
/// keep few in memory.
const GROUP: usize = 256;

/// Groups that wait for the rules while the next ones are checked.
const GROUPS_WAITING: usize = 4;

/// What there is after an entry was applied.
pub(crate) struct Applied<'m> {
    /// The machine.
    pub machine: &'m Machine,
    /// Entries applied, counted from the log's first.
    pub count: u64,
    /// The card whose hash the entry logs.
    pub card: Option<Digest>,
}

/// Entries whose signatures hold, in order, and what stopped the group if something did.
type Group = (Vec<Replayed>, Option<(usize, Error)>);

/// Applies entries to a machine: signatures are checked on another thread, the rules run on this
/// one. `after` is called after each entry.
///
/// # Errors
/// At the first entry that cannot be read or is not what the rules make of it.
pub(crate) fn apply_all(
    machine: &mut Machine,
    entries: impl Iterator<Item = Result<Vec<u8>, ledger::Error>> + Send,
    first: u64,
    chunks: &Chunks,
    after: &mut dyn FnMut(Applied<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Group>(GROUPS_WAITING);
        scope.spawn(move || {
            let mut entries = entries.peekable();
            while entries.peek().is_some() {
                let group = check(entries.by_ref().take(GROUP), first);
                let stops = group.1.is_some();
                // A closed channel means that the rules have stopped already.
                if sender.send(group).is_err() || stops {
                    return;
                }
            }
        });
        let mut applied = first;
        for (group, stop) in receiver {
            for entry in group {
                let chunk = chunk_of(&entry).map(|chunk| read_chunk(chunks, &chunk.hash));
                let chunk = chunk.transpose()?;
                let card = card_of(&entry);
                let at = |source| Error::Replay { index: applied, source };
                machine.replay(entry, chunk.as_deref()).map_err(at)?;
                applied += 1;
                after(Applied { machine, count: applied, card })?;
            }
            if let Some((_, error)) = stop {
                return Err(at_index(error, applied));
            }
        }
        Ok(())
    })
}

/// Gives an error of an entry its index.
fn at_index(error: Error, index: u64) -> Error {
    match error {
        Error::Replay { source, .. } => Error::Replay { index, source },
        other => other,
    }
}

/// Parses a group and checks its signatures; stops before the first entry that fails.
fn check(entries: impl Iterator<Item = Result<Vec<u8>, ledger::Error>>, first: u64) -> Group {
    let bad = |source: ReplayError| Error::Replay { index: first, source };
    let mut parsed = Vec::with_capacity(GROUP);
    let mut stop = None;
    for entry in entries {
        let entry = entry
            .map_err(Error::from)
            .and_then(|bytes| Entry::parse(&bytes).map_err(|error| bad(error.into())));
        match entry {
            Ok(entry) => parsed.push(entry),
            Err(error) => {
                stop = Some((parsed.len(), error));
                break;
            }
        }
    }
    match Replayed::verify_all(parsed.clone()) {
        Ok(verified) => (verified, stop),
        Err((index, error)) => {
            parsed.truncate(index);
            let before = Replayed::verify_all(parsed).unwrap_or_default();
            (before, Some((index, bad(error.into()))))
        }
    }
}

fn chunk_of(entry: &Replayed) -> Option<Chunk> {
    match entry {
        Replayed::Command(_, command) => command.command().body.chunk().copied(),
        Replayed::Finding(..) => None,
    }
}

fn card_of(entry: &Replayed) -> Option<Digest> {
    let Replayed::Command(_, command) = entry else {
        return None;
    };
    match command.command().body {
        Do::PublishCase { card, .. } => Some(card),
        _ => None,
    }
}

/// A chunk with its salt, whole.
pub(crate) fn read_chunk(chunks: &Chunks, digest: &Digest) -> Result<Vec<u8>, Error> {
    let mut chunk = chunks.open(digest)?;
    let mut bytes = chunk.salt.to_vec();
    bytes.reserve_exact(usize::try_from(chunk.id.bytes).unwrap_or(0).saturating_sub(bytes.len()));
    let length = chunk.id.bytes;
    chunk.read_to_end(&mut bytes).map_err(|_| {
        let file = PathBuf::from(format!("chunks/{digest}.chunk"));
        let flaw = ledger::Flaw::Digest;
        ledger::Error::from(Damage { file, from: 0, to: length, flaw })
    })?;
    Ok(bytes)
}
