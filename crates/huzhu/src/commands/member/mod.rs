//! `huzhu member …`: enrolling, leaving, looking up.

mod trust;

use std::collections::HashMap;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use money::Amount;
use proof::Digest;
use rules::command::{Do, MemberCommand};
use rules::day::{Day, Month};
use rules::key::Key;
use rules::member::{EnrolRow, Membership};
use rules::roll::{Identity, Member};
use serde_json::json;

use crate::console::{Console, Folder};
use crate::layout::{Table, count, money};
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::reader::Reader;

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
        /// The member who pays for this one.
        #[arg(long, value_name = "MEMBER")]
        payer: Option<u32>,
    },
    /// Enrols the members of a CSV file with the columns birth and person, all or none. A third
    /// column, payer, names the person who pays for somebody: a member, or one of the file.
    #[command(after_help = "Example:\n  huzhu member enrol-batch examples/ten-members.csv")]
    EnrolBatch {
        #[command(flatten)]
        folder: Folder,
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Lets a member pay for another: the household is charged payer first, then by joining.
    #[command(after_help = "Example:\n  huzhu member attach 9 --payer 7")]
    Attach {
        #[command(flatten)]
        folder: Folder,
        /// Who is paid for.
        member: u32,
        /// Who pays.
        #[arg(long, value_name = "MEMBER")]
        payer: u32,
    },
    /// Lets a member pay alone again.
    #[command(after_help = "Example:\n  huzhu member detach 9")]
    Detach {
        #[command(flatten)]
        folder: Folder,
        /// Who was paid for.
        member: u32,
    },
    /// Records a member's death.
    #[command(after_help = "Example:\n  huzhu member died 3 --on 2019-05-02")]
    Died {
        #[command(flatten)]
        folder: Folder,
        /// Who died.
        member: u32,
        /// The day of death.
        #[arg(long, value_name = "DAY")]
        on: Day,
    },
    /// Puts the key on record by which a member acts; without --public one is made and kept beside
    /// the keys of the roles. Another key in its place is signed by the one before, or, when that
    /// is lost, waits for a second key of the staff.
    #[command(after_help = "Example:\n  huzhu member key 3\n  \
                            huzhu member key 3 --public KEY --own-key")]
    Key {
        #[command(flatten)]
        folder: Folder,
        /// The member.
        member: u32,
        /// The public key, when the secret one is on the member's own device.
        // A key in base64url may begin with a hyphen.
        #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
        public: Option<Key>,
        /// Sign with the member's own key, the one before, instead of the registrar's.
        #[arg(long, requires = "public")]
        own_key: bool,
    },
    /// Ends a membership at the member's wish.
    #[command(after_help = "Example:\n  huzhu member leave 3\n  huzhu member leave 3 --own-key")]
    Leave {
        #[command(flatten)]
        folder: Folder,
        /// The member.
        member: u32,
        /// Sign with the member's own key instead of the registrar's.
        #[arg(long)]
        own_key: bool,
        /// Leave on account of an amendment, free of charges that are not yet made.
        #[arg(long, value_name = "AMENDMENT")]
        amendment: Option<u32>,
    },
    /// What members are to each other.
    #[command(flatten)]
    Trust(trust::Command),
    /// Shows one member.
    #[command(after_help = "Example:\n  huzhu member show 3")]
    Show {
        #[command(flatten)]
        folder: Folder,
        /// The member.
        member: u32,
    },
    /// Lists members.
    #[command(after_help = "Example:\n  huzhu member list --from 100 --limit 20")]
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
            Self::Enrol { folder, birth, person, answers, payer } => {
                enrol(&folder, birth, &person, &answers, payer, json)
            }
            Self::Attach { folder, member, payer } => {
                let mut console = Console::open(&folder)?;
                console
                    .send(Do::Member(MemberCommand::Attach { member, payer }))?
                    .show(&console, json)
            }
            Self::Detach { folder, member } => {
                let mut console = Console::open(&folder)?;
                console.send(Do::Member(MemberCommand::Detach { member }))?.show(&console, json)
            }
            Self::Died { folder, member, on } => {
                let mut console = Console::open(&folder)?;
                console
                    .send(Do::Member(MemberCommand::Died { member, day: on }))?
                    .show(&console, json)
            }
            Self::EnrolBatch { folder, file } => enrol_batch(&folder, &file, json),
            Self::Key { folder, member, public, own_key } => {
                let mut console = Console::open(&folder)?;
                let key = public.map_or_else(|| console.member_key(member), Ok)?;
                let body = Do::Member(MemberCommand::Key { member, key });
                let sent = console.send_for(member, own_key, body)?;
                sent.with("key", json!(key)).show(&console, json)
            }
            Self::Leave { folder, member, own_key, amendment } => {
                let mut console = Console::open(&folder)?;
                let body = Do::Member(MemberCommand::Leave { member, amendment });
                console.send_for(member, own_key, body)?.show(&console, json)
            }
            Self::Trust(command) => command.run(json),
            Self::Show { folder, member } => show_one(&Reader::open(&folder)?, member, json),
            Self::List { folder, from, limit } => list(&Reader::open(&folder)?, from, limit, json),
        }
    }
}

