//! The few file operations a ledger needs, behind a border.
//!
//! The border exists so that tests can fail every single operation, lose power after it, and see
//! that nothing acknowledged is lost: see [`simulated`]. Files are only ever appended to, or
//! replaced whole by renaming: there is no operation that changes or cuts bytes in place.

use std::fmt::Debug;
use std::io;
use std::path::Path;

mod real;
pub mod simulated;

pub use real::RealDisk;

use crate::error::Error;

/// A disk. Everything may be called from several threads.
pub trait Disk: Debug + Send + Sync {
    /// Creates a file, empty; one that exists is emptied. Its name is durable only after
    /// [`Disk::sync_folder`].
    ///
    /// # Errors
    /// What the system answers.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Append>>;

    /// Opens an existing file to append to it.
    ///
    /// # Errors
    /// What the system answers.
    fn append_to(&self, path: &Path) -> io::Result<Box<dyn Append>>;

    /// Reads a file from byte `from` on.
    ///
    /// # Errors
    /// What the system answers.
    fn read(&self, path: &Path, from: u64) -> io::Result<Box<dyn io::Read + Send>>;

    /// Length of a file in bytes; `None` if there is no such file.
    ///
    /// # Errors
    /// What the system answers.
    fn length(&self, path: &Path) -> io::Result<Option<u64>>;

    /// Renames a file, replacing what has the new name. Durable after [`Disk::sync_folder`].
    ///
    /// # Errors
    /// What the system answers.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file. Durable after [`Disk::sync_folder`].
    ///
    /// # Errors
    /// What the system answers.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// What is directly in a folder, sorted by name.
    ///
    /// # Errors
    /// What the system answers: [`io::ErrorKind::NotFound`] if there is no such folder.
    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>>;

    /// Creates a folder and those above it, durably, where missing.
    ///
    /// # Errors
    /// What the system answers.
    fn create_folder(&self, folder: &Path) -> io::Result<()>;

    /// Makes the names in a folder durable.
    ///
    /// # Errors
    /// What the system answers.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;

    /// Takes the exclusive lock on a file, creating it if missing; `None` if another has it. The
    /// lock is given up when the value is dropped, and by the system when the process ends.
    ///
    /// # Errors
    /// What the system answers.
    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Send>>>;

    /// Whether somebody has the lock at this moment.
    ///
    /// # Errors
    /// What the system answers.
    fn is_locked(&self, path: &Path) -> io::Result<bool>;
}

/// What is directly in a folder that need not be there.
pub(crate) fn list_if_there(disk: &dyn Disk, folder: &Path) -> Result<Vec<Listed>, Error> {
    match disk.list(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        listed => listed.map_err(Error::disk("list", folder)),
    }
}

/// A file open for appending.
pub trait Append: Send {
    /// Appends all bytes. After an error any part of them may have been appended.
    ///
    /// # Errors
    /// What the system answers.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Waits until everything appended is durable. After an error nobody knows what is.
    ///
    /// # Errors
    /// What the system answers.
    fn sync(&mut self) -> io::Result<()>;
}

/// An item of a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Its name. Names that are not Unicode come with replacement characters, like no name of
    /// ours.
    pub name: String,
    /// Whether it is a folder itself.
    pub is_folder: bool,
}
