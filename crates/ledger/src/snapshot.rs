//! Snapshots: the state after so many entries, so that a start need not replay all of them.
//!
//! A snapshot is a convenience and never evidence: whoever doubts replays the journal. The newest
//! intact one is used, a damaged one is named and skipped.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proof::Digest;
use proof::hash::{DIGEST_BYTES, Hasher};
use proof::merkle::Frontier;

use crate::disk::{Disk, list_if_there};
use crate::error::{Damage, Error, Flaw};
use crate::journal::numbered;
use crate::staged::Staged;
use crate::verified::{VerifiedReader, hash_through};

/// How many snapshots are kept: the newest, and one in case it is damaged.
pub const KEPT: usize = 2;

/// Name of the folder of the snapshots in that of the ledger.
pub const FOLDER: &str = "snapshots";

const ENDING: &str = ".snapshot";
const MAGIC: &[u8; 8] = b"huzhusnp";
const VERSION: u32 = 1;

/// Magic, version, count of entries, digest of the state, length of the frontier.
const FIXED_BYTES: usize = 8 + 4 + 8 + DIGEST_BYTES + 4;

/// The frontier at its longest: a size and 63 hashes.
const FRONTIER_LIMIT: usize = 8 + 63 * DIGEST_BYTES;

/// Length of the body, and SHA-256 of all bytes before it.
const TRAILER_BYTES: u64 = 8 + DIGEST_BYTES as u64;

/// What a snapshot is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotHead {
    /// The Merkle tree of the entries that led to the state.
    pub frontier: Frontier,
    /// Digest of the state, as the caller defines it.
    pub state: Digest,
}

/// A snapshot that was found intact and is now read: its [`Read`] gives the body, hashed again on
/// the way.
pub struct Snapshot {
    /// What it is of.
    pub head: SnapshotHead,
    /// Length of the body in bytes.
    pub body_bytes: u64,
    body: VerifiedReader,
}

impl Read for Snapshot {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.body.read(buffer)
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Snapshot").field("head", &self.head).finish_non_exhaustive()
    }
}

/// The count of entries in the name of a snapshot's file, if it is one.
#[must_use]
pub fn snapshot_entries(name: &str) -> Option<u64> {
    numbered(name, ENDING)
}

/// The snapshots of a ledger. At most one process writes: the one that has the journal open.
#[derive(Clone, Debug)]
pub struct Snapshots {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
}

