//! Names of the files that a log publishes: <https://c2sp.org/tlog-tiles>.
//!
//! A tile holds up to 256 hashes of one level, an entry bundle up to 256 entries. Every name has
//! one text, and each size of the tree says which names there are.

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use thiserror::Error;

use crate::decimal;
use crate::merkle::SIZE_LIMIT;

/// Hashes of a full tile, entries of a full bundle.
pub const TILE_WIDTH: u16 = 256;

/// Highest level of a name. Trees below 2^63 leaves use levels 0 to 7.
pub const LEVEL_LIMIT: u8 = 63;

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TileKind {
    /// Hashes, each of 256^level leaves.
    Hashes {
        /// From 0 to [`LEVEL_LIMIT`].
        level: u8,
    },
    /// The entries themselves.
    Entries,
}

/// The name of a tile. Its [`Display`](fmt::Display) is the path below the log's prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TilePath {
    /// What it holds.
    pub kind: TileKind,
    /// Its number in its level, counted from zero.
    pub index: u64,
    /// How many hashes or entries it holds: 1 to 255 in a partial tile, 256 in a full one.
    pub width: u16,
}

/// A text is not the path of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is not the path of a tile")]
pub struct NotATilePath;

impl TilePath {
    /// Whether a log of `size` entries publishes this tile.
    #[must_use]
    pub fn is_of(&self, size: u64) -> bool {
        let level = match self.kind {
            TileKind::Hashes { level } => level,
            TileKind::Entries => 0,
        };
        let nodes = nodes_at(size, level);
        let (full, rest) = (nodes / u64::from(TILE_WIDTH), nodes % u64::from(TILE_WIDTH));
        if self.width == TILE_WIDTH {
            self.index < full
        } else {
            self.index == full && self.width > 0 && u64::from(self.width) == rest
        }
    }

    /// The partial hash tiles of a log of `size` entries, from level 0 upwards. Together they hold
    /// what is needed for the root.
    #[must_use]
    pub fn right_edge(size: u64) -> Vec<Self> {
        let levels = (0..=LEVEL_LIMIT).take_while(|level| nodes_at(size, *level) > 0);
        let partial = levels.filter_map(|level| {
            let nodes = nodes_at(size, level);
            let width = (nodes % u64::from(TILE_WIDTH)) as u16;
            let index = nodes / u64::from(TILE_WIDTH);
            (width > 0).then_some(Self { kind: TileKind::Hashes { level }, index, width })
        });
        partial.collect()
    }
}

/// Whole subtrees of 256^level leaves in a tree of `size`.
fn nodes_at(size: u64, level: u8) -> u64 {
    size.checked_shr(8 * u32::from(level)).unwrap_or(0)
}

impl fmt::Display for TilePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes { level } => write!(formatter, "tile/{level}/")?,
            TileKind::Entries => write!(formatter, "tile/entries/")?,
        }
        // Groups of three digits, all but the last one marked, so that no folder has the name of
        // a file.
        let mut divisor = 1_000_000_000_000_000_000;
        while divisor > 1 {
            if self.index >= divisor {
                write!(formatter, "x{:03}/", self.index / divisor % 1_000)?;
            }
            divisor /= 1_000;
        }
        write!(formatter, "{:03}", self.index % 1_000)?;
        if self.width < TILE_WIDTH { write!(formatter, ".p/{}", self.width) } else { Ok(()) }
    }
}

impl FromStr for TilePath {
    type Err = NotATilePath;

    fn from_str(text: &str) -> Result<Self, NotATilePath> {
        let rest = text.strip_prefix("tile/").ok_or(NotATilePath)?;
        let (kind, rest) = rest.split_once('/').ok_or(NotATilePath)?;
        let kind = match kind {
            "entries" => TileKind::Entries,
            level => {
                let level = decimal::parse(level).filter(|level| *level <= LEVEL_LIMIT.into());
                TileKind::Hashes { level: level.ok_or(NotATilePath)? as u8 }
            }
        };
        let (groups, width) = match rest.split_once(".p/") {
            None => (rest, TILE_WIDTH),
            Some((groups, width)) => {
                let width = decimal::parse(width).filter(|width| (1..256).contains(width));
                (groups, width.ok_or(NotATilePath)? as u16)
            }
        };
        let mut index: u64 = 0;
        for group in groups.split('/') {
            let digits = group.strip_prefix('x').unwrap_or(group);
            if digits.len() != 3 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
                return Err(NotATilePath);
            }
            let digits: u64 = digits.parse().map_err(|_| NotATilePath)?;
            index = index.checked_mul(1_000).ok_or(NotATilePath)? + digits;
            if index >= SIZE_LIMIT {
                return Err(NotATilePath);
            }
        }
        let path = Self { kind, index, width };
        // Written back it must be the same text: no group too many, every mark in its place.
        if alloc::string::ToString::to_string(&path) == text { Ok(path) } else { Err(NotATilePath) }
    }
}
