//! A witness of logs, <https://c2sp.org/tlog-witness>: it cosigns a checkpoint only if that
//! contains every checkpoint of the log which it has cosigned before.
//!
//! [`Witness`] decides and remembers; [`serve`] brings it requests over HTTP. A witness that also
//! replays the rules ([`Witness::replaying`]) does so before it signs, under a key of its own whose
//! name ends in `/replay`, and signs nothing after an entry that the rules refuse.

mod memory;
mod replaying;
mod server;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use ledger::disk::{Disk, RealDisk};
use ledger::surface::Source;
use proof::Digest;
use proof::add_checkpoint::{AddCheckpoint, NotGrown, SIZE_TYPE};
use proof::checkpoint::Checkpoint;
use proof::cosignature::{self, CosignerKey};
use proof::note::{Note, VerifierKey};
use proof::policy::WitnessKind;

use crate::Error;
use crate::keys::SecretKey;
use memory::Memory;
use replaying::Replaying;
pub use server::serve;

/// What a witness answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The status of HTTP.
    pub status: u16,
    /// The type of the body.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
}

impl Answered {
    fn text(status: u16, body: impl ToString) -> Self {
        let body = format!("{}\n", body.to_string());
        Self { status, content_type: "text/plain; charset=utf-8", body }
    }

    fn size(size: u64) -> Self {
        Self { status: 409, content_type: SIZE_TYPE, body: format!("{size}\n") }
    }
}

/// A witness with its key and what it has cosigned.
pub struct Witness {
    key: SecretKey,
    name: CosignerKey,
    logs: BTreeMap<String, Mutex<Watched>>,
    memory: Memory,
}

/// One log that is watched.
struct Watched {
    keys: Vec<VerifierKey>,
    latest: Option<Checkpoint>,
    replaying: Option<Replaying>,
}

impl Witness {
    /// A witness that checks growth alone. `folder` holds what it has cosigned; it must be this
    /// witness's own, and is locked.
    ///
    /// # Errors
    /// When the key is not the one of the name, the name is one of a replaying witness, or the
    /// folder is in use, damaged or cannot be read.
    pub fn append_only(
        key: SecretKey,
        name: CosignerKey,
        logs: &[VerifierKey],
        folder: &Path,
    ) -> Result<Self, Error> {
        Self::open(Arc::new(RealDisk), key, name, logs, folder, None)
    }

    /// A witness that replays the rules over the entries and rows of a mirror before it cosigns.
    ///
    /// # Errors
    /// Those of [`Witness::append_only`]; here the name must be one of a replaying witness.
    pub fn replaying(
        key: SecretKey,
        name: CosignerKey,
        log: &VerifierKey,
        mirror: Box<dyn Source>,
        folder: &Path,
    ) -> Result<Self, Error> {
        let logs = std::slice::from_ref(log);
        Self::open(Arc::new(RealDisk), key, name, logs, folder, Some(mirror))
    }

    /// Like the others, on another disk than the system's.
    ///
    /// # Errors
    /// Those of the others.
    pub fn open(
        disk: Arc<dyn Disk>,
        key: SecretKey,
        name: CosignerKey,
        logs: &[VerifierKey],
        folder: &Path,
        mirror: Option<Box<dyn Source>>,
    ) -> Result<Self, Error> {
        let wrong = |why: &str| Error::KeyFile { path: folder.to_path_buf(), why: why.to_owned() };
        if *name.key() != key.public().0 {
            return Err(wrong("the secret key is not the one of the witness's name"));
        }
        let replays = mirror.is_some();
        if (WitnessKind::of(&name) == WitnessKind::Replaying) != replays {
            return Err(wrong("the name of a witness ends in /replay if, and only if, it replays"));
        }
        let memory = Memory::open(disk, folder)?;
        let mut mirror = mirror;
        let mut watched: BTreeMap<String, Watched> = BTreeMap::new();
        for log in logs {
            let origin = log.name().to_owned();
            let keys = match watched.get_mut(&origin) {
                Some(watched) => &mut watched.keys,
                None => {
                    let replaying = mirror.take().map(Replaying::new);
                    let empty = Watched { keys: Vec::new(), latest: None, replaying };
                    &mut watched.entry(origin).or_insert(empty).keys
                }
            };
            keys.push(log.clone());
        }
        for (origin, watched) in &mut watched {
            watched.latest = memory.read(origin, &watched.keys, &name)?;
        }
        let logs = watched.into_iter().map(|(origin, it)| (origin, Mutex::new(it))).collect();
        Ok(Self { key, name, logs, memory })
    }

