//! The program as somebody runs it, for the tests beside this folder.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses a part; it may panic")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_huzhu");

/// The repository's own folder.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of the repository, as an argument.
pub fn file(name: &str) -> String {
    repository().join(name).to_str().unwrap().to_owned()
}

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(output: Output) -> Self {
        let err = String::from_utf8(output.stderr).unwrap();
        for panic in ["panicked", "E-INTERNAL", "RUST_BACKTRACE"] {
            assert!(!err.contains(panic), "{err}");
        }
        let out = String::from_utf8(output.stdout).unwrap();
        assert!(!out.contains("E-INTERNAL"), "{out}");
        Self { code: output.status.code().unwrap(), out, err }
    }

    /// The one document on standard output.
    pub fn document(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

/// Runs the program with arguments that have no spaces inside.
pub fn huzhu(arguments: &str) -> Ran {
    let words: Vec<&str> = arguments.split_whitespace().collect();
    run(&words)
}

pub fn run(arguments: &[&str]) -> Ran {
    let output = Command::new(PROGRAM).args(arguments).env_remove("HUZHU_DIR").output();
    Ran::of(output.unwrap())
}

/// Runs the program, which must succeed, and gives its document.
pub fn done(arguments: &str) -> Value {
    let ran = huzhu(&format!("{arguments} --json"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments}: {}", ran.out);
    ran.document()
}

/// Runs the program, which must fail alike for a person and for another program: the exit code and
/// the code of the error, whose three sentences are there both times.
pub fn fails(arguments: &str, exit: i32, code: &str) -> Value {
    let ran = huzhu(&format!("{arguments} --json"));
    assert_eq!((ran.code, ran.err.as_str()), (exit, ""), "{arguments}: {}", ran.out);
    let error = ran.document()["error"].clone();
    assert_eq!(error["code"], code, "{arguments}: {error}");
    for sentence in ["what", "why", "next"] {
        let text = error[sentence].as_str().unwrap();
        assert!(text.ends_with(['.', '?']) && text.len() > 8, "{arguments}: {text}");
    }
    let spoken = huzhu(arguments);
    assert_eq!(spoken.code, exit, "{arguments}: {}", spoken.err);
    let text = format!("{}{}", spoken.out, spoken.err);
    if code == "E-USAGE" {
        assert!(
            spoken.out.is_empty() && (text.starts_with("error: ") || text.contains("Usage:")),
            "{text}"
        );
    } else {
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.len() == 3 && lines[1].starts_with("  why:  "), "{text}");
        assert!(lines[2].starts_with("  next: "), "{text}");
    }
    error
}

/// The newest finding of a name among those of a command.
pub fn finding<'a>(sent: &'a Value, name: &str) -> &'a Value {
    let findings = sent["findings"].as_array().unwrap().iter();
    findings.rev().find(|finding| finding["do"] == name).unwrap_or_else(|| panic!("{sent}"))
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy(&item.path(), &target);
        } else {
            std::fs::copy(item.path(), target).unwrap();
        }
    }
}

/// A founded rehearsal of the neighbours with ten members, and the option that names its folder.
pub struct Rehearsal {
    pub folder: tempfile::TempDir,
}

impl Rehearsal {
    pub fn found() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let rehearsal = Self { folder };
        let (plan, dir) = (file("examples/neighbours.toml"), rehearsal.dir());
        done(&format!(
            "plan found --plan {plan} --dir {dir} --rehearsal --day 2019-01-02 \
             --first-publicity 2019-05-07"
        ));
        rehearsal.done(&format!("member enrol-batch {}", file("examples/ten-members.csv")));
        rehearsal
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("ledger")
    }

    pub fn dir(&self) -> String {
        self.path().to_str().unwrap().to_owned()
    }

    pub fn done(&self, arguments: &str) -> Value {
        done(&format!("{arguments} --dir {}", self.dir()))
    }

    pub fn fails(&self, arguments: &str, exit: i32, code: &str) -> Value {
        fails(&format!("{arguments} --dir {}", self.dir()), exit, code)
    }

    /// Takes case 0 of member 3 from filing to publication.
    pub fn case(&self) {
        self.done(
            "case file --member 3 --severity severe --diagnosed 2019-05-02 --ask 2000.00 \
             --day 2019-05-04",
        );
        self.done("case investigate 0 --born 1979-03-12 --assess 2000.00");
        self.done("case approve 0 --aid 2000.00");
        self.done("case publish 0");
    }

    /// Takes case 0 from filing to payment, and its period to its settling.
    pub fn settled(&self) {
        self.case();
        for step in [
            "period publish 0 --day 2019-05-07",
            "period notice 0 --about charge",
            "period close 0 --day 2019-05-14",
            "period collect 0",
            "period pay 0",
            "period fee 0",
            "period settle 0",
        ] {
            self.done(step);
        }
    }
}
