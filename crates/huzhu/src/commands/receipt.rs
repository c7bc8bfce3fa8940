//! `huzhu receipt …`: what the log says of a member, a charge, a case or a period, as a file that
//! proves itself and as a page that checks itself offline.

use std::path::{Path, PathBuf};

use node::{Issuer, ReceiptIssue};
use proof::receipt::Receipt;
use proof::receipt_check::Verdict;
use serde_json::json;
use settle::tree::{Keep, PeriodTree};

use super::node::read_policy;
use super::verify::words::{Language, Words};
use crate::console::Folder;
use crate::layout::Table;
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem, sentence};
use crate::reader::Reader;

/// The page with both verifiers, built from `web/verify`.
const PAGE: &str = include_str!("../../../../web/verify/dist/receipt.html");

/// Where the receipt goes in the page.
const PLACE: &str = "{{RECEIPT}}";

/// Of what a receipt is issued.
#[derive(clap::Subcommand)]
pub enum Command {
    /// That a member joined: the command and what the rules concluded.
    #[command(after_help = "Example:\n  huzhu receipt member 3")]
    Member {
        /// The member.
        member: u32,
        #[command(flatten)]
        common: Common,
    },
    /// What a member is charged in a sealed period, as one of the announced number and sum.
    #[command(after_help = "Example:\n  huzhu receipt charge 3 --period 0 --out charge.txt")]
    Charge {
        /// The member.
        member: u32,
        /// The period.
        #[arg(long)]
        period: u32,
        #[command(flatten)]
        common: Common,
    },
    /// What the log says of a case, from filing to payment.
    #[command(after_help = "Example:\n  huzhu receipt case 0")]
    Case {
        /// The case.
        case: u32,
        #[command(flatten)]
        common: Common,
    },
    /// The figures of a closed period.
    #[command(after_help = "Example:\n  huzhu receipt period 0")]
    Period {
        /// The period.
        period: u32,
        #[command(flatten)]
        common: Common,
    },
}

/// What all receipts need.
#[derive(clap::Args)]
pub struct Common {
    #[command(flatten)]
    folder: Folder,
    /// The receipt; the page stands beside it under a name that ends in .html.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The policy that the receipt states; without it, the file `policy` of the ledger, or that the
    /// log's own signature suffices.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A checkpoint with cosignatures, instead of the one stored beside the log.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
}

impl Command {
    /// Issues the receipt.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match &self {
            Self::Member { member, common } => {
                let issued = common.issuer()?.member(*member).map_err(not_issued)?;
                common.write(&format!("receipt-member-{member}"), issued, json)
            }
            Self::Case { case, common } => {
                let issued = common.issuer()?.case(*case).map_err(not_issued)?;
                common.write(&format!("receipt-case-{case}"), issued, json)
            }
            Self::Period { period, common } => {
                let issued = common.issuer()?.period(*period).map_err(not_issued)?;
                common.write(&format!("receipt-period-{period}"), issued, json)
            }
            Self::Charge { member, period, common } => {
                let mut issuer = common.issuer()?;
                let reader = Reader::open(&common.folder)?;
                let state = reader.state();
                if state.period(*period).is_none_or(|row| row.sealed.is_none()) {
                    return Err(not_issued(ReceiptIssue::NotSealed(*period)));
                }
                let secret = node::plan_secret(&common.folder.dir)?;
                let secret = secret.ok_or_else(no_secret)?;
                let tree = PeriodTree::build(state, *period, &secret, Keep::default());
                let tree = tree.map_err(|error| not_issued(error.into()))?;
                let issued = issuer.charge(state, &tree, *member).map_err(not_issued)?;
                common.write(&format!("receipt-charge-{member}-period-{period}"), issued, json)
            }
        }
    }
}

impl Common {
    fn issuer(&self) -> Result<Issuer, Problem> {
        let dir = &self.folder.dir;
        if !dir.join(ledger::journal::FOLDER).is_dir() {
            let why = format!("There is no log in {}.", dir.display());
            return Err(Problem::not_a_ledger(dir, why));
        }
        let beside = Some(dir.join(node::POLICY_FILE)).filter(|path| path.is_file());
        let policy = self.policy.clone().or(beside).map(|path| read_policy(&path));
        let policy = policy.transpose()?.map(|(_, bytes)| bytes);
        let policy = policy.and_then(|bytes| String::from_utf8(bytes).ok());
        let read =
            |path: &PathBuf| std::fs::read(path).map_err(|error| Problem::file(path, &error));
        let note = self.checkpoint.as_ref().map(read).transpose()?;
        Issuer::open(dir, policy, note).map_err(not_issued)
    }

