//! A finding: one place in the repository that breaks a rule of the house.

use std::fmt;

/// What is wrong, where, why it matters and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path from the root of the repository, with `/` between its parts.
    pub path: String,
    /// Line, counted from 1.
    pub line: usize,
    /// What is there, one clause without a full stop.
    pub what: String,
    /// The reason of the rule, one sentence.
    pub why: &'static str,
    /// What to do, one sentence.
    pub next: &'static str,
}

impl Finding {
    /// A finding at a line of a file.
    pub fn new(path: &str, line: usize, what: String, rule: Rule) -> Self {
        Self { path: path.to_owned(), line, what, why: rule.why, next: rule.next }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, what, why, next } = self;
        write!(f, "{path}:{line}: {what}\n  why:  {why}\n  next: {next}")
    }
}

/// The two sentences that all findings of one rule share.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The reason of the rule.
    pub why: &'static str,
    /// What to do when it is broken.
    pub next: &'static str,
}
