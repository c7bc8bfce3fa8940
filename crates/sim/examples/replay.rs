//! Runs the scripted history and prints its periods, or with `quiet` only the totals and the time:
//! `cargo run --release -p sim --example replay -- 1000000 1 [quiet]`.

use sim::population::{Population, Setup};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let members = arguments.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let seed = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let quiet = arguments.next().is_some();
    let start = Instant::now();
    let mut population = Population::new(Setup::xianghubao(members, seed)?)?;
    let mut totals = [0_usize; 5];
    for period in population.by_ref() {
        let counts = [
            period.joins.len(),
            period.leavers.len(),
            period.aged_out.len(),
            period.cases.len(),
            period.cases.iter().filter(|case| case.left).count(),
        ];
        for (total, count) in totals.iter_mut().zip(counts) {
            *total += count;
        }
        if !quiet {
            println!("{} {:>9} {counts:?}", period.publicity_day, period.members);
        }
    }
    println!("joined, left, reached 60, cases, of these gone before the notice: {totals:?}");
    println!("diagnosed but not published at the end: {}", population.incurred_unpublished());
    println!("{:.3} s, {}", start.elapsed().as_secs_f64(), peak_memory());
    Ok(())
}

/// The most memory the process has had, where the system says so.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.unwrap_or("peak memory not known here").to_owned()
}
