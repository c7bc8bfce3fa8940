//! One node: it orders commands itself, commits them in groups and signs the checkpoints.
//!
//! Tamper-evident and honest about not being fault-tolerant: if this machine is lost, what was
//! not copied is lost with it.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger::Log;
use ledger::chunks::Chunks;
use ledger::disk::{Disk, RealDisk};
use ledger::snapshot::{SnapshotHead, Snapshots};
use proof::checkpoint::Checkpoint;
use proof::note::{Note, VerifierKey};
use rules::State;
use rules::command::{Chunk, Do};
use rules::entry::{self, Order, Signed, Verified};
use rules::machine::{Machine, Outcome};

use crate::Error;
use crate::apply::{apply_all, read_chunk};
use crate::cards::Cards;
use crate::clock::{Clock, PlanTime};
use crate::keys::SecretKey;
use crate::orderer::{Orderer, Receipt, Rejection, Visit};
use crate::replay::{checkpoint_key, open_note};

/// The node of a log that is open for writing.
pub struct Solo {
    log: Log,
    chunks: Chunks,
    cards: Cards,
    snapshots: Snapshots,
    machine: Machine,
    time: Option<PlanTime>,
    clock: Box<dyn Clock>,
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
        let (mut machine, from) = restore(&snapshots, &log)?;
        apply_all(&mut machine, log.entries(from), from, &chunks, &mut |_| Ok(()))?;
        let (time, poisoned) = (None, false);
        let mut solo = Self { log, chunks, cards, snapshots, machine, time, clock, key, poisoned };
        solo.complete()?;
        solo.read_time_zone()?;
        Ok(solo)
    }

    /// Writes the findings that a crash kept from following their command.
    fn complete(&mut self) -> Result<(), Error> {
        let missing = self.machine.missing();
        if missing.is_empty() {
            return Ok(());
        }
        for entry in &missing {
            self.log.append(entry)?;
        }
        self.log.commit()?;
        Ok(())
    }

    fn read_time_zone(&mut self) -> Result<(), Error> {
        if let (None, Some(founded)) = (&self.time, self.machine.state().founded()) {
            self.time = Some(PlanTime::new(&founded.charter.plan.time_zone)?);
        }
        Ok(())
    }

    /// The state after all durable entries.
    #[must_use]
    pub fn state(&self) -> &State {
        self.machine.state()
    }

    /// Entries in the log.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.log.size()
    }

    /// Signs a checkpoint of all durable entries and stores it beside the log.
    ///
    /// # Errors
    /// When there is no plan yet, or the checkpoint cannot be stored.
    pub fn seal(&mut self) -> Result<Checkpoint, Error> {
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
    /// When it cannot be stored.
    pub fn snapshot(&mut self) -> Result<(), Error> {
        let state = self.machine.state();
        let (digest, body) = (state.digest(), state.to_bytes());
        let head = SnapshotHead { frontier: self.log.frontier().clone(), state: digest };
        self.snapshots.write(&head, |writer| writer.write_all(&body))?;
        Ok(())
    }

    /// The cards of published cases.
    #[must_use]
    pub fn cards(&self) -> &Cards {
        &self.cards
    }

    /// Where a command stands in time: the clock's, but never before the last entry. The day is
    /// held as well, for in some zones a clock set back at midnight has repeated a day's end.
    fn order(&self, command: &Verified) -> Result<Order, Error> {
        let at = self.clock.now().max(self.state().at());
        let order = match (&self.time, &command.command().body) {
            (Some(time), _) => time.order(at),
            (None, Do::Found { charter, .. }) => PlanTime::new(&charter.plan.time_zone)?.order(at),
            (None, _) => PlanTime::new("UTC")?.order(at),
        }?;
        Ok(Order { day: order.day.max(self.state().day()), ..order })
    }

    /// Applies one command and adds its entries to those that wait for the commit.
    fn admit(&mut self, signed: Verified) -> Result<Result<Receipt, Rejection>, Error> {
        let order = match self.order(&signed) {
            Err(Error::TimeZone(name)) => return Ok(Err(Rejection::TimeZone(name))),
            order => order?,
        };
        let chunk = match signed.command().body.chunk() {
            Some(chunk) => match read_chunk(&self.chunks, &chunk.hash) {
                Ok(bytes) => Some(bytes),
                Err(Error::Ledger(ledger::Error::NoSuchChunk { .. })) => None,
                Err(error) => return Err(error),
            },
            None => None,
        };
        let position = self.state().entries();
        let entries = match self.machine.submit(order, &signed, chunk.as_deref()) {
            Err(refusal) => return Ok(Err(refusal.into())),
            Ok(Outcome::Already(position)) => return Ok(Ok(Receipt { position, again: true })),
            Ok(Outcome::Done(entries)) => entries,
        };
        for entry in entries {
            self.log.append(&entry)?;
        }
        self.read_time_zone()?;
        Ok(Ok(Receipt { position, again: false }))
    }
}

impl Orderer for Solo {
    fn store_chunk(&mut self, salt: [u8; 32], rows: &[u8], count: u32) -> Result<Chunk, Error> {
        let id = self.chunks.put(salt, rows)?;
        Ok(Chunk { hash: id.digest, size: id.bytes, rows: count })
    }

    fn submit(&mut self, commands: &[Vec<u8>]) -> Result<Vec<Result<Receipt, Rejection>>, Error> {
        if self.poisoned {
            return Err(Error::Poisoned);
        }
        self.poisoned = true;
        let mut parsed = Vec::with_capacity(commands.len());
        let mut forms = Vec::with_capacity(commands.len());
        for bytes in commands {
            match Signed::parse(bytes) {
                Ok(signed) => {
                    parsed.push(signed);
                    forms.push(Ok(()));
                }
                Err(error) => forms.push(Err(error)),
            }
        }
        let mut verified = entry::verify_all(parsed).into_iter();
        let mut answers = Vec::with_capacity(commands.len());
        for form in forms {
            let signed = form.and_then(|()| verified.next().expect("a verdict for each command"));
            answers.push(match signed {
                Ok(signed) => self.admit(signed)?,
                Err(error) => Err(error.into()),
            });
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
/// another log, or one that does not hold the state that it names, is passed over.
fn restore(snapshots: &Snapshots, log: &Log) -> Result<(Machine, u64), Error> {
    let (newest, _damaged) = snapshots.newest()?;
    if let Some(mut snapshot) = newest {
        let entries = snapshot.head.frontier.size();
        let of_this_log = log.root_at(entries) == Some(snapshot.head.frontier.root());
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
