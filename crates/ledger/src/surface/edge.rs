//! The right edge of the tree while it grows: the hashes of each level that fill no tile yet.

use proof::Digest;
use proof::merkle::{Frontier, SIZE_LIMIT};
use proof::tile::{self, TileError};
use proof::tile_path::{TILE_WIDTH, TileKind, TilePath};

/// All that must be kept of a tree in order to write its next tiles. Touches no file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    /// For each level from 0 the hashes of its last tile; never a full tile.
    levels: Vec<Vec<Digest>>,
}

impl Edge {
    /// The edge of a tree of `size` leaves from its partial tiles, in the order of
    /// [`TilePath::right_edge`]. Its root is to be compared with that of a checkpoint.
    ///
    /// # Errors
    /// [`TileError::Edge`] if the tiles are not as many and as wide as the size needs.
    pub fn from_tiles(size: u64, tiles: Vec<Vec<Digest>>) -> Result<Self, TileError> {
        tile::frontier(size, &tiles)?;
        let mut levels = Vec::new();
        for (path, tile) in TilePath::right_edge(size).into_iter().zip(tiles) {
            if let TileKind::Hashes { level } = path.kind {
                levels.resize(usize::from(level) + 1, Vec::new());
                levels[usize::from(level)] = tile;
            }
        }
        Ok(Self { size, levels })
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The tree's perfect subtrees, whose root is that of the tree.
    #[must_use]
    pub fn frontier(&self) -> Frontier {
        let tiles: Vec<Vec<Digest>> =
            self.partial().into_iter().map(|(_, hashes)| hashes.to_vec()).collect();
        tile::frontier(self.size, &tiles).expect("the edge has the tiles of its size")
    }

    /// Appends a leaf, given its hash. Each tile that becomes full is given to `full`.
    ///
    /// # Errors
    /// What `full` answers; the edge is then of no use any more.
    pub fn push<E>(
        &mut self,
        leaf: Digest,
        mut full: impl FnMut(TilePath, &[Digest]) -> Result<(), E>,
    ) -> Result<(), E> {
        assert!(self.size + 1 < SIZE_LIMIT, "no log is as long as that");
        self.size += 1;
        let mut hash = leaf;
        for level in 0.. {
            if self.levels.len() == usize::from(level) {
                self.levels.push(Vec::new());
            }
            let hashes = &mut self.levels[usize::from(level)];
            hashes.push(hash);
            if hashes.len() < usize::from(TILE_WIDTH) {
                break;
            }
            let tiles = self.size >> (8 * (u32::from(level) + 1));
            let kind = TileKind::Hashes { level };
            full(TilePath { kind, index: tiles - 1, width: TILE_WIDTH }, hashes)?;
            hash = tile::root(hashes);
            hashes.clear();
        }
        Ok(())
    }

    /// The partial tiles, from level 0 upwards.
    #[must_use]
    pub fn partial(&self) -> Vec<(TilePath, &[Digest])> {
        let hashes = self.levels.iter().map(Vec::as_slice).filter(|hashes| !hashes.is_empty());
        TilePath::right_edge(self.size).into_iter().zip(hashes).collect()
    }
}
