//! What opens a vote, its commitment, and the bytes of which sealed copies are made.

use proof::Digest;
use serde::{Deserialize, Serialize};

use super::Choice;
use crate::bytes::Bytes;

/// Length of a salt, so that nobody finds a choice by trying.
const SALT_BYTES: usize = 32;

/// The longest reason in bytes of UTF-8: some sentences, so that a panel's votes stay readable.
pub const REASON_BYTES_MAX: usize = 477;

/// Length of an opening, whatever the reason: its length must not tell what it says.
pub const OPENING_BYTES: usize = 1 + SALT_BYTES + 2 + REASON_BYTES_MAX;

/// Length of a copy of it under HPKE: 32 bytes of an encapsulated key before, 16 of a tag after.
pub const COPY_BYTES: usize = 32 + OPENING_BYTES + 16;

const COMMITMENT_DOMAIN: &[u8] = b"huzhu/v1 vote\n";
const COPY_DOMAIN: &[u8] = b"huzhu/v1 copy of a vote\n";

/// What opens a vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// What it says.
    pub choice: Choice,
    /// Why, in the voter's words; published when the vote is opened.
    pub reason: String,
    /// 32 random bytes.
    pub salt: Bytes,
}

/// The opening has not the form of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an opening has a salt of {SALT_BYTES} bytes and a reason of at most {REASON_BYTES_MAX}")]
pub struct OpeningError;

/// Names plan, question and voter, so that nothing made for one is of use for another.
fn scope(domain: &[u8], plan: &str, subject: &str, voter: u32) -> Vec<u8> {
    let mut bytes = domain.to_vec();
    for text in [plan, subject] {
        bytes.extend((text.len() as u32).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes.extend(voter.to_be_bytes());
    bytes
}

/// What a copy is sealed for: the `info` of HPKE.
#[must_use]
pub fn purpose(plan: &str, subject: &str, voter: u32) -> Vec<u8> {
    scope(COPY_DOMAIN, plan, subject, voter)
}

impl Opening {
    /// The commitment: SHA-256 of domain, plan, question, voter, choice, salt and reason.
    #[must_use]
    pub fn commitment(&self, plan: &str, subject: &str, voter: u32) -> Digest {
        let mut bytes = scope(COMMITMENT_DOMAIN, plan, subject, voter);
        bytes.push(self.choice_byte());
        bytes.extend((self.salt.0.len() as u32).to_be_bytes());
        bytes.extend(&self.salt.0);
        bytes.extend(self.reason.as_bytes());
        proof::sha256(&bytes)
    }

    /// The bytes of which copies are made, all of one length.
    ///
    /// # Errors
    /// When the salt or the reason does not fit.
    pub fn to_bytes(&self) -> Result<Vec<u8>, OpeningError> {
        if self.salt.0.len() != SALT_BYTES || self.reason.len() > REASON_BYTES_MAX {
            return Err(OpeningError);
        }
        let mut bytes = vec![self.choice_byte()];
        bytes.extend(&self.salt.0);
        bytes.extend((self.reason.len() as u16).to_be_bytes());
        bytes.extend(self.reason.as_bytes());
        bytes.resize(OPENING_BYTES, 0);
        Ok(bytes)
    }

    /// Reads an opening from its bytes.
    ///
    /// # Errors
    /// When they are not the bytes of one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OpeningError> {
        if bytes.len() != OPENING_BYTES {
            return Err(OpeningError);
        }
        let choice = match bytes[0] {
            1 => Choice::For,
            0 => Choice::Against,
            _ => return Err(OpeningError),
        };
        let (salt, rest) = bytes[1..].split_at(SALT_BYTES);
        let length = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
        let (reason, padding) = rest[2..].split_at_checked(length).ok_or(OpeningError)?;
        let reason = String::from_utf8(reason.to_vec()).map_err(|_| OpeningError)?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(OpeningError);
        }
        Ok(Self { choice, reason, salt: Bytes(salt.to_vec()) })
    }

    fn choice_byte(&self) -> u8 {
        u8::from(self.choice == Choice::For)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(choice: Choice, reason: &str) -> Opening {
        Opening { choice, reason: reason.to_owned(), salt: Bytes(vec![7; SALT_BYTES]) }
    }

    #[test]
    fn an_opening_reads_back_and_every_one_has_the_same_length() {
        let long = "长".repeat(REASON_BYTES_MAX / 3);
        for (choice, reason) in [(Choice::For, ""), (Choice::Against, "why"), (Choice::For, &long)]
        {
            let opening = opening(choice, reason);
            let bytes = opening.to_bytes().unwrap();
            assert_eq!(bytes.len(), OPENING_BYTES);
            assert_eq!(Opening::from_bytes(&bytes), Ok(opening));
        }
        assert!(opening(Choice::For, &format!("{long}x")).to_bytes().is_err());
        let mut bent = opening(Choice::For, "why").to_bytes().unwrap();
        bent[OPENING_BYTES - 1] = 1;
        assert!(Opening::from_bytes(&bent).is_err());
    }

    #[test]
    fn a_commitment_is_for_one_plan_question_voter_choice_and_reason() {
        let first = opening(Choice::For, "why");
        let all = [
            first.commitment("a", "b", 1),
            first.commitment("ab", "", 1),
            first.commitment("a", "c", 1),
            first.commitment("a", "b", 2),
            opening(Choice::Against, "why").commitment("a", "b", 1),
            opening(Choice::For, "wh").commitment("a", "b", 1),
        ];
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }
}
