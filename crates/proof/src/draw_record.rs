//! The record of a draw: a text from which anybody recomputes roll digest, seed and panel.
//!
//! ```text
//! huzhu draw v1
//! plan <plan>
//! subject <subject>
//! panel <jurors asked for>
//! nonce <64 hexadecimal digits>|none
//! excluded <member> <ground>            for each, in the order of the roll
//! stratum <member>,<member>,…           for each stratum, perhaps empty
//! roll <digest>
//! party <name> <key> <proof>|silent     for each, in their order, in hexadecimal
//! seed <digest>
//! drawn <member>,<member>,…
//! ```

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt::Write as _;
use core::iter::Peekable;

use crate::draw::{self, Eligible, NONCE_BYTES};
use crate::hash::Digest;
use crate::vrf::{self, VRF_KEY_BYTES, VRF_OUTPUT_BYTES, VRF_PROOF_BYTES};

/// First line of a record.
pub const RECORD_LINE: &str = "huzhu draw v1";

/// The largest record: a roll of five million members.
pub const RECORD_BYTES_MAX: usize = 1 << 26;

/// Parties of one draw.
const PARTIES_MAX: usize = 16;

/// A party and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Its name, one word.
    pub name: String,
    /// Its key of draws.
    pub key: [u8; VRF_KEY_BYTES],
    /// The proof of its output; `None` when it was silent.
    pub answer: Option<[u8; VRF_PROOF_BYTES]>,
}

/// A draw with all that it was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The plan.
    pub plan: String,
    /// What was drawn for.
    pub subject: String,
    /// Places of the panel.
    pub panel: u32,
    /// The nonce, if one was revealed.
    pub nonce: Option<[u8; NONCE_BYTES]>,
    /// Who could be drawn and who could not.
    pub eligible: Eligible,
    /// The digest that sealed it.
    pub roll: Digest,
    /// The parties.
    pub parties: Vec<Party>,
    /// The seed.
    pub seed: Digest,
    /// The panel.
    pub drawn: Vec<u32>,
}

/// The step in which a record fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// Not the text of a record, or of a roll in which each member stands once and in order.
    #[error("the text is no record of a draw")]
    Form,
    /// The digest is of another roll.
    #[error("the digest of the roll is another")]
    Roll,
    /// An answer is none of its party, or nobody answered.
    #[error("an answer does not belong to its party's key and this draw, or nobody answered")]
    Answers,
    /// The seed is another.
    #[error("the seed does not follow from the answers")]
    Seed,
    /// The panel is another.
    #[error("the panel does not follow from seed and roll")]
    Panel,
}

