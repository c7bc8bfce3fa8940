//! Signed notes: text with signatures under it, <https://c2sp.org/signed-note>.
//!
//! A note is what a log, its witnesses and its checkers pass to each other, on paper if need be.
//! Signature lines of keys we do not know are carried along and believed in no way.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use base64ct::{Base64, Encoding as _};
use thiserror::Error;

use crate::hash::Hasher;
use crate::signature::{self, KEY_BYTES, SIGNATURE_BYTES, SignatureError};

/// Longest note in bytes: a hundred post-quantum signatures of 5 kB, twice over.
pub const NOTE_LIMIT: usize = 1 << 20;

/// Most signature lines. The specification asks for at least 16; logs in use allow 100.
pub const SIGNATURES_LIMIT: usize = 100;

/// The signature type of a plain Ed25519 signature over the text.
pub const TYPE_ED25519: u8 = 0x01;

/// Opens a signature line: an em dash and a space.
const LINE_START: &str = "\u{2014} ";

/// Why a note, a line, a verifier key or a checkpoint is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NoteError {
    /// Longer than [`NOTE_LIMIT`].
    #[error("a note of {found} bytes is too long")]
    TooLong {
        /// Bytes found.
        found: usize,
    },
    /// Not UTF-8, or a control character other than newline.
    #[error("byte {offset} of the note is not text")]
    NotText {
        /// Where.
        offset: usize,
    },
    /// The text must end in a newline and not be empty.
    #[error("the text of a note ends in a newline")]
    TextUnended,
    /// There is no blank line with signature lines after it.
    #[error("the note has no blank line before its signatures")]
    NoSignatures,
    /// More than [`SIGNATURES_LIMIT`].
    #[error("the note has more than 100 signature lines")]
    TooManySignatures,
    /// A line after the blank line that is not a signature line.
    #[error("signature line {line} is malformed")]
    SignatureLine {
        /// Counted from one.
        line: usize,
    },
    /// A key name is empty, or has a space or a plus in it.
    #[error("{name:?} cannot be the name of a key")]
    KeyName {
        /// The name.
        name: String,
    },
    /// Not `name+id+key` with the id that belongs to name and key, or a key of another type.
    #[error("the text is not a verifier key of the type that is needed here")]
    VerifierKey,
    /// A signature of a key we know does not verify: the note is worth nothing.
    #[error("the signature of {name} does not verify")]
    SignatureInvalid {
        /// Whose.
        name: String,
    },
    /// No key that we know has signed.
    #[error("the note is signed by no key that is known here")]
    SignedByNobodyKnown,
    /// Somebody signed whom we do not know, where all signers should be known.
    #[error("the note carries a signature of {name}, whose key is not known here")]
    SignedByStranger {
        /// Who.
        name: String,
    },
    /// A line of a checkpoint is not what it should be.
    #[error("line {line} of the checkpoint: {what}")]
    CheckpointLine {
        /// Counted from one.
        line: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The checkpoint is one of another log.
    #[error("the checkpoint is one of {found:?}, not of {expected:?}")]
    OtherOrigin {
        /// The origin that was asked for.
        expected: String,
        /// The origin of this checkpoint.
        found: String,
    },
}

/// The id of a key: the first four bytes of `SHA-256(name ‖ "\n" ‖ type ‖ key)`.
#[must_use]
pub fn key_id(name: &str, signature_type: u8, key: &[u8]) -> [u8; 4] {
    let mut hasher = Hasher::new();
    hasher.update(name.as_bytes());
    hasher.update(&[b'\n', signature_type]);
    hasher.update(key);
    let [a, b, c, d, ..] = hasher.finish().0;
    [a, b, c, d]
}

/// An Ed25519 key under a name, for signatures of one type only.
///
/// Its text is `name+id+key`: the id in hexadecimal, the key (after its type) in base64.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoteKey<const TYPE: u8> {
    name: String,
    key: [u8; KEY_BYTES],
}

/// A key whose signatures are over the text itself: that of a log.
pub type VerifierKey = NoteKey<TYPE_ED25519>;

