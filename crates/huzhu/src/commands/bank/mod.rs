//! `huzhu bank …`: payment files for the bank, its answers and statements, and the comparison.

mod reconcile;
mod show;

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rails::{Batch, DurableFile, Pull};
use rules::bank::Row;
use rules::command::{BankCommand, Do, FundCommand};
use serde_json::json;

use crate::bank::answer::{self, Step};
use crate::bank::export::{ExportError, Payments};
use crate::bank::{refused, statement};
use crate::console::{Console, Folder};
use crate::layout::{counted, money};
use crate::outcome::{Outcome, show};
use crate::problem::Problem;
use crate::reader::Reader;

/// What can be done with the bank.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Writes a payment file; the same state gives the same file.
    #[command(after_help = "Example:\n  huzhu bank export collections 0 --out collections.xml\n  \
                            huzhu bank export payouts 0 --out payouts.xml\n\n\
                            A period whose collection is reported exports what failed, to be tried \
                            again. Members stand in the file by the number of their mandate.")]
    Export {
        #[command(flatten)]
        folder: Folder,
        /// What is exported: collections, payouts, fee or repayment.
        #[arg(value_parser = batch)]
        what: Batch,
        /// The period.
        period: u32,
        /// The file; one that is there is replaced.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Says what a file of the bank would do, and does nothing.
    #[command(after_help = "Example:\n  huzhu bank read answer.pain.002.xml")]
    Read {
        #[command(flatten)]
        folder: Folder,
        /// A pain.002, camt.054 or camt.053.
        file: PathBuf,
    },
    /// Reports what the bank answered: collections, retries, payouts, interest.
    #[command(after_help = "Example:\n  huzhu bank collect answer.pain.002.xml")]
    Collect {
        #[command(flatten)]
        folder: Folder,
        /// A pain.002 or camt.054.
        file: PathBuf,
        /// What the sponsor paid in under its guarantee.
        #[arg(long, value_name = "AMOUNT")]
        sponsor: Option<String>,
    },
    /// Enters the bank's statement of a day.
    #[command(after_help = "Example:\n  huzhu bank statement 2019-05-14.camt.053.xml")]
    Statement {
        #[command(flatten)]
        folder: Folder,
        /// A camt.053.
        file: PathBuf,
    },
    /// Says what an unmatched movement of a statement was for.
    #[command(
        after_help = "Example:\n  huzhu bank explain BK00000007 --for late-payment --period 0 \
                      --number 12"
    )]
    Explain {
        #[command(flatten)]
        folder: Folder,
        /// The bank's reference.
        reference: String,
        /// What it was for, as `huzhu bank reconcile` calls it.
        #[arg(long = "for", value_name = "TERM")]
        term: String,
        /// The period.
        #[arg(long, default_value_t = 0)]
        period: u32,
        /// The case or member.
        #[arg(long, default_value_t = 0)]
        number: u32,
    },
    /// Shows the ledger beside the bank.
    #[command(after_help = "Example:\n  huzhu bank reconcile\n\n\
                            Exit code 1 when they differ.")]
    Reconcile {
        #[command(flatten)]
        folder: Folder,
    },
}

fn batch(text: &str) -> Result<Batch, String> {
    match text {
        "collections" => Ok(Batch::Collections),
        "payouts" => Ok(Batch::Payouts),
        "fee" => Ok(Batch::Fee),
        "repayment" => Ok(Batch::Repayment),
        _ => Err("what is exported is collections, payouts, fee or repayment".to_owned()),
    }
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Export { folder, what, period, out } => export(&folder, what, period, &out, json),
            Self::Read { folder, file } => self::show::run(&Reader::open(&folder)?, &file, json),
            Self::Collect { folder, file, sponsor } => {
                let mut console = Console::open(&folder)?;
                collect(&mut console, &file, sponsor.as_deref(), json)
            }
            Self::Statement { folder, file } => enter(&mut Console::open(&folder)?, &file, json),
            Self::Explain { folder, reference, term, period, number } => {
                let mut console = Console::open(&folder)?;
                let term = serde_json::from_value(term.clone().into()).map_err(|_| {
                    let path = Path::new(&reference);
                    refused(path, "E-BANK-TERM", format!("{term:?} is no term of the ledger."))
                })?;
                let found = {
                    let mut unmatched = console.state().bank().unmatched();
                    unmatched.find(|(other, _)| *other == reference).map(|(_, amount)| amount)
                };
                let amount_minor = found.unwrap_or_default();
                let matched = Row { term, period, number, amount_minor };
                let body = Do::Bank(BankCommand::Explain { reference, matched });
                console.send(body)?.show(&console, json)
            }
            Self::Reconcile { folder } => reconcile::run(&Reader::open(&folder)?, json),
        }
    }
}