    /// Answers a request to cosign, made at `time` in seconds since 1970 UTC. The new checkpoint is
    /// durable before this returns a cosignature of it.
    #[must_use]
    pub fn add_checkpoint(&self, body: &[u8], time: u64) -> Answered {
        let request = match AddCheckpoint::parse(body) {
            Ok(request) => request,
            Err(error) => return Answered::text(400, error),
        };
        let parsed = Note::parse(request.note.as_bytes());
        let parsed = parsed.and_then(|note| Ok((Checkpoint::parse(note.text())?, note)));
        let (checkpoint, note) = match parsed {
            Ok(parsed) => parsed,
            Err(error) => return Answered::text(400, error),
        };
        let Some(watched) = self.logs.get(&checkpoint.origin) else {
            return Answered::text(404, "no log of this origin is watched here");
        };
        // Held until the answer: what is compared and what is stored must be of one moment.
        let mut watched = match watched.lock() {
            Ok(watched) => watched,
            Err(_) => return Answered::text(500, "an earlier request failed inside the witness"),
        };
        if let Err(error) = note.verify(&watched.keys) {
            return Answered::text(403, error);
        }
        match request.check_growth(&checkpoint, watched.latest.as_ref()) {
            Ok(()) => {}
            Err(NotGrown::Conflict { signed }) => return Answered::size(signed),
            Err(error @ NotGrown::Proof(_)) => return Answered::text(422, error),
            Err(error) => return Answered::text(400, error),
        }
        if let Some(replaying) = &mut watched.replaying
            && let Err(refused) = replaying.replay(&checkpoint)
        {
            return refused;
        }
        self.cosign(&mut watched, checkpoint, &note, time)
    }

    /// Signs, remembers, and only then gives the signature away.
    fn cosign(
        &self,
        watched: &mut Watched,
        checkpoint: Checkpoint,
        note: &Note,
        time: u64,
    ) -> Answered {
        let own = |note: &Note| -> Option<String> {
            let mut bare = Note::new(note.text()).ok()?;
            cosignature::cosign(&mut bare, &self.name, time, |bytes| self.key.sign(bytes)).ok()?;
            bare.to_string().strip_prefix(&format!("{}\n", note.text())).map(str::to_owned)
        };
        let Some(line) = own(note) else {
            return Answered::text(500, "the witness could not sign");
        };
        // Only lines that were verified are kept, so that a changed bit in the file is found.
        let kept = note.signatures().iter();
        let kept = kept.filter(|line| watched.keys.iter().any(|key| line.is_of(key)));
        let mut stored = match Note::new(note.text()) {
            Ok(stored) => stored,
            Err(error) => return Answered::text(400, error),
        };
        for line in kept {
            if stored.add(line.clone()).is_err() {
                return Answered::text(400, "the note has too many signatures");
            }
        }
        let stored = format!("{stored}{line}");
        match self.memory.write(&checkpoint.origin, stored.as_bytes()) {
            Ok(()) => {
                watched.latest = Some(checkpoint);
                let content_type = "text/plain; charset=utf-8";
                Answered { status: 200, content_type, body: line }
            }
            Err(error) => Answered::text(500, error),
        }
    }

    /// The newest checkpoint of a log that is cosigned here, given by the SHA-256 of its origin.
    #[must_use]
    pub fn latest(&self, origin: &Digest) -> Answered {
        let origin = self.logs.keys().find(|name| proof::sha256(name.as_bytes()) == *origin);
        let note = origin.map(|origin| self.memory.bytes(origin));
        match note {
            Some(Ok(Some(note))) => {
                let content_type = "text/plain; charset=utf-8";
                let body = String::from_utf8_lossy(&note).into_owned();
                Answered { status: 200, content_type, body }
            }
            Some(Err(error)) => Answered::text(500, error),
            _ => Answered::text(404, "nothing of such a log is cosigned here"),
        }
    }
}
