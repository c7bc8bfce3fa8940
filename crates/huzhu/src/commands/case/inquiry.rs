//! `huzhu case reopen`, `answer`, `find-fraud`, `clear` and `recover`: what can come after payment.

use proof::Digest;
use rules::command::{CaseCommand, Do};

use super::known;
use crate::console::{Console, Folder};
use crate::outcome::Outcome;
use crate::problem::Problem;

/// What can be done about a paid case.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Reopens a paid case for fraud; an investigator signs who did not investigate it.
    #[command(
        after_help = "Example:\n  huzhu case reopen 0 --evidence HEX --signer investigator-2"
    )]
    Reopen {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
        /// SHA-256 of what the suspicion rests on.
        #[arg(long, value_name = "HEX")]
        evidence: Digest,
    },
    /// Answers in a reopened case, as its applicant.
    #[command(after_help = "Example:\n  huzhu case answer 0 --answer HEX --own-key")]
    Answer {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
        /// SHA-256 of the answer.
        #[arg(long, value_name = "HEX")]
        answer: Digest,
        /// Sign with the applicant's own key instead of the registrar's.
        #[arg(long)]
        own_key: bool,
    },
    /// Finds fraud in a reopened case and asks aid back; a reviewer signs who did not review it.
    #[command(
        after_help = "Example:\n  huzhu case find-fraud 0 --recover 2000.00 --signer reviewer-2"
    )]
    FindFraud {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
        /// What is asked back.
        #[arg(long, value_name = "AMOUNT")]
        recover: String,
    },
    /// Finds no fraud in a reopened case.
    #[command(after_help = "Example:\n  huzhu case clear 0 --signer reviewer-2")]
    Clear {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
    },
    /// Enters money that came back; the next period shares it.
    #[command(after_help = "Example:\n  huzhu case recover 0 --amount 500.00")]
    Recover {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
        /// How much came.
        #[arg(long, value_name = "AMOUNT")]
        amount: String,
    },
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let mut console = Console::open(self.folder())?;
        let mut signer = None;
        let body = match self {
            Self::Reopen { case, evidence, .. } => CaseCommand::Reopen { case, evidence },
            Self::Answer { case, answer, own_key, .. } => {
                if own_key {
                    signer = Some(known(console.state(), case)?.member);
                }
                CaseCommand::Answer { case, answer }
            }
            Self::FindFraud { case, recover, .. } => {
                CaseCommand::FindFraud { case, recover_minor: console.amount(&recover)? }
            }
            Self::Clear { case, .. } => CaseCommand::Clear { case },
            Self::Recover { case, amount, .. } => {
                CaseCommand::Recover { case, amount_minor: console.amount(&amount)? }
            }
        };
        let sent = match signer {
            Some(member) => console.send_as_member(member, Do::Case(body))?,
            None => console.send(Do::Case(body))?,
        };
        sent.show(&console, json)
    }

    fn folder(&self) -> &Folder {
        match self {
            Self::Reopen { folder, .. }
            | Self::Answer { folder, .. }
            | Self::FindFraud { folder, .. }
            | Self::Clear { folder, .. }
            | Self::Recover { folder, .. } => folder,
        }
    }
}
