//! Copies that only one reader opens: HPKE in base mode (RFC 9180) with X25519, HKDF-SHA256 and
//! ChaCha20-Poly1305. A copy is the encapsulated key, 32 bytes, and the ciphertext.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;

type Group = X25519HkdfSha256;

/// Bytes of the encapsulated key at the start of a copy.
const ENCAPSULATED_BYTES: usize = 32;

/// Stands before the seed from which the key follows.
const KEY_DOMAIN: &[u8] = b"huzhu/v1 key of copies\n";

/// The bytes are no copy for this key and purpose, or the key is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this copy was not made for this key and purpose")]
pub struct CannotOpen;

/// A key that opens copies.
pub struct CopyKey {
    secret: <Group as hpke::Kem>::PrivateKey,
    public: [u8; 32],
}

impl CopyKey {
    /// The key that follows from a seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let material: Vec<u8> = KEY_DOMAIN.iter().chain(seed).copied().collect();
        let (secret, public) = Group::derive_keypair(&material);
        Self { secret, public: public.to_bytes().into() }
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.public
    }

    /// Opens a copy that was sealed for this key and `purpose`.
    ///
    /// # Errors
    /// When it was not.
    pub fn open(&self, purpose: &[u8], copy: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        let (key, text) = copy.split_at_checked(ENCAPSULATED_BYTES).ok_or(CannotOpen)?;
        let key = <Group as hpke::Kem>::EncappedKey::from_bytes(key).map_err(|_| CannotOpen)?;
        hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, Group>(
            &OpModeR::Base,
            &self.secret,
            &key,
            purpose,
            text,
            b"",
        )
        .map_err(|_| CannotOpen)
    }
}

/// Seals `text` so that only the holder of `reader` opens it, for `purpose` alone. `random` are 32
/// bytes that nobody else knows and that serve once.
///
/// # Errors
/// When `reader` is no key.
pub fn seal(
    reader: &[u8; 32],
    purpose: &[u8],
    text: &[u8],
    random: [u8; 32],
) -> Result<Vec<u8>, CannotOpen> {
    let reader = <Group as hpke::Kem>::PublicKey::from_bytes(reader).map_err(|_| CannotOpen)?;
    let mut stream = ChaCha20Rng::from_seed(random);
    let (key, sealed) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, Group>(
        &OpModeS::Base,
        &reader,
        purpose,
        text,
        b"",
        &mut stream,
    )
    .map_err(|_| CannotOpen)?;
    let mut copy = key.to_bytes().to_vec();
    copy.extend(sealed);
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_reader_opens_a_copy_and_only_for_its_purpose() {
        let reader = CopyKey::from_seed(&[1; 32]);
        let copy = seal(&reader.public(), b"ballot", b"for", [9; 32]).unwrap();
        assert_eq!(reader.open(b"ballot", &copy), Ok(b"for".to_vec()));
        assert_eq!(reader.open(b"another", &copy), Err(CannotOpen));
        assert_eq!(CopyKey::from_seed(&[2; 32]).open(b"ballot", &copy), Err(CannotOpen));
        for byte in 0..copy.len() {
            let mut bent = copy.clone();
            bent[byte] ^= 1;
            assert_eq!(reader.open(b"ballot", &bent), Err(CannotOpen), "byte {byte}");
        }
        assert_eq!(reader.open(b"ballot", b"short"), Err(CannotOpen));
        assert!(seal(&[0; 32], b"ballot", b"for", [9; 32]).is_err(), "a key of order one");
    }
}
