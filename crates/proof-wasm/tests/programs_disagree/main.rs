//! Fear: two programs judge the same bytes differently, or one of them falls over.
//!
//! The vectors in `vectors/` are written by this test when `HUZHU_WRITE_VECTORS` is set, and
//! compared byte for byte otherwise. Other implementations read the same files.

// A test may stop at the first surprise.
#![allow(clippy::unwrap_used)]

mod draws;
mod entries;
mod file;
mod logs;
mod periods;
mod receipts;
mod signatures;
mod tiles;
mod trees;
mod witnesses;
mod world;

use std::path::PathBuf;

use file::{File, Part};
use proof_wasm::answer::answer;
use proof_wasm::reasons::{REASONS, REQUEST};
use proof_wasm::respond;
use proptest::prelude::*;
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors"))
}

fn all() -> Vec<File> {
    let mut files = vec![entries::canonical()];
    files.extend(signatures::files());
    files.extend(trees::files());
    files.extend(logs::files());
    files.extend(tiles::files());
    files.extend(periods::files());
    files.push(witnesses::file());
    files.extend(draws::files());
    files.push(receipts::file());
    files
}

#[test]
fn the_files_are_what_this_program_writes() {
    let write = std::env::var_os("HUZHU_WRITE_VECTORS").is_some();
    let mut different = Vec::new();
    for file in all() {
        let path = folder().join(file.name());
        if write {
            std::fs::write(&path, file.written()).unwrap();
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != file.written() {
            different.push(file.name());
        }
    }
    assert!(different.is_empty(), "other than what `cargo xtask vectors` writes: {different:?}");
}

/// A vector as it stands in a file.
struct Vector {
    format: String,
    name: String,
    parts: Vec<Vec<u8>>,
    outcome: Result<String, String>,
}

fn read() -> Vec<Vector> {
    let mut vectors = Vec::new();
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let string = |value: &Value| value.as_str().expect("a string").to_owned();
        for vector in file["vectors"].as_array().unwrap() {
            let parts = vector["parts"].as_array().unwrap().iter();
            let parts = parts.map(|part| Part::read(&string(part)).as_bytes().to_vec());
            vectors.push(Vector {
                format: string(&file["format"]),
                name: string(&vector["name"]),
                parts: parts.collect(),
                outcome: match vector.get("answer") {
                    Some(answer) => Ok(string(answer)),
                    None => Err(string(&vector["refused"])),
                },
            });
        }
    }
    vectors
}

#[test]
fn every_vector_is_judged_as_it_stands_in_its_file() {
    let vectors = read();
    for Vector { format, name, parts, outcome } in &vectors {
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        let found = answer(format, &parts).map_err(str::to_owned);
        assert_eq!(found, *outcome, "{format}: {name}");
    }
    let formats: std::collections::BTreeSet<&str> =
        vectors.iter().map(|vector| vector.format.as_str()).collect();
    let named: std::collections::BTreeSet<&str> = REASONS.iter().map(|(name, _)| *name).collect();
    assert_eq!(formats, named);
    for format in formats {
        let mut of = vectors.iter().filter(|vector| vector.format == format);
        assert!(of.clone().any(|vector| vector.outcome.is_ok()), "{format} accepts nothing");
        assert!(of.any(|vector| vector.outcome.is_err()), "{format} refuses nothing");
    }
}

#[test]
fn every_reason_stands_in_the_document_of_the_formats() {
    let document = include_str!("../../../../docs/FORMATS.md");
    for (format, reasons) in REASONS {
        let row = document.lines().find(|line| line.starts_with(&format!("| {format} |")));
        let row = row.unwrap_or_else(|| panic!("{format} has no row"));
        let last = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        let steps = *format == "receipt" && last == "the names of the steps";
        assert!(steps || last == reasons.join(", "), "{format}: {last}");
        assert!(!reasons.contains(&REQUEST));
    }
    let steps = proof::receipt_check::Step::ALL.map(proof::receipt_check::Step::name);
    assert_eq!(REASONS.iter().find(|(format, _)| *format == "receipt").unwrap().1, steps);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// One changed bit anywhere in a receipt is refused, unless it stands in what nobody vouches
    /// for: the policy that the issuer states (another one is given here).
    #[test]
    fn no_bit_of_a_receipt_can_be_changed(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let world = world::World::new();
        let receipt = world.charge_receipt(3);
        let bytes = receipt.to_string().into_bytes();
        let from = bytes.windows(7).position(|window| window == b"\nentry ").unwrap() + 1;
        let at = from + at.index(bytes.len() - from);
        let mut changed = bytes.clone();
        changed[at] ^= 1 << bit;
        let policy = world.policy();
        prop_assert!(answer("receipt", &[&bytes, policy.as_bytes()]).is_ok());
        let outcome = answer("receipt", &[&changed, policy.as_bytes()]);
        prop_assert!(outcome.is_err(), "byte {at}, bit {bit}");
    }

    #[test]
    fn any_request_is_answered(request in proptest::collection::vec(any::<u8>(), 0..256)) {
        let answer = respond(&request);
        prop_assert!(answer.starts_with("refused ") || answer.starts_with("ok\n"));
    }
}
