//! `huzhu replay`: a log from its first byte, every signature and every finding checked again.

use std::path::PathBuf;

use node::Error;
use serde_json::json;
use settle::tree::PlanSecret;

use crate::layout::{Table, count};
use crate::outcome::{Outcome, show};
use crate::problem::{Problem, sentence};
use crate::progress;

/// Arguments of the replay.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu replay huzhu-demo")]
pub struct Arguments {
    /// Folder of the ledger.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

/// Replays the log.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let journal = arguments.dir.join(ledger::journal::FOLDER);
    if !journal.is_dir() {
        let why = format!("There is no folder {}.", journal.display());
        return Err(Problem::not_a_ledger(&arguments.dir, why));
    }
    let bar = progress::spinner("replaying", "entries");
    let replayed = node::replay(&arguments.dir, &mut |applied| bar.set_position(applied));
    bar.finish_and_clear();
    let replay = match replayed {
        Ok(replay) => replay,
        Err(error) => return differs(error, json),
    };
    if replay.entries == 0 {
        return Err(Problem::not_a_ledger(&arguments.dir, "Its log is empty."));
    }
    let secret = node::plan_secret(&arguments.dir)?;
    let seals = match Seals::of(&replay.state, secret.as_ref()) {
        Ok(seals) => seals,
        Err(error) => return seal_differs(&error, json),
    };
    let digest = replay.state.digest();
    let unknown: Vec<String> =
        replay.unknown.iter().map(|path| path.display().to_string()).collect();
    let document = json!({
        "entries": replay.entries,
        "digest": digest.to_string(),
        "tree_size": replay.entries,
        "root": replay.root.to_string(),
        "checkpoint_size": replay.checkpoint.as_ref().map(|checkpoint| checkpoint.size),
        "seals": seals.announced,
        "seals_confirmed": seals.confirmed,
        "cards": replay.cards,
        "cards_missing": replay.cards_missing,
        "unknown_files": unknown,
    });
    show(json, &document, || print(&replay, &seals));
    Ok(Outcome::Done)
}

fn print(replay: &node::Replay, seals: &Seals) {
    println!("Every file is intact and every entry is what the rules make of it.");
    let mut table = Table::new("ll", 2);
    table.pair("entries", count(replay.entries));
    table.pair("state", replay.state.digest());
    table.pair("log root", replay.root);
    table.pair(
        "checkpoint",
        match &replay.checkpoint {
            Some(checkpoint) => format!("signed at {} entries", count(checkpoint.size)),
            None => "none".to_owned(),
        },
    );
    if let Some(seals) = seals.words() {
        table.pair("seals", seals);
    }
    table.pair(
        "cards",
        format!(
            "{} intact, {} not there",
            count(replay.cards),
            count(replay.cards_missing.len() as u64)
        ),
    );
    for card in &replay.cards_missing {
        table.pair("no card", format!("{card} (withdrawn or lost; its hash is in the log)"));
    }
    for path in &replay.unknown {
        table.pair("not checked", format!("{} (no file of the log)", path.display()));
    }
    table.print();
}

/// Seals of periods in a log, and how many of them were built again.
struct Seals {
    announced: usize,
    confirmed: Option<u32>,
}

impl Seals {
    /// Builds the trees again, for whoever has the plan's secret.
    fn of(state: &rules::State, secret: Option<&PlanSecret>) -> Result<Self, node::SealError> {
        let announced = state.periods().iter().filter(|period| period.sealed.is_some()).count();
        let secret = secret.filter(|_| announced > 0);
        let confirmed = secret.map(|secret| node::confirm_seals(state, secret, 0, &mut |_| ()));
        Ok(Self { announced, confirmed: confirmed.transpose()? })
    }

    fn words(&self) -> Option<String> {
        let how = match self.confirmed {
            Some(_) => "built again from the roll, with the same roots",
            None => "not built again: the plan's secret is not here",
        };
        (self.announced > 0).then(|| format!("{}, {how}", count(self.announced as u64)))
    }
}

/// A seal that does not agree: the log replays, but commits to other charges than its roll makes.
fn seal_differs(error: &node::SealError, json: bool) -> Result<Outcome, Problem> {
    let (what, why) = ("A seal does not agree.", sentence(&error.to_string()));
    let next = "Compare the plan's secret with the institutions', and ask the operator.";
    let document = json!({"error": {
        "code": "E-SEAL-DIFFERS", "what": what, "why": why, "next": next,
    }});
    show(json, &document, || println!("{what}\n  why:  {why}\n  next: {next}"));
    Ok(Outcome::False)
}

/// A log that does not agree is a result, not a failure of the program.
fn differs(error: Error, json: bool) -> Result<Outcome, Problem> {
    let (entry, file, byte) = match &error {
        Error::Replay { index, .. } | Error::Unfinished(index) | Error::Snapshot(index) => {
            (Some(*index), None, None)
        }
        Error::Ledger(ledger::Error::Damaged(damage)) => {
            (None, Some(&damage.file), Some(damage.from))
        }
        Error::Ledger(ledger::Error::Checkpoint { path, .. }) | Error::KeyFile { path, .. } => {
            (None, Some(path), None)
        }
        Error::Ledger(
            ledger::Error::RootDiffers { .. }
            | ledger::Error::ShorterThanCheckpoint { .. }
            | ledger::Error::NoSuchChunk { .. },
        )
        | Error::NotFounded => (None, None, None),
        _ => return Err(error.into()),
    };
    let why = sentence(&error.to_string());
    let next = "Compare with another copy of the log; do not write to this one.";
    let document = json!({"error": {
        "code": "E-LOG-DAMAGED",
        "what": "The log does not agree.",
        "why": why,
        "next": next,
        "first_bad_entry": entry,
        "file": file.map(|file| file.display().to_string()),
        "byte": byte,
    }});
    show(json, &document, || {
        println!("The log does not agree.\n  why:  {why}\n  next: {next}");
    });
    Ok(Outcome::False)
}
