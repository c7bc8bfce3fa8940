//! `huzhu complaint …`: complaining, answering, the authority's word, and the public counts.

use std::path::PathBuf;

use proof::Digest;
use rules::command::{ComplaintCommand, Do};
use rules::complaint::{Answer, Complaint, Counts, Outcome as Verdict};
use rules::day::Day;
use serde_json::{Value, json};

use crate::console::{Console, Folder, read_text};
use crate::findings::name;
use crate::layout::{NONE, Table, count};
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::reader::Reader;
use crate::sealed::Sealed;

/// What can be done about complaints.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Opens a complaint of a member. Only a salted hash of its text is written down.
    #[command(after_help = "Example:\n  huzhu complaint open --member 3 --text-file complaint.txt")]
    Open {
        #[command(flatten)]
        folder: Folder,
        /// Who complains.
        #[arg(long)]
        member: u32,
        /// What about, as the charter names it; the charter's first category without it.
        #[arg(long)]
        category: Option<String>,
        #[command(flatten)]
        text: Text,
        /// Sign with the member's own key instead of the registrar's.
        #[arg(long)]
        own_key: bool,
    },
    /// Answers a complaint, as the operator.
    #[command(after_help = "Example:\n  huzhu complaint answer 0 --outcome upheld \
                            --text \"The charge is returned.\"")]
    Answer(Reply),
    /// Turns to the authority: without an answer in time, or not content with it.
    #[command(after_help = "Example:\n  huzhu complaint escalate 0")]
    Escalate(Step),
    /// Decides a complaint, as the authority.
    #[command(after_help = "Example:\n  huzhu complaint resolve 0 --outcome partly-upheld \
                            --text \"The notice was late.\"")]
    Resolve(Reply),
    /// Takes a complaint back.
    #[command(after_help = "Example:\n  huzhu complaint withdraw 0")]
    Withdraw(Step),
    /// Shows one complaint.
    #[command(after_help = "Example:\n  huzhu complaint show 0")]
    Show {
        #[command(flatten)]
        folder: Folder,
        /// The complaint.
        complaint: u32,
    },
    /// Lists complaints.
    #[command(after_help = "Example:\n  huzhu complaint list")]
    List {
        #[command(flatten)]
        folder: Folder,
    },
    /// Counts and times of all complaints, by category.
    #[command(after_help = "Example:\n  huzhu complaint stats")]
    Stats {
        #[command(flatten)]
        folder: Folder,
    },
}

/// A text that stays with who wrote it.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub struct Text {
    /// The text.
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// A file with the text.
    #[arg(long, value_name = "FILE")]
    text_file: Option<PathBuf>,
}

/// An answer with its code.
#[derive(clap::Args)]
pub struct Reply {
    #[command(flatten)]
    folder: Folder,
    /// The complaint.
    complaint: u32,
    /// What the answer says of it: upheld, partly-upheld, not-upheld.
    #[arg(long, value_parser = outcome)]
    outcome: Verdict,
    #[command(flatten)]
    text: Text,
}

/// A step of the member.
#[derive(clap::Args)]
pub struct Step {
    #[command(flatten)]
    folder: Folder,
    /// The complaint.
    complaint: u32,
    /// Sign with the member's own key instead of the registrar's.
    #[arg(long)]
    own_key: bool,
}

fn outcome(text: &str) -> Result<Verdict, String> {
    serde_json::from_value(json!(text))
        .map_err(|_| "an outcome is upheld, partly-upheld or not-upheld".to_owned())
}

impl Text {
    fn seal(&self) -> Result<Sealed, Problem> {
        let text = match (&self.text, &self.text_file) {
            (Some(text), _) => text.clone(),
            (None, Some(file)) => read_text(file)?,
            (None, None) => unreachable!("one of the two is required"),
        };
        Sealed::new("complaint", &text)
    }
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Open { folder, member, category, text, own_key } => {
                open(&folder, member, category, &text, own_key, json)
            }
            Self::Answer(reply) => reply.send(json, |complaint, outcome, text| {
                ComplaintCommand::Answer { complaint, outcome, text }
            }),
            Self::Resolve(reply) => reply.send(json, |complaint, outcome, text| {
                ComplaintCommand::Resolve { complaint, outcome, text }
            }),
            Self::Escalate(step) => {
                step.send(json, |complaint| ComplaintCommand::Escalate { complaint })
            }
            Self::Withdraw(step) => {
                step.send(json, |complaint| ComplaintCommand::Withdraw { complaint })
            }
            Self::Show { folder, complaint } => one(&Reader::open(&folder)?, complaint, json),
            Self::List { folder } => all(&Reader::open(&folder)?, json),
            Self::Stats { folder } => stats(&Reader::open(&folder)?, json),
        }
    }
}

fn open(
    folder: &Folder,
    member: u32,
    category: Option<String>,
    text: &Text,
    own_key: bool,
    json: bool,
) -> Result<Outcome, Problem> {
    let mut console = Console::open(folder)?;
    let first = || console.charter().map(|charter| charter.complaints.categories[0].code.clone());
    let category = category.map_or_else(first, Ok)?;
    let sealed = text.seal()?;
    let text = sealed.hash();
    let body = Do::Complaint(ComplaintCommand::Open { member, category, text });
    let sent = console.send_for(member, own_key, body)?;
    sealed.show(sent, &console, json)
}

