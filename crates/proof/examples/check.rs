//! Measures what one entry costs a checker: `cargo run --release -p proof --example check`.

// A measurement may stop at the first surprise.
#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::time::Instant;

use ed25519_zebra::SigningKey;
use proof::canonical::check;
use proof::hash::sha256;
use proof::signature::{Batch, verify};

/// Median nanoseconds of one call, over 15 rounds of `calls` calls.
fn median(calls: u32, mut call: impl FnMut()) -> f64 {
    let mut rounds: Vec<f64> = (0..15)
        .map(|_| {
            let start = Instant::now();
            (0..calls).for_each(|_| call());
            start.elapsed().as_nanos() as f64 / f64::from(calls)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

fn main() {
    let entry = concat!(
        r#"{"command":{"by":"member:104729","case":8191,"do":"case.objected","id":"#,
        r#""0198c1f0b2d37c5f9a4e","plan":"demo","reason":"#,
        r#""the hospital named here has no such ward","#,
        r#""seq":17,"sig":{"alg":"ed25519","key":"k1Xb3Zt2c9p4V7yQ0aJdWQ","value":"#,
        r#""3q2-7w8xYh1kPz0vRr5tUu2mNn4oLl6jKk8hGg9fDdSsAaQqWwEeRrTtYyUuIiOoPp"},"v":1},"order":"#,
        r#"{"at":1795300000000,"day":20779}}"#,
    );
    assert_eq!(check(entry.as_bytes()), Ok(()));
    let bytes = entry.len();
    let checked = median(20_000, || black_box(check(black_box(entry.as_bytes()))).unwrap());
    println!("canonical::check   {checked:8.0} ns for an entry of {bytes} bytes");
    let hashed = median(20_000, || {
        black_box(sha256(black_box(entry.as_bytes())));
    });
    println!("sha256             {hashed:8.0} ns");

    let signed: Vec<_> = (0..=255_u8)
        .map(|seed| {
            let signer = SigningKey::from([seed; 32]);
            let signature = signer.sign(entry.as_bytes()).to_bytes();
            (<[u8; 32]>::from(signer.verification_key()), signature)
        })
        .collect();
    let (key, signature) = &signed[0];
    let single = median(100, || verify(key, black_box(entry.as_bytes()), signature).unwrap());
    println!("signature::verify  {single:8.0} ns");
    let batched = median(1, || {
        let mut batch = Batch::new();
        signed.iter().for_each(|(key, signature)| batch.add(key, entry.as_bytes(), signature));
        batch.verify().unwrap();
    }) / 256.0;
    println!("Batch of 256       {batched:8.0} ns each, {:.2} of one by one", batched / single);
}
