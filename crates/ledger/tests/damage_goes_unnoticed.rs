//! Fear: a bit changed in some file, and the ledger is still called intact; or it is called
//! damaged, and nobody can say where.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod fixture;

use std::path::Path;
use std::sync::Arc;

use fixture::{
    dynamic, entry, expected, files, fill, log_key, open, open_note, root, segments, sign,
};
use ledger::chunks::Chunks;
use ledger::disk::simulated::SimulatedDisk;
use ledger::disk::{Disk, RealDisk};
use ledger::journal::Reader;
use ledger::snapshot::{SnapshotHead, Snapshots};
use ledger::{Damage, End, Error, Flaw, Log, View, check_folder};
use proof::Digest;

/// A ledger with three segments, two snapshots, a chunk and a checkpoint.
fn small() -> SimulatedDisk {
    let disk = SimulatedDisk::new();
    let mut log = open(&disk).unwrap();
    let mut snapshots = Snapshots::new(dynamic(&disk), root());
    for size in [3, 6, 8] {
        fill(&mut log, size);
        let head = SnapshotHead { frontier: log.frontier().clone(), state: Digest([9; 32]) };
        snapshots.write(&head, |body| body.write_all(b"state")).unwrap();
    }
    log.store_checkpoint(&sign(&log), &open_note).unwrap();
    Chunks::new(dynamic(&disk), root()).put([1; 32], &b"rows"[..]).unwrap();
    disk
}

fn check(disk: &SimulatedDisk) -> Result<ledger::FolderReport, Error> {
    check_folder(&dynamic(disk), root(), &open_note, &[])
}

#[test]
fn every_flipped_bit_of_every_file_is_an_error_that_names_the_file() {
    let disk = small();
    let report = check(&disk).unwrap();
    let snapshots = report.snapshots.iter().map(|head| head.frontier.size()).collect::<Vec<_>>();
    assert_eq!((report.entries, snapshots, report.chunks.len()), (8, vec![6, 8], 1));
    assert_eq!(segments(&disk).len(), 2);
    let files = files(&disk);
    assert_eq!(files.len(), 2 + 2 + 1 + 1);
    for path in files {
        let bytes = disk.bytes(&path).unwrap();
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut twin = bytes.clone();
                twin[place] ^= 1 << bit;
                disk.set_bytes(&path, twin);
                let story = format!("{} byte {place} bit {bit}", path.display());
                let place = place as u64;
                match check(&disk).expect_err(&story) {
                    Error::Damaged(Damage { file, from, to, .. }) => {
                        assert_eq!(file, path, "{story}");
                        assert!((from..to).contains(&place), "{story}: {from}..{to}");
                    }
                    Error::Checkpoint { path: file, .. } => assert_eq!(file, path, "{story}"),
                    other => panic!("{story}: {other}"),
                }
            }
        }
        disk.set_bytes(&path, bytes);
    }
    assert!(check(&disk).is_ok());
}

#[test]
fn every_file_cut_short_or_missing_or_longer_is_an_error() {
    let disk = small();
    for path in files(&disk) {
        let bytes = disk.bytes(&path).unwrap();
        for length in 0..bytes.len() {
            disk.set_bytes(&path, bytes[..length].to_vec());
            assert!(check(&disk).is_err(), "{} cut to {length}", path.display());
        }
        for more in [&b"\0"[..], b"\n", &[0; 100]] {
            disk.set_bytes(&path, [&bytes, more].concat());
            assert!(check(&disk).is_err(), "{} longer", path.display());
        }
        disk.set_bytes(&path, bytes);
    }
    for path in segments(&disk) {
        let bytes = disk.bytes(&path).unwrap();
        disk.remove(&path).unwrap();
        assert!(check(&disk).is_err(), "{} missing", path.display());
        disk.set_bytes(&path, bytes);
    }
}

