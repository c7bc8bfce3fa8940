//! `huzhu bench rails`: the payment file of all charges, beside the write and fsync of its bytes.
//!
//! Both write in pieces of the same size to the same disk, in turns, so that whatever else the
//! machine does falls on both.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use money::{Amount, Currency};
use rails::{
    Account, Batch, DurableFile, EndToEnd, Header, Line, MessageId, PaymentFile, PlanTag, Purpose,
    RailsError, Side, Totals,
};
use serde_json::json;

use super::floor::median;
use crate::bank::export::write_mandate;
use crate::layout::{Table, count};
use crate::outcome::{Outcome, show};
use crate::problem::Problem;

/// Each is measured so often; the median counts.
const TURNS: usize = 3;

/// Bytes of one write of the floor: those of a piece of a payment file.
const PIECE: usize = 1 << 18;

/// Arguments of the measurement.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu bench rails --members 10000000")]
pub struct Arguments {
    /// Lines of the file; ten million take about 4 GB of disk.
    #[arg(long, default_value_t = 1_000_000,
          value_parser = clap::value_parser!(u32).range(1_000..=200_000_000))]
    members: u32,
    /// A folder on the disk that is measured; what is written there is removed again.
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

/// Runs the measurement.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let path = arguments.dir.join("bench-rails.tmp");
    let measured = measure(arguments.members, &path);
    let removed = std::fs::remove_file(&path);
    let (bytes, ours, floor) = measured.map_err(|error| Problem::bank_file(&path, &error))?;
    removed.map_err(|error| Problem::file(&path, &error))?;
    let members = f64::from(arguments.members);
    let (ns, floor_ns) = (ours * 1e9 / members, floor * 1e9 / members);
    let of_floor = floor / ours;
    let document = json!({
        "members": arguments.members,
        "bytes": bytes,
        "ns_per_member": ns,
        "floor_ns": floor_ns,
        "ratio": ours / floor,
        "rate_of_floor": of_floor,
    });
    show(json, &document, || {
        let mut table = Table::new("lr", 0);
        table.pair("lines", count(u64::from(arguments.members)));
        table.pair("bytes", count(bytes));
        table.pair("the file, durable", format!("{ns:.0} ns a line"));
        table.pair("write and fsync alone", format!("{floor_ns:.0} ns a line"));
        table.pair("rate of the floor", format!("{of_floor:.2}"));
        table.print();
    });
    Ok(Outcome::Done)
}

/// Bytes of the file, and seconds that it and its floor took.
fn measure(members: u32, path: &Path) -> Result<(u64, f64, f64), RailsError> {
    let (mut ours, mut floor, mut bytes) = (Vec::new(), Vec::new(), 0);
    for _ in 0..TURNS {
        let file = File::create(path)?;
        let turn = Instant::now();
        let file = collections(members, DurableFile::new(file))?.finish()?;
        ours.push(turn.elapsed().as_secs_f64());
        bytes = file.metadata()?.len();
        let piece = vec![b'x'; PIECE];
        let mut file = File::create(path)?;
        let turn = Instant::now();
        let mut left = bytes;
        while left > 0 {
            let part = left.min(PIECE as u64);
            file.write_all(&piece[..part as usize])?;
            left -= part;
        }
        file.sync_all()?;
        floor.push(turn.elapsed().as_secs_f64());
    }
    Ok((bytes, median(ours), median(floor)))
}

/// Both passes over the lines, as an export makes them.
fn collections(members: u32, file: DurableFile) -> Result<DurableFile, RailsError> {
    let plan = PlanTag(0x1a2b_3c4d);
    let lines = |tell: &mut dyn FnMut(&Line<'_>) -> Result<(), RailsError>| {
        let mut account = String::new();
        (0..members).try_for_each(|number| {
            write_mandate(&mut account, number);
            let id =
                EndToEnd { purpose: Purpose::Collection, plan, period: 42, number, attempt: 0 };
            let amount = Amount::from_minor(483 + i64::from(number % 7))?;
            tell(&Line { id, amount, name: &account, account: Account::Other(&account) })
        })
    };
    let mut totals = Totals::default();
    lines(&mut |line| {
        totals.add(line);
        Ok(())
    })?;
    let header = Header {
        id: MessageId::of(Batch::Collections, plan, 42, 0, &totals),
        created: jiff::Timestamp::UNIX_EPOCH,
        day: jiff::civil::date(2020, 12, 14),
        currency: Currency::from_code("CNY").unwrap_or_else(|_| unreachable!("there is CNY")),
        plan: Side { name: "plan", account: Account::Other("custody"), bank: "bank" },
    };
    let mut out = PaymentFile::begin(file, &header, totals)?;
    lines(&mut |line| out.line(line))?;
    out.finish()
}
