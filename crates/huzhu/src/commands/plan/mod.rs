//! `huzhu plan …`: charters, and founding a plan under one.

mod amend;
mod check;
pub mod found;

pub use check::read as read_charter;

use crate::outcome::Outcome;
use crate::problem::Problem;

/// What can be done with a plan.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Checks a charter for contradictions, payers and fairness.
    Check(check::Arguments),
    /// Founds a plan in a new folder.
    Found(found::Arguments),
    /// Amendments of the charter: proposed, noticed, voted on.
    #[command(subcommand)]
    Amend(amend::Command),
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Check(arguments) => check::run(&arguments, json),
            Self::Found(arguments) => found::run(&arguments, json),
            Self::Amend(command) => command.run(json),
        }
    }
}
