//! `huzhu case …`: from filing to publication, and looking a case up.

use money::Amount;
use proof::Digest;
use rules::case::{Case, Reason, Verdict};
use rules::charter::Cause;
use rules::command::Do;
use rules::day::Day;
use serde_json::json;

use crate::console::{Console, Folder};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};

/// What can be done about cases.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Asks for aid.
    #[command(after_help = "Example:\n  huzhu case file --member 3 --severity severe \
                            --diagnosed 2019-05-02 --ask 300000.00")]
    File {
        #[command(flatten)]
        folder: Folder,
        /// Who fell ill or was hurt.
        #[arg(long)]
        member: u32,
        /// What brought it about.
        #[arg(long, value_parser = word::<Cause>, default_value = "illness")]
        cause: Cause,
        /// Severity, as the charter names it.
        #[arg(long)]
        severity: String,
        /// Day of first diagnosis (YYYY-MM-DD).
        #[arg(long, value_name = "DAY")]
        diagnosed: Day,
        /// What is asked for.
        #[arg(long, value_name = "AMOUNT")]
        ask: String,
        /// SHA-256 of a document; may be given several times.
        #[arg(long, value_name = "HEX")]
        evidence: Vec<Digest>,
    },
    /// Reports what the investigator found.
    Investigate {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
        /// Day of birth (YYYY-MM-DD).
        #[arg(long, value_name = "DAY")]
        born: Day,
        /// Day of first diagnosis; as filed by default.
        #[arg(long, value_name = "DAY")]
        diagnosed: Option<Day>,
        /// What the investigator assesses.
        #[arg(long, value_name = "AMOUNT")]
        assess: String,
        /// The report's text; its hash is logged.
        #[arg(long, default_value = "")]
        report: String,
    },
    /// Proposes to approve.
    Approve {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
        /// How much aid.
        #[arg(long, value_name = "AMOUNT")]
        aid: String,
    },
    /// Proposes to refuse, with a reason.
    #[command(after_help = "Example:\n  huzhu case refuse 0 --reason waiting-period")]
    Refuse {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
        /// waiting-period, not-covered, health-declaration, severity, evidence or fraud.
        #[arg(long, value_parser = word::<Reason>)]
        reason: Reason,
        /// Number of the health question, for health-declaration.
        #[arg(long)]
        question: Option<u32>,
        /// The sealed answer, for health-declaration.
        #[arg(long)]
        answer: Option<String>,
    },
    /// Publishes the card of a case in the open period.
    Publish {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
    },
    /// Takes a case back before it is decided.
    Withdraw {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
    },
    /// Shows one case with its prices side by side.
    Show {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
    },
    /// Lists the cases.
    List {
        #[command(flatten)]
        folder: Folder,
    },
}

/// Reads one of the words by which the log names a thing.
fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(json!(text)).map_err(|error| error.to_string())
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let mut console = Console::open(self.folder())?;
        let body = match self {
            Self::Show { case, .. } => return show_one(&console, case, json),
            Self::List { .. } => return list(&console, json),
            other => other.body(&console)?,
        };
        console.send(body)?.show(&console, json)
    }

    fn folder(&self) -> &Folder {
        match self {
            Self::File { folder, .. }
            | Self::Investigate { folder, .. }
            | Self::Approve { folder, .. }
            | Self::Refuse { folder, .. }
            | Self::Publish { folder, .. }
            | Self::Withdraw { folder, .. }
            | Self::Show { folder, .. }
            | Self::List { folder } => folder,
        }
    }

    fn body(self, console: &Console) -> Result<Do, Problem> {
        Ok(match self {
            Self::File { member, cause, severity, diagnosed, ask, evidence, .. } => {
                let asked_minor = console.amount(&ask)?;
                Do::File { member, cause, severity, diagnosed, asked_minor, evidence }
            }
            Self::Investigate { case, born, diagnosed, assess, report, .. } => Do::Investigate {
                case,
                born,
                diagnosed: diagnosed
                    .map_or_else(|| known(console, case).map(|c| c.diagnosed), Ok)?,
                assessed_minor: console.amount(&assess)?,
                report: proof::sha256(report.as_bytes()),
            },
            Self::Approve { case, aid, .. } => {
                let verdict = Verdict::Approve { decided_minor: console.amount(&aid)? };
                Do::Review { case, verdict }
            }
            Self::Refuse { case, reason, question, answer, .. } => {
                Do::Review { case, verdict: Verdict::Refuse { reason, question, answer } }
            }
            Self::Publish { case, .. } => Do::PublishCase { case, card: card(console, case)? },
            Self::Withdraw { case, .. } => Do::Withdraw { case },
            Self::Show { .. } | Self::List { .. } => unreachable!("these send nothing"),
        })
    }
}

