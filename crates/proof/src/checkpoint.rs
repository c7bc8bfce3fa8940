//! Checkpoints: what a log commits itself to, <https://c2sp.org/tlog-checkpoint>.
//!
//! Three lines, the log's origin, its size and its root, in a signed note. The log signs a
//! checkpoint only if it contains every checkpoint it signed before.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use base64ct::{Base64, Encoding as _};

use crate::hash::Digest;
use crate::note::{Note, NoteError, VerifierKey};

/// Size and root of a log at one moment. Its [`Display`](fmt::Display) is the text of the note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: one non-empty line, by custom a URL without scheme.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root of the RFC 6962 tree over them.
    pub root: Digest,
    /// Further non-empty lines. Ours have none, for nothing in the log vouches for them.
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// Reads the text of a note.
    ///
    /// # Errors
    /// [`NoteError::CheckpointLine`], which says what is wrong with which line.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let wrong = |line, what| NoteError::CheckpointLine { line, what };
        let lines = text.strip_suffix('\n').ok_or(NoteError::TextUnended)?;
        let mut lines = lines.split('\n');
        let mut line = |number| match lines.next() {
            None => Err(wrong(number, "it is missing")),
            Some("") => Err(wrong(number, "it is empty")),
            Some(line) => Ok(line),
        };
        let (origin, size_text, root_text) = (line(1)?, line(2)?, line(3)?);
        let size: u64 = size_text.parse().map_err(|_| wrong(2, "it is not a size"))?;
        // Without signs and leading zeros: one size has one text.
        if size.to_string() != size_text {
            return Err(wrong(2, "the size has a sign or a leading zero"));
        }
        let root = Base64::decode_vec(root_text).ok().and_then(|root| root.try_into().ok());
        let root = Digest(root.ok_or(wrong(3, "it is not the base64 of 32 bytes"))?);
        let extensions: Vec<String> = lines.map(ToString::to_string).collect();
        if let Some(place) = extensions.iter().position(String::is_empty) {
            return Err(wrong(4 + place, "it is empty"));
        }
        Ok(Self { origin: origin.to_string(), size, root, extensions })
    }

    /// Opens a checkpoint of the log with this key: the log has signed it, and its origin is the
    /// name of the key. Returns the note too, for the other signatures in it.
    ///
    /// # Errors
    /// Those of [`Note::parse`], [`Note::verify`] and [`Checkpoint::parse`], and
    /// [`NoteError::OtherOrigin`].
    pub fn open(bytes: &[u8], log: &VerifierKey) -> Result<(Self, Note), NoteError> {
        let note = Note::parse(bytes)?;
        note.verify(core::slice::from_ref(log))?;
        let checkpoint = Self::parse(note.text())?;
        if checkpoint.origin != log.name() {
            let (expected, found) = (log.name().to_string(), checkpoint.origin);
            return Err(NoteError::OtherOrigin { expected, found });
        }
        Ok((checkpoint, note))
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, size, root, extensions } = self;
        write!(formatter, "{origin}\n{size}\n{}\n", Base64::encode_string(&root.0))?;
        extensions.iter().try_for_each(|line| writeln!(formatter, "{line}"))
    }
}
