//! `huzhu member …`: enrolling, leaving, looking up.

use std::path::PathBuf;

use proof::Digest;
use rules::command::Do;
use rules::day::Month;
use rules::member::{EnrolRow, Membership};
use rules::roll::{Identity, Member};
use serde_json::json;

use crate::console::{Console, Folder, read_text};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};

/// A batch file of the console has at most this many rows; larger ones are streamed by a service.
const ROWS_MAX: usize = 1_000_000;

/// What can be done about members.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Enrols one member.
    #[command(
        after_help = "Example:\n  huzhu member enrol --birth 1985-03 --person \"id card 1\" \
                            --answers no,no"
    )]
    Enrol {
        #[command(flatten)]
        folder: Folder,
        /// Month of birth (YYYY-MM).
        #[arg(long, value_name = "MONTH")]
        birth: Month,
        /// What identifies the person; only a keyed pseudonym of it is written down.
        #[arg(long, value_name = "TEXT")]
        person: String,
        /// Answers to the charter's health questions, in order; they are sealed.
        #[arg(long, value_name = "yes|no,…", value_delimiter = ',')]
        answers: Vec<String>,
    },
    /// Enrols the members of a CSV file with the columns birth and person, all or none.
    #[command(after_help = "Example:\n  huzhu member enrol-batch examples/ten-members.csv")]
    EnrolBatch {
        #[command(flatten)]
        folder: Folder,
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Ends a membership at the member's wish.
    Leave {
        #[command(flatten)]
        folder: Folder,
        /// The member.
        member: u32,
    },
    /// Shows one member.
    Show {
        #[command(flatten)]
        folder: Folder,
        /// The member.
        member: u32,
    },
    /// Lists members.
    List {
        #[command(flatten)]
        folder: Folder,
        /// First member listed.
        #[arg(long, default_value_t = 0)]
        from: u32,
        /// Members listed at most.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Enrol { folder, birth, person, answers } => {
                enrol(&folder, birth, &person, &answers, json)
            }
            Self::EnrolBatch { folder, file } => enrol_batch(&folder, &file, json),
            Self::Leave { folder, member } => {
                let mut console = Console::open(&folder)?;
                console.send(Do::Leave { member })?.show(&console, json)
            }
            Self::Show { folder, member } => show_one(&Console::open(&folder)?, member, json),
            Self::List { folder, from, limit } => list(&Console::open(&folder)?, from, limit, json),
        }
    }
}

fn enrol(
    folder: &Folder,
    birth: Month,
    person: &str,
    answers: &[String],
    json: bool,
) -> Result<Outcome, Problem> {
    let mut console = Console::open(folder)?;
    let questions = console.charter()?.health.questions.len();
    let mut health: Vec<Digest> = Vec::with_capacity(questions);
    let mut seals = Vec::with_capacity(questions);
    for (number, answer) in (1..).zip(answers) {
        if !["yes", "no"].contains(&answer.as_str()) {
            let what = format!("The answer {answer:?} cannot be sealed.");
            let why = "A health question is answered by yes or no.";
            let next = "Write --answers no,no with one answer for each question.";
            return Err(Problem::new(Kind::Input, "E-ANSWERS", what, why, next));
        }
        let salt = Digest(node::random_bytes()?);
        let commitment = format!("huzhu/v1 health answer\n{salt}\n{number}\n{answer}\n");
        health.push(proof::sha256(commitment.as_bytes()));
        seals.push((number, answer.clone(), salt));
    }
    let registrar = console.key(rules::charter::Role::Registrar)?;
    let identity = Identity(registrar.pseudonym(person));
    let sent = console.send(Do::Enrol { birth, identity, health, assisted: true })?;
    if !json {
        for (number, answer, salt) in &seals {
            println!("question {number}: {answer:<3}  keep this to open it later: {salt}");
        }
    }
    sent.show(&console, json)
}

