//! Cosignatures: a witness says that a log only grew, <https://c2sp.org/tlog-cosignature>.
//!
//! Version 1 with Ed25519 (type 0x04). What is signed is a time and the whole text of the
//! checkpoint, but not the witness's name: so a witness that says something more, such as "I have
//! replayed the rules", does so under a key of its own. Nothing here asks a clock whether a time
//! lies in the future.

use alloc::vec::Vec;

use crate::note::{Note, NoteError, NoteKey, NoteSignature};
use crate::signature::{self, SIGNATURE_BYTES};

/// The signature type of an Ed25519 cosignature.
pub const TYPE_COSIGNATURE: u8 = 0x04;

/// The latest time that a cosignature may state, in seconds since 1970-01-01 UTC.
pub const TIME_LIMIT: u64 = i64::MAX as u64;

/// A key whose signatures are cosignatures.
pub type CosignerKey = NoteKey<TYPE_COSIGNATURE>;

/// A cosignature that verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cosignature<'k> {
    /// Whose.
    pub key: &'k CosignerKey,
    /// When it was made, as the cosigner says, in seconds since 1970-01-01 UTC.
    pub time: u64,
}

/// What a cosigner signs: two lines of its own, then the text of the checkpoint.
#[must_use]
pub fn message(time: u64, text: &str) -> Vec<u8> {
    alloc::format!("cosignature/v1\ntime {time}\n{text}").into_bytes()
}

/// Who of `keys` has cosigned, each public key once, with the latest of its times; in the order of
/// `keys`. Lines of anybody else are passed over.
///
/// # Errors
/// [`NoteError::SignatureInvalid`] if any line of a known key is invalid.
pub fn verify<'k>(note: &Note, keys: &'k [CosignerKey]) -> Result<Vec<Cosignature<'k>>, NoteError> {
    let mut found: Vec<Cosignature<'k>> = Vec::new();
    for key in keys {
        for line in note.signatures().iter().filter(|line| line.is_of(key)) {
            let time = verify_line(note.text(), line, key)?;
            match found.iter_mut().find(|earlier| earlier.key.key() == key.key()) {
                Some(earlier) => earlier.time = earlier.time.max(time),
                None => found.push(Cosignature { key, time }),
            }
        }
    }
    Ok(found)
}

/// Cosigns as `key`: `sign` is handed the bytes to be signed and keeps the secret to itself.
///
/// # Errors
/// [`NoteError::SignatureInvalid`] if what came back is not a signature by `key`, or the time is
/// beyond [`TIME_LIMIT`]; [`NoteError::TooManySignatures`].
pub fn cosign(
    note: &mut Note,
    key: &CosignerKey,
    time: u64,
    sign: impl FnOnce(&[u8]) -> [u8; SIGNATURE_BYTES],
) -> Result<(), NoteError> {
    let signature = sign(&message(time, note.text()));
    let value = [time.to_be_bytes().as_slice(), &signature].concat();
    let line = NoteSignature { name: key.name().into(), id: key.id(), value };
    verify_line(note.text(), &line, key)?;
    note.add(line)
}

/// The time in a line, if its signature is one by `key`.
fn verify_line(text: &str, line: &NoteSignature, key: &CosignerKey) -> Result<u64, NoteError> {
    let invalid = || NoteError::SignatureInvalid { name: key.name().into() };
    let (time, signature) = line.value.split_first_chunk().ok_or_else(invalid)?;
    let time = u64::from_be_bytes(*time);
    let signature = signature.try_into().map_err(|_| invalid())?;
    if time > TIME_LIMIT {
        return Err(invalid());
    }
    signature::verify(key.key(), &message(time, text), signature).map_err(|_| invalid())?;
    Ok(time)
}
