//! Writing the journal: group commit, fail-stop, and the one place where a tail may be cut.

use std::io::{Read as _, Write as _};
use std::mem::take;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::entries::Entries;
use super::frame::{HEADER_BYTES, header, push_record};
use super::index::{Index, Segment, Stop};
use super::scan::Scan;
use super::{ENTRY_LIMIT, FOLDER, LOCK, PENDING_LIMIT, SEGMENT_BYTES};
use crate::disk::{Append, Disk, list_if_there};
use crate::error::{Damage, Error};
use crate::staged::{Staged, UNFINISHED};

/// Bytes copied at a time.
const COPY_BYTES: usize = 1 << 18;

/// How a journal is opened for writing.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Size of a segment in bytes at which the next commit begins another.
    pub segment_bytes: u64,
    /// Entries covered by the last signed checkpoint: these must all be there and are never cut.
    pub signed_size: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { segment_bytes: SEGMENT_BYTES, signed_size: 0 }
    }
}

/// A torn tail that was cut when the journal was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Where it began and what was wrong there. Everything from there to the end of the file is
    /// gone; it was not acknowledged, or it was damaged after that without a trace of damage.
    pub damage: Damage,
    /// Entries before it.
    pub entries: u64,
}

/// A journal open for writing. There is one at a time.
pub struct Journal {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    segment_bytes: u64,
    index: Index,
    /// The last segment, if there is one.
    file: Option<Box<dyn Append>>,
    pending: Vec<u8>,
    pending_entries: u64,
    poisoned: bool,
    _lock: Box<dyn Send>,
}

impl Journal {
    /// Opens the journal of the ledger in `folder`, creating it if there is none, and shows each
    /// entry to `visit` with its index.
    ///
    /// What is read and not covered by the signed size is first made durable once more: after a
    /// failed write the system may show bytes that are not on the disk. A torn tail is cut, if it
    /// lies in the last segment, is followed by no intact record, and begins after the signed size.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::Damaged`], [`Error::CutBelowCheckpoint`],
    /// [`Error::ShorterThanCheckpoint`], [`Error::Disk`].
    pub fn open(
        disk: Arc<dyn Disk>,
        folder: &Path,
        settings: Settings,
        visit: impl FnMut(u64, &[u8]),
    ) -> Result<(Self, Option<Cut>), Error> {
        let journal = folder.join(FOLDER);
        disk.create_folder(&journal).map_err(Error::disk("create", &journal))?;
        let path = folder.join(LOCK);
        let lock = disk.lock(&path).map_err(Error::disk("lock", &path))?;
        let lock = lock.ok_or(Error::Locked { path })?;
        remove_unfinished(&*disk, &journal)?;

        let (index, stop) = Index::build(&*disk, folder, false, visit)?;
        let (entries, signed) = (index.size, settings.signed_size);
        let cut = stop.map(|stop| may_cut(&*disk, &index, stop, signed)).transpose()?;
        if entries < signed {
            return Err(Error::ShorterThanCheckpoint { entries, signed });
        }
        let file = match index.segments.last() {
            // A checkpoint is signed only when its entries are durable: there is nothing to renew.
            Some(last) if cut.is_none() && entries == signed && last.first < signed => {
                Some(disk.append_to(&last.path).map_err(Error::disk("open", &last.path))?)
            }
            Some(last) => Some(renew(&*disk, &journal, last)?),
            None => None,
        };
        let mut journal = Self {
            disk,
            folder: journal,
            segment_bytes: settings.segment_bytes,
            index,
            file,
            pending: Vec::new(),
            pending_entries: 0,
            poisoned: false,
            _lock: lock,
        };
        if let Some(last) = journal.index.segments.last_mut() {
            last.bytes = last.bytes.max(HEADER_BYTES as u64);
        }
        Ok((journal, cut))
    }

