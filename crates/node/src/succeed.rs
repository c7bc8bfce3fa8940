//! Opening a successor log: the entries of a mirror up to its last witnessed checkpoint, and after
//! them the entry by which the log goes on under another key. Nothing of the mirror is believed
//! that the checkpoint does not fix, and what the rules refuse leaves no folder behind.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use ledger::chunks::Chunks;
use ledger::disk::{Disk, RealDisk};
use ledger::surface::{Source, SurfaceError, SurfaceReader};
use ledger::{Log, write_whole};
use proof::Digest;
use proof::checkpoint::Checkpoint;
use proof::policy::{Policy, PolicyError, Witness};
use rules::State;
use rules::bytes::Bytes;
use rules::command::{Chunk, Do, PlanCommand};
use rules::day::Day;
use rules::entry::Command;
use rules::key::Key;
use rules::machine::{Machine, Outcome};
use rules::run_off::{Approval, approval_message};

use crate::Error;
use crate::apply::{apply_all, named_by};
use crate::cards::{CARDS_FOLDER, Cards};
use crate::clock::PlanTime;
use crate::keys::{SecretKey, random_id};
use crate::orderer::Rejection;
use crate::replay::open_note;
use crate::succession::{SUCCESSION_FILE, SUCCESSION_FOLDER, is_free};

/// Entries are made durable in groups of so many, so that few wait in memory.
const COMMIT_EVERY: u64 = 4_096;

/// Salt and length of a chunk's file beside its rows.
const CHUNK_BYTES_MAX: u64 = 1 << 32;

/// Longest card.
const CARD_BYTES_MAX: u64 = 65_535;

/// Who opens a successor log, and from what.
pub struct Successor<'s> {
    /// A mirror of the log, rows included.
    pub mirror: &'s dyn Source,
    /// The signed note of the last witnessed checkpoint.
    pub note: &'s [u8],
    /// The policy that it must satisfy.
    pub policy: &'s Policy,
    /// The custodian's key.
    pub custodian: &'s SecretKey,
    /// The keys of delegates who agree.
    pub delegates: &'s [SecretKey],
    /// The key that is to sign the log's checkpoints.
    pub node: Key,
    /// The day, in a rehearsal.
    pub day: Option<Day>,
    /// The time, in milliseconds since 1970-01-01 UTC; without one it stands still.
    pub now: Option<i64>,
}

/// Why no successor log is opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SuccessionError {
    /// Files.
    #[error(transparent)]
    Node(#[from] Error),
    /// The checkpoint is not witnessed as the policy asks.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The rules refuse, or the command has no form.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The folder of the new log holds something.
    #[error("{0} is not empty")]
    Folder(String),
}

/// What was opened.
#[derive(Debug)]
pub struct Succeeded {
    /// The checkpoint from which the log goes on.
    pub checkpoint: Checkpoint,
    /// Who had witnessed it.
    pub witnesses: Vec<Witness>,
    /// Entries of the successor, its first own ones included.
    pub entries: u64,
}

impl From<ledger::Error> for SuccessionError {
    fn from(error: ledger::Error) -> Self {
        Error::from(error).into()
    }
}

/// Opens the successor log in `folder`. Its first checkpoint is for the caller to sign, who has the
/// new key.
///
/// # Errors
/// When the checkpoint is not witnessed enough, the mirror does not hold its entries and rows, or
/// the rules refuse: no custodian, no silence, too few delegates.
pub fn succeed(successor: Successor<'_>, folder: &Path) -> Result<Succeeded, SuccessionError> {
    if !is_free(folder)? {
        return Err(SuccessionError::Folder(folder.display().to_string()));
    }
    let witnessed = successor.policy.open(successor.note)?;
    let opened = open(&successor, &witnessed.checkpoint, folder);
    if opened.is_err() {
        // Nothing here was there before, and none of it is of use to anybody.
        let _ = std::fs::remove_dir_all(folder);
    }
    let entries = opened?;
    let (checkpoint, witnesses) = (witnessed.checkpoint, witnessed.witnesses);
    Ok(Succeeded { checkpoint, witnesses, entries })
}

