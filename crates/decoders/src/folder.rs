//! Decoders of files of a ledger's folder: a segment of the journal, a snapshot.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use ledger::disk::Disk;
use ledger::disk::simulated::SimulatedDisk;
use ledger::journal::Reader;
use ledger::snapshot::Snapshots;
use ledger::{Error, Flaw};

use crate::Verdict;

pub const STEPS: &[&str] =
    &["disk", "torn-tail", "record-length", "checksum", "header", "gap", "digest"];

const FOLDER: &str = "/ledger";

fn step_of(error: &Error) -> &'static str {
    let Error::Damaged(damage) = error else { return "disk" };
    match damage.flaw {
        Flaw::TornTail => "torn-tail",
        Flaw::RecordLength => "record-length",
        Flaw::Checksum => "checksum",
        Flaw::Header => "header",
        Flaw::Gap { .. } => "gap",
        Flaw::Digest => "digest",
        _ => "unnamed",
    }
}

fn disk_with(file: &str, bytes: &[u8]) -> Arc<dyn Disk> {
    let (disk, path) = (SimulatedDisk::new(), Path::new(FOLDER).join(file));
    let folder = path.parent().expect("every file has its folder");
    disk.create_folder(folder).expect("a disk without faults");
    disk.set_bytes(&path, bytes.to_vec());
    Arc::new(disk)
}

/// The first segment of a journal, by itself.
pub fn journal(bytes: &[u8]) -> Verdict {
    let disk = disk_with("journal/00000000000000000000.log", bytes);
    let folder = Path::new(FOLDER);
    // What a writer would make of it: to keep, to cut or to refuse.
    let kept = Reader::salvage(disk.clone(), folder, 0, |_, _| ());
    let whole = Reader::open(disk, folder, |_, _| ());
    if let (Ok((kept, _)), Ok(whole)) = (kept, &whole) {
        assert_eq!(kept.size(), whole.size(), "two ways of reading one journal");
    }
    whole.map(drop).map_err(|error| step_of(&error))
}

/// A snapshot of seven entries.
pub fn snapshot(bytes: &[u8]) -> Verdict {
    let disk = disk_with("snapshots/00000000000000000007.snapshot", bytes);
    let snapshots = Snapshots::new(disk, Path::new(FOLDER));
    let mut snapshot = snapshots.open(7).map_err(|error| step_of(&error))?;
    let mut body = Vec::new();
    snapshot.read_to_end(&mut body).map(drop).map_err(|_| "digest")
}
