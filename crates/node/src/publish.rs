//! Publishing a log: its tiles, entries and checkpoint as files that any web server can show, the
//! cards and the policy beside them, and the rows of members only where the charter says so.
//!
//! What is not signed is not published. An interrupted run is taken up by the next one.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use ledger::View;
use ledger::checkpoint as stored;
use ledger::chunks::Chunks;
use ledger::disk::{Disk, RealDisk};
use ledger::journal::first_entry;
use ledger::surface::SurfaceWriter;
use proof::Digest;
use proof::checkpoint::Checkpoint;
use proof::note::VerifierKey;
use rules::charter::Roll;

use crate::Error;
use crate::apply::named_by;
use crate::cards::Cards;
use crate::replay::{founding, open_note};
use crate::succession::{SUCCESSION_FILE, SUCCESSION_FOLDER, Succession};
use crate::witnesses::cosigned;

/// Name of the policy in the folder of a mirror.
pub const POLICY_FILE: &str = "policy";

/// Name of a mirror's folder in that of the ledger, for whoever wants it there. It is none of the
/// ledger's files: an audit of the mirror answers for it.
pub const MIRROR_FOLDER: &str = "mirror";

/// What is published.
#[derive(Clone, Copy, Debug, Default)]
pub struct Publication<'p> {
    /// Rows of members too, although the charter keeps the roll among institutions.
    pub institutional: bool,
    /// The policy, to stand beside the log; otherwise the one under which it is cosigned.
    pub policy: Option<&'p [u8]>,
}

/// What was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// What the mirror shows now.
    pub checkpoint: Checkpoint,
    /// Entries that stood there before.
    pub from: u64,
    /// Cards that stand there.
    pub cards: u64,
    /// Cards that were taken away, because they are withdrawn.
    pub withdrawn: u64,
    /// Chunks that stand there; `None` if they are not published.
    pub chunks: Option<u64>,
}

/// Publishes the log in `folder` up to its stored checkpoint into the folder `to`. `progress` is
/// told the number of entries written so far.
///
/// # Errors
/// When the log is damaged or was never signed, `to` is a mirror of another log or of another
/// history, or the disk refuses.
pub fn publish(
    folder: &Path,
    to: &Path,
    what: Publication<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Published, Error> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let founding = first_entry(&*disk, folder)?.and_then(|entry| founding(&entry));
    let (charter, mut key) = founding.ok_or(Error::NotFounded)?;
    let succession = Succession::read(&*disk, folder)?;
    if let Some(succession) = &succession {
        key = succession.key.clone();
    }
    let open = |note: &[u8]| open_note(Some(&key), note);
    let (checkpoint, note) = stored::read(&*disk, folder, &open)?.ok_or(Error::Unsigned)?;
    let cosigned = cosigned(folder, &key)?.filter(|cosigned| cosigned.checkpoint == checkpoint);
    let note = cosigned.as_ref().map_or(note, |cosigned| cosigned.note.clone());
    let policy = what.policy.or(cosigned.as_ref().map(|cosigned| cosigned.policy.as_slice()));
    let mirrored = mirrored(&disk, to, &key, checkpoint.size)?;
    let sizes: Vec<u64> = mirrored.iter().map(|there| there.size).collect();
    let (mut cards, mut chunks) = (BTreeSet::new(), BTreeSet::new());
    let view = View::open_visiting(disk.clone(), folder, &open, &sizes, &mut |index, entry| {
        if index < checkpoint.size {
            let (card, chunk) = named_by(entry);
            cards.extend(card);
            chunks.extend(chunk.map(|chunk| chunk.hash));
        }
    })?;
    if mirrored.as_ref().is_some_and(|there| view.root_at(there.size) != Some(there.root)) {
        return Err(other(to, "it shows another history of this log: keep it as evidence"));
    }
    let mut writer = SurfaceWriter::open(disk.clone(), to, mirrored.as_ref())?;
    let from = writer.size();
    for entry in view.entries(from).take((checkpoint.size - from) as usize) {
        writer.push(&entry?)?;
        progress(writer.size());
    }
    let (found, size, signed) = (writer.finish_tiles()?, checkpoint.size, checkpoint.root);
    if found != signed {
        return Err(ledger::Error::RootDiffers { size, found, signed }.into());
    }
    let source = Cards::new(disk.clone(), folder);
    let (cards, withdrawn) = show_cards(&source, &Cards::new(disk.clone(), to), &cards)?;
    let public = what.institutional || charter.disclosure.roll == Roll::Public;
    let chunks = public.then(|| show_chunks(&disk, folder, to, &chunks)).transpose()?;
    if let Some(policy) = policy {
        writer.place(POLICY_FILE, policy)?;
    }
    if let Some(succession) = &succession {
        writer.place(&format!("{SUCCESSION_FOLDER}/{SUCCESSION_FILE}"), &succession.entry)?;
    }
    writer.finish(&note)?;
    Ok(Published { checkpoint, from, cards, withdrawn, chunks })
}

fn other(path: &Path, why: &str) -> Error {
    Error::OtherMirror { path: path.to_path_buf(), why: why.to_owned() }
}

/// What a mirror shows, if it is one of this log and not ahead of it.
fn mirrored(
    disk: &Arc<dyn Disk>,
    to: &Path,
    key: &VerifierKey,
    signed: u64,
) -> Result<Option<Checkpoint>, Error> {
    let open = |note: &[u8]| Ok(Checkpoint::open(note, key)?.0);
    match stored::read(&**disk, to, &open) {
        Err(ledger::Error::Checkpoint { .. }) => {
            Err(other(to, "its checkpoint is not signed by the key of this log"))
        }
        Ok(Some((there, _))) if there.size > signed => {
            Err(other(to, "it shows more entries than this log has signed"))
        }
        there => Ok(there?.map(|(checkpoint, _)| checkpoint)),
    }
}

/// Shows the cards that the log names and whose text is there, and no others. Returns how many are
/// shown, and how many were taken away.
fn show_cards(source: &Cards, to: &Cards, named: &BTreeSet<Digest>) -> Result<(u64, u64), Error> {
    let there: BTreeSet<Digest> = to.check()?.cards.into_iter().collect();
    let (mut shown, mut withdrawn) = (0, 0);
    for hash in named {
        match source.read(hash)? {
            Some(text) => {
                shown += 1;
                if !there.contains(hash) {
                    to.put(&text)?;
                }
            }
            None if there.contains(hash) => {
                withdrawn += 1;
                to.remove(hash)?;
            }
            None => {}
        }
    }
    Ok((shown, withdrawn))
}

/// Shows the chunks that the log names. Rows that were erased are not there.
fn show_chunks(
    disk: &Arc<dyn Disk>,
    folder: &Path,
    to: &Path,
    named: &BTreeSet<Digest>,
) -> Result<u64, Error> {
    let (source, mut to_chunks) =
        (Chunks::new(disk.clone(), folder), Chunks::new(disk.clone(), to));
    let mut shown = 0;
    for digest in named {
        if !to_chunks.has(digest)? {
            match source.open(digest) {
                Err(ledger::Error::NoSuchChunk { .. }) => continue,
                chunk => {
                    let chunk = chunk?;
                    to_chunks.put(chunk.salt, chunk)?;
                }
            }
        }
        shown += 1;
    }
    Ok(shown)
}
