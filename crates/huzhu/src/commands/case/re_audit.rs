//! `huzhu case re-audit …`: the public draw among the paid cases of a settled period, and what the
//! second investigators find.

use std::path::PathBuf;

use rules::State;
use rules::audit::{Audit, Picked};
use rules::charter::Role;
use rules::command::{AuditCommand, Do};
use serde_json::{Value, json};

use crate::commands::role::role;
use crate::console::{Console, Folder};
use crate::draw;
use crate::findings::name;
use crate::layout::{NONE, Table};
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::reader::Reader;
use crate::sealed::Sealed;

/// What can be done about re-audits.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Seals the paid cases of a settled period, to draw among them.
    #[command(after_help = "Example:\n  huzhu case re-audit begin 0\n  \
                            huzhu case re-audit begin 0 --member 4")]
    Begin(Step),
    /// A party of the draw answers it; the last answer draws.
    #[command(after_help = "Example:\n  huzhu case re-audit answer 0 --as custodian")]
    Answer {
        #[command(flatten)]
        folder: Folder,
        /// The period.
        period: u32,
        /// Which party.
        #[arg(long = "as", value_parser = role())]
        party: Role,
    },
    /// Draws without the parties that are silent after their deadline.
    #[command(after_help = "Example:\n  huzhu case re-audit draw 0")]
    Draw(Step),
    /// Reports on a case that was picked, under the key that the draw has named.
    #[command(after_help = "Example:\n  huzhu case re-audit report 7 --finding confirmed \
                            --text \"The hospital's own record says the same.\"")]
    Report {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
        /// Whether the case is confirmed, or doubted and so reopened.
        #[arg(long, value_enum)]
        finding: Found,
        /// What was found. Only a salted hash of it is written down.
        #[arg(long, value_name = "TEXT")]
        text: String,
    },
    /// Shows the re-audit of a period, or all of them.
    #[command(after_help = "Example:\n  huzhu case re-audit show 0 --record draw.txt")]
    Show {
        #[command(flatten)]
        folder: Folder,
        /// The period; all of them without it.
        period: Option<u32>,
        /// Writes the record of the draw, which anybody recomputes, to this file.
        #[arg(long, value_name = "FILE", requires = "period")]
        record: Option<PathBuf>,
    },
}

/// A step that follows from the rules and the time, so that any member may press on.
#[derive(clap::Args)]
pub struct Step {
    #[command(flatten)]
    folder: Folder,
    /// The period.
    period: u32,
    /// A member who presses on, in the place of the operator.
    #[arg(long)]
    member: Option<u32>,
}

/// What a second investigator finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Found {
    /// The same as the first.
    Confirmed,
    /// Something else.
    Doubted,
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Begin(step) => step.send(json, |period| AuditCommand::Begin { period }),
            Self::Draw(step) => step.send(json, |period| AuditCommand::Draw { period }),
            Self::Answer { folder, period, party } => {
                let mut console = Console::open(&folder)?;
                let draw = &known(console.state(), period)?.draw;
                let proof = draw::answer(&console.founded()?.plan, draw, &console.key(party)?)?;
                let body = Do::Audit(AuditCommand::Answer { period, proof });
                console.send_as(party, body)?.show(&console, json)
            }
            Self::Report { folder, case, finding, text } => {
                let mut console = Console::open(&folder)?;
                let sealed = Sealed::new("report", &text)?;
                let confirmed = finding == Found::Confirmed;
                let body =
                    Do::Audit(AuditCommand::Report { case, confirmed, report: sealed.hash() });
                let sent = match of(console.state(), case).and_then(|(_, picked)| picked.by) {
                    Some(key) => console.send_under(Role::Investigator, key, body)?,
                    None => console.send(body)?,
                };
                sealed.show(sent, &console, json)
            }
            Self::Show { folder, period: Some(period), record } => {
                one(&Reader::open(&folder)?, period, record, json)
            }
            Self::Show { folder, .. } => all(&Reader::open(&folder)?, json),
        }
    }
}

impl Step {
    fn send(self, json: bool, command: fn(u32) -> AuditCommand) -> Result<Outcome, Problem> {
        let mut console = Console::open(&self.folder)?;
        let body = Do::Audit(command(self.period));
        let sent = match self.member {
            Some(member) => console.send_as_member(member, body),
            None => console.send(body),
        };
        sent?.show(&console, json)
    }
}

