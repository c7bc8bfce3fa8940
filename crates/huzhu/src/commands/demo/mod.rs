//! `huzhu demo`: Xianghubao's published history at a chosen size, through the real rules, journal
//! and settlement, with the computed shares beside the published ones.

mod actors;
mod checks;
mod player;
mod receipts;
mod run_off;
mod scenes;
mod table;
mod teller;
pub mod variant;

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::json;
use sim::population::{Population, Setup};

use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};
use crate::progress;

use actors::DEMO;
use player::Player;

/// Arguments of the demo.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  huzhu demo\n  huzhu demo --members 100000 --dir small --seed 7\n  \
                  huzhu demo --run-off --dir ended"
)]
pub struct Arguments {
    /// Members at the scale of the published peak of 106 million.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1_000_000,
        default_value_if("run_off", "true", "1000")
    )]
    members: u64,
    /// Folder of the log; an earlier demo there is replaced, anything else is left alone.
    #[arg(long, value_name = "DIR", default_value = "huzhu-demo")]
    dir: PathBuf,
    /// Where chance starts from; one seed, one history.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Serve the site afterwards. There is no site yet.
    #[arg(long, conflicts_with = "no_serve")]
    serve: bool,
    /// Play the end of a plan instead: one that owes more than it has, to its final account.
    #[arg(long)]
    run_off: bool,
    /// Do not serve the site afterwards; what happens today in any case.
    #[arg(long)]
    no_serve: bool,
}

/// Plays the history.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    if arguments.serve {
        let what = "The demo cannot serve a site.";
        let why = "This version has none.";
        let next = "Leave --serve out; the log stays in the folder for `huzhu replay`.";
        return Err(Problem::new(Kind::Input, "E-NO-SITE", what, why, next));
    }
    if arguments.run_off {
        return run_off::run(&arguments.dir, arguments.members, arguments.seed, json);
    }
    let started = Instant::now();
    let setup = Setup::xianghubao(arguments.members, arguments.seed).map_err(|error| {
        let what = "The history cannot be played at this size.";
        let next = "Choose --members between 1 and 106000000.";
        Problem::new(Kind::Input, "E-MEMBERS", what, format!("{error}."), next)
    })?;
    let variant = variant::scaled(arguments.members)?;
    if !json {
        variant.print();
    }
    clear(&arguments.dir)?;
    let mut population = Population::new(setup).map_err(|error| {
        let what = "The history cannot be played.";
        Problem::new(Kind::Input, "E-MODEL", what, format!("{error}."), "Report this.")
    })?;
    let mut player = Player::found(&arguments.dir, variant.charter, arguments)?;
    let bar = progress::bar(u64::from(sim::history::PERIODS), "playing", "periods");
    for script in population.by_ref() {
        bar.set_message(format!("{}  {} members", script.publicity_day, script.members));
        player.play(&script)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let unpublished = population.incurred_unpublished();
    let played = player.finish()?;
    let seconds_played = started.elapsed().as_secs_f64();
    let checks = checks::run(&arguments.dir, &played)?;
    let ok = checks.iter().all(|check| check.ok);
    let document = json!({
        "plan": played.plan,
        "members": arguments.members,
        "seed": arguments.seed,
        "dir": arguments.dir.display().to_string(),
        "charter": played.charter_id,
        "periods": played.rows.iter().map(table::Row::to_json).collect::<Vec<_>>(),
        "years": table::years(&played.rows).iter().map(table::Year::to_json).collect::<Vec<_>>(),
        "incurred_unpublished": unpublished,
        "scenes": played.scenes.to_json(),
        "checks": checks.iter().map(|check| json!({
            "name": check.name, "ok": check.ok, "detail": check.detail,
        })).collect::<Vec<_>>(),
        "entries": played.entries,
        "digest": played.digest,
        "seconds": started.elapsed().as_secs_f64(),
    });
    show(json, &document, || {
        table::print(&played.rows, unpublished);
        played.scenes.print();
        println!("\nChecks");
        for check in &checks {
            let mark = if check.ok { "✓" } else { "✗" };
            println!("  {mark} {}: {}", check.name, check.detail);
        }
        let total = started.elapsed().as_secs_f64();
        let (checked, dir) = (total - seconds_played, arguments.dir.display());
        println!("\nPlayed in {seconds_played:.1} s, checked in {checked:.1} s. Try");
        println!("  huzhu replay {dir}\n  huzhu period list --dir {dir}");
    });
    Ok(if ok { Outcome::Done } else { Outcome::False })
}

/// Makes room for the demo: an earlier demo is removed, nothing else ever is.
fn clear(dir: &Path) -> Result<(), Problem> {
    if !dir.exists() {
        return Ok(());
    }
    let file = |error: std::io::Error| Problem::file(dir, &error);
    if std::fs::read_dir(dir).map_err(file)?.next().is_none() {
        return Ok(());
    }
    if node::ledger_name(dir).is_ok_and(|name| name.is_some_and(|name| name.starts_with(DEMO))) {
        return std::fs::remove_dir_all(dir).map_err(file);
    }
    Err(Problem::new(
        Kind::Input,
        "E-FOLDER",
        format!("{} is not empty.", dir.display()),
        "It holds something other than an earlier demo, which the demo would not replace.",
        "Name another folder with --dir.",
    ))
}
