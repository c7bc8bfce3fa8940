//! Ed25519 signatures under one rule everywhere: ZIP-215, <https://zips.z.cash/zip-0215>.
//!
//! RFC 8032 leaves open which odd encodings verify, so libraries disagree about them, and single
//! and batched verification disagree too. ZIP-215 fixes every case (cofactored equation,
//! non-canonical points accepted, `s` below the group order), so all who recompute the log agree.
//! This module verifies; it never signs and holds no secret.

use alloc::vec::Vec;

use curve25519_dalek::edwards::CompressedEdwardsY;
use ed25519_zebra::batch::{Item, Verifier};
use ed25519_zebra::{Signature, VerificationKey, VerificationKeyBytes};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use thiserror::Error;

use crate::hash::Hasher;

/// Length of a public key in bytes.
pub const KEY_BYTES: usize = 32;

/// Length of a signature in bytes.
pub const SIGNATURE_BYTES: usize = 64;

/// What an actor signs is this, followed by the canonical bytes of the command. It names ledger
/// and format, so a signature made for anything else is never one for a command, nor the reverse.
pub const COMMAND_DOMAIN: &[u8] = b"huzhu/v1 command\n";

/// Why a key or a signature is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The key's bytes are no point of the curve.
    #[error("the public key is not a point of the curve")]
    KeyUndecodable,
    /// Under a key of small order one signature fits every message.
    #[error("the public key has small order: anyone could sign for it")]
    KeySmallOrder,
    /// The signature is not one of this message under this key.
    #[error("the signature does not verify")]
    SignatureInvalid,
}

/// Verifies one signature of `message` under `key`.
///
/// A message with a domain is `domain ‖ bytes`, joined by the caller.
///
/// # Errors
/// [`SignatureError::KeyUndecodable`] or [`SignatureError::SignatureInvalid`]. Keys of small order
/// are not refused here, for ZIP-215 accepts them: see [`check_key`].
pub fn verify(
    key: &[u8; KEY_BYTES],
    message: &[u8],
    signature: &[u8; SIGNATURE_BYTES],
) -> Result<(), SignatureError> {
    VerificationKey::try_from(*key)
        .map_err(|_| SignatureError::KeyUndecodable)?
        .verify(&Signature::from_bytes(signature), message)
        .map_err(|_| SignatureError::SignatureInvalid)
}

/// Checks that `key` may be registered as somebody's key.
///
/// # Errors
/// [`SignatureError::KeyUndecodable`] or [`SignatureError::KeySmallOrder`].
pub fn check_key(key: &[u8; KEY_BYTES]) -> Result<(), SignatureError> {
    let point = CompressedEdwardsY(*key).decompress().ok_or(SignatureError::KeyUndecodable)?;
    if point.is_small_order() {
        return Err(SignatureError::KeySmallOrder);
    }
    Ok(())
}

/// Signatures to be verified together, at about half the cost of one by one.
///
/// The verdict is the same as one by one, for every signature. The coefficients of the batch
/// equation are drawn from a hash of everything in the batch (as in a Fiat-Shamir proof), so no
/// randomness is needed and nobody can choose signatures to fit known coefficients.
#[derive(Debug, Default)]
pub struct Batch {
    items: Vec<Item>,
    transcript: Hasher,
}

impl Batch {
    /// An empty batch.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many signatures are in the batch.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether the batch is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Adds a signature; its position is the number added before it. Keeps no borrow of `message`.
    pub fn add(
        &mut self,
        key: &[u8; KEY_BYTES],
        message: &[u8],
        signature: &[u8; SIGNATURE_BYTES],
    ) {
        // The message may have any length: its digest gives the transcript one reading only.
        self.transcript.update(key);
        self.transcript.update(signature);
        self.transcript.update(&crate::hash::sha256(message).0);
        let key = VerificationKeyBytes::from(*key);
        self.items.push(Item::from((key, Signature::from_bytes(signature), message)));
    }

    /// Verifies all of them. An empty batch passes.
    ///
    /// # Errors
    /// The positions, ascending, of those that do not verify. They are then found one by one, so a
    /// caller who expects many bad ones should verify in small batches.
    pub fn verify(self) -> Result<(), Vec<usize>> {
        let mut together = Verifier::new();
        self.items.iter().for_each(|item| together.queue(item.clone()));
        let coefficients = ChaCha20Rng::from_seed(self.transcript.finish().0);
        if together.verify(coefficients).is_ok() {
            return Ok(());
        }
        let verdicts = self.items.into_iter().map(Item::verify_single).enumerate();
        let bad: Vec<usize> = verdicts
            .filter_map(|(position, verdict)| verdict.is_err().then_some(position))
            .collect();
        if bad.is_empty() { Ok(()) } else { Err(bad) }
    }
}
