//! `huzhu bench tree` and `huzhu bench proof`: committing to everybody's charge, and proving one.
//!
//! The floor of a tree is four SHA-256 blocks a leaf (salt, leaf, and two for the node above it),
//! hashed in the same way with nothing around them. The floor of a proof is four blocks for each
//! leaf of the subtree that is worked out again.

use std::hint::black_box;
use std::time::Instant;

use serde_json::{Value, json};
use settle::tree::{Engine, Keep, PeriodTree, PlanSecret};

use super::floor::median;
use super::plan::Plan;
use super::settle::plans;
use crate::layout::{Table, count};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};
use crate::progress;

/// Blocks of one run of a floor, and runs: about as long as a tree of a million, and as a proof.
const BLOCKS_OF_A_TREE: (u32, usize) = (4_000_000, 5);
const BLOCKS_OF_A_PROOF: (u32, usize) = (2_048, 2_001);

/// Proofs made and checked.
const PROOFS: u32 = 10_000;

/// Arguments of both measurements.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu bench tree\n  \
                        huzhu bench proof --members 100000000 --height 9")]
pub struct Arguments {
    /// Members of the plan, a twentieth of whom have left; 100 million take about 4 GB of memory.
    #[arg(long, default_value_t = 10_000_000,
          value_parser = clap::value_parser!(u32).range(10_000..=200_000_000))]
    members: u32,
    /// Threads that build the tree.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,
    /// Roots of subtrees of 2^height leaves are kept; a proof hashes so many again.
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u32).range(0..=13))]
    height: u32,
}

fn failed(error: impl std::fmt::Display) -> Problem {
    let what = "The tree cannot be built.";
    Problem::new(Kind::Environment, "E-BENCH", what, format!("{error}."), "Report this.")
}

/// Seconds for one block when nothing else is hashed.
fn block(engine: Engine, (count, runs): (u32, usize)) -> f64 {
    let times = (0..runs).map(|_| {
        let start = Instant::now();
        let (blocks, word) = engine.blocks(black_box(count));
        black_box(word);
        start.elapsed().as_secs_f64() / f64::from(blocks)
    });
    median(times.collect())
}

/// A plan with one charged period, and the way to build its tree.
struct Prepared {
    plan: Plan,
    pool: rayon::ThreadPool,
    keep: Keep,
}

impl Prepared {
    fn new(arguments: &Arguments) -> Result<Self, Problem> {
        let threads = usize::from(arguments.threads);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(failed)?;
        let keep = Keep::from_height(arguments.height).ok_or_else(|| failed("too high"))?;
        let [_, (_, charter)] = plans(arguments.members, 1)?;
        let bar = progress::bar(u64::from(arguments.members), "four bands", "members");
        let mut plan = Plan::found(charter)?;
        plan.join(arguments.members, &|joined| bar.set_position(joined))?;
        bar.finish_and_clear();
        plan.run(0, 1, money::Amount::from_minor(10_000_000).map_err(failed)?)?;
        Ok(Self { plan, pool, keep })
    }

    fn build(&self, engine: Engine) -> Result<PeriodTree, Problem> {
        let (state, secret) = (self.plan.state(), PlanSecret::new([3; 32]));
        let build = || PeriodTree::build_with(state, 0, &secret, self.keep, engine);
        self.pool.install(build).map_err(failed)
    }
}

/// One way to hash, measured. Times are in seconds.
struct Built {
    engine: Engine,
    each: f64,
    floor: f64,
}

