//! `huzhu node`: what a node does beside ordering commands.

mod publish;

pub use publish::read_policy;

use crate::outcome::Outcome;
use crate::problem::Problem;

/// Commands of a node.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Writes the log as files that any web server can show, for everybody to check.
    Publish(publish::Arguments),
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Publish(arguments) => publish::run(&arguments, json),
        }
    }
}
