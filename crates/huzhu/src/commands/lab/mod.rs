//! `huzhu lab …`: the trust lab on the command line.

use crate::outcome::Outcome;
use crate::problem::Problem;

/// The lab's verbs.
#[derive(clap::Subcommand)]
pub enum Command {}

impl Command {
    /// Runs the verb.
    pub fn run(self, _json: bool) -> Result<Outcome, Problem> {
        match self {}
    }
}
