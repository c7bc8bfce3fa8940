//! `huzhu plan amend …`: proposing an amendment, telling the members, voting, counting.

mod show;

use std::path::PathBuf;

use rules::amendment::difference;
use rules::ballot::Choice;
use rules::charter::{Party, Role};
use rules::command::{AmendmentCommand, Do};
use serde_json::json;

use super::read_charter;
use crate::commands::role::role;
use crate::console::{Console, Folder};
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::reader::Reader;
use crate::vote::{self, Question};

/// What can be done about amendments.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Proposes what a charter file says otherwise than the charter in force, clause by clause.
    #[command(after_help = "Example:\n  huzhu plan amend propose new-charter.toml")]
    Propose {
        #[command(flatten)]
        folder: Folder,
        /// The charter as it would be.
        file: PathBuf,
    },
    /// Records that the members were told; after the charter's days of notice they vote.
    #[command(after_help = "Example:\n  huzhu plan amend notice 0 --unreached 7,19")]
    Notice {
        #[command(flatten)]
        folder: Folder,
        /// The amendment.
        amendment: u32,
        /// Members whom the notice did not reach.
        #[arg(long, value_delimiter = ',', value_name = "MEMBER,…")]
        unreached: Vec<u32>,
    },
    /// Commits a member's sealed vote.
    #[command(after_help = "Example:\n  huzhu plan amend vote 0 --member 3 --choice for")]
    Vote {
        #[command(flatten)]
        folder: Folder,
        /// The amendment.
        amendment: u32,
        /// Who votes, by the own key.
        #[arg(long)]
        member: u32,
        /// For or against.
        #[arg(long, value_parser = vote::choice)]
        choice: Choice,
        /// Why; published when the vote is opened.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Opens a member's vote after the votes are committed, or as an institution those left closed.
    #[command(after_help = "Example:\n  huzhu plan amend open 0 --member 3\n  \
                            huzhu plan amend open 0 --as custodian")]
    Open {
        #[command(flatten)]
        folder: Folder,
        /// The amendment.
        amendment: u32,
        /// Whose vote.
        #[arg(long, required_unless_present = "institution")]
        member: Option<u32>,
        /// The institution.
        #[arg(long = "as", value_parser = role(), conflicts_with = "member")]
        institution: Option<Role>,
    },
    /// Counts the votes when nothing more is taken.
    #[command(after_help = "Example:\n  huzhu plan amend count 0")]
    Count(Step),
    /// Takes an amendment back before the votes are counted.
    #[command(after_help = "Example:\n  huzhu plan amend withdraw 0")]
    Withdraw(Step),
    /// Shows amendments: every clause that changes, and what became of them.
    #[command(after_help = "Example:\n  huzhu plan amend show")]
    Show {
        #[command(flatten)]
        folder: Folder,
        /// One amendment; all of them without it.
        amendment: Option<u32>,
    },
}

/// A step that needs nothing more.
#[derive(clap::Args)]
pub struct Step {
    #[command(flatten)]
    folder: Folder,
    /// The amendment.
    amendment: u32,
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let send = |folder: &Folder, command| {
            let mut console = Console::open(folder)?;
            console.send(Do::Amendment(command))?.show(&console, json)
        };
        match self {
            Self::Propose { folder, file } => propose(&folder, &file, json),
            Self::Notice { folder, amendment, unreached } => {
                let mut console = Console::open(&folder)?;
                let unreached = console.members(unreached)?;
                let command = AmendmentCommand::Notice { amendment, unreached };
                console.send(Do::Amendment(command))?.show(&console, json)
            }
            Self::Vote { folder, amendment, member, choice, reason } => {
                let question = Question::Amendment(amendment);
                vote::commit(&folder, question, member, (choice, reason), json)
            }
            Self::Open { folder, amendment, member: Some(member), .. } => {
                vote::open(&folder, Question::Amendment(amendment), member, json)
            }
            Self::Open { folder, amendment, institution, .. } => {
                let role = institution.unwrap_or(Role::Custodian);
                vote::open_left(&folder, Question::Amendment(amendment), role, json)
            }
            Self::Count(Step { folder, amendment }) => {
                send(&folder, AmendmentCommand::Count { amendment })
            }
            Self::Withdraw(Step { folder, amendment }) => {
                send(&folder, AmendmentCommand::Withdraw { amendment })
            }
            Self::Show { folder, amendment } => {
                show::show(&Reader::open(&folder)?, amendment, json)
            }
        }
    }
}

/// Sends the exact difference between the charter in force and that of a file. The file's keys are
/// left as they are in force: they change by appointment, not by amendment.
fn propose(folder: &Folder, file: &std::path::Path, json: bool) -> Result<Outcome, Problem> {
    let mut after = read_charter(file)?;
    let mut console = Console::open(folder)?;
    let before = console.charter()?;
    after.roles.clone_from(&before.roles);
    keep_keys(&mut after.jury.hearing.parties, &before.jury.hearing.parties);
    keep_keys(&mut after.jury.hearing.openers, &before.jury.hearing.openers);
    let changes = difference(&before.to_value(), &after.to_value());
    if changes.is_empty() {
        let what = "Nothing is proposed.";
        let why = format!("{} says what the charter in force says.", file.display());
        return Err(Problem::new(Kind::Input, "E-AMENDMENT-SAME", what, why, "Change a clause."));
    }
    let command = AmendmentCommand::Propose { changes: changes.clone() };
    let sent = console.send(Do::Amendment(command))?.with("changes", json!(changes));
    if !json {
        show::print_changes(&changes);
    }
    sent.show(&console, json)
}

/// The keys of institutions that the file leaves out are those in force.
fn keep_keys(after: &mut [Party], before: &[Party]) {
    for party in after.iter_mut().filter(|party| party.key.is_none()) {
        let same = before.iter().find(|other| other.role == party.role);
        party.key = same.and_then(|other| other.key);
    }
}