impl<const TYPE: u8> NoteKey<TYPE> {
    /// A key under a name.
    ///
    /// # Errors
    /// [`NoteError::KeyName`]; [`NoteError::VerifierKey`] if [`signature::check_key`] refuses it.
    pub fn new(name: &str, key: [u8; KEY_BYTES]) -> Result<Self, NoteError> {
        check_name(name)?;
        signature::check_key(&key).map_err(|_| NoteError::VerifierKey)?;
        Ok(Self { name: name.to_string(), key })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key.
    #[must_use]
    pub fn key(&self) -> &[u8; KEY_BYTES] {
        &self.key
    }

    /// The id that signature lines of this key carry.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        key_id(&self.name, TYPE, &self.key)
    }
}

impl<const TYPE: u8> fmt::Display for NoteKey<TYPE> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut typed = alloc::vec![TYPE];
        typed.extend_from_slice(&self.key);
        let id = u32::from_be_bytes(self.id());
        write!(formatter, "{}+{id:08x}+{}", self.name, Base64::encode_string(&typed))
    }
}

impl<const TYPE: u8> FromStr for NoteKey<TYPE> {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.splitn(3, '+');
        let mut part = || parts.next().ok_or(NoteError::VerifierKey);
        let (name, _id, typed) = (part()?, part()?, part()?);
        let typed = Base64::decode_vec(typed).map_err(|_| NoteError::VerifierKey)?;
        let key = match typed.split_first() {
            Some((found, key)) if *found == TYPE => {
                key.try_into().map_err(|_| NoteError::VerifierKey)?
            }
            _ => return Err(NoteError::VerifierKey),
        };
        let key = Self::new(name, key)?;
        // One key has one text, and with it the right id.
        if key.to_string() == text { Ok(key) } else { Err(NoteError::VerifierKey) }
    }
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// Name of the key.
    pub name: String,
    /// Id of the key: see [`key_id`].
    pub id: [u8; 4],
    /// What the key made of the text, by the rules of its type.
    pub value: Vec<u8>,
}

