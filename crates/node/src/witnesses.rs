//! The cosignatures that a log has: beside the log, with the policy under which they were asked
//! for, so that every byte of them can be checked.

use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger::disk::{Disk, RealDisk};
use ledger::write_whole;
use proof::checkpoint::Checkpoint;
use proof::cosignature;
use proof::note::{NOTE_LIMIT, Note, VerifierKey};
use proof::policy::{Policy, Witness};
use proof::policy_file::POLICY_LIMIT;

use crate::Error;

/// Name of the folder of cosignatures in that of the ledger.
pub const WITNESSES_FOLDER: &str = "witnesses";

const NOTE: &str = "checkpoint";
const POLICY_ENDING: &str = ".policy";

/// A checkpoint with the cosignatures that it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigned {
    /// The policy, as it was brought.
    pub policy: Vec<u8>,
    /// The signed note.
    pub note: Vec<u8>,
    /// What it says.
    pub checkpoint: Checkpoint,
    /// Who of the policy has cosigned.
    pub witnesses: Vec<Witness>,
    /// Whether they are enough.
    pub enough: bool,
}

/// Reads the cosignatures beside a log; `None` if none were ever collected.
///
/// # Errors
/// When a file there is not intact: each line must be one of the log or of a witness of the policy,
/// and verify.
pub fn cosigned(folder: &Path, log: &VerifierKey) -> Result<Option<Cosigned>, Error> {
    let disk = RealDisk;
    let folder = folder.join(WITNESSES_FOLDER);
    let Some(note) = read_limited(&disk, &folder.join(NOTE), NOTE_LIMIT as u64)? else {
        return Ok(None);
    };
    let damaged =
        |path: PathBuf, why: &dyn std::fmt::Display| Error::KeyFile { path, why: why.to_string() };
    let listed = disk.list(&folder);
    let listed = listed.map_err(|source| Error::File { path: folder.clone(), source })?;
    let names = listed.into_iter().filter(|item| item.name.ends_with(POLICY_ENDING));
    let mut policies = Vec::new();
    for item in names {
        let path = folder.join(&item.name);
        let policy = read_limited(&disk, &path, POLICY_LIMIT as u64)?.unwrap_or_default();
        if item.name != format!("{}{POLICY_ENDING}", proof::sha256(&policy)) {
            return Err(damaged(path, &"its SHA-256 is not the one in its name"));
        }
        policies.push(policy);
    }
    let path = folder.join(NOTE);
    for bytes in policies {
        let policy = Policy::parse(&bytes).map_err(|error| damaged(path.clone(), &error))?;
        let opened = Checkpoint::open(&note, log).map_err(|error| damaged(path.clone(), &error))?;
        let (checkpoint, parsed) = opened;
        let witnesses = cosignature::verify(&parsed, policy.witnesses());
        witnesses.map_err(|error| damaged(path.clone(), &error))?;
        let known = |line: &proof::note::NoteSignature| {
            line.is_of(log) || policy.witnesses().iter().any(|key| line.is_of(key))
        };
        if parsed.signatures().iter().all(known) && parsed.to_string().as_bytes() == note {
            let (enough, witnesses) = (policy.open(&note).is_ok(), policy.cosigned_by(&note));
            return Ok(Some(Cosigned { policy: bytes, note, checkpoint, witnesses, enough }));
        }
    }
    Err(damaged(path, &"it has a line of nobody whom the policy beside it names"))
}

/// Stores a note with cosignatures that were verified, and the policy. An earlier policy goes last,
/// so that at no moment the note stands without its own.
pub(crate) fn store(folder: &Path, policy: &[u8], note: &Note) -> Result<(), Error> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let folder = folder.join(WITNESSES_FOLDER);
    let name = format!("{}{POLICY_ENDING}", proof::sha256(policy));
    write_whole(&*disk, &folder, &name, policy)?;
    write_whole(&*disk, &folder, NOTE, note.to_string().as_bytes())?;
    let error = |source| Error::File { path: folder.clone(), source };
    for item in disk.list(&folder).map_err(error)? {
        if item.name.ends_with(POLICY_ENDING) && item.name != name {
            disk.remove(&folder.join(&item.name)).map_err(error)?;
        }
    }
    Ok(())
}

/// A file that may be missing, up to a byte more than `limit`.
pub(crate) fn read_limited(
    disk: &dyn Disk,
    path: &Path,
    limit: u64,
) -> Result<Option<Vec<u8>>, Error> {
    let error = |source| Error::File { path: path.to_path_buf(), source };
    let file = match disk.read(path, 0) {
        Err(missing) if missing.kind() == ErrorKind::NotFound => return Ok(None),
        file => file.map_err(error)?,
    };
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(error)?;
    Ok(Some(bytes))
}
