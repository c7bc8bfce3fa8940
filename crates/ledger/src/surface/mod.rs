//! The public surface of a log: tiles, bundles of entries and a checkpoint, as plain files
//! (<https://c2sp.org/tlog-tiles>), so that a folder, an object store or any web server can be a
//! mirror. [`SurfaceWriter`] makes them, [`SurfaceReader`] believes none of them.
//!
//! A file is whole under its name or is not there, and the checkpoint is written last: whoever
//! reads a mirror while it grows sees the log as it was before or as it is after.

mod edge;
mod reader;
mod writer;

pub use edge::Edge;
pub use reader::{FolderSource, Source, SourceError, SurfaceError, SurfaceReader};
pub use writer::SurfaceWriter;

use crate::journal::ENTRY_LIMIT;

/// Longest hash tile in bytes: 256 hashes.
pub const TILE_BYTES_MAX: u64 = 256 * 32;

/// Longest bundle in bytes: 256 entries, each after its length.
pub const BUNDLE_BYTES_MAX: u64 = 256 * (2 + ENTRY_LIMIT as u64);
