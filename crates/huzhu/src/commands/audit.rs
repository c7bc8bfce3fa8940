//! `huzhu audit`: a log checked by somebody who trusts nobody, from a ledger's folder, a mirror's
//! folder or a web address.

use std::path::PathBuf;

use audit::{Answer, Cosigned, Difference, Error, NotRecomputed, Place, Question, Seen};
use ledger::surface::Source as _;
use proof::note::NOTE_LIMIT;
use proof::policy::{Policy, Witness, WitnessKind};
use proof::policy_file;
use serde_json::{Value, json};

use crate::commands::node::read_policy;
use crate::layout::count;
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem, sentence};
use crate::progress;

/// Arguments of the audit.
#[derive(clap::Args)]
#[command(
    after_help = "Every tile, entry, signature and cosignature is checked. Where the rows of \
                  members are at hand, the rules are replayed from the first entry; beside that, \
                  the arithmetic of every period, every decision and every payment is recomputed \
                  from public entries alone. What could not be recomputed is listed, with the \
                  replaying witnesses that say they did.\n\n\
                  Examples:\n  huzhu audit walk\n  \
                  huzhu audit https://plan.example/log --policy policy --checkpoint last-month"
)]
pub struct Arguments {
    /// A ledger's folder, a mirror's folder, or the web address of a mirror.
    #[arg(value_name = "DIR|URL")]
    place: String,
    /// The policy that the checkpoint must satisfy; without it the mirror's own is only looked at.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A checkpoint that was seen earlier or elsewhere; may be given several times.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// Ask the witnesses whose address the policy names what they hold, and compare.
    #[arg(long, requires = "policy")]
    ask_witnesses: bool,
}

/// Audits the log.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let policy = arguments.policy.as_deref().map(read_policy).transpose()?;
    let seen = arguments.checkpoint.iter().map(|path| {
        let note = std::fs::read(path).map_err(|error| Problem::file(path, &error))?;
        Ok(Seen { by: path.display().to_string(), note })
    });
    let mut seen = seen.collect::<Result<Vec<_>, Problem>>()?;
    let mut silent = Vec::new();
    if let Some((policy, bytes)) = policy.as_ref().filter(|_| arguments.ask_witnesses) {
        ask_witnesses(policy, bytes, &mut seen, &mut silent);
    }
    let place = Place::named(&arguments.place).map_err(|error| problem(&arguments.place, error))?;
    let policy = policy.as_ref().map(|(_, bytes)| bytes.as_slice());
    let bar = progress::spinner("auditing", "entries");
    let question = Question { place: &place, policy, seen };
    let answer = audit::audit(&question, &mut |replayed| bar.set_position(replayed));
    bar.finish_and_clear();
    let mut answer = answer.map_err(|error| problem(&arguments.place, error))?;
    answer.not_recomputed.extend(silent);
    show(json, &document(&answer), || print(&answer));
    Ok(if answer.agrees() { Outcome::Done } else { Outcome::False })
}

/// What the witnesses of a policy hold of its logs. Those that do not answer are named.
fn ask_witnesses(
    policy: &Policy,
    bytes: &[u8],
    seen: &mut Vec<Seen>,
    silent: &mut Vec<NotRecomputed>,
) {
    for (witness, address) in policy_file::addresses(bytes).unwrap_or_default() {
        let source = node::HttpSource::new(&address);
        for log in policy.logs() {
            let origin = proof::sha256(log.name().as_bytes());
            let by = witness.name().to_owned();
            match source.get(&format!("checkpoint/{origin}"), NOTE_LIMIT as u64) {
                Ok(Some(note)) => seen.push(Seen { by, note }),
                Ok(None) => {}
                Err(error) => {
                    let what = format!("checkpoint of {by}: {}", error.why);
                    silent.push(NotRecomputed { what, count: 1, by: Vec::new() });
                }
            }
        }
    }
}

