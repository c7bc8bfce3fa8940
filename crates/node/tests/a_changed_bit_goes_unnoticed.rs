//! Fear: a bit changes in a file of the folder and `replay` still says that all is well.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod fixture;

use std::path::{Path, PathBuf};

use fixture::ledger_in;
use node::replay;

/// Files longer than this are tried at every eleventh byte, each time at another bit.
const EVERY_BYTE: usize = 2_000;
const STEP: usize = 11;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

#[test]
fn in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    drop(ledger_in(folder.path()));
    assert_eq!(replay(folder.path(), &mut |_| {}).unwrap().unknown, Vec::<PathBuf>::new());
    let mut tried = Vec::new();
    for path in files(folder.path()) {
        let intact = std::fs::read(&path).unwrap();
        if path.file_name().unwrap() == "lock" {
            assert!(intact.is_empty());
            continue;
        }
        let step = if intact.len() > EVERY_BYTE { STEP } else { 1 };
        for at in (0..intact.len()).step_by(step) {
            let mut bytes = intact.clone();
            bytes[at] ^= 1 << (at / step % 8);
            std::fs::write(&path, &bytes).unwrap();
            let told = match replay(folder.path(), &mut |_| {}) {
                Ok(_) => panic!("byte {at} of {}", path.display()),
                Err(error) => error.to_string(),
            };
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(told.contains(name), "byte {at} of {name}: {told}");
        }
        std::fs::write(&path, &intact).unwrap();
        let kind = path.parent().unwrap().strip_prefix(folder.path()).unwrap();
        tried.push(kind.join(path.extension().unwrap_or_default()));
    }
    replay(folder.path(), &mut |_| {}).unwrap();
    tried.dedup();
    let kinds = ["cards/json", "", "chunks/chunk", "journal/log", "keys/key", "snapshots/snapshot"];
    assert_eq!(tried, kinds.map(PathBuf::from));
}

#[test]
fn or_is_cut_off_or_added_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    drop(ledger_in(folder.path()));
    for path in files(folder.path()) {
        let intact = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name == "lock" {
            continue;
        }
        let longer = [intact.clone(), vec![0]].concat();
        for bytes in [&intact[..0], &intact[..intact.len() - 1], &longer[..]] {
            std::fs::write(&path, bytes).unwrap();
            let error = replay(folder.path(), &mut |_| {}).unwrap_err().to_string();
            // An empty journal under a checkpoint is one that nobody can have signed.
            let names = if bytes.is_empty() { ["checkpoint", name] } else { [name, name] };
            assert!(names.iter().any(|name| error.contains(name)), "{name}: {error}");
        }
        std::fs::write(&path, &intact).unwrap();
    }
}

#[test]
fn a_card_that_is_not_there_is_reported_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    drop(ledger_in(folder.path()));
    let replayed = replay(folder.path(), &mut |_| {}).unwrap();
    // The script logs a card whose text was never stored; one card is stored that no entry logs.
    assert_eq!((replayed.cards, replayed.cards_missing), (1, vec![proof::Digest([9; 32])]));
}
