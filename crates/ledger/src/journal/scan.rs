//! One pass over one segment, with bounded memory.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::ENTRY_LIMIT;
use super::frame::{HEADER_BYTES, PREFIX_BYTES, Prefix, header};
use crate::disk::Disk;
use crate::error::{Damage, Error, Flaw};

/// Most bytes in memory at a time: more than the longest record.
const WINDOW_BYTES: usize = 1 << 17;

/// Bytes in memory at first, for many who open a segment read one entry.
const FIRST_WINDOW_BYTES: usize = 1 << 13;

/// What a scan meets next.
pub(super) enum Step<'s> {
    /// An entry whose checksum is right.
    Entry(&'s [u8]),
    /// The end of the file, after a whole record.
    End,
    /// Something that is no record.
    Flaw(Damage),
}

/// A window that moves over a file.
pub(super) struct Scan {
    source: Box<dyn Read + Send>,
    path: PathBuf,
    /// Place in the file of the first byte in the window that was not yet passed.
    at: u64,
    window: Vec<u8>,
    passed: usize,
    filled: usize,
}

impl Scan {
    /// Starts at byte `at`, where a record (or the header) begins.
    pub(super) fn from(disk: &dyn Disk, path: &Path, at: u64) -> Result<Self, Error> {
        let source = disk.read(path, at).map_err(Error::disk("read", path))?;
        let window = vec![0; FIRST_WINDOW_BYTES];
        Ok(Self { source, path: path.to_path_buf(), at, window, passed: 0, filled: 0 })
    }

    /// Where in the file the scan stands: after the last entry that it met.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Fills the window until it holds `count` bytes; returns how many there are, up to `count`.
    fn look(&mut self, count: usize) -> Result<usize, Error> {
        if self.passed + count > self.window.len() {
            self.window.copy_within(self.passed..self.filled, 0);
            self.filled -= self.passed;
            self.passed = 0;
            let grown = (2 * self.window.len()).clamp(count, WINDOW_BYTES);
            self.window.resize(grown, 0);
        }
        while self.filled < self.passed + count {
            match self.source.read(&mut self.window[self.filled..]) {
                Ok(0) => break,
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::disk("read", &self.path)(error)),
            }
        }
        Ok(count.min(self.filled - self.passed))
    }

    /// The next `count` bytes, which a [`Scan::look`] has found.
    fn seen(&self, count: usize) -> &[u8] {
        &self.window[self.passed..self.passed + count]
    }

    fn pass(&mut self, count: usize) {
        self.passed += count;
        self.at += count as u64;
    }

    fn flaw(&self, bytes: usize, flaw: Flaw) -> Damage {
        let (file, from) = (self.path.clone(), self.at);
        Damage { file, from, to: from + bytes as u64, flaw }
    }

    /// Passes the header, which must be that of the segment beginning with `first`.
    pub(super) fn header(&mut self, first: u64) -> Result<Option<Damage>, Error> {
        let found = self.look(HEADER_BYTES)?;
        if self.seen(found) == header(first) {
            self.pass(HEADER_BYTES);
            return Ok(None);
        }
        let flaw = if found < HEADER_BYTES { Flaw::TornTail } else { Flaw::Header };
        Ok(Some(self.flaw(found, flaw)))
    }

    /// Passes the next record. After a flaw the scan does not move on.
    pub(super) fn step(&mut self) -> Result<Step<'_>, Error> {
        let found = self.look(PREFIX_BYTES)?;
        if found == 0 {
            return Ok(Step::End);
        }
        let Some(prefix) = Prefix::read(self.seen(found)) else {
            return Ok(Step::Flaw(self.flaw(found, Flaw::TornTail)));
        };
        let whole = PREFIX_BYTES + prefix.entry_bytes();
        if prefix.entry_bytes() > ENTRY_LIMIT {
            return Ok(Step::Flaw(self.flaw(PREFIX_BYTES, Flaw::RecordLength)));
        }
        let found = self.look(whole)?;
        if found < whole {
            return Ok(Step::Flaw(self.flaw(found, Flaw::TornTail)));
        }
        if !prefix.fits(&self.seen(whole)[PREFIX_BYTES..]) {
            return Ok(Step::Flaw(self.flaw(whole, Flaw::Checksum)));
        }
        self.pass(whole);
        Ok(Step::Entry(&self.window[self.passed - whole + PREFIX_BYTES..self.passed]))
    }

    /// Whether an intact record begins anywhere after the place where the scan stands: then what
    /// stands here was followed by a later write, and is no torn tail.
    pub(super) fn finds_record_beyond(mut self) -> Result<bool, Error> {
        loop {
            let found = self.look(1 + PREFIX_BYTES)?;
            let Some(prefix) = self.seen(found).get(1..).and_then(Prefix::read) else {
                return Ok(false);
            };
            let whole = 1 + PREFIX_BYTES + prefix.entry_bytes();
            if prefix.entry_bytes() <= ENTRY_LIMIT && self.look(whole)? == whole {
                let entry = &self.seen(whole)[1 + PREFIX_BYTES..];
                if prefix.fits(entry) {
                    return Ok(true);
                }
            }
            self.pass(1);
        }
    }
}