/// The re-audit that has picked a case, if one has.
pub fn of(state: &State, case: u32) -> Option<(&Audit, &Picked)> {
    let mut picked = state
        .audits()
        .iter()
        .flat_map(|audit| audit.picked.iter().map(move |picked| (audit, picked)));
    picked.find(|(_, picked)| picked.case == case)
}

fn known(state: &State, period: u32) -> Result<&Audit, Problem> {
    state.audits().iter().find(|audit| audit.period == period).ok_or_else(|| {
        let what = format!("There is no re-audit of period {period}.");
        let why = "Nobody has begun it.";
        let next = "Begin it with `huzhu case re-audit begin` once the period is settled.";
        Problem::new(Kind::Refused, "E-AUDIT-UNKNOWN", what, why, next)
    })
}

/// A picked case as it stands.
pub fn describe_picked(picked: &Picked) -> Value {
    json!({
        "case": picked.case,
        "investigator": picked.by,
        "report": picked.report.map(|report| json!({
            "by": report.by, "day": report.day, "confirmed": report.confirmed,
            "text": report.text,
        })),
    })
}

fn describe(audit: &Audit, state: &State) -> Value {
    let sealed = audit.draw.sealed.as_ref();
    json!({
        "period": audit.period,
        "share": audit.clause.share,
        "sealed": sealed.map(|sealed| sealed.digest),
        "answer_until_ms": sealed.map(|sealed| sealed.answer_until),
        "answered": audit.draw.roles(true),
        "silent": audit.draw.roles(false),
        "seed": audit.draw.seed,
        "due": audit.due,
        "picked": audit.picked.iter().map(describe_picked).collect::<Vec<_>>(),
        "overdue": audit.overdue(state.day()).collect::<Vec<_>>(),
    })
}

/// What came of a picked case, in a word.
pub fn word_for(picked: &Picked) -> &'static str {
    match picked.report {
        None => "waits for its report",
        Some(report) if report.confirmed => "confirmed",
        Some(_) => "doubted",
    }
}

fn one(
    reader: &Reader,
    period: u32,
    record: Option<PathBuf>,
    json: bool,
) -> Result<Outcome, Problem> {
    let state = reader.state();
    let audit = known(state, period)?;
    if let Some(path) = record {
        let drawn: Vec<u32> = audit.picked.iter().map(|picked| picked.case).collect();
        let plan = state.founded().map_or("", |founded| founded.plan.as_str());
        draw::write_record(&path, plan, &audit.draw, (drawn.len() as u32, drawn))?;
    }
    Ok(reader.show(json, describe(audit, state), || print(audit, state)))
}

fn print(audit: &Audit, state: &State) {
    let stands = if audit.draw.seed.is_some() { "drawn" } else { "waiting for answers" };
    println!("The re-audit of period {} is {stands}.", audit.period);
    let mut table = Table::new("ll", 2);
    let sealed = audit.draw.sealed.as_ref().map(|sealed| sealed.digest.to_string());
    table.pair("cases sealed", sealed.unwrap_or_else(|| NONE.to_owned()));
    let silent: Vec<String> = audit.draw.roles(false).iter().map(name).collect();
    let silent = if silent.is_empty() { NONE.to_owned() } else { silent.join(", ") };
    table.pair("silent", silent);
    if let Some(due) = audit.due {
        table.pair("reports due", due);
    }
    for picked in &audit.picked {
        table.pair(&format!("case {}", picked.case), word_for(picked));
    }
    table.print();
    for case in audit.overdue(state.day()) {
        println!("The report on case {case} is overdue.");
    }
}

fn all(reader: &Reader, json: bool) -> Result<Outcome, Problem> {
    let state = reader.state();
    let described = state.audits().iter().map(|audit| describe(audit, state));
    let document = json!({"re_audits": described.collect::<Vec<_>>()});
    Ok(reader.show(json, document, || {
        if state.audits().is_empty() {
            println!("No paid case was drawn to be investigated again.");
        }
        state.audits().iter().for_each(|audit| print(audit, state));
    }))
}
