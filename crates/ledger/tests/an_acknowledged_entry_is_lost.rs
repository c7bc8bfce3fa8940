//! Fear: an entry was acknowledged, something failed or the power went, and it is not there.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod fixture;

use fixture::{dynamic, entry, expected, open, open_note, read_all, root, sign};
use ledger::chunks::{ChunkId, Chunks};
use ledger::disk::simulated::{Fault, SimulatedDisk, Survives};
use ledger::snapshot::{SnapshotHead, Snapshots};
use ledger::{Error, Log, Records, View, check_folder};
use proof::Digest;
use proptest::prelude::*;

const FAULTS: [Fault; 4] = [Fault::Error, Fault::ShortWrite, Fault::Full, Fault::Death];
const SURVIVALS: [Survives; 3] = [Survives::Nothing, Survives::Half, Survives::Everything];

/// What the caller was told.
#[derive(Clone, Debug, Default)]
struct Told {
    committed: u64,
    signed: u64,
    chunks: Vec<ChunkId>,
    snapshots: Vec<u64>,
}

/// Works on the ledger until something fails: groups of entries over several segments,
/// checkpoints, snapshots and chunks in between.
fn work(disk: &SimulatedDisk, told: &mut Told) -> Result<(), Error> {
    let mut log = open(disk)?;
    let mut chunks = Chunks::new(dynamic(disk), root());
    let mut snapshots = Snapshots::new(dynamic(disk), root());
    for round in 0..9_u64 {
        for _ in 0..=round % 3 {
            for _ in 0..3 {
                log.append(&entry(log.pending_size()))?;
            }
            match log.commit() {
                Ok(size) => told.committed = size,
                Err(error) => {
                    assert!(matches!(log.append(b"more"), Err(Error::Poisoned)));
                    assert!(matches!(log.commit(), Err(Error::Poisoned)));
                    return Err(error);
                }
            }
        }
        match round % 3 {
            0 => {
                log.store_checkpoint(&sign(&log), &open_note)?;
                told.signed = log.size();
            }
            1 => {
                let state = Digest([round as u8; 32]);
                let head = SnapshotHead { frontier: log.frontier().clone(), state };
                snapshots.write(&head, |body| body.write_all(&round.to_le_bytes()))?;
                told.snapshots.push(log.size());
            }
            _ => told.chunks.push(chunks.put([7; 32], &round.to_le_bytes()[..])?),
        }
    }
    Ok(())
}

/// Opens the ledger and finds in it everything that was told, then writes one more entry.
fn find_all(disk: &SimulatedDisk, told: &mut Told, story: &str) {
    let mut log = open(disk).unwrap_or_else(|error| panic!("{story}: {error}"));
    assert!(log.size() >= told.committed, "{story}: {} < {}", log.size(), told.committed);
    assert_eq!(fixture::entries(&log), expected(log.size()), "{story}");
    let signed = log.checkpoint().map_or(0, |checkpoint| checkpoint.size);
    assert!(signed >= told.signed, "{story}");
    let chunks = Chunks::new(dynamic(disk), root());
    for id in &told.chunks {
        assert_eq!(read_all(chunks.open(&id.digest).unwrap()).len(), 8, "{story}");
    }
    let (newest, damaged) = Snapshots::new(dynamic(disk), root()).newest().unwrap();
    assert_eq!(damaged, [], "{story}");
    let newest = newest.map_or(0, |snapshot| snapshot.head.frontier.size());
    assert!(newest >= told.snapshots.last().copied().unwrap_or(0), "{story}");

    let index = log.size();
    assert_eq!(log.append(&entry(index)).unwrap(), index, "{story}");
    told.committed = log.commit().unwrap();
    drop(log);
    let report = check_folder(&dynamic(disk), root(), &open_note, &[]).unwrap();
    assert_eq!((report.entries, report.unknown), (told.committed, Vec::new()), "{story}");
}

#[test]
fn whatever_fails_what_was_acknowledged_is_there() {
    let disk = SimulatedDisk::new();
    let mut told = Told::default();
    work(&disk, &mut told).unwrap();
    let operations = disk.operations();
    assert!(operations > 80 && told.committed > 30, "{operations} {told:?}");
    let kinds = ["append", "create", "create folder", "remove", "rename", "sync", "sync folder"];
    assert_eq!(Vec::from_iter(disk.kinds()), kinds, "every kind of operation fails once");

    for number in 0..operations {
        for fault in FAULTS {
            for survives in SURVIVALS {
                let story = format!("{fault:?} at operation {number}, {survives:?} survives");
                let disk = SimulatedDisk::new();
                disk.fail_at(number, fault);
                let mut told = Told::default();
                // A failure to clean up after oneself is no failure to the caller.
                let failed = work(&disk, &mut told).is_err();
                assert!(failed || fault == Fault::Full, "{story}");
                if fault != Fault::Death {
                    // The process is started again, with what the system still shows it.
                    disk.mend();
                    find_all(&disk, &mut told, &format!("{story}, restarted"));
                }
                disk.power_cut(survives);
                find_all(&disk, &mut told, &story);
                disk.power_cut(Survives::Nothing);
                find_all(&disk, &mut told, &format!("{story}, twice"));
            }
        }
    }
}

