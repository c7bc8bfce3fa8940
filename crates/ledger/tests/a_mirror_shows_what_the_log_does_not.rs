//! Fear: a mirror is torn by a crash, or somebody changes a file of it, and a reader takes what it
//! shows for the log.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod fixture;

use std::path::{Path, PathBuf};

use fixture::{dynamic, entry, files, open_note, read_all, root, signed};
use ledger::Error;
use ledger::disk::Disk as _;
use ledger::disk::simulated::{Fault, SimulatedDisk, Survives};
use ledger::surface::{Source, SourceError, SurfaceError, SurfaceReader, SurfaceWriter};
use proof::checkpoint::Checkpoint;
use proof::merkle::{Frontier, leaf_hash};

/// Sizes at which tiles begin, end and are missing.
const SIZES: [u64; 9] = [0, 1, 2, 255, 256, 257, 511, 512, 700];

struct OnDisk(SimulatedDisk);

impl Source for OnDisk {
    fn get(&self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, SourceError> {
        let Ok(file) = self.0.read(&root().join(path), 0) else { return Ok(None) };
        let bytes = read_all(file);
        let too_long = bytes.len() as u64 > bytes_max;
        let error = || SourceError { path: path.to_owned(), why: "it is too long".to_owned() };
        if too_long { Err(error()) } else { Ok(Some(bytes)) }
    }
}

fn checkpoint(size: u64) -> Checkpoint {
    let leaves: Vec<_> = (0..size).map(|index| leaf_hash(&entry(index))).collect();
    let root = Frontier::of(&leaves).root();
    Checkpoint { origin: "plan.example/log".into(), size, root, extensions: Vec::new() }
}

fn stored(disk: &SimulatedDisk) -> Option<Checkpoint> {
    let bytes = disk.bytes(&root().join("checkpoint"))?;
    Some(open_note(&bytes).unwrap())
}

/// Publishes the first `size` entries on top of what is there.
fn publish(disk: &SimulatedDisk, size: u64) -> Result<u64, Error> {
    let there = stored(disk);
    let mut writer = SurfaceWriter::open(dynamic(disk), root(), there.as_ref())?;
    let from = writer.size();
    for index in from..size {
        writer.push(&entry(index))?;
    }
    assert_eq!(writer.finish_tiles()?, checkpoint(size).root);
    writer.place("policy", b"quorum none\n")?;
    writer.finish(&signed(&checkpoint(size)))?;
    Ok(from)
}

/// Reads all that the stored checkpoint covers.
fn read(disk: &SimulatedDisk) -> Result<u64, SurfaceError> {
    let source = OnDisk(disk.clone());
    let there = stored(disk).unwrap();
    let mut shown = 0;
    SurfaceReader::new(&source, there.clone()).read(|index, bytes: &[u8]| {
        assert_eq!((index, bytes), (shown, entry(index).as_slice()));
        shown += 1;
        Ok::<(), SurfaceError>(())
    })?;
    assert_eq!(shown, there.size);
    Ok(shown)
}

fn contents(disk: &SimulatedDisk) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> =
        files(disk).into_iter().map(|path| (path.clone(), disk.bytes(&path).unwrap())).collect();
    files.sort();
    files
}

#[test]
fn every_size_is_read_back_and_grows_into_the_next() {
    for (place, &from) in SIZES.iter().enumerate() {
        for &to in &SIZES[place..] {
            let disk = SimulatedDisk::new();
            publish(&disk, from).unwrap();
            assert_eq!(read(&disk), Ok(from));
            assert_eq!(publish(&disk, to).unwrap(), from, "{from} to {to} starts where it was");
            assert_eq!(read(&disk), Ok(to));
            // Grown or written at once, the files of this size are the same.
            let at_once = SimulatedDisk::new();
            publish(&at_once, to).unwrap();
            let grown = contents(&disk);
            for file in contents(&at_once) {
                assert!(grown.contains(&file), "{from} to {to}: {}", file.0.display());
            }
        }
    }
}

