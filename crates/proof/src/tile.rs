//! What is in a tile or an entry bundle: <https://c2sp.org/tlog-tiles>.
//!
//! A checker compares each bundle with its tile of level 0, each full tile with the hash that
//! stands for it one level up, and the partial tiles with the root of a checkpoint. Nothing here
//! fetches anything.

use alloc::vec::Vec;

use thiserror::Error;

use crate::hash::{DIGEST_BYTES, Digest};
use crate::merkle::{Frontier, SIZE_LIMIT, leaf_hash};
use crate::tile_path::{TILE_WIDTH, TileKind, TilePath};

/// Longest entry in bytes: bundles give the length 16 bits.
pub const ENTRY_LIMIT: usize = 65_535;

/// Why the bytes of a tile are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TileError {
    /// A hash tile was asked for by the name of a bundle, or the reverse.
    #[error("the name is one of the other kind of tile")]
    Kind,
    /// A tile of this width has another length.
    #[error("the tile has {found} bytes where its name needs {expected}")]
    Length {
        /// Bytes that the width makes.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// The bundle ends inside an entry.
    #[error("the bundle ends inside entry {place}")]
    Truncated {
        /// Place of the entry in the bundle, from zero.
        place: usize,
    },
    /// The bundle goes on after its last entry.
    #[error("the bundle goes on after its last entry")]
    TrailingBytes,
    /// An entry does not hash to what the tile of level 0 says.
    #[error("entry {place} of the bundle is not the one of the tile")]
    EntryDiffers {
        /// Place of the entry in the bundle, from zero.
        place: usize,
    },
    /// The tiles are not the partial ones of a tree of this size.
    #[error("these are not the partial tiles of a tree of {size} leaves")]
    Edge {
        /// Leaves of the tree.
        size: u64,
    },
}

/// The hashes of a hash tile.
///
/// # Errors
/// [`TileError::Kind`], [`TileError::Length`].
pub fn hashes(path: &TilePath, bytes: &[u8]) -> Result<Vec<Digest>, TileError> {
    if path.kind == TileKind::Entries {
        return Err(TileError::Kind);
    }
    let (expected, found) = (usize::from(path.width) * DIGEST_BYTES, bytes.len());
    if expected != found {
        return Err(TileError::Length { expected, found });
    }
    Digest::each(bytes).ok_or(TileError::Length { expected, found })
}

/// The hash that stands for a full tile one level up.
#[must_use]
pub fn root(hashes: &[Digest]) -> Digest {
    Frontier::of(hashes).root()
}

/// The entries of a bundle.
///
/// # Errors
/// [`TileError::Kind`], [`TileError::Truncated`], [`TileError::TrailingBytes`].
pub fn entries<'a>(path: &TilePath, bytes: &'a [u8]) -> Result<Vec<&'a [u8]>, TileError> {
    if path.kind != TileKind::Entries {
        return Err(TileError::Kind);
    }
    let (mut rest, mut entries) = (bytes, Vec::with_capacity(path.width.into()));
    for place in 0..usize::from(path.width) {
        let truncated = TileError::Truncated { place };
        let (length, after) = rest.split_first_chunk().ok_or(truncated)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, after) = after.split_at_checked(length).ok_or(truncated)?;
        entries.push(entry);
        rest = after;
    }
    if rest.is_empty() { Ok(entries) } else { Err(TileError::TrailingBytes) }
}

/// Verifies that the entries of a bundle are those of its tile of level 0.
///
/// # Errors
/// [`TileError::EntryDiffers`] names the first; [`TileError::Length`] if there are more or fewer.
pub fn verify_entries(entries: &[&[u8]], hashes: &[Digest]) -> Result<(), TileError> {
    if entries.len() != hashes.len() {
        let (expected, found) = (hashes.len(), entries.len());
        return Err(TileError::Length { expected, found });
    }
    let mut pairs = entries.iter().zip(hashes);
    match pairs.position(|(entry, hash)| leaf_hash(entry) != *hash) {
        None => Ok(()),
        Some(place) => Err(TileError::EntryDiffers { place }),
    }
}

/// The frontier of a tree of `size` leaves from its partial tiles, as [`TilePath::right_edge`]
/// lists them. Its root is to be compared with that of a checkpoint.
///
/// # Errors
/// [`TileError::Edge`] if the tiles are not as many and as wide as the size needs.
pub fn frontier(size: u64, tiles: &[Vec<Digest>]) -> Result<Frontier, TileError> {
    let edge = TilePath::right_edge(size);
    let widths = edge.iter().map(|path| usize::from(path.width));
    if size >= SIZE_LIMIT || !widths.eq(tiles.iter().map(Vec::len)) {
        return Err(TileError::Edge { size });
    }
    // The bits of a width say which perfect subtrees the hashes of its tile make, largest first;
    // and those of a higher level are larger.
    let mut roots = Vec::new();
    for tile in tiles.iter().rev() {
        let mut rest = tile.as_slice();
        for bit in (0..TILE_WIDTH.ilog2()).rev().filter(|bit| tile.len() >> bit & 1 == 1) {
            let (subtree, after) = rest.split_at(1 << bit);
            roots.push(root(subtree));
            rest = after;
        }
    }
    Ok(Frontier::from_roots(size, roots))
}
