//! A receipt: entries of the log, the proof that they are in it, and one's own charge, as one text.
//!
//! ```text
//! huzhu receipt v1
//! policy 310
//! …the policy that the issuer states…
//! entry 402
//! {"command":{…},"order":{…}}
//! proof 1180
//! c2sp.org/tlog-proof@v1
//! …
//! charge 1502
//! index 3
//! member 17
//! class 2
//! charge 483
//! salt …
//! …hash… …sum…
//! ```
//!
//! A section is a line with its name and its length, that many bytes, and a newline. `policy` comes
//! first; then one to 64 pairs of `entry` and `proof`, all under one checkpoint; then, if the
//! receipt is one of a charge, `charge`. This module reads and writes; `receipt_check` believes.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use base64ct::{Base64, Encoding as _};
use thiserror::Error;

use crate::charge::{ChargeLeaf, SALT_BYTES, Sibling};
use crate::decimal;
use crate::hash::Digest;
use crate::policy_file::POLICY_LIMIT;
use crate::tile::ENTRY_LIMIT;
use crate::tlog_proof::{TLOG_PROOF_LIMIT, TlogProof, TlogProofError};
use crate::value::Value;

/// The first line.
const HEAD: &str = "huzhu receipt v1\n";

/// Longest receipt in bytes. One of a charge among a hundred million has about 6,000.
pub const RECEIPT_LIMIT: usize = 1 << 22;

/// Most entries. The charge of a period needs two, and one more for each 256 rates after the first
/// 256: a yearly cap over sixty ages in a year of 24 periods makes some 11,000.
pub const ENTRIES_LIMIT: usize = 64;

/// Most steps of a charge's path: counts stay below 2^53.
pub const CHARGE_PATH_LIMIT: usize = 53;

/// Longest charge section: five lines and the path.
const CHARGE_LIMIT: usize = 1 << 13;

/// Why a text is not a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReceiptFormError {
    /// Longer than [`RECEIPT_LIMIT`].
    #[error("a receipt of {found} bytes is too long")]
    TooLong {
        /// Bytes found.
        found: usize,
    },
    /// The first line names another format, another version, or none.
    #[error("the first line is not \"huzhu receipt v1\"")]
    Head,
    /// What stands here is not the section that has to come, with its length.
    #[error("byte {offset}: a section {expected:?} with its length has to stand here")]
    Section {
        /// Where in the receipt.
        offset: usize,
        /// Name of the section.
        expected: &'static str,
    },
    /// There is something after the last section.
    #[error("byte {offset}: there is something after the last section")]
    TrailingBytes {
        /// Where in the receipt.
        offset: usize,
    },
    /// More than [`ENTRIES_LIMIT`].
    #[error("the receipt has more than 64 entries")]
    TooManyEntries,
    /// An entry is not canonical JSON with a command that has a verb and a plan.
    #[error("entry {place} is not an entry of a log")]
    Entry {
        /// Counted from one.
        place: usize,
    },
    /// The entries are of different plans.
    #[error("entry {place} is one of another plan")]
    OtherPlan {
        /// Counted from one.
        place: usize,
    },
    /// A proof cannot be read.
    #[error("the proof of entry {place} cannot be read")]
    Proof {
        /// Counted from one.
        place: usize,
        /// Why.
        source: TlogProofError,
    },
    /// All entries have to be proved by the same checkpoint.
    #[error("entry {place} is proved by another checkpoint")]
    OtherCheckpoint {
        /// Counted from one.
        place: usize,
    },
    /// A line of the charge section is not what has to stand there.
    #[error("line {line} of the charge section is not what has to stand there")]
    Charge {
        /// Counted from one.
        line: usize,
    },
}

/// An entry with its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvedEntry {
    /// The entry: canonical JSON.
    pub entry: String,
    /// Where it stands.
    pub proof: TlogProof,
}

/// A charge with its path in the tree of its period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvedCharge {
    /// Place of the leaf, from zero.
    pub index: u64,
    /// The leaf.
    pub leaf: ChargeLeaf,
    /// From the leaf's sibling to a child of the root.
    pub path: Vec<Sibling>,
}

/// A receipt that has been read and not yet believed. Its [`Display`](fmt::Display) is the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The policy that the issuer states, as it stands in the file. Believe it only after
    /// comparing it with the one that the charter names.
    pub policy: String,
    /// The entries with their proofs.
    pub entries: Vec<ProvedEntry>,
    /// The charge, if the receipt is one of a charge.
    pub charge: Option<ProvedCharge>,
}

impl Receipt {
    /// Reads a receipt.
    ///
    /// # Errors
    /// The first thing that is not as the format wants it.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReceiptFormError> {
        if bytes.len() > RECEIPT_LIMIT {
            return Err(ReceiptFormError::TooLong { found: bytes.len() });
        }
        let text = core::str::from_utf8(bytes).map_err(|_| ReceiptFormError::Head)?;
        let rest = text.strip_prefix(HEAD).ok_or(ReceiptFormError::Head)?;
        let mut sections = Sections { whole: text.len(), rest };
        let policy = sections.take("policy", POLICY_LIMIT)?;
        let mut entries: Vec<ProvedEntry> = Vec::new();
        while entries.is_empty() || sections.rest.starts_with("entry ") {
            if entries.len() == ENTRIES_LIMIT {
                return Err(ReceiptFormError::TooManyEntries);
            }
            let entry = sections.take("entry", ENTRY_LIMIT)?;
            let proof = sections.take("proof", TLOG_PROOF_LIMIT)?;
            entries.push(read_entry(entry, proof, &entries)?);
        }
        let charge = if sections.rest.is_empty() {
            None
        } else {
            Some(sections.take("charge", CHARGE_LIMIT)?.parse()?)
        };
        if !sections.rest.is_empty() {
            return Err(ReceiptFormError::TrailingBytes { offset: sections.offset() });
        }
        Ok(Self { policy: policy.into(), entries, charge })
    }

    /// The checkpoint under which everything is proved; empty if there are no entries.
    #[must_use]
    pub fn checkpoint(&self) -> &str {
        self.entries.first().map_or("", |entry| &entry.proof.checkpoint)
    }
}

