//! Fear: the node said "done", then the power failed, and the command is not there any more.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod fixture;

use std::path::Path;
use std::sync::Arc;

use fixture::{FOLDER, Progress, command, entries, open, script, send};
use ledger::disk::simulated::{Fault, SimulatedDisk, Survives};
use node::{Error, Orderer as _, ScriptedClock, replay_on};
use proof::Digest;

/// A finding of founding has more bytes than this.
const FINDING_BYTES: usize = 200;

/// Root of the log and digest of the state.
type End = (Digest, Digest);

fn end(disk: &SimulatedDisk) -> Result<End, Error> {
    let replay = replay_on(Arc::new(disk.clone()), Path::new(FOLDER), &mut |_| {})?;
    Ok((replay.root, replay.state.digest()))
}

/// The whole script on a disk that does not fail: its end, and how often it touched the disk.
fn clean(script: &[(i64, Vec<u8>)]) -> (Vec<Vec<u8>>, End, u64) {
    let (disk, clock) = (SimulatedDisk::new(), ScriptedClock::default());
    let mut solo = open(&disk, &clock).unwrap();
    send(&mut solo, &clock, script, &mut Progress::default()).unwrap();
    (entries(&solo), end(&disk).unwrap(), disk.operations())
}

/// Opens the ledger after a failure: what was acknowledged is there, what is there is whole, and
/// the script, sent again from its beginning, leads to the same end.
fn recovers(disk: &SimulatedDisk, script: &[(i64, Vec<u8>)], progress: &Progress, clean_end: End) {
    let clock = ScriptedClock::default();
    let mut solo = open(disk, &clock).unwrap();
    let there = entries(&solo);
    for (position, (_, sent)) in progress.acknowledged.iter().zip(script) {
        assert_eq!(command(&there[*position as usize]).as_ref(), Some(sent));
    }
    assert!(solo.size() >= progress.sealed);
    if solo.size() > 0 {
        assert_eq!(end(disk).unwrap().1, solo.state().digest());
    }
    let mut again = Progress::default();
    send(&mut solo, &clock, script, &mut again).unwrap();
    let before = progress.acknowledged.len();
    assert_eq!(again.acknowledged[..before], progress.acknowledged);
    drop(solo);
    assert_eq!(end(disk).unwrap(), clean_end);
}

#[test]
fn whichever_operation_of_the_disk_fails() {
    let script = script();
    let (_, clean_end, operations) = clean(&script);
    assert!(operations > 60, "the script touches the disk {operations} times");
    // A process that dies or is started again, and a machine that loses power as well.
    let failures = [
        (Fault::Error, None),
        (Fault::Error, Some(Survives::Nothing)),
        (Fault::ShortWrite, None),
        (Fault::Full, Some(Survives::Half)),
        (Fault::Death, Some(Survives::Nothing)),
        (Fault::Death, Some(Survives::Half)),
        (Fault::Death, Some(Survives::Everything)),
    ];
    for number in 0..operations {
        for (fault, survives) in failures {
            let (disk, clock) = (SimulatedDisk::new(), ScriptedClock::default());
            disk.fail_at(number, fault);
            let mut progress = Progress::default();
            let failed = open(&disk, &clock)
                .and_then(|mut solo| send(&mut solo, &clock, &script, &mut progress));
            // A full disk is not noticed by an operation that needs no space.
            assert!(failed.is_err() || fault == Fault::Full, "{number} {fault:?}");
            survives.map_or_else(|| disk.mend(), |survives| disk.power_cut(survives));
            recovers(&disk, &script, &progress, clean_end);
        }
    }
}

#[test]
fn a_log_cut_anywhere_is_completed_to_whole_commands() {
    let script = script();
    let (clean_entries, clean_end, _) = clean(&script);
    // Not sealed, so that every length is one at which a write may have been torn.
    let whole = {
        let (disk, clock) = (SimulatedDisk::new(), ScriptedClock::default());
        let mut solo = open(&disk, &clock).unwrap();
        send(&mut solo, &clock, &script[..1], &mut Progress::default()).unwrap();
        drop(solo);
        disk
    };
    let segment = Path::new(FOLDER).join("journal/00000000000000000000.log");
    let bytes = whole.bytes(&segment).unwrap();
    let checkpoint = Path::new(FOLDER).join("checkpoint");
    ledger::disk::Disk::remove(&whole, &checkpoint).unwrap();
    let mut completed = 0;
    // Every length of the short finding at the end, and some of the long charter before it.
    let long = (0..bytes.len() - FINDING_BYTES).step_by(97);
    for length in long.chain(bytes.len() - FINDING_BYTES..=bytes.len()) {
        whole.set_bytes(&segment, bytes[..length].to_vec());
        let solo = open(&whole, &ScriptedClock::default()).unwrap();
        let there = entries(&solo);
        assert!(there.is_empty() || there == clean_entries[..2], "cut at {length}");
        completed += usize::from(there.len() == 2 && length < bytes.len());
        drop(solo);
        recovers(&whole, &script, &Progress::default(), clean_end);
        ledger::disk::Disk::remove(&whole, &checkpoint).unwrap();
        for count in ledger::disk::Disk::list(&whole, &Path::new(FOLDER).join("snapshots")).unwrap()
        {
            let path = Path::new(FOLDER).join("snapshots").join(count.name);
            ledger::disk::Disk::remove(&whole, &path).unwrap();
        }
    }
    assert!(completed > 100, "a finding was cut off {completed} times");
}

#[test]
fn a_node_whose_commit_failed_takes_no_more() {
    let script = script();
    let (disk, clock) = (SimulatedDisk::new(), ScriptedClock::default());
    let mut solo = open(&disk, &clock).unwrap();
    send(&mut solo, &clock, &script[..3], &mut Progress::default()).unwrap();
    disk.fail_at(disk.operations(), Fault::Error);
    clock.set(script[3].0);
    let file = std::slice::from_ref(&script[3].1);
    assert!(matches!(solo.submit(file), Err(Error::Ledger(_))));
    assert!(matches!(solo.submit(file), Err(Error::Poisoned)));
    drop(solo);
    let mut solo = open(&disk, &clock).unwrap();
    assert!(!solo.submit(file).unwrap().pop().unwrap().unwrap().again);
}
