//! `huzhu runoff …`: the end of a plan, from the first warning to the final account.

mod show;
mod succeed;

use rules::ballot::Choice;
use rules::charter::Role;
use rules::command::{Do, PayoutCommand, RunOffCommand};
use rules::day::Day;

use crate::commands::role::role;
use crate::console::{Console, Folder};
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::reader::Reader;
use crate::sent::Sent;
use crate::vote::{self, Question};

/// What can be done about the end of a plan.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Shows where the plan stands, and what is still owed.
    #[command(after_help = "Example:\n  huzhu runoff show")]
    Show {
        #[command(flatten)]
        folder: Folder,
    },
    /// Takes nobody in any more.
    #[command(after_help = "Example:\n  huzhu runoff close-entry")]
    CloseEntry {
        #[command(flatten)]
        folder: Folder,
    },
    /// Gives notice that the plan will stop.
    #[command(after_help = "Example:\n  huzhu runoff notice --stop 2022-01-29")]
    Notice {
        #[command(flatten)]
        folder: Folder,
        /// The first day whose diagnoses are not covered.
        #[arg(long)]
        stop: Day,
    },
    /// Orders the end, as the regulator.
    #[command(after_help = "Example:\n  huzhu runoff order --stop 2022-01-29")]
    Order {
        #[command(flatten)]
        folder: Folder,
        /// The first day whose diagnoses are not covered.
        #[arg(long)]
        stop: Day,
    },
    /// Declares, as a delegate of the members, that the operator is silent.
    #[command(after_help = "Example:\n  huzhu runoff silence\n  \
                            huzhu runoff silence --signer delegate-2")]
    Silence {
        #[command(flatten)]
        folder: Folder,
    },
    /// Puts the delegates in the operator's place, as the custodian.
    #[command(after_help = "Example:\n  huzhu runoff take-over")]
    TakeOver {
        #[command(flatten)]
        folder: Folder,
    },
    /// Carries the log on in another folder, when its orderer is gone for good.
    Succeed(succeed::Arguments),
    /// Asks for a vote of the members on the end, as a delegate or as a member.
    #[command(after_help = "Example:\n  huzhu runoff call-vote\n  \
                            huzhu runoff call-vote --member 3")]
    CallVote {
        #[command(flatten)]
        folder: Folder,
        /// The member who asks, by the own key; without it a delegate does.
        #[arg(long)]
        member: Option<u32>,
    },
    /// Commits a member's sealed vote on the end.
    #[command(after_help = "Example:\n  huzhu runoff vote --member 3 --choice for")]
    Vote {
        #[command(flatten)]
        folder: Folder,
        /// Who votes, by the own key.
        #[arg(long)]
        member: u32,
        /// For the end or against it.
        #[arg(long, value_parser = vote::choice)]
        choice: Choice,
        /// Why; published when the vote is opened.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Opens a member's vote after the votes are committed, or as an institution those left closed.
    #[command(after_help = "Example:\n  huzhu runoff open --member 3\n  \
                            huzhu runoff open --as custodian")]
    Open {
        #[command(flatten)]
        folder: Folder,
        /// Whose vote.
        #[arg(long, required_unless_present = "institution")]
        member: Option<u32>,
        /// The institution.
        #[arg(long = "as", value_parser = role(), conflicts_with = "member")]
        institution: Option<Role>,
    },
    /// Counts the votes on the end when nothing more is taken.
    #[command(after_help = "Example:\n  huzhu runoff count")]
    Count {
        #[command(flatten)]
        folder: Folder,
        /// A member who presses on, by the own key; without it the operator does.
        #[arg(long)]
        member: Option<u32>,
    },
    /// Publishes the frozen roll.
    #[command(after_help = "Example:\n  huzhu runoff freeze")]
    Freeze {
        #[command(flatten)]
        folder: Folder,
    },
    /// Orders an instalment for the sick: one part for all.
    #[command(after_help = "Example:\n  huzhu runoff instalment")]
    Instalment {
        #[command(flatten)]
        folder: Folder,
    },
    /// Confirms, as the custodian, every payment that is ordered.
    #[command(after_help = "Example:\n  huzhu runoff pay")]
    Pay {
        #[command(flatten)]
        folder: Folder,
    },
    /// Returns what members have paid in ahead.
    #[command(after_help = "Example:\n  huzhu runoff deposits")]
    Deposits {
        #[command(flatten)]
        folder: Folder,
    },
    /// Reports, as the custodian, that the sponsor paid in all shares; they are owed to the
    /// members.
    #[command(after_help = "Example:\n  huzhu runoff refund-shares 2060.00")]
    RefundShares {
        #[command(flatten)]
        folder: Folder,
        /// What came in: all that the members of the frozen roll have paid in shares.
        amount: String,
    },
    /// Divides what is left among the members of the frozen roll.
    #[command(after_help = "Example:\n  huzhu runoff share-out")]
    ShareOut {
        #[command(flatten)]
        folder: Folder,
    },
    /// Confirms, as the custodian, that what was left is paid out.
    #[command(after_help = "Example:\n  huzhu runoff paid-out")]
    PaidOut {
        #[command(flatten)]
        folder: Folder,
    },
    /// Makes the final account: every account at zero, or why it is not.
    #[command(after_help = "Example:\n  huzhu runoff final")]
    Final {
        #[command(flatten)]
        folder: Folder,
    },
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let (folder, body) = match self {
            Self::Show { folder } => return show::show(&Reader::open(&folder)?, json),
            Self::Succeed(arguments) => return succeed::run(&arguments, json),
            Self::CallVote { folder, member } => {
                return by_member(&folder, member, RunOffCommand::CallVote {}, json);
            }
            Self::Count { folder, member } => {
                return by_member(&folder, member, RunOffCommand::Count {}, json);
            }
            Self::Vote { folder, member, choice, reason } => {
                return vote::commit(&folder, Question::End, member, (choice, reason), json);
            }
            Self::Open { folder, member: Some(member), .. } => {
                return vote::open(&folder, Question::End, member, json);
            }
            Self::Open { folder, institution, .. } => {
                let role = institution.unwrap_or(Role::Custodian);
                return vote::open_left(&folder, Question::End, role, json);
            }
            Self::RefundShares { folder, amount } => {
                let mut console = Console::open(&folder)?;
                let total_minor = console.amount(&amount)?;
                let body = Do::RunOff(RunOffCommand::RefundShares { total_minor });
                return console.send(body)?.show(&console, json);
            }
            Self::Silence { folder } => (folder, RunOffCommand::Silence {}),
            Self::Pay { folder } => return pay(&mut Console::open(&folder)?, json),
            Self::CloseEntry { folder } => (folder, RunOffCommand::CloseEntry {}),
            Self::Notice { folder, stop } => (folder, RunOffCommand::Notice { stop }),
            Self::Order { folder, stop } => (folder, RunOffCommand::Order { stop }),
            Self::TakeOver { folder } => (folder, RunOffCommand::TakeOver {}),
            Self::Freeze { folder } => (folder, RunOffCommand::Freeze {}),
            Self::Instalment { folder } => (folder, RunOffCommand::Instalment {}),
            Self::Deposits { folder } => (folder, RunOffCommand::Deposits {}),
            Self::ShareOut { folder } => (folder, RunOffCommand::ShareOut {}),
            Self::PaidOut { folder } => (folder, RunOffCommand::PaidOut {}),
            Self::Final { folder } => (folder, RunOffCommand::Final {}),
        };
        let mut console = Console::open(&folder)?;
        console.send(Do::RunOff(body))?.show(&console, json)
    }
}

