//! One file or folder for each verb of the command line.

mod lab;

use crate::outcome::Outcome;
use crate::problem::Problem;

/// Everything the program can be asked to do.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Statistics of trust: models, scales, behaviour, reports.
    #[command(subcommand)]
    Lab(lab::Command),
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Lab(command) => command.run(json),
        }
    }
}