fn enrol_batch(folder: &Folder, file: &std::path::Path, json: bool) -> Result<Outcome, Problem> {
    let mut console = Console::open(folder)?;
    let registrar = console.key(rules::charter::Role::Registrar)?;
    let bad = |row: usize, why: String| {
        let what = format!("{}, row {row} cannot be read.", file.display());
        let next = "Correct the row: `birth,person` such as `1985-03,id card 1`.";
        Problem::new(Kind::Input, "E-BATCH-ROW", what, why, next)
    };
    let text = read_text(file)?;
    let mut lines = text.lines();
    if lines.next().map(str::trim) != Some("birth,person") {
        return Err(bad(0, "The first line must be `birth,person`.".to_owned()));
    }
    let mut rows = Vec::new();
    let mut count = 0;
    for (index, line) in lines.enumerate() {
        let Some((birth, person)) = line.split_once(',') else {
            return Err(bad(index + 1, "It has no comma.".to_owned()));
        };
        let birth = birth.trim().parse().map_err(|error| bad(index + 1, format!("{error}.")))?;
        let identity = Identity(registrar.pseudonym(person.trim()));
        rows.extend(EnrolRow { birth, identity, assisted: true }.to_bytes());
        count += 1;
        if count > ROWS_MAX {
            return Err(bad(index + 1, format!("A batch has at most {ROWS_MAX} rows.")));
        }
    }
    let chunk = console.store_chunk(&rows, count as u32)?;
    console.send(Do::EnrolBatch { chunk })?.show(&console, json)
}

/// The word for what a membership is worth.
fn word(membership: Membership) -> String {
    match membership {
        Membership::Waiting => "waiting".to_owned(),
        Membership::Covered => "covered".to_owned(),
        Membership::TooOld => "too old".to_owned(),
        Membership::Over(standing) => format!("{standing:?}").to_lowercase(),
    }
}

fn describe(console: &Console, number: u32, member: &Member) -> Result<serde_json::Value, Problem> {
    let (state, charter) = (console.state(), console.charter()?);
    let paid = state.shares_paid(number).map_err(|_| unknown(number))?;
    Ok(json!({
        "member": number,
        "birth": member.birth,
        "joined": member.joined,
        "covered_from": member.covered_from(charter),
        "membership": word(member.membership(state.day(), charter)),
        "charged_minor": paid,
        "currency": charter.plan.currency.code(),
    }))
}

fn unknown(member: u32) -> Problem {
    let what = format!("There is no member {member}.");
    let why = "Members are numbered from 0 in the order of joining.";
    Problem::new(Kind::Input, "E-MEMBER-UNKNOWN", what, why, "Check the number.")
}

fn show_one(console: &Console, number: u32, json: bool) -> Result<Outcome, Problem> {
    let member = console.state().roll().get(number).ok_or_else(|| unknown(number))?;
    let document = describe(console, number, &member)?;
    let currency = console.currency()?;
    let charges = (0..console.state().periods().len() as u32).filter_map(|period| {
        let share = console.state().share_of(&member, period);
        (!share.is_zero()).then(|| (period, share))
    });
    show(json, &document, || {
        println!("member {number}, born {}, joined {}", member.birth, member.joined);
        println!(
            "  {}, cover from {}",
            text(&document["membership"]),
            text(&document["covered_from"])
        );
        for (period, share) in charges {
            let publicity = console.state().periods()[period as usize].publicity;
            println!("  period {period} ({publicity})  {:>10}", share.display(currency));
        }
    });
    Ok(Outcome::Done)
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(console: &Console, from: u32, limit: u32, json: bool) -> Result<Outcome, Problem> {
    let roll = console.state().roll();
    let mut members = Vec::new();
    for number in (from..roll.len()).take(limit as usize) {
        let member = roll.get(number).ok_or_else(|| unknown(number))?;
        members.push(describe(console, number, &member)?);
    }
    let document = json!({"members": members, "of": roll.len()});
    show(json, &document, || {
        println!("{:>8}  {:<8} {:<11} {:<11} membership", "member", "born", "joined", "cover from");
        for m in &members {
            let (birth, joined) = (text(&m["birth"]), text(&m["joined"]));
            let (from, word) = (text(&m["covered_from"]), text(&m["membership"]));
            println!("{:>8}  {birth:<8} {joined:<11} {from:<11} {word}", m["member"]);
        }
        println!("{} of {}", members.len(), roll.len());
    });
    Ok(Outcome::Done)
}