/// `huzhu bench tree`.
pub fn tree(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let prepared = Prepared::new(arguments)?;
    let (mut all, mut kept, mut leaves) = (Vec::new(), 0, 0);
    for engine in Engine::all() {
        let mut times = Vec::new();
        // Before and after, since other work on the machine comes and goes.
        let before = block(engine, BLOCKS_OF_A_TREE);
        for _ in 0..3 {
            let start = Instant::now();
            let tree = prepared.build(engine)?;
            times.push(start.elapsed().as_secs_f64());
            (kept, leaves) = (tree.bytes_kept(), tree.root().count);
        }
        let floor =
            4.0 * (before + block(engine, BLOCKS_OF_A_TREE)) / 2.0 / f64::from(arguments.threads);
        all.push(Built { engine, each: median(times) / leaves as f64, floor });
    }
    let fastest = &all[0];
    let document = json!({
        "members": arguments.members,
        "leaves": leaves,
        "threads": arguments.threads,
        "kept_bytes": kept,
        "ns_per_member": nanoseconds(fastest.each),
        "floor_ns": nanoseconds(fastest.floor),
        "ratio": ratio(fastest.each, fastest.floor),
        "engines": all.iter().map(Built::document).collect::<Vec<_>>(),
    });
    show(json, &document, || {
        println!(
            "{} leaves, {} threads, {} kept\n",
            count(leaves),
            arguments.threads,
            megabytes(kept)
        );
        let header = ["hashing", "a leaf", "four blocks", "ratio"];
        let mut table = Table::new("lrrr", 2).header(header);
        for built in &all {
            table.row([
                built.engine.name().to_owned(),
                format!("{:.1} ns", built.each * 1e9),
                format!("{:.1} ns", built.floor * 1e9),
                format!("{:.2} x", built.each / built.floor),
            ]);
        }
        table.print();
    });
    Ok(Outcome::Done)
}

/// `huzhu bench proof`.
pub fn proof(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let prepared = Prepared::new(arguments)?;
    let engine = Engine::all()[0];
    let tree = prepared.build(engine)?;
    let roll = prepared.plan.state().roll();
    let floor = 4.0 * block(engine, BLOCKS_OF_A_PROOF) * f64::from(1 << arguments.height);
    let (mut proofs, mut times) = (Vec::new(), Vec::new());
    for number in 0..PROOFS {
        let member = (u64::from(number) * 0x9e37_79b1 % u64::from(roll.len())) as u32;
        let start = Instant::now();
        // A twentieth has left.
        if let Ok(proof) = tree.prove(roll, black_box(member)) {
            times.push(start.elapsed().as_secs_f64());
            proofs.push(proof);
        }
    }
    let each = median(times);
    let root = tree.root();
    let mut times = Vec::new();
    for proof in &proofs {
        let start = Instant::now();
        proof::charge::verify(&proof.leaf, proof.index, &proof.path, &root).map_err(failed)?;
        times.push(start.elapsed().as_secs_f64());
    }
    let verify = median(times);
    let steps = proofs.iter().map(|proof| proof.path.len()).max().unwrap_or(0);
    let document = json!({
        "members": arguments.members,
        "leaves": root.count,
        "proofs": proofs.len(),
        "kept_bytes": tree.bytes_kept(),
        "steps": steps,
        "us_per_proof": nanoseconds(each) / 1e3,
        "ns_per_member": nanoseconds(each),
        "floor_ns": nanoseconds(floor),
        "ratio": ratio(each, floor),
        "us_per_verification": nanoseconds(verify) / 1e3,
    });
    show(json, &document, || {
        println!("{} leaves, {} kept\n", count(root.count), megabytes(tree.bytes_kept()));
        let mut table = Table::new("lr", 2);
        let micro = |seconds: f64| format!("{:.1} us", seconds * 1e6);
        table.pair("one proof, median", micro(each));
        table.pair("its subtree's blocks alone", micro(floor));
        table.pair("ratio", format!("{:.2} x", each / floor));
        table.pair("one verification", micro(verify));
        table.pair("steps", steps.to_string());
        table.print();
    });
    Ok(Outcome::Done)
}

impl Built {
    fn document(&self) -> Value {
        json!({
            "hashing": self.engine.name(),
            "ns_per_member": nanoseconds(self.each),
            "floor_ns": nanoseconds(self.floor),
            "ratio": ratio(self.each, self.floor),
        })
    }
}

fn nanoseconds(seconds: f64) -> f64 {
    (seconds * 1e12).round() / 1e3
}

fn ratio(ours: f64, floor: f64) -> f64 {
    (ours / floor * 1e3).round() / 1e3
}

fn megabytes(bytes: usize) -> String {
    format!("{:.2} MB", bytes as f64 / 1e6)
}
