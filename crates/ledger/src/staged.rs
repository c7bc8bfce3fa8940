//! A file that appears under its name whole and durable, or not at all.

use std::io::{self, Write};
use std::mem::take;
use std::path::{Path, PathBuf};

use crate::disk::{Append, Disk};
use crate::error::Error;

/// Bytes gathered before they are handed to the disk.
const BUFFER_BYTES: usize = 1 << 20;

/// Ending of a file that is being written. One that is left over was never finished.
pub(crate) const UNFINISHED: &str = ".tmp";

/// Name under which [`write_whole`] writes before a file has its own.
const INCOMING: &str = "incoming";

/// Writes a file whole and durably, or not at all: `path` below `folder`, with the folders that it
/// needs. Whatever has that name is replaced. At most one process writes so in a folder.
///
/// # Errors
/// [`Error::Disk`]; then the old file or the new one is there.
pub fn write_whole(disk: &dyn Disk, folder: &Path, path: &str, bytes: &[u8]) -> Result<(), Error> {
    let path = folder.join(path);
    let parent = path.parent().unwrap_or(folder);
    disk.create_folder(parent).map_err(Error::disk("create", parent))?;
    let mut staged = Staged::new(disk, folder, INCOMING)?;
    staged.write_all(bytes).map_err(staged.error("write"))?;
    staged.place(&path)
}

/// A file being written under a temporary name. Dropped without [`Staged::place`] it is removed.
pub(crate) struct Staged<'d> {
    disk: &'d dyn Disk,
    temporary: PathBuf,
    file: Box<dyn Append>,
    buffer: Vec<u8>,
    placed: bool,
}

impl<'d> Staged<'d> {
    /// Begins a file in `folder`; `name` without ending, unique among the writers of the folder.
    pub(crate) fn new(disk: &'d dyn Disk, folder: &Path, name: &str) -> Result<Self, Error> {
        let temporary = folder.join(format!("{name}{UNFINISHED}"));
        let file = disk.create(&temporary).map_err(Error::disk("create", &temporary))?;
        Ok(Self { disk, temporary, file, buffer: Vec::new(), placed: false })
    }

    /// The error of this file for an error of the system.
    pub(crate) fn error(&self, doing: &'static str) -> impl FnOnce(io::Error) -> Error + use<> {
        Error::disk(doing, &self.temporary)
    }

    /// Makes the contents durable, then the name.
    pub(crate) fn place(mut self, path: &Path) -> Result<(), Error> {
        self.flush().map_err(self.error("write"))?;
        self.file.sync().map_err(self.error("make durable"))?;
        self.disk.rename(&self.temporary, path).map_err(Error::disk("rename", path))?;
        self.placed = true;
        let folder = path.parent().unwrap_or(Path::new("."));
        self.disk.sync_folder(folder).map_err(Error::disk("make durable", folder))
    }
}

impl Write for Staged<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // Taken first: after an error nothing may be appended twice.
        let buffer = take(&mut self.buffer);
        if buffer.is_empty() { Ok(()) } else { self.file.append(&buffer) }
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        if !self.placed {
            // Best effort: what remains is removed when the ledger is next opened for writing.
            let _ = self.disk.remove(&self.temporary);
        }
    }
}