fn enrol(
    folder: &Folder,
    birth: Month,
    person: &str,
    answers: &[String],
    payer: Option<u32>,
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
        health.push(rules::member::seal_answer(&salt, number, answer));
        seals.push((number, answer.clone(), salt));
    }
    let registrar = console.key(rules::charter::Role::Registrar)?;
    let identity = Identity(registrar.pseudonym(person));
    let sent = console.send(Do::Member(MemberCommand::Enrol {
        birth,
        identity,
        health,
        assisted: true,
        payer,
    }))?;
    let document = seals
        .iter()
        .map(|(number, answer, salt)| json!({"question": number, "answer": answer, "salt": salt}));
    let outcome = sent.with("seals", document.collect()).show(&console, json)?;
    if !json && !seals.is_empty() {
        println!("\nKeep these salts: an answer is opened with its salt and not without it.");
        let mut table = Table::new("rll", 2).header(["question", "answer", "salt"]);
        for (number, answer, salt) in seals {
            table.row([number.to_string(), answer, salt.to_string()]);
        }
        table.print();
    }
    Ok(outcome)
}

fn enrol_batch(folder: &Folder, file: &Path, json: bool) -> Result<Outcome, Problem> {
    let mut console = Console::open(folder)?;
    let registrar = console.key(rules::charter::Role::Registrar)?;
    let bad = |row: usize, why: String| {
        let what = format!("{}, row {row} cannot be read.", file.display());
        let next = "Correct the row: `birth,person` such as `1985-03,id card 1`.";
        Problem::new(Kind::Input, "E-BATCH-ROW", what, why, next)
    };
    let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(opened(file)?);
    let header = table.headers().map_err(|error| bad(0, format!("{error}.")))?;
    let families = header == ["birth", "person", "payer"].as_slice();
    if !families && header != ["birth", "person"].as_slice() {
        let why = "The first line must be `birth,person` or `birth,person,payer`.".to_owned();
        return Err(bad(0, why));
    }
    let mut rows = Vec::new();
    let mut payers = Vec::new();
    for (row, line) in (1..).zip(table.records()) {
        let line = line.map_err(|error| bad(row, format!("{error}.")))?;
        let birth = line[0].parse().map_err(|error| bad(row, format!("{error}.")))?;
        let identity = Identity(registrar.pseudonym(&line[1]));
        rows.push(EnrolRow { birth, identity, assisted: true, payer: None });
        payers.push(line.get(2).filter(|payer| !payer.is_empty()).map(str::to_owned));
        if row > ROWS_MAX {
            return Err(bad(row, format!("A batch has at most {ROWS_MAX} rows.")));
        }
    }
    // People of the file come first: whoever left and joins again is meant as who joins.
    let first = console.state().roll().len();
    let joining: HashMap<Identity, u32> =
        rows.iter().zip(first..).map(|(row, member)| (row.identity, member)).collect();
    for (index, payer) in payers.iter().enumerate() {
        let Some(payer) = payer else { continue };
        let identity = Identity(registrar.pseudonym(payer));
        let known = joining.get(&identity).copied();
        let member = known.or_else(|| console.state().roll().find(identity));
        let why = || format!("{payer:?} is neither a member nor in this file.");
        rows[index].payer = Some(member.ok_or_else(|| bad(index + 1, why()))?);
    }
    let bytes: Vec<u8> = rows.iter().flat_map(|row| row.to_bytes()).collect();
    let chunk = console.store_chunk(&bytes, rows.len() as u32)?;
    console.send(Do::Member(MemberCommand::EnrolBatch { chunk }))?.show(&console, json)
}

fn opened(file: &Path) -> Result<File, Problem> {
    let metadata = std::fs::metadata(file).map_err(|error| Problem::file(file, &error))?;
    if metadata.is_dir() {
        return Err(Problem::file(file, &ErrorKind::IsADirectory.into()));
    }
    File::open(file).map_err(|error| Problem::file(file, &error))
}