fn export(
    folder: &Folder,
    what: Batch,
    period: u32,
    out: &Path,
    json: bool,
) -> Result<Outcome, Problem> {
    let reader = Reader::open(folder)?;
    let (state, currency) = (reader.state(), reader.currency()?);
    let payments = Payments::of(state, what, period)?;
    // The time of the last entry: the same state, the same file.
    let created = Timestamp::from_millisecond(state.at()).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut name = out.as_os_str().to_owned();
    name.push(".tmp");
    let temporary = PathBuf::from(name);
    let written = File::create(&temporary)
        .map_err(|error| ExportError::from(Problem::file(&temporary, &error)))
        .and_then(|file| payments.write(DurableFile::new(file), created))
        .and_then(|(file, totals)| Ok((file.finish().map_err(rails::RailsError::Io)?, totals)));
    let (_, totals) = written.map_err(|error| {
        // What was begun is of no use to anybody.
        let _ = std::fs::remove_file(&temporary);
        match error {
            ExportError::Problem(problem) => *problem,
            ExportError::File(error) => Problem::bank_file(out, &error),
        }
    })?;
    std::fs::rename(&temporary, out).map_err(|error| Problem::file(out, &error))?;
    let sum = totals.sum().unwrap_or_default();
    let id = payments.id(&totals)?.to_string();
    let document = json!({
        "file": out.display().to_string(),
        "id": id,
        "count": totals.count(),
        "sum_minor": sum,
        "currency": currency.code(),
    });
    Ok(reader.show(json, document, || {
        let payments = counted(totals.count(), "payment", "payments");
        println!("{payments} of {} in all: {}", money(sum, currency), out.display());
        println!("  id  {id}");
    }))
}

fn open(path: &Path) -> Result<File, Problem> {
    File::open(path).map_err(|error| Problem::file(path, &error))
}

/// The message that a file claims to be.
pub(super) fn message(path: &Path) -> Result<String, Problem> {
    let pull = Pull::begin(BufReader::new(open(path)?));
    Ok(pull.map_err(|error| Problem::bank_file(path, &error))?.message().to_owned())
}

/// What an answer of the bank asks for.
pub(super) fn read_answer(state: &rules::State, path: &Path) -> Result<answer::Answer, Problem> {
    answer::read(state, path, BufReader::new(open(path)?))
}

/// A statement, with the hash of its file.
pub(super) fn read_statement(
    state: &rules::State,
    path: &Path,
) -> Result<statement::Statement, Problem> {
    let failed = |error| Problem::file(path, &error);
    let (mut file, mut hasher) = (open(path)?, proof::Hasher::new());
    let mut piece = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut piece).map_err(failed)?;
        if read == 0 {
            break;
        }
        hasher.update(&piece[..read]);
    }
    file.rewind().map_err(failed)?;
    statement::read(state, path, BufReader::new(file), hasher.finish())
}

/// Carries out what an answer asks for; the period when it must be of one.
pub fn collect(
    console: &mut Console,
    path: &Path,
    sponsor: Option<&str>,
    json: bool,
) -> Result<Outcome, Problem> {
    let sponsor = sponsor.map(|text| console.amount(text)).transpose()?.unwrap_or_default();
    let answer = read_answer(console.state(), path)?;
    let mut sent = None;
    for step in answer.steps {
        let body = step.command(sponsor, &mut |members| console.members(members))?;
        let next = console.send(body)?;
        sent = Some(match sent {
            None => next,
            Some(sent) => crate::sent::Sent::then(sent, next),
        });
    }
    match sent {
        Some(sent) => {
            let outcome = sent.with("notes", json!(answer.notes)).show(console, json)?;
            if !json {
                answer.notes.iter().for_each(|note| println!("        bank: {note}"));
            }
            Ok(outcome)
        }
        None => {
            show(json, &json!({"findings": [], "notes": answer.notes}), || {
                println!("The file asks for nothing.");
                answer.notes.iter().for_each(|note| println!("  bank: {note}"));
            });
            Ok(Outcome::Done)
        }
    }
}

/// The period of which an answer tells, if it is of one only.
pub fn period_of(steps: &[Step]) -> Option<u32> {
    match steps {
        [
            Step::Collect { period, .. }
            | Step::Retry { period, .. }
            | Step::Confirm { period, .. },
        ] => Some(*period),
        _ => None,
    }
}

fn enter(console: &mut Console, path: &Path, json: bool) -> Result<Outcome, Problem> {
    let read = read_statement(console.state(), path)?;
    let mut sent = None;
    if !read.interest.is_zero() {
        let body = Do::Fund(FundCommand::Interest { amount_minor: read.interest });
        sent = Some(console.send(body)?);
    }
    let body = read.command(&mut |rows, count| console.store_chunk(rows, count))?;
    let entered = console.send(body)?;
    let sent = match sent {
        None => entered,
        Some(sent) => crate::sent::Sent::then(sent, entered),
    };
    sent.show(console, json)
}
