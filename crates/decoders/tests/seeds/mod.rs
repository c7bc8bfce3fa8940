//! What fuzzing begins with: parts of vectors, and of each other format something sound.

use std::path::Path;
use std::sync::Arc;

use decoders::Decoder;
use ledger::Log;
use ledger::disk::Disk;
use ledger::disk::simulated::SimulatedDisk;
use ledger::snapshot::{SnapshotHead, Snapshots};
use proof::merkle::{Frontier, leaf_hash};
use proof::note::NoteError;
use rules::entry::Entry;
use serde_json::Value;
use testkit::{World, charters};

/// Longer vectors test a limit, and only slow the fuzzing down.
const SEED_BYTES: usize = 8_192;

/// So many vectors that are taken, and so many of each reason for a refusal.
const TAKEN: usize = 8;
const REFUSED: usize = 2;

/// Parts, each after its length.
pub fn framed<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let framed = |part: &'a [u8]| [&(part.len() as u32).to_le_bytes(), part].concat();
    parts.into_iter().flat_map(framed).collect()
}

/// The seeds of a decoder.
pub fn of(decoder: &Decoder) -> Vec<Vec<u8>> {
    match decoder.name {
        _ if decoder.takes_parts() => {
            let vectors = vectors(decoder.name).into_iter();
            vectors.map(|parts| framed(parts.iter().map(Vec::as_slice))).collect()
        }
        "value" => vec![
            br#"{"command":{"a":[1,-2,{"b":"}]"}],"do":"x"},"order":{"at":1}}"#.to_vec(),
            br#"["\n","\"",null,true,9007199254740991]"#.to_vec(),
        ],
        "frontier" => [0, 1, 7, 300].map(|size| frontier(size).to_bytes()).to_vec(),
        "policy-file" => vectors("policy").into_iter().map(|mut parts| parts.remove(0)).collect(),
        "signed-size" => vec![b"0\n".to_vec(), b"9223372036854775807\n".to_vec()],
        "entry" => log(),
        "command" => log().iter().filter_map(|entry| command(entry)).collect(),
        "charter" => vec![include_bytes!("../../../../examples/neighbours.toml").to_vec()],
        "journal" => journals(),
        "snapshot" => vec![snapshot()],
        "bank-status" => vec![bank("status.xml")],
        "bank-notification" => vec![bank("notification.xml")],
        "bank-statement" => vec![bank("statement.xml")],
        other => panic!("what does {other} begin with?"),
    }
}

/// A choice of the vectors of a format: their parts.
fn vectors(format: &str) -> Vec<Vec<Vec<u8>>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors");
    let file = std::fs::read(Path::new(folder).join(format!("{format}.json"))).unwrap();
    let file: Value = serde_json::from_slice(&file).unwrap();
    let mut outcomes: Vec<&Value> = Vec::new();
    let mut chosen = Vec::new();
    for vector in file["vectors"].as_array().unwrap() {
        let parts = vector["parts"].as_array().unwrap().iter();
        let parts: Vec<Vec<u8>> = parts.map(|part| bytes(part.as_str().unwrap())).collect();
        let outcome = &vector["refused"];
        let most = if outcome.is_null() { TAKEN } else { REFUSED };
        let before = outcomes.iter().filter(|other| **other == outcome).count();
        if before < most && parts.iter().map(Vec::len).sum::<usize>() <= SEED_BYTES {
            outcomes.push(outcome);
            chosen.push(parts);
        }
    }
    chosen
}

/// A part of a vector as it is written: text, or bytes in hexadecimal.
fn bytes(part: &str) -> Vec<u8> {
    if let Some(text) = part.strip_prefix("text:") {
        return text.as_bytes().to_vec();
    }
    let digits = part.strip_prefix("hex:").unwrap();
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(byte).collect()
}

fn frontier(size: u64) -> Frontier {
    let leaves: Vec<_> = (0..size).map(|number| leaf_hash(&number.to_le_bytes())).collect();
    Frontier::of(&leaves)
}

/// The first entries of a small plan: commands that are really signed, and findings.
fn log() -> Vec<Vec<u8>> {
    let mut world = World::found(7, &charters::village());
    world.enrol(0, "1980-05".parse().unwrap()).unwrap();
    world.log().iter().take(6).cloned().collect()
}

fn command(entry: &[u8]) -> Option<Vec<u8>> {
    match Entry::parse(entry) {
        Ok(Entry::Command(_, signed)) => Some(signed.bytes().to_vec()),
        _ => None,
    }
}

/// A first segment with nothing, one entry and three of them.
fn journals() -> Vec<Vec<u8>> {
    let folder = Path::new("/ledger");
    let of = |entries: &[&[u8]]| {
        let disk = SimulatedDisk::new();
        let shared: Arc<dyn Disk> = Arc::new(disk.clone());
        let mut log = Log::open(shared, folder, &|_| Err(NoteError::SignedByNobodyKnown)).unwrap();
        entries.iter().for_each(|entry| assert!(log.append(entry).is_ok()));
        log.commit().unwrap();
        disk.bytes(&folder.join("journal/00000000000000000000.log")).unwrap()
    };
    vec![of(&[b"{}"]), of(&[b"one", b"", b"three"])]
}

fn snapshot() -> Vec<u8> {
    let (disk, folder) = (SimulatedDisk::new(), Path::new("/ledger"));
    let head = SnapshotHead { frontier: frontier(7), state: proof::sha256(b"state") };
    let mut snapshots = Snapshots::new(Arc::new(disk.clone()), folder);
    snapshots.write(&head, |body| body.write_all(b"what the state is")).unwrap();
    disk.bytes(&folder.join("snapshots/00000000000000000007.snapshot")).unwrap()
}

/// A sound file of the bank.
fn bank(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/seeds");
    std::fs::read(Path::new(folder).join(name)).unwrap()
}
