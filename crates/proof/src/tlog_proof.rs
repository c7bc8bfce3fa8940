//! Proofs that an entry is in a log, as text to keep: <https://c2sp.org/tlog-proof>.
//!
//! Index, path and checkpoint in one file. This module reads and writes it; what is in it is
//! believed only after [`TlogProof::verify_leaf`] and a [`Policy`](crate::policy::Policy) that
//! opens the checkpoint.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use base64ct::{Base64, Encoding as _};
use thiserror::Error;

use crate::checkpoint::Checkpoint;
use crate::decimal;
use crate::hash::Digest;
use crate::merkle::{self, MerkleError};
use crate::note::NOTE_LIMIT;

/// The first line.
const HEAD: &str = "c2sp.org/tlog-proof@v1";

/// Most hashes of a path: trees stay below 2^63 leaves.
pub const PATH_LIMIT: usize = 63;

/// Longest proof in bytes: a checkpoint, the path, and as much data besides as an entry has.
pub const TLOG_PROOF_LIMIT: usize = NOTE_LIMIT + (1 << 17);

/// Why a text is not a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TlogProofError {
    /// Longer than [`TLOG_PROOF_LIMIT`].
    #[error("a proof of {found} bytes is too long")]
    TooLong {
        /// Bytes found.
        found: usize,
    },
    /// The first line names another format, another version, or none.
    #[error("the first line is not \"c2sp.org/tlog-proof@v1\"")]
    Head,
    /// A line is not what has to stand there.
    #[error("line {line} of the proof: {what}")]
    Line {
        /// Counted from one.
        line: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// No blank line between path and checkpoint.
    #[error("the proof has no blank line before its checkpoint")]
    NoCheckpoint,
    /// More than [`PATH_LIMIT`] hashes.
    #[error("the proof has more than 63 hashes")]
    TooManyHashes,
}

/// A proof, not yet believed. Its [`Display`](fmt::Display) is the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// Bytes that go along and are vouched for by nobody; never empty.
    pub extra: Option<Vec<u8>>,
    /// Number of the entry in the log, counted from zero.
    pub index: u64,
    /// The path from the leaf's sibling to a child of the root.
    pub path: Vec<Digest>,
    /// The checkpoint, a signed note, as it came.
    pub checkpoint: String,
}

impl TlogProof {
    /// Verifies that `leaf` (a [`merkle::leaf_hash`]) has this index in the tree of `checkpoint`,
    /// which the caller has opened and believes.
    ///
    /// # Errors
    /// Those of [`merkle::verify_inclusion`].
    pub fn verify_leaf(&self, leaf: &Digest, checkpoint: &Checkpoint) -> Result<(), MerkleError> {
        merkle::verify_inclusion(leaf, self.index, checkpoint.size, &self.path, &checkpoint.root)
    }
}

impl FromStr for TlogProof {
    type Err = TlogProofError;

    fn from_str(text: &str) -> Result<Self, TlogProofError> {
        if text.len() > TLOG_PROOF_LIMIT {
            return Err(TlogProofError::TooLong { found: text.len() });
        }
        let end = text.as_bytes().windows(2).position(|pair| pair == b"\n\n");
        let end = end.ok_or(TlogProofError::NoCheckpoint)?;
        let (proof, checkpoint) = (&text[..end], &text[end + 2..]);
        let mut lines = proof.split('\n').enumerate();
        if lines.next().map(|(_, line)| line) != Some(HEAD) {
            return Err(TlogProofError::Head);
        }
        let mut second = lines.next().map(|(_, line)| line);
        let mut line = 2;
        let wrong = |line, what| TlogProofError::Line { line, what };
        let mut extra = None;
        if let Some(blob) = second.and_then(|line| line.strip_prefix("extra ")) {
            let bytes = Base64::decode_vec(blob).ok().filter(|bytes| !bytes.is_empty());
            extra = Some(bytes.ok_or(wrong(2, "the extra data is not base64"))?);
            second = lines.next().map(|(_, line)| line);
            line = 3;
        }
        let index = second.and_then(|line| line.strip_prefix("index ")).and_then(decimal::parse);
        let index = index.ok_or(wrong(line, "it is not the index of an entry"))?;
        let mut path = Vec::new();
        for (before, text) in lines {
            if path.len() == PATH_LIMIT {
                return Err(TlogProofError::TooManyHashes);
            }
            let hash = Base64::decode_vec(text).ok().and_then(|hash| hash.try_into().ok());
            path.push(Digest(hash.ok_or(wrong(before + 1, "it is not the base64 of 32 bytes"))?));
        }
        Ok(Self { extra, index, path, checkpoint: checkpoint.to_string() })
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{HEAD}")?;
        if let Some(extra) = &self.extra {
            writeln!(formatter, "extra {}", Base64::encode_string(extra))?;
        }
        writeln!(formatter, "index {}", self.index)?;
        self.path
            .iter()
            .try_for_each(|hash| writeln!(formatter, "{}", Base64::encode_string(&hash.0)))?;
        write!(formatter, "\n{}", self.checkpoint)
    }
}
