//! Many signatures verified together, at about half the cost of one by one.
//!
//! The verdict is the one of [`signature::verify`](crate::signature::verify) for each of them, for
//! both follow ZIP-215. Draws no random number.

use alloc::vec::Vec;

use ed25519_zebra::batch::{Item, Verifier};
use ed25519_zebra::{Signature, VerificationKeyBytes};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;

use crate::hash::Hasher;
use crate::signature::{KEY_BYTES, SIGNATURE_BYTES};

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
