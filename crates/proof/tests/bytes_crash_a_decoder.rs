//! Fear: bytes from a stranger make a decoder panic, or loop. The corpus is every part of every
//! committed vector, whole, cut, lengthened and with bytes changed.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

use proof::add_checkpoint::{AddCheckpoint, signed_size};
use proof::checkpoint::Checkpoint;
use proof::cosignature::CosignerKey;
use proof::hash::Digest;
use proof::merkle::Frontier;
use proof::note::{Note, VerifierKey};
use proof::policy::Policy;
use proof::receipt::Receipt;
use proof::tile_path::TilePath;
use proof::tlog_proof::TlogProof;
use proof::{canonical, policy_file, tile, value};
use proptest::prelude::*;

/// Gives bytes to every decoder.
fn decode(bytes: &[u8]) {
    let _ = canonical::check(bytes);
    let _ = value::Value::of(bytes);
    let _ = Note::parse(bytes);
    let _ = Policy::parse(bytes);
    let _ = policy_file::addresses(bytes);
    let _ = AddCheckpoint::parse(bytes);
    let _ = signed_size(bytes);
    let _ = Frontier::from_bytes(bytes);
    for path in ["tile/0/000.p/3", "tile/entries/000.p/3", "tile/1/x001/002"] {
        let path: TilePath = path.parse().unwrap();
        let _ = tile::hashes(&path, bytes);
        let _ = tile::entries(&path, bytes);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = Receipt::parse(bytes);
    let _ = Checkpoint::parse(text);
    let _ = text.parse::<TlogProof>();
    let _ = text.parse::<TilePath>();
    let _ = text.parse::<VerifierKey>();
    let _ = text.parse::<CosignerKey>();
    let _ = text.parse::<Digest>();
}

/// Parts of vectors: text, or bytes in hexadecimal.
fn corpus() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors");
    let mut parts = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read(file.unwrap().path()).unwrap();
        let file: serde_json::Value = serde_json::from_slice(&text).unwrap();
        for vector in file["vectors"].as_array().unwrap() {
            for part in vector["parts"].as_array().into_iter().flatten() {
                let part = part.as_str().unwrap_or_default();
                let text = part.strip_prefix("text:").map(|text| text.as_bytes().to_vec());
                let bytes = part.strip_prefix("hex:").map(|digits| {
                    let pairs = digits.as_bytes().chunks(2);
                    let pair = |pair: &[u8]| {
                        u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()
                    };
                    pairs.map(pair).collect()
                });
                parts.extend(text.or(bytes));
            }
        }
    }
    parts
}

#[test]
fn every_part_of_every_vector_and_every_short_cut_of_it() {
    let parts = corpus();
    assert!(parts.len() > 200);
    for part in parts {
        decode(&part);
        for cut in (0..part.len()).step_by(1 + part.len() / 16) {
            decode(&part[..cut]);
            decode(&part[cut..]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        decode(&bytes);
    }

    #[test]
    fn changed_parts(which in any::<prop::sample::Index>(), changes in proptest::collection::vec(
        (any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        thread_local!(static CORPUS: Vec<Vec<u8>> = corpus());
        CORPUS.with(|corpus| {
            let mut bytes = corpus[which.index(corpus.len())].clone();
            for (place, byte) in changes.iter().filter(|_| !bytes.is_empty()).collect::<Vec<_>>() {
                let at = place.index(bytes.len());
                bytes[at] = *byte;
            }
            decode(&bytes);
        });
    }
}
