//! What can go wrong with a ledger folder, and where.

use std::io;
use std::path::{Path, PathBuf};

use proof::Digest;
use proof::note::NoteError;
use thiserror::Error;

/// Why an operation on the ledger was refused or failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused.
    #[error("could not {doing} {}: {source}", path.display())]
    Disk {
        /// What was attempted.
        doing: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// A file is not what was written.
    #[error(transparent)]
    Damaged(#[from] Damage),
    /// The log on disk ends before the size that was signed: entries are missing.
    #[error("the log has {entries} entries, but a checkpoint of {signed} was signed")]
    ShorterThanCheckpoint {
        /// Entries that are there and intact.
        entries: u64,
        /// Entries that the checkpoint covers.
        signed: u64,
    },
    /// The log is damaged below the size that was signed: no cut can make that good.
    #[error("{damage}; {entries} entries are intact before, but {signed} were signed")]
    CutBelowCheckpoint {
        /// Where the intact part ends.
        damage: Damage,
        /// Entries before it.
        entries: u64,
        /// Entries that the checkpoint covers.
        signed: u64,
    },
    /// The entries are not those that were signed.
    #[error("the root of the first {size} entries is {found}, but {signed} was signed")]
    RootDiffers {
        /// Entries covered.
        size: u64,
        /// The root of the entries on disk.
        found: Digest,
        /// The root in the checkpoint or snapshot.
        signed: Digest,
    },
    /// The checkpoint file is malformed, or its signatures do not verify.
    #[error("{}: {source}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: NoteError,
    },
    /// A checkpoint must not replace one of a longer log.
    #[error("a checkpoint of {new} entries cannot replace one of {old}")]
    CheckpointGoesBack {
        /// Entries covered by the stored one.
        old: u64,
        /// Entries covered by the new one.
        new: u64,
    },
    /// Somebody else has this ledger open for writing.
    #[error("{} is held by another writer", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// A write failed before. Nobody knows what is on disk, so nothing more may be promised until
    /// the ledger has been opened anew.
    #[error("an earlier write failed; the ledger must be opened anew")]
    Poisoned,
    /// Longer than [`crate::journal::ENTRY_LIMIT`].
    #[error("an entry of {found} bytes is too long")]
    EntryTooLong {
        /// Its length.
        found: usize,
    },
    /// More than [`crate::journal::PENDING_LIMIT`] bytes wait for a commit.
    #[error("too many entries wait to be committed")]
    PendingFull,
    /// There is no such entry.
    #[error("entry {index} is not among the {size} entries of the log")]
    NoSuchEntry {
        /// The index asked for.
        index: u64,
        /// Entries there are.
        size: u64,
    },
    /// There is no such chunk.
    #[error("there is no chunk {digest}")]
    NoSuchChunk {
        /// The chunk asked for.
        digest: Digest,
    },
    /// Longer than [`crate::chunks::CHUNK_LIMIT`].
    #[error("a chunk is too long")]
    ChunkTooLong,
}

impl Error {
    /// Makes an error of the system ours: `.map_err(Error::disk("write", &path))`.
    pub(crate) fn disk(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_path_buf();
        move |source| Self::Disk { doing, path, source }
    }
}

/// A file that is not what was written, and where in it that shows.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}: bytes {from} to {to}: {flaw}", file.display())]
pub struct Damage {
    /// The file.
    pub file: PathBuf,
    /// First byte of the part that is not intact.
    pub from: u64,
    /// The byte after that part; the fault lies somewhere in between.
    pub to: u64,
    /// What is wrong there.
    pub flaw: Flaw,
}

/// What is wrong with a part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Flaw {
    /// The file ends inside a record: a torn write, or bytes are missing.
    #[error("the file ends inside a record")]
    TornTail,
    /// A record is longer than any entry may be.
    #[error("a record has an impossible length")]
    RecordLength,
    /// The checksum of a record is wrong.
    #[error("the checksum of a record differs")]
    Checksum,
    /// The header is not one of such a file, or not the one for this name.
    #[error("the header is not one of this file")]
    Header,
    /// Entries are missing before this file.
    #[error("the file should begin with entry {expected}: a file is missing or misplaced")]
    Gap {
        /// Index of the entry that should come next.
        expected: u64,
    },
    /// The contents do not have the digest under which they were stored.
    #[error("the SHA-256 of the contents differs")]
    Digest,
}
