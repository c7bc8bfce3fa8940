//! Bank files against the official schemas, read by other people's libraries; the tests of the bank
//! in rehearsals take this file too.

use std::path::Path;
use std::process::Command;

/// Checks files against the official schemas and reads them with other people's libraries; `None`
/// with a notice when these are not installed.
pub fn schemas(files: &[&Path]) -> Option<Vec<String>> {
    let python = std::env::var("HUZHU_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../rails/tests/schemas.py");
    let output = Command::new(python).arg(script).args(files).output();
    let Ok(output) = output else {
        println!("skipped: there is no python3 to check files against the official schemas");
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if text.starts_with("skip") {
        println!("skipped, no official schemas at hand ({})", text.trim());
        return None;
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "a file is not valid: {text}{errors}");
    Some(text.lines().map(str::to_owned).collect())
}
