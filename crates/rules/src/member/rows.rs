//! Rows of a batch, kept beside the log in a chunk of `salt (32 bytes) ‖ rows`.
//!
//! A row of enrolment is `month of birth (u16, months since January 1900) ‖ flags (u16) ‖ payer
//! (u32, 2^32 − 1 for nobody) ‖ identity (16 bytes)`; a row of a list of members is
//! `member (u32)`. Integers are little-endian.

use proof::Digest;

use crate::command::Chunk;
use crate::day::Month;
use crate::roll::Identity;

/// Length of the salt before the rows.
pub const SALT_BYTES: usize = 32;

/// Length of a row of enrolment.
pub const ENROL_ROW_BYTES: usize = 24;

/// Length of a row of a list of members.
pub const MEMBER_ROW_BYTES: usize = 4;

/// The number that no member has.
const NOBODY: u32 = u32::MAX;

/// An agent enrolled somebody without a phone.
const ASSISTED: u16 = 1;

/// Why a chunk does not hold the rows that a command speaks of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// The rows are not at hand.
    #[error("the chunk is not there")]
    Missing,
    /// Another chunk than the command names.
    #[error("the chunk's hash is {found}, the command names {expected}")]
    Hash {
        /// Hash in the command.
        expected: Digest,
        /// Hash of the bytes.
        found: Digest,
    },
    /// Not a salt and whole rows of the number that the command names.
    #[error("the chunk does not hold as many whole rows as the command says")]
    Length,
    /// A row that is not one.
    #[error("row {row}: {why}")]
    Row {
        /// Row, counted from 1.
        row: u32,
        /// What is wrong with it.
        why: String,
    },
}

/// One row of enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnrolRow {
    /// Month of birth.
    pub birth: Month,
    /// The person.
    pub identity: Identity,
    /// Whether an agent enrolled somebody without a phone.
    pub assisted: bool,
    /// Who pays for the member, when somebody else does: a member, or somebody of the same batch
    /// by the number that they will have.
    pub payer: Option<u32>,
}

impl EnrolRow {
    /// The bytes of the row.
    #[must_use]
    pub fn to_bytes(self) -> [u8; ENROL_ROW_BYTES] {
        let mut bytes = [0; ENROL_ROW_BYTES];
        bytes[..2].copy_from_slice(&self.birth.index().to_le_bytes());
        bytes[2..4].copy_from_slice(&(u16::from(self.assisted) * ASSISTED).to_le_bytes());
        bytes[4..8].copy_from_slice(&self.payer.unwrap_or(NOBODY).to_le_bytes());
        bytes[8..].copy_from_slice(&self.identity.0);
        bytes
    }

    fn from_bytes(bytes: &[u8; ENROL_ROW_BYTES]) -> Result<Self, String> {
        let birth = Month::from_index(u16::from_le_bytes([bytes[0], bytes[1]]))
            .map_err(|error| error.to_string())?;
        let flags = u16::from_le_bytes([bytes[2], bytes[3]]);
        if flags & !ASSISTED != 0 {
            return Err(format!("the flags {flags:#06x} are not known here"));
        }
        let mut identity = Identity([0; 16]);
        identity.0.copy_from_slice(&bytes[8..]);
        let payer = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]);
        let payer = (payer != NOBODY).then_some(payer);
        Ok(Self { birth, identity, assisted: flags & ASSISTED != 0, payer })
    }
}

/// Checks that `bytes` are the chunk that a command names and gives its rows, each of `width`.
pub(crate) fn rows<'a>(
    chunk: &Chunk,
    bytes: Option<&'a [u8]>,
    width: usize,
) -> Result<impl ExactSizeIterator<Item = &'a [u8]> + use<'a>, RowError> {
    let bytes = bytes.ok_or(RowError::Missing)?;
    let rows = chunk.rows as usize;
    if chunk.size != bytes.len() as u64 || bytes.len() != SALT_BYTES + rows * width || rows == 0 {
        return Err(RowError::Length);
    }
    let found = proof::sha256(bytes);
    if found != chunk.hash {
        return Err(RowError::Hash { expected: chunk.hash, found });
    }
    Ok(bytes[SALT_BYTES..].chunks_exact(width))
}

/// The rows of a chunk of enrolments.
pub(super) fn enrolments(chunk: &Chunk, bytes: Option<&[u8]>) -> Result<Vec<EnrolRow>, RowError> {
    let rows = rows(chunk, bytes, ENROL_ROW_BYTES)?.enumerate().map(|(index, row)| {
        let row: &[u8; ENROL_ROW_BYTES] = row.try_into().expect("rows have one length");
        EnrolRow::from_bytes(row).map_err(|why| RowError::Row { row: index as u32 + 1, why })
    });
    rows.collect()
}

/// The members of a chunk.
pub(crate) fn members(chunk: &Chunk, bytes: Option<&[u8]>) -> Result<Vec<u32>, RowError> {
    let rows = rows(chunk, bytes, MEMBER_ROW_BYTES)?;
    Ok(rows.map(|r| u32::from_le_bytes([r[0], r[1], r[2], r[3]])).collect())
}
