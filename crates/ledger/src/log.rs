//! The log: the journal with its Merkle tree and its last signed checkpoint.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use proof::Digest;
use proof::checkpoint::Checkpoint;
use proof::merkle::{Frontier, leaf_hash};

use crate::checkpoint::{self, OpenNote};
use crate::chunks;
use crate::disk::Disk;
use crate::error::Error;
use crate::journal::{Cut, Entries, Journal, SEGMENT_BYTES, Settings};
use crate::journal::{LOCK, remove_unfinished};
use crate::records::Records;
use crate::snapshot::{self, Snapshots};
use crate::tree::Tree;

/// A log open for writing: entries are appended, then committed together.
#[derive(Debug)]
pub struct Log {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    journal: Journal,
    cut: Option<Cut>,
    /// Of the durable entries.
    frontier: Frontier,
    /// Of these and of those that wait for a commit.
    pending: Frontier,
    checkpoint: Option<Checkpoint>,
    /// As it was on opening, with the roots at the sizes of the snapshots that were there.
    opened: Tree,
}

impl Log {
    /// Opens the log in `folder`, creating it if there is none. Leftovers of unfinished writes are
    /// removed, and a torn tail is cut if it lies above the stored checkpoint.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::Damaged`], [`Error::CutBelowCheckpoint`],
    /// [`Error::ShorterThanCheckpoint`], [`Error::RootDiffers`], [`Error::Checkpoint`],
    /// [`Error::Disk`].
    pub fn open(disk: Arc<dyn Disk>, folder: &Path, open: OpenNote<'_>) -> Result<Self, Error> {
        Self::open_with(disk, folder, open, SEGMENT_BYTES)
    }

    /// Like [`Log::open`], with another size of segments than [`SEGMENT_BYTES`].
    ///
    /// # Errors
    /// Those of [`Log::open`].
    pub fn open_with(
        disk: Arc<dyn Disk>,
        folder: &Path,
        open: OpenNote<'_>,
        segment_bytes: u64,
    ) -> Result<Self, Error> {
        let stored = checkpoint::read(&*disk, folder, open)?.map(|(checkpoint, _)| checkpoint);
        let signed_size = stored.as_ref().map_or(0, |checkpoint| checkpoint.size);
        let snapshots = Snapshots::new(disk.clone(), folder).list()?;
        let mut tree = Tree::noting(snapshots.into_iter().chain([signed_size]));
        let settings = Settings { segment_bytes, signed_size };
        let (journal, cut) =
            Journal::open(disk.clone(), folder, settings, |_, entry| tree.push(entry))?;
        // Only now nobody else can write. If somebody just did, what we read is out of date.
        let again = checkpoint::read(&*disk, folder, open)?.map(|(checkpoint, _)| checkpoint);
        if again != stored {
            return Err(Error::Locked { path: folder.join(LOCK) });
        }
        if let Some(stored) = &stored {
            tree.must_have(stored.size, &stored.root)?;
        }
        checkpoint::remove_unfinished(&*disk, folder)?;
        for name in [chunks::FOLDER, snapshot::FOLDER] {
            remove_unfinished(&*disk, &folder.join(name))?;
        }
        let (frontier, pending) = (tree.frontier.clone(), tree.frontier.clone());
        let (folder, checkpoint, opened) = (folder.to_path_buf(), stored, tree);
        Ok(Self { disk, folder, journal, cut, frontier, pending, checkpoint, opened })
    }

    /// The torn tail that was cut on opening, if there was one: worth a line in the node's own
    /// records, for after a loss of power it is harmless and without one it is not.
    #[must_use]
    pub fn cut(&self) -> Option<&Cut> {
        self.cut.as_ref()
    }

    /// Number of durable entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Number of durable entries and of those that wait for a commit: the index of the next.
    #[must_use]
    pub fn pending_size(&self) -> u64 {
        self.pending.size()
    }

    /// Root of the tree of the durable entries. Only this may be signed.
    #[must_use]
    pub fn root(&self) -> Digest {
        self.frontier.root()
    }

    /// The tree of the durable entries, for a snapshot.
    #[must_use]
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// Root of the first `size` entries, for a size of which a snapshot was there when the log was
    /// opened: a snapshot with another root is of another log.
    #[must_use]
    pub fn root_at(&self, size: u64) -> Option<Digest> {
        self.opened.root_at(size)
    }

    /// The last checkpoint that was stored.
    #[must_use]
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        self.checkpoint.as_ref()
    }

    /// Adds an entry to those that wait for a commit; returns its index.
    ///
    /// # Errors
    /// Those of [`Journal::append`].
    pub fn append(&mut self, entry: &[u8]) -> Result<u64, Error> {
        let index = self.journal.append(entry)?;
        self.pending.push(leaf_hash(entry));
        Ok(index)
    }

    /// Adds entries to those that wait for a commit, all or none.
    ///
    /// # Errors
    /// [`Error::PendingFull`] (commit, then try again), [`Error::Poisoned`].
    pub fn append_all(&mut self, records: &Records) -> Result<(), Error> {
        self.journal.append_framed(records.framed(), records.leaves().len() as u64)?;
        records.leaves().iter().for_each(|leaf| self.pending.push(*leaf));
        Ok(())
    }

    /// Makes all waiting entries durable; returns the number of durable entries. Only now may
    /// they be acknowledged.
    ///
    /// # Errors
    /// Those of [`Journal::commit`].
    pub fn commit(&mut self) -> Result<u64, Error> {
        let size = self.journal.commit()?;
        self.frontier.clone_from(&self.pending);
        Ok(size)
    }

    /// The durable entries from index `from` on.
    #[must_use]
    pub fn entries(&self, from: u64) -> Entries<'_> {
        self.journal.entries(from)
    }

    /// One durable entry.
    ///
    /// # Errors
    /// [`Error::NoSuchEntry`], [`Error::Damaged`], [`Error::Disk`].
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, Error> {
        self.journal.entry(index)
    }

    /// Stores a signed checkpoint of this log in place of the last one. The same size may be
    /// stored again, with more cosignatures.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] if `open` refuses the note; [`Error::CheckpointGoesBack`];
    /// [`Error::ShorterThanCheckpoint`] if it covers entries that are not durable;
    /// [`Error::RootDiffers`] if it is of just our size, or that of the stored one, but not of our
    /// root; [`Error::Disk`].
    pub fn store_checkpoint(&mut self, note: &[u8], open: OpenNote<'_>) -> Result<(), Error> {
        let path = self.folder.join(checkpoint::FILE);
        let new = open(note).map_err(|source| Error::Checkpoint { path, source })?;
        let (entries, signed) = (self.size(), new.size);
        if signed > entries {
            return Err(Error::ShorterThanCheckpoint { entries, signed });
        }
        let ours = (entries == signed).then(|| self.root());
        let old = self.checkpoint.as_ref();
        if let Some(old) = old.filter(|old| old.size > signed) {
            return Err(Error::CheckpointGoesBack { old: old.size, new: signed });
        }
        let stored = old.filter(|old| old.size == signed).map(|old| old.root);
        if let Some(found) = ours.or(stored).filter(|root| *root != new.root) {
            return Err(Error::RootDiffers { size: signed, found, signed: new.root });
        }
        checkpoint::replace(&*self.disk, &self.folder, note)?;
        self.checkpoint = Some(new);
        Ok(())
    }
}
