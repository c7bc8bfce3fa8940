//! `huzhu node`: what a node does beside ordering commands.

mod cosign;
mod key;
mod publish;
mod status;
mod witness;

pub use publish::read_policy;

use crate::outcome::Outcome;
use crate::problem::Problem;

/// Commands of a node.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Writes the log as files that any web server can show, for everybody to check.
    Publish(publish::Arguments),
    /// Asks the witnesses of a policy to cosign the newest checkpoint.
    Cosign(cosign::Arguments),
    /// Shows the newest checkpoint, who cosigned it, and how far each promise has come.
    Status(status::Arguments),
    /// Runs a witness, which cosigns checkpoints of logs that only grow.
    Witness(witness::Arguments),
    /// Keys of witnesses.
    #[command(subcommand)]
    Key(key::Command),
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Publish(arguments) => publish::run(&arguments, json),
            Self::Cosign(arguments) => cosign::run(&arguments, json),
            Self::Status(arguments) => status::run(&arguments, json),
            Self::Witness(arguments) => witness::run(&arguments, json),
            Self::Key(command) => command.run(json),
        }
    }
}
