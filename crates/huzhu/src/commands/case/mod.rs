//! `huzhu case …`: from filing to publication, and looking a case up.

pub mod card;
mod dispute;
mod inquiry;
mod opening;
mod re_audit;
mod show;
mod times;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use proof::Digest;
use rules::State;
use rules::case::{Case, Reason, Verdict};
use rules::charter::Cause;
use rules::command::{CaseCommand, Do};
use rules::day::Day;

use crate::console::{Console, Folder};
use crate::findings::name;
use crate::nearest::suggest;
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::reader::Reader;

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
        #[arg(long, value_parser = word(&CAUSES), default_value = "illness")]
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
        /// Sign with the member's own key instead of the registrar's.
        #[arg(long)]
        own_key: bool,
    },
    /// Adds documents to a case that is not decided.
    #[command(after_help = "Example:\n  huzhu case evidence 0 --document HEX --own-key")]
    Evidence {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
        /// SHA-256 of a document; may be given several times.
        #[arg(long, value_name = "HEX", required = true)]
        document: Vec<Digest>,
        /// Sign with the applicant's own key instead of the registrar's.
        #[arg(long)]
        own_key: bool,
    },
    /// Reports what the investigator found.
    #[command(
        after_help = "Example:\n  huzhu case investigate 0 --born 1979-03-12 --assess 300000.00"
    )]
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
    #[command(after_help = "Example:\n  huzhu case approve 0 --aid 300000.00")]
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
    #[command(after_help = "Example:\n  huzhu case refuse 0 --reason waiting-period\n  \
                            huzhu case refuse 0 --reason health-declaration --question 1 \
                            --answer no --salt HEX")]
    Refuse {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
        /// On what the refusal rests.
        #[arg(long, value_parser = word(&REASONS))]
        reason: Reason,
        /// Number of the health question, for health-declaration.
        #[arg(long)]
        question: Option<u32>,
        /// The sealed answer, for health-declaration.
        #[arg(long)]
        answer: Option<String>,
        /// The salt that the member kept, for health-declaration; it opens what was sealed.
        #[arg(long, value_name = "HEX")]
        salt: Option<Digest>,
    },
    /// Publishes the card of a case in the open period.
    #[command(after_help = "Example:\n  huzhu case publish 0")]
    Publish {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
    },
    /// Objects to a published case, as a member; a jury then hears it.
    #[command(after_help = "Example:\n  huzhu case object 0 --member 4 \
                            --reason \"The diagnosis is older.\"")]
    Object(dispute::Object),
    /// Appeals against a refusal, to a larger panel.
    #[command(after_help = "Example:\n  huzhu case appeal 0 --reason \"The question was vague.\" \
                            --own-key")]
    Appeal(dispute::Appeal),
    /// Takes a case back before it is decided.
    #[command(after_help = "Example:\n  huzhu case withdraw 0\n  huzhu case withdraw 0 --own-key")]
    Withdraw {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
        /// Sign with the applicant's own key instead of the registrar's.
        #[arg(long)]
        own_key: bool,
    },
    #[command(flatten)]
    Inquiry(inquiry::Command),
    /// The public draw of paid cases that are investigated again by somebody else.
    #[command(subcommand)]
    ReAudit(re_audit::Command),
    /// Shows how long the steps of cases took, against what the charter promises.
    #[command(after_help = "Example:\n  huzhu case times")]
    Times {
        #[command(flatten)]
        folder: Folder,
    },
    /// Shows one case with its prices side by side.
    #[command(after_help = "Example:\n  huzhu case show 0")]
    Show {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
    },
    /// Lists the cases.
    #[command(after_help = "Example:\n  huzhu case list")]
    List {
        #[command(flatten)]
        folder: Folder,
    },
}

/// What can bring a case about.
const CAUSES: [Cause; 2] = [Cause::Illness, Cause::Accident];

/// Why a case can be refused.
const REASONS: [Reason; 6] = [
    Reason::WaitingPeriod,
    Reason::NotCovered,
    Reason::HealthDeclaration,
    Reason::Severity,
    Reason::Evidence,
    Reason::Fraud,
];

