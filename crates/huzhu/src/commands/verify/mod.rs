//! `huzhu verify …`: receipts and proofs, from their bytes alone.

mod draw;
mod numbers;
pub mod words;

use std::path::{Path, PathBuf};

use proof::merkle::leaf_hash;
use proof::policy::Policy;
use proof::receipt_check::{self, ReceiptError, Step, Verdict};
use proof::tlog_proof::TlogProof;
use serde_json::{Value, json};

use super::node::read_policy;
use crate::layout::Table;
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem, sentence};
use words::{Language, Words};

/// How a receipt begins.
const RECEIPT: &[u8] = b"huzhu receipt ";

/// How a proof of one entry begins.
const PROOF: &[u8] = b"c2sp.org/tlog-proof@";

/// Longest file that is read: a page with a receipt of the largest size.
const FILE_BYTES_MAX: u64 = 1 << 23;

/// What is verified.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_help = "Example:\n  huzhu verify receipt-charge-3-period-0.txt\n  \
                        huzhu verify receipt-charge-3-period-0.html --policy plan.policy\n  \
                        huzhu verify inclusion --index 0 --size 1 --leaf HEX --root HEX \
                        --path \"\"")]
pub struct Arguments {
    #[command(subcommand)]
    proof: Option<numbers::Command>,
    /// A receipt, the page of one, the record of a draw, or a proof of an entry
    /// (https://c2sp.org/tlog-proof).
    #[arg(value_name = "FILE", required = true)]
    file: Option<PathBuf>,
    /// The policy that you trust; without it, the one that the receipt states.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The entry of which a proof speaks.
    #[arg(long, value_name = "FILE")]
    entry: Option<PathBuf>,
    /// Language of what it proves.
    #[arg(long, value_enum, default_value = "en")]
    lang: Language,
}

/// Steps that were made, each passed or not, and why one did not.
struct Checked {
    steps: Vec<(&'static str, bool)>,
    why: Option<String>,
}

/// Verifies.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    if let Some(proof) = &arguments.proof {
        return proof.run(json);
    }
    let path = arguments.file.as_deref().unwrap_or(Path::new(""));
    let bytes = read(path)?;
    if bytes.starts_with(draw::RECORD) {
        return Ok(draw::run(&bytes, json));
    }
    let policy = arguments.policy.as_deref().map(read_policy).transpose()?;
    let policy = policy.map(|(_, bytes)| bytes);
    if bytes.starts_with(PROOF) {
        return proof_of_an_entry(arguments, &bytes, policy.as_deref(), json);
    }
    let receipt = if bytes.starts_with(RECEIPT) {
        bytes
    } else {
        let page = String::from_utf8(bytes).ok();
        let receipt = page.as_deref().and_then(super::receipt::receipt_of);
        receipt.ok_or_else(|| no_receipt(path))?.into_bytes()
    };
    let (verdict, checked) = match receipt_check::check(&receipt, policy.as_deref()) {
        Ok(verdict) => {
            let steps = steps_of(&verdict).into_iter().map(|step| (step.name(), true));
            (Some(verdict), Checked { steps: steps.collect(), why: None })
        }
        Err(error) => (None, failed(&error)),
    };
    let words = verdict.as_ref().map(|verdict| Words::of(verdict, arguments.lang));
    let mut document = checked.document();
    if let (Some(verdict), Some(words)) = (&verdict, &words) {
        document["statement"] = json!(verdict.to_string());
        document["states"] = words.states_document();
        document["proves"] = json!(words.proves());
        document["does_not_prove"] = json!(words.does_not_prove());
    }
    show(json, &document, || {
        checked.print();
        if let (Some(verdict), Some(words)) = (&verdict, &words) {
            println!("It states");
            verdict.to_string().lines().for_each(|line| println!("  {line}"));
            words.print();
        }
    });
    Ok(checked.outcome())
}

/// The steps that a receipt with this content goes through.
fn steps_of(verdict: &Verdict) -> Vec<Step> {
    let has = |step: &Step| match step {
        Step::Arithmetic => verdict.closed.is_some(),
        Step::Seal => verdict.sealed.is_some(),
        Step::Charge => verdict.charge.is_some(),
        _ => true,
    };
    Step::ALL.into_iter().filter(has).collect()
}