/// An audit that could not be held.
pub fn problem(place: &str, error: Error) -> Problem {
    let what = format!("{place} cannot be audited.");
    let why = sentence(&error.to_string());
    match error {
        Error::NoLog(_) => {
            let next = "Name a ledger's folder, a mirror's folder, or its web address.";
            Problem::new(Kind::Input, "E-FOLDER", what, why, next)
        }
        Error::Source(_) => {
            let next = "Try again, or audit another mirror of the log.";
            Problem::new(Kind::Environment, "E-MIRROR-UNREACHABLE", what, why, next)
        }
        Error::Node(error) => error.into(),
        _ => Problem::new(Kind::Input, "E-AUDIT", what, why, "Check what was given."),
    }
}

/// The document of an answer.
pub fn document(answer: &Answer) -> Value {
    let difference = |difference: &Difference| {
        json!({
            "kind": difference.kind.name(),
            "entry": difference.entry,
            "what": sentence(&difference.what),
        })
    };
    let not_recomputed = answer
        .not_recomputed
        .iter()
        .map(|item| json!({"what": item.what, "count": item.count, "recomputed_by": item.by}));
    let (policy, witnesses) = cosigned(answer);
    json!({
        "agrees": answer.agrees(),
        "first_difference": answer.differences.first().map(difference),
        "differences": answer.differences.iter().map(difference).collect::<Vec<_>>(),
        "not_recomputed": not_recomputed.collect::<Vec<_>>(),
        "origin": answer.origin,
        "tree_size": answer.size,
        "root": answer.root.to_string(),
        "entries_replayed": answer.replayed,
        "digest": answer.digest.map(|digest| digest.to_string()),
        "periods": answer.periods,
        "payouts": answer.payouts,
        "draws": answer.draws,
        "policy": policy,
        "witnesses": witnesses.iter().map(|witness| json!({
            "name": witness.name, "kind": witness.kind.name(), "time": witness.time,
        })).collect::<Vec<_>>(),
    })
}

fn cosigned(answer: &Answer) -> (&'static str, &[Witness]) {
    match &answer.cosigned {
        Cosigned::NoPolicy => ("none", &[]),
        Cosigned::Enough(witnesses) => ("satisfied", witnesses),
        Cosigned::TooFew(witnesses) => ("not-satisfied", witnesses),
    }
}

/// The one line that tells how it came out.
pub fn line(answer: &Answer) -> String {
    let size = count(answer.size);
    match answer.differences.first() {
        None => format!("{} agrees: {}", answer.origin, summary(answer)),
        Some(first) => {
            let at = first.entry.map_or(String::new(), |entry| format!(" at entry {entry}"));
            let (origin, kind, what) = (&answer.origin, first.kind.name(), sentence(&first.what));
            format!("{origin} does not agree ({size} entries): {kind}{at}: {what}")
        }
    }
}

fn print(answer: &Answer) {
    println!("{}", line(answer));
    for difference in answer.differences.iter().skip(1) {
        println!("  also {}: {}", difference.kind.name(), sentence(&difference.what));
    }
    for item in &answer.not_recomputed {
        let by = match item.by.as_slice() {
            [] => String::new(),
            by => format!(" (recomputed by {})", by.join(", ")),
        };
        println!("  not recomputed: {} {}{by}", count(item.count), item.what);
    }
}

/// What was checked, in one line.
fn summary(answer: &Answer) -> String {
    let (policy, witnesses) = cosigned(answer);
    let of = |kind| witnesses.iter().filter(|witness| witness.kind == kind).count();
    let (plain, replaying) = (of(WitnessKind::AppendOnly), of(WitnessKind::Replaying));
    let witnessed = match policy {
        "none" => "no policy to hold it against".to_owned(),
        policy => format!(
            "cosigned by {plain} append-only and {replaying} replaying witnesses, policy {policy}"
        ),
    };
    format!(
        "{} entries, {} of them replayed, {} periods and {} payments recomputed, root {}, \
         {witnessed}",
        count(answer.size),
        count(answer.replayed),
        count(answer.periods),
        count(answer.payouts),
        answer.root
    )
}