/// The word for what a membership is worth.
fn word(membership: Membership) -> String {
    match membership {
        Membership::Waiting => "waiting".to_owned(),
        Membership::Covered => "covered".to_owned(),
        Membership::Grace => "in grace".to_owned(),
        Membership::TooOld => "too old".to_owned(),
        Membership::Over(standing) => format!("{standing:?}").to_lowercase(),
    }
}

fn describe(reader: &Reader, number: u32, member: &Member) -> Result<serde_json::Value, Problem> {
    let (state, charter) = (reader.state(), reader.charter()?);
    let periods = state.periods().len() as u32;
    let paid = state.shares_paid(number, periods).map_err(|_| unknown(number))?;
    let owed = state.debts(number).map(|(_, owed)| owed);
    let owed = Amount::total(owed).map_err(|_| unknown(number))?;
    let membership = state.membership(number).ok_or_else(|| unknown(number))?;
    Ok(json!({
        "member": number,
        "birth": member.birth,
        "joined": member.joined,
        "covered_from": member.covered_from(state.charter_on(member.joined).unwrap_or(charter)),
        "membership": word(membership),
        "payer": member.payer,
        "charged_minor": paid,
        "owed_minor": owed,
        "currency": charter.plan.currency.code(),
    }))
}

fn unknown(member: u32) -> Problem {
    let what = format!("There is no member {member}.");
    let why = "Members are numbered from 0 in the order of joining.";
    Problem::new(Kind::Input, "E-MEMBER-UNKNOWN", what, why, "Check the number.")
}

fn show_one(reader: &Reader, number: u32, json: bool) -> Result<Outcome, Problem> {
    let member = reader.state().roll().get(number).ok_or_else(|| unknown(number))?;
    let document = describe(reader, number, &member)?;
    let currency = reader.currency()?;
    let charges = (0..reader.state().periods().len() as u32).filter_map(|period| {
        let share = reader.state().share_of(&member, period);
        (!share.is_zero()).then_some((period, share))
    });
    let charges: Vec<_> = charges.collect();
    let dependants =
        reader.state().roll().dependants(number).map(|other| format!("member {other}"));
    let dependants: Vec<String> = dependants.collect();
    let owes = |period: u32| reader.state().debts(number).any(|(owed, _)| owed == period);
    Ok(reader.show(json, document.clone(), || {
        let word = text(&document["membership"]);
        println!("Member {number}, born {}, joined {}: {word}.", member.birth, member.joined);
        println!("Covered against illness from {}.", text(&document["covered_from"]));
        if let Some(payer) = member.payer {
            println!("Member {payer} pays for this member.");
        }
        if !dependants.is_empty() {
            println!("Pays for {}.", dependants.join(", "));
        }
        let mut table = Table::new("rlrl", 2).header(["period", "publicity", "share", ""]);
        for (period, share) in &charges {
            let publicity = reader.state().periods()[*period as usize].publicity;
            let unpaid = if owes(*period) { "unpaid" } else { "" };
            let share = money(*share, currency);
            table.row([period.to_string(), publicity.to_string(), share, unpaid.to_owned()]);
        }
        if charges.is_empty() {
            println!("No period has charged this member yet.");
        } else {
            table.print();
        }
    }))
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(reader: &Reader, from: u32, limit: u32, json: bool) -> Result<Outcome, Problem> {
    let roll = reader.state().roll();
    let mut members = Vec::new();
    for number in (from..roll.len()).take(limit as usize) {
        let member = roll.get(number).ok_or_else(|| unknown(number))?;
        members.push(describe(reader, number, &member)?);
    }
    let currency = reader.currency()?;
    let document = json!({"members": members, "of": roll.len()});
    Ok(reader.show(json, document, || {
        if roll.is_empty() {
            println!("Nobody has joined yet.");
            return;
        }
        let header = ["member", "born", "joined", "cover from", "charged", "membership"];
        let mut table = Table::new("rlllrl", 0).header(header);
        for m in &members {
            let charged = m["charged_minor"].as_i64().and_then(|m| Amount::from_minor(m).ok());
            table.row([
                m["member"].to_string(),
                text(&m["birth"]).to_owned(),
                text(&m["joined"]).to_owned(),
                text(&m["covered_from"]).to_owned(),
                money(charged.unwrap_or_default(), currency),
                text(&m["membership"]).to_owned(),
            ]);
        }
        table.print();
        println!("{} of {}", count(members.len() as u64), count(u64::from(roll.len())));
    }))
}