fn failed(error: &ReceiptError) -> Checked {
    let failed = error.step();
    let made = Step::ALL.into_iter().filter(|step| *step <= failed);
    let steps = made.map(|step| (step.name(), step != failed)).collect();
    let mut why = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        why = format!("{why}: {deeper}");
        cause = deeper.source();
    }
    Checked { steps, why: Some(sentence(&why)) }
}

/// A tlog-proof with its entry beside it.
fn proof_of_an_entry(
    arguments: &Arguments,
    bytes: &[u8],
    policy: Option<&[u8]>,
    json: bool,
) -> Result<Outcome, Problem> {
    let (Some(entry), Some(policy)) = (&arguments.entry, policy) else {
        let why = "It proves the place of an entry that it does not hold, under a policy.";
        let next = "Name both with --entry FILE and --policy FILE.";
        let what = "The proof is not complete.";
        return Err(Problem::new(Kind::Input, "E-PROOF-ALONE", what, why, next));
    };
    let entry = read(entry)?;
    let mut steps = Vec::new();
    let mut judge = || -> Result<(), String> {
        let text = core::str::from_utf8(bytes).map_err(|error| error.to_string());
        let proof = step(
            &mut steps,
            "form",
            text.and_then(|text| text.parse::<TlogProof>().map_err(|error| error.to_string())),
        )?;
        let policy = Policy::parse(policy).map_err(|error| error.to_string());
        let policy = step(&mut steps, "policy", policy)?;
        let opened = policy.open_log(proof.checkpoint.as_bytes());
        let (checkpoint, note) =
            step(&mut steps, "checkpoint", opened.map_err(|error| error.to_string()))?;
        let witnessed = policy.witnessed(&note).map_err(|error| error.to_string());
        step(&mut steps, "witnesses", witnessed)?;
        let proved = proof.verify_leaf(&leaf_hash(&entry), &checkpoint);
        step(&mut steps, "inclusion", proved.map_err(|error| error.to_string()))
    };
    let why = judge().err().map(|why| sentence(&why));
    let checked = Checked { steps, why };
    let mut document = checked.document();
    if checked.why.is_none() {
        document["proves"] = json!("The log has committed itself to this entry, at this place.");
        document["does_not_prove"] = json!(
            "That the facts behind the entry are true, or that its signer was entitled to it."
        );
    }
    show(json, &document, || checked.print());
    Ok(checked.outcome())
}

/// Notes a step and whether it passed.
fn step<T>(
    steps: &mut Vec<(&'static str, bool)>,
    name: &'static str,
    result: Result<T, String>,
) -> Result<T, String> {
    steps.push((name, result.is_ok()));
    result
}

impl Checked {
    /// One check by itself.
    fn single(name: &'static str, result: Result<(), String>) -> Self {
        let why = result.err().map(|why| sentence(&why));
        Self { steps: vec![(name, why.is_none())], why }
    }

    fn document(&self) -> Value {
        let step = |(name, ok): &(&str, bool)| json!({"name": name, "ok": ok});
        let steps: Vec<Value> = self.steps.iter().map(step).collect();
        let mut document = json!({
            "verified": self.why.is_none(), "steps": steps,
            "proves": Value::Null, "does_not_prove": Value::Null,
        });
        if let Some(why) = &self.why {
            document["why"] = json!(why);
        }
        document
    }

    fn print(&self) {
        println!("{}", if self.why.is_none() { "Verified." } else { "Not verified." });
        let mut table = Table::new("ll", 2);
        for (name, ok) in &self.steps {
            table.row([if *ok { "✓" } else { "✗" }.to_owned(), (*name).to_owned()]);
        }
        table.print();
        if let Some(why) = &self.why {
            println!("  why: {why}");
        }
    }

    fn outcome(&self) -> Outcome {
        if self.why.is_none() { Outcome::Done } else { Outcome::False }
    }
}

/// Reads a file that may be anything.
fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let file = |error| Problem::file(path, &error);
    if std::fs::metadata(path).map_err(file)?.len() > FILE_BYTES_MAX {
        return Err(no_receipt(path));
    }
    std::fs::read(path).map_err(file)
}

fn no_receipt(path: &Path) -> Problem {
    Problem::new(
        Kind::Input,
        "E-RECEIPT-FORM",
        format!("{} is no receipt.", path.display()),
        "It begins neither as a receipt nor as a proof, and is no page with one.",
        "Name a file that `huzhu receipt` has written.",
    )
}
