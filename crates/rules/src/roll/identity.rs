//! Who a member is, as far as the log may know.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// The attestor's pseudorandom function of a national identity, 128 bits: one person, one
/// membership, without a hash that could be searched.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Identity(pub [u8; 16]);

/// The text is not an identity commitment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an identity commitment is 32 lowercase hexadecimal digits")]
pub struct NotAnIdentity;

impl FromStr for Identity {
    type Err = NotAnIdentity;

    fn from_str(text: &str) -> Result<Self, NotAnIdentity> {
        let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() != 32 || !text.bytes().all(digit) {
            return Err(NotAnIdentity);
        }
        let number = u128::from_str_radix(text, 16).map_err(|_| NotAnIdentity)?;
        Ok(Self(number.to_be_bytes()))
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({self})")
    }
}

impl TryFrom<String> for Identity {
    type Error = NotAnIdentity;

    fn try_from(text: String) -> Result<Self, NotAnIdentity> {
        text.parse()
    }
}

impl From<Identity> for String {
    fn from(identity: Identity) -> Self {
        identity.to_string()
    }
}
