//! `huzhu node cosign`: the operator collects cosignatures from the witnesses of a policy.

use std::path::PathBuf;
use std::time::Duration;

use node::{Asked, Collected, Reply};
use serde_json::{Value, json};

use super::read_policy;
use crate::layout::{Table, count};
use crate::outcome::{Outcome, show};
use crate::problem::Problem;

/// Arguments of the collection.
#[derive(clap::Args)]
#[command(after_help = "All witnesses whose lines name an address are asked at once. Only what \
                  verifies is stored, in witnesses/ of the ledger's folder; publish the log first, \
                  so that replaying witnesses can read it, and again afterwards. Exit code 1 if \
                  the policy is not satisfied.\n\n\
                  Example:\n  huzhu node cosign --dir walk --policy policy")]
pub struct Arguments {
    /// Folder of the ledger.
    #[arg(long, env = "HUZHU_DIR", value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// The policy (https://c2sp.org/tlog-policy).
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// What one answer may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 30,
          value_parser = clap::value_parser!(u64).range(1..=3600))]
    patience: u64,
}

/// Collects cosignatures.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let (_, policy) = read_policy(&arguments.policy)?;
    let patience = Some(Duration::from_secs(arguments.patience));
    let collected = node::cosign(&arguments.dir, &policy, patience)?;
    show(json, &document(&collected), || print(&collected));
    Ok(if collected.enough { Outcome::Done } else { Outcome::False })
}

fn words(reply: &Reply) -> (&'static str, String) {
    match reply {
        Reply::Cosigned(time) => ("cosigned", format!("at {time}")),
        Reply::Conflict(why) => ("conflict", why.clone()),
        Reply::Refused(why) => ("refused", why.clone()),
        Reply::Failed(why) => ("failed", why.clone()),
        Reply::NoAddress => ("not-asked", "the policy names no address".to_owned()),
    }
}

fn document(collected: &Collected) -> Value {
    let asked = collected.asked.iter().map(|Asked { name, kind, reply }| {
        let (came, what) = words(reply);
        json!({"name": name, "kind": kind.name(), "reply": came, "what": what})
    });
    json!({
        "tree_size": collected.checkpoint.size,
        "root": collected.checkpoint.root.to_string(),
        "satisfied": collected.enough,
        "witnesses": asked.collect::<Vec<_>>(),
    })
}

fn print(collected: &Collected) {
    let is = if collected.enough { "is" } else { "is not" };
    let size = count(collected.checkpoint.size);
    println!("The policy {is} satisfied for the checkpoint of {size} entries.");
    let mut table = Table::new("llll", 2);
    for Asked { name, kind, reply } in &collected.asked {
        let (came, what) = words(reply);
        table.row([name.clone(), kind.name().to_owned(), came.to_owned(), what]);
    }
    table.print();
}