/// What has not been read yet of the sections.
struct Sections<'a> {
    whole: usize,
    rest: &'a str,
}

impl<'a> Sections<'a> {
    fn offset(&self) -> usize {
        self.whole - self.rest.len()
    }

    fn take(&mut self, name: &'static str, limit: usize) -> Result<&'a str, ReceiptFormError> {
        let offset = self.offset();
        let section = self.rest.split_once('\n').and_then(|(head, rest)| {
            let length = head.strip_prefix(name)?.strip_prefix(' ')?;
            let length = usize::try_from(decimal::parse(length)?).ok()?;
            let (body, rest) = rest.split_at_checked(length).filter(|_| length <= limit)?;
            Some((body, rest.strip_prefix('\n')?))
        });
        let expected = name;
        let (body, rest) = section.ok_or(ReceiptFormError::Section { offset, expected })?;
        self.rest = rest;
        Ok(body)
    }
}

/// The command of an entry, with its verb and its plan.
pub(crate) struct Command<'a> {
    pub(crate) value: Value<'a>,
    pub(crate) verb: &'a str,
    pub(crate) plan: &'a str,
}

impl<'a> Command<'a> {
    /// Reads an entry; `None` if it is not canonical JSON or has no such command.
    pub(crate) fn of(entry: &'a str) -> Option<Self> {
        let value = Value::of(entry.as_bytes()).ok()?.get("command")?;
        let (verb, plan) = (value.get("do")?.text()?, value.get("plan")?.text()?);
        Some(Self { value, verb, plan })
    }
}

fn read_entry(
    entry: &str,
    proof: &str,
    before: &[ProvedEntry],
) -> Result<ProvedEntry, ReceiptFormError> {
    let place = before.len() + 1;
    let command = Command::of(entry).ok_or(ReceiptFormError::Entry { place })?;
    let proof: TlogProof =
        proof.parse().map_err(|source| ReceiptFormError::Proof { place, source })?;
    if let Some(first) = before.first() {
        if Command::of(&first.entry).map(|first| first.plan) != Some(command.plan) {
            return Err(ReceiptFormError::OtherPlan { place });
        }
        if first.proof.checkpoint != proof.checkpoint {
            return Err(ReceiptFormError::OtherCheckpoint { place });
        }
    }
    Ok(ProvedEntry { entry: entry.into(), proof })
}

impl FromStr for ProvedCharge {
    type Err = ReceiptFormError;

    fn from_str(text: &str) -> Result<Self, ReceiptFormError> {
        let wrong = |line| ReceiptFormError::Charge { line };
        let mut lines =
            text.strip_suffix('\n').ok_or(wrong(text.split('\n').count()))?.split('\n').enumerate();
        let mut value = |name: &str| {
            let (before, line) = lines.next()?;
            Some((before + 1, line.strip_prefix(name)?.strip_prefix(' ')?))
        };
        let mut number = |name, line, limit| {
            let number = value(name).and_then(|(_, text)| decimal::parse(text));
            number.filter(|number| *number <= limit).ok_or(wrong(line))
        };
        let index = number("index", 1, u64::MAX)?;
        let member = number("member", 2, u32::MAX.into())? as u32;
        let class = number("class", 3, u16::MAX.into())? as u16;
        let charge = number("charge", 4, u64::MAX)?;
        let salt = value("salt").and_then(|(_, text)| Base64::decode_vec(text).ok());
        let salt: [u8; SALT_BYTES] = salt.and_then(|salt| salt.try_into().ok()).ok_or(wrong(5))?;
        let mut path = Vec::new();
        for (before, line) in lines {
            let sibling = line.split_once(' ').and_then(|(hash, sum)| {
                let hash = Digest(Base64::decode_vec(hash).ok()?.try_into().ok()?);
                Some(Sibling { hash, sum: decimal::parse(sum)? })
            });
            match sibling {
                Some(sibling) if path.len() < CHARGE_PATH_LIMIT => path.push(sibling),
                _ => return Err(wrong(before + 1)),
            }
        }
        Ok(ProvedCharge { index, leaf: ChargeLeaf { salt, member, class, charge }, path })
    }
}

impl fmt::Display for ProvedCharge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ChargeLeaf { salt, member, class, charge } = &self.leaf;
        writeln!(formatter, "index {}\nmember {member}\nclass {class}", self.index)?;
        writeln!(formatter, "charge {charge}\nsalt {}", Base64::encode_string(salt))?;
        self.path.iter().try_for_each(|Sibling { hash, sum }| {
            writeln!(formatter, "{} {sum}", Base64::encode_string(&hash.0))
        })
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut section = |name, body: &str| writeln!(formatter, "{name} {}\n{body}", body.len());
        // The head is written by the first section, so that there is one borrow of the formatter.
        section("huzhu receipt v1\npolicy", &self.policy)?;
        for ProvedEntry { entry, proof } in &self.entries {
            section("entry", entry)?;
            section("proof", &alloc::format!("{proof}"))?;
        }
        match &self.charge {
            Some(charge) => section("charge", &alloc::format!("{charge}")),
            None => Ok(()),
        }
    }
}
