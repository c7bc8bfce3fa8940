//! `huzhu period …`: the arithmetic of one period without a log, and the steps of a period in one.

mod detection;
mod list;
mod quote;
mod seal;

pub use seal::command as seal_command;

use std::path::{Path, PathBuf};

use rules::command::{Do, NoticeCommand, PayoutCommand, PeriodCommand};
use rules::notice::About;

use super::bank;
use crate::console::{Console, Folder};
use crate::outcome::Outcome;
use crate::problem::Problem;
use crate::reader::Reader;

/// What can be done with a period.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Works out one period without a log.
    Quote(quote::Arguments),
    /// Lists the periods of a ledger.
    #[command(after_help = "Example:\n  huzhu period list")]
    List {
        #[command(flatten)]
        folder: Folder,
    },
    /// How likely it is that wrong charges of a period stay unnoticed.
    Detection(detection::Arguments),
    /// Logs what the open period's share is expected to be.
    #[command(
        after_help = "Example:\n  huzhu period forecast 0 --share 0.50 --low 0.30 --high 0.80"
    )]
    Forecast {
        #[command(flatten)]
        folder: Folder,
        /// The period.
        period: u32,
        /// Expected share.
        #[arg(long, value_name = "AMOUNT")]
        share: String,
        /// Lower end of the interval.
        #[arg(long, value_name = "AMOUNT")]
        low: String,
        /// Upper end of the interval.
        #[arg(long, value_name = "AMOUNT")]
        high: String,
    },
    /// Publishes the open period: sharers are counted, objections run.
    #[command(after_help = "Example:\n  huzhu period publish 0")]
    Publish(Step),
    /// Records that members were told, and whom the notice did not reach.
    #[command(after_help = "Example:\n  huzhu period notice 0 --about charge\n  \
                      huzhu period notice 0 --about failed-charge --unreached 7")]
    Notice {
        #[command(flatten)]
        step: Step,
        /// What the notice is about.
        #[arg(long, value_name = "charge|failed-charge|rule-change", value_parser = about)]
        about: About,
        /// Members whom it did not reach.
        #[arg(long, value_name = "MEMBER,…", value_delimiter = ',')]
        unreached: Vec<u32>,
    },
    /// Decides the published cases and charges their cost.
    #[command(after_help = "Example:\n  huzhu period close 0")]
    Close(Step),
    /// Reports the bank's collection: all succeeded but those listed.
    #[command(after_help = "Example:\n  huzhu period collect 0 --failed 7,12\n  \
                      huzhu period collect 0 --from answer.pain.002.xml")]
    Collect {
        #[command(flatten)]
        step: Step,
        /// Members whose charge failed.
        #[arg(long, value_name = "MEMBER,…", value_delimiter = ',', conflicts_with = "from")]
        failed: Vec<u32>,
        /// The bank's report (pain.002), which names them.
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// What the sponsor paid in under its guarantee.
        #[arg(long, value_name = "AMOUNT")]
        sponsor: Option<String>,
    },
    /// Orders the payment of all that a period owes, for the bank to make.
    #[command(after_help = "Example:\n  huzhu period order 0")]
    Order(Step),
    /// Orders and confirms the payment of all that a period owes, or confirms what the bank paid.
    #[command(after_help = "Example:\n  huzhu period pay 0\n  \
                            huzhu period pay 0 --from answer.pain.002.xml")]
    Pay {
        #[command(flatten)]
        step: Step,
        /// The bank's report (pain.002 or camt.054) about payouts that were ordered before.
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
    },
    /// Draws the operator's fee of a period.
    #[command(after_help = "Example:\n  huzhu period fee 0")]
    Fee(Step),
    /// Commits to every sharer's charge in a closed period.
    #[command(after_help = "Example:\n  huzhu period seal 0")]
    Seal(Step),
    /// Ends a period.
    #[command(after_help = "Example:\n  huzhu period settle 0")]
    Settle(Step),
}

