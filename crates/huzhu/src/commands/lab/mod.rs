//! `huzhu lab …`: the trust lab on the command line.

mod sem;

use crate::outcome::Outcome;
use crate::problem::Problem;

/// The lab's verbs.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Fit a structural equation model in lavaan syntax.
    Sem(sem::Sem),
}

impl Command {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Sem(command) => command.run(json),
        }
    }
}
