//! The salts of a period's leaves: a keyed digest of period and member under the plan's secret.
//!
//! `salt = SHA-256(0x04 ‖ secret ‖ period ‖ member)`, of 32, 4 and 4 bytes, integers big-endian.
//! The input has one length, so nobody can lengthen it, and it is one block.

use core::fmt;

use proof::charge::SALT_BYTES;
use proof::hash::sha256_in_blocks;

/// Stands before what a salt hashes; leaves and nodes have others.
pub(crate) const SALT_TAG: u8 = 4;

/// Length of the plan's secret in bytes.
pub const SECRET_BYTES: usize = 32;

/// The secret of a plan from which all salts follow. The institutions that check the roll hold it;
/// it never stands in the log. Whoever has it can search for the charges of every member.
#[derive(Clone, PartialEq, Eq)]
pub struct PlanSecret([u8; SECRET_BYTES]);

impl PlanSecret {
    /// The secret with these bytes.
    #[must_use]
    pub fn new(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes as big-endian words.
    pub(crate) fn words(&self) -> [u32; 8] {
        let word = |at: usize| self.0[4 * at..4 * at + 4].iter();
        core::array::from_fn(|at| word(at).fold(0, |word, byte| word << 8 | u32::from(*byte)))
    }

    /// The salt of one member in one period.
    #[must_use]
    pub fn salt(&self, period: u32, member: u32) -> [u8; SALT_BYTES] {
        let (period, member) = (period.to_be_bytes(), member.to_be_bytes());
        sha256_in_blocks::<1>(&[&[SALT_TAG], &self.0, &period, &member]).0
    }
}

impl fmt::Debug for PlanSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PlanSecret(…)")
    }
}