#[test]
fn opening_a_log_of_which_all_is_signed_writes_nothing() {
    let disk = SimulatedDisk::new();
    let mut log = open(&disk).unwrap();
    fixture::fill(&mut log, 8);
    log.store_checkpoint(&sign(&log), &open_note).unwrap();
    drop(log);
    let before = disk.operations();
    let mut log = open(&disk).unwrap();
    assert_eq!((disk.operations(), log.size()), (before, 8));
    // What is not signed may be only in the memory of the system, and is written anew.
    fixture::fill(&mut log, 9);
    drop(log);
    let before = disk.operations();
    assert_eq!(fixture::entries(&open(&disk).unwrap()), expected(9));
    assert!(disk.operations() > before);
}

#[test]
fn what_a_failed_sync_has_lost_is_not_believed_because_of_a_checkpoint_before_it() {
    let disk = SimulatedDisk::new();
    let mut log = open(&disk).unwrap();
    fixture::fill(&mut log, 4);
    log.store_checkpoint(&sign(&log), &open_note).unwrap();
    log.append(&entry(4)).unwrap();
    // The write is taken and shown to everybody, but never reaches the disk.
    disk.fail_at(disk.operations() + 1, Fault::Error);
    assert!(log.commit().is_err());
    drop(log);
    disk.mend();
    let mut log = open(&disk).unwrap();
    let size = log.size();
    assert_eq!(size, 5, "the system shows what it has lost");
    log.store_checkpoint(&sign(&log), &open_note).unwrap();
    drop(log);
    disk.power_cut(Survives::Nothing);
    assert_eq!(fixture::entries(&open(&disk).unwrap()), expected(size));
}

#[test]
fn what_is_longer_than_may_wait_is_committed_and_nothing_is_poisoned() {
    let disk = SimulatedDisk::new();
    let mut log = Log::open(dynamic(&disk), root(), &open_note).unwrap();
    let mut records = Records::default();
    let long = [7; 65_535];
    // A single command may have more findings than may wait together with others.
    for _ in 0..1_100 {
        records.push(&long).unwrap();
    }
    assert!(matches!(records.push(&[0; 65_536]), Err(Error::EntryTooLong { found: 65_536 })));
    log.append(b"first").unwrap();
    assert!(matches!(log.append_all(&records), Err(Error::PendingFull)));
    assert_eq!(log.commit().unwrap(), 1);
    log.append_all(&records).unwrap();
    assert!(matches!(log.append(b"last"), Err(Error::PendingFull)));
    assert_eq!(log.commit().unwrap(), 1_101);
    assert_eq!(log.append(b"last").unwrap(), 1_101);
    log.commit().unwrap();
    let root_of_all = log.root();
    drop(log);
    let view = View::open(dynamic(&disk), root(), &open_note).unwrap();
    assert_eq!((view.size(), view.root()), (1_102, root_of_all));
    assert_eq!(view.entry(1_100).unwrap(), long);
}

#[derive(Clone, Debug)]
enum Step {
    Append(u8),
    Commit,
    Restart,
    PowerCut(usize),
    FailSoon(u64, usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1_u8..6).prop_map(Step::Append),
        4 => Just(Step::Commit),
        1 => Just(Step::Restart),
        1 => (0_usize..3).prop_map(Step::PowerCut),
        1 => (0_u64..6, 0_usize..4).prop_map(|(after, fault)| Step::FailSoon(after, fault)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_course_of_events_loses_an_acknowledged_entry(
        steps in proptest::collection::vec(step(), 1..40),
    ) {
        let disk = SimulatedDisk::new();
        let mut log = open(&disk).ok();
        let mut committed = 0;
        for step in steps {
            match step {
                Step::Append(count) => if let Some(log) = &mut log {
                    for _ in 0..count {
                        let next = log.pending_size();
                        if !matches!(log.append(&entry(next)), Ok(index) if index == next) {
                            break;
                        }
                    }
                },
                Step::Commit => if let Some(Ok(size)) = log.as_mut().map(ledger::Log::commit) {
                    committed = size;
                },
                Step::Restart => {
                    drop(log.take());
                    log = open(&disk).ok();
                }
                Step::PowerCut(survives) => {
                    drop(log.take());
                    disk.power_cut(SURVIVALS[survives]);
                    log = Some(open(&disk).unwrap());
                }
                Step::FailSoon(after, fault) => {
                    disk.fail_at(disk.operations() + after, FAULTS[fault]);
                }
            }
            if let Some(log) = &log {
                prop_assert!(log.size() >= committed);
            }
        }
        drop(log.take());
        disk.power_cut(Survives::Nothing);
        let log = open(&disk).unwrap();
        prop_assert!(log.size() >= committed);
        prop_assert_eq!(fixture::entries(&log), expected(log.size()));
    }
}
