//! Decoders of what people and machines send to a plan: entries, commands, charters.

use rules::charter::{Charter, CharterError};
use rules::entry::{Entry, EntryError, Signed};

use crate::Verdict;

pub const ENTRY_STEPS: &[&str] = &["size", "form", "shape", "signature"];

pub const CHARTER_STEPS: &[&str] = &["size", "form", "shape", "amount", "contradiction"];

fn step_of(error: &EntryError) -> &'static str {
    match error {
        EntryError::TooLong => "size",
        EntryError::NotCanonical(_) => "form",
        EntryError::Shape(_) => "shape",
        EntryError::Signature => "signature",
        _ => "unnamed",
    }
}

fn verify(signed: Signed) -> Verdict {
    signed.verify().map(drop).map_err(|error| step_of(&error))
}

pub fn entry(bytes: &[u8]) -> Verdict {
    match Entry::parse(bytes).map_err(|error| step_of(&error))? {
        Entry::Command(_, signed) => verify(*signed),
        Entry::Finding(..) => Ok(()),
    }
}

pub fn command(bytes: &[u8]) -> Verdict {
    verify(Signed::parse(bytes).map_err(|error| step_of(&error))?)
}

pub fn charter(bytes: &[u8]) -> Verdict {
    let text = core::str::from_utf8(bytes).map_err(|_| "form")?;
    let charter = Charter::from_toml(text).map_err(|error| match error {
        CharterError::TooLong => "size",
        CharterError::Shape(_) => "shape",
        CharterError::Amount { .. } => "amount",
        _ => "form",
    })?;
    if charter.check().errors.is_empty() { Ok(()) } else { Err("contradiction") }
}
