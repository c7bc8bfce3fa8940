//! Replaying a log: every file intact, every signature true, every finding the one that the rules
//! conclude.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use ledger::chunks::Chunks;
use ledger::disk::{Disk, RealDisk};
use ledger::journal::first_entry;
use ledger::snapshot::Snapshots;
use ledger::{View, check_visiting};
use proof::Digest;
use proof::checkpoint::Checkpoint;
use proof::note::{Note, NoteError, VerifierKey};
use rules::State;
use rules::charter::Charter;
use rules::command::{Do, PlanCommand};
use rules::entry::Entry;
use rules::machine::Machine;

use crate::Error;
use crate::apply::apply_all;
use crate::cards::{CARDS_FOLDER, Cards};
use crate::keys::{KEYS_FOLDER, read_keys};
use crate::orderer::Visit;
use crate::publish::MIRROR_FOLDER;
use crate::succession::{SUCCESSION_FOLDER, Succession, check};
use crate::witnesses::{WITNESSES_FOLDER, cosigned};

/// The name of the ledger in a folder, as its founding entry gives it; `None` when there is none.
///
/// # Errors
/// When the folder cannot be read or does not begin with a founding.
pub fn ledger_name(folder: &Path) -> Result<Option<String>, Error> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    Ok(checkpoint_key(&disk, folder)?.map(|key| key.name().to_owned()))
}

/// The key under which the checkpoints of a ledger are signed now; `None` when there is no log.
///
/// # Errors
/// When the folder cannot be read or does not begin with a founding.
pub fn log_key(folder: &Path) -> Result<Option<VerifierKey>, Error> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    checkpoint_key(&disk, folder)
}

/// Opens the log of a ledger for reading, after checking all of it.
///
/// # Errors
/// When the log is damaged.
pub fn open_view(folder: &Path) -> Result<View, Error> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let key = checkpoint_key(&disk, folder)?;
    let open = |note: &[u8]| open_note(key.as_ref(), note);
    Ok(View::open(disk, folder, &open)?)
}

/// Reads every entry of a ledger in order; each is given to `visit` with its index.
///
/// # Errors
/// When the log is damaged, or `visit` says so.
pub fn read_entries(folder: &Path, visit: &mut Visit<'_>) -> Result<(), Error> {
    for (index, entry) in (0..).zip(open_view(folder)?.entries(0)) {
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
    /// Cards that stand beside the log, every one intact.
    pub cards: u64,
    /// Cards whose hash the log holds and whose text is not there: withdrawn, or lost.
    pub cards_missing: Vec<Digest>,
    /// Files and folders that are none of the log's: nobody checked them.
    pub unknown: Vec<std::path::PathBuf>,
}

/// The key under which a log's checkpoints are signed: the founding entry names it, or the
/// succession beside the log.
///
/// # Errors
/// When the first entry cannot be read or is not a founding, or the succession is none.
pub(crate) fn checkpoint_key(
    disk: &Arc<dyn Disk>,
    folder: &Path,
) -> Result<Option<VerifierKey>, Error> {
    if let Some(succession) = Succession::read(&**disk, folder)? {
        return Ok(Some(succession.key));
    }
    match first_entry(&**disk, folder)? {
        None => Ok(None),
        Some(entry) => founding_key(&entry).map(Some).ok_or(Error::NotFounded),
    }
}

fn founding_key(entry: &[u8]) -> Option<VerifierKey> {
    founding(entry).map(|(_, key)| key)
}

/// The charter of a founding entry and the key under which its log is signed.
#[must_use]
pub fn founding(entry: &[u8]) -> Option<(Charter, VerifierKey)> {
    let Ok(Entry::Command(_, signed)) = Entry::parse(entry) else {
        return None;
    };
    let Do::Plan(PlanCommand::Found { charter, node, .. }) = &signed.command().body else {
        return None;
    };
    let key = VerifierKey::new(&signed.command().plan, node.0).ok()?;
    Some(((**charter).clone(), key))
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
    read_keys(folder)?;
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    if let Some(key) = checkpoint_key(&disk, folder)? {
        cosigned(folder, &key)?;
    }
    replay_on(Arc::new(RealDisk), folder, progress)
}

/// Like [`replay`], on another disk than the system's and without a look at secret keys.
///
/// # Errors
/// Those of [`replay`].
pub fn replay_on(
    disk: Arc<dyn Disk>,
    folder: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Replay, Error> {
    let key = checkpoint_key(&disk, folder)?;
    let found = Cards::new(disk.clone(), folder).check()?;
    let chunks = Chunks::new(disk.clone(), folder);
    let counts: BTreeSet<u64> = Snapshots::new(disk.clone(), folder).list()?.into_iter().collect();
    let mut machine = Machine::default();
    let mut reached = BTreeMap::new();
    let (mut named, mut logged) = (BTreeSet::new(), BTreeSet::new());
    let mut watch = Succession::read(&*disk, folder)?.map(Succession::watch);
    let feed = |show: &mut dyn FnMut(&[u8])| {
        let open = |note: &[u8]| open_note(key.as_ref(), note);
        let beside =
            [KEYS_FOLDER, CARDS_FOLDER, MIRROR_FOLDER, WITNESSES_FOLDER, SUCCESSION_FOLDER];
        Ok(check_visiting(&disk, folder, &open, &beside, &mut |index, entry| {
            if let Some(watch) = &mut watch {
                watch.entry(index, entry);
            }
            show(entry);
        })?)
    };
    let report =
        apply_all(&mut machine, 0, &|chunk| Ok(chunks.read(&chunk.hash)?), feed, &mut |applied| {
            if counts.contains(&applied.count) {
                reached.insert(applied.count, applied.machine.state().digest());
            }
            named.extend(applied.chunk);
            logged.extend(applied.card);
            progress(applied.count);
        })?;
    check(watch.as_ref(), folder)?;
    let signs = machine.state().founded().map(|founded| founded.node.0);
    if key.as_ref().is_some_and(|key| Some(*key.key()) != signs) {
        return Err(Error::OtherKey);
    }
    for head in &report.snapshots {
        let count = head.frontier.size();
        if reached.get(&count).is_some_and(|state| *state != head.state) {
            return Err(Error::Snapshot(count));
        }
    }
    // Those that an entry names were found intact where it stands.
    let others = report.chunks.iter().filter(|digest| !named.contains(*digest));
    others.into_iter().try_for_each(|digest| chunks.open(digest).map(drop))?;
    if !machine.is_whole() {
        return Err(Error::Unfinished(report.entries));
    }
    for card in &found.cards {
        logged.remove(card);
    }
    Ok(Replay {
        entries: report.entries,
        root: report.root,
        checkpoint: report.checkpoint,
        state: machine.into_state(),
        cards: found.cards.len() as u64,
        cards_missing: logged.into_iter().collect(),
        unknown: report.unknown.into_iter().chain(found.unknown).collect(),
    })
}
