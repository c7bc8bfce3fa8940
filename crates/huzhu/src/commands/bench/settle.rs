//! `huzhu bench settle`: closing periods, charging everybody, telling one member what was charged.
//!
//! The floor of the columns is a pass over the same columns that reads the same bytes, writes the
//! same bytes and decides nothing; the floor of the durable columns is the write and fsync of their
//! bytes.

use std::fs::File;
use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use money::Amount;
use rayon::prelude::*;
use rules::charter::{Charter, Payer, SharingRule};
use rules::roll::Roll;
use serde_json::{Value, json};
use settle::{Charges, Columns, RateLedger};

use super::floor::median;
use super::plan::Plan;
use crate::commands::demo::variant;
use crate::layout::{Table, count};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};
use crate::progress;

/// Members of one task of the floor, as in the columns.
const BLOCK: usize = 1 << 15;

/// Statements asked for.
const STATEMENTS: u32 = 100_000;

/// Periods closed in each plan; the last is measured.
const PERIODS: u32 = 4;

/// Arguments of the measurement.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu bench settle\n  \
                        huzhu bench settle --members 100000000 --threads 2")]
pub struct Arguments {
    /// Members of the plan; 100 million take about 8 GB of memory.
    #[arg(long, default_value_t = 10_000_000,
          value_parser = clap::value_parser!(u32).range(10_000..=200_000_000))]
    members: u32,
    /// Threads for the columns.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,
    /// Cases of a period.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=2_000))]
    cases: u32,
    /// A folder on the disk that is measured; what is written there is removed again.
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

/// One plan, measured. Times are in seconds.
struct Measured {
    name: &'static str,
    counting: f64,
    closing: f64,
    columns: f64,
    floor: f64,
    durable: f64,
    durable_floor: f64,
    statement: f64,
}

/// Runs the measurement.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let threads = usize::from(arguments.threads);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| {
        let what = "The threads of the measurement cannot be started.";
        let next = "Ask for fewer --threads.";
        Problem::new(Kind::Environment, "E-BENCH", what, error.to_string(), next)
    })?;
    let mut all = Vec::new();
    for (name, charter) in plans(arguments.members, arguments.cases)? {
        let bar = progress::bar(u64::from(arguments.members), name, "members");
        let mut plan = Plan::found(charter)?;
        plan.join(arguments.members, &|joined| bar.set_position(joined))?;
        bar.finish_and_clear();
        let (mut counting, mut closing) = (0.0, 0.0);
        for period in 0..PERIODS {
            // The share of the last period but one brings everybody near the yearly cap.
            let aid = Amount::from_minor(10_000_000).unwrap_or_default();
            let (counted, closed) = plan.run(period, arguments.cases, aid)?;
            (counting, closing) = (counted.as_secs_f64(), closed.as_secs_f64());
        }
        all.push(pool.install(|| measure(name, &plan, (counting, closing), &arguments.dir))?);
    }
    let document = json!({
        "members": arguments.members,
        "threads": arguments.threads,
        "cases": arguments.cases,
        "plans": all.iter().map(|m| m.document(arguments.members)).collect::<Vec<_>>(),
    });
    show(json, &document, || print(arguments, &all));
    Ok(Outcome::Done)
}

/// The plans: everybody alike and no cap that binds; four bands with both caps binding.
pub(super) fn plans(members: u32, cases: u32) -> Result<[(&'static str, Charter); 2], Problem> {
    let mut uniform = variant::scaled(u64::from(members))?.charter;
    uniform.waiting.days = 0;
    let mut banded = uniform.clone();
    uniform.caps.case = None;
    uniform.caps.year = None;
    let names = [("0-17", [0, 17], 30), ("18-29", [18, 29], 70), ("30-44", [30, 44], 100)];
    let last = ("45-59", [45, 59], 171);
    banded.sharing.rule = SharingRule::Banded;
    banded.sharing.bands = names
        .into_iter()
        .chain([last])
        .map(|(name, ages, weight)| rules::charter::Band { name: name.to_owned(), ages, weight })
        .collect();
    // Every case costs more than its cap, and four periods more than the cap of the year.
    let share = 10_000_000 * i64::from(cases) / i64::from(members);
    let capped = |minor: i64| Amount::from_minor(minor.max(1)).unwrap_or_default();
    if let Some(cap) = &mut banded.caps.case {
        cap.amount_minor = capped(share / i64::from(cases));
        cap.payers = vec![Payer::Reduction];
    }
    if let Some(cap) = &mut banded.caps.year {
        cap.amount_minor = capped(share * 3);
        cap.payers = vec![Payer::Sponsor];
    }
    Ok([("uniform, no cap", uniform), ("four bands, both caps bind", banded)])
}

fn timed(runs: usize, mut run: impl FnMut() -> Result<(), Problem>) -> Result<f64, Problem> {
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = Instant::now();
        run()?;
        times.push(start.elapsed().as_secs_f64());
    }
    Ok(median(times))
}

