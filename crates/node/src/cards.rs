//! Cards of published cases. The log holds a card's hash; its text stands beside the log, so that
//! it can be withdrawn without a change of the log. Knows no field of a card.
//!
//! A card is a file of canonical JSON that contains a random salt, so that nobody who knows the
//! hash finds the text by trying; the hash is the SHA-256 of the file. Formats: `docs/FORMATS.md`.

use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger::disk::Disk;
use ledger::{Damage, Flaw};
use proof::Digest;

use crate::Error;

/// Name of the folder of the cards in that of the ledger.
pub const CARDS_FOLDER: &str = "cards";

const ENDING: &str = ".json";

/// Where a card is written before it has its name; what is left over is overwritten by the next.
const UNFINISHED: &str = "incoming.tmp";

/// A card is a handful of fields: what is longer than an entry may be is not one.
const CARD_BYTES_MAX: u64 = 65_535;

/// The cards of a ledger. At most one process writes: the one that has the log open.
#[derive(Clone, Debug)]
pub struct Cards {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
}

/// What is in the folder of the cards when every card is intact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CardsFound {
    /// Hashes of the cards, in the order of their names.
    pub cards: Vec<Digest>,
    /// What is no card, relative to the folder of the ledger.
    pub unknown: Vec<PathBuf>,
}

impl Cards {
    /// The cards of the ledger in `folder`.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>, folder: &Path) -> Self {
        Self { disk, folder: folder.join(CARDS_FOLDER) }
    }

    fn path(&self, hash: &Digest) -> PathBuf {
        self.folder.join(format!("{hash}{ENDING}"))
    }

    /// Stores a card durably and gives its hash. `text` is canonical JSON with a salt in it.
    ///
    /// # Errors
    /// When the text is not canonical or too long, or the disk refuses.
    pub fn put(&self, text: &[u8]) -> Result<Digest, Error> {
        let hash = proof::sha256(text);
        let path = self.path(&hash);
        let error = |source| Error::File { path: path.clone(), source };
        let canonical = proof::canonical::check(text).is_ok();
        if !canonical || text.len() as u64 > CARD_BYTES_MAX {
            return Err(error(ErrorKind::InvalidInput.into()));
        }
        let incoming = self.folder.join(UNFINISHED);
        self.disk.create_folder(&self.folder).map_err(error)?;
        let mut file = self.disk.create(&incoming).map_err(error)?;
        file.append(text).map_err(error)?;
        file.sync().map_err(error)?;
        self.disk.rename(&incoming, &path).map_err(error)?;
        self.disk.sync_folder(&self.folder).map_err(error)?;
        Ok(hash)
    }

    /// The text of a card; `None` if it is not there.
    ///
    /// # Errors
    /// When it is not intact or cannot be read.
    pub fn read(&self, hash: &Digest) -> Result<Option<Vec<u8>>, Error> {
        let file = self.path(hash);
        let error = |source| Error::File { path: file.clone(), source };
        let Some(length) = self.disk.length(&file).map_err(error)? else {
            return Ok(None);
        };
        let mut text = Vec::new();
        let source = self.disk.read(&file, 0).map_err(error)?;
        source.take(CARD_BYTES_MAX + 1).read_to_end(&mut text).map_err(error)?;
        if proof::sha256(&text) != *hash {
            let flaw = Flaw::Digest;
            return Err(ledger::Error::from(Damage { file, from: 0, to: length, flaw }).into());
        }
        Ok(Some(text))
    }

    /// Withdraws the text of a card: its hash and the decision stay in the log. That there is none
    /// is no error.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn remove(&self, hash: &Digest) -> Result<(), Error> {
        let path = self.path(hash);
        let error = |source| Error::File { path: path.clone(), source };
        if self.disk.length(&path).map_err(error)?.is_none() {
            return Ok(());
        }
        self.disk.remove(&path).map_err(error)?;
        self.disk.sync_folder(&self.folder).map_err(error)
    }

    /// Reads every card to see that it is intact.
    ///
    /// # Errors
    /// At the first that is not, naming file and bytes.
    pub(crate) fn check(&self) -> Result<CardsFound, Error> {
        let error = |source| Error::File { path: self.folder.clone(), source };
        let listed = match self.disk.list(&self.folder) {
            Err(missing) if missing.kind() == ErrorKind::NotFound => {
                return Ok(CardsFound::default());
            }
            listed => listed.map_err(error)?,
        };
        let mut found = CardsFound::default();
        for item in listed {
            let hash = item.name.strip_suffix(ENDING).and_then(|name| name.parse().ok());
            match hash.filter(|_| !item.is_folder) {
                // A card withdrawn since the folder was listed is not there any more.
                Some(hash) if self.read(&hash)?.is_some() => found.cards.push(hash),
                Some(_) => {}
                None => found.unknown.push(Path::new(CARDS_FOLDER).join(item.name)),
            }
        }
        Ok(found)
    }
}
