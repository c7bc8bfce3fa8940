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
    fn a_digest_has_only_one_text() {
        let upper = ABC.replace('b', "B");
        assert_eq!(upper.parse::<Digest>(), Err(DigestTextError::Digit { offset: 0 }));
        assert_eq!(ABC[1..].parse::<Digest>(), Err(DigestTextError::Length { found: 63 }));
        let long = ABC.to_string() + "0";
        assert_eq!(long.parse::<Digest>(), Err(DigestTextError::Length { found: 65 }));
    }
}