/// Sends a command as a member, or as the role that may send it too.
fn by_member(
    folder: &Folder,
    member: Option<u32>,
    body: RunOffCommand,
    json: bool,
) -> Result<Outcome, Problem> {
    let mut console = Console::open(folder)?;
    let body = Do::RunOff(body);
    let sent = match member {
        Some(member) => console.send_as_member(member, body)?,
        None => console.send(body)?,
    };
    sent.show(&console, json)
}

/// Confirms what is ordered in every period.
fn pay(console: &mut Console, json: bool) -> Result<Outcome, Problem> {
    let mut sent: Option<Sent> = None;
    for period in 0..console.state().periods().len() as u32 {
        let (cases, refunds) = console.state().ordered_of(period);
        if cases.is_empty() && refunds.is_empty() {
            continue;
        }
        let body = PayoutCommand::Confirm { period, cases, refunds };
        let next = console.send(Do::Payout(body))?;
        sent = Some(match sent {
            Some(before) => before.then(next),
            None => next,
        });
    }
    let nothing = || {
        let what = "Nothing is paid.";
        let next = "Order an instalment first with `huzhu runoff instalment`.";
        Problem::new(Kind::Refused, "E-PAYOUT", what, "No payment is ordered.", next)
    };
    sent.ok_or_else(nothing)?.show(console, json)
}