/// A text with signatures under it, none of them yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl Note {
    /// A note without signatures, to be signed.
    ///
    /// # Errors
    /// [`NoteError::NotText`], [`NoteError::TextUnended`], [`NoteError::TooLong`].
    pub fn new(text: &str) -> Result<Self, NoteError> {
        check_text(text.as_bytes())?;
        if !text.ends_with('\n') {
            return Err(NoteError::TextUnended);
        }
        Ok(Self { text: text.to_string(), signatures: Vec::new() })
    }

    /// Reads a note. Verifies nothing.
    ///
    /// # Errors
    /// What [`Note::new`] refuses, and [`NoteError::NoSignatures`],
    /// [`NoteError::TooManySignatures`], [`NoteError::SignatureLine`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        let whole = check_text(bytes)?;
        // The text itself may have blank lines: the last one divides.
        let pairs = bytes.windows(2);
        let end =
            pairs.rev().position(|pair| pair == b"\n\n").map(|from_end| bytes.len() - 2 - from_end);
        let end = end.ok_or(NoteError::NoSignatures)?;
        let (text, lines) = (&whole[..=end], &whole[end + 2..]);
        let lines = lines.strip_suffix('\n').ok_or(NoteError::NoSignatures)?;
        let mut signatures = Vec::new();
        for (number, line) in lines.split('\n').enumerate() {
            if number == SIGNATURES_LIMIT {
                return Err(NoteError::TooManySignatures);
            }
            let malformed = NoteError::SignatureLine { line: number + 1 };
            signatures.push(signature_line(line).ok_or(malformed)?);
        }
        Ok(Self { text: text.to_string(), signatures })
    }

    /// What is signed: the text with its last newline.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines in their order.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a line that was made elsewhere, for instance a witness's cosignature.
    ///
    /// # Errors
    /// [`NoteError::KeyName`], [`NoteError::SignatureLine`], [`NoteError::TooManySignatures`].
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), NoteError> {
        check_name(&signature.name)?;
        if signature.value.is_empty() {
            return Err(NoteError::SignatureLine { line: self.signatures.len() + 1 });
        }
        if self.signatures.len() == SIGNATURES_LIMIT {
            return Err(NoteError::TooManySignatures);
        }
        self.signatures.push(signature);
        Ok(())
    }

    /// Signs as `key`: `sign` is handed the bytes to be signed and keeps the secret to itself.
    ///
    /// # Errors
    /// [`NoteError::SignatureInvalid`] if what came back is not a signature by `key`;
    /// [`NoteError::TooManySignatures`].
    pub fn sign(
        &mut self,
        key: &VerifierKey,
        sign: impl FnOnce(&[u8]) -> [u8; SIGNATURE_BYTES],
    ) -> Result<(), NoteError> {
        let value = sign(self.text.as_bytes()).to_vec();
        let signature = NoteSignature { name: key.name.clone(), id: key.id(), value };
        self.verify_line(&signature, key)?;
        self.add(signature)
    }

    /// Who of `keys` has signed: each public key once, however many lines or names it has.
    ///
    /// # Errors
    /// [`NoteError::SignatureInvalid`] if any line of a known key is invalid;
    /// [`NoteError::SignedByNobodyKnown`].
    pub fn verify<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let mut signers: Vec<&VerifierKey> = Vec::new();
        for signature in &self.signatures {
            for key in keys.iter().filter(|key| signature.is_of(key)) {
                self.verify_line(signature, key)?;
                if signers.iter().all(|signer| signer.key != key.key) {
                    signers.push(key);
                }
            }
        }
        if signers.is_empty() { Err(NoteError::SignedByNobodyKnown) } else { Ok(signers) }
    }

    /// Like [`Note::verify`], where no line may be one of a stranger: for notes that we stored
    /// ourselves, in which every byte must count.
    ///
    /// # Errors
    /// Those of [`Note::verify`], and [`NoteError::SignedByStranger`].
    pub fn verify_every<'k>(
        &self,
        keys: &'k [VerifierKey],
    ) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let stranger = |line: &&NoteSignature| !keys.iter().any(|key| line.is_of(key));
        if let Some(line) = self.signatures.iter().find(stranger) {
            return Err(NoteError::SignedByStranger { name: line.name.clone() });
        }
        self.verify(keys)
    }

    fn verify_line(&self, line: &NoteSignature, key: &VerifierKey) -> Result<(), NoteError> {
        <&[u8; SIGNATURE_BYTES]>::try_from(line.value.as_slice())
            .map_err(|_| SignatureError::SignatureInvalid)
            .and_then(|value| signature::verify(&key.key, self.text.as_bytes(), value))
            .map_err(|_| NoteError::SignatureInvalid { name: key.name.clone() })
    }
}

impl NoteSignature {
    /// Whether the line says that it is by this key. It may lie.
    #[must_use]
    pub fn is_of<const TYPE: u8>(&self, key: &NoteKey<TYPE>) -> bool {
        self.name == key.name && self.id == key.id()
    }
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.text)?;
        for NoteSignature { name, id, value } in &self.signatures {
            let blob = Base64::encode_string(&[id.as_slice(), value].concat());
            writeln!(formatter, "{LINE_START}{name} {blob}")?;
        }
        Ok(())
    }
}

/// Valid UTF-8 of a bearable length, without control characters but newline.
fn check_text(bytes: &[u8]) -> Result<&str, NoteError> {
    if bytes.len() > NOTE_LIMIT {
        return Err(NoteError::TooLong { found: bytes.len() });
    }
    let text = core::str::from_utf8(bytes)
        .map_err(|error| NoteError::NotText { offset: error.valid_up_to() })?;
    match bytes.iter().position(|&byte| byte < 0x20 && byte != b'\n') {
        Some(offset) => Err(NoteError::NotText { offset }),
        None => Ok(text),
    }
}

fn check_name(name: &str) -> Result<(), NoteError> {
    let forbidden = |c: char| c.is_whitespace() || c < ' ' || c == '+';
    if name.is_empty() || name.contains(forbidden) {
        return Err(NoteError::KeyName { name: name.to_string() });
    }
    Ok(())
}

fn signature_line(line: &str) -> Option<NoteSignature> {
    let (name, blob) = line.strip_prefix(LINE_START)?.split_once(' ')?;
    check_name(name).ok()?;
    let blob = Base64::decode_vec(blob).ok()?;
    let (id, value) = blob.split_first_chunk()?;
    let value = value.to_vec();
    (!value.is_empty()).then(|| NoteSignature { name: name.to_string(), id: *id, value })
}
