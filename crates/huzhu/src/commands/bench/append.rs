//! `huzhu bench append`: signed commands made durable, from canonical bytes to acknowledgement.
//!
//! The floor is the smaller of two rates, both measured in the same process on the same commands:
//! one write and one fdatasync of the bytes of a whole group, and batch verification of the
//! signatures alone on all cores. Parsing, the rules, framing and hashing count as ours.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::time::Instant;

use ledger::Records;
use node::{Flow, Orderer as _, ScriptedClock, Solo};
use rules::entry::{self, Signed};
use rules::machine::{Machine, Outcome as Ruled};
use serde_json::{Value, json};

use super::floor::{BATCH, median, syncs, verifications};
use super::people::{self, People};
use crate::layout::{Table, count};
use crate::outcome::{Outcome, show};
use crate::problem::Problem;

/// Commands of which the parts are measured one by one.
const PARTS: usize = 40 * BATCH;

/// Commands that wait to be taken, as they would from a socket.
const WAITING: usize = 4_096;

/// Arguments of the measurement.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu bench append --groups 256,4096")]
pub struct Arguments {
    /// Most commands that are made durable together; one row each.
    #[arg(long, value_name = "COMMANDS,…", value_delimiter = ',',
          default_values_t = [1_u64, 16, 64, 256, 1_024, 4_096],
          value_parser = clap::value_parser!(u64).range(1..=65_536))]
    groups: Vec<u64>,
    /// Groups made durable for each row.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(3..=10_000))]
    turns: u64,
    /// Most commands for each row.
    #[arg(long, default_value_t = 120_000,
          value_parser = clap::value_parser!(u64).range(100..=10_000_000))]
    commands: u64,
    /// A folder on the disk that is measured; what is written there is removed again.
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

/// One row: rates are commands a second.
struct Row {
    group: u64,
    disk: f64,
    verify: f64,
    ours: f64,
}

impl Row {
    fn floor(&self) -> f64 {
        self.disk.min(self.verify)
    }

    fn ratio(&self) -> f64 {
        self.ours / self.floor()
    }

    fn document(&self) -> Value {
        json!({
            "group": self.group,
            "disk_per_second": self.disk.round(),
            "verify_per_second": self.verify.round(),
            "floor_per_second": self.floor().round(),
            "per_second": self.ours.round(),
            "ratio": (self.ratio() * 1e3).round() / 1e3,
        })
    }
}

/// A folder that goes when the measurement is over.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // Best effort: what remains is named after the program.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Measures.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let folder = Folder(arguments.dir.join(format!("huzhu-bench-{}", node::random_id()?)));
    let file = |error| Problem::file(&folder.0, &error);
    std::fs::create_dir(&folder.0).map_err(file)?;
    let mut people = People::new()?;
    let signed = People::new()?.join(PARTS as u64)?;
    let parts = parts(&people, &signed)?;
    let signatures: Vec<_> = signed.into_iter().map(|signed| signed.signature).collect();
    let one_core = verifications(&signatures, 1);

    let clock = ScriptedClock::default();
    clock.set(people.order()?.at);
    let mut node = Solo::open(&folder.0.join("ledger"), Box::new(clock), people.node())?;
    for answer in node.submit(&[people.found()?])? {
        answer?;
    }
    let mut rows = Vec::new();
    for &group in &arguments.groups {
        let turns = (group * arguments.turns).min(arguments.commands).max(3 * group);
        let commands = people.join(turns)?;
        let bytes = commands.iter().map(|command| command.bytes.len()).sum::<usize>();
        // What stands around a command in the journal counts as ours.
        let of_group = bytes * group as usize / commands.len();
        let floor = || syncs(&folder.0.join("floor"), of_group).map_err(file);
        let before = (floor()?, verifications(&signatures, cores));
        let seconds = submit(&mut node, commands, group)?;
        let after = (floor()?, verifications(&signatures, cores));
        rows.push(Row {
            group,
            disk: group as f64 / median([before.0, after.0].concat()),
            verify: (before.1 + after.1) / 2.0,
            ours: turns as f64 / seconds,
        });
    }
    let document = json!({
        "cores": cores,
        "verify_per_second_one_core": one_core.round(),
        "us_per_command_one_core": parts.iter().map(|(name, us)| {
            ((*name).to_owned(), json!((us * 1e2).round() / 1e2))
        }).collect::<serde_json::Map<_, _>>(),
        "rows": rows.iter().map(Row::document).collect::<Vec<_>>(),
    });
    show(json, &document, || print(&rows, &parts, cores, one_core, &folder.0));
    Ok(Outcome::Done)
}

