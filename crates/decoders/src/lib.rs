//! Every decoder of bytes that come from outside, by name: one list for the fuzz targets in `fuzz/`
//! and for the tests of this crate, so that the two cannot drift apart.
//!
//! A decoder takes bytes or refuses them by a step of its closed list; it never panics. Those of
//! the formats of `docs/FORMATS.md` (Vectors) take all parts in one, each after its length. Only
//! fuzz targets and tests depend on this crate.

#![forbid(unsafe_code)]

mod bank;
mod folder;
mod plan;
mod proofs;

use proof_wasm::answer::answer;
use proof_wasm::reasons::{REASONS, REQUEST};

/// Taken, or the step at which it is refused.
pub type Verdict = Result<(), &'static str>;

/// A decoder.
#[derive(Clone, Copy, Debug)]
pub struct Decoder {
    /// Its name, which is that of its fuzz target and of its corpus.
    pub name: &'static str,
    /// Every step at which it can refuse.
    pub steps: &'static [&'static str],
    way: Way,
}

#[derive(Clone, Copy, Debug)]
enum Way {
    /// A format of the vectors.
    Parts,
    Bytes(fn(&[u8]) -> Verdict),
}

const fn bytes(
    name: &'static str,
    steps: &'static [&'static str],
    decode: fn(&[u8]) -> Verdict,
) -> Decoder {
    Decoder { name, steps, way: Way::Bytes(decode) }
}

/// The decoders beside the formats of the vectors.
const OTHERS: [Decoder; 12] = [
    bytes("value", &[FORM], proofs::value),
    bytes("frontier", &[FORM], proofs::frontier),
    bytes("policy-file", &["policy"], proofs::policy_file),
    bytes("signed-size", &[FORM], proofs::signed_size),
    bytes("entry", plan::ENTRY_STEPS, plan::entry),
    bytes("command", plan::ENTRY_STEPS, plan::command),
    bytes("charter", plan::CHARTER_STEPS, plan::charter),
    bytes("journal", folder::STEPS, folder::journal),
    bytes("snapshot", folder::STEPS, folder::snapshot),
    bytes("bank-status", bank::STEPS, bank::status),
    bytes("bank-notification", bank::STEPS, bank::notification),
    bytes("bank-statement", bank::STEPS, bank::statement),
];

/// The bytes are not what they should be, and no more is said of it.
const FORM: &str = "form";

/// All decoders.
#[must_use]
pub fn all() -> Vec<Decoder> {
    let formats = REASONS.iter().map(|(name, steps)| Decoder { name, steps, way: Way::Parts });
    formats.chain(OTHERS).collect()
}

impl Decoder {
    /// Gives bytes to the decoder.
    ///
    /// # Errors
    /// The step that refuses them; `request` if they are no parts, or another number of them.
    pub fn decode(&self, bytes: &[u8]) -> Verdict {
        match self.way {
            Way::Bytes(decode) => decode(bytes),
            Way::Parts => {
                let parts = proof_wasm::parts(bytes).ok_or(REQUEST)?;
                answer(self.name, &parts).map(drop)
            }
        }
    }

    /// Whether it takes all parts of a format, each after its length.
    #[must_use]
    pub fn takes_parts(&self) -> bool {
        matches!(self.way, Way::Parts)
    }

    /// Whether this is one of its steps.
    #[must_use]
    pub fn may_refuse_by(&self, step: &str) -> bool {
        self.steps.contains(&step) || self.takes_parts() && step == REQUEST
    }
}

/// Gives bytes to the decoder of this name, as a fuzz target does.
///
/// # Panics
/// When there is no such decoder, or it refuses by a step that is not of its list.
pub fn give(name: &str, bytes: &[u8]) {
    let decoder = all().into_iter().find(|decoder| decoder.name == name);
    let decoder = decoder.expect("a target bears the name of a decoder");
    if let Err(step) = decoder.decode(bytes) {
        assert!(decoder.may_refuse_by(step), "{name} refuses by {step:?}");
    }
}
