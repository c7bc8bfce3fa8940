//! Chunks: what is too large for an entry, under the digest by which an entry refers to it.
//!
//! A chunk is `salt (32 bytes) ‖ rows`. The salt keeps anyone who knows only the digest from
//! finding the rows by trying; the caller draws it. Chunks may be gigabytes, so they are written
//! and read in pieces, and only one piece is in memory.

use std::fmt;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proof::Digest;
use proof::hash::Hasher;

use crate::disk::Disk;
use crate::error::{Damage, Error, Flaw};
use crate::staged::Staged;
use crate::verified::{VerifiedReader, hash_through};

/// Longest chunk in bytes, salt included: a hundred million members at 160 bytes each.
pub const CHUNK_LIMIT: u64 = 16 << 30;

/// Length of the salt in bytes.
pub const SALT_BYTES: usize = 32;

/// Name of the folder of the chunks in that of the ledger.
pub const FOLDER: &str = "chunks";

const ENDING: &str = ".chunk";

/// Bytes copied at a time.
const PIECE_BYTES: usize = 1 << 18;

/// What an entry says of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkId {
    /// SHA-256 of salt and rows.
    pub digest: Digest,
    /// Length of salt and rows in bytes.
    pub bytes: u64,
}

/// The chunks of a ledger. At most one process writes: the one that has the journal open.
#[derive(Clone, Debug)]
pub struct Chunks {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
}

/// A chunk that was found intact and is now read. The rows are hashed again on the way.
pub struct Chunk {
    /// What the entry says of it.
    pub id: ChunkId,
    /// The salt.
    pub salt: [u8; SALT_BYTES],
    rows: VerifiedReader,
}

impl Read for Chunk {
    /// Reads rows. The end is reported only if the digest was right once more.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.rows.read(buffer)
    }
}

impl fmt::Debug for Chunk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Chunk").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The digest in the name of a chunk's file, if it is one.
#[must_use]
pub fn chunk_digest(name: &str) -> Option<Digest> {
    name.strip_suffix(ENDING)?.parse().ok()
}

impl Chunks {
    /// The chunks of the ledger in `folder`.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>, folder: &Path) -> Self {
        Self { disk, folder: folder.join(FOLDER) }
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.folder.join(format!("{digest}{ENDING}"))
    }

    /// Stores a chunk durably. One that is there already is written again, which does no harm.
    ///
    /// # Errors
    /// [`Error::ChunkTooLong`]; [`Error::Disk`], also if `rows` cannot be read.
    pub fn put(&mut self, salt: [u8; SALT_BYTES], mut rows: impl Read) -> Result<ChunkId, Error> {
        let (disk, folder) = (&*self.disk, &self.folder);
        disk.create_folder(folder).map_err(Error::disk("create", folder))?;
        let mut staged = Staged::new(disk, folder, "incoming")?;
        let mut hasher = Hasher::new();
        hasher.update(&salt);
        staged.write_all(&salt).map_err(staged.error("write"))?;
        let mut bytes = SALT_BYTES as u64;
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            let count = match rows.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(staged.error("read the rows for")(error)),
            };
            bytes += count as u64;
            if bytes > CHUNK_LIMIT {
                return Err(Error::ChunkTooLong);
            }
            hasher.update(&piece[..count]);
            staged.write_all(&piece[..count]).map_err(staged.error("write"))?;
        }
        let digest = hasher.finish();
        staged.place(&self.path(&digest))?;
        Ok(ChunkId { digest, bytes })
    }

    /// Whether there is a file of this chunk, intact or not.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn has(&self, digest: &Digest) -> Result<bool, Error> {
        let path = self.path(digest);
        Ok(self.disk.length(&path).map_err(Error::disk("look at", &path))?.is_some())
    }

    /// Opens a chunk, after reading all of it once to see that it is intact.
    ///
    /// # Errors
    /// [`Error::NoSuchChunk`], [`Error::Damaged`], [`Error::Disk`].
    pub fn open(&self, digest: &Digest) -> Result<Chunk, Error> {
        let path = self.path(digest);
        let bytes = self.disk.length(&path).map_err(Error::disk("look at", &path))?;
        let bytes = bytes.ok_or(Error::NoSuchChunk { digest: *digest })?;
        let read = || self.disk.read(&path, 0).map_err(Error::disk("read", &path));
        let mut hasher = Hasher::new();
        hash_through(&mut *read()?, &mut hasher, bytes).map_err(Error::disk("read", &path))?;
        let intact = hasher.finish() == *digest && bytes >= SALT_BYTES as u64;
        if !intact || bytes > CHUNK_LIMIT {
            return Err(Damage { file: path, from: 0, to: bytes, flaw: Flaw::Digest }.into());
        }
        let mut source = read()?;
        let mut salt = [0; SALT_BYTES];
        source.read_exact(&mut salt).map_err(Error::disk("read", &path))?;
        let mut hasher = Hasher::new();
        hasher.update(&salt);
        let rows = VerifiedReader::new(source, hasher, bytes - SALT_BYTES as u64, 0, *digest);
        Ok(Chunk { id: ChunkId { digest: *digest, bytes }, salt, rows })
    }

    /// A whole chunk in memory, salt and rows: for those whose rows are wanted at once.
    ///
    /// # Errors
    /// [`Error::NoSuchChunk`], [`Error::Damaged`], [`Error::Disk`].
    pub fn read(&self, digest: &Digest) -> Result<Vec<u8>, Error> {
        let path = self.path(digest);
        let length = self.disk.length(&path).map_err(Error::disk("look at", &path))?;
        let length = length.ok_or(Error::NoSuchChunk { digest: *digest })?;
        let damaged = |to| Damage { file: path.clone(), from: 0, to, flaw: Flaw::Digest };
        if !(SALT_BYTES as u64..=CHUNK_LIMIT).contains(&length) {
            return Err(damaged(length).into());
        }
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        let source = self.disk.read(&path, 0).map_err(Error::disk("read", &path))?;
        source.take(CHUNK_LIMIT).read_to_end(&mut bytes).map_err(Error::disk("read", &path))?;
        if proof::sha256(&bytes) != *digest {
            return Err(damaged(length).into());
        }
        Ok(bytes)
    }

    /// Removes a chunk durably, for instance after the retention that the charter sets. That
    /// there is none is no error.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn remove(&mut self, digest: &Digest) -> Result<(), Error> {
        let path = self.path(digest);
        if self.disk.length(&path).map_err(Error::disk("look at", &path))?.is_none() {
            return Ok(());
        }
        self.disk.remove(&path).map_err(Error::disk("remove", &path))?;
        self.disk.sync_folder(&self.folder).map_err(Error::disk("make durable", &self.folder))
    }
}
