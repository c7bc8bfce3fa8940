//! Ed25519 signatures under one rule everywhere: ZIP-215, <https://zips.z.cash/zip-0215>.
//!
//! RFC 8032 leaves open which odd encodings verify, so libraries disagree about them, and single
//! and batched verification disagree too. ZIP-215 fixes every case (cofactored equation,
//! non-canonical points accepted, `s` below the group order), so all who recompute the log agree.
//! This module verifies; it never signs and holds no secret.

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity as _;
use sha2::{Digest as _, Sha512};
use thiserror::Error;

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
    let decode = |bytes: &[u8; 32]| CompressedEdwardsY(*bytes).decompress();
    let key_point = decode(key).ok_or(SignatureError::KeyUndecodable)?;
    let (commitment, s) = signature.split_at(32);
    let commitment: &[u8; 32] = commitment.try_into().expect("the first 32 of 64 bytes");
    let s = Scalar::from_canonical_bytes(s.try_into().expect("the last 32 of 64 bytes"));
    let s = s.into_option().ok_or(SignatureError::SignatureInvalid)?;
    let commitment_point = decode(commitment).ok_or(SignatureError::SignatureInvalid)?;
    let hash = Sha512::new().chain_update(commitment).chain_update(key).chain_update(message);
    let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
    // [8] ([s] B - [k] A - R) = 0, where B is the base point.
    let found = EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &-key_point, &s);
    if (found - commitment_point).mul_by_cofactor().is_identity() {
        Ok(())
    } else {
        Err(SignatureError::SignatureInvalid)
    }
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

#[cfg(feature = "batch")]
pub use crate::batch::Batch;