    /// Number of durable entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.index.size
    }

    /// Number of durable entries and of those that wait for a commit.
    #[must_use]
    pub fn pending_size(&self) -> u64 {
        self.index.size + self.pending_entries
    }

    /// Adds an entry to those that wait for a commit; returns its index. Touches no file.
    ///
    /// # Errors
    /// [`Error::EntryTooLong`], [`Error::PendingFull`] (commit, then try again),
    /// [`Error::Poisoned`].
    pub fn append(&mut self, entry: &[u8]) -> Result<u64, Error> {
        self.may_take(entry.len())?;
        if entry.len() > ENTRY_LIMIT {
            return Err(Error::EntryTooLong { found: entry.len() });
        }
        let index = self.pending_size();
        push_record(&mut self.pending, entry);
        self.pending_entries += 1;
        Ok(index)
    }

    /// Adds entries that were framed elsewhere, all or none.
    ///
    /// # Errors
    /// [`Error::PendingFull`] (commit, then try again), [`Error::Poisoned`].
    pub(crate) fn append_framed(&mut self, framed: &[u8], entries: u64) -> Result<(), Error> {
        self.may_take(framed.len())?;
        self.pending.extend_from_slice(framed);
        self.pending_entries += entries;
        Ok(())
    }

    /// Whether so many bytes more may wait. What is longer than the limit may wait alone, so that
    /// a commit always makes room enough.
    fn may_take(&self, bytes: usize) -> Result<(), Error> {
        if self.poisoned {
            return Err(Error::Poisoned);
        }
        if !self.pending.is_empty() && self.pending.len() + bytes > PENDING_LIMIT {
            return Err(Error::PendingFull);
        }
        Ok(())
    }

    /// Makes all waiting entries durable, with one write and one fdatasync; returns the number of
    /// durable entries. Only then may any of them be acknowledged.
    ///
    /// # Errors
    /// [`Error::Disk`], after which everything here is refused with [`Error::Poisoned`]: a failed
    /// fdatasync must not be tried again, for the system may have dropped what it could not write.
    pub fn commit(&mut self) -> Result<u64, Error> {
        if self.poisoned {
            return Err(Error::Poisoned);
        }
        if self.pending.is_empty() {
            return Ok(self.index.size);
        }
        // Set first, so that no way out of here but the last one leaves the journal usable.
        self.poisoned = true;
        self.write_pending()?;
        self.poisoned = false;
        Ok(self.index.size)
    }

    fn write_pending(&mut self) -> Result<(), Error> {
        let mut pending = take(&mut self.pending);
        self.pending_entries = 0;
        let full = |last: &Segment| last.bytes >= self.segment_bytes;
        let fresh = self.index.segments.last().is_none_or(full);
        let mut skipped = 0;
        if fresh {
            let segment = Segment::new(&self.folder, self.index.size);
            let create = Error::disk("create", &segment.path);
            self.file = Some(self.disk.create(&segment.path).map_err(create)?);
            pending.splice(..0, header(segment.first));
            skipped = HEADER_BYTES;
            self.index.segments.push(segment);
        }
        let file = self.file.as_mut().expect("a segment is open or was just created");
        let path = &self.index.segments.last().expect("the segment that is open").path;
        file.append(&pending).map_err(Error::disk("append to", path))?;
        file.sync().map_err(Error::disk("make durable", path))?;
        if fresh {
            let sync = Error::disk("make durable", &self.folder);
            self.disk.sync_folder(&self.folder).map_err(sync)?;
        }
        self.index.take_written(&pending, skipped);
        pending.clear();
        self.pending = pending;
        Ok(())
    }

    /// The durable entries from index `from` on.
    #[must_use]
    pub fn entries(&self, from: u64) -> Entries<'_> {
        Entries::new(&*self.disk, &self.index, from)
    }

    /// One durable entry.
    ///
    /// # Errors
    /// [`Error::NoSuchEntry`], [`Error::Damaged`], [`Error::Disk`].
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, Error> {
        Entries::one(&*self.disk, &self.index, index)
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("Journal");
        shown.field("folder", &self.folder).field("size", &self.index.size);
        shown.field("poisoned", &self.poisoned).finish_non_exhaustive()
    }
}

/// Removes what an earlier writer did not finish in a folder that is ours alone.
pub(crate) fn remove_unfinished(disk: &dyn Disk, folder: &Path) -> Result<(), Error> {
    for item in list_if_there(disk, folder)? {
        if item.name.ends_with(UNFINISHED) && !item.is_folder {
            let path = folder.join(item.name);
            disk.remove(&path).map_err(Error::disk("remove", &path))?;
        }
    }
    Ok(())
}

/// Whether a stop is a torn tail that may be cut.
pub(super) fn may_cut(
    disk: &dyn Disk,
    index: &Index,
    stop: Stop,
    signed: u64,
) -> Result<Cut, Error> {
    let Stop { damage, in_last } = stop;
    let entries = index.size;
    if entries < signed {
        return Err(Error::CutBelowCheckpoint { damage, entries, signed });
    }
    // A later write begins only when the earlier one is durable. So an intact record behind the
    // flaw says that what stands there was acknowledged: it is damaged, not torn.
    if !in_last || Scan::from(disk, &damage.file, damage.from)?.finds_record_beyond()? {
        return Err(damage.into());
    }
    Ok(Cut { damage, entries })
}

/// Writes the intact part of the last segment anew and opens it for appending.
fn renew(disk: &dyn Disk, journal: &Path, last: &Segment) -> Result<Box<dyn Append>, Error> {
    let mut staged = Staged::new(disk, journal, "renewed")?;
    let mut left = last.bytes;
    if left == 0 {
        staged.write_all(&header(last.first)).map_err(staged.error("write"))?;
    }
    let mut source = disk.read(&last.path, 0).map_err(Error::disk("read", &last.path))?;
    let mut piece = vec![0; COPY_BYTES];
    while left > 0 {
        let wanted = left.min(COPY_BYTES as u64) as usize;
        source.read_exact(&mut piece[..wanted]).map_err(Error::disk("read", &last.path))?;
        staged.write_all(&piece[..wanted]).map_err(staged.error("write"))?;
        left -= wanted as u64;
    }
    staged.place(&last.path)?;
    disk.append_to(&last.path).map_err(Error::disk("open", &last.path))
}
