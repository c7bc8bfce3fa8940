//! The first entry alone: who opens a log learns from it whose log it is, before reading the rest.

use std::io::ErrorKind;
use std::path::Path;

use super::frame::HEADER_BYTES;
use super::scan::{Scan, Step};
use super::{FOLDER, segment_first, segment_path};
use crate::disk::Disk;
use crate::error::{Damage, Error, Flaw};

/// The first entry of the ledger in `folder`, without looking at any other byte; `None` if there is
/// no journal, or no entry in it.
///
/// # Errors
/// [`Error::Damaged`] if what stands there is no intact entry; [`Error::Disk`].
pub fn first_entry(disk: &dyn Disk, folder: &Path) -> Result<Option<Vec<u8>>, Error> {
    let journal = folder.join(FOLDER);
    let listed = match disk.list(&journal) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        listed => listed.map_err(Error::disk("list", &journal))?,
    };
    let Some(first) = listed.iter().find_map(|item| segment_first(&item.name)) else {
        return Ok(None);
    };
    let file = segment_path(&journal, first);
    if first != 0 {
        let (to, flaw) = (HEADER_BYTES as u64, Flaw::Gap { expected: 0 });
        return Err(Damage { file, from: 0, to, flaw }.into());
    }
    let mut scan = Scan::from(disk, &file, 0)?;
    if let Some(damage) = scan.header(0)? {
        return Err(damage.into());
    }
    match scan.step()? {
        Step::Entry(entry) => Ok(Some(entry.to_vec())),
        Step::End => Ok(None),
        Step::Flaw(damage) => Err(damage.into()),
    }
}
