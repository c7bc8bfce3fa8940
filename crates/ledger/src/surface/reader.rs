//! Reading a surface without believing it: every tile, every bundle, up to the root of a
//! checkpoint. Where the files come from is behind [`Source`].

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::PathBuf;

use proof::Digest;
use proof::checkpoint::Checkpoint;
use proof::merkle::leaf_hash;
use proof::tile::{self, TileError};
use proof::tile_path::{TILE_WIDTH, TileKind, TilePath};
use thiserror::Error;

use super::{BUNDLE_BYTES_MAX, Edge, TILE_BYTES_MAX};

/// Where the files of a mirror come from: a folder, a web server.
pub trait Source: Send + Sync {
    /// The file at `path` below the mirror; `None` if there is none.
    ///
    /// # Errors
    /// [`SourceError`], also when the file is longer than `bytes_max`.
    fn get(&self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, SourceError>;
}

/// A file of a mirror could not be had.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{path} of the mirror: {why}")]
pub struct SourceError {
    /// Its path below the mirror.
    pub path: String,
    /// Why.
    pub why: String,
}

/// Why the files of a mirror are not those of its checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SurfaceError {
    /// A file could not be had.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A file that the checkpoint needs is not there.
    #[error("{path} is not there")]
    Missing {
        /// Its path below the mirror.
        path: String,
    },
    /// A file is not one of its kind, or not of the width that its name says.
    #[error("{path}: {source}")]
    Tile {
        /// Its path below the mirror.
        path: String,
        /// What is wrong with it.
        source: TileError,
    },
    /// An entry is not the one whose hash is in the tree.
    #[error("entry {index} is not the one whose hash stands in the tree")]
    EntryDiffers {
        /// Its index.
        index: u64,
    },
    /// The hashes of a tile are not those that the tiles below make.
    #[error("{path} does not hold the hashes that the tiles below it make")]
    TileDiffers {
        /// Its path below the mirror.
        path: String,
    },
    /// The tiles lead to another root than the checkpoint's.
    #[error("the tiles lead to another root than the checkpoint of {size} entries")]
    RootDiffers {
        /// Entries of the checkpoint.
        size: u64,
        /// The root of the tiles.
        found: Digest,
        /// The root that was signed.
        signed: Digest,
    },
}

/// A mirror in a folder.
#[derive(Clone, Debug)]
pub struct FolderSource(pub PathBuf);

impl Source for FolderSource {
    fn get(&self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, SourceError> {
        let error = |why: String| SourceError { path: path.to_owned(), why };
        let file = match File::open(self.0.join(path)) {
            Ok(file) => file,
            Err(missing) if missing.kind() == ErrorKind::NotFound => return Ok(None),
            Err(other) => return Err(error(other.to_string())),
        };
        let mut bytes = Vec::new();
        let read = file.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|source| error(source.to_string()))?;
        if bytes.len() as u64 > bytes_max {
            return Err(error(format!("it is longer than {bytes_max} bytes")));
        }
        Ok(Some(bytes))
    }
}

/// The entries of a mirror under a checkpoint, while they are read and checked.
pub struct SurfaceReader<'s> {
    source: &'s dyn Source,
    checkpoint: Checkpoint,
}

impl<'s> SurfaceReader<'s> {
    /// The mirror's files under a checkpoint that the caller believes.
    #[must_use]
    pub fn new(source: &'s dyn Source, checkpoint: Checkpoint) -> Self {
        Self { source, checkpoint }
    }

    /// Reads every tile and every entry; each entry is shown to `visit` with its index once it is
    /// the one of its tile. That it is the one of the checkpoint is known when this returns.
    ///
    /// # Errors
    /// The first thing that is not as the checkpoint needs it; or what `visit` answers.
    pub fn read<E: From<SurfaceError>>(
        &self,
        visit: impl FnMut(u64, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.read_on(Edge::default(), visit).map(drop)
    }

    /// Like [`SurfaceReader::read`], where the reader has seen the entries up to `edge`. What
    /// stands before is not read again, and yet must be the same: the root says so.
    ///
    /// # Errors
    /// Those of [`SurfaceReader::read`].
    pub fn read_on<E: From<SurfaceError>>(
        &self,
        mut edge: Edge,
        mut visit: impl FnMut(u64, &[u8]) -> Result<(), E>,
    ) -> Result<Edge, E> {
        let (size, width) = (self.checkpoint.size, u64::from(TILE_WIDTH));
        for index in edge.size() / width..size.div_ceil(width) {
            let count = (size - index * width).min(width) as u16;
            let leaves = self.leaves(index, count)?;
            let bundle = TilePath { kind: TileKind::Entries, index, width: count };
            let (path, bytes) = self.file(bundle, BUNDLE_BYTES_MAX)?;
            let wrong = |source| SurfaceError::Tile { path: path.to_string(), source };
            let entries = tile::entries(&path, &bytes).map_err(wrong)?;
            for (place, leaf) in (0..).zip(&leaves).skip((edge.size() - index * width) as usize) {
                let (at, entry) = (index * width + place, entries[place as usize]);
                if leaf_hash(entry) != *leaf {
                    return Err(SurfaceError::EntryDiffers { index: at }.into());
                }
                edge.push(*leaf, |path, hashes| self.compare(path, hashes))?;
                visit(at, entry)?;
            }
        }
        for (path, hashes) in edge.partial() {
            self.compare(path, hashes)?;
        }
        let (found, signed) = (edge.frontier().root(), self.checkpoint.root);
        if found == signed && edge.size() == size {
            return Ok(edge);
        }
        Err(SurfaceError::RootDiffers { size, found, signed }.into())
    }

    /// The hashes of a tile of level 0 that are of this log.
    fn leaves(&self, index: u64, count: u16) -> Result<Vec<Digest>, SurfaceError> {
        let tile = TilePath { kind: TileKind::Hashes { level: 0 }, index, width: count };
        let (path, bytes) = self.file(tile, TILE_BYTES_MAX)?;
        let wrong = |source| SurfaceError::Tile { path: path.to_string(), source };
        let mut hashes = tile::hashes(&path, &bytes).map_err(wrong)?;
        hashes.truncate(count.into());
        Ok(hashes)
    }

    /// A file that the checkpoint needs: the partial one, or the full one that came after it.
    fn file(&self, path: TilePath, limit: u64) -> Result<(TilePath, Vec<u8>), SurfaceError> {
        let full = TilePath { width: TILE_WIDTH, ..path };
        for path in [path, full] {
            if let Some(bytes) = self.source.get(&path.to_string(), limit)? {
                return Ok((path, bytes));
            }
        }
        Err(SurfaceError::Missing { path: path.to_string() })
    }

    /// A tile above level 0 must hold what the tiles below it make.
    fn compare(&self, path: TilePath, hashes: &[Digest]) -> Result<(), SurfaceError> {
        if path.kind == (TileKind::Hashes { level: 0 }) {
            return Ok(());
        }
        let (found, bytes) = self.file(path, TILE_BYTES_MAX)?;
        let wrong = |source| SurfaceError::Tile { path: found.to_string(), source };
        let there = tile::hashes(&found, &bytes).map_err(wrong)?;
        if there.get(..hashes.len()) == Some(hashes) {
            return Ok(());
        }
        Err(SurfaceError::TileDiffers { path: found.to_string() })
    }
}
