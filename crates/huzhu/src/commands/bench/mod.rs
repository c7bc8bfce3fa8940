//! `huzhu bench …`: what this machine makes of the work, each figure beside the floor that was
//! measured in the same process.

mod append;
mod floor;
mod people;
mod plan;
mod rails;
mod settle;
mod tree;

use crate::outcome::Outcome;
use crate::problem::Problem;

/// What can be measured.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Signed commands made durable, beside what the disk and the signatures alone would take.
    Append(append::Arguments),
    /// The payment file of all charges, beside the write and fsync of its bytes.
    Rails(rails::Arguments),
    /// Closing a period, charging everybody and telling one member, at any size.
    Settle(settle::Arguments),
    /// The tree of a period's charges, beside four blocks of SHA-256 a leaf.
    Tree(tree::Arguments),
    /// The proof of one member's charge, beside the blocks of the subtree that it hashes again.
    Proof(tree::Arguments),
}

impl Command {
    /// Runs the measurement.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Append(arguments) => append::run(&arguments, json),
            Self::Rails(arguments) => rails::run(&arguments, json),
            Self::Settle(arguments) => settle::run(&arguments, json),
            Self::Tree(arguments) => tree::tree(&arguments, json),
            Self::Proof(arguments) => tree::proof(&arguments, json),
        }
    }
}
