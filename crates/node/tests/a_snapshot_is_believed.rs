//! Fear: a snapshot that is damaged, of another state or of another log decides what the node
//! believes.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod fixture;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fixture::{
    FOLDER, Progress, Signer, charter, enrol, entries, found, open, script, send, submit_one,
};
use ledger::disk::simulated::SimulatedDisk;
use ledger::snapshot::{SnapshotHead, Snapshots, snapshot_entries};
use node::{Error, ScriptedClock, replay_on};
use proof::Digest;
use proof::merkle::{Frontier, leaf_hash};
use rules::State;

fn folder() -> &'static Path {
    Path::new(FOLDER)
}

/// A ledger with two snapshots; its disk and the digest of its state.
fn ledger() -> (SimulatedDisk, Digest) {
    let (disk, clock) = (SimulatedDisk::new(), ScriptedClock::default());
    let mut solo = open(&disk, &clock).unwrap();
    send(&mut solo, &clock, &script(), &mut Progress::default()).unwrap();
    (disk, solo.state().digest())
}

fn reopened(disk: &SimulatedDisk) -> Digest {
    open(disk, &ScriptedClock::default()).unwrap().state().digest()
}

fn snapshots(disk: &SimulatedDisk) -> Snapshots {
    Snapshots::new(Arc::new(disk.clone()), folder())
}

fn newest(disk: &SimulatedDisk) -> PathBuf {
    let count = *snapshots(disk).list().unwrap().last().unwrap();
    folder().join(format!("snapshots/{count:020}.snapshot"))
}

fn frontier(entries: &[Vec<u8>]) -> Frontier {
    let mut frontier = Frontier::new();
    entries.iter().for_each(|entry| frontier.push(leaf_hash(entry)));
    frontier
}

fn put(disk: &SimulatedDisk, frontier: Frontier, state: Digest, body: &[u8]) {
    let head = SnapshotHead { frontier, state };
    snapshots(disk).write(&head, |writer| writer.write_all(body)).unwrap();
}

fn replayed(disk: &SimulatedDisk) -> Result<Digest, Error> {
    let replay = replay_on(Arc::new(disk.clone()), folder(), &mut |_| {});
    replay.map(|replay| replay.state.digest())
}

#[test]
fn a_damaged_snapshot_is_passed_over() {
    let (disk, digest) = ledger();
    let path = newest(&disk);
    assert!(snapshot_entries(path.file_name().unwrap().to_str().unwrap()).is_some());
    let intact = disk.bytes(&path).unwrap();
    for at in (0..intact.len()).step_by(29) {
        let mut bytes = intact.clone();
        bytes[at] ^= 1 << (at % 8);
        disk.set_bytes(&path, bytes);
        assert_eq!(reopened(&disk), digest, "byte {at}");
        assert!(replayed(&disk).is_err(), "byte {at}");
    }
}

#[test]
fn an_intact_snapshot_is_used() {
    // A forged state with the right counts cannot be told from a true one without a replay: that
    // the node takes it shows that it does read snapshots, and that only a replay is evidence.
    let (disk, digest) = ledger();
    let solo = open(&disk, &ScriptedClock::default()).unwrap();
    let all = entries(&solo);
    drop(solo);
    let other = other_state(all.len());
    assert_ne!(other.digest(), digest);
    put(&disk, frontier(&all), other.digest(), &other.to_bytes());
    assert_eq!(reopened(&disk), other.digest());
    assert!(matches!(replayed(&disk), Err(Error::Snapshot(count)) if count == all.len() as u64));
}

#[test]
fn a_snapshot_of_another_state_is_passed_over_and_found_by_replay() {
    let (disk, digest) = ledger();
    let solo = open(&disk, &ScriptedClock::default()).unwrap();
    let (all, state) = (entries(&solo), solo.state().clone());
    drop(solo);
    let wrong = [
        // The state of fewer entries than the snapshot says.
        (State::default().digest(), State::default().to_bytes()),
        // A body that is not of the state that the head names.
        (state.digest(), State::default().to_bytes()),
        (state.digest(), b"no state at all".to_vec()),
    ];
    for (named, body) in wrong {
        put(&disk, frontier(&all), named, &body);
        assert_eq!(reopened(&disk), digest);
    }
    put(&disk, frontier(&all), State::default().digest(), &State::default().to_bytes());
    assert!(matches!(replayed(&disk), Err(Error::Snapshot(_))));
}

#[test]
fn a_snapshot_of_another_log_is_passed_over_and_found_by_replay() {
    let (disk, digest) = ledger();
    let solo = open(&disk, &ScriptedClock::default()).unwrap();
    let all = entries(&solo);
    drop(solo);
    let mut others = all.clone();
    others[0] = b"another beginning".to_vec();
    let other = other_state(all.len());
    put(&disk, frontier(&others), other.digest(), &other.to_bytes());
    assert_eq!(reopened(&disk), digest);
    assert!(replayed(&disk).is_err());
    // And one of a longer log than this.
    let (disk, digest) = ledger();
    others.push(b"one more".to_vec());
    let other = other_state(others.len());
    put(&disk, frontier(&others), other.digest(), &other.to_bytes());
    assert_eq!(reopened(&disk), digest);
    assert!(replayed(&disk).is_err());
}

/// The state of another plan whose log has so many entries.
fn other_state(size: usize) -> State {
    let (disk, clock) = (SimulatedDisk::new(), ScriptedClock::default());
    let mut solo = open(&disk, &clock).unwrap();
    let mut signer = Signer::default();
    clock.set(fixture::noon("2019-01-02"));
    let text = fixture::CHARTER.replace("Neighbours (example)", "Others");
    submit_one(&mut solo, &signer.sign(found(charter(&text), "2019-05-07")));
    let mut number = 0;
    while solo.size() < size as u64 {
        number += 1;
        if solo.size() + 1 == size as u64 {
            // A forecast has no finding: it makes the count even or odd.
            let amount = |minor: i64| minor.try_into().unwrap();
            let (share_minor, low_minor, high_minor) = (amount(1), amount(1), amount(1));
            let body = rules::command::Do::Period(rules::command::PeriodCommand::Forecast {
                period: 0,
                share_minor,
                low_minor,
                high_minor,
            });
            submit_one(&mut solo, &signer.sign(body));
        } else {
            submit_one(&mut solo, &signer.sign(enrol(number)));
        }
    }
    solo.state().clone()
}
