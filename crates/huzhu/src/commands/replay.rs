//! `huzhu replay`: a log from its first byte, every signature and every finding checked again.

use std::path::PathBuf;

use node::Error;
use serde_json::json;

use crate::outcome::{Outcome, show};
use crate::problem::Problem;
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
    if !arguments.dir.join("journal").is_dir() {
        let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(Problem::file(&arguments.dir.join("journal"), &missing));
    }
    let bar = progress::spinner("replaying", "entries");
    let replayed = node::replay(&arguments.dir, &mut |applied| bar.set_position(applied));
    bar.finish_and_clear();
    let replay = match replayed {
        Ok(replay) => replay,
        Err(error) => return differs(error, json),
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
        "unknown_files": unknown,
    });
    show(json, &document, || {
        println!("Every entry is what the rules make of it.");
        println!("  entries     {}", replay.entries);
        println!("  state       {digest}");
        println!("  log root    {}", replay.root);
        match &replay.checkpoint {
            Some(checkpoint) => println!("  checkpoint  signed at {} entries", checkpoint.size),
            None => println!("  checkpoint  none"),
        }
        for path in &unknown {
            println!("  not checked {path} (no file of the log)");
        }
    });
    Ok(Outcome::Done)
}

/// A log that does not agree is a result, not a failure of the program.
fn differs(error: Error, json: bool) -> Result<Outcome, Problem> {
    let (entry, damage) = match &error {
        Error::Replay { index, .. } => (Some(*index), None),
        Error::Unfinished(index) | Error::Snapshot(index) => (Some(*index), None),
        Error::Ledger(ledger::Error::Damaged(damage)) => (None, Some(damage)),
        Error::Ledger(
            ledger::Error::Checkpoint { .. }
            | ledger::Error::RootDiffers { .. }
            | ledger::Error::ShorterThanCheckpoint { .. }
            | ledger::Error::NoSuchChunk { .. },
        )
        | Error::KeyFile { .. }
        | Error::NotFounded => (None, None),
        _ => return Err(error.into()),
    };
    let document = json!({"error": {
        "code": "E-LOG-DAMAGED",
        "what": "The log does not agree.",
        "why": format!("{error}."),
        "next": "Compare with another copy of the log; do not write to this one.",
        "first_bad_entry": entry,
        "file": damage.map(|damage| damage.file.display().to_string()),
        "byte": damage.map(|damage| damage.from),
    }});
    show(json, &document, || println!("The log does not agree: {error}."));
    Ok(Outcome::False)
}
