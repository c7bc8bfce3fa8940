//! The `huzhu` program: one binary, its roles as subcommands. Holds words and files, no rules.

mod commands;
mod outcome;
mod problem;

use clap::Parser;

/// Runs a mutual-aid plan whose every cent can be checked by the people who pay for it.
#[derive(Parser)]
#[command(name = "huzhu", version, max_term_width = 100, propagate_version = true)]
struct Arguments {
    /// Print one JSON document on standard output and nothing else there.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    match arguments.command.run(arguments.json) {
        Ok(outcome) => outcome.into(),
        Err(problem) => problem.report(arguments.json),
    }
}
