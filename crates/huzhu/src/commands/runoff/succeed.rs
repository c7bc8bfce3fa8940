//! `huzhu runoff succeed`: the custodian and the members' delegates carry a log on whose orderer is
//! gone, from its last witnessed checkpoint.

use std::path::PathBuf;

use ledger::surface::{FolderSource, Source};
use node::{
    Clock as _, HttpSource, KEYS_FOLDER, ScriptedClock, SecretKey, Solo, Succeeded,
    SuccessionError, Successor, SystemClock,
};
use proof::note::NOTE_LIMIT;
use rules::charter::Role;
use rules::day::Day;
use serde_json::json;

use crate::commands::node::read_policy;
use crate::console::{NODE_KEY, REHEARSAL, role_name};
use crate::layout::{Table, count};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem, sentence};

/// A folder of keys holds at most so many of delegates.
const DELEGATES_MAX: u32 = 64;

/// Arguments of the succession.
#[derive(clap::Args)]
#[command(
    after_help = "The new log has the entries of the old one up to the checkpoint, so that every \
                  receipt stays good and every witness can go on; its next entry carries the \
                  checkpoint and names a new key. Refused while the operator is not silent for \
                  the charter's days.\n\n\
                  Example:\n  huzhu runoff succeed --from mirror --policy policy --keys keys \
                  --dir successor"
)]
pub struct Arguments {
    /// A mirror of the log with the rows of members: a folder or a web address.
    #[arg(long, value_name = "DIR|URL")]
    from: String,
    /// The policy that the checkpoint must satisfy.
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The last witnessed checkpoint; the mirror's own without it.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Folder with the keys of the custodian and of the delegates who agree.
    #[arg(long, value_name = "DIR")]
    keys: PathBuf,
    /// Folder of the new log.
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// Name of the key that signs as the custodian.
    #[arg(long, value_name = "NAME", default_value = "custodian")]
    signer: String,
    /// The day in a rehearsal (YYYY-MM-DD).
    #[arg(long, value_name = "DAY")]
    day: Option<Day>,
}

/// Opens the successor log.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let (policy, _) = read_policy(&arguments.policy)?;
    let mirror: Box<dyn Source> = match arguments.from.starts_with("http") {
        true => Box::new(HttpSource::new(&arguments.from)),
        false => Box::new(FolderSource(PathBuf::from(&arguments.from))),
    };
    let note = match &arguments.checkpoint {
        Some(path) => std::fs::read(path).map_err(|error| Problem::file(path, &error))?,
        None => mirrored(&*mirror, &arguments.from)?,
    };
    let rehearsal = note.starts_with(REHEARSAL.as_bytes());
    if arguments.day.is_some() && !rehearsal {
        return Err(not_a_rehearsal());
    }
    let custodian = SecretKey::read(&arguments.keys, &arguments.signer)?;
    let delegates = delegates(arguments);
    let node_key = SecretKey::random()?;
    let node = node_key.public();
    let successor = Successor {
        mirror: &*mirror,
        note: &note,
        policy: &policy,
        custodian: &custodian,
        delegates: &delegates,
        node,
        day: arguments.day,
        now: (!rehearsal).then(|| SystemClock.now()),
    };
    let succeeded = node::succeed(successor, &arguments.dir).map_err(problem)?;
    bring_keys(arguments, &node_key)?;
    let mut solo = Solo::open(&arguments.dir, Box::new(ScriptedClock::default()), node_key)?;
    solo.seal()?;
    let Succeeded { checkpoint, witnesses, entries } = succeeded;
    let document = json!({
        "plan": checkpoint.origin,
        "dir": arguments.dir.display().to_string(),
        "from": {"tree_size": checkpoint.size, "root": checkpoint.root.to_string()},
        "witnesses": witnesses.iter().map(|witness| &witness.name).collect::<Vec<_>>(),
        "delegates": delegates.len(),
        "entries": entries,
        "node": node,
    });
    show(json, &document, || {
        println!("The log {} goes on in {}.", checkpoint.origin, arguments.dir.display());
        let mut table = Table::new("ll", 2);
        table.pair("from", format!("a checkpoint of {} entries", count(checkpoint.size)));
        table.pair("witnesses", witnesses.len());
        table.pair("delegates", delegates.len());
        table.pair("new key", node);
        table.print();
    });
    Ok(Outcome::Done)
}

/// The checkpoint that a mirror shows.
fn mirrored(mirror: &dyn Source, name: &str) -> Result<Vec<u8>, Problem> {
    let what = "There is no checkpoint to go on from.";
    let next = "Name a mirror with --from, or the note with --checkpoint.";
    let why = match mirror.get(ledger::checkpoint::FILE, NOTE_LIMIT as u64) {
        Ok(Some(note)) => return Ok(note),
        Ok(None) => format!("{name} has none."),
        Err(error) => sentence(&error.to_string()),
    };
    Err(Problem::new(Kind::Input, "E-SUCCESSION-CHECKPOINT", what, why, next))
}

/// The delegates whose keys are in the folder: those agree.
fn delegates(arguments: &Arguments) -> Vec<SecretKey> {
    let first = role_name(Role::Delegate);
    let further = (2..=DELEGATES_MAX).map(|number| format!("{first}-{number}"));
    let names = std::iter::once(first.clone()).chain(further);
    names.filter_map(|name| SecretKey::read(&arguments.keys, &name).ok()).collect()
}

/// Brings the keys at hand to the new log, with that of its node in the place of the old one.
fn bring_keys(arguments: &Arguments, node_key: &SecretKey) -> Result<(), Problem> {
    let to = arguments.dir.join(KEYS_FOLDER);
    node_key.write(&to, NODE_KEY)?;
    let listed = std::fs::read_dir(&arguments.keys);
    for item in listed.map_err(|error| Problem::file(&arguments.keys, &error))? {
        let path = item.map_err(|error| Problem::file(&arguments.keys, &error))?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or(NODE_KEY);
        if name != NODE_KEY {
            SecretKey::read(&arguments.keys, name)?.write(&to, name)?;
        }
    }
    Ok(())
}

fn not_a_rehearsal() -> Problem {
    let what = "The day cannot be set here.";
    let why = "This is the log of a real plan, whose days come from the clock.";
    Problem::new(Kind::Input, "E-DAY", what, why, "Leave --day out.")
}

fn problem(error: SuccessionError) -> Problem {
    let what = "No successor log is opened.";
    match error {
        SuccessionError::Node(error) => error.into(),
        SuccessionError::Rejected(rejection) => rejection.into(),
        SuccessionError::Policy(error) => {
            let next = "Give the last checkpoint that the policy's witnesses have cosigned.";
            let why = sentence(&error.to_string());
            Problem::new(Kind::Refused, "E-SUCCESSION-WITNESSES", what, why, next)
        }
        other => {
            let next = "Name an empty folder with --dir.";
            Problem::new(Kind::Input, "E-FOLDER", what, sentence(&other.to_string()), next)
        }
    }
}
