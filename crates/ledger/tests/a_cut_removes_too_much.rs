//! Fear: opening the journal for writing cuts away what somebody was promised.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod fixture;

use fixture::{dynamic, entries, entry, expected, fill, open, open_note, root, segments, sign};
use ledger::disk::simulated::SimulatedDisk;
use ledger::journal::{Journal, Settings};
use ledger::{Damage, Error, Flaw};
use proptest::prelude::*;

/// A journal of eight entries in two segments.
fn eight() -> SimulatedDisk {
    let disk = SimulatedDisk::new();
    let mut log = open(&disk).unwrap();
    [3, 6, 8].into_iter().for_each(|size| fill(&mut log, size));
    assert_eq!(segments(&disk).len(), 2);
    disk
}

#[test]
fn a_cut_in_the_last_entry_leaves_exactly_the_entries_before() {
    let disk = eight();
    let last = segments(&disk).pop().unwrap();
    let whole = disk.bytes(&last).unwrap();
    let start = whole.len() - 8 - entry(7).len();
    for length in start..whole.len() {
        disk.set_bytes(&last, whole[..length].to_vec());
        let log = open(&disk).unwrap();
        assert_eq!(entries(&log), expected(7));
        match log.cut() {
            None => assert_eq!(length, start),
            Some(cut) => {
                assert_eq!(cut.entries, 7);
                assert_eq!(cut.damage.file, last);
                assert_eq!((cut.damage.from, cut.damage.to), (start as u64, length as u64));
            }
        }
        assert_eq!(disk.bytes(&last).unwrap(), whole[..start]);
        drop(log);
        let mut log = open(&disk).unwrap();
        assert_eq!(log.cut(), None);
        fill(&mut log, 8);
        assert_eq!(disk.bytes(&last).unwrap(), whole);
    }
}

#[test]
fn a_segment_of_which_only_a_part_of_the_header_is_there_is_begun_anew() {
    let disk = eight();
    let last = segments(&disk).pop().unwrap();
    let whole = disk.bytes(&last).unwrap();
    let first = 6;
    for length in 0..24 {
        disk.set_bytes(&last, whole[..length].to_vec());
        let mut log = open(&disk).unwrap();
        assert_eq!((log.size(), log.cut().map(|cut| cut.entries)), (first, Some(first)));
        fill(&mut log, 8);
        assert_eq!(entries(&log), expected(8));
        assert_eq!(disk.bytes(&last).unwrap(), whole);
    }
}

#[test]
fn nothing_that_was_signed_is_cut() {
    let disk = eight();
    let mut log = open(&disk).unwrap();
    log.store_checkpoint(&sign(&log), &open_note).unwrap();
    drop(log);
    let last = segments(&disk).pop().unwrap();
    let whole = disk.bytes(&last).unwrap();
    let start = whole.len() - 8 - entry(7).len();
    for length in 0..whole.len() {
        disk.set_bytes(&last, whole[..length].to_vec());
        match open(&disk).unwrap_err() {
            Error::CutBelowCheckpoint { damage, entries, signed: 8 } => {
                assert_eq!((damage.file, damage.to), (last.clone(), length as u64));
                assert!(entries < 8 && (length <= start || damage.from == start as u64));
            }
            // Cut between two entries nothing shows but that some are missing.
            Error::ShorterThanCheckpoint { entries, signed: 8 } => {
                assert_eq!(length, if entries == 7 { start } else { 24 });
            }
            other => panic!("{length}: {other}"),
        }
        assert_eq!(disk.bytes(&last).unwrap().len(), length, "nothing was cut");
    }
}

#[test]
fn damage_before_an_intact_entry_is_never_taken_for_a_torn_tail() {
    let disk = eight();
    for (number, path) in segments(&disk).into_iter().enumerate() {
        let whole = disk.bytes(&path).unwrap();
        let start = whole.len() - 8 - entry(7).len();
        // In the last segment everything before its last entry, else everything.
        let end = if number == 1 { start } else { whole.len() };
        for place in 0..end {
            for bit in [0, 3, 7] {
                let mut twin = whole.clone();
                twin[place] ^= 1 << bit;
                disk.set_bytes(&path, twin.clone());
                let error = open(&disk).unwrap_err();
                let Error::Damaged(damage) = error else { panic!("{error}") };
                assert_eq!(damage.file, path);
                assert!(damage.from <= place as u64, "{place} {damage}");
                assert_eq!(disk.bytes(&path).unwrap(), twin, "nothing was cut");
            }
        }
        disk.set_bytes(&path, whole);
    }
}

