//! The whole test run: one table of suites, run one after the other, all of them to the end.

mod counts;
mod python;
mod stream;
mod verifiers;

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use counts::Counts;

/// A part of the test run.
struct Suite {
    name: &'static str,
    /// Nothing when the suite can run here, or the reason why it is skipped.
    skipped: fn() -> Option<&'static str>,
    work: Work,
}

enum Work {
    /// Arguments for cargo.
    Cargo(&'static [&'static str]),
    /// The rules of [`xtask::tidy`].
    Tidy,
    /// Other people's libraries for bank files, for the tests after it.
    Python,
    /// The verifiers of pages: wasm, TypeScript and the page itself.
    Verifiers,
}

/// In order; cheap ones first, so that a slip shows early.
const SUITES: &[Suite] = &[
    Suite { name: "format", skipped: || None, work: Work::Cargo(&["fmt", "--all", "--check"]) },
    Suite { name: "tidy", skipped: || None, work: Work::Tidy },
    Suite {
        name: "lints",
        skipped: || None,
        work: Work::Cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    },
    Suite { name: "libraries for bank files", skipped: python::skipped, work: Work::Python },
    Suite {
        name: "tests, by nextest",
        skipped: || (!has_nextest()).then_some("cargo-nextest is not installed; cargo runs them"),
        work: Work::Cargo(&["nextest", "run", "--workspace", "--no-fail-fast", "--no-tests=pass"]),
    },
    Suite {
        name: "examples in documents",
        skipped: || (!has_nextest()).then_some("cargo-nextest is not installed; cargo runs them"),
        work: Work::Cargo(&["test", "--workspace", "--doc", "--no-fail-fast"]),
    },
    Suite {
        name: "tests, by cargo",
        skipped: || has_nextest().then_some("nextest ran them"),
        work: Work::Cargo(&["test", "--workspace", "--no-fail-fast"]),
    },
    Suite { name: "verifiers of pages", skipped: verifiers::skipped, work: Work::Verifiers },
];

/// Runs every suite of the table in the workspace at `root`; whether all of them passed.
pub fn run_all(root: &Path) -> bool {
    let mut counts = Counts::default();
    let mut failed = Vec::new();
    for suite in SUITES {
        if let Some(reason) = (suite.skipped)() {
            println!("== {}: skipped, {reason}", suite.name);
            continue;
        }
        println!("== {}: {}", suite.name, suite.work.describe());
        let start = Instant::now();
        let good = suite.work.run(root, &mut counts);
        let verdict = if good { "passed" } else { "FAILED" };
        let seconds = start.elapsed().as_secs_f64();
        println!("== {}: {verdict} in {seconds:.1} s\n", suite.name);
        if !good {
            failed.push(suite.name);
        }
    }
    if !failed.is_empty() {
        println!("failed suites: {}", failed.join("; "));
    }
    println!("{counts}");
    failed.is_empty()
}

impl Work {
    fn describe(&self) -> String {
        match self {
            Self::Cargo(arguments) => format!("cargo {}", arguments.join(" ")),
            Self::Tidy => "cargo xtask tidy".to_owned(),
            Self::Python => "pip install, below the build folder".to_owned(),
            Self::Verifiers => {
                "cargo xtask wasm, then npm ci, run check and test in web/verify".to_owned()
            }
        }
    }

    fn run(&self, root: &Path, counts: &mut Counts) -> bool {
        match self {
            Self::Cargo(arguments) => {
                let mut command = cargo();
                command.args(*arguments).current_dir(root);
                if let Some(python) = python::of(root) {
                    command.env(python::VARIABLE, python);
                }
                let shown = (std::io::stdout(), std::io::stderr());
                stream::run(command, counts, shown).unwrap_or_else(|error| {
                    println!("cargo could not be run: {error}");
                    false
                })
            }
            Self::Tidy => run_tidy(root),
            Self::Python => {
                python::prepare(root);
                true
            }
            Self::Verifiers => verifiers::run(root, counts),
        }
    }
}

/// Prints what the tidy rules find; whether they find nothing.
pub fn run_tidy(root: &Path) -> bool {
    let findings = match xtask::findings(root) {
        Ok(findings) => findings,
        Err(error) => {
            println!("{error}");
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                println!("  because: {error}");
                cause = error.source();
            }
            return false;
        }
    };
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        println!("{} findings", findings.len());
    }
    findings.is_empty()
}

/// Writes the files in `vectors/` anew, and what the fuzzing begins with; whether that went well.
pub fn write_vectors(root: &Path) -> bool {
    let write = |package: &str, test: &str, name: &str| {
        let mut command = cargo();
        command
            .args(["test", "--package", package, "--test", test, name])
            .env("HUZHU_WRITE_VECTORS", "1")
            .current_dir(root);
        command.status().is_ok_and(|status| status.success())
    };
    write("proof-wasm", "programs_disagree", "the_files_are")
        && write("decoders", "bytes_crash_a_decoder", "the_corpus_holds")
}

fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // The lines of the test binaries are read, so they must be plain.
    command.env("CARGO_TERM_COLOR", "never");
    command
}

fn has_nextest() -> bool {
    let version = cargo().args(["nextest", "--version"]).output();
    version.is_ok_and(|output| output.status.success())
}
