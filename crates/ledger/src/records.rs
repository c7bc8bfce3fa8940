//! Entries made ready for a log away from it: framed and hashed, so that the thread that waits for
//! the disk has only bytes to copy. Touches no file.

use proof::Digest;
use proof::merkle::leaf_hash;

use crate::error::Error;
use crate::journal::{ENTRY_LIMIT, push_record};

/// Entries in order, as [`crate::Log::append_all`] takes them.
#[derive(Clone, Debug, Default)]
pub struct Records {
    framed: Vec<u8>,
    leaves: Vec<Digest>,
}

impl Records {
    /// Adds an entry.
    ///
    /// # Errors
    /// [`Error::EntryTooLong`].
    pub fn push(&mut self, entry: &[u8]) -> Result<(), Error> {
        if entry.len() > ENTRY_LIMIT {
            return Err(Error::EntryTooLong { found: entry.len() });
        }
        push_record(&mut self.framed, entry);
        self.leaves.push(leaf_hash(entry));
        Ok(())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    /// The records of a journal, one after the other.
    pub(crate) fn framed(&self) -> &[u8] {
        &self.framed
    }

    /// The leaves of the tree.
    pub(crate) fn leaves(&self) -> &[Digest] {
        &self.leaves
    }
}
