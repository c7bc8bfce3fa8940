//! The key of a party of draws: it answers in one way only, by <https://c2sp.org/vrf-r255>.

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;
use proof::vrf::{SUITE, VRF_KEY_BYTES, VRF_PROOF_BYTES, challenge, input_point};
use sha2::{Digest as _, Sha512};

/// Stands before the seed from which the key follows, so that one seed file serves several uses.
const KEY_DOMAIN: &[u8] = b"huzhu/v1 key of draws\n";

const NONCE: u8 = 0x81;

/// A secret key of draws.
pub struct LotKey {
    secret: Scalar,
    public: [u8; VRF_KEY_BYTES],
}

impl LotKey {
    /// The key that follows from a seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let hash = Sha512::new().chain_update(KEY_DOMAIN).chain_update(seed).finalize();
        Self::from_scalar(Scalar::from_bytes_mod_order_wide(&hash.into()))
    }

    fn from_scalar(secret: Scalar) -> Self {
        let public = RistrettoPoint::mul_base(&secret).compress().to_bytes();
        Self { secret, public }
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> [u8; VRF_KEY_BYTES] {
        self.public
    }

    /// The proof of this key's output for an input.
    #[must_use]
    pub fn prove(&self, input: &[u8]) -> [u8; VRF_PROOF_BYTES] {
        let point = input_point(&self.public, input);
        let gamma = point * self.secret;
        let hash = Sha512::new().chain_update(SUITE).chain_update([NONCE]);
        let hash = hash.chain_update(self.secret.as_bytes());
        let hash = hash.chain_update(point.compress().as_bytes()).finalize();
        let k = Scalar::from_bytes_mod_order_wide(&hash.into());
        let found = challenge([
            RistrettoPoint::mul_base(&self.secret).compress(),
            point.compress(),
            gamma.compress(),
            RistrettoPoint::mul_base(&k).compress(),
            (point * k).compress(),
        ]);
        let mut wide = [0; 32];
        wide[..found.len()].copy_from_slice(&found);
        let s = k + Scalar::from_bytes_mod_order(wide) * self.secret;
        let mut proof = [0; VRF_PROOF_BYTES];
        proof[..32].copy_from_slice(gamma.compress().as_bytes());
        proof[32..48].copy_from_slice(&found);
        proof[48..].copy_from_slice(s.as_bytes());
        proof
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proof::vrf::{VrfError, verify};

    // The vector of <https://c2sp.org/vrf-r255>.
    const SECRET: &str = "3431c2b03533e280b23232e280b34e2c3132c2b03238e280b23131e280b34500";
    const PUBLIC: &str = "54136cd90d99fbd1d4e855d9556efea87ba0337f2a6ce22028d0f5726fcb854e";
    const INPUT: &str = "633273702e6f72672f7672662d72323535";
    const PROOF: &str = "0a97d961262fb549b4175c5117860f42ae44a123f93c476c439eddd1c0cff926\
                         5c805525233e2284dbed45e593b8eea31d5ca9734d72bcbba9738d5237f955f3\
                         b2422351149d1312503b6441a47c940c";
    const OUTPUT: &str = "dd653f0879b48c3ef69e13551239bec4cbcc1c18fe8894de2e9e1c790e182736\
                          03bf1c6c25d7a797aeff3c43fd32b974d3fcbd4bcce916007097922a3ea3a794";

    fn hex<const N: usize>(text: &str) -> [u8; N] {
        let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
        core::array::from_fn(|index| digit(2 * index))
    }

    fn published() -> LotKey {
        LotKey::from_scalar(Scalar::from_canonical_bytes(hex(SECRET)).unwrap())
    }

    #[test]
    fn the_published_vector_is_proved_and_verified() {
        let (key, input) = (published(), hex::<17>(INPUT));
        assert_eq!(key.public(), hex(PUBLIC));
        assert_eq!(key.prove(&input), hex(PROOF));
        assert_eq!(verify(&hex(PUBLIC), &input, &hex(PROOF)), Ok(hex(OUTPUT)));
    }

    #[test]
    fn another_key_input_or_proof_is_refused_in_every_bit() {
        let (key, input) = (published(), hex::<17>(INPUT));
        let proof = key.prove(&input);
        for bit in 0..8 * VRF_PROOF_BYTES {
            let mut bent = proof;
            bent[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(verify(&key.public(), &input, &bent), Err(VrfError::Proof), "bit {bit}");
        }
        assert_eq!(verify(&key.public(), b"another", &proof), Err(VrfError::Proof));
        let other = LotKey::from_seed(&[7; 32]);
        assert_eq!(verify(&other.public(), &input, &proof), Err(VrfError::Proof));
        assert_eq!(verify(&[0; 32], &input, &proof), Err(VrfError::Key));
        assert_eq!(verify(&[0xff; 32], &input, &proof), Err(VrfError::Key));
    }

    #[test]
    fn a_second_text_of_the_same_proof_is_refused() {
        // s + q fits 32 bytes and means the same number; RFC 9381, 5.4.4, demands s < q.
        let (key, input) = (published(), hex::<17>(INPUT));
        let mut proof = key.prove(&input);
        let order = hex::<32>("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        let mut carry = 0_u16;
        for (byte, more) in proof[48..].iter_mut().zip(order) {
            carry += u16::from(*byte) + u16::from(more);
            *byte = carry as u8;
            carry >>= 8;
        }
        assert_eq!(verify(&key.public(), &input, &proof), Err(VrfError::Proof));
    }
}
