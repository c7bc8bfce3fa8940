//! An error as a person meets it: what happened, why, what to do next, and a code that stays.

use std::io::{self, ErrorKind};
use std::path::Path;

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
    pub fn file(path: &Path, error: &io::Error) -> Self {
        let what = format!("{} could not be opened.", path.display());
        let (kind, code, next) = match error.kind() {
            ErrorKind::NotFound | ErrorKind::IsADirectory => {
                (Kind::Input, "E-FILE", "Check the path.")
            }
            ErrorKind::InvalidData => (Kind::Input, "E-FILE", "It must be a text file in UTF-8."),
            _ => environment(error),
        };
        Self::new(kind, code, what, format!("The system says: {error}."), next)
    }

    /// A file of the bank, or for it, that is refused.
    pub fn bank_file(path: &Path, error: &rails::RailsError) -> Self {
        if let rails::RailsError::Io(error) = error {
            return Self::file(path, error);
        }
        Self::new(
            Kind::Input,
            error.code(),
            format!("The file {} is refused.", path.display()),
            format!("{error}."),
            "Nothing of it was used. Ask the bank for the file again, or look at what made it.",
        )
    }

    /// A folder that holds no ledger.
    pub fn not_a_ledger(dir: &Path, why: impl Into<String>) -> Self {
        Self::new(
            Kind::Input,
            "E-FOLDER",
            format!("{} is not the folder of a ledger.", dir.display()),
            why,
            "Name the folder with --dir, or found a plan with `huzhu plan found`.",
        )
    }

    /// A command that could not be written: nobody knows whether it reached the disk.
    pub fn of_a_write(error: node::Error) -> Self {
        let unknown = matches!(error, node::Error::Ledger(ledger::Error::Disk { .. }));
        let mut problem = Self::from(error);
        if unknown {
            problem.next.push_str(" Look first whether the command was done: it may have been.");
        }
        problem
    }

    /// What happened after a command was made durable.
    pub fn unsealed(cause: Self) -> Self {
        let what = "The command is done and durable, but no checkpoint was signed after it.";
        let next = "Do not send it again. The next command signs a checkpoint for both.";
        Self::new(cause.kind, "E-UNSEALED", what, format!("{} {}", cause.what, cause.why), next)
    }

    /// The problem for a program.
    pub fn document(&self) -> serde_json::Value {
        serde_json::json!({
            "code": self.code, "what": self.what, "why": self.why, "next": self.next,
        })
    }

    /// Prints the problem for a person.
    pub fn print(&self) {
        eprintln!("{}: {}\n  why:  {}\n  next: {}", self.code, self.what, self.why, self.next);
    }

    /// Prints the problem where its reader looks for it and gives the exit code.
    pub fn report(&self, json: bool) -> u8 {
        if json {
            println!("{}", serde_json::json!({"error": self.document()}));
        } else {
            self.print();
        }
        match self.kind {
            Kind::Input => 2,
            Kind::Refused => 3,
            Kind::Environment => 4,
        }
    }
}

/// What stands in the way of reading or writing, by what the system says.
fn environment(error: &io::Error) -> (Kind, &'static str, &'static str) {
    let (code, next) = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            ("E-DISK-FULL", "Make room and try again. Nothing that was acknowledged is lost.")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            ("E-PERMISSION", "Use an account that may write there, or a copy of the folder.")
        }
        _ => ("E-DISK", "Check the folder and the disk, and try again."),
    };
    (Kind::Environment, code, next)
}

impl From<node::Rejection> for Problem {
    fn from(rejection: node::Rejection) -> Self {
        match rejection {
            node::Rejection::Rules(refusal) => {
                let (what, why) = (sentence(&refusal.what), sentence(&refusal.why));
                Self::new(Kind::Refused, refusal.code, what, why, refusal.next)
            }
            node::Rejection::Recorded(refusal, position) => {
                let on_record = format!(" The attempt is on record as entry {position}.");
                let (what, why) = (sentence(&refusal.what), sentence(&refusal.why) + &on_record);
                Self::new(Kind::Refused, refusal.code, what, why, refusal.next)
            }
            node::Rejection::TimeZone(name) => Self::from(node::Error::TimeZone(name)),
            other => Self::new(
                Kind::Input,
                "E-COMMAND",
                "The command is not taken.",
                format!("{other}."),
                "Check that the program and the ledger are of one version.",
            ),
        }
    }
}

