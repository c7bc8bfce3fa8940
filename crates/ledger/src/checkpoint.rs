//! The file `checkpoint`: the last checkpoint that was signed, with its cosignatures.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use proof::checkpoint::Checkpoint;
use proof::note::{NOTE_LIMIT, NoteError};

use crate::disk::Disk;
use crate::error::Error;
use crate::staged::{Staged, UNFINISHED};

/// Name of the file in the folder of the ledger.
pub const FILE: &str = "checkpoint";

/// Reads the bytes of a signed note as a checkpoint, if it is signed by those whom the caller
/// wants to see under it. In order that every changed byte is an error, it must refuse lines of
/// signers whom it does not know ([`proof::note::Note::verify_every`]).
pub type OpenNote<'o> = &'o dyn Fn(&[u8]) -> Result<Checkpoint, NoteError>;

fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// The stored checkpoint and the bytes of its note; `None` if none was ever stored.
///
/// # Errors
/// [`Error::Checkpoint`] if `open` refuses it; [`Error::Disk`].
pub fn read(
    disk: &dyn Disk,
    folder: &Path,
    open: OpenNote<'_>,
) -> Result<Option<(Checkpoint, Vec<u8>)>, Error> {
    let path = path(folder);
    if disk.length(&path).map_err(Error::disk("look at", &path))?.is_none() {
        return Ok(None);
    }
    let source = disk.read(&path, 0).map_err(Error::disk("read", &path))?;
    let mut bytes = Vec::new();
    let mut source = source.take(NOTE_LIMIT as u64 + 1);
    source.read_to_end(&mut bytes).map_err(Error::disk("read", &path))?;
    let checkpoint = open(&bytes).map_err(|source| Error::Checkpoint { path, source })?;
    Ok(Some((checkpoint, bytes)))
}

/// Replaces the stored checkpoint, at once and durably.
///
/// # Errors
/// [`Error::Disk`]; then the old or the new one is there, whole.
pub(crate) fn replace(disk: &dyn Disk, folder: &Path, note: &[u8]) -> Result<(), Error> {
    let mut staged = Staged::new(disk, folder, FILE)?;
    staged.write_all(note).map_err(staged.error("write"))?;
    staged.place(&path(folder))
}

/// Removes what an earlier writer did not finish. Other files in this folder may be others'.
pub(crate) fn remove_unfinished(disk: &dyn Disk, folder: &Path) -> Result<(), Error> {
    let path = folder.join(format!("{FILE}{UNFINISHED}"));
    match disk.length(&path).map_err(Error::disk("look at", &path))? {
        Some(_) => disk.remove(&path).map_err(Error::disk("remove", &path)),
        None => Ok(()),
    }
}
