//! Measures the check of one receipt: `cargo run --release -p proof-wasm --example receipt`.

// A measurement may stop at the first surprise.
#![allow(clippy::unwrap_used)]

use std::time::Instant;

use proof_wasm::answer::answer;

/// Rounds of which the median is taken, and checks of one round.
const ROUNDS: usize = 15;
const CHECKS: u32 = 200;

fn main() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/receipt.json");
    let file: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let vector = &file["vectors"][0];
    let parts: Vec<&[u8]> = vector["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part.as_str().unwrap().strip_prefix("text:").unwrap().as_bytes())
        .collect();
    assert_eq!(answer("receipt", &parts).unwrap(), vector["answer"].as_str().unwrap());
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            (0..CHECKS).for_each(|_| drop(answer("receipt", &parts)));
            start.elapsed().as_secs_f64() * 1e6 / f64::from(CHECKS)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    println!("{:.0} µs a receipt of {} bytes", rounds[ROUNDS / 2], parts[0].len());
}
