//! An error as a person meets it: what happened, why, what to do next, and a code that stays.

use std::process::ExitCode;

/// Who or what stood in the way; decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Wrong usage or unreadable input: exit code 2.
    Input,
    /// Refused by the rules: exit code 3.
    Refused,
    /// The disk, the network or the machine: exit code 4.
    Environment,
}

/// One sentence what, one why, one what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Decides the exit code.
    pub kind: Kind,
    /// Stable code, such as `E-CHARTER-KEY`.
    pub code: String,
    /// What happened.
    pub what: String,
    /// Why it happened.
    pub why: String,
    /// What the reader can do.
    pub next: String,
}

impl Problem {
    /// A problem of one kind, in three sentences.
    pub fn new(
        kind: Kind,
        code: impl Into<String>,
        what: impl Into<String>,
        why: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        let (code, what) = (code.into(), what.into());
        Self { kind, code, what, why: why.into(), next: next.into() }
    }

    /// A file that could not be read or written.
    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let kind = if error.kind() == std::io::ErrorKind::NotFound {
            Kind::Input
        } else {
            Kind::Environment
        };
        Self::new(
            kind,
            "E-FILE",
            format!("{} could not be opened.", path.display()),
            format!("The system says: {error}."),
            "Check the path and its permissions.",
        )
    }

    /// Prints the problem where its reader looks for it and gives the exit code.
    pub fn report(&self, json: bool) -> ExitCode {
        if json {
            let error = serde_json::json!({"error": {
                "code": self.code, "what": self.what, "why": self.why, "next": self.next,
            }});
            println!("{error}");
        } else {
            eprintln!("{}: {}\n  why:  {}\n  next: {}", self.code, self.what, self.why, self.next);
        }
        ExitCode::from(match self.kind {
            Kind::Input => 2,
            Kind::Refused => 3,
            Kind::Environment => 4,
        })
    }
}