fn known(console: &Console, case: u32) -> Result<&Case, Problem> {
    console.state().case(case).ok_or_else(|| {
        let what = format!("There is no case {case}.");
        let why = "Cases are numbered from 0 in the order of filing.";
        Problem::new(Kind::Input, "E-CASE-UNKNOWN", what, why, "Check the number.")
    })
}

/// The salted hash of the card's text, which stands beside the log.
fn card(console: &Console, number: u32) -> Result<Digest, Problem> {
    let text = describe(console, number, known(console, number)?)?.to_string();
    let salt = Digest(node::random_bytes()?);
    Ok(proof::sha256(format!("huzhu/v1 case card\n{salt}\n{text}\n").as_bytes()))
}

fn describe(console: &Console, number: u32, case: &Case) -> Result<serde_json::Value, Problem> {
    Ok(json!({
        "case": number,
        "member": case.member,
        "status": case.status,
        "severity": case.severity,
        "cause": case.cause,
        "filed": case.filed,
        "diagnosed": case.diagnosed,
        "asked_minor": case.asked,
        "assessed_minor": case.assessed,
        "proposal": case.verdict,
        "decided_minor": case.decided,
        "paid_minor": case.paid,
        "period": case.period,
        "currency": console.currency()?.code(),
    }))
}

/// The word by which the log names a status or reason.
fn name(value: impl serde::Serialize) -> String {
    json!(value).as_str().map(str::to_owned).unwrap_or_default()
}

fn show_one(console: &Console, number: u32, json: bool) -> Result<Outcome, Problem> {
    let case = known(console, number)?;
    let document = describe(console, number, case)?;
    let currency = console.currency()?;
    let price = |amount: Option<Amount>| {
        amount.map_or_else(|| "–".to_owned(), |amount| amount.display(currency).to_string())
    };
    let proposed = match &case.verdict {
        Some(Verdict::Approve { decided_minor }) => price(Some(*decided_minor)),
        Some(Verdict::Refuse { reason, .. }) => format!("refuse: {}", name(reason)),
        None => "–".to_owned(),
    };
    show(json, &document, || {
        println!("case {number}: {} ({})", name(case.status), case.severity);
        println!("  member     {:>14}", case.member);
        println!("  diagnosed  {:>14}", case.diagnosed);
        println!("  asked      {:>14}", price(Some(case.asked)));
        println!("  assessed   {:>14}", price(case.assessed));
        println!("  proposed   {proposed:>14}");
        println!("  decided    {:>14}", price(case.decided));
        println!("  paid       {:>14}", price(case.paid));
    });
    Ok(Outcome::Done)
}

fn list(console: &Console, json: bool) -> Result<Outcome, Problem> {
    let cases = console.state().cases();
    let described = (0..).zip(cases).map(|(number, case)| describe(console, number, case));
    let document = json!({"cases": described.collect::<Result<Vec<_>, _>>()?});
    let currency = console.currency()?;
    show(json, &document, || {
        println!("{:>5} {:>7}  {:<12} {:>14}  status", "case", "member", "diagnosed", "asked");
        for (number, case) in cases.iter().enumerate() {
            let asked = case.asked.display(currency);
            let (day, status) = (case.diagnosed, name(case.status));
            println!("{number:>5} {:>7}  {day:<12} {asked:>14}  {status}", case.member);
        }
    });
    Ok(Outcome::Done)
}