#[test]
fn a_torn_tail_is_an_error_to_a_reader_that_names_the_byte() {
    let disk = small();
    let last = segments(&disk).pop().unwrap();
    let whole = disk.bytes(&last).unwrap();
    let start = whole.len() - 8 - entry(7).len();
    for length in start + 1..whole.len() {
        disk.set_bytes(&last, whole[..length].to_vec());
        let error = Reader::open(dynamic(&disk), root(), |_, _| ()).unwrap_err();
        let Error::Damaged(damage) = error else { panic!("{error}") };
        let (from, to, flaw) = (start as u64, length as u64, Flaw::TornTail);
        assert_eq!(damage, Damage { file: last.clone(), from, to, flaw });
        assert_eq!(disk.bytes(&last).unwrap().len(), length, "a reader never cuts");

        let (view, end) = View::salvage(dynamic(&disk), root(), &open_note, &[]).unwrap();
        // All eight were signed, so that no writer may cut one off.
        let End::Refused(Error::CutBelowCheckpoint { damage: found, entries: 7, signed: 8 }) = end
        else {
            panic!("{end:?}")
        };
        assert_eq!(found, damage);
        let readable: Vec<_> = view.entries(0).map(Result::unwrap).collect();
        assert_eq!(readable, expected(7));
        assert_eq!(view.entry(6).unwrap(), entry(6));
        assert!(matches!(view.entry(7), Err(Error::NoSuchEntry { index: 7, size: 7 })));
    }
}

#[test]
fn whoever_salvages_learns_what_a_writer_would_say() {
    let disk = small();
    let salvage = || View::salvage(dynamic(&disk), root(), &open_note, &[6]).unwrap();
    let (view, end) = salvage();
    assert!(matches!(end, End::Whole), "{end:?}");
    assert_eq!((view.size(), view.checkpoint().map(|signed| signed.size)), (8, Some(8)));
    assert!(view.root_at(6).is_some() && view.root_at(5).is_none());

    let mut log = open(&disk).unwrap();
    fill(&mut log, 9);
    drop(log);
    let last = segments(&disk).pop().unwrap();
    let whole = disk.bytes(&last).unwrap();
    disk.set_bytes(&last, whole[..whole.len() - 1].to_vec());
    let (view, end) = salvage();
    assert!(matches!(&end, End::Torn(cut) if cut.entries == 8), "{end:?}");
    assert_eq!(view.size(), 8);
    disk.set_bytes(&last, whole);

    let first = segments(&disk).remove(0);
    let intact = disk.bytes(&first).unwrap();
    let mut bytes = intact.clone();
    bytes[40] ^= 1;
    disk.set_bytes(&first, bytes);
    let (view, end) = salvage();
    let End::Refused(Error::CutBelowCheckpoint { damage, .. }) = end else { panic!("{end:?}") };
    assert_eq!((damage.file, view.size()), (first.clone(), 1));
    disk.set_bytes(&first, intact);

    disk.set_bytes(&root().join("checkpoint"), b"nonsense".to_vec());
    let (view, end) = salvage();
    assert!(matches!(end, End::Refused(Error::Checkpoint { .. })), "{end:?}");
    assert_eq!(view.size(), 9);
}

#[test]
fn files_exchanged_for_others_of_the_same_kind_are_noticed() {
    let disk = small();
    let [first, second] = segments(&disk).try_into().unwrap();
    let (one, two) = (disk.bytes(&first).unwrap(), disk.bytes(&second).unwrap());
    disk.set_bytes(&first, two.clone());
    assert!(matches!(check(&disk), Err(Error::Damaged(Damage { flaw: Flaw::Header, .. }))));
    disk.set_bytes(&first, one);

    // A journal that is well-formed but of another history: only the signed root tells.
    let other = SimulatedDisk::new();
    let mut log = open(&other).unwrap();
    for index in 0..8 {
        log.append(&entry(index + u64::from(index == 4) * 5)).unwrap();
        if index == 2 || index == 5 {
            log.commit().unwrap();
        }
    }
    log.commit().unwrap();
    for path in segments(&other) {
        disk.set_bytes(&path, other.bytes(&path).unwrap());
    }
    let error = check(&disk).unwrap_err();
    assert!(matches!(error, Error::RootDiffers { .. }), "{error}");
    assert!(matches!(open(&disk), Err(Error::RootDiffers { size: 8, .. })));
}

