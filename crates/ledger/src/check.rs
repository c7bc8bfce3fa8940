//! Checking a whole folder: every file must be one that we know, and intact.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proof::Digest;
use proof::checkpoint::Checkpoint;

use crate::checkpoint::{self, OpenNote};
use crate::chunks::{self, Chunks, chunk_digest};
use crate::disk::{Disk, Listed, list_if_there};
use crate::error::Error;
use crate::journal::{self, segment_first};
use crate::snapshot::{self, SnapshotHead, Snapshots, snapshot_entries};
use crate::view::View;

/// What is in a folder in which everything that we know is intact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderReport {
    /// Entries of the log.
    pub entries: u64,
    /// Root of the log.
    pub root: Digest,
    /// The stored checkpoint.
    pub checkpoint: Option<Checkpoint>,
    /// The chunks there are.
    pub chunks: Vec<Digest>,
    /// What the snapshots there are say of themselves, by their count of entries.
    pub snapshots: Vec<SnapshotHead>,
    /// Files and folders that are none of ours, relative to the folder: nobody checked them.
    pub unknown: Vec<PathBuf>,
}

/// Checks every file of the ledger in `folder`, and that checkpoint and snapshots are of this log.
///
/// Not looked at: SQLite files (`*.sqlite*`), which are projections; the lock; and the folders
/// named in `beside` (keys, for instance), for which the caller answers.
///
/// # Errors
/// The first damage, as [`Error::Damaged`] with file and bytes; or [`Error::Checkpoint`],
/// [`Error::RootDiffers`], [`Error::ShorterThanCheckpoint`], [`Error::Disk`].
pub fn check_folder(
    disk: &Arc<dyn Disk>,
    folder: &Path,
    open: OpenNote<'_>,
    beside: &[&str],
) -> Result<FolderReport, Error> {
    let report = check_visiting(disk, folder, open, beside, &mut |_, _| ())?;
    let store = Chunks::new(disk.clone(), folder);
    report.chunks.iter().try_for_each(|digest| store.open(digest).map(drop))?;
    Ok(report)
}

/// Like [`check_folder`], but lists the chunks only, for which the caller answers, and shows every
/// entry with its index to `visit` on the way: each file is read once.
///
/// # Errors
/// Those of [`check_folder`].
pub fn check_visiting(
    disk: &Arc<dyn Disk>,
    folder: &Path,
    open: OpenNote<'_>,
    beside: &[&str],
    visit: &mut dyn FnMut(u64, &[u8]),
) -> Result<FolderReport, Error> {
    let list = |path: &Path| list_if_there(&**disk, path);
    let snapshots = Snapshots::new(disk.clone(), folder);
    let counts = snapshots.list()?;
    let view = View::open_visiting(disk.clone(), folder, open, &counts, visit)?;
    let mut intact = Vec::new();
    for count in counts {
        match snapshots.open(count) {
            Ok(snapshot) => {
                view.must_have(count, &snapshot.head.frontier.root())?;
                intact.push(snapshot.head);
            }
            // A writer beside us has made a newer one and removed this.
            Err(Error::Disk { source, .. }) if source.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }

    let ours = |item: &Listed| match (item.name.as_str(), item.is_folder) {
        (journal::FOLDER | chunks::FOLDER | snapshot::FOLDER, true) => true,
        (checkpoint::FILE | journal::LOCK, false) => true,
        (name, true) => beside.contains(&name),
        (name, false) => name.contains(".sqlite"),
    };
    let mut unknown = Vec::new();
    let names = list(folder)?.into_iter().filter(|item| !ours(item));
    unknown.extend(names.map(|item| PathBuf::from(item.name)));

    let mut chunks = Vec::new();
    for (name, known) in [
        (journal::FOLDER, (|name| segment_first(name).is_some()) as fn(&str) -> bool),
        (chunks::FOLDER, |name| chunk_digest(name).is_some()),
        (snapshot::FOLDER, |name| snapshot_entries(name).is_some()),
    ] {
        for item in list(&folder.join(name))? {
            if item.is_folder || !known(&item.name) {
                unknown.push(Path::new(name).join(item.name));
            } else if name == chunks::FOLDER {
                chunks.extend(chunk_digest(&item.name));
            }
        }
    }

    Ok(FolderReport {
        entries: view.size(),
        root: view.root(),
        checkpoint: view.checkpoint().cloned(),
        chunks,
        snapshots: intact,
        unknown,
    })
}