#[test]
fn partial_tiles_that_nobody_needs_do_not_gather() {
    let disk = SimulatedDisk::new();
    for size in 1..=40 {
        publish(&disk, size).unwrap();
    }
    let partial = files(&disk).iter().filter(|path| path.to_str().unwrap().contains(".p/")).count();
    // Hashes and entries, of this size and of the one before.
    assert_eq!(partial, 4);
}

#[test]
fn whatever_fails_a_reader_sees_the_log_before_or_after() {
    let (before, after) = (300, 530);
    let operations = {
        let disk = SimulatedDisk::new();
        publish(&disk, before).unwrap();
        let start = disk.operations();
        publish(&disk, after).unwrap();
        start..disk.operations()
    };
    assert!(operations.end - operations.start > 30);
    for number in operations {
        for fault in [Fault::Error, Fault::ShortWrite, Fault::Full, Fault::Death] {
            for survives in [Survives::Nothing, Survives::Half, Survives::Everything] {
                let disk = SimulatedDisk::new();
                publish(&disk, before).unwrap();
                disk.fail_at(number, fault);
                let _ = publish(&disk, after);
                disk.power_cut(survives);
                disk.mend();
                let story = format!("{fault:?} at {number}, {survives:?} survives");
                let seen = read(&disk).unwrap_or_else(|error| panic!("{story}: {error}"));
                assert!([before, after].contains(&seen), "{story}: {seen}");
                publish(&disk, after).unwrap_or_else(|error| panic!("{story}: {error}"));
                assert_eq!(read(&disk), Ok(after), "{story}");
            }
        }
    }
}

#[test]
fn a_changed_or_missing_file_is_named() {
    let disk = SimulatedDisk::new();
    publish(&disk, 600).unwrap();
    let tiles = files(&disk).into_iter().filter(|path| path.starts_with("/ledger/tile"));
    for path in tiles {
        let whole = disk.bytes(&path).unwrap();
        for (at, bit) in [(0, 1_u8), (whole.len() / 2, 8), (whole.len() - 1, 128)] {
            let mut changed = whole.clone();
            changed[at] ^= bit;
            disk.set_bytes(&path, changed);
            assert!(read(&disk).is_err(), "{} byte {at}", path.display());
        }
        disk.set_bytes(&path, whole[..whole.len() - 1].to_vec());
        assert!(read(&disk).is_err(), "{} cut", path.display());
        disk.set_bytes(&path, [whole.clone(), vec![0]].concat());
        assert!(read(&disk).is_err(), "{} longer", path.display());
        disk.remove(&path).unwrap();
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
        match read(&disk) {
            Err(SurfaceError::Missing { path }) => assert_eq!(path, name),
            other => panic!("{other:?}"),
        }
        disk.set_bytes(&path, whole);
    }
    assert_eq!(read(&disk), Ok(600));
}

#[test]
fn an_entry_that_is_not_the_one_in_the_tree_is_named() {
    let disk = SimulatedDisk::new();
    publish(&disk, 600).unwrap();
    let path = Path::new("/ledger/tile/entries/001");
    let mut bundle = disk.bytes(path).unwrap();
    // Entry 257 is the second of the bundle; the first (256 = 1 mod 5) is ten bytes long.
    let first = 2 + entry(256).len();
    bundle[first + 2] ^= 1;
    disk.set_bytes(path, bundle);
    assert_eq!(read(&disk), Err(SurfaceError::EntryDiffers { index: 257 }));
}

#[test]
fn a_damaged_mirror_is_written_anew() {
    let disk = SimulatedDisk::new();
    publish(&disk, 300).unwrap();
    let path = Path::new("/ledger/tile/0/001.p/44");
    let mut tile = disk.bytes(path).unwrap();
    tile[5] ^= 1;
    disk.set_bytes(path, tile);
    assert_eq!(publish(&disk, 300).unwrap(), 0, "nothing of it is believed");
    assert_eq!(read(&disk), Ok(300));
}
