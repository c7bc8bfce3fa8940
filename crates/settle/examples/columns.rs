//! How long closings, columns and statements take, beside the floor measured in the same process.
//!
//! `cargo run --release -p settle --example columns -- [members] [threads]`. Every figure is the
//! median of repeated runs.

use std::hint::black_box;
use std::time::Instant;

use money::Amount;
use rayon::prelude::*;
use rules::day::Month;
use rules::member::EnrolRow;
use rules::period::{Class, Means, Terms, settle};
use settle::{Columns, RateLedger, write_csv};
use testkit::{Chooser, World, charters, person};

/// Members of one batch of enrolment.
const BATCH: u64 = 1_000_000;

/// Members of one task of the floor, as in the columns.
const BLOCK: usize = 1 << 15;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let members = arguments.next().and_then(Result::ok).unwrap_or(10_000_000);
    let threads = arguments.next().and_then(Result::ok).unwrap_or(1);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads as usize);
    pool.build_global().expect("the pool is built once");
    println!("{members} members, {threads} threads");
    arithmetic();
    for banded in [false, true] {
        let world = plan(members, banded);
        println!("-- {}", if banded { "four bands, ages mixed" } else { "uniform" });
        columns(&world, members);
        statements(&world, members);
    }
}

fn median(runs: usize, mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[runs / 2]
}

/// The sum of one period: 64 classes, 1,000 cases, a cap that binds in every case, and none.
fn arithmetic() {
    let mut chooser = Chooser::new(1);
    let mut charter = charters::village();
    let minor = |amount| Amount::from_minor(amount).expect("an amount in range");
    let cases: Vec<Amount> = (0..1_000).map(|_| minor(chooser.between(1, 30_000_000))).collect();
    let aid_minor = Amount::total(cases.iter().copied()).expect("a sum in range");
    let classes: Vec<Class> = (0..64)
        .map(|_| Class {
            weight: chooser.between(1, 200) as u32,
            members: chooser.below(100_000),
            room: None,
        })
        .collect();
    let fee_minor = charter.fee.rate.floor_of(aid_minor).expect("a fee in range");
    let terms = Terms { aid_minor, fee_minor, ..Terms::default() };
    let mut cap = charter.caps.case.take();
    for what in ["no cap", "a cap that binds"] {
        let time = median(101, || {
            let done = settle(&charter, &terms, &cases, &classes, Means::default());
            black_box(done).expect("the period is settled");
        });
        println!("arithmetic, 64 classes, 1000 cases, {what}: {:.1} us", time * 1e6);
        charter.caps.case =
            cap.take().map(|cap| rules::charter::Cap { amount_minor: minor(1), ..cap });
    }
}

/// A plan with a charged period: `members` of all ages, a twentieth of whom have left.
fn plan(members: u64, banded: bool) -> World {
    let mut charter = charters::guild();
    if banded {
        charters::band(&mut charter, &[(17, 30), (29, 70), (44, 100), (59, 171)]);
    } else {
        charter.sharing.rule = rules::charter::SharingRule::Uniform;
        charter.sharing.bands.clear();
    }
    let mut chooser = Chooser::new(7);
    let mut world = World::found(7, &charter);
    for batch in 0..members.div_ceil(BATCH) {
        let numbers = batch * BATCH..((batch + 1) * BATCH).min(members);
        let rows: Vec<EnrolRow> = numbers
            .map(|number| EnrolRow {
                payer: None,
                birth: Month::from_index(chooser.between(730, 1_430) as u16).expect("a month"),
                identity: person(number),
                assisted: false,
            })
            .collect();
        world.enrol_batch(&rows).expect("the batch is enrolled");
        world.forget_chunks();
    }
    let leavers: Vec<u32> = (0..members as u32).filter(|_| chooser.chance(5)).collect();
    world.leave_batch(&leavers).expect("they leave");
    world.forget_chunks();
    world.pass(25);
    let day = world.day();
    let applicant = (0..).find(|member| leavers.binary_search(member).is_err());
    let applicant = applicant.expect("somebody stays");
    world.bring_case(applicant, day, 100_000).expect("a case is published");
    let start = Instant::now();
    world.publish_and_close(0).expect("the period is closed");
    println!("publish and close, signed and posted: {:.0} us", start.elapsed().as_secs_f64() * 1e6);
    for period in 1..24 {
        world.publish_and_close(period).expect("the period is closed");
    }
    world
}

/// The same bytes read and written with nothing to decide: three columns in, one out.
fn floor(world: &World, out: &mut [u16]) {
    let roll = world.state().roll();
    let columns = out
        .par_chunks_mut(BLOCK)
        .zip(roll.births().par_chunks(BLOCK))
        .zip(roll.first_periods().par_chunks(BLOCK))
        .zip(roll.until_periods().par_chunks(BLOCK));
    columns.for_each(|(((out, births), firsts), untils)| {
        for (((out, birth), first), until) in out.iter_mut().zip(births).zip(firsts).zip(untils) {
            *out = birth ^ first ^ until;
        }
    });
}

fn columns(world: &World, members: u64) {
    let nanoseconds = |time: f64| time * 1e9 / members as f64;
    let state = world.state();
    let mut out = vec![1_u16; state.roll().births().len()];
    let floor = median(15, || {
        floor(world, black_box(&mut out));
    });
    let mut columns = Some(Columns::of(state, 0).expect("the period is charged"));
    let warm = median(15, || {
        let used = columns.take().expect("columns to use again");
        columns = Some(used.next(state, 0).expect("the period is charged"));
    });
    let fresh = median(5, || {
        black_box(Columns::of(state, 0)).expect("the period is charged");
    });
    println!("floor, the same bytes: {:.3} ns/member", nanoseconds(floor));
    let ratio = warm / floor;
    println!("columns, memory used again: {:.3} ns/member, {ratio:.2} x floor", nanoseconds(warm));
    println!("columns, fresh memory: {:.3} ns/member", nanoseconds(fresh));
    let columns = columns.expect("columns");
    let export = median(3, || {
        write_csv(state, &columns, std::io::sink()).expect("a sink takes everything");
    });
    println!("csv to nowhere: {:.1} ns/member", nanoseconds(export));
}

fn statements(world: &World, members: u64) {
    let state = world.state();
    let mut ledger = RateLedger::default();
    let start = Instant::now();
    let periods = ledger.catch_up(state).expect("a ledger of rates");
    let each = start.elapsed().as_secs_f64() * 1e6 / f64::from(periods);
    println!("ledger of rates: {each:.1} us a period");
    let mut chooser = Chooser::new(3);
    let asked: Vec<u32> = (0..100_000).map(|_| chooser.below(members) as u32).collect();
    let time = median(5, || {
        for member in &asked {
            let statement = ledger.statement(state, *member, 0..periods);
            black_box(statement).expect("a statement");
        }
    });
    println!("statement over {periods} periods: {:.3} us", time * 1e6 / asked.len() as f64);
}
