//! `huzhu arrears …`: charges that failed, and what becomes of them.

use money::Amount;
use rules::command::{ArrearsCommand, Do};
use rules::roll::Standing;
use serde_json::json;

use crate::console::{Console, Folder};
use crate::layout::{NONE, Table, count, money};
use crate::outcome::Outcome;
use crate::problem::Problem;
use crate::reader::Reader;

/// What can be done about failed charges.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Lists the charges that are unpaid, oldest period first.
    #[command(after_help = "Example:\n  huzhu arrears list --limit 20")]
    List {
        #[command(flatten)]
        folder: Folder,
        /// Charges listed at most.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Reports charges that succeeded when the bank tried again.
    #[command(after_help = "Example:\n  huzhu arrears retry 0 --paid 7,12")]
    Retry {
        #[command(flatten)]
        folder: Folder,
        /// The period.
        period: u32,
        /// Members whose charge succeeded now.
        #[arg(long, value_name = "MEMBER,…", value_delimiter = ',', required = true)]
        paid: Vec<u32>,
    },
    /// Reports the late payment of one charge, by the member or by who pays for the member.
    #[command(after_help = "Example:\n  huzhu arrears pay 0 --member 7\n  \
                            huzhu arrears pay 0 --member 9 --payer 7")]
    Pay {
        #[command(flatten)]
        folder: Folder,
        /// The period.
        period: u32,
        /// Whose charge it is.
        #[arg(long)]
        member: u32,
        /// Who paid, when it was not the member.
        #[arg(long, value_name = "MEMBER")]
        payer: Option<u32>,
    },
    /// Ends the days of grace of a period: what is unpaid is written off, and who was told and did
    /// not pay is expelled.
    #[command(after_help = "Example:\n  huzhu arrears end 0 --day 2019-05-26")]
    End {
        #[command(flatten)]
        folder: Folder,
        /// The period.
        period: u32,
    },
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::List { folder, limit } => list(&Reader::open(&folder)?, limit, json),
            Self::Retry { folder, period, paid } => {
                let mut console = Console::open(&folder)?;
                let paid = console.members(paid)?;
                console
                    .send(Do::Arrears(ArrearsCommand::Retry { period, paid }))?
                    .show(&console, json)
            }
            Self::Pay { folder, period, member, payer } => {
                let mut console = Console::open(&folder)?;
                let payer = payer.unwrap_or(member);
                console
                    .send(Do::Arrears(ArrearsCommand::Pay { period, member, payer }))?
                    .show(&console, json)
            }
            Self::End { folder, period } => {
                let mut console = Console::open(&folder)?;
                console.send(Do::Arrears(ArrearsCommand::End { period }))?.show(&console, json)
            }
        }
    }
}

/// A charge that is unpaid.
struct Charge {
    period: u32,
    member: u32,
    owed: Amount,
    standing: Option<Standing>,
    /// Until 00:00 of this day the charge may be paid without harm.
    until: Option<String>,
}

fn list(reader: &Reader, limit: usize, json: bool) -> Result<Outcome, Problem> {
    let (state, currency) = (reader.state(), reader.currency()?);
    let (mut charges, mut of) = (Vec::new(), 0_u64);
    for (period, number) in state.periods().iter().zip(0..) {
        let over = period.arrears.ended().is_some();
        let until = state.ladder(number).filter(|_| !over).map(|(_, until)| until.to_string());
        for member in period.arrears.unpaid() {
            of += 1;
            if charges.len() < limit {
                let row = state.roll().get(member);
                let owed = row.map_or(Amount::ZERO, |row| state.share_of(&row, number));
                let standing = row.map(|row| row.standing);
                let until = until.clone();
                charges.push(Charge { period: number, member, owed, standing, until });
            }
        }
    }
    let described = charges.iter().map(|charge| {
        json!({
            "period": charge.period,
            "member": charge.member,
            "owed_minor": charge.owed,
            "grace_until": charge.until,
            "currency": currency.code(),
        })
    });
    let document = json!({"unpaid": described.collect::<Vec<_>>(), "of": of});
    Ok(reader.show(json, document, || {
        if charges.is_empty() {
            println!("No charge is unpaid.");
            return;
        }
        let header = ["period", "member", "owed", "may be paid until", "membership"];
        let mut table = Table::new("rrrll", 0).header(header);
        for charge in &charges {
            let standing = charge.standing.map_or_else(String::new, |standing| match standing {
                Standing::Active => "goes on".to_owned(),
                over => format!("{over:?}").to_lowercase(),
            });
            table.row([
                charge.period.to_string(),
                charge.member.to_string(),
                money(charge.owed, currency),
                charge.until.clone().unwrap_or_else(|| NONE.to_owned()),
                standing,
            ]);
        }
        table.print();
        println!("{} of {}", count(charges.len() as u64), count(of));
    }))
}
