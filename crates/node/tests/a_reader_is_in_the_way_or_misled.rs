//! Fear: whoever only looks keeps others from writing, needs their keys, or is shown what stands
//! behind a damage; or a damaged log shows nothing at all.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod fixture;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fixture::{FOLDER, Progress, open, script, send};
use ledger::disk::Disk as _;
use ledger::disk::simulated::{Fault, SimulatedDisk};
use node::{Error, Reading, ScriptedClock, read_on};

fn read(disk: &SimulatedDisk) -> Reading {
    read_on(Arc::new(disk.clone()), Path::new(FOLDER)).unwrap()
}

fn segment() -> PathBuf {
    Path::new(FOLDER).join("journal/00000000000000000000.log")
}

fn checkpoint() -> PathBuf {
    Path::new(FOLDER).join("checkpoint")
}

fn ledger(commands: usize) -> SimulatedDisk {
    let (disk, clock) = (SimulatedDisk::new(), ScriptedClock::default());
    let mut solo = open(&disk, &clock).unwrap();
    send(&mut solo, &clock, &script()[..commands], &mut Progress::default()).unwrap();
    disk
}

#[test]
fn a_reader_beside_a_writer_sees_what_is_durable_and_changes_nothing() {
    let (disk, clock) = (SimulatedDisk::new(), ScriptedClock::default());
    let mut solo = open(&disk, &clock).unwrap();
    let mut progress = Progress::default();
    for (number, step) in script().into_iter().enumerate() {
        clock.set(step.0);
        if number == 1 {
            fixture::store_rows(&mut solo);
        }
        progress.acknowledged.push(fixture::submit_one(&mut solo, &step.1).position);
        let operations = disk.operations();
        let reading = read(&disk);
        assert!(reading.refused.is_none(), "{:?}", reading.refused);
        assert_eq!(reading.state.digest(), solo.state().digest());
        assert_eq!(disk.operations(), operations);
    }
}

#[test]
fn a_damaged_log_is_read_up_to_the_damage_and_not_written_to() {
    // All of it is signed: above a checkpoint, damage to the last record looks like a torn write.
    let disk = ledger(10);
    // Without snapshot and checkpoint, so that only the journal speaks.
    for item in disk.list(&Path::new(FOLDER).join("snapshots")).unwrap() {
        disk.remove(&Path::new(FOLDER).join("snapshots").join(item.name)).unwrap();
    }
    let intact = disk.bytes(&segment()).unwrap();
    let whole = read(&disk).state.entries();
    let mut seen = Vec::new();
    for place in (30..intact.len()).step_by(211) {
        let mut bytes = intact.clone();
        bytes[place] ^= 4;
        disk.set_bytes(&segment(), bytes);
        let reading = read(&disk);
        let Some(Error::Ledger(error)) = &reading.refused else { panic!("byte {place}") };
        let text = error.to_string();
        assert!(text.contains("00000000000000000000.log: bytes "), "{text}");
        assert!(reading.state.entries() <= whole, "findings of the last command follow from it");
        seen.push(reading.state.entries());
        let clock = ScriptedClock::default();
        assert!(open(&disk, &clock).is_err(), "byte {place}");
        assert_eq!(disk.bytes(&segment()).unwrap().len(), intact.len(), "nothing was cut");
    }
    assert!(seen.is_sorted() && seen.last() > seen.first(), "{seen:?}");
}

#[test]
fn a_torn_tail_is_no_damage() {
    let disk = ledger(9);
    disk.remove(&checkpoint()).unwrap();
    let intact = disk.bytes(&segment()).unwrap();
    disk.set_bytes(&segment(), intact[..intact.len() - 1].to_vec());
    let reading = read(&disk);
    assert!(reading.refused.is_none(), "{:?}", reading.refused);
    let solo = open(&disk, &ScriptedClock::default()).unwrap();
    assert_eq!(reading.state.digest(), solo.state().digest());
}

#[test]
fn a_checkpoint_that_is_not_of_the_log_is_said_and_the_log_is_read() {
    let disk = ledger(9);
    let whole = read(&disk).state.digest();
    let intact = disk.bytes(&checkpoint()).unwrap();
    let mut bytes = intact.clone();
    bytes[40] ^= 1;
    disk.set_bytes(&checkpoint(), bytes);
    let reading = read(&disk);
    assert!(matches!(reading.refused, Some(Error::Ledger(ledger::Error::Checkpoint { .. }))));
    assert_eq!(reading.state.digest(), whole);
    disk.set_bytes(&checkpoint(), intact);
    let short = ledger(3);
    short.set_bytes(&checkpoint(), disk.bytes(&checkpoint()).unwrap());
    let reading = read(&short);
    let missing =
        |error: &Error| matches!(error, Error::Ledger(ledger::Error::ShorterThanCheckpoint { .. }));
    assert!(reading.refused.as_ref().is_some_and(missing), "{:?}", reading.refused);
}

#[test]
fn a_full_disk_is_read_from() {
    let disk = ledger(9);
    let digest = read(&disk).state.digest();
    disk.fail_at(disk.operations(), Fault::Full);
    assert!(disk.create_folder(Path::new("/elsewhere")).is_err());
    assert_eq!(read(&disk).state.digest(), digest);
}
