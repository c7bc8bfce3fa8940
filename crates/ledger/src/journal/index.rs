//! Where the entries of a journal are: found by one pass, kept sparse in memory.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use super::frame::{HEADER_BYTES, PREFIX_BYTES, Prefix};
use super::scan::{Scan, Step};
use super::{FOLDER, LOCK, segment_first, segment_path};
use crate::disk::Disk;
use crate::error::{Damage, Error, Flaw};

/// Every so many entries the place of one is remembered: 8 bytes of memory for 64 entries.
const STRIDE: u64 = 64;

/// While somebody writes, the last record may be half there for a moment: a reader looks again
/// this often, this long apart.
const LIVE_ATTEMPTS: u32 = 10;
const LIVE_PAUSE: Duration = Duration::from_millis(20);

/// One segment.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) first: u64,
    pub(super) path: PathBuf,
    /// Length of its intact part in bytes; zero if not even the header is.
    pub(super) bytes: u64,
    /// How many entries it has.
    entries: u64,
    /// Places of entries number 0, `STRIDE`, 2 · `STRIDE`, … of this segment.
    marks: Vec<u64>,
}

impl Segment {
    /// A segment of which nothing has been seen.
    pub(super) fn new(journal: &Path, first: u64) -> Self {
        let path = segment_path(journal, first);
        Self { first, path, bytes: 0, entries: 0, marks: Vec::new() }
    }

    /// Takes in a record of `bytes` bytes that stands at the end of what is known.
    fn take(&mut self, bytes: usize) {
        if self.entries.is_multiple_of(STRIDE) {
            self.marks.push(self.bytes);
        }
        self.entries += 1;
        self.bytes += bytes as u64;
    }

    /// The last remembered place at or before entry number `number` of this segment, and the
    /// number of the entry there.
    pub(super) fn mark(&self, number: u64) -> (u64, u64) {
        match self.marks.get((number / STRIDE) as usize) {
            Some(&place) => (place, number / STRIDE * STRIDE),
            None => (self.bytes, self.entries),
        }
    }
}

/// All segments, and how many entries are in them.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) segments: Vec<Segment>,
    pub(super) size: u64,
}

/// Where a pass over the journal had to stop.
pub(super) struct Stop {
    pub(super) damage: Damage,
    /// Whether it was in the last segment, where a write may have been torn.
    pub(super) in_last: bool,
}

impl Index {
    /// Passes over all entries of the ledger in `folder`, and shows each to `visit`. `beside`
    /// says that a writer other than the caller may be at work.
    pub(super) fn build(
        disk: &dyn Disk,
        folder: &Path,
        beside: bool,
        mut visit: impl FnMut(u64, &[u8]),
    ) -> Result<(Self, Option<Stop>), Error> {
        let journal = folder.join(FOLDER);
        let listed = disk.list(&journal).map_err(Error::disk("list", &journal))?;
        let firsts: Vec<u64> = listed.iter().filter_map(|item| segment_first(&item.name)).collect();
        let mut index = Self::default();
        for (position, &first) in firsts.iter().enumerate() {
            let in_last = position + 1 == firsts.len();
            let segment = Segment::new(&journal, first);
            let expected = index.size;
            if first != expected {
                let (file, to) = (segment.path, HEADER_BYTES as u64);
                let damage = Damage { file, from: 0, to, flaw: Flaw::Gap { expected } };
                return Ok((index, Some(Stop { damage, in_last: false })));
            }
            index.segments.push(segment);
            let live = (beside && in_last).then(|| folder.join(LOCK));
            if let Some(damage) = index.pass_over_last(disk, live.as_deref(), &mut visit)? {
                return Ok((index, Some(Stop { damage, in_last })));
            }
        }
        Ok((index, None))
    }

    /// Passes over the segment that was pushed last. `lock` is given where a writer may be at
    /// work.
    fn pass_over_last(
        &mut self,
        disk: &dyn Disk,
        lock: Option<&Path>,
        visit: &mut impl FnMut(u64, &[u8]),
    ) -> Result<Option<Damage>, Error> {
        let segment = self.segments.last_mut().expect("a segment was pushed");
        let mut attempts = 0;
        loop {
            let mut scan = Scan::from(disk, &segment.path, segment.bytes)?;
            let mut damage = match segment.bytes {
                0 => scan.header(segment.first)?,
                _ => None,
            };
            segment.bytes = scan.at();
            while damage.is_none() {
                match scan.step()? {
                    Step::Entry(entry) => {
                        visit(self.size, entry);
                        segment.take(PREFIX_BYTES + entry.len());
                        self.size += 1;
                    }
                    Step::Flaw(flaw) => damage = Some(flaw),
                    Step::End => return Ok(None),
                }
            }
            let live = match lock {
                Some(lock) if attempts < LIVE_ATTEMPTS => {
                    disk.is_locked(lock).map_err(Error::disk("look at", lock))?
                }
                _ => false,
            };
            if !live {
                return Ok(damage);
            }
            attempts += 1;
            sleep(LIVE_PAUSE);
        }
    }

    /// Takes in what was just made durable: `written` went to the end of the last segment, and
    /// its first `skipped` bytes are a header.
    pub(super) fn take_written(&mut self, written: &[u8], skipped: usize) {
        let segment = self.segments.last_mut().expect("something was written to a segment");
        segment.bytes += skipped as u64;
        let mut rest = &written[skipped..];
        while let Some(prefix) = Prefix::read(rest) {
            let bytes = PREFIX_BYTES + prefix.entry_bytes();
            segment.take(bytes);
            self.size += 1;
            rest = &rest[bytes..];
        }
    }

    /// Position of the segment that holds entry `index`, which must be below the size.
    pub(super) fn segment_of(&self, index: u64) -> usize {
        self.segments.partition_point(|segment| segment.first <= index) - 1
    }
}
