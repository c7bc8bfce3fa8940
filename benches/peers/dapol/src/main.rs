//! DAPOL+ (<https://crates.io/crates/dapol>, Merkle sum trees with hidden sums) at so many members:
//! seconds of processor time for a leaf of the tree, one proof, one verification.
//!
//! `cargo run --release -- 20000`, in this folder. It hides every sum and the number of members,
//! which our tree does not; our figures come from `huzhu bench tree` and `huzhu bench proof`.

use std::str::FromStr as _;
use std::time::Instant;

use dapol::{
    AccumulatorType, DapolTree, Entity, EntityId, Height, MaxLiability, MaxThreadCount, Salt,
    Secret,
};

/// Proofs that are timed.
const PROOFS: usize = 5;

/// Processor time of this process in seconds, from the kernel's count of hundredths.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").expect("Linux counts processor time");
    let (_, rest) = text.rsplit_once(')').expect("the name ends in a parenthesis");
    let fields: Vec<f64> = rest.split(' ').filter_map(|field| field.parse().ok()).collect();
    // After the state, which is no number: user and system time are the 11th and 12th.
    (fields[10] + fields[11]) / 100.0
}

fn main() {
    let members: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let id = |number: u64| EntityId::from_str(&format!("member {number}")).expect("a short name");
    let entities = (0..members).map(|number| Entity { id: id(number), liability: 483 });
    let (before, start) = (processor(), Instant::now());
    let tree = DapolTree::new(
        AccumulatorType::NdmSmt,
        Secret::from_str("plan secret").expect("a short secret"),
        Salt::from_str("salt b").expect("a short salt"),
        Salt::from_str("salt s").expect("a short salt"),
        MaxLiability::default(),
        MaxThreadCount::from(2_u8),
        Height::default(),
        entities.collect(),
    );
    let tree = tree.expect("the tree is built");
    let built = processor() - before;
    println!(
        "tree of {members}: {:.1} us of processor time a leaf, {:.1} s on the clock",
        built * 1e6 / members as f64,
        start.elapsed().as_secs_f64()
    );
    let (mut proving, mut verifying) = (0.0, 0.0);
    for number in 0..PROOFS as u64 {
        let before = processor();
        let proof = tree.generate_inclusion_proof(&id(number * 997)).expect("a proof");
        let between = processor();
        proof.verify(*tree.root_hash()).expect("the proof verifies");
        proving += between - before;
        verifying += processor() - between;
    }
    let each = |seconds: f64| seconds * 1e3 / PROOFS as f64;
    println!("one proof: {:.0} ms, one verification: {:.0} ms", each(proving), each(verifying));
}
