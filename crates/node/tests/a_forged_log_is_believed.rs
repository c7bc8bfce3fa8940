//! Fear: somebody who can write every file changes an entry, makes all checksums right again, and
//! nobody notices.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod fixture;

use std::path::Path;
use std::sync::Arc;

use fixture::{command, enrol, entries, ledger_in, signed};
use ledger::Log;
use ledger::disk::RealDisk;
use node::{Error, SecretKey, replay};
use proof::note::NoteError;
use rules::entry::EntryError;
use rules::machine::ReplayError;

/// The entries of a true ledger, and its folder.
fn ledger() -> (tempfile::TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let entries = entries(&ledger_in(folder.path()));
    (folder, entries.into_iter().map(|entry| String::from_utf8(entry).unwrap()).collect())
}

/// Replays a log of these entries with the chunks of the true one, without a checkpoint, as if the
/// forger had the node's key or kept it from the reader.
fn replay_of(true_one: &Path, entries: &[String]) -> Error {
    let folder = tempfile::tempdir().unwrap();
    let nobody = |_: &[u8]| Err(NoteError::SignedByNobodyKnown);
    let mut log = Log::open(Arc::new(RealDisk), folder.path(), &nobody).unwrap();
    for entry in entries {
        log.append(entry.as_bytes()).unwrap();
    }
    log.commit().unwrap();
    drop(log);
    std::fs::create_dir(folder.path().join("chunks")).unwrap();
    for chunk in std::fs::read_dir(true_one.join("chunks")).unwrap() {
        let chunk = chunk.unwrap();
        std::fs::copy(chunk.path(), folder.path().join("chunks").join(chunk.file_name())).unwrap();
    }
    replay(folder.path(), &mut |_| {}).unwrap_err()
}

fn refused_at(true_one: &Path, entries: &[String]) -> (u64, ReplayError) {
    match replay_of(true_one, entries) {
        Error::Replay { index, source } => (index, source),
        other => panic!("{other}"),
    }
}

fn position(entries: &[String], what: &str) -> usize {
    let what = format!(r#""do":"{what}""#);
    entries.iter().position(|entry| entry.contains(&what)).unwrap()
}

#[test]
fn an_altered_amount() {
    let (folder, entries) = ledger();
    for (what, amount, in_finding) in [
        ("case.file", r#""asked_minor":200000"#, false),
        ("case.review", r#""decided_minor":200000"#, false),
        ("finding.case.approved", r#""decided_minor":200000"#, true),
        ("finding.period.closed", r#""share_minor":20600"#, true),
        ("finding.payout.paid", r#""aid_minor":200000"#, true),
    ] {
        let at = position(&entries, what);
        let mut forged = entries.clone();
        forged[at] = forged[at].replacen(amount, &format!("{amount}1"), 1);
        assert_ne!(forged[at], entries[at], "{what}");
        let expected = match in_finding {
            true => ReplayError::Finding,
            false => ReplayError::Entry(EntryError::Signature),
        };
        assert_eq!(refused_at(folder.path(), &forged), (at as u64, expected), "{what}");
    }
}

#[test]
fn a_removed_finding() {
    let (folder, entries) = ledger();
    for at in (0..entries.len()).filter(|at| command(entries[*at].as_bytes()).is_none()) {
        let mut forged = entries.clone();
        forged.remove(at);
        match replay_of(folder.path(), &forged) {
            Error::Replay { index, source: ReplayError::Finding } => assert_eq!(index, at as u64),
            Error::Unfinished(size) => assert_eq!((at, size), (forged.len(), forged.len() as u64)),
            other => panic!("{at}: {other}"),
        }
    }
}

#[test]
fn a_removed_command() {
    let (folder, entries) = ledger();
    for at in (1..entries.len()).filter(|at| command(entries[*at].as_bytes()).is_some()) {
        let mut forged = entries.clone();
        forged.remove(at);
        let (index, _) = refused_at(folder.path(), &forged);
        // Without its finding's cause at once; a command without one, where it is first needed.
        let has_finding = command(entries[at + 1].as_bytes()).is_none();
        assert!(if has_finding { index == at as u64 } else { index >= at as u64 }, "{at} {index}");
    }
}

#[test]
fn two_entries_that_change_places() {
    let (folder, entries) = ledger();
    for at in 1..entries.len() {
        let mut forged = entries.clone();
        forged.swap(at - 1, at);
        if at == 1 {
            // A log that begins with a finding is nobody's.
            assert!(matches!(replay_of(folder.path(), &forged), Error::NotFounded));
            continue;
        }
        let (index, why) = refused_at(folder.path(), &forged);
        let first = at as u64 - 1;
        let both_commands =
            [at - 1, at].iter().all(|at| command(entries[*at].as_bytes()).is_some());
        // Of two commands the later may stand first by itself, but then time runs backwards.
        assert!(index == first || both_commands && index == first + 1, "{at}: {index} {why}");
    }
}

#[test]
fn an_inserted_entry() {
    let (folder, entries) = ledger();
    let stranger = SecretKey::from_seed([77; 32]);
    let order = |at: usize| entries[at - 1].rsplit_once(r#","order":"#).unwrap().1.to_owned();
    let entry = |command: Vec<u8>, order: &str| {
        format!(r#"{{"command":{},"order":{order}"#, String::from_utf8(command).unwrap())
    };
    let foreign = signed(&stranger, 1, "foreign", enrol(500));
    for at in 1..=entries.len() {
        let order = order(at);
        let between = at == entries.len() || command(entries[at].as_bytes()).is_some();
        let twice = command(entries[2].as_bytes()).unwrap();
        let finding = entries[1].clone();
        let inserted = [entry(foreign.clone(), &order), entry(twice, &order), finding];
        for (kind, inserted) in inserted.into_iter().enumerate() {
            let mut forged = entries.clone();
            forged.insert(at, inserted);
            let (index, why) = refused_at(folder.path(), &forged);
            let at = at as u64;
            // Before its own place the second copy is itself in order, and the true one is the
            // copy; the first finding standing twice is found where the other is due.
            let early = kind == 1 && at < 3 || kind == 2 && at == 1;
            assert!(index == at || early && index == at + 1, "{kind} at {at}: {index} {why}");
            if between && kind == 0 {
                assert!(matches!(why, ReplayError::Refused(_)), "{why}");
            }
        }
    }
}

#[test]
fn a_checkpoint_of_another_log() {
    let (folder, mut entries) = ledger();
    // The whole log is true but for its last command and finding, and the checkpoint is the old.
    entries.truncate(entries.len() - 2);
    let checkpoint = std::fs::read(folder.path().join("checkpoint")).unwrap();
    let shorter = tempfile::tempdir().unwrap();
    let nobody = |_: &[u8]| Err(NoteError::SignedByNobodyKnown);
    let mut log = Log::open(Arc::new(RealDisk), shorter.path(), &nobody).unwrap();
    for entry in &entries {
        log.append(entry.as_bytes()).unwrap();
    }
    log.commit().unwrap();
    drop(log);
    std::fs::write(shorter.path().join("checkpoint"), checkpoint).unwrap();
    let error = replay(shorter.path(), &mut |_| {}).unwrap_err();
    assert!(matches!(error, Error::Ledger(ledger::Error::ShorterThanCheckpoint { .. })), "{error}");
}
