//! Reading the state of a ledger without its lock and without its keys, beside a writer or on a
//! damaged log. Changes nothing.

use std::path::Path;
use std::sync::Arc;

use ledger::chunks::Chunks;
use ledger::disk::{Disk, RealDisk};
use ledger::snapshot::Snapshots;
use ledger::{End, View};
use rules::State;
use rules::machine::Machine;

use crate::Error;
use crate::apply::apply_all;
use crate::replay::{checkpoint_key, open_note};
use crate::solo::restore;

/// What a ledger's log leads to, as far as it can be read.
#[derive(Debug)]
pub struct Reading {
    /// The state after the entries that could be read.
    pub state: State,
    /// Why nobody can write to this ledger, if so; the state is that before the first damage.
    pub refused: Option<Error>,
}

/// Reads a ledger as it is at this moment. The newest snapshot is believed, as on opening.
///
/// # Errors
/// When there is no ledger, or not even the files can be read.
pub fn read(folder: &Path) -> Result<Reading, Error> {
    read_on(Arc::new(RealDisk), folder)
}

/// Like [`read`], on another disk than the system's.
///
/// # Errors
/// Those of [`read`].
pub fn read_on(disk: Arc<dyn Disk>, folder: &Path) -> Result<Reading, Error> {
    let (key, unfounded) = match checkpoint_key(&disk, folder) {
        // Not even the founding can be read: no checkpoint can be opened, which is not its fault.
        Err(error @ (Error::Ledger(ledger::Error::Damaged(_)) | Error::NotFounded)) => {
            (None, Some(error))
        }
        key => (key?, None),
    };
    let open = |note: &[u8]| open_note(key.as_ref(), note);
    let snapshots = Snapshots::new(disk.clone(), folder);
    let counts = snapshots.list()?;
    let (view, end) = View::salvage(disk.clone(), folder, &open, &counts)?;
    let (mut machine, from) = match restore(&snapshots, view.size(), |size| view.root_at(size)) {
        // A writer beside us has removed it for a newer one.
        Err(Error::Ledger(ledger::Error::Disk { .. })) => (Machine::default(), 0),
        restored => restored?,
    };
    let feed = |show: &mut dyn FnMut(&[u8])| {
        Ok(view.entries(from).try_for_each(|entry| entry.map(|entry| show(&entry)))?)
    };
    let chunks = Chunks::new(disk, folder);
    let applied =
        apply_all(&mut machine, from, &|chunk| Ok(chunks.read(&chunk.hash)?), feed, &mut |_| ());
    let refused = match end {
        End::Refused(ledger::Error::Checkpoint { .. }) if unfounded.is_some() => unfounded,
        End::Refused(error) => Some(error.into()),
        End::Whole | End::Torn(_) => applied.err(),
    };
    Ok(Reading { state: machine.into_state(), refused })
}
