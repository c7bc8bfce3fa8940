//! Fear: what is published holds rows of members, a card that was withdrawn, or what nobody has
//! signed; or it leaves out what the log says.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod fixture;

use std::path::Path;

use fixture::{entries, ledger_in, send, store_rows};
use ledger::surface::{FolderSource, SurfaceError, SurfaceReader};
use node::{Cards, Error, Publication, Published, ScriptedClock, SecretKey, Solo, publish};
use proof::checkpoint::Checkpoint;
use proof::note::Note;
use rules::command::{CaseCommand, Do};

fn published(folder: &Path, to: &Path) -> Result<Published, Error> {
    publish(folder, to, Publication::default(), &mut |_| {})
}

/// What the mirror shows, checked against its checkpoint.
fn shown(mirror: &Path) -> Vec<Vec<u8>> {
    let note = Note::parse(&std::fs::read(mirror.join("checkpoint")).unwrap()).unwrap();
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    let source = FolderSource(mirror.to_path_buf());
    let mut entries = Vec::new();
    let read = SurfaceReader::new(&source, checkpoint).read(|_, entry: &[u8]| {
        entries.push(entry.to_vec());
        Ok::<(), SurfaceError>(())
    });
    read.unwrap();
    entries
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, |listed| listed.count())
}

#[test]
fn every_signed_entry_is_shown() {
    let (folder, mirror) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let all = entries(&ledger_in(folder.path()));
    let first = published(folder.path(), mirror.path()).unwrap();
    assert_eq!((first.from, first.checkpoint.size), (0, all.len() as u64));
    assert_eq!(shown(mirror.path()), all);
    assert_eq!(first.chunks, Some(1), "the charter of the neighbours publishes the roll");
    let what = Publication { policy: Some(b"quorum none\n"), ..Publication::default() };
    let again = publish(folder.path(), mirror.path(), what, &mut |_| {}).unwrap();
    assert_eq!(again.from, all.len() as u64, "nothing is written twice");
    assert_eq!(std::fs::read(mirror.path().join("policy")).unwrap(), b"quorum none\n");
}

#[test]
fn rows_that_the_charter_keeps_are_shown_only_when_asked_for() {
    let (folder, mirror) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let text = fixture::CHARTER.replace("roll = \"public\"", "roll = \"institutional\"");
    assert_ne!(text, fixture::CHARTER);
    let clock = ScriptedClock::default();
    let key = fixture::node_key();
    let mut solo = Solo::open(folder.path(), Box::new(clock.clone()), key).unwrap();
    let mut signer = fixture::Signer::default();
    let mut commands = fixture::script();
    commands.truncate(2);
    commands[0].1 = signer.sign(fixture::found(fixture::charter(&text), "2019-05-07"));
    store_rows(&mut solo);
    send(&mut solo, &clock, &commands, &mut fixture::Progress::default()).unwrap();
    solo.seal().unwrap();
    assert_eq!(published(folder.path(), mirror.path()).unwrap().chunks, None);
    assert_eq!(files(&mirror.path().join("chunks")), 0);
    let what = Publication { institutional: true, ..Publication::default() };
    let whole = publish(folder.path(), mirror.path(), what, &mut |_| {}).unwrap();
    assert_eq!((whole.chunks, files(&mirror.path().join("chunks"))), (Some(1), 1));
}

#[test]
fn only_named_cards_are_shown_and_withdrawn_ones_are_taken_away() {
    let (folder, mirror) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let text = br#"{"card":{"case":0},"salt":"c2FsdC1vbmUtY2FyZA"}"#;
    let card = proof::sha256(text);
    let clock = ScriptedClock::default();
    let key = fixture::node_key();
    let mut solo = Solo::open(folder.path(), Box::new(clock.clone()), key).unwrap();
    let mut commands = fixture::script();
    commands.truncate(6);
    store_rows(&mut solo);
    send(&mut solo, &clock, &commands, &mut fixture::Progress::default()).unwrap();
    let mut signer = fixture::Signer::default();
    signer.sign(fixture::enrol(9));
    let operator = fixture::key(rules::charter::Role::Operator);
    let publication = Do::Case(CaseCommand::Publish { case: 0, card });
    let command = fixture::signed(&operator, 2, "publication", publication);
    clock.set(fixture::noon("2019-05-06"));
    solo.cards().put(text).unwrap();
    solo.cards().put(br#"{"card":{"case":1},"salt":"bm90LXB1Ymxpc2hlZA"}"#).unwrap();
    solo.seal().unwrap();
    assert_eq!(published(folder.path(), mirror.path()).unwrap().cards, 0, "none is named yet");

    fixture::submit_one(&mut solo, &command);
    assert_eq!(published(folder.path(), mirror.path()).unwrap().cards, 0, "it is not signed yet");
    solo.seal().unwrap();
    assert_eq!(published(folder.path(), mirror.path()).unwrap().cards, 1);
    let there = Cards::new(std::sync::Arc::new(ledger::disk::RealDisk), mirror.path());
    assert_eq!(there.read(&card).unwrap().unwrap(), text);
    assert_eq!(files(&mirror.path().join("cards")), 1);

    solo.cards().remove(&card).unwrap();
    let after = published(folder.path(), mirror.path()).unwrap();
    assert_eq!((after.cards, after.withdrawn), (0, 1));
    assert_eq!(files(&mirror.path().join("cards")), 0);
}

#[test]
fn a_mirror_of_another_log_or_of_another_history_is_left_alone() {
    let (folder, mirror) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let solo = ledger_in(folder.path());
    drop(solo);
    published(folder.path(), mirror.path()).unwrap();
    let refused = |note: &Note| {
        std::fs::write(mirror.path().join("checkpoint"), note.to_string()).unwrap();
        match published(folder.path(), mirror.path()) {
            Err(Error::OtherMirror { why, .. }) => why,
            other => panic!("{other:?}"),
        }
    };
    let true_one = Note::parse(&std::fs::read(mirror.path().join("checkpoint")).unwrap()).unwrap();
    let checkpoint = Checkpoint::parse(true_one.text()).unwrap();
    let sign = |checkpoint: &Checkpoint, key: &SecretKey| {
        let verifier = proof::note::VerifierKey::new(&checkpoint.origin, key.public().0).unwrap();
        let mut note = Note::new(&checkpoint.to_string()).unwrap();
        note.sign(&verifier, |bytes| key.sign(bytes)).unwrap();
        note
    };
    let stranger = SecretKey::from_seed([55; 32]);
    assert!(refused(&sign(&checkpoint, &stranger)).contains("not signed by the key"));
    let node = fixture::node_key();
    let longer = Checkpoint { size: checkpoint.size + 1, ..checkpoint.clone() };
    assert!(refused(&sign(&longer, &node)).contains("more entries"));
    let split = Checkpoint { root: proof::sha256(b"another"), ..checkpoint.clone() };
    assert!(refused(&sign(&split, &node)).contains("another history"));
    let earlier = Checkpoint { size: 3, root: proof::sha256(b"another"), ..checkpoint };
    assert!(refused(&sign(&earlier, &node)).contains("another history"));
}

#[test]
fn what_was_never_signed_is_not_shown() {
    let (folder, mirror) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    drop(ledger_in(folder.path()));
    std::fs::remove_file(folder.path().join("checkpoint")).unwrap();
    assert!(matches!(published(folder.path(), mirror.path()), Err(Error::Unsigned)));
    assert_eq!(files(mirror.path()), 0);
}
