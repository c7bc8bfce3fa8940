//! What a log asks of a witness, <https://c2sp.org/tlog-witness>: its newest checkpoint, and a
//! proof that it contains the one that the witness has signed before.
//!
//! This module reads and writes the body of the request, and decides whether the log has grown from
//! what the witness has signed. Whose log it is and what is remembered is the witness's matter.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64ct::{Base64, Encoding as _};
use thiserror::Error;

use crate::checkpoint::Checkpoint;
use crate::decimal;
use crate::hash::Digest;
use crate::merkle::{self, MerkleError, SIZE_LIMIT};
use crate::note::NOTE_LIMIT;

/// Most hashes of a proof: trees stay below 2^63 leaves.
pub const PROOF_LIMIT: usize = 63;

/// Longest body in bytes: the line of the old size, 63 hashes, an empty line and the note.
pub const BODY_LIMIT: usize = 25 + PROOF_LIMIT * 45 + 1 + NOTE_LIMIT;

/// The type of the answer that tells the size which the witness has signed.
pub const SIZE_TYPE: &str = "text/x.tlog.size";

/// A body is none of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Longer than [`BODY_LIMIT`].
    #[error("the request is longer than {BODY_LIMIT} bytes")]
    TooLong,
    /// Not UTF-8.
    #[error("the request is not text")]
    NotText,
    /// The first line is not `old` and a size.
    #[error("the first line is not the old size")]
    OldSize,
    /// A line of the proof is not the base64 of a hash.
    #[error("line {line} is not the base64 of 32 bytes")]
    Hash {
        /// Counted from one.
        line: usize,
    },
    /// More than [`PROOF_LIMIT`] hashes.
    #[error("the proof has more than 63 hashes")]
    TooManyHashes,
    /// No empty line before the checkpoint.
    #[error("there is no empty line before the checkpoint")]
    NoCheckpoint,
}

/// Why a checkpoint is no later state of what the witness has signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotGrown {
    /// The old size is above the checkpoint's.
    #[error("the old size is larger than the checkpoint's")]
    OldSize,
    /// The witness has signed another size, or another root of this size: two histories.
    #[error("the newest checkpoint that is signed here has {signed} entries, or another root")]
    Conflict {
        /// Entries of what the witness has signed; 0 if it has signed nothing.
        signed: u64,
    },
    /// The proof does not show that the log only grew.
    #[error(transparent)]
    Proof(#[from] MerkleError),
}

/// A request, not yet believed. Its [`Display`](fmt::Display) is the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Size of the checkpoint that the witness has signed before; 0 if none.
    pub old: u64,
    /// The consistency proof from there.
    pub proof: Vec<Digest>,
    /// The checkpoint, a signed note, as it came.
    pub note: String,
}

impl AddCheckpoint {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// [`RequestError`] names the line.
    pub fn parse(body: &[u8]) -> Result<Self, RequestError> {
        if body.len() > BODY_LIMIT {
            return Err(RequestError::TooLong);
        }
        let text = core::str::from_utf8(body).map_err(|_| RequestError::NotText)?;
        let (first, mut rest) = text.split_once('\n').ok_or(RequestError::OldSize)?;
        let old = first.strip_prefix("old ").and_then(decimal::parse);
        let old = old.filter(|old| *old < SIZE_LIMIT).ok_or(RequestError::OldSize)?;
        let mut proof = Vec::new();
        for line in 2.. {
            let (hash, after) = rest.split_once('\n').ok_or(RequestError::NoCheckpoint)?;
            rest = after;
            if hash.is_empty() {
                break;
            }
            if proof.len() == PROOF_LIMIT {
                return Err(RequestError::TooManyHashes);
            }
            let hash = Base64::decode_vec(hash).ok().and_then(|hash| hash.try_into().ok());
            proof.push(Digest(hash.ok_or(RequestError::Hash { line })?));
        }
        Ok(Self { old, proof, note: rest.into() })
    }

    /// Decides whether `new`, the checkpoint of this request, contains `signed`, the newest that
    /// the witness has signed of the log.
    ///
    /// # Errors
    /// [`NotGrown`].
    pub fn check_growth(
        &self,
        new: &Checkpoint,
        signed: Option<&Checkpoint>,
    ) -> Result<(), NotGrown> {
        if self.old > new.size {
            return Err(NotGrown::OldSize);
        }
        let (size, root) = match signed {
            Some(signed) => (signed.size, signed.root),
            None => (0, merkle::empty_root()),
        };
        let splits = self.old == new.size && signed.is_some() && root != new.root;
        if self.old != size || splits {
            return Err(NotGrown::Conflict { signed: size });
        }
        let grown = merkle::verify_consistency(self.old, new.size, &root, &new.root, &self.proof);
        Ok(grown?)
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "old {}", self.old)?;
        let mut hashes = self.proof.iter();
        hashes.try_for_each(|hash| writeln!(formatter, "{}", Base64::encode_string(&hash.0)))?;
        write!(formatter, "\n{}", self.note)
    }
}

/// Reads the answer that tells which size a witness has signed: a number and a newline.
#[must_use]
pub fn signed_size(body: &[u8]) -> Option<u64> {
    decimal::parse(core::str::from_utf8(body).ok()?.strip_suffix('\n')?)
}
