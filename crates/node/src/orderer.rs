//! The border of ordering: what every way to order commands offers.

use rules::Refusal;
use rules::command::Chunk;
use rules::entry::EntryError;

use crate::Error;

/// What the orderer promises for a command: its entry is durable at this position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Index of the command's entry.
    pub position: u64,
    /// Whether it stood there before: the same command was sent again.
    pub again: bool,
}

/// Why a command got no place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The bytes are not a command, or the signature does not hold.
    #[error(transparent)]
    Form(#[from] EntryError),
    /// A plan whose time zone nobody knows.
    #[error("there is no time zone {0:?}")]
    TimeZone(String),
    /// The rules refuse.
    #[error(transparent)]
    Rules(#[from] Refusal),
    /// The rules refuse, and the attempt stands on record at this position: somebody of the staff
    /// tried what the charter forbids.
    #[error("{0} The attempt is on record as entry {1}.")]
    Recorded(Refusal, u64),
}

/// What is shown each entry with its index, and may stop the showing.
pub type Visit<'v> = dyn FnMut(u64, &[u8]) -> Result<(), Error> + 'v;

/// Gives commands their places, durably.
pub trait Orderer {
    /// Stores rows beside the log, durably, so that a command can name them.
    ///
    /// # Errors
    /// When they cannot be stored.
    fn store_chunk(&mut self, salt: [u8; 32], rows: &[u8], count: u32) -> Result<Chunk, Error>;

    /// Orders commands, given as canonical bytes, in this order. When this returns, every command
    /// with a receipt is durable, together with its findings.
    ///
    /// # Errors
    /// When durability cannot be promised; then nothing was acknowledged.
    fn submit(&mut self, commands: &[Vec<u8>]) -> Result<Vec<Result<Receipt, Rejection>>, Error>;

    /// The durable entries from index `from` on, in order, each given to `visit`.
    ///
    /// # Errors
    /// When an entry cannot be read, or `visit` says so.
    fn stream(&self, from: u64, visit: &mut Visit<'_>) -> Result<(), Error>;
}
