//! Writing the surface of a log into a folder: only what is missing, and the checkpoint last.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proof::Digest;
use proof::checkpoint::Checkpoint;
use proof::merkle::leaf_hash;
use proof::tile;
use proof::tile_path::{TILE_WIDTH, TileKind, TilePath};

use super::{BUNDLE_BYTES_MAX, Edge};
use crate::checkpoint;
use crate::disk::{Disk, list_if_there};
use crate::error::Error;
use crate::staged::write_whole;

/// The surface of one log in one folder, open for writing. At most one process writes.
pub struct SurfaceWriter {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    /// Size of the checkpoint that was there before.
    before: u64,
    edge: Edge,
    /// The entries of the bundle that is not full, each after its length.
    bundle: Vec<u8>,
}

impl SurfaceWriter {
    /// Opens the surface in `folder`, which `published` describes if anything is published there.
    /// If what stands there is not of that checkpoint, everything is written anew.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn open(
        disk: Arc<dyn Disk>,
        folder: &Path,
        published: Option<&Checkpoint>,
    ) -> Result<Self, Error> {
        disk.create_folder(folder).map_err(Error::disk("create", folder))?;
        let (folder, before) = (folder.to_path_buf(), published.map_or(0, |there| there.size));
        let mut writer = Self { disk, folder, before, edge: Edge::default(), bundle: Vec::new() };
        if let Some(published) = published {
            writer.restore(published)?;
        }
        Ok(writer)
    }

    /// Entries that stand there already: the next one to push has this index.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.edge.size()
    }

    /// Takes up where an earlier writer ended, if its files are those of its checkpoint.
    fn restore(&mut self, published: &Checkpoint) -> Result<(), Error> {
        let mut tiles = Vec::new();
        for path in TilePath::right_edge(published.size) {
            let bytes = self.read(&path)?;
            let Some(hashes) = bytes.and_then(|bytes| tile::hashes(&path, &bytes).ok()) else {
                return Ok(());
            };
            tiles.push(hashes);
        }
        let leaves = tiles.first().cloned().unwrap_or_default();
        let Ok(edge) = Edge::from_tiles(published.size, tiles) else { return Ok(()) };
        if edge.frontier().root() != published.root {
            return Ok(());
        }
        let width = (published.size % u64::from(TILE_WIDTH)) as u16;
        if width > 0 {
            let index = published.size / u64::from(TILE_WIDTH);
            let path = TilePath { kind: TileKind::Entries, index, width };
            let Some(bytes) = self.read(&path)? else { return Ok(()) };
            let entries = tile::entries(&path, &bytes);
            if !entries.is_ok_and(|entries| tile::verify_entries(&entries, &leaves).is_ok()) {
                return Ok(());
            }
            self.bundle = bytes;
        }
        self.edge = edge;
        Ok(())
    }

    fn read(&self, path: &TilePath) -> Result<Option<Vec<u8>>, Error> {
        let path = self.folder.join(path.to_string());
        if self.disk.length(&path).map_err(Error::disk("look at", &path))?.is_none() {
            return Ok(None);
        }
        let source = self.disk.read(&path, 0).map_err(Error::disk("read", &path))?;
        let mut bytes = Vec::new();
        let read = source.take(BUNDLE_BYTES_MAX + 1).read_to_end(&mut bytes);
        read.map_err(Error::disk("read", &path))?;
        Ok(Some(bytes))
    }

    /// Appends an entry; tiles and bundles that become full are written.
    ///
    /// # Errors
    /// [`Error::EntryTooLong`], [`Error::Disk`].
    pub fn push(&mut self, entry: &[u8]) -> Result<(), Error> {
        let found = entry.len();
        let length = u16::try_from(found).map_err(|_| Error::EntryTooLong { found })?;
        self.bundle.extend_from_slice(&length.to_be_bytes());
        self.bundle.extend_from_slice(entry);
        let (disk, folder) = (&*self.disk, &self.folder);
        if (self.edge.size() + 1).is_multiple_of(TILE_WIDTH.into()) {
            let index = self.edge.size() / u64::from(TILE_WIDTH);
            let path = TilePath { kind: TileKind::Entries, index, width: TILE_WIDTH };
            write_whole(disk, folder, &path.to_string(), &std::mem::take(&mut self.bundle))?;
        }
        self.edge.push(leaf_hash(entry), |path, hashes| {
            write_whole(disk, folder, &path.to_string(), &joined(hashes))
        })
    }

    /// Writes what is not full. Returns the root of all entries pushed.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn finish_tiles(&mut self) -> Result<Digest, Error> {
        for (path, hashes) in self.edge.partial() {
            self.place(&path.to_string(), &joined(hashes))?;
        }
        let (index, width) = (self.size() / 256, (self.size() % 256) as u16);
        if width > 0 {
            let path = TilePath { kind: TileKind::Entries, index, width };
            self.place(&path.to_string(), &self.bundle)?;
        }
        Ok(self.edge.frontier().root())
    }

    /// Writes a file of another kind, given by its path below the folder, for instance a policy.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn place(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        write_whole(&*self.disk, &self.folder, path, bytes)
    }

    /// Writes the checkpoint, the last of all files, and then removes the partial tiles that
    /// neither this checkpoint nor the one before needs.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn finish(self, note: &[u8]) -> Result<(), Error> {
        self.place(checkpoint::FILE, note)?;
        let partial = |size: u64| {
            let (index, width) = (size / 256, (size % 256) as u16);
            let bundle = TilePath { kind: TileKind::Entries, index, width };
            TilePath::right_edge(size).into_iter().chain((width > 0).then_some(bundle))
        };
        let needed: Vec<TilePath> = partial(self.before).chain(partial(self.size())).collect();
        for path in &needed {
            self.prune(path, &needed)?;
        }
        Ok(())
    }

    /// Removes the partial tiles beside `path` that nobody needs any more.
    fn prune(&self, path: &TilePath, needed: &[TilePath]) -> Result<(), Error> {
        let Some((stem, _)) =
            path.to_string().rsplit_once('/').map(|(s, w)| (s.to_owned(), w.len()))
        else {
            return Ok(());
        };
        let folder = self.folder.join(&stem);
        for item in list_if_there(&*self.disk, &folder)? {
            let other: Result<TilePath, _> = format!("{stem}/{}", item.name).parse();
            if other.is_ok_and(|other| !needed.contains(&other)) {
                let path = folder.join(&item.name);
                self.disk.remove(&path).map_err(Error::disk("remove", &path))?;
            }
        }
        Ok(())
    }
}

fn joined(hashes: &[Digest]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}
