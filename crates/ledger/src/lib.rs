//! The append-only log on disk: journal, chunks, snapshots, checkpoint. Knows no rule.
//!
//! Entries are opaque bytes here. What this crate promises: an entry that was acknowledged is
//! there after any crash; nothing that was signed is ever cut; a changed bit in any file is an
//! error that names file and byte. The formats are in `docs/FORMATS.md`.

#![forbid(unsafe_code)]

pub mod check;
pub mod checkpoint;
pub mod chunks;
pub mod disk;
mod error;
pub mod journal;
pub mod log;
mod records;
pub mod snapshot;
mod staged;
pub mod surface;
mod tree;
mod verified;
mod view;

pub use check::{FolderReport, check_folder, check_visiting};
pub use error::{Damage, Error, Flaw};
pub use log::Log;
pub use records::Records;
pub use staged::write_whole;
pub use view::{End, View};
