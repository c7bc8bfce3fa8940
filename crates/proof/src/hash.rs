//! SHA-256 digests (FIPS 180-4) and their one textual form, 64 lowercase hexadecimal digits.
//!
//! Prefixes that keep one kind of hash apart from another (leaf, node, commitment) belong to the
//! modules that define those kinds.

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use sha2::Digest as _;
use thiserror::Error;

/// Length of a digest in bytes.
pub const DIGEST_BYTES: usize = 32;

/// A SHA-256 digest. Its order is the order of its bytes, which is also that of its text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; DIGEST_BYTES]);

/// Why a text is not a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DigestTextError {
    /// A digest has exactly 64 digits.
    #[error("a digest has 64 hexadecimal digits, not {found} characters")]
    Length {
        /// Bytes of text found.
        found: usize,
    },
    /// Only `0`-`9` and `a`-`f` are digits; upper case would give one digest two texts.
    #[error("byte {offset} of a digest is not a lowercase hexadecimal digit")]
    Digit {
        /// Where in the text.
        offset: usize,
    },
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for byte in self.0 {
            for nibble in [byte >> 4, byte & 15] {
                fmt::Write::write_char(formatter, DIGITS[usize::from(nibble)] as char)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = DigestTextError;

    fn from_str(text: &str) -> Result<Self, DigestTextError> {
        let text = text.as_bytes();
        if text.len() != 2 * DIGEST_BYTES {
            return Err(DigestTextError::Length { found: text.len() });
        }
        let mut bytes = [0; DIGEST_BYTES];
        for (offset, &digit) in text.iter().enumerate() {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return Err(DigestTextError::Digit { offset }),
            };
            bytes[offset / 2] = bytes[offset / 2] << 4 | value;
        }
        Ok(Self(bytes))
    }
}

impl Digest {
    /// The digests that stand in `bytes` one after the other; `None` if the last one is cut.
    #[must_use]
    pub fn each(bytes: &[u8]) -> Option<Vec<Self>> {
        bytes.chunks(DIGEST_BYTES).map(|bytes| bytes.try_into().ok().map(Self)).collect()
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// The SHA-256 digest of `bytes`.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Digest {
    Digest(sha2::Sha256::digest(bytes).into())
}

/// Hash values of nothing (FIPS 180-4, 5.3.3).
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// The SHA-256 digest of parts, one after the other, that fill exactly so many blocks with their
/// padding. Where millions are hashed, this saves what [`sha256`] does around the blocks.
///
/// # Panics
/// When the parts are longer than `64 × BLOCKS − 9` bytes.
#[must_use]
pub fn sha256_in_blocks<const BLOCKS: usize>(parts: &[&[u8]]) -> Digest {
    let mut blocks = [[0; 64]; BLOCKS];
    let bytes = blocks.as_flattened_mut();
    let mut length = 0;
    for part in parts {
        bytes[length..length + part.len()].copy_from_slice(part);
        length += part.len();
    }
    let end = bytes.len() - 8;
    assert!(length < end, "the padding fits the blocks");
    bytes[length] = 0x80;
    bytes[end..].copy_from_slice(&(8 * length as u64).to_be_bytes());
    let mut state = START;
    sha2::block_api::compress256(&mut state, &blocks);
    let mut digest = Digest([0; DIGEST_BYTES]);
    for (bytes, word) in digest.0.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

#[cfg(feature = "serde")]
impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = alloc::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// SHA-256 of bytes that arrive in pieces. How they were cut into pieces does not matter.
#[derive(Clone, Debug, Default)]
pub struct Hasher(sha2::Sha256);

impl Hasher {
    /// A hasher that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The digest of everything taken in.
    #[must_use]
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    /// FIPS 180-4, the example "abc" published with it.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn the_published_example_hashes_to_the_published_digest() {
        assert_eq!(sha256(b"abc").to_string(), ABC);
        assert_eq!(ABC.parse::<Digest>(), Ok(sha256(b"abc")));
    }

    #[test]
    fn pieces_hash_like_the_whole() {
        let mut hasher = Hasher::new();
        hasher.update(b"a");
        hasher.update(b"");
        hasher.update(b"bc");
        assert_eq!(hasher.finish(), sha256(b"abc"));
    }

    #[test]
    fn blocks_that_are_padded_here_hash_like_the_whole() {
        let bytes = [0xa5; 119];
        for length in 0..=119 {
            let bytes = &bytes[..length];
            let (first, rest) = bytes.split_at(length / 3);
            if length <= 55 {
                assert_eq!(sha256_in_blocks::<1>(&[first, rest]), sha256(bytes), "{length}");
            }
            if length > 55 {
                assert_eq!(sha256_in_blocks::<2>(&[first, b"", rest]), sha256(bytes), "{length}");
            }
        }
    }

    #[test]
    fn a_digest_has_only_one_text() {
        let upper = ABC.replace('b', "B");
        assert_eq!(upper.parse::<Digest>(), Err(DigestTextError::Digit { offset: 0 }));
        assert_eq!(ABC[1..].parse::<Digest>(), Err(DigestTextError::Length { found: 63 }));
        let long = ABC.to_string() + "0";
        assert_eq!(long.parse::<Digest>(), Err(DigestTextError::Length { found: 65 }));
    }
}
