//! Chores of the project as one program: `cargo xtask test`, `cargo xtask tidy` and a few more.

mod soak;
mod suites;
mod wasm;

use std::process::ExitCode;
use std::time::Instant;

use xtask::workspace_root;

const USAGE: &str = "usage: cargo xtask COMMAND\n\n  \
    test   the whole test run: format, lints, all tests, tidy\n  \
    tidy   the house rules of docs/STYLE.md that a machine can check\n  \
    soak [--minutes N]   kills the program under load and looks for what it acknowledged\n  \
    vectors   writes the vectors of the formats, and the corpus of the fuzzing, anew\n  \
    wasm   builds the verifier for pages anew\n";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = workspace_root();
    match arguments.as_slice() {
        ["test"] => exit(suites::run_all(&root)),
        ["tidy"] => {
            let start = Instant::now();
            let tidy = suites::run_tidy(&root);
            println!("tidy took {:.1} s", start.elapsed().as_secs_f64());
            exit(tidy)
        }
        ["soak", rest @ ..] if soak::minutes(rest).is_some() => {
            exit(soak::run(&root, soak::minutes(rest).unwrap_or_default()))
        }
        ["vectors"] => exit(suites::write_vectors(&root)),
        ["wasm"] => match wasm::replace(&root) {
            Ok(record) => {
                print!("{record}");
                ExitCode::SUCCESS
            }
            Err(message) => {
                eprintln!("{message}");
                ExitCode::FAILURE
            }
        },
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprint!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn exit(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
