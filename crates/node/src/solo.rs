//! One node: it orders commands itself, commits them in groups and signs the checkpoints.
//!
//! Tamper-evident and honest about not being fault-tolerant: if this machine is lost, what was
//! not copied is lost with it.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use ledger::chunks::Chunks;
use ledger::disk::{Disk, RealDisk};
use ledger::snapshot::{SnapshotHead, Snapshots};
use ledger::{Log, Records};
use proof::Digest;
use proof::checkpoint::Checkpoint;
use proof::note::{Note, VerifierKey};
use rules::State;
use rules::command::Chunk;
use rules::machine::Machine;

use crate::Error;
use crate::admission::{Admission, check};
use crate::apply::{GROUP, apply_all};
use crate::cards::Cards;
use crate::clock::Clock;
use crate::keys::SecretKey;
use crate::orderer::{Orderer, Receipt, Rejection, Visit};
use crate::replay::{checkpoint_key, open_note};
use crate::stream::{Acknowledge, Flow, append_with_room, order_all};

/// The node of a log that is open for writing.
pub struct Solo {
    log: Log,
    admission: Admission,
    cards: Cards,
    snapshots: Snapshots,
    key: SecretKey,
    /// Set while a write is under way, and left set when it failed: the state is ahead of the disk.
    poisoned: bool,
}

impl Solo {
    /// Opens the log in `folder`, or begins one. `key` signs its checkpoints.
    ///
    /// # Errors
    /// When the folder is damaged, locked by another node, or not a log of this key.
    pub fn open(folder: &Path, clock: Box<dyn Clock>, key: SecretKey) -> Result<Self, Error> {
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        Self::open_on(disk, folder, clock, key)
    }

    /// Like [`Solo::open`], on another disk than the system's.
    ///
    /// # Errors
    /// Those of [`Solo::open`].
    pub fn open_on(
        disk: Arc<dyn Disk>,
        folder: &Path,
        clock: Box<dyn Clock>,
        key: SecretKey,
    ) -> Result<Self, Error> {
        let verifier = match checkpoint_key(&disk, folder) {
            // A founding that was cut off was never acknowledged. Whether it may be cut, the log
            // decides; with a checkpoint beside it, it may not.
            Err(Error::Ledger(ledger::Error::Damaged(_))) if !has_checkpoint(&disk, folder)? => {
                None
            }
            key => key?,
        };
        if verifier.as_ref().is_some_and(|verifier| *verifier.key() != key.public().0) {
            return Err(wrong_key(folder));
        }
        let open = |note: &[u8]| open_note(verifier.as_ref(), note);
        let log = Log::open(disk.clone(), folder, &open)?;
        let chunks = Chunks::new(disk.clone(), folder);
        let cards = Cards::new(disk.clone(), folder);
        let snapshots = Snapshots::new(disk, folder);
        let (mut machine, from) = restore(&snapshots, log.size(), |size| log.root_at(size))?;
        let mut entries = log.entries(from);
        let feed = move |show: &mut dyn FnMut(&[u8])| {
            Ok(entries.try_for_each(|entry| entry.map(|entry| show(&entry)))?)
        };
        apply_all(&mut machine, from, &|chunk| Ok(chunks.read(&chunk.hash)?), feed, &mut |_| ())?;
        let missing = machine.missing();
        let admission = Admission::new(machine, chunks, clock)?;
        let mut solo = Self { log, admission, cards, snapshots, key, poisoned: false };
        solo.complete(&missing)?;
        Ok(solo)
    }

    /// Writes the findings that a crash kept from following their command.
    fn complete(&mut self, missing: &[Vec<u8>]) -> Result<(), Error> {
        let mut records = Records::default();
        missing.iter().try_for_each(|entry| records.push(entry))?;
        append_with_room(&mut self.log, &records)?;
        self.log.commit()?;
        Ok(())
    }

    /// The state after all durable entries.
    #[must_use]
    pub fn state(&self) -> &State {
        self.admission.state()
    }

