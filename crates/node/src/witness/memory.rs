//! What a witness has cosigned, one file a log, replaced whole and durably before a cosignature is
//! given away. Each file is a signed note, so a changed bit in it is found.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ledger::disk::Disk;
use ledger::write_whole;
use proof::checkpoint::Checkpoint;
use proof::cosignature::{self, CosignerKey};
use proof::note::{NOTE_LIMIT, Note, VerifierKey};

use crate::Error;

/// Name of the lock in the folder.
const LOCK: &str = "lock";

/// The folder of a witness, locked as long as this lives.
pub(super) struct Memory {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    /// Files are written one after the other.
    writing: Mutex<Box<dyn Send>>,
}

impl Memory {
    /// Opens the folder, creating it where missing.
    pub(super) fn open(disk: Arc<dyn Disk>, folder: &Path) -> Result<Self, Error> {
        let error = |source| Error::File { path: folder.to_path_buf(), source };
        disk.create_folder(folder).map_err(error)?;
        let path = folder.join(LOCK);
        let lock = disk.lock(&path).map_err(error)?;
        let lock = lock.ok_or(ledger::Error::Locked { path })?;
        Ok(Self { disk, folder: folder.to_path_buf(), writing: Mutex::new(lock) })
    }

    fn name(origin: &str) -> String {
        format!("{}.checkpoint", proof::sha256(origin.as_bytes()))
    }

    /// The newest note of a log that was cosigned.
    pub(super) fn bytes(&self, origin: &str) -> Result<Option<Vec<u8>>, Error> {
        let path = self.folder.join(Self::name(origin));
        let error = |source| Error::File { path: path.clone(), source };
        if self.disk.length(&path).map_err(error)?.is_none() {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        let file = self.disk.read(&path, 0).map_err(error)?;
        file.take(NOTE_LIMIT as u64 + 1).read_to_end(&mut bytes).map_err(error)?;
        Ok(Some(bytes))
    }

    /// The newest checkpoint of a log that was cosigned, if it is intact. One that is not stops the
    /// witness: what it has signed must not be forgotten.
    pub(super) fn read(
        &self,
        origin: &str,
        keys: &[VerifierKey],
        own: &CosignerKey,
    ) -> Result<Option<Checkpoint>, Error> {
        let Some(bytes) = self.bytes(origin)? else { return Ok(None) };
        let path = self.folder.join(Self::name(origin));
        let damaged = |why: String| Error::KeyFile { path: path.clone(), why };
        let note = Note::parse(&bytes).map_err(|error| damaged(error.to_string()))?;
        note.verify(keys).map_err(|error| damaged(error.to_string()))?;
        let cosigned = cosignature::verify(&note, std::slice::from_ref(own));
        let cosigned = cosigned.map_err(|error| damaged(error.to_string()))?;
        let known = |line: &proof::note::NoteSignature| {
            line.is_of(own) || keys.iter().any(|key| line.is_of(key))
        };
        if cosigned.is_empty() || !note.signatures().iter().all(known) {
            return Err(damaged("it is not the note that this witness has stored".to_owned()));
        }
        let checkpoint = Checkpoint::parse(note.text());
        let checkpoint = checkpoint.map_err(|error| damaged(error.to_string()))?;
        if checkpoint.origin != origin || note.to_string().as_bytes() != bytes {
            return Err(damaged("it is the note of another log".to_owned()));
        }
        Ok(Some(checkpoint))
    }

    /// Replaces the note of a log, durably.
    pub(super) fn write(&self, origin: &str, note: &[u8]) -> Result<(), Error> {
        let _writing = self.writing.lock().map_err(|_| Error::Poisoned)?;
        Ok(write_whole(&*self.disk, &self.folder, &Self::name(origin), note)?)
    }
}