/// One step of a period.
#[derive(clap::Args)]
pub struct Step {
    #[command(flatten)]
    folder: Folder,
    /// The period.
    period: u32,
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let send = |folder: &Folder, body: Do| {
            let mut console = Console::open(folder)?;
            console.send(body)?.show(&console, json)
        };
        match self {
            Self::Quote(arguments) => quote::run(&arguments, json),
            Self::List { folder } => list::run(&Reader::open(&folder)?, json),
            Self::Detection(arguments) => detection::run(&arguments, json),
            Self::Forecast { folder, period, share, low, high } => {
                let mut console = Console::open(&folder)?;
                let (share_minor, low_minor) = (console.amount(&share)?, console.amount(&low)?);
                let high_minor = console.amount(&high)?;
                let body = Do::Period(PeriodCommand::Forecast {
                    period,
                    share_minor,
                    low_minor,
                    high_minor,
                });
                console.send(body)?.show(&console, json)
            }
            Self::Publish(step) => {
                send(&step.folder, Do::Period(PeriodCommand::Publish { period: step.period }))
            }
            Self::Notice { step, about, unreached } => {
                let mut console = Console::open(&step.folder)?;
                let unreached = console.members(unreached)?;
                let body =
                    Do::Notice(NoticeCommand::Record { period: step.period, about, unreached });
                console.send(body)?.show(&console, json)
            }
            Self::Close(step) => {
                send(&step.folder, Do::Period(PeriodCommand::Close { period: step.period }))
            }
            Self::Collect { step, from: Some(from), sponsor, .. } => {
                reported(&step, &from, sponsor.as_deref(), json)
            }
            Self::Collect { step, failed, sponsor, .. } => {
                let mut console = Console::open(&step.folder)?;
                let sponsor = sponsor.map(|text| console.amount(&text)).transpose()?;
                let sponsor_minor = sponsor.unwrap_or_default();
                let failed = console.members(failed)?;
                let period = step.period;
                console
                    .send(Do::Period(PeriodCommand::Collect { period, failed, sponsor_minor }))?
                    .show(&console, json)
            }
            Self::Order(step) => {
                send(&step.folder, Do::Payout(PayoutCommand::Order { period: step.period }))
            }
            Self::Pay { step, from: Some(from) } => reported(&step, &from, None, json),
            Self::Pay { step, from: None } => pay(&step, json),
            Self::Fee(step) => {
                send(&step.folder, Do::Payout(PayoutCommand::DrawFee { period: step.period }))
            }
            Self::Seal(step) => seal::run(&step.folder, step.period, json),
            Self::Settle(step) => {
                send(&step.folder, Do::Period(PeriodCommand::Settle { period: step.period }))
            }
        }
    }
}

/// What the bank reported about one period.
fn reported(
    step: &Step,
    from: &Path,
    sponsor: Option<&str>,
    json: bool,
) -> Result<Outcome, Problem> {
    let mut console = Console::open(&step.folder)?;
    let answer = bank::read_answer(console.state(), from)?;
    if bank::period_of(&answer.steps).is_some_and(|period| period != step.period) {
        let why = format!("It is not about period {} alone.", step.period);
        return Err(crate::bank::refused(from, "E-BANK-PERIOD", why));
    }
    bank::collect(&mut console, from, sponsor, json)
}

/// The treasurer orders, the custodian confirms: two commands under two keys.
fn pay(step: &Step, json: bool) -> Result<Outcome, Problem> {
    let mut console = Console::open(&step.folder)?;
    let number = step.period;
    let ordered = console.send(Do::Payout(PayoutCommand::Order { period: number }))?;
    // An order may also top up cases that earlier periods paid short; the oldest come first.
    let mut sent = ordered;
    for period in 0..=number {
        let (cases, refunds) = console.state().ordered_of(period);
        if !cases.is_empty() || !refunds.is_empty() {
            sent = sent.then(console.send(Do::Payout(PayoutCommand::Confirm {
                period,
                cases,
                refunds,
            }))?);
        }
    }
    sent.show(&console, json)
}

fn about(text: &str) -> Result<About, String> {
    serde_json::from_value(text.into()).map_err(|_| {
        "a notice is about charge, failed-charge, low-balance or rule-change".to_owned()
    })
}
