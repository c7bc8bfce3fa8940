//! What can stand between a command and its place in the log.

use std::path::PathBuf;

use rules::machine::ReplayError;

/// Why the node or a replay cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The files.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// An entry is not what the rules make of it.
    #[error("entry {index}: {source}")]
    Replay {
        /// Index of the entry.
        index: u64,
        /// What is wrong.
        source: ReplayError,
    },
    /// The log ends between a command and its findings.
    #[error("the log ends at entry {0}, before the findings of its last command")]
    Unfinished(u64),
    /// The state after replaying is not the one that a snapshot was taken of.
    #[error("the snapshot at entry {0} is not of the state that the log leads to")]
    Snapshot(u64),
    /// A checkpoint stands beside a log that has no founding entry with a key for it.
    #[error("the log does not begin with the founding of a plan")]
    NotFounded,
    /// The log goes on under another key than the one that is known beside it.
    #[error("the log names another key for its checkpoints than its first entry or its succession")]
    OtherKey,
    /// A file of the folder is none of the log's, or a key file is not intact.
    #[error("{}: {why}", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A file that could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Nothing can be published before a checkpoint is signed.
    #[error("no checkpoint of this log was signed yet")]
    Unsigned,
    /// What stands in a mirror's folder is no mirror of this log.
    #[error("{}: {why}", path.display())]
    OtherMirror {
        /// The folder.
        path: PathBuf,
        /// How that shows.
        why: String,
    },
    /// The files of a mirror are not those of its checkpoint.
    #[error(transparent)]
    Surface(#[from] ledger::surface::SurfaceError),
    /// A policy that cannot be read.
    #[error(transparent)]
    Policy(#[from] proof::policy_file::PolicyFileError),
    /// A policy that does not name the log.
    #[error("the policy does not name the log {0}")]
    OtherPolicy(String),
    /// A note that cannot be made.
    #[error(transparent)]
    Note(proof::note::NoteError),
    /// No such time zone.
    #[error("there is no time zone {0:?}")]
    TimeZone(String),
    /// A time outside the calendar.
    #[error("the time {0} (milliseconds since 1970) lies outside the calendar")]
    Clock(i64),
    /// An earlier write failed, so that nobody knows what is on the disk.
    #[error("an earlier write failed: the node must be started again")]
    Poisoned,
    /// The machine gives no random numbers.
    #[error("the system gives no random bytes: {0}")]
    Random(String),
}