    /// Entries in the log.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.log.size()
    }

    /// Signs a checkpoint of all durable entries and stores it beside the log.
    ///
    /// # Errors
    /// When there is no plan yet, an earlier write failed, or the checkpoint cannot be stored.
    pub fn seal(&mut self) -> Result<Checkpoint, Error> {
        self.may_write()?;
        let founded = self.state().founded().ok_or(Error::NotFounded)?;
        let key = VerifierKey::new(&founded.plan, self.key.public().0);
        let key = key.map_err(|_| Error::NotFounded)?;
        let checkpoint = Checkpoint {
            origin: founded.plan.clone(),
            size: self.log.size(),
            root: self.log.root(),
            extensions: Vec::new(),
        };
        let mut note = Note::new(&checkpoint.to_string()).map_err(|_| Error::NotFounded)?;
        note.sign(&key, |bytes| self.key.sign(bytes)).map_err(|_| Error::NotFounded)?;
        let open = |note: &[u8]| open_note(Some(&key), note);
        self.log.store_checkpoint(note.to_string().as_bytes(), &open)?;
        Ok(checkpoint)
    }

    /// Stores the state, so that the next start need not replay the log.
    ///
    /// # Errors
    /// When an earlier write failed, or it cannot be stored.
    pub fn snapshot(&mut self) -> Result<(), Error> {
        self.may_write()?;
        let state = self.admission.machine.state();
        let digest = state.digest();
        let head = SnapshotHead { frontier: self.log.frontier().clone(), state: digest };
        self.snapshots.write(&head, |writer| state.store(&mut |piece| writer.write_all(piece)))?;
        Ok(())
    }

    /// After a failed write the state may be ahead of the log.
    fn may_write(&self) -> Result<(), Error> {
        if self.poisoned { Err(Error::Poisoned) } else { Ok(()) }
    }

    /// The cards of published cases.
    #[must_use]
    pub fn cards(&self) -> &Cards {
        &self.cards
    }

    /// Orders commands as they come, in this order, until no more come or `flow` says enough;
    /// returns how many. While a group is made durable the next ones are checked and decided, on
    /// all cores.
    ///
    /// # Errors
    /// When durability cannot be promised, or `acknowledge` says so: then the node must be opened
    /// anew. What was acknowledged is durable.
    pub fn submit_stream(
        &mut self,
        commands: &mut Receiver<Vec<u8>>,
        flow: Flow,
        acknowledge: &mut Acknowledge<'_>,
    ) -> Result<u64, Error> {
        self.may_write()?;
        self.poisoned = true;
        let count = order_all(&mut self.log, &mut self.admission, commands, flow, acknowledge)?;
        self.poisoned = false;
        Ok(count)
    }
}

impl Orderer for Solo {
    fn store_chunk(&mut self, salt: [u8; 32], rows: &[u8], count: u32) -> Result<Chunk, Error> {
        let id = self.admission.chunks.put(salt, rows)?;
        Ok(Chunk { hash: id.digest, size: id.bytes, rows: count })
    }

    fn submit(&mut self, commands: &[Vec<u8>]) -> Result<Vec<Result<Receipt, Rejection>>, Error> {
        self.may_write()?;
        self.poisoned = true;
        let mut answers = Vec::with_capacity(commands.len());
        for group in commands.chunks(GROUP) {
            let mut records = Records::default();
            for checked in check(group) {
                answers.push(self.admission.admit(checked, &mut records)?);
            }
            append_with_room(&mut self.log, &records)?;
        }
        self.log.commit()?;
        self.poisoned = false;
        Ok(answers)
    }

    fn stream(&self, from: u64, visit: &mut Visit<'_>) -> Result<(), Error> {
        for (index, entry) in (from..).zip(self.log.entries(from)) {
            visit(index, &entry?)?;
        }
        Ok(())
    }
}

fn wrong_key(folder: &Path) -> Error {
    let path: PathBuf = folder.join(crate::KEYS_FOLDER);
    Error::KeyFile { path, why: "the node's key is not the one that the log names".to_owned() }
}

fn has_checkpoint(disk: &Arc<dyn Disk>, folder: &Path) -> Result<bool, Error> {
    let path = folder.join(ledger::checkpoint::FILE);
    match disk.length(&path) {
        Ok(length) => Ok(length.is_some()),
        Err(source) => Err(Error::File { path, source }),
    }
}

/// The machine of the newest intact snapshot, and how many entries it stands for. A snapshot of
/// another log (`root_at` says which roots this one had), or one that does not hold the state that
/// it names, is passed over.
pub(crate) fn restore(
    snapshots: &Snapshots,
    size: u64,
    root_at: impl Fn(u64) -> Option<Digest>,
) -> Result<(Machine, u64), Error> {
    let (newest, _damaged) = snapshots.newest()?;
    if let Some(mut snapshot) = newest {
        let entries = snapshot.head.frontier.size();
        let of_this_log =
            entries <= size && root_at(entries) == Some(snapshot.head.frontier.root());
        let mut body = Vec::new();
        let read = of_this_log && snapshot.read_to_end(&mut body).is_ok();
        let state =
            State::from_bytes(&body).ok().filter(|state| read && state.entries() == entries);
        if let Some(state) = state.filter(|state| state.digest() == snapshot.head.state) {
            return Ok((Machine::from_state(state), entries));
        }
    }
    Ok((Machine::default(), 0))
}