#[test]
fn a_tail_is_cut_in_the_last_segment_only() {
    let disk = eight();
    let [first, _] = segments(&disk).try_into().unwrap();
    let mut bytes = disk.bytes(&first).unwrap();
    bytes.pop();
    disk.set_bytes(&first, bytes);
    let error = open(&disk).unwrap_err();
    let flaw = Flaw::TornTail;
    assert!(matches!(error, Error::Damaged(Damage { flaw: found, .. }) if found == flaw));
}

#[test]
fn a_missing_or_misnamed_segment_is_a_gap() {
    let disk = eight();
    let [first, second] = segments(&disk).try_into().unwrap();
    let bytes = disk.bytes(&second).unwrap();
    for (remove, file, expected) in [(first, second.clone(), 0), (second, root().into(), 6)] {
        let kept = disk.bytes(&remove).unwrap();
        ledger::disk::Disk::remove(&disk, &remove).unwrap();
        let file = if expected == 0 {
            file
        } else {
            let file = root().join("journal/00000000000000000009.log");
            disk.set_bytes(&file, bytes.clone());
            file
        };
        let error = open(&disk).unwrap_err();
        let damage = Damage { file, from: 0, to: 24, flaw: Flaw::Gap { expected } };
        assert!(matches!(error, Error::Damaged(found) if found == damage));
        disk.set_bytes(&remove, kept);
    }
}

#[test]
fn entries_longer_than_what_is_in_memory_at_a_time_are_read_and_searched() {
    let disk = SimulatedDisk::new();
    let settings = Settings::default();
    let open = || Journal::open(dynamic(&disk), root(), settings, |_, _| ());
    let (mut journal, _) = open().unwrap();
    let lengths = (0..200).map(|number: usize| number * 7919 % 65_536);
    let all: Vec<_> = lengths.map(|length| vec![length as u8 | 1; length]).collect();
    for entry in &all {
        journal.append(entry).unwrap();
    }
    journal.commit().unwrap();
    assert_eq!(journal.entries(0).map(Result::unwrap).collect::<Vec<_>>(), all);
    for (index, entry) in all.iter().enumerate().step_by(9) {
        assert_eq!(journal.entry(index as u64).unwrap(), *entry);
    }
    drop(journal);

    // The length of an early entry is spoilt, and of the intact entries only the last is left.
    let path = segments(&disk).pop().unwrap();
    let whole = disk.bytes(&path).unwrap();
    let mut twin = whole.clone();
    let last = whole.len() - all[199].len() - 8;
    for byte in &mut twin[24..last] {
        *byte = 0xff;
    }
    disk.set_bytes(&path, twin.clone());
    assert!(matches!(open(), Err(Error::Damaged(Damage { from: 24, .. }))));
    // Without it there is nothing behind the flaw, and the tail counts as torn.
    twin.truncate(whole.len() - 1);
    disk.set_bytes(&path, twin);
    assert_eq!(open().unwrap().1.unwrap().damage.from, 24);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_journal_gives_back_what_was_put_in_from_any_index(
        groups in proptest::collection::vec(
            proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..80), 0..90), 1..6),
        segment_bytes in 1_u64..4000,
        from in any::<prop::sample::Index>(),
    ) {
        let disk = SimulatedDisk::new();
        let settings = Settings { segment_bytes, signed_size: 0 };
        let mut all = Vec::new();
        let (mut journal, _) = Journal::open(dynamic(&disk), root(), settings, |_, _| ()).unwrap();
        for group in groups {
            for entry in &group {
                journal.append(entry).unwrap();
            }
            all.extend(group);
            prop_assert_eq!(journal.commit().unwrap(), all.len() as u64);
        }
        let from = from.index(all.len() + 1);
        let read: Vec<_> = journal.entries(from as u64).map(Result::unwrap).collect();
        prop_assert_eq!(&read, &all[from..]);
        drop(journal);

        let mut seen = Vec::new();
        let show = |index: u64, entry: &[u8]| {
            assert_eq!(index, seen.len() as u64);
            seen.push(entry.to_vec());
        };
        let (journal, cut) = Journal::open(dynamic(&disk), root(), settings, show).unwrap();
        prop_assert_eq!(cut, None);
        prop_assert_eq!(&seen, &all);
        for index in [0, from, all.len().saturating_sub(1)] {
            let entry = journal.entry(index as u64).ok();
            prop_assert_eq!(entry.as_ref(), all.get(index));
        }
    }

    #[test]
    fn no_bytes_in_a_segment_cause_a_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200), header in any::<bool>(),
    ) {
        let disk = eight();
        let last = segments(&disk).pop().unwrap();
        let start = disk.bytes(&last).unwrap()[..24].to_vec();
        let bytes = if header { [start, bytes].concat() } else { bytes };
        disk.set_bytes(&last, bytes);
        if let Ok(log) = open(&disk) {
            prop_assert!(log.size() >= 6);
            prop_assert_eq!(&entries(&log)[..6], &expected(6)[..]);
        }
    }
}
