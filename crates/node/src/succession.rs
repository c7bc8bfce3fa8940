//! The entry by which a log goes on under another key, as it stands beside the successor's log and
//! on its mirror, so that a reader knows the key before reading the log. Whoever reads the log
//! finds the same entry in it, after entries of exactly the root that it names.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use ledger::disk::Disk;
use proof::Digest;
use proof::checkpoint::Checkpoint;
use proof::merkle::{Frontier, leaf_hash};
use proof::note::{Note, VerifierKey};
use rules::command::{Do, PlanCommand};
use rules::entry::Entry;

use crate::Error;
use crate::witnesses::read_limited;

/// Name of the folder of the succession in that of the ledger, and on a mirror.
pub const SUCCESSION_FOLDER: &str = "succession";

/// Name of its file there.
pub const SUCCESSION_FILE: &str = "entry.json";

/// Longest entry.
pub const SUCCESSION_LIMIT: u64 = 65_535;

/// How a log came to another key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    /// The entry.
    pub entry: Vec<u8>,
    /// The signed note of the predecessor's last witnessed checkpoint.
    pub note: Vec<u8>,
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The key that signs the log's checkpoints since.
    pub key: VerifierKey,
}

impl Succession {
    /// Reads the entry; `None` when it is none of the kind, or not signed by its author.
    #[must_use]
    pub fn parse(entry: &[u8]) -> Option<Self> {
        let Ok(Entry::Command(_, signed)) = Entry::parse(entry) else { return None };
        let verified = signed.verify().ok()?;
        let command = verified.command();
        let Do::Plan(PlanCommand::Succeed { checkpoint: note, node, .. }) = &command.body else {
            return None;
        };
        let checkpoint = Checkpoint::parse(Note::parse(&note.0).ok()?.text()).ok()?;
        let key = VerifierKey::new(&command.plan, node.0).ok()?;
        let note = note.0.clone();
        Some(Self { entry: entry.to_vec(), note, checkpoint, key })
    }

    /// The succession beside the log in `folder`; `None` when the log has its first key.
    pub(crate) fn read(disk: &dyn Disk, folder: &Path) -> Result<Option<Self>, Error> {
        let path = folder.join(SUCCESSION_FOLDER).join(SUCCESSION_FILE);
        let Some(entry) = read_limited(disk, &path, SUCCESSION_LIMIT)? else { return Ok(None) };
        Self::parse(&entry).map(Some).ok_or_else(|| bad(path, "this is no entry of a succession"))
    }

    /// A comparison with the entries of a log.
    #[must_use]
    pub fn watch(self) -> Watch {
        Watch { succession: self, frontier: Frontier::new(), root: None, found: false }
    }
}

/// Compares a succession with the entries of the log, shown one by one from the first.
#[derive(Debug)]
pub struct Watch {
    succession: Succession,
    frontier: Frontier,
    root: Option<Digest>,
    found: bool,
}

impl Watch {
    /// Takes in the next entry.
    pub fn entry(&mut self, index: u64, entry: &[u8]) {
        let size = self.succession.checkpoint.size;
        if index < size {
            self.frontier.push(leaf_hash(entry));
        } else if index == size {
            self.root = Some(self.frontier.root());
            self.found = entry == self.succession.entry;
        }
    }

    /// What is wrong with the succession, once all entries were shown.
    #[must_use]
    pub fn wrong(&self) -> Option<&'static str> {
        match self.root {
            Some(root) if root != self.succession.checkpoint.root => {
                Some("the entries before it are not those of the checkpoint that it names")
            }
            Some(_) if self.found => None,
            _ => Some("the log does not hold it after the entries that its checkpoint covers"),
        }
    }
}

/// The entries of the log in `folder` are those that its succession says.
pub(crate) fn check(watch: Option<&Watch>, folder: &Path) -> Result<(), Error> {
    match watch.and_then(Watch::wrong) {
        None => Ok(()),
        Some(why) => Err(bad(folder.join(SUCCESSION_FOLDER).join(SUCCESSION_FILE), why)),
    }
}

fn bad(path: PathBuf, why: &str) -> Error {
    Error::KeyFile { path, why: why.to_owned() }
}

/// Whether nothing is at a path.
pub(crate) fn is_free(folder: &Path) -> Result<bool, Error> {
    match std::fs::read_dir(folder) {
        Ok(mut listed) => Ok(listed.next().is_none()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(source) => Err(Error::File { path: folder.to_path_buf(), source }),
    }
}
