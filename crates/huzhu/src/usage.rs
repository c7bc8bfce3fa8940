//! Wrong usage: the parser's own words for a person, the document of every error for a program.

use clap::error::ErrorKind;

use crate::problem::{Kind, Problem, sentence};

/// Ends the program for a command line that asks for help, or for nothing that there is.
pub fn end(error: &clap::Error, json: bool) -> std::process::ExitCode {
    let asks = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if json && !asks {
        return problem(error).report(json).into();
    }
    // A closed terminal is the only way in which printing fails.
    let _ = error.print();
    std::process::ExitCode::from(if asks { 0 } else { 2 })
}

/// The error's first paragraph, its tips and its line of usage.
fn problem(error: &clap::Error) -> Problem {
    let text = error.to_string();
    let mut paragraphs = text.split("\n\n").map(|part| {
        let words: Vec<&str> = part.split_whitespace().collect();
        words.join(" ")
    });
    let missing = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    let what = match paragraphs.next() {
        Some(first) if !missing => first.trim_start_matches("error: ").to_owned(),
        _ => "the command is not complete".to_owned(),
    };
    let rest: Vec<String> = paragraphs.collect();
    let starting = |start: &str| rest.iter().find(|part| part.starts_with(start)).cloned();
    let why = starting("tip:").map(|tip| tip.trim_start_matches("tip: ").to_owned());
    let why = why.unwrap_or_else(|| "the command line has not the form of this command".to_owned());
    let usage = starting("Usage:").unwrap_or_else(|| "Usage: huzhu [COMMAND]".to_owned());
    let (what, why) = (sentence(&what), sentence(&why));
    Problem::new(Kind::Input, "E-USAGE", what, why, format!("{usage}; more with --help."))
}
