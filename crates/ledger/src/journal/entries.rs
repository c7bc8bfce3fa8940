//! Reading entries: in order, or one by its index.

use std::path::Path;
use std::sync::Arc;

use super::index::Index;
use super::scan::{Scan, Step};
use super::writer::{Cut, may_cut};
use crate::disk::Disk;
use crate::error::{Damage, Error, Flaw};

/// A journal open for reading. It takes no lock, changes nothing, and may stand beside a writer:
/// it shows the entries that were there when it was opened.
#[derive(Debug)]
pub struct Reader {
    disk: Arc<dyn Disk>,
    index: Index,
}

impl Reader {
    /// Opens the journal of the ledger in `folder` and checks every byte of it; each entry is
    /// shown to `visit` with its index.
    ///
    /// # Errors
    /// [`Error::Damaged`] at the first byte that is not intact, a torn tail included: that may be
    /// cut by a writer only. [`Error::Disk`].
    pub fn open(
        disk: Arc<dyn Disk>,
        folder: &Path,
        visit: impl FnMut(u64, &[u8]),
    ) -> Result<Self, Error> {
        match Index::build(&*disk, folder, true, visit)? {
            (index, None) => Ok(Self { disk, index }),
            (_, Some(stop)) => Err(stop.damage.into()),
        }
    }

    /// Opens what is readable: the entries before the first damage. With a damage comes what a
    /// writer would make of it: a torn tail that it may cut, or the reason why it may not write.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn salvage(
        disk: Arc<dyn Disk>,
        folder: &Path,
        signed_size: u64,
        visit: impl FnMut(u64, &[u8]),
    ) -> Result<(Self, Option<Result<Cut, Error>>), Error> {
        let (index, stop) = Index::build(&*disk, folder, true, visit)?;
        let stop = stop.map(|stop| may_cut(&*disk, &index, stop, signed_size));
        Ok((Self { disk, index }, stop))
    }

    /// Number of entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.index.size
    }

    /// The entries from index `from` on.
    #[must_use]
    pub fn entries(&self, from: u64) -> Entries<'_> {
        Entries::new(&*self.disk, &self.index, from)
    }

    /// One entry.
    ///
    /// # Errors
    /// [`Error::NoSuchEntry`], [`Error::Damaged`], [`Error::Disk`].
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, Error> {
        Entries::one(&*self.disk, &self.index, index)
    }
}

/// Entries in order. Checked again as they are read: after an error there are no more.
pub struct Entries<'r> {
    disk: &'r dyn Disk,
    index: &'r Index,
    /// Index of the entry that comes next.
    next: u64,
    /// Index of the entry at which the scan stands.
    standing: u64,
    segment: usize,
    scan: Option<Scan>,
}

impl<'r> Entries<'r> {
    pub(super) fn new(disk: &'r dyn Disk, index: &'r Index, from: u64) -> Self {
        Self { disk, index, next: from, standing: from, segment: 0, scan: None }
    }

    pub(super) fn one(disk: &'r dyn Disk, index: &'r Index, at: u64) -> Result<Vec<u8>, Error> {
        let size = index.size;
        let found = Self::new(disk, index, at).next();
        found.unwrap_or(Err(Error::NoSuchEntry { index: at, size }))
    }

    /// Opens the segment of the entry that comes next, at the nearest place remembered.
    fn open(&mut self) -> Result<Scan, Error> {
        self.segment = self.index.segment_of(self.next);
        let segment = &self.index.segments[self.segment];
        let (place, number) = segment.mark(self.next - segment.first);
        self.standing = segment.first + number;
        Scan::from(self.disk, &segment.path, place)
    }

    fn read_next(&mut self) -> Result<Vec<u8>, Error> {
        loop {
            let mut scan = match self.scan.take() {
                Some(scan) => scan,
                None => self.open()?,
            };
            let at = scan.at();
            let entry = match scan.step()? {
                Step::Entry(entry) => (self.standing == self.next).then(|| entry.to_vec()),
                Step::Flaw(damage) => return Err(damage.into()),
                Step::End => {
                    let file = self.index.segments[self.segment].path.clone();
                    return Err(Damage { file, from: at, to: at, flaw: Flaw::TornTail }.into());
                }
            };
            self.standing += 1;
            let after = self.index.segments.get(self.segment + 1);
            if after.is_none_or(|after| self.standing < after.first) {
                self.scan = Some(scan);
            }
            if let Some(entry) = entry {
                self.next += 1;
                return Ok(entry);
            }
        }
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<Vec<u8>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.index.size {
            return None;
        }
        let entry = self.read_next();
        if entry.is_err() {
            self.next = u64::MAX;
        }
        Some(entry)
    }
}
