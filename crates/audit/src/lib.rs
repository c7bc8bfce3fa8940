//! The audit of a log by somebody who trusts nobody: every tile, hash, signature and cosignature,
//! the rules replayed as far as the rows of members are at hand, and beside them a second reading
//! of the same entries from what is public alone.
//!
//! [`audit`] is the way in. [`Walk`] is the second reading: it knows the charter and the entries,
//! but no state machine, so a mistake in the rules and one in the walk have to be the same mistake
//! to stay unseen. What neither could recompute is named, never passed over.

#![forbid(unsafe_code)]

mod difference;
mod inquiry;
mod place;
mod replayed;
mod succession;
mod walk;

pub use difference::{Difference, Kind};
pub use inquiry::{Answer, Cosigned, NotRecomputed, Question, Seen, audit};
pub use place::Place;
pub use walk::{Walk, Walked};

/// Why an audit could not be held. What it found is no error but an [`Answer`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no log there.
    #[error("there is no log: {0}")]
    NoLog(String),
    /// The mirror could not be read.
    #[error(transparent)]
    Source(#[from] ledger::surface::SourceError),
    /// The files of the ledger could not be read.
    #[error(transparent)]
    Node(#[from] node::Error),
    /// The policy cannot be read.
    #[error(transparent)]
    Policy(#[from] proof::policy_file::PolicyFileError),
}