#[test]
fn a_snapshot_of_another_log_is_noticed_though_it_is_intact() {
    let disk = small();
    let other = SimulatedDisk::new();
    let mut log = open(&other).unwrap();
    for _ in 0..8 {
        log.append(b"other").unwrap();
    }
    log.commit().unwrap();
    let head = SnapshotHead { frontier: log.frontier().clone(), state: Digest([0; 32]) };
    Snapshots::new(dynamic(&disk), root()).write(&head, |_| Ok(())).unwrap();
    assert!(matches!(check(&disk), Err(Error::RootDiffers { size: 8, .. })));
}

#[test]
fn a_snapshot_under_the_name_of_another_is_noticed() {
    let disk = small();
    let six = root().join("snapshots/00000000000000000006.snapshot");
    let eight = root().join("snapshots/00000000000000000008.snapshot");
    disk.set_bytes(&eight, disk.bytes(&six).unwrap());
    let error = check(&disk).unwrap_err();
    let named = Damage { file: eight, from: 0, to: 56, flaw: Flaw::Header };
    assert!(matches!(error, Error::Damaged(found) if found == named));
}

#[test]
fn a_damaged_snapshot_is_named_and_the_one_before_is_used() {
    let disk = small();
    let snapshots = Snapshots::new(dynamic(&disk), root());
    assert_eq!(snapshots.list().unwrap(), [6, 8], "the oldest of three was removed");
    let path = root().join("snapshots/00000000000000000008.snapshot");
    let mut bytes = disk.bytes(&path).unwrap();
    let to = bytes.len() as u64;
    bytes[60] ^= 1;
    disk.set_bytes(&path, bytes);
    let (newest, damaged) = snapshots.newest().unwrap();
    let newest = newest.unwrap();
    assert_eq!((newest.head.frontier.size(), newest.body_bytes), (6, 5));
    assert_eq!(fixture::read_all(newest), b"state");
    assert_eq!(damaged, [Damage { file: path, from: 0, to, flaw: Flaw::Digest }]);
}

#[test]
fn a_file_that_changes_while_it_is_read_is_noticed_at_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let mut chunks = Chunks::new(disk, folder.path());
    // Longer than what is gathered in memory before it is written.
    let rows: Vec<u8> = (0..3_000_000_u32).map(|number| (number >> 8) as u8).collect();
    let id = chunks.put([1; 32], &rows[..]).unwrap();
    let intact = chunks.open(&id.digest).unwrap();
    assert_eq!((intact.id, intact.salt), (id, [1; 32]));
    assert_eq!(fixture::read_all(intact), rows);

    let mut chunk = chunks.open(&id.digest).unwrap();
    let path = folder.path().join(format!("chunks/{}.chunk", id.digest));
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[2_999_999] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let error = std::io::Read::read_to_end(&mut chunk, &mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    assert!(matches!(chunks.open(&id.digest), Err(Error::Damaged(_))));
    chunks.remove(&id.digest).unwrap();
    assert!(matches!(chunks.open(&id.digest), Err(Error::NoSuchChunk { .. })));
}