/// Seconds until all commands were acknowledged.
fn submit(node: &mut Solo, commands: Vec<people::Signed>, group: u64) -> Result<f64, Problem> {
    let (sender, mut receiver) = sync_channel(WAITING);
    let flow = Flow { group_max: group as usize, ..Flow::default() };
    let start = Instant::now();
    let feeder = std::thread::spawn(move || {
        commands.into_iter().all(|command| sender.send(command.bytes).is_ok())
    });
    let mut refused = None;
    node.submit_stream(&mut receiver, flow, &mut |answers| {
        refused = answers.into_iter().find_map(|answer| answer.receipt.err()).or(refused.take());
        Ok(())
    })?;
    let seconds = start.elapsed().as_secs_f64();
    drop(receiver);
    // It has handed out everything, or nobody takes more.
    let _ = feeder.join();
    match refused {
        Some(rejection) => Err(rejection.into()),
        None => Ok(seconds),
    }
}

/// Microseconds for each part of the work on one command, on one core.
fn parts(
    people: &People,
    commands: &[people::Signed],
) -> Result<Vec<(&'static str, f64)>, Problem> {
    let order = people.order()?;
    let mut machine = Machine::default();
    let founding = Signed::parse(&people.found()?).and_then(Signed::verify);
    machine
        .submit(order, &founding.map_err(node::Rejection::from)?, None)
        .map_err(node::Rejection::from)?;
    let (mut parse, mut verify, mut rules, mut frame) = (0.0, 0.0, 0.0, 0.0);
    let timed = |since: &mut Instant, part: &mut f64| {
        *part += since.elapsed().as_secs_f64();
        *since = Instant::now();
    };
    for group in commands.chunks(BATCH) {
        let mut since = Instant::now();
        let parsed = group.iter().map(|command| Signed::parse(&command.bytes));
        let parsed = parsed.collect::<Result<Vec<_>, _>>().map_err(node::Rejection::from)?;
        timed(&mut since, &mut parse);
        let verified = entry::verify_all(parsed);
        timed(&mut since, &mut verify);
        let mut entries = Vec::new();
        for command in verified {
            let command = command.map_err(node::Rejection::from)?;
            let ruled = machine.submit(order, &command, None).map_err(node::Rejection::from)?;
            if let Ruled::Done(done) = ruled {
                entries.extend(done);
            }
        }
        timed(&mut since, &mut rules);
        let mut records = Records::default();
        entries.iter().try_for_each(|entry| records.push(entry)).map_err(node::Error::from)?;
        timed(&mut since, &mut frame);
    }
    let each = |seconds: f64| seconds * 1e6 / commands.len() as f64;
    Ok(vec![
        ("parse", each(parse)),
        ("verify", each(verify)),
        ("rules", each(rules)),
        ("frame and hash", each(frame)),
    ])
}

fn print(rows: &[Row], parts: &[(&str, f64)], cores: usize, one_core: f64, folder: &Path) {
    println!(
        "Signed commands made durable, a second, on {cores} cores and the disk of {}\n",
        folder.parent().unwrap_or(folder).display()
    );
    let header = ["group", "disk alone", "signatures alone", "durable commands", "of the floor"];
    let mut table = Table::new("rrrrr", 2).header(header);
    let rate = |rate: f64| count(rate.round() as u64);
    for row in rows {
        table.row([
            count(row.group),
            rate(row.disk),
            rate(row.verify),
            rate(row.ours),
            format!("{:.0} %", row.ratio() * 100.0),
        ]);
    }
    table.print();
    println!("\nOne core checks {} signatures a second in batches of {BATCH}.", rate(one_core));
    println!("Time of one command on one core, in microseconds:");
    let mut table = Table::new("lr", 2);
    for (name, us) in parts {
        table.pair(name, format!("{us:.2}"));
    }
    table.print();
}