impl Snapshots {
    /// The snapshots of the ledger in `folder`.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>, folder: &Path) -> Self {
        Self { disk, folder: folder.join(FOLDER) }
    }

    fn path(&self, entries: u64) -> PathBuf {
        self.folder.join(format!("{entries:020}{ENDING}"))
    }

    /// The counts of entries of the snapshots there are, ascending. Opens none of them.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn list(&self) -> Result<Vec<u64>, Error> {
        let listed = list_if_there(&*self.disk, &self.folder)?;
        Ok(listed.iter().filter_map(|item| snapshot_entries(&item.name)).collect())
    }

    /// Writes a snapshot durably, its body as `body` writes it, and then removes all but the
    /// newest [`KEPT`].
    ///
    /// # Errors
    /// [`Error::Disk`], also for an error of `body`; then there is no such snapshot.
    pub fn write(
        &mut self,
        head: &SnapshotHead,
        body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        let (disk, folder) = (&*self.disk, &self.folder);
        disk.create_folder(folder).map_err(Error::disk("create", folder))?;
        let mut staged = Staged::new(disk, folder, "incoming")?;
        let error = staged.error("write");
        let mut hashing = Hashing { inner: &mut staged, hasher: Hasher::new(), bytes: 0 };
        write_all(&mut hashing, head, body).map_err(error)?;
        let digest = hashing.hasher.finish();
        staged.write_all(&digest.0).map_err(staged.error("write"))?;
        staged.place(&self.path(head.frontier.size()))?;

        let counts = self.list()?;
        for &count in counts.iter().rev().skip(KEPT) {
            let path = self.path(count);
            disk.remove(&path).map_err(Error::disk("remove", &path))?;
        }
        Ok(())
    }

    /// The newest intact snapshot, if there is one, and the damage of newer ones that are not.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn newest(&self) -> Result<(Option<Snapshot>, Vec<Damage>), Error> {
        let mut damaged = Vec::new();
        for entries in self.list()?.into_iter().rev() {
            match self.open(entries) {
                Ok(snapshot) => return Ok((Some(snapshot), damaged)),
                Err(Error::Damaged(damage)) => damaged.push(damage),
                Err(error) => return Err(error),
            }
        }
        Ok((None, damaged))
    }

    /// Opens the snapshot after `entries` entries, after reading all of it once to see that it is
    /// intact.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Disk`].
    pub fn open(&self, entries: u64) -> Result<Snapshot, Error> {
        let path = self.path(entries);
        let length = self.disk.length(&path).map_err(Error::disk("look at", &path))?;
        let missing = || Error::disk("open", &path)(io::ErrorKind::NotFound.into());
        let length = length.ok_or_else(missing)?;
        let read = || self.disk.read(&path, 0).map_err(Error::disk("read", &path));
        let damaged = |to, flaw| Damage { file: path.clone(), from: 0, to, flaw };
        if length < FIXED_BYTES as u64 + 8 + TRAILER_BYTES {
            return Err(damaged(length, Flaw::TornTail).into());
        }
        let mut source = read()?;
        let mut hasher = Hasher::new();
        let hashed = length - DIGEST_BYTES as u64;
        hash_through(&mut *source, &mut hasher, hashed).map_err(Error::disk("read", &path))?;
        let mut digest = [0; DIGEST_BYTES];
        source.read_exact(&mut digest).map_err(Error::disk("read", &path))?;
        let digest = Digest(digest);
        if hasher.finish() != digest {
            return Err(damaged(length, Flaw::Digest).into());
        }

        let mut source = read()?;
        let mut hasher = Hasher::new();
        let head = read_head(&mut *source, &mut hasher).map_err(Error::disk("read", &path))?;
        let head = head.filter(|head| head.frontier.size() == entries);
        let head = head.ok_or(damaged(FIXED_BYTES as u64, Flaw::Header))?;
        let before = (FIXED_BYTES + head.frontier.to_bytes().len()) as u64 + TRAILER_BYTES;
        let bytes = length.checked_sub(before).ok_or(damaged(length, Flaw::TornTail))?;
        let body = VerifiedReader::new(source, hasher, bytes, 8, digest);
        Ok(Snapshot { head, body_bytes: bytes, body })
    }
}

/// Passes bytes on, hashes and counts them.
struct Hashing<'w> {
    inner: &'w mut dyn Write,
    hasher: Hasher,
    bytes: u64,
}

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Writes everything but the digest at the end.
fn write_all(
    out: &mut Hashing<'_>,
    head: &SnapshotHead,
    body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let frontier = head.frontier.to_bytes();
    out.write_all(MAGIC)?;
    out.write_all(&VERSION.to_le_bytes())?;
    out.write_all(&head.frontier.size().to_le_bytes())?;
    out.write_all(&head.state.0)?;
    out.write_all(&(frontier.len() as u32).to_le_bytes())?;
    out.write_all(&frontier)?;
    let before = out.bytes;
    body(out)?;
    let length = out.bytes - before;
    out.write_all(&length.to_le_bytes())
}

/// Reads what stands before the body; `None` if that is not the head of a snapshot.
fn read_head(source: &mut dyn Read, hasher: &mut Hasher) -> io::Result<Option<SnapshotHead>> {
    let mut fixed = [0; FIXED_BYTES];
    source.read_exact(&mut fixed)?;
    hasher.update(&fixed);
    let (start, rest) = fixed.split_at(12);
    let expected = [MAGIC.as_slice(), &VERSION.to_le_bytes()].concat();
    let (count, rest) = rest.split_at(8);
    let (state, frontier_bytes) = rest.split_at(DIGEST_BYTES);
    let length = frontier_bytes.try_into().map_or(0, u32::from_le_bytes) as usize;
    if start != expected || length > FRONTIER_LIMIT {
        return Ok(None);
    }
    let mut frontier = vec![0; length];
    source.read_exact(&mut frontier)?;
    hasher.update(&frontier);
    let state = state.try_into().map_or([0; DIGEST_BYTES], |state| state);
    Ok(Frontier::from_bytes(&frontier)
        .ok()
        .filter(|frontier| frontier.size().to_le_bytes() == count)
        .map(|frontier| SnapshotHead { frontier, state: Digest(state) }))
}
