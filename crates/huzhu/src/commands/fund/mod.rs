//! `huzhu fund …`: what the funds hold, how money may move, balances paid in ahead, hidden debt.

mod debt;
mod show;

pub use show::account_name;

use rules::command::{Do, FundCommand, MemberList};
use rules::funds::Payment;

use crate::console::{Console, Folder};
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::reader::Reader;

/// What can be done with the funds.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Shows every account with its balance.
    #[command(after_help = "Example:\n  huzhu fund show")]
    Show {
        #[command(flatten)]
        folder: Folder,
    },
    /// Prints the table of flows: the only ways in which money may enter custody or leave it.
    #[command(after_help = "Example:\n  huzhu fund flows\n  \
                            huzhu fund flows --plan plans/xianghubao.toml")]
    Flows {
        #[command(flatten)]
        folder: Folder,
        /// A charter's file instead of a ledger.
        #[arg(long, value_name = "FILE")]
        plan: Option<std::path::PathBuf>,
    },
    /// Shows what one member has paid in ahead.
    #[command(after_help = "Example:\n  huzhu fund balance 3")]
    Balance {
        #[command(flatten)]
        folder: Folder,
        /// The member.
        member: u32,
    },
    /// Reports what members paid in ahead of charges, as the bank.
    #[command(after_help = "Example:\n  huzhu fund pay-in 3=9.00,4=20.00")]
    PayIn {
        #[command(flatten)]
        folder: Folder,
        /// Payments, member and amount each.
        #[arg(value_name = "MEMBER=AMOUNT,…", value_delimiter = ',', required = true)]
        payments: Vec<String>,
    },
    /// Asks for a member's balance to be returned.
    #[command(after_help = "Example:\n  huzhu fund withdraw 3\n  \
                            huzhu fund withdraw 3 --amount 5.00 --own-key")]
    Withdraw {
        #[command(flatten)]
        folder: Folder,
        /// The member.
        member: u32,
        /// How much; all of it when left out.
        #[arg(long)]
        amount: Option<String>,
        /// Sign with the member's own key instead of the registrar's.
        #[arg(long)]
        own_key: bool,
    },
    /// Confirms, as the custodian, that balances were returned.
    #[command(after_help = "Example:\n  huzhu fund returned 3,4")]
    Returned {
        #[command(flatten)]
        folder: Folder,
        /// The members; everybody to whom a balance is owed when left out.
        #[arg(value_name = "MEMBER,…", value_delimiter = ',')]
        members: Vec<u32>,
    },
    /// Reports interest that the bank credited; it belongs to the pool.
    #[command(after_help = "Example:\n  huzhu fund interest 12.34")]
    Interest {
        #[command(flatten)]
        folder: Folder,
        /// How much.
        amount: String,
    },
    /// Lists who pays whom in a period of a plan without custody.
    #[command(after_help = "Example:\n  huzhu fund dues 0")]
    Dues {
        #[command(flatten)]
        folder: Folder,
        /// The period.
        period: u32,
    },
    /// Confirms, as the patient, what members paid directly.
    #[command(after_help = "Example:\n  huzhu fund received 0 --case 2 --members 1,2,3")]
    Received {
        #[command(flatten)]
        folder: Folder,
        /// The period.
        period: u32,
        /// The case.
        #[arg(long)]
        case: u32,
        /// The members who paid.
        #[arg(long, value_name = "MEMBER,…", value_delimiter = ',', required = true)]
        members: Vec<u32>,
        /// Sign with the patient's own key instead of the registrar's.
        #[arg(long)]
        own_key: bool,
    },
    /// Matches what patients confirmed with what was owed; what is missing are failed charges.
    #[command(after_help = "Example:\n  huzhu fund match 0")]
    Match {
        #[command(flatten)]
        folder: Folder,
        /// The period.
        period: u32,
    },
    /// Estimates what is diagnosed and not yet published, with its triangle.
    #[command(after_help = "Example:\n  huzhu fund debt\n  huzhu fund debt --method \
                            bornhuetter-ferguson --publish")]
    Debt {
        #[command(flatten)]
        folder: Folder,
        #[command(flatten)]
        how: debt::How,
    },
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let (folder, body): (Folder, FundCommand) = match self {
            Self::Show { folder } => return show::accounts(&Reader::open(&folder)?, json),
            Self::Flows { folder, plan } => return show::flows(&folder, plan.as_deref(), json),
            Self::Balance { folder, member } => {
                return show::balance(&Reader::open(&folder)?, member, json);
            }
            Self::Debt { folder, how } => return debt::run(&folder, &how, json),
            Self::Dues { folder, period } => {
                return show::dues(&Reader::open(&folder)?, period, json);
            }
            Self::Match { folder, period } => (folder, FundCommand::Match { period }),
            Self::Received { folder, period, case, members, own_key } => {
                let mut console = Console::open(&folder)?;
                let patient = console.state().case(case).map_or(0, |case| case.member);
                let members = console.members(members)?;
                let body = Do::Fund(FundCommand::Received { period, case, members });
                return console.send_for(patient, own_key, body)?.show(&console, json);
            }
            Self::Withdraw { folder, member, amount, own_key } => {
                let mut console = Console::open(&folder)?;
                let amount_minor = amount.map(|text| console.amount(&text)).transpose()?;
                let body = Do::Fund(FundCommand::Withdraw { member, amount_minor });
                return console.send_for(member, own_key, body)?.show(&console, json);
            }
            Self::Returned { folder, members } if members.is_empty() => {
                let mut console = Console::open(&folder)?;
                let owed = console.state().deposits().iter().zip(0..);
                let owed = owed.filter(|(row, _)| !row.owed.is_zero()).map(|(_, member)| member);
                let members = owed.collect();
                let members = console.members(members)?;
                let body = Do::Fund(FundCommand::Returned { members });
                return console.send(body)?.show(&console, json);
            }
            Self::Returned { folder, members } => {
                (folder, FundCommand::Returned { members: MemberList::Here(members) })
            }
            Self::PayIn { folder, payments } => {
                let console = Console::open(&folder)?;
                let payments = payments.iter().map(|text| payment(&console, text));
                let mut payments = payments.collect::<Result<Vec<_>, _>>()?;
                payments.sort_by_key(|payment| payment.member);
                (folder, FundCommand::PayIn { payments })
            }
            Self::Interest { folder, amount } => {
                let amount_minor = Console::open(&folder)?.amount(&amount)?;
                (folder, FundCommand::Interest { amount_minor })
            }
        };
        let mut console = Console::open(&folder)?;
        console.send(Do::Fund(body))?.show(&console, json)
    }
}

fn payment(console: &Console, text: &str) -> Result<Payment, Problem> {
    let parts = text.split_once('=');
    let member = parts.and_then(|(member, _)| member.parse().ok());
    let (Some(member), Some((_, amount))) = (member, parts) else {
        let what = format!("The payment {text:?} cannot be read.");
        let why = "A payment is the number of a member, an equals sign and an amount.";
        let next = "Write it like 3=9.00.";
        return Err(Problem::new(Kind::Input, "E-USAGE", what, why, next));
    };
    Ok(Payment { member, amount_minor: console.amount(amount)? })
}