    fn write(
        &self,
        name: &str,
        (receipt, verdict): (Receipt, Verdict),
        json: bool,
    ) -> Result<Outcome, Problem> {
        let out = self.out.clone().unwrap_or_else(|| PathBuf::from(format!("{name}.txt")));
        let page = out.with_extension("html");
        if page == out {
            let why = "The page stands beside the receipt under a name that ends in .html.";
            let next = "Name the receipt otherwise, such as receipt.txt.";
            let what = "The receipt cannot have this name.";
            return Err(Problem::new(Kind::Input, "E-RECEIPT-NAME", what, why, next));
        }
        let text = receipt.to_string();
        write(&out, &text)?;
        write(&page, &page_of(&text))?;
        let words = Words::of(&verdict, Language::En);
        let document = json!({
            "receipt": out.display().to_string(),
            "page": page.display().to_string(),
            "statement": verdict.to_string(),
            "states": words.states_document(),
            "proves": words.proves(),
            "does_not_prove": words.does_not_prove(),
        });
        show(json, &document, || {
            println!("The receipt is issued, and verifies.");
            let mut table = Table::new("ll", 2);
            table.pair("receipt", out.display());
            table.pair("page", format!("{} (checks itself offline)", page.display()));
            table.print();
            words.print();
        });
        Ok(Outcome::Done)
    }
}

fn write(path: &Path, text: &str) -> Result<(), Problem> {
    std::fs::write(path, text).map_err(|error| Problem::file(path, &error))
}

/// The page that holds a receipt.
fn page_of(receipt: &str) -> String {
    let escaped = receipt.replace('&', "&amp;").replace('<', "&lt;");
    PAGE.replacen(PLACE, &escaped, 1)
}

/// The receipt that a page holds.
pub fn receipt_of(page: &str) -> Option<String> {
    let (before, after) = PAGE.split_once(PLACE)?;
    // What stands around the receipt begins in the last line before it; the rest may be of another
    // version of the page.
    let start = before.rsplit_once("<textarea").map(|(_, start)| start.trim_end())?;
    let end = after.split_once('>').map(|(end, _)| end)?;
    let (_, rest) = page.split_once(start)?;
    let (inside, _) = rest.split_once(end)?;
    Some(inside.replace("&lt;", "<").replace("&amp;", "&"))
}

/// There is no secret to build a tree with.
pub fn no_secret() -> Problem {
    Problem::new(
        Kind::Input,
        "E-PLAN-SECRET",
        "The plan's secret is not here.",
        "Salts of the charges follow from it, and the file keys/plan-secret.key is not there.",
        "Copy the file from an institution that holds it.",
    )
}

/// Why a receipt is not issued.
fn not_issued(issue: ReceiptIssue) -> Problem {
    let sign = "Any command signs a checkpoint over all entries; then try again.";
    let (kind, code, next) = match &issue {
        ReceiptIssue::Log(_) => {
            let ReceiptIssue::Log(error) = issue else { unreachable!("it was just matched") };
            return error.into();
        }
        ReceiptIssue::Unknown { .. } | ReceiptIssue::Charge(_) => {
            (Kind::Input, "E-RECEIPT-UNKNOWN", "Check the number.")
        }
        ReceiptIssue::NotSealed(_) => {
            (Kind::Refused, "E-RECEIPT-UNSEALED", "Seal it with `huzhu period seal`.")
        }
        ReceiptIssue::NoCheckpoint | ReceiptIssue::NotCovered { .. } => {
            (Kind::Refused, "E-RECEIPT-UNSIGNED", sign)
        }
        ReceiptIssue::Policy(_) => {
            (Kind::Input, "E-POLICY", "Its format is https://c2sp.org/tlog-policy.")
        }
        ReceiptIssue::Checkpoint(_) | ReceiptIssue::OtherLog => {
            (Kind::Input, "E-RECEIPT-CHECKPOINT", "Name policy and checkpoint of this log.")
        }
        ReceiptIssue::OtherTree(_) => (
            Kind::Environment,
            "E-SEAL-DIFFERS",
            "Compare the plan's secret with the institutions'.",
        ),
        _ => (
            Kind::Refused,
            "E-RECEIPT",
            "Collect the cosignatures that the policy asks for, and name them with --checkpoint.",
        ),
    };
    let what = "The receipt is not issued.";
    Problem::new(kind, code, what, sentence(&issue.to_string()), next)
}