fn measure(
    name: &'static str,
    plan: &Plan,
    (counting, closing): (f64, f64),
    dir: &Path,
) -> Result<Measured, Problem> {
    let (state, period) = (plan.state(), PERIODS - 1);
    let failed = |error: settle::SettleError| {
        let what = "The charges cannot be worked out.";
        Problem::new(Kind::Environment, "E-BENCH", what, format!("{error}."), "Report this.")
    };
    let mut out = vec![1_u16; state.roll().births().len()];
    let floor = timed(9, || {
        pass(state.roll(), black_box(&mut out));
        Ok(())
    })?;
    let mut columns = Some(Columns::of(state, period).map_err(failed)?);
    let eager = timed(9, || {
        let used = columns.take().map(|used| used.next(state, period)).transpose();
        columns = used.map_err(failed)?;
        Ok(())
    })?;
    let bytes = columns.as_ref().map(|columns| bytes_of(columns.charges())).unwrap_or_default();
    let path = dir.join(format!("huzhu-bench-{}", std::process::id()));
    let write = |bytes: &[u8]| -> Result<(), Problem> {
        let written = File::create(&path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map_err(|error| Problem::file(&path, &error))
    };
    let durable_floor = timed(3, || write(&bytes));
    let durable = timed(3, || {
        let used = columns.take().map(|used| used.next(state, period)).transpose();
        columns = used.map_err(failed)?;
        write(&columns.as_ref().map(|c| bytes_of(c.charges())).unwrap_or_default())
    });
    // What cannot be removed is no reason to lose the figures.
    let _ = std::fs::remove_file(&path);
    let (durable_floor, durable) = (durable_floor?, durable?);
    let mut ledger = RateLedger::default();
    let periods = ledger.catch_up(state).map_err(failed)?;
    let members = state.roll().len();
    let statement = timed(3, || {
        for number in 0..STATEMENTS {
            let member = number.wrapping_mul(0x9e37_79b1) % members;
            black_box(ledger.statement(state, member, 0..periods)).map_err(failed)?;
        }
        Ok(())
    })?;
    let statement = statement / f64::from(STATEMENTS);
    let columns = eager;
    Ok(Measured { name, counting, closing, columns, floor, durable, durable_floor, statement })
}

/// The same bytes read and written with nothing to decide: three columns in, one out.
fn pass(roll: &Roll, out: &mut [u16]) {
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

/// A column as bytes.
fn bytes_of(charges: &Charges) -> Vec<u8> {
    match charges {
        Charges::Narrow(column) => column.iter().flat_map(|c| c.to_le_bytes()).collect(),
        Charges::Middle(column) => column.iter().flat_map(|c| c.to_le_bytes()).collect(),
        Charges::Wide(column) => column.iter().flat_map(|c| c.to_le_bytes()).collect(),
    }
}

impl Measured {
    fn document(&self, members: u32) -> Value {
        let each = |seconds: f64| (seconds * 1e12 / f64::from(members)).round() / 1e3;
        let micro = |seconds: f64| (seconds * 1e9).round() / 1e3;
        let ratio = |ours: f64, floor: f64| (ours / floor * 1e3).round() / 1e3;
        json!({
            "plan": self.name,
            "counting_microseconds": micro(self.counting),
            "closing_microseconds": micro(self.closing),
            "columns_nanoseconds_a_member": each(self.columns),
            "floor_nanoseconds_a_member": each(self.floor),
            "columns_ratio": ratio(self.columns, self.floor),
            "durable_nanoseconds_a_member": each(self.durable),
            "durable_floor_nanoseconds_a_member": each(self.durable_floor),
            "durable_ratio": ratio(self.durable, self.durable_floor),
            "columns_to_closing_ratio": ratio(self.columns, self.closing),
            "statement_microseconds": micro(self.statement),
        })
    }
}

fn print(arguments: &Arguments, all: &[Measured]) {
    println!(
        "{} members, {} cases a period, {} threads",
        count(u64::from(arguments.members)),
        arguments.cases,
        arguments.threads
    );
    for measured in all {
        println!("\n{}", measured.name);
        let each = |seconds: f64| format!("{:.2} ns", seconds * 1e9 / f64::from(arguments.members));
        let micro = |seconds: f64| format!("{:.1} us", seconds * 1e6);
        let ratio = |ours: f64, floor: f64| format!("{:.2} x its floor", ours / floor);
        let mut table = Table::new("lrl", 2);
        let mut row = |what: &str, time, beside| table.row([what.to_owned(), time, beside]);
        row("count the sharers", micro(measured.counting), String::new());
        let cheaper = format!("1/{:.0} of charging everybody", measured.columns / measured.closing);
        row("close the period", micro(measured.closing), cheaper);
        let (columns, floor) = (measured.columns, measured.floor);
        row("charge everybody, each", each(columns), ratio(columns, floor));
        let (durable, floor) = (measured.durable, measured.durable_floor);
        row("charge everybody, durable, each", each(durable), ratio(durable, floor));
        row("statement of a member", micro(measured.statement), String::new());
        table.print();
    }
}
