//! Where a log stands that is to be audited: a ledger's own folder, or a mirror of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger::chunks::Chunks;
use ledger::disk::{Disk, RealDisk};
use ledger::journal::first_entry;
use ledger::surface::{FolderSource, Source, SurfaceError, SurfaceReader};
use ledger::{View, check_folder};
use node::{
    CARDS_FOLDER, HttpSource, KEYS_FOLDER, MIRROR_FOLDER, POLICY_FILE, SUCCESSION_FILE,
    SUCCESSION_FOLDER, SUCCESSION_LIMIT, WITNESSES_FOLDER,
};
use proof::Digest;
use proof::checkpoint::Checkpoint;
use proof::note::{NOTE_LIMIT, Note, NoteError, VerifierKey};
use proof::policy_file::POLICY_LIMIT;
use proof::tile;
use proof::tile_path::TilePath;
use rules::State;
use rules::command::Chunk;

use crate::Error;
use crate::difference::{Difference, Kind};

/// Longest card: an entry's length, as those who write cards have it.
const CARD_BYTES_MAX: u64 = 65_535;

/// A log that is to be audited.
pub enum Place {
    /// The folder of a ledger, journal and chunks included.
    Ledger(PathBuf),
    /// A mirror, wherever it is.
    Mirror(Box<dyn Source>),
}

/// Why entries could not all be read: a difference, or no reading at all.
pub(crate) enum Unreadable {
    Difference(Difference),
    Error(Error),
}

impl Place {
    /// The place that somebody names: a web address, a ledger's folder or a mirror's.
    ///
    /// # Errors
    /// [`Error::NoLog`] if there is nothing of the kind.
    pub fn named(name: &str) -> Result<Self, Error> {
        if name.starts_with("http://") || name.starts_with("https://") {
            return Ok(Self::Mirror(Box::new(HttpSource::new(name))));
        }
        let folder = Path::new(name);
        if folder.join(ledger::journal::FOLDER).is_dir() {
            return Ok(Self::Ledger(folder.to_path_buf()));
        }
        if folder.join(ledger::checkpoint::FILE).is_file() {
            return Ok(Self::Mirror(Box::new(FolderSource(folder.to_path_buf()))));
        }
        Err(Error::NoLog(format!("{name} has neither a journal nor a checkpoint")))
    }

