//! `huzhu submit`: many commands that their actors have signed elsewhere, one a line, each
//! acknowledged when it is durable.

mod earlier;

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};

use node::{Answer, Flow, Receipt};
use serde_json::json;

use crate::console::{Console, Folder};
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use earlier::Earlier;

/// Lines that were read and wait to be checked.
const LINES_WAITING: usize = 4_096;

/// A line may be as long as an entry, with room for its end; what is longer is refused whole.
const LINE_BYTES_MAX: u64 = 65_536;

/// Arguments of the submission.
#[derive(clap::Args)]
#[command(after_help = "A line is a command in its canonical form, with its signature \
                  (docs/FORMATS.md). One line is printed for each, in order, and only when the \
                  command and its findings are durable. What was interrupted is sent again whole: \
                  commands that were done are acknowledged again and not done twice.\n\n\
                  Example:\n  huzhu submit --dir ledger --json < commands.jsonl")]
pub struct Arguments {
    #[command(flatten)]
    folder: Folder,
    /// The file with the commands; standard input by default.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Most commands that are made durable together.
    #[arg(long, value_name = "COMMANDS", default_value_t = Flow::default().group_max as u64,
          value_parser = clap::value_parser!(u64).range(1..=65_536))]
    group: u64,
    /// A checkpoint is signed after so many commands, and at the end.
    #[arg(long, value_name = "COMMANDS", default_value_t = 100_000,
          value_parser = clap::value_parser!(u64).range(1..))]
    seal_every: u64,
    /// The state is stored after so many entries, so that the next start is quick.
    #[arg(long, value_name = "ENTRIES", default_value_t = 1_000_000,
          value_parser = clap::value_parser!(u64).range(1..))]
    snapshot_every: u64,
}

/// How many commands had which end.
#[derive(Default)]
struct Counts {
    done: u64,
    again: u64,
    refused: u64,
}

/// Submits the commands.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let mut console = Console::open(&arguments.folder)?;
    let mut lines = read_lines(arguments.file.as_deref())?;
    let mut earlier = Earlier::new(&arguments.folder.dir);
    let mut counts = Counts::default();
    let flow = Flow { group_max: arguments.group as usize, commands_max: arguments.seal_every };
    let node = console.node();
    let mut stored = node.size();
    loop {
        let mut broken = None;
        let sent = node.submit_stream(&mut lines, flow, &mut |answers| {
            let printed = acknowledge(answers, &mut earlier, &mut counts, json);
            printed.map_err(|error| {
                broken = Some(unread(&error));
                node::Error::File { path: "standard output".into(), source: error }
            })
        });
        if let Some(problem) = broken {
            return Err(problem);
        }
        let sent = sent.map_err(Problem::of_a_write)?;
        if sent > 0 {
            node.seal().map_err(|error| Problem::unsealed(error.into()))?;
        }
        if node.size() - stored >= arguments.snapshot_every {
            node.snapshot().map_err(|error| Problem::unsealed(error.into()))?;
            stored = node.size();
        }
        if sent < arguments.seal_every {
            break;
        }
    }
    if !json {
        let Counts { done, again, refused } = counts;
        eprintln!("{done} done, {again} done before, {refused} refused.");
    }
    if counts.refused > 0 {
        return Ok(Outcome::Refused);
    }
    Ok(Outcome::Done)
}

/// The acknowledgements cannot be printed.
fn unread(error: &std::io::Error) -> Problem {
    let what = "The acknowledgements cannot be printed, so that no more commands are taken.";
    let next = "Send the commands again, from the first that was not acknowledged or from the \
                beginning.";
    let why = format!("The system says: {error}.");
    Problem::new(Kind::Environment, "E-OUTPUT", what, why, next)
}

/// Reads lines on a thread of its own, for a pipe may keep its reader waiting. The thread ends
/// with the program.
fn read_lines(file: Option<&Path>) -> Result<Receiver<Vec<u8>>, Problem> {
    let source: Box<dyn Read + Send> = match file {
        Some(path) => Box::new(File::open(path).map_err(|error| Problem::file(path, &error))?),
        None => Box::new(std::io::stdin()),
    };
    let (sender, receiver) = sync_channel(LINES_WAITING);
    std::thread::spawn(move || {
        let mut source = BufReader::with_capacity(1 << 20, source);
        let mut whole = true;
        loop {
            let mut line = Vec::new();
            // A source that cannot be read any more has ended.
            let read = source.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
            if !read.is_ok_and(|read| read > 0) {
                return;
            }
            let ends = line.last() == Some(&b'\n');
            // Of a line that is too long only the beginning is passed on, and refused.
            let passed = whole;
            whole = ends;
            line.truncate(line.trim_ascii_end().len());
            if passed && !line.is_empty() && sender.send(line).is_err() {
                return;
            }
        }
    });
    Ok(receiver)
}

/// Prints a line for each answer.
fn acknowledge(
    answers: Vec<Answer>,
    earlier: &mut Earlier,
    counts: &mut Counts,
    json: bool,
) -> std::io::Result<()> {
    let mut text = Vec::with_capacity(answers.len() * 64);
    for Answer { command, receipt } in answers {
        let receipt = match receipt {
            Err(rejection) => earlier.find(&command, &rejection).ok_or(rejection),
            receipt => receipt,
        };
        let id = id_of(&command);
        match receipt {
            Ok(Receipt { position, again }) => {
                *(if again { &mut counts.again } else { &mut counts.done }) += 1;
                if json {
                    let line = json!({"id": id, "position": position, "again": again});
                    writeln!(text, "{line}")?;
                } else {
                    let again = if again { "  done before" } else { "" };
                    writeln!(text, "{position:>8}  {}{again}", word(&id))?;
                }
            }
            Err(rejection) => {
                counts.refused += 1;
                let problem = Problem::from(rejection);
                if json {
                    writeln!(text, "{}", json!({"id": id, "error": problem.document()}))?;
                } else {
                    let Problem { code, what, why, .. } = problem;
                    writeln!(text, "{:>8}  {}  {code}: {what} {why}", "refused", word(&id))?;
                }
            }
        }
    }
    let mut out = std::io::stdout().lock();
    out.write_all(&text)?;
    out.flush()
}

/// The id of a command, as far as one can be read.
fn id_of(command: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Id {
        id: String,
    }
    serde_json::from_slice::<Id>(command).ok().map(|command| command.id)
}

fn word(id: &Option<String>) -> &str {
    id.as_deref().unwrap_or("without an id")
}
