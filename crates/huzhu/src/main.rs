//! The `huzhu` program: one binary, its roles as subcommands. Holds words and files, no rules.

mod bank;
mod commands;
mod console;
mod draw;
mod fairness;
mod findings;
mod keep;
mod last_resort;
mod layout;
mod nearest;
mod outcome;
mod problem;
mod progress;
mod reader;
mod sealed;
mod sent;
mod usage;
mod vote;

use clap::{CommandFactory as _, Parser};

/// Runs a mutual-aid plan whose every cent can be checked by the people who pay for it.
#[derive(Parser)]
#[command(name = "huzhu", version, max_term_width = 100, propagate_version = true)]
#[command(after_help = "Examples:\n  huzhu plan check plans/xianghubao.toml\n  \
                        huzhu period quote --plan plans/xianghubao.toml --members 103321600 \
                        --aid 462077155.55\n\n\
                        Exit codes: 0 done, 1 checked and false, 2 wrong usage or input, \
                        3 refused by the rules, 4 disk or machine.")]
struct Arguments {
    /// Print one JSON document on standard output and nothing else there.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> std::process::ExitCode {
    // Looked for by hand, because an unreadable command line may ask for JSON too.
    let json = std::env::args_os().any(|argument| argument == "--json");
    last_resort::install(json);
    if std::env::args_os().len() == 1 {
        println!("{}", Arguments::command().render_long_help());
        return std::process::ExitCode::SUCCESS;
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage::end(&error, json),
    };
    match arguments.command.run(arguments.json) {
        Ok(outcome) => outcome.into(),
        Err(problem) => problem.report(arguments.json).into(),
    }
}
