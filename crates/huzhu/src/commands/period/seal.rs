//! `huzhu period seal`: builds the tree of every sharer's charge and announces its root.

use money::Amount;
use rules::command::{Do, PeriodCommand};
use settle::SettleError;
use settle::tree::{Keep, PeriodTree};

use crate::commands::receipt::no_secret;
use crate::console::{Console, Folder};
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem, sentence};

/// Seals a closed period.
pub fn run(folder: &Folder, period: u32, json: bool) -> Result<Outcome, Problem> {
    let mut console = Console::open(folder)?;
    let any_sealed = console.state().periods().iter().any(|period| period.sealed.is_some());
    let secret = match node::plan_secret(&folder.dir)? {
        Some(secret) => secret,
        // Whoever makes another secret later cannot prove what was sealed under the first.
        None if any_sealed => return Err(no_secret()),
        None => node::make_plan_secret(&folder.dir)?,
    };
    let body = command(console.state(), period, &secret)?;
    console.send(body)?.show(&console, json)
}

/// The command that seals a period.
pub fn command(
    state: &rules::State,
    period: u32,
    secret: &settle::tree::PlanSecret,
) -> Result<Do, Problem> {
    let tree = PeriodTree::build(state, period, secret, Keep::default()).map_err(not_built)?;
    let root = tree.root();
    let charges_minor = Amount::from_minor(root.sum).map_err(|error| not_built(error.into()))?;
    let (root, sharers) = (root.hash, root.count);
    Ok(Do::Period(PeriodCommand::Seal { period, root, sharers, charges_minor }))
}

fn not_built(error: SettleError) -> Problem {
    let (kind, code, next) = match error {
        SettleError::NotCharged(_) => {
            (Kind::Refused, "E-PERIOD-STATE", "Close the period first, with `huzhu period close`.")
        }
        _ => (Kind::Environment, "E-SEAL", "Replay the log: roll and rates must agree."),
    };
    let what = "The tree of the period's charges cannot be built.";
    Problem::new(kind, code, what, sentence(&error.to_string()), next)
}