#[test]
fn unknown_files_are_listed_and_projections_and_keys_are_not() {
    let disk = small();
    for name in ["lock", "views.sqlite", "views.sqlite-wal", "keys/log.key"] {
        disk.set_bytes(&root().join(name), vec![1]);
    }
    disk.create_folder(&root().join("keys")).unwrap();
    disk.create_folder(&root().join("stray")).unwrap();
    for name in ["notes.txt", "journal/1.log", "chunks/x.chunk", "snapshots/incoming.tmp"] {
        disk.set_bytes(&root().join(name), vec![1]);
    }
    let report = check_folder(&dynamic(&disk), root(), &open_note, &["keys"]).unwrap();
    let unknown: Vec<_> = report.unknown.iter().map(|path| path.to_str().unwrap()).collect();
    let expected =
        ["notes.txt", "stray", "journal/1.log", "chunks/x.chunk", "snapshots/incoming.tmp"];
    assert_eq!(unknown, expected);

    // The next writer removes what was not finished, and nothing else.
    disk.set_bytes(&root().join("others.tmp"), vec![1]);
    disk.set_bytes(&root().join("checkpoint.tmp"), vec![1]);
    drop(open(&disk).unwrap());
    assert_eq!(disk.bytes(&root().join("snapshots/incoming.tmp")), None);
    assert_eq!(disk.bytes(&root().join("checkpoint.tmp")), None);
    assert_eq!(disk.bytes(&root().join("others.tmp")), Some(vec![1]));
}

#[test]
fn a_checkpoint_of_a_stranger_or_of_too_much_is_refused() {
    let disk = small();
    let path = root().join("checkpoint");
    let mut checkpoint = open_note(&disk.bytes(&path).unwrap()).unwrap();
    checkpoint.size = 9;
    disk.set_bytes(&path, fixture::signed(&checkpoint));
    let short = |error| matches!(error, Error::ShorterThanCheckpoint { entries: 8, signed: 9 });
    assert!(short(check(&disk).unwrap_err()));
    assert!(short(open(&disk).unwrap_err()));
    disk.set_bytes(&path, b"plan.example/log\n8\n".to_vec());
    assert!(matches!(check(&disk), Err(Error::Checkpoint { .. })));
    assert!(matches!(open(&disk), Err(Error::Checkpoint { .. })));
}

#[test]
fn a_checkpoint_that_is_not_of_this_log_is_not_stored() {
    let disk = small();
    let mut log = open(&disk).unwrap();
    let of = |size, root| {
        let origin = log_key().name().into();
        let extensions = Vec::new();
        fixture::signed(&proof::checkpoint::Checkpoint { origin, size, root, extensions })
    };
    let (size, true_root) = (log.size(), log.root());
    let mut store = |size, root| log.store_checkpoint(&of(size, root), &open_note);
    let wrong = Digest([1; 32]);
    let error = store(size + 1, true_root).unwrap_err();
    assert!(matches!(error, Error::ShorterThanCheckpoint { entries: 8, signed: 9 }));
    assert!(matches!(store(size, wrong), Err(Error::RootDiffers { .. })));
    assert!(matches!(store(7, wrong), Err(Error::CheckpointGoesBack { old: 8, new: 7 })));
    store(size, true_root).unwrap();
    fill(&mut log, 10);
    let error = log.store_checkpoint(&of(8, wrong), &open_note).unwrap_err();
    assert!(matches!(error, Error::RootDiffers { size: 8, .. }));
}

#[test]
fn entries_and_folders_that_are_not_there_are_named() {
    let disk = SimulatedDisk::new();
    let nowhere = Path::new("/nowhere");
    let missing = |error: Error| match error {
        Error::Disk { source, .. } => source.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    };
    assert!(missing(View::open(dynamic(&disk), nowhere, &open_note).unwrap_err()));
    assert!(missing(check_folder(&dynamic(&disk), nowhere, &open_note, &[]).unwrap_err()));
    let mut log: Log = open(&disk).unwrap();
    let found = log.append(&[0; 65_536]).unwrap_err();
    assert!(matches!(found, Error::EntryTooLong { found: 65_536 }));
    log.append(&[7; 65_535]).unwrap();
    log.commit().unwrap();
    assert_eq!(log.entry(0).unwrap(), [7; 65_535]);
    assert!(matches!(log.entry(1), Err(Error::NoSuchEntry { index: 1, size: 1 })));
}
