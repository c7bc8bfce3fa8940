//! Reading a file whose digest is known, in pieces, without trusting it.
//!
//! Such a file is read twice: once to see that it is intact, then to use it. The second reading
//! hashes again, so a file that changes in between is noticed before its end is reported.

use std::io::{self, Read};

use proof::Digest;
use proof::hash::Hasher;

/// Bytes read at a time when nobody wants them but the hash.
const PIECE_BYTES: usize = 1 << 18;

/// Takes the next `count` bytes of `source` into `hasher`. Fails if there are fewer.
pub(crate) fn hash_through(
    source: &mut dyn Read,
    hasher: &mut Hasher,
    mut count: u64,
) -> io::Result<()> {
    let mut piece = vec![0; PIECE_BYTES];
    while count > 0 {
        let wanted = count.min(PIECE_BYTES as u64) as usize;
        source.read_exact(&mut piece[..wanted])?;
        hasher.update(&piece[..wanted]);
        count -= wanted as u64;
    }
    Ok(())
}

/// A part of a file, while all of it is hashed.
pub(crate) struct VerifiedReader {
    source: Box<dyn Read + Send>,
    hasher: Option<Hasher>,
    left: u64,
    after: u64,
    expected: Digest,
}

impl VerifiedReader {
    /// Gives the next `left` bytes of `source`. `hasher` has seen what came before them; the
    /// `after` bytes after them are hashed too, and then the digest must be `expected`.
    pub(crate) fn new(
        source: Box<dyn Read + Send>,
        hasher: Hasher,
        left: u64,
        after: u64,
        expected: Digest,
    ) -> Self {
        Self { source, hasher: Some(hasher), left, after, expected }
    }
}

impl Read for VerifiedReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left > 0 {
            let wanted = self.left.min(buffer.len() as u64) as usize;
            let count = self.source.read(&mut buffer[..wanted])?;
            if count == 0 && wanted > 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(hasher) = &mut self.hasher {
                hasher.update(&buffer[..count]);
            }
            self.left -= count as u64;
            return Ok(count);
        }
        if let Some(mut hasher) = self.hasher.take() {
            hash_through(&mut *self.source, &mut hasher, self.after)?;
            if hasher.finish() != self.expected {
                let changed = "the file changed while it was read";
                return Err(io::Error::new(io::ErrorKind::InvalidData, changed));
            }
        }
        Ok(0)
    }
}
