//! Fear: two processes write one ledger; or a reader is in the way of the writer, or is told of
//! damage because a writer is at work.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod fixture;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fixture::{entry, expected, open_note, sign};
use ledger::disk::{Disk, RealDisk};
use ledger::{Error, Log, View, check_folder};

fn real() -> Arc<dyn Disk> {
    Arc::new(RealDisk)
}

fn open(folder: &Path) -> Result<Log, Error> {
    Log::open_with(real(), folder, &open_note, 4096)
}

#[test]
fn the_second_writer_is_refused_until_the_first_has_gone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("a/b");
    let first = open(&folder).unwrap();
    assert!(matches!(open(&folder), Err(Error::Locked { path }) if path.ends_with("lock")));
    drop(first);
    assert!(open(&folder).is_ok());
}

#[test]
fn the_disk_of_this_machine_keeps_what_was_committed() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path()).unwrap();
    for size in [1, 2, 250, 400, 500] {
        fixture::fill(&mut log, size);
        log.store_checkpoint(&sign(&log), &open_note).unwrap();
    }
    let root = log.root();
    drop(log);
    let log = open(folder.path()).unwrap();
    assert_eq!((log.size(), log.root(), log.cut()), (500, root, None));
    assert_eq!(fixture::entries(&log), expected(500));
    let report = check_folder(&real(), folder.path(), &open_note, &[]).unwrap();
    assert_eq!((report.entries, report.root, report.unknown), (500, root, Vec::new()));
    assert!(std::fs::read_dir(folder.path().join("journal")).unwrap().count() > 2);
}

#[test]
fn readers_beside_a_writer_see_no_damage() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path()).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut passes, mut seen) = (0, 0);
            while passes < 3 || !done.load(Ordering::Relaxed) {
                let view = View::open(real(), folder.path(), &open_note).unwrap();
                assert!(view.size() >= seen);
                seen = view.size();
                let read: Vec<_> = view.entries(0).map(Result::unwrap).collect();
                assert_eq!(read, expected(seen));
                passes += 1;
            }
            seen
        });
        for _ in 0..60 {
            for _ in 0..40 {
                log.append(&entry(log.pending_size())).unwrap();
            }
            log.commit().unwrap();
            log.store_checkpoint(&sign(&log), &open_note).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
    });
}