impl Record {
    /// The text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{RECORD_LINE}\nplan {}\nsubject {}\n", self.plan, self.subject);
        let nonce = self.nonce.map_or_else(|| "none".into(), |nonce| hex(&nonce));
        let _infallible = write!(text, "panel {}\nnonce {nonce}\n", self.panel);
        let _infallible = writeln!(text, "{}roll {}", roll_text(&self.eligible), self.roll);
        for party in &self.parties {
            let answer = party.answer.map_or_else(|| "silent".into(), |answer| hex(&answer));
            let _infallible = writeln!(text, "party {} {} {answer}", party.name, hex(&party.key));
        }
        let _infallible = write!(text, "seed {}\ndrawn {}\n", self.seed, list(&self.drawn));
        text
    }

    /// Reads a record, which must be written exactly as [`Record::to_text`] writes it.
    ///
    /// # Errors
    /// [`RecordError::Form`].
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        let read = |text: &str| {
            let mut lines = text.lines().peekable();
            if lines.next()? != RECORD_LINE {
                return None;
            }
            let plan = lines.next()?.strip_prefix("plan ")?.to_string();
            let subject = lines.next()?.strip_prefix("subject ")?.to_string();
            let panel = lines.next()?.strip_prefix("panel ")?.parse().ok()?;
            let nonce = match lines.next()?.strip_prefix("nonce ")? {
                "none" => None,
                digits => Some(bytes(digits)?),
            };
            let eligible = roll(&mut lines)?;
            let roll = lines.next()?.strip_prefix("roll ")?.parse().ok()?;
            let mut parties = Vec::new();
            while let Some(line) = lines.next_if(|line| line.starts_with("party ")) {
                let mut words = line.strip_prefix("party ")?.split(' ');
                let (name, key) = (words.next()?.to_string(), bytes(words.next()?)?);
                let answer = match words.next()? {
                    "silent" => None,
                    digits => Some(bytes(digits)?),
                };
                parties.push(Party { name, key, answer });
            }
            let seed = lines.next()?.strip_prefix("seed ")?.parse().ok()?;
            let drawn = members(lines.next()?.strip_prefix("drawn ")?)?;
            Some(Self { plan, subject, panel, nonce, eligible, roll, parties, seed, drawn })
        };
        let fits = |record: &Self| {
            let longest = record.plan.len().max(record.subject.len());
            (1..=PARTIES_MAX).contains(&record.parties.len())
                && longest <= draw::TEXT_BYTES_MAX
                && record.eligible.is_in_order()
                && record.to_text() == text
        };
        // A line end of two characters would be one to some readers and a letter to others.
        let plain = |text: &&str| text.bytes().all(|byte| byte >= b' ' || byte == b'\n');
        let record = Some(text).filter(|text| text.len() <= RECORD_BYTES_MAX).filter(plain);
        record.and_then(read).filter(fits).ok_or(RecordError::Form)
    }

    /// Recomputes everything; the first step that fails is the error.
    ///
    /// # Errors
    /// See [`RecordError`].
    pub fn check(&self) -> Result<(), RecordError> {
        if self.eligible.digest() != self.roll {
            return Err(RecordError::Roll);
        }
        let input = draw::input(&self.plan, &self.subject, &self.roll, self.nonce.as_ref());
        let mut outputs: Vec<(u8, [u8; VRF_OUTPUT_BYTES])> = Vec::new();
        for (place, party) in (0..).zip(&self.parties) {
            if let Some(proof) = &party.answer {
                let output = vrf::verify(&party.key, &input, proof);
                outputs.push((place, output.map_err(|_| RecordError::Answers)?));
            }
        }
        if outputs.is_empty() {
            return Err(RecordError::Answers);
        }
        if draw::seed(outputs.iter().map(|(place, output)| (*place, output))) != self.seed {
            return Err(RecordError::Seed);
        }
        let drawn = self.eligible.draw(&self.seed, self.panel as usize, 0);
        if drawn.panel == self.drawn { Ok(()) } else { Err(RecordError::Panel) }
    }
}

/// The lines of a roll: who is left out, then the strata.
fn roll_text(eligible: &Eligible) -> String {
    let mut text = String::new();
    for (member, ground) in &eligible.excluded {
        let _infallible = writeln!(text, "excluded {member} {ground}");
    }
    for stratum in &eligible.strata {
        let _infallible = writeln!(text, "stratum {}", list(stratum));
    }
    text
}

fn roll<'a>(lines: &mut Peekable<impl Iterator<Item = &'a str>>) -> Option<Eligible> {
    let mut eligible = Eligible::default();
    while let Some(line) = lines.next_if(|line| line.starts_with("excluded ")) {
        let (member, ground) = line.strip_prefix("excluded ")?.split_once(' ')?;
        eligible.excluded.push((member.parse().ok()?, ground.parse().ok()?));
    }
    while let Some(line) = lines.next_if(|line| line.starts_with("stratum ")) {
        eligible.strata.push(members(line.strip_prefix("stratum ")?)?);
    }
    Some(eligible)
}

/// Reads the lines of a roll by themselves, written exactly as in a record.
///
/// # Errors
/// [`RecordError::Form`].
pub fn parse_roll(text: &str) -> Result<Eligible, RecordError> {
    let read = |text: &str| roll(&mut text.lines().peekable());
    let found = Some(text).filter(|text| text.len() <= RECORD_BYTES_MAX).and_then(read);
    let fits = |found: &Eligible| found.is_in_order() && roll_text(found) == text;
    found.filter(fits).ok_or(RecordError::Form)
}

/// Members as a record lists them.
#[must_use]
pub fn list(members: &[u32]) -> String {
    let mut text = String::new();
    for (index, member) in members.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let _infallible = write!(text, "{comma}{member}");
    }
    text
}

fn members(text: &str) -> Option<Vec<u32>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    text.split(',').map(|member| member.parse().ok()).collect()
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _infallible = write!(text, "{byte:02x}");
    }
    text
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}
