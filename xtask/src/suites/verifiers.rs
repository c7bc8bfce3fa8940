//! The verifiers of pages: the module is built and compared where a compiler for it is, and all
//! vectors are run on it and on the TypeScript one, and the page is opened in a browser.

use std::path::Path;
use std::process::Command;

use super::counts::Counts;
use super::stream;
use crate::wasm;

/// The folder of the TypeScript verifier and of the page.
const FOLDER: &str = "web/verify";

/// Why nothing of this can run here.
pub fn skipped() -> Option<&'static str> {
    let answers = |program: &str| {
        let version = Command::new(program).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    };
    (!answers("node") || !answers("npm")).then_some("node and npm are not installed")
}

/// Whether everything that could run passed; what could not is said.
pub fn run(root: &Path, counts: &mut Counts) -> bool {
    let every_format = if wasm::Compiler::find().is_none() {
        println!("{}; the committed module is tested", wasm::NO_COMPILER);
        None
    } else {
        match wasm::compare(root) {
            Ok(module) => Some(module),
            Err(message) => {
                println!("{message}");
                return false;
            }
        }
    };
    // A missing registry is no fault of the project; what was installed before can still be used.
    if !npm(root, counts, &["ci", "--no-audit", "--no-fund"], None) {
        println!("the packages of {FOLDER} could not be installed; its tests are skipped");
        return true;
    }
    // Nothing is built: a test compares what a build would write with what is there.
    let steps: [&[&str]; 2] = [&["run", "check"], &["test"]];
    steps.iter().all(|step| npm(root, counts, step, every_format.as_deref()))
}

fn npm(root: &Path, counts: &mut Counts, arguments: &[&str], module: Option<&Path>) -> bool {
    let mut command = Command::new("npm");
    command.args(arguments).current_dir(root.join(FOLDER));
    // Built by the tests that ran before; without it the pages that it issues are not opened.
    command.env("HUZHU_PROGRAM", root.join("target/debug/huzhu"));
    if let Some(module) = module {
        command.env("HUZHU_EVERY_FORMAT", module);
    }
    let shown = (std::io::stdout(), std::io::stderr());
    stream::run(command, counts, shown).unwrap_or_else(|error| {
        println!("npm could not be run: {error}");
        false
    })
}
