//! Verifiable random function: what a key makes of an input can be made by its holder only, and in
//! one way only; anybody can check it.
//!
//! ECVRF-RISTRETTO255-SHA512 of <https://c2sp.org/vrf-r255>, RFC 9381 over ristretto255. A proof is
//! 80 bytes: the point Gamma (32), the challenge (16) and `s` (32, below the order of the group).
//! The output is 64 bytes. Ed25519 signatures cannot serve: their signer can make many of one text.
//! This module verifies; [`input_point`] and [`challenge`] are what whoever proves needs of it.

use curve25519_dalek::ristretto::{CompressedRistretto, RistrettoPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity as _;
use sha2::{Digest as _, Sha512};
use thiserror::Error;

/// Length of a public key in bytes.
pub const VRF_KEY_BYTES: usize = 32;

/// Length of a proof in bytes.
pub const VRF_PROOF_BYTES: usize = 80;

/// Length of an output in bytes.
pub const VRF_OUTPUT_BYTES: usize = 64;

/// Stands before everything that is hashed here, with one byte after it that says for what.
pub const SUITE: &[u8] = b"\xffc2sp.org/vrf-r255";

/// Bytes of the challenge in a proof.
const CHALLENGE_BYTES: usize = 16;

const CHALLENGE: u8 = 0x02;
const OUTPUT: u8 = 0x03;
const INPUT_POINT: u8 = 0x82;
const END: u8 = 0x00;

/// Why a key or a proof is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VrfError {
    /// The key's bytes are no element of the group, or its identity.
    #[error("the key of the draw is no element of the group")]
    Key,
    /// The proof's bytes have no form of a proof, or it does not belong to this key and input.
    #[error("the proof does not belong to this key and input")]
    Proof,
}

/// Checks that `key` may be registered.
///
/// # Errors
/// [`VrfError::Key`].
pub fn check_key(key: &[u8; VRF_KEY_BYTES]) -> Result<(), VrfError> {
    decode_key(key).map(|_| ())
}

/// The output that a proof shows for a key and an input.
///
/// # Errors
/// [`VrfError::Key`] or [`VrfError::Proof`].
pub fn verify(
    key: &[u8; VRF_KEY_BYTES],
    input: &[u8],
    proof: &[u8; VRF_PROOF_BYTES],
) -> Result<[u8; VRF_OUTPUT_BYTES], VrfError> {
    let public = decode_key(key)?;
    let (gamma_bytes, rest) = proof.split_at(32);
    let (claimed, s) = rest.split_at(CHALLENGE_BYTES);
    let gamma = CompressedRistretto::from_slice(gamma_bytes).ok();
    let gamma = gamma.and_then(|gamma| gamma.decompress()).ok_or(VrfError::Proof)?;
    let s: [u8; 32] = s.try_into().map_err(|_| VrfError::Proof)?;
    let s = Scalar::from_canonical_bytes(s).into_option().ok_or(VrfError::Proof)?;
    let mut wide = [0; 32];
    wide[..CHALLENGE_BYTES].copy_from_slice(claimed);
    let c = Scalar::from_bytes_mod_order(wide);
    let point = input_point(key, input);
    let u = RistrettoPoint::vartime_double_scalar_mul_basepoint(&-c, &public, &s);
    let v = point * s - gamma * c;
    let found = challenge([
        CompressedRistretto(*key),
        point.compress(),
        gamma.compress(),
        u.compress(),
        v.compress(),
    ]);
    if found[..] == *claimed { Ok(output(&gamma.compress())) } else { Err(VrfError::Proof) }
}

/// The element of the group to which a key hashes an input.
#[must_use]
pub fn input_point(key: &[u8; VRF_KEY_BYTES], input: &[u8]) -> RistrettoPoint {
    let hash = Sha512::new().chain_update(SUITE).chain_update([INPUT_POINT]);
    let hash = hash.chain_update(key).chain_update(input).finalize();
    RistrettoPoint::from_uniform_bytes(&hash.into())
}

/// The challenge over key, point of the input, Gamma, `k·B` and `k·H`.
#[must_use]
pub fn challenge(points: [CompressedRistretto; 5]) -> [u8; CHALLENGE_BYTES] {
    let mut hash = Sha512::new().chain_update(SUITE).chain_update([CHALLENGE]);
    points.iter().for_each(|point| hash.update(point.as_bytes()));
    let hash = hash.chain_update([END]).finalize();
    let mut challenge = [0; CHALLENGE_BYTES];
    challenge.copy_from_slice(&hash[..CHALLENGE_BYTES]);
    challenge
}

fn output(gamma: &CompressedRistretto) -> [u8; VRF_OUTPUT_BYTES] {
    let hash = Sha512::new().chain_update(SUITE).chain_update([OUTPUT]);
    hash.chain_update(gamma.as_bytes()).chain_update([END]).finalize().into()
}

fn decode_key(key: &[u8; VRF_KEY_BYTES]) -> Result<RistrettoPoint, VrfError> {
    let point = CompressedRistretto(*key).decompress().ok_or(VrfError::Key)?;
    if point.is_identity() { Err(VrfError::Key) } else { Ok(point) }
}