    /// The bytes of the newest checkpoint.
    pub(crate) fn note(&self) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Self::Ledger(folder) => {
                let source = FolderSource(folder.clone());
                let note = source.get(ledger::checkpoint::FILE, NOTE_LIMIT as u64)?;
                // The same with cosignatures, if it has any.
                let path = format!("{WITNESSES_FOLDER}/{}", ledger::checkpoint::FILE);
                let cosigned = source.get(&path, NOTE_LIMIT as u64)?;
                let text = |note: &Vec<u8>| Some(Note::parse(note).ok()?.text().to_owned());
                let same = cosigned.as_ref().and_then(text) == note.as_ref().and_then(text);
                Ok(cosigned.filter(|_| same).or(note))
            }
            Self::Mirror(source) => Ok(source.get(ledger::checkpoint::FILE, NOTE_LIMIT as u64)?),
        }
    }

    /// The policy that stands beside the log.
    pub(crate) fn policy(&self, key: &VerifierKey) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Self::Ledger(folder) => Ok(node::cosigned(folder, key)?.map(|it| it.policy)),
            Self::Mirror(source) => Ok(source.get(POLICY_FILE, POLICY_LIMIT as u64)?),
        }
    }

    /// The entry by which the log goes on under another key, not yet believed.
    pub(crate) fn succession(&self) -> Result<Option<Vec<u8>>, Error> {
        let path = format!("{SUCCESSION_FOLDER}/{SUCCESSION_FILE}");
        Ok(match self {
            Self::Ledger(folder) => FolderSource(folder.clone()).get(&path, SUCCESSION_LIMIT)?,
            Self::Mirror(source) => source.get(&path, SUCCESSION_LIMIT)?,
        })
    }

    /// The first entry, not yet believed.
    pub(crate) fn first_entry(&self, size: u64) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Self::Ledger(folder) => {
                let first = first_entry(&RealDisk, folder);
                Ok(first.map_err(node::Error::from)?)
            }
            Self::Mirror(source) => {
                let width = size.min(256) as u16;
                let kind = proof::tile_path::TileKind::Entries;
                for width in [width, 256] {
                    let path = TilePath { kind, index: 0, width };
                    let limit = ledger::surface::BUNDLE_BYTES_MAX;
                    let Some(bundle) = source.get(&path.to_string(), limit)? else { continue };
                    let entries = tile::entries(&path, &bundle).unwrap_or_default();
                    return Ok(entries.first().map(|entry| entry.to_vec()));
                }
                Ok(None)
            }
        }
    }

    /// Reads every entry that the checkpoint covers (of a ledger's folder: every entry), and checks
    /// all files on the way.
    pub(crate) fn read(
        &self,
        checkpoint: Option<&Checkpoint>,
        key: &VerifierKey,
        visit: &mut dyn FnMut(u64, &[u8]),
    ) -> Result<(), Unreadable> {
        match self {
            Self::Ledger(folder) => {
                let disk: Arc<dyn Disk> = Arc::new(RealDisk);
                let open = |note: &[u8]| Ok::<_, NoteError>(Checkpoint::open(note, key)?.0);
                View::open_visiting(disk, folder, &open, &[], &mut |index, entry| {
                    visit(index, entry);
                })
                .map_err(of_ledger)?;
                Ok(())
            }
            Self::Mirror(source) => {
                let Some(checkpoint) = checkpoint else { return Ok(()) };
                let reader = SurfaceReader::new(&**source, checkpoint.clone());
                let read = reader.read(|index, entry| {
                    visit(index, entry);
                    Ok::<(), SurfaceError>(())
                });
                read.map_err(of_surface)
            }
        }
    }

    /// Checks the files that no entry leads to: chunks, snapshots, cards.
    pub(crate) fn check_files(&self, key: &VerifierKey) -> Result<(), Unreadable> {
        let Self::Ledger(folder) = self else { return Ok(()) };
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let open = |note: &[u8]| {
            Note::parse(note)?.verify_every(std::slice::from_ref(key))?;
            Ok::<_, NoteError>(Checkpoint::open(note, key)?.0)
        };
        let beside =
            [KEYS_FOLDER, CARDS_FOLDER, MIRROR_FOLDER, WITNESSES_FOLDER, SUCCESSION_FOLDER];
        check_folder(&disk, folder, &open, &beside).map_err(of_ledger)?;
        Ok(())
    }

    /// Builds the trees of charges again, where the plan's secret is at hand; gives how many
    /// agree.
    pub(crate) fn seals(
        &self,
        state: &State,
        differences: &mut Vec<Difference>,
    ) -> Result<u64, Error> {
        let Self::Ledger(folder) = self else { return Ok(0) };
        let Some(secret) = node::plan_secret(folder)? else { return Ok(0) };
        match node::confirm_seals(state, &secret, 0, &mut |_| {}) {
            Ok(confirmed) => Ok(confirmed.into()),
            Err(error) => {
                differences.push(Difference::whole(Kind::WrongSeal, error.to_string()));
                Ok(0)
            }
        }
    }

    /// One entry.
    pub(crate) fn entry(&self, key: &VerifierKey, size: u64, index: u64) -> Option<Vec<u8>> {
        match self {
            Self::Ledger(folder) => {
                let open = |note: &[u8]| Ok::<_, NoteError>(Checkpoint::open(note, key)?.0);
                View::salvage(Arc::new(RealDisk), folder, &open, &[]).ok()?.0.entry(index).ok()
            }
            Self::Mirror(source) => {
                let kind = proof::tile_path::TileKind::Entries;
                let width = (size - index / 256 * 256).min(256) as u16;
                for width in [width, 256] {
                    let path = TilePath { kind, index: index / 256, width };
                    let limit = ledger::surface::BUNDLE_BYTES_MAX;
                    let Ok(Some(bundle)) = source.get(&path.to_string(), limit) else { continue };
                    let entries = tile::entries(&path, &bundle).ok()?;
                    return entries.get((index % 256) as usize).map(|entry| entry.to_vec());
                }
                None
            }
        }
    }

    /// A chunk, found to be the one that is named.
    pub(crate) fn chunk(&self, chunk: &Chunk) -> Result<Vec<u8>, node::Error> {
        let digest = chunk.hash;
        match self {
            Self::Ledger(folder) => Ok(Chunks::new(Arc::new(RealDisk), folder).read(&digest)?),
            Self::Mirror(source) => {
                let path = format!("{}/{digest}.chunk", ledger::chunks::FOLDER);
                let bytes = source.get(&path, chunk.size).ok().flatten();
                let bytes = bytes.filter(|bytes| proof::sha256(bytes) == digest);
                Ok(bytes.ok_or(ledger::Error::NoSuchChunk { digest })?)
            }
        }
    }

    /// Whether the text of a card is there; a text that is not the card's is a difference.
    pub(crate) fn has_card(&self, hash: &Digest) -> Result<bool, Unreadable> {
        let path = format!("{CARDS_FOLDER}/{hash}.json");
        let folder;
        let source: &dyn Source = match self {
            Self::Ledger(path) => {
                folder = FolderSource(path.clone());
                &folder
            }
            Self::Mirror(source) => &**source,
        };
        let text = source.get(&path, CARD_BYTES_MAX);
        match text.map_err(|error| Unreadable::Error(error.into()))? {
            None => Ok(false),
            Some(text) if proof::sha256(&text) == *hash => Ok(true),
            Some(_) => {
                let what = format!("{path} is not the card whose hash is in the log");
                Err(Unreadable::Difference(Difference::whole(Kind::DamagedFile, what)))
            }
        }
    }
}

/// A difference in the files of a ledger, or an error of the disk.
fn of_ledger(error: ledger::Error) -> Unreadable {
    let kind = match &error {
        ledger::Error::Damaged(_) | ledger::Error::RootDiffers { .. } => Kind::DamagedFile,
        ledger::Error::ShorterThanCheckpoint { .. } => Kind::ShortenedLog,
        ledger::Error::Checkpoint { .. } => Kind::Checkpoint,
        ledger::Error::NoSuchChunk { .. } => Kind::MissingFile,
        _ => return Unreadable::Error(node::Error::from(error).into()),
    };
    Unreadable::Difference(Difference::whole(kind, error.to_string()))
}

fn of_surface(error: SurfaceError) -> Unreadable {
    let what = error.to_string();
    Unreadable::Difference(match error {
        SurfaceError::Source(error) => return Unreadable::Error(error.into()),
        SurfaceError::Missing { .. } => Difference::whole(Kind::MissingFile, what),
        SurfaceError::EntryDiffers { index } => Difference::at(Kind::AlteredEntry, index, what),
        _ => Difference::whole(Kind::DamagedFile, what),
    })
}
