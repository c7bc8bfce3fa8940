//! Replaying a log: every file intact, every signature true, every finding the one that the rules
//! conclude.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use ledger::chunks::Chunks;
use ledger::disk::{Disk, RealDisk};
use ledger::snapshot::Snapshots;
use ledger::{Damage, View, check_folder};
use proof::Digest;
use proof::checkpoint::Checkpoint;
use proof::note::{Note, NoteError, VerifierKey};
use rules::State;
use rules::command::{Chunk, Do};
use rules::entry::Entry;
use rules::machine::{Machine, ReplayError, Replayed};

use crate::Error;
use crate::keys::{KEYS_FOLDER, read_keys};

/// Signatures are checked in groups: large enough to gain from checking together, small enough to
/// keep few in memory.
const GROUP: usize = 256;

/// Groups that wait for the rules while the next ones are checked.
const GROUPS_WAITING: usize = 4;

/// The name of the ledger in a folder, as its founding entry gives it; `None` when there is none.
///
/// # Errors
/// When the folder cannot be read or does not begin with a founding.
pub fn ledger_name(folder: &Path) -> Result<Option<String>, Error> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    Ok(checkpoint_key(&disk, folder)?.map(|key| key.name().to_owned()))
}

/// Reads every entry of a ledger in order; each is given to `visit` with its index.
///
/// # Errors
/// When the log is damaged, or `visit` says so.
pub fn read_entries(
    folder: &Path,
    visit: &mut dyn FnMut(u64, &[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let key = checkpoint_key(&disk, folder)?;
    let open = |note: &[u8]| open_note(key.as_ref(), note);
    let view = View::open(disk, folder, &open)?;
    for (index, entry) in (0..).zip(view.entries(0)) {
        visit(index, &entry?)?;
    }
    Ok(())
}

/// What a log leads to.
#[derive(Debug)]
pub struct Replay {
    /// Entries in the log.
    pub entries: u64,
    /// Root of the tree over all entries.
    pub root: Digest,
    /// The state.
    pub state: State,
    /// The last checkpoint stored beside the log.
    pub checkpoint: Option<Checkpoint>,
    /// Files and folders that are none of the log's: nobody checked them.
    pub unknown: Vec<std::path::PathBuf>,
}

/// The key under which a log's checkpoints are signed: the founding entry names it.
///
/// # Errors
/// When the log cannot be read or does not begin with a founding.
pub(crate) fn checkpoint_key(
    disk: &Arc<dyn Disk>,
    folder: &Path,
) -> Result<Option<VerifierKey>, Error> {
    let listed = match disk.list(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::File { path: folder.to_path_buf(), source }),
        Ok(listed) => listed,
    };
    if listed.iter().all(|item| item.name != ledger::journal::FOLDER) {
        return Ok(None);
    }
    let (view, damage) = View::salvage(disk.clone(), folder)?;
    match (view.size(), damage) {
        (0, Some(damage)) => Err(ledger::Error::from(damage).into()),
        (0, None) => Ok(None),
        _ => founding_key(&view.entry(0)?).map(Some).ok_or(Error::NotFounded),
    }
}

fn founding_key(entry: &[u8]) -> Option<VerifierKey> {
    let Ok(Entry::Command(_, signed)) = Entry::parse(entry) else {
        return None;
    };
    let Do::Found { node, .. } = &signed.command().body else {
        return None;
    };
    VerifierKey::new(&signed.command().plan, node.0).ok()
}

/// Opens a checkpoint signed by `key` and by nobody else, so that every byte of it counts.
pub(crate) fn open_note(key: Option<&VerifierKey>, note: &[u8]) -> Result<Checkpoint, NoteError> {
    let key = key.ok_or(NoteError::SignedByNobodyKnown)?;
    Note::parse(note)?.verify_every(std::slice::from_ref(key))?;
    Ok(Checkpoint::open(note, key)?.0)
}

/// Checks every file of a ledger's folder and replays its log from the first byte. `progress` is
/// told the number of entries applied so far.
///
/// # Errors
/// At the first thing that is not as it should be, naming file and byte, or the entry.
pub fn replay(folder: &Path, progress: &mut dyn FnMut(u64)) -> Result<Replay, Error> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    read_keys(folder)?;
    let key = checkpoint_key(&disk, folder)?;
    let open = |note: &[u8]| open_note(key.as_ref(), note);
    let report = check_folder(&disk, folder, &open, &[KEYS_FOLDER])?;
    let view = View::open(disk.clone(), folder, &open)?;
    let snapshots = Snapshots::new(disk.clone(), folder);
    let mut taken = Vec::new();
    for count in report.snapshots {
        taken.push((count, snapshots.open(count)?.head.state));
    }
    let mut machine = Machine::default();
    let chunks = Chunks::new(disk, folder);
    apply_all(&mut machine, view.entries(0), 0, &chunks, &mut |machine, applied| {
        let snapshot = taken.iter().find(|(count, _)| *count == applied);
        if snapshot.is_some_and(|(_, state)| *state != machine.state().digest()) {
            return Err(Error::Snapshot(applied));
        }
        progress(applied);
        Ok(())
    })?;
    if !machine.is_whole() {
        return Err(Error::Unfinished(view.size()));
    }
    Ok(Replay {
        entries: view.size(),
        root: view.root(),
        checkpoint: view.checkpoint().cloned(),
        state: machine.into_state(),
        unknown: report.unknown,
    })
}

/// Entries whose signatures hold, in order, and what stopped the group if something did.
type Group = (Vec<Replayed>, Option<(usize, Error)>);

/// Applies entries to a machine: signatures are checked on another thread, the rules run on this
/// one. `after` is called after each entry with the number applied, counted from the log's first.
///
/// # Errors
/// At the first entry that cannot be read or is not what the rules make of it.
pub(crate) fn apply_all(
    machine: &mut Machine,
    entries: impl Iterator<Item = Result<Vec<u8>, ledger::Error>> + Send,
    first: u64,
    chunks: &Chunks,
    after: &mut dyn FnMut(&Machine, u64) -> Result<(), Error>,
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
                let at = |source| Error::Replay { index: applied, source };
                machine.replay(entry, chunk.as_deref()).map_err(at)?;
                applied += 1;
                after(machine, applied)?;
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

/// A chunk with its salt, whole.
pub(crate) fn read_chunk(chunks: &Chunks, digest: &Digest) -> Result<Vec<u8>, Error> {
    let mut chunk = chunks.open(digest)?;
    let mut bytes = chunk.salt.to_vec();
    bytes.reserve_exact(usize::try_from(chunk.id.bytes).unwrap_or(0).saturating_sub(bytes.len()));
    let length = chunk.id.bytes;
    chunk.read_to_end(&mut bytes).map_err(|_| {
        let file = std::path::PathBuf::from(format!("chunks/{digest}.chunk"));
        let flaw = ledger::Flaw::Digest;
        ledger::Error::from(Damage { file, from: 0, to: length, flaw })
    })?;
    Ok(bytes)
}
