//! The log as one who only reads sees it: no lock, no change, and a damaged log up to its damage.

use std::path::Path;
use std::sync::Arc;

use proof::Digest;
use proof::checkpoint::Checkpoint;
use proof::merkle::Frontier;

use crate::checkpoint::{self, OpenNote};
use crate::disk::Disk;
use crate::error::Error;
use crate::journal::{Cut, Entries, Reader};
use crate::tree::Tree;

/// A log open for reading, beside a writer if there is one. It changes nothing.
#[derive(Debug)]
pub struct View {
    reader: Reader,
    tree: Tree,
    checkpoint: Option<Checkpoint>,
}

/// How the readable part of a log ends.
#[derive(Debug)]
pub enum End {
    /// It is the whole log.
    Whole,
    /// A write was not finished, and nothing in it was promised: the next writer cuts it away.
    Torn(Cut),
    /// Nobody can write to this log, for this reason; what is readable ends before the damage.
    Refused(Error),
}

impl View {
    /// Opens the log in `folder` and checks every entry of it, and the stored checkpoint against
    /// them.
    ///
    /// # Errors
    /// [`Error::Damaged`] (also for a torn tail), [`Error::ShorterThanCheckpoint`],
    /// [`Error::RootDiffers`], [`Error::Checkpoint`], [`Error::Disk`].
    pub fn open(disk: Arc<dyn Disk>, folder: &Path, open: OpenNote<'_>) -> Result<Self, Error> {
        Self::open_visiting(disk, folder, open, &[], &mut |_, _| ())
    }

    /// Like [`View::open`]; shows every entry with its index to `visit` on the way, and notes the
    /// roots at further `sizes`. What was shown is checked only when this returns.
    ///
    /// # Errors
    /// Those of [`View::open`].
    pub fn open_visiting(
        disk: Arc<dyn Disk>,
        folder: &Path,
        open: OpenNote<'_>,
        sizes: &[u64],
        visit: &mut dyn FnMut(u64, &[u8]),
    ) -> Result<Self, Error> {
        // Read before the entries: a writer beside us may sign more of them meanwhile.
        let stored = checkpoint::read(&*disk, folder, open)?.map(|(checkpoint, _)| checkpoint);
        let signed = stored.as_ref().map(|stored| stored.size);
        let mut tree = Tree::noting(sizes.iter().copied().chain(signed));
        let reader = Reader::open(disk, folder, |index, entry| {
            tree.push(entry);
            visit(index, entry);
        })?;
        if let Some(stored) = &stored {
            tree.must_have(stored.size, &stored.root)?;
        }
        Ok(Self { reader, tree, checkpoint: stored })
    }

    /// Opens what is readable of a log, damaged or not: the entries before the first damage, with
    /// the roots at further `sizes` noted, and how they end.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn salvage(
        disk: Arc<dyn Disk>,
        folder: &Path,
        open: OpenNote<'_>,
        sizes: &[u64],
    ) -> Result<(Self, End), Error> {
        let (stored, unsigned) = match checkpoint::read(&*disk, folder, open) {
            Ok(stored) => (stored.map(|(checkpoint, _)| checkpoint), None),
            Err(error @ Error::Checkpoint { .. }) => (None, Some(error)),
            Err(error) => return Err(error),
        };
        let signed = stored.as_ref().map(|stored| stored.size);
        let mut tree = Tree::noting(sizes.iter().copied().chain(signed));
        let visit = |_: u64, entry: &[u8]| tree.push(entry);
        let (reader, stop) = Reader::salvage(disk, folder, signed.unwrap_or(0), visit)?;
        let differs = stored.as_ref().map(|stored| tree.must_have(stored.size, &stored.root));
        let end = match (stop, unsigned, differs) {
            (Some(Err(error)), ..) | (_, Some(error), _) | (_, _, Some(Err(error))) => {
                End::Refused(error)
            }
            (Some(Ok(cut)), None, _) => End::Torn(cut),
            (None, None, _) => End::Whole,
        };
        Ok((Self { reader, tree, checkpoint: stored }, end))
    }

    /// Root of the first `size` entries, if its noting was asked for and there are so many.
    #[must_use]
    pub fn root_at(&self, size: u64) -> Option<Digest> {
        self.tree.root_at(size)
    }

    /// Checks that the first `size` entries, whose noting was asked for, have this root.
    pub(crate) fn must_have(&self, size: u64, root: &Digest) -> Result<(), Error> {
        self.tree.must_have(size, root)
    }

    /// Number of entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.tree.frontier.size()
    }

    /// Root of the tree of all entries.
    #[must_use]
    pub fn root(&self) -> Digest {
        self.tree.frontier.root()
    }

    /// The tree of all entries.
    #[must_use]
    pub fn frontier(&self) -> &Frontier {
        &self.tree.frontier
    }

    /// The stored checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        self.checkpoint.as_ref()
    }

    /// The entries from index `from` on.
    #[must_use]
    pub fn entries(&self, from: u64) -> Entries<'_> {
        self.reader.entries(from)
    }

    /// One entry.
    ///
    /// # Errors
    /// [`Error::NoSuchEntry`], [`Error::Damaged`], [`Error::Disk`].
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, Error> {
        self.reader.entry(index)
    }
}