/// Reads one of the words by which the log names these things.
fn word<T>(things: &'static [T]) -> impl TypedValueParser<Value = T>
where
    T: serde::Serialize + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(things.iter().map(name))
        .map(|word| things.iter().find(|thing| name(thing) == word).cloned())
        .map(|thing| thing.expect("the parser takes no other words"))
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let command = match self {
            Self::Show { folder, case } => return show::one(&Reader::open(&folder)?, case, json),
            Self::List { folder } => return show::all(&Reader::open(&folder)?, json),
            Self::Times { folder } => return times::all(&Reader::open(&folder)?, json),
            Self::Object(objection) => return objection.run(json),
            Self::Appeal(appeal) => return appeal.run(json),
            Self::Inquiry(inquiry) => return inquiry.run(json),
            Self::ReAudit(re_audit) => return re_audit.run(json),
            command => command,
        };
        command.send(json)
    }

    fn send(self, json: bool) -> Result<Outcome, Problem> {
        let mut console = Console::open(self.folder())?;
        let signer = self.signer(&console)?;
        let body = match self {
            Self::Publish { case, .. } => return card::publish(&mut console, case, json),
            other => other.body(&mut console)?,
        };
        let sent = match signer {
            Some(member) => console.send_as_member(member, body),
            None => console.send(body),
        };
        sent.map_err(|problem| explain(problem, &console))?.show(&console, json)
    }

    /// The member who signs by their own key, if one does.
    fn signer(&self, console: &Console) -> Result<Option<u32>, Problem> {
        match self {
            Self::File { member, own_key: true, .. } => Ok(Some(*member)),
            Self::Evidence { case, own_key: true, .. }
            | Self::Withdraw { case, own_key: true, .. } => {
                Ok(Some(known(console.state(), *case)?.member))
            }
            _ => Ok(None),
        }
    }

    fn folder(&self) -> &Folder {
        match self {
            Self::File { folder, .. }
            | Self::Evidence { folder, .. }
            | Self::Investigate { folder, .. }
            | Self::Approve { folder, .. }
            | Self::Refuse { folder, .. }
            | Self::Publish { folder, .. }
            | Self::Withdraw { folder, .. }
            | Self::Show { folder, .. }
            | Self::Times { folder }
            | Self::List { folder } => folder,
            Self::Object(_) | Self::Appeal(_) | Self::Inquiry(_) | Self::ReAudit(_) => {
                unreachable!("these are handled before")
            }
        }
    }

    fn body(self, console: &mut Console) -> Result<Do, Problem> {
        Ok(match self {
            Self::File { member, cause, severity, diagnosed, ask, evidence, .. } => {
                let asked_minor = console.amount(&ask)?;
                Do::Case(CaseCommand::File {
                    member,
                    cause,
                    severity,
                    diagnosed,
                    asked_minor,
                    evidence,
                })
            }
            Self::Investigate { case, born, diagnosed, assess, report, .. } => {
                Do::Case(CaseCommand::Investigate {
                    case,
                    born,
                    diagnosed: diagnosed
                        .map_or_else(|| known(console.state(), case).map(|c| c.diagnosed), Ok)?,
                    assessed_minor: console.amount(&assess)?,
                    report: proof::sha256(report.as_bytes()),
                })
            }
            Self::Approve { case, aid, .. } => {
                let verdict = Verdict::Approve { decided_minor: console.amount(&aid)? };
                Do::Case(CaseCommand::Review { case, verdict })
            }
            Self::Refuse { case, reason, question, answer, salt, .. } => {
                let member = known(console.state(), case)?.member;
                let opening =
                    salt.map(|salt| opening::opening(console, member, salt)).transpose()?;
                let verdict = Verdict::Refuse { reason, question, answer, opening };
                Do::Case(CaseCommand::Review { case, verdict })
            }
            Self::Evidence { case, document, .. } => {
                Do::Case(CaseCommand::Evidence { case, documents: document })
            }
            Self::Withdraw { case, .. } => Do::Case(CaseCommand::Withdraw { case }),
            Self::Publish { .. }
            | Self::Show { .. }
            | Self::List { .. }
            | Self::Times { .. }
            | Self::Object(_)
            | Self::Appeal(_)
            | Self::Inquiry(_)
            | Self::ReAudit(_) => {
                unreachable!("these are handled before")
            }
        })
    }
}

/// Names the severity that was probably meant.
fn explain(mut problem: Problem, console: &Console) -> Problem {
    let written = problem.why.split('"').nth(1).map(str::to_owned);
    if let ("E-CASE-SEVERITY", Some(written), Ok(charter)) =
        (problem.code.as_str(), written, console.charter())
    {
        let mut known: Vec<&str> = charter.benefits.iter().map(|b| b.severity.as_str()).collect();
        known.dedup();
        problem.next = suggest(&written, known);
    }
    problem
}

fn known(state: &State, case: u32) -> Result<&Case, Problem> {
    state.case(case).ok_or_else(|| {
        let what = format!("There is no case {case}.");
        let why = "Cases are numbered from 0 in the order of filing.";
        Problem::new(Kind::Input, "E-CASE-UNKNOWN", what, why, "Check the number.")
    })
}
