//! `huzhu runoff …`: the end of a plan, from the first warning to the final account.

use rules::command::{Do, PayoutCommand, RunOffCommand};
use rules::day::Day;
use serde_json::json;

use crate::commands::fund::account_name;
use crate::console::{Console, Folder};
use crate::layout::{NONE, Table, money};
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::reader::Reader;
use crate::sent::Sent;

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
            Self::Show { folder } => return show(&Reader::open(&folder)?, json),
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

fn show(reader: &Reader, json: bool) -> Result<Outcome, Problem> {
    let (state, currency) = (reader.state(), reader.currency()?);
    let run_off = state.run_off();
    let balances: Vec<_> = state.books().balances().filter(|(_, held)| !held.is_zero()).collect();
    let accounts = balances.iter().map(|(account, balance)| {
        json!({"account": account, "balance_minor": balance, "currency": currency.code()})
    });
    let document = json!({
        "stage": run_off.stage,
        "trigger": run_off.trigger,
        "stop": run_off.stop,
        "caretaker": run_off.caretaker,
        "accounts": accounts.collect::<Vec<_>>(),
    });
    let name = |value: serde_json::Value| value.as_str().unwrap_or(NONE).to_owned();
    Ok(reader.show(json, document, || {
        let mut table = Table::new("lr", 0);
        table.pair("stage", name(json!(run_off.stage)));
        table.pair("because of", name(json!(run_off.trigger)));
        table.pair("stops on", name(json!(run_off.stop)));
        for (account, balance) in &balances {
            table.pair(&account_name(*account), money(*balance, currency));
        }
        table.print();
    }))
}
