//! The journal: entries in order, in segments that are only ever appended to.
//!
//! [`Journal`] writes (one process at a time), [`Reader`] reads beside it. The format is in
//! `docs/FORMATS.md`; [`frame`] is its only implementation.

use std::path::{Path, PathBuf};

mod entries;
mod first;
mod frame;
mod index;
mod scan;
mod writer;

pub use entries::{Entries, Reader};
pub use first::first_entry;
pub(crate) use frame::push_record;
pub(crate) use writer::remove_unfinished;
pub use writer::{Cut, Journal, Settings};

/// Longest entry in bytes: in C2SP tlog-tiles a length has two bytes.
pub const ENTRY_LIMIT: usize = 65_535;

/// A segment that has reached this size gets a successor: small enough to copy when the journal
/// is opened after a failure, large enough that ten million entries are some fifty files.
pub const SEGMENT_BYTES: u64 = 64 << 20;

/// Most bytes that may wait for a commit, so that memory has a bound.
pub const PENDING_LIMIT: usize = 64 << 20;

/// Name of the folder of the journal in that of the ledger.
pub const FOLDER: &str = "journal";

/// Name of the lock file in the folder of the ledger. Its contents mean nothing.
pub const LOCK: &str = "lock";

const ENDING: &str = ".log";

/// The index of the first entry of the segment with this file name, if it is one.
#[must_use]
pub fn segment_first(name: &str) -> Option<u64> {
    numbered(name, ENDING)
}

/// The number in a name of twenty digits and an ending, if it is exactly that.
pub(crate) fn numbered(name: &str, ending: &str) -> Option<u64> {
    let digits = name.strip_suffix(ending)?;
    let all = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if all { digits.parse().ok() } else { None }
}

/// The path of the segment that begins with entry `first`, in the folder of the journal.
fn segment_path(journal: &Path, first: u64) -> PathBuf {
    journal.join(format!("{first:020}{ENDING}"))
}
