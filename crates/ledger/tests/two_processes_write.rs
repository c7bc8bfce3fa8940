//! Fear: two processes write one ledger; or a reader is in the way of the writer, or is told of
//! damage because a writer is at work.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod fixture;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fixture::{entry, expected, open_note, sign};
use ledger::disk::simulated::SimulatedDisk;
use ledger::disk::{Append, Disk, Listed, RealDisk};
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

/// A disk on which a write is on its way, and arrives when somebody asks about the lock.
#[derive(Debug)]
struct OnItsWay {
    disk: SimulatedDisk,
    path: std::path::PathBuf,
    whole: Vec<u8>,
}

impl Disk for OnItsWay {
    fn is_locked(&self, path: &Path) -> io::Result<bool> {
        self.disk.set_bytes(&self.path, self.whole.clone());
        self.disk.is_locked(path)
    }
    fn read(&self, path: &Path, from: u64) -> io::Result<Box<dyn io::Read + Send>> {
        self.disk.read(path, from)
    }
    fn length(&self, path: &Path) -> io::Result<Option<u64>> {
        self.disk.length(path)
    }
    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>> {
        self.disk.list(folder)
    }
    fn create(&self, _: &Path) -> io::Result<Box<dyn Append>> {
        panic!("a reader creates nothing")
    }
    fn append_to(&self, _: &Path) -> io::Result<Box<dyn Append>> {
        panic!("a reader writes nothing")
    }
    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        panic!("a reader renames nothing")
    }
    fn remove(&self, _: &Path) -> io::Result<()> {
        panic!("a reader removes nothing")
    }
    fn create_folder(&self, _: &Path) -> io::Result<()> {
        panic!("a reader creates nothing")
    }
    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        panic!("a reader writes nothing")
    }
    fn lock(&self, _: &Path) -> io::Result<Option<Box<dyn Send>>> {
        panic!("a reader locks nothing")
    }
}

#[test]
fn a_write_that_is_on_its_way_is_no_damage_to_a_reader() {
    let disk = SimulatedDisk::new();
    let mut log = fixture::open(&disk).unwrap();
    [3, 6, 8].into_iter().for_each(|size| fixture::fill(&mut log, size));
    for path in fixture::segments(&disk).into_iter().skip(1) {
        let whole = disk.bytes(&path).unwrap();
        for length in 0..whole.len() {
            disk.set_bytes(&path, whole[..length].to_vec());
            let (disk, path, whole) = (disk.clone(), path.clone(), whole.clone());
            let beside: Arc<dyn Disk> = Arc::new(OnItsWay { disk, path, whole });
            let view = View::open(beside, fixture::root(), &open_note).unwrap();
            let read: Vec<_> = view.entries(0).map(Result::unwrap).collect();
            assert_eq!(read, expected(view.size()));
            assert!((6..=8).contains(&view.size()));
        }
    }
    drop(log);
    // Where nobody writes, nothing is on its way.
    let path = fixture::segments(&disk).pop().unwrap();
    let mut bytes = disk.bytes(&path).unwrap();
    bytes.pop();
    disk.set_bytes(&path, bytes.clone());
    let beside: Arc<dyn Disk> = Arc::new(OnItsWay { disk, path, whole: bytes });
    assert!(matches!(View::open(beside, fixture::root(), &open_note), Err(Error::Damaged(_))));
}