impl From<node::Error> for Problem {
    fn from(error: node::Error) -> Self {
        let (kind, code, next) = place(&error);
        let what = match code {
            "E-LOG-LOCKED" => "The ledger is in use.",
            "E-LOG-DAMAGED" => "The ledger is damaged.",
            "E-LOG-UNSIGNED" | "E-MIRROR" => "Nothing was published.",
            "E-TIME-ZONE" => "The charter's time zone is not known.",
            _ => "The ledger cannot be used.",
        };
        Self::new(kind, code, what, sentence(&error.to_string()), next)
    }
}

/// Exit code, code and advice for what the node says.
fn place(error: &node::Error) -> (Kind, &'static str, &'static str) {
    use ledger::Error as Log;
    let damaged = "Nothing is written to a damaged ledger. Restore it from a copy.";
    match error {
        node::Error::Ledger(Log::Locked { .. }) => {
            (Kind::Environment, "E-LOG-LOCKED", "Wait for the other process, or stop it.")
        }
        node::Error::Ledger(Log::Disk { source, .. }) | node::Error::File { source, .. } => {
            environment(source)
        }
        node::Error::Ledger(
            Log::Damaged(_)
            | Log::CutBelowCheckpoint { .. }
            | Log::ShorterThanCheckpoint { .. }
            | Log::RootDiffers { .. }
            | Log::Checkpoint { .. }
            | Log::NoSuchChunk { .. },
        )
        | node::Error::KeyFile { .. }
        | node::Error::OtherKey
        | node::Error::Replay { .. }
        | node::Error::Snapshot(_)
        | node::Error::Unfinished(_) => (Kind::Environment, "E-LOG-DAMAGED", damaged),
        node::Error::NotFounded => {
            (Kind::Input, "E-PLAN-NOT-FOUNDED", "Found a plan with `huzhu plan found`.")
        }
        node::Error::Unsigned => {
            (Kind::Input, "E-LOG-UNSIGNED", "Any command signs one, such as `huzhu member enrol`.")
        }
        node::Error::OtherMirror { .. } => {
            (Kind::Input, "E-MIRROR", "Name an empty folder, or the mirror of this log.")
        }
        node::Error::OtherPolicy(_) | node::Error::Policy(_) => {
            (Kind::Input, "E-POLICY", "Give the policy of this log: a `log` line with its key.")
        }
        node::Error::TimeZone(_) => {
            (Kind::Input, "E-TIME-ZONE", "Write an IANA name, such as Asia/Shanghai.")
        }
        _ => {
            (Kind::Environment, "E-NODE", "Start the command again; if that fails, check the disk.")
        }
    }
}

/// The text as a sentence: with a capital letter and a full stop.
pub fn sentence(text: &str) -> String {
    format!("{}.", upper(text.trim_end_matches('.')))
}

/// The text as a sentence begins: with a capital letter, unless its first word is a path or a name.
fn upper(text: &str) -> String {
    let first = text.split([' ', ';']).next().unwrap_or_default();
    if !first.chars().all(|letter| letter.is_ascii_lowercase()) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    let capital = letters.next().map(|letter| letter.to_ascii_uppercase());
    capital.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_decides_the_advice() {
        for (kind, code, exit) in [
            (ErrorKind::StorageFull, "E-DISK-FULL", 4),
            (ErrorKind::ReadOnlyFilesystem, "E-PERMISSION", 4),
            (ErrorKind::PermissionDenied, "E-PERMISSION", 4),
            (ErrorKind::Interrupted, "E-DISK", 4),
            (ErrorKind::NotFound, "E-FILE", 2),
            (ErrorKind::InvalidData, "E-FILE", 2),
        ] {
            let problem = Problem::file(Path::new("somewhere"), &kind.into());
            assert_eq!((problem.code.as_str(), problem.report(true)), (code, exit));
        }
        let source = ErrorKind::StorageFull.into();
        let full = node::Error::File { path: "cards".into(), source };
        assert_eq!(Problem::from(full).code, "E-DISK-FULL");
    }
}
