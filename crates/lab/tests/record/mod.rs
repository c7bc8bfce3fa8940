//! Notes every comparison with a reference in the file named by `HUZHU_AGREEMENT`, one JSON
//! document a line, so that the table of agreement rests on the very numbers the tests judge.
//! Without that variable it does nothing.

// Each test file compiles this module for itself and uses a part of it; a test may fail loudly.
#![allow(dead_code, clippy::unwrap_used)]

use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, OnceLock};

fn file() -> Option<&'static Mutex<File>> {
    static FILE: OnceLock<Option<Mutex<File>>> = OnceLock::new();
    FILE.get_or_init(|| {
        let path = std::env::var_os("HUZHU_AGREEMENT")?;
        Some(Mutex::new(File::options().create(true).append(true).open(path).unwrap()))
    })
    .as_ref()
}

fn write(mut line: serde_json::Value) {
    let Some(file) = file() else { return };
    line["test"] = std::thread::current().name().unwrap_or_default().into();
    // One write for a line, since several test programs append to one file.
    file.lock().unwrap().write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// Notes that the running test reads a reference file.
pub fn opened(reference: &str) {
    write(serde_json::json!({"opened": reference}));
}

/// Notes one number and what it was allowed to differ by; `why` explains an exception.
pub fn compared(reference: &str, ours: f64, theirs: f64, allowed: f64, why: &str) {
    write(serde_json::json!({
        "reference": reference, "ours": ours, "theirs": theirs, "allowed": allowed, "why": why,
    }));
}
