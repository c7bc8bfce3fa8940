//! What a statement's movements are matched with: a list in the command, or a chunk beside the log.
//!
//! A row of a chunk is `term (u8) ‖ 0 (3 bytes) ‖ period (u32) ‖ number (u32) ‖ amount (i64)`,
//! little-endian.

use money::Amount;
use serde::{Deserialize, Serialize};

use crate::books::Term;
use crate::command::{Chunk, MemberRows};
use crate::refusal::Refusal;

/// Length of a row in a chunk.
pub const ROW_BYTES: usize = 20;

/// The terms that move money, in the order of their numbers in a chunk.
const TERMS: [Term; 16] = [
    Term::Collection,
    Term::LatePayment,
    Term::SponsorPaid,
    Term::Advance,
    Term::AdvanceRepaid,
    Term::AidPaid,
    Term::RefundPaid,
    Term::FeePaid,
    Term::Interest,
    Term::PaidIn,
    Term::WithdrawalPaid,
    Term::SurplusPaid,
    Term::Recovered,
    Term::ExitLevy,
    Term::AidRecovered,
    Term::SharesReturned,
];

/// Movements of a statement that are for the same thing, in one sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What for.
    pub term: Term,
    /// The period, where there is one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub period: u32,
    /// The case or the member, where there is one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub number: u32,
    /// How much came in; what went out is less than nothing.
    pub amount_minor: Amount,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Row {
    /// The bytes of the row; nothing for a term that moves no money.
    #[must_use]
    pub fn to_bytes(&self) -> Option<[u8; ROW_BYTES]> {
        let mut bytes = [0; ROW_BYTES];
        bytes[0] = TERMS.iter().position(|term| *term == self.term)? as u8;
        bytes[4..8].copy_from_slice(&self.period.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.number.to_le_bytes());
        bytes[12..].copy_from_slice(&self.amount_minor.minor().to_le_bytes());
        Some(bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; ROW_BYTES] = bytes.try_into().ok()?;
        let four = |at: usize| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        let mut amount = [0; 8];
        amount.copy_from_slice(&bytes[12..]);
        let plain = bytes[1..4] == [0; 3];
        Some(Self {
            term: *TERMS.get(usize::from(bytes[0])).filter(|_| plain)?,
            period: u32::from_le_bytes(four(4)),
            number: u32::from_le_bytes(four(8)),
            amount_minor: Amount::from_minor(i64::from_le_bytes(amount)).ok()?,
        })
    }

    /// What stands in ascending order, each once.
    pub(super) fn key(&self) -> (Term, u32, u32) {
        (self.term, self.period, self.number)
    }
}

/// Rows, in the command when they are few, or in a chunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RowList {
    /// The rows.
    Here(Vec<Row>),
    /// The chunk that holds them.
    There(MemberRows),
}

impl RowList {
    pub(crate) fn chunk(&self) -> Option<&Chunk> {
        match self {
            Self::Here(_) => None,
            Self::There(rows) => Some(&rows.chunk),
        }
    }

    /// The rows, wherever they stand.
    pub(crate) fn rows(&self, bytes: Option<&[u8]>) -> Result<Vec<Row>, Refusal> {
        let chunk = match self {
            Self::Here(rows) => return Ok(rows.clone()),
            Self::There(rows) => &rows.chunk,
        };
        let rows = crate::member::rows(chunk, bytes, ROW_BYTES);
        let rows = rows.map_err(|error| Refusal::rows(&error))?.map(Row::from_bytes);
        let rows: Option<Vec<Row>> = rows.collect();
        rows.ok_or_else(|| Refusal::bank("E-BANK-ROWS", "A row of the chunk is none."))
    }
}

/// A movement for which the ledger knows no reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stray {
    /// The bank's reference.
    pub reference: String,
    /// How much came in; what went out is less than nothing.
    pub amount_minor: Amount,
}
