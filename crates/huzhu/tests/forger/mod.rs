//! An operator who holds every key of a rehearsal and writes the log as it pleases: entries
//! changed, findings numbered anew, checkpoint signed again.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses a part; it may panic")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger::Log;
use ledger::disk::RealDisk;
use node::{KEYS_FOLDER, SecretKey};
use proof::checkpoint::Checkpoint;
use proof::note::{Note, NoteError, VerifierKey};
use serde_json::{Value, json};

use crate::program::copy;

/// The entries of a log, taken apart.
pub fn entries(ledger: &Path) -> Vec<Value> {
    let mut entries = Vec::new();
    node::read_entries(ledger, &mut |_, entry| {
        entries.push(serde_json::from_slice(entry).unwrap());
        Ok(())
    })
    .unwrap();
    entries
}

/// Place of the first entry of a verb.
pub fn at(entries: &[Value], verb: &str) -> usize {
    entries.iter().position(|entry| entry["command"]["do"] == verb).unwrap()
}

/// Numbers the findings anew, as whoever adds or removes one would.
pub fn renumber(entries: &mut [Value]) {
    let findings = entries.iter_mut().filter(|entry| entry["command"]["by"] == "rules");
    for (finding, number) in findings.zip(1..) {
        finding["command"]["seq"] = json!(number);
        finding["command"]["id"] = json!(format!("finding-{number}"));
    }
}

/// Writes a ledger with these entries beside the true one, with its keys, chunks and cards, and
/// signs it with the true key of the node.
pub fn write(ledger: &Path, to: &Path, entries: &[Value]) -> PathBuf {
    copy(ledger, to);
    for gone in ["journal", "snapshots"] {
        let _ = std::fs::remove_dir_all(to.join(gone));
    }
    let _ = std::fs::remove_file(to.join("checkpoint"));
    let key = SecretKey::read(&ledger.join(KEYS_FOLDER), "node").unwrap();
    let plan = entries[0]["command"]["plan"].as_str().unwrap();
    let verifier = VerifierKey::new(plan, key.public().0).unwrap();
    let open = |note: &[u8]| Ok::<_, NoteError>(Checkpoint::open(note, &verifier)?.0);
    let mut log = Log::open(Arc::new(RealDisk), to, &open).unwrap();
    for entry in entries {
        log.append(entry.to_string().as_bytes()).unwrap();
    }
    log.commit().unwrap();
    let (origin, size, root) = (plan.to_owned(), log.size(), log.root());
    let checkpoint = Checkpoint { origin, size, root, extensions: Vec::new() };
    let mut note = Note::new(&checkpoint.to_string()).unwrap();
    note.sign(&verifier, |bytes| key.sign(bytes)).unwrap();
    log.store_checkpoint(note.to_string().as_bytes(), &open).unwrap();
    to.to_path_buf()
}