/// Lays the entries in the folder and lets the log go on after them; gives how many there are.
fn open(
    successor: &Successor<'_>,
    checkpoint: &Checkpoint,
    folder: &Path,
) -> Result<u64, SuccessionError> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let unsigned = |note: &[u8]| open_note(None, note);
    let mut log = Log::open(disk.clone(), folder, &unsigned)?;
    let named = lay(successor.mirror, checkpoint, &mut log)?;
    bring(successor.mirror, &disk, folder, &named)?;
    let chunks = Chunks::new(disk.clone(), folder);
    let mut machine = Machine::default();
    let mut entries = log.entries(0);
    let feed = move |show: &mut dyn FnMut(&[u8])| {
        Ok(entries.try_for_each(|entry| entry.map(|entry| show(&entry)))?)
    };
    let rows = |chunk: &Chunk| Ok(chunks.read(&chunk.hash)?);
    apply_all(&mut machine, 0, &rows, feed, &mut |_| ())?;
    if !machine.is_whole() {
        return Err(Error::Unfinished(log.size()).into());
    }
    let command = command(successor, machine.state(), checkpoint)?;
    let verified = successor.custodian.sign_command(command).map_err(Rejection::from)?;
    let verified = verified.verify().map_err(Rejection::from)?;
    let zone = machine.state().founded().ok_or(Error::NotFounded)?;
    let time = PlanTime::new(&zone.charter.plan.time_zone)?;
    let (before, now) = (machine.state().at(), successor.now);
    let at = successor.day.map_or(Ok(now.unwrap_or(before)), |day| time.noon(day))?;
    let order = time.order(at.max(before))?;
    let submitted = machine.submit(order, &verified, None).map_err(Rejection::from)?;
    let entries = match submitted {
        Outcome::Done(entries) => entries,
        Outcome::Recorded(_, refusal) => return Err(Rejection::Rules(refusal).into()),
        Outcome::Already(position) => return Err(Error::Unfinished(position).into()),
    };
    for entry in &entries {
        log.append(entry)?;
    }
    log.commit()?;
    let beside = folder.join(SUCCESSION_FOLDER);
    write_whole(&*disk, &beside, SUCCESSION_FILE, &entries[0])?;
    Ok(log.size())
}

/// Appends the entries that the checkpoint covers; gives the cards and chunks that they name.
fn lay(
    mirror: &dyn Source,
    checkpoint: &Checkpoint,
    log: &mut Log,
) -> Result<(BTreeSet<Digest>, BTreeSet<Digest>), SuccessionError> {
    let (mut cards, mut chunks) = (BTreeSet::new(), BTreeSet::new());
    let reader = SurfaceReader::new(mirror, checkpoint.clone());
    let mut failed = None;
    let read = reader.read(|index, entry| {
        let (card, chunk) = named_by(entry);
        cards.extend(card);
        chunks.extend(chunk.map(|chunk| chunk.hash));
        let appended = log.append(entry).and_then(|_| match index % COMMIT_EVERY {
            0 => log.commit().map(drop),
            _ => Ok(()),
        });
        if failed.is_none() {
            failed = appended.err();
        }
        Ok::<(), SurfaceError>(())
    });
    read.map_err(Error::from)?;
    failed.map_or(Ok(()), Err)?;
    log.commit()?;
    Ok((cards, chunks))
}

/// Brings what stands beside the log: all rows, and the cards that are not withdrawn.
fn bring(
    mirror: &dyn Source,
    disk: &Arc<dyn Disk>,
    folder: &Path,
    (cards, chunks): &(BTreeSet<Digest>, BTreeSet<Digest>),
) -> Result<(), SuccessionError> {
    let get = |path: &str, limit| {
        let found = mirror.get(path, limit);
        found.map_err(|error| Error::Surface(error.into()))
    };
    let there = ledger::chunks::FOLDER;
    for digest in chunks {
        // An attempt of the staff may name rows that never were; the replay says whether they miss.
        if let Some(bytes) = get(&format!("{there}/{digest}.chunk"), CHUNK_BYTES_MAX)?
            && proof::sha256(&bytes) == *digest
        {
            write_whole(&**disk, &folder.join(there), &format!("{digest}.chunk"), &bytes)?;
        }
    }
    let kept = Cards::new(disk.clone(), folder);
    for hash in cards {
        if let Some(text) = get(&format!("{CARDS_FOLDER}/{hash}.json"), CARD_BYTES_MAX)?
            && proof::sha256(&text) == *hash
        {
            kept.put(&text)?;
        }
    }
    Ok(())
}

/// The command by which the log goes on.
fn command(
    successor: &Successor<'_>,
    state: &State,
    checkpoint: &Checkpoint,
) -> Result<Command, SuccessionError> {
    let plan = state.founded().ok_or(Error::NotFounded)?.plan.clone();
    let node = successor.node;
    let message = approval_message(&plan, checkpoint.size, &checkpoint.root, &node);
    let approval =
        |key: &SecretKey| Approval { key: key.public(), sig: Bytes(key.sign(&message).to_vec()) };
    let mut delegates: Vec<Approval> = successor.delegates.iter().map(approval).collect();
    delegates.sort_by_key(|approval| approval.key);
    let by = successor.custodian.public();
    let checkpoint = Bytes(successor.note.to_vec());
    let body = Do::Plan(PlanCommand::Succeed { checkpoint, node, delegates });
    Ok(Command { plan, by, seq: state.seq(&by) + 1, id: random_id()?, body })
}