impl Reply {
    fn send(
        self,
        json: bool,
        command: impl FnOnce(u32, Verdict, Digest) -> ComplaintCommand,
    ) -> Result<Outcome, Problem> {
        let mut console = Console::open(&self.folder)?;
        let sealed = self.text.seal()?;
        let body = command(self.complaint, self.outcome, sealed.hash());
        let sent = console.send(Do::Complaint(body))?;
        sealed.show(sent, &console, json)
    }
}

impl Step {
    fn send(
        self,
        json: bool,
        command: impl FnOnce(u32) -> ComplaintCommand,
    ) -> Result<Outcome, Problem> {
        let mut console = Console::open(&self.folder)?;
        let member = known(console.state(), self.complaint)?.member;
        let body = Do::Complaint(command(self.complaint));
        console.send_for(member, self.own_key, body)?.show(&console, json)
    }
}

fn known(state: &rules::State, number: u32) -> Result<&Complaint, Problem> {
    state.complaint(number).ok_or_else(|| {
        Problem::new(
            Kind::Refused,
            "E-COMPLAINT-UNKNOWN",
            format!("There is no complaint {number}."),
            "Complaints are numbered from 0 in the order of opening.",
            "List them with `huzhu complaint list`.",
        )
    })
}

fn describe(number: u32, complaint: &Complaint, today: Day) -> Value {
    json!({
        "complaint": number,
        "member": complaint.member,
        "category": complaint.category,
        "status": complaint.status,
        "opened": complaint.opened,
        "due": complaint.due,
        "overdue": complaint.is_overdue(today),
        "text": complaint.text,
        "answer": complaint.answer.map(said_in_json),
        "escalated": complaint.escalated,
        "resolution": complaint.resolution.map(said_in_json),
    })
}

fn said_in_json(answer: Answer) -> Value {
    let Answer { day, outcome, text, .. } = answer;
    json!({"day": day, "outcome": outcome, "text": text})
}

fn one(reader: &Reader, number: u32, json: bool) -> Result<Outcome, Problem> {
    let (state, complaint) = (reader.state(), known(reader.state(), number)?);
    let document = describe(number, complaint, state.day());
    Ok(reader.show(json, document, || {
        let late = if complaint.is_overdue(state.day()) { ", and overdue" } else { "" };
        let status = name(complaint.status);
        println!("Complaint {number} of member {} is {status}{late}.", complaint.member);
        let mut table = Table::new("ll", 2);
        table.pair("category", &complaint.category);
        table.pair("opened", complaint.opened);
        table.pair("answer due", complaint.due);
        let said = |answer: &Answer| format!("{} on {}", name(answer.outcome), answer.day);
        table.pair("answer", complaint.answer.as_ref().map_or(NONE.to_owned(), said));
        let escalated = complaint.escalated.map_or(NONE.to_owned(), |day| day.to_string());
        table.pair("to the authority", escalated);
        table.pair("resolution", complaint.resolution.as_ref().map_or(NONE.to_owned(), said));
        table.print();
    }))
}

fn all(reader: &Reader, json: bool) -> Result<Outcome, Problem> {
    let (complaints, today) = (reader.state().complaints(), reader.state().day());
    let described = (0..).zip(complaints).map(|(number, one)| describe(number, one, today));
    let document = json!({"complaints": described.collect::<Vec<_>>()});
    Ok(reader.show(json, document, || {
        if complaints.is_empty() {
            println!("Nobody has complained.");
            return;
        }
        let header = ["complaint", "member", "category", "opened", "due", "answered", "status"];
        let mut table = Table::new("rrlllll", 0).header(header);
        for (number, complaint) in complaints.iter().enumerate() {
            let overdue = complaint.is_overdue(today);
            let status = name(complaint.status);
            table.row([
                number.to_string(),
                complaint.member.to_string(),
                complaint.category.clone(),
                complaint.opened.to_string(),
                complaint.due.to_string(),
                complaint.answer.map_or(NONE.to_owned(), |answer| answer.day.to_string()),
                if overdue { format!("{status}, overdue") } else { status },
            ]);
        }
        table.print();
    }))
}

fn stats(reader: &Reader, json: bool) -> Result<Outcome, Problem> {
    let (complaints, today) = (reader.state().complaints(), reader.state().day());
    let charter = reader.charter()?;
    let of = |code: &str| {
        Counts::of(complaints.iter().filter(|complaint| complaint.category == code), today)
    };
    let rows: Vec<(&str, i32, Counts)> = charter
        .complaints
        .categories
        .iter()
        .map(|category| (category.code.as_str(), category.answer_days, of(&category.code)))
        .collect();
    let document = json!({
        "day": today,
        "all": Counts::of(complaints, today),
        "escalation_days": charter.complaints.escalation_days,
        "categories": rows.iter().map(|(code, days, counts)| {
            json!({"category": code, "answer_days": days, "counts": counts})
        }).collect::<Vec<_>>(),
    });
    Ok(reader.show(json, document, || {
        println!("Complaints on {today}");
        let header =
            ["category", "days", "opened", "waiting", "overdue", "late", "upheld", "escalated"];
        let mut table = Table::new("lrrrrrrr", 2).header(header);
        for (code, days, counts) in &rows {
            table.row([
                (*code).to_owned(),
                days.to_string(),
                count(counts.opened.into()),
                count(counts.waiting.into()),
                count(counts.overdue.into()),
                count(counts.answered_late.into()),
                count(counts.upheld.into()),
                count(counts.escalated.into()),
            ]);
        }
        table.print();
    }))
}
