//! What became of commands that were sent: their places in the log, and what the rules concluded.

use serde_json::{Value, json};

use crate::console::Console;
use crate::findings;
use crate::outcome::{Outcome, show};
use crate::problem::Problem;

/// Entries that a person's step has put into the log.
pub struct Sent {
    /// Index of the last command's entry.
    position: u64,
    /// Index, name and signer of each command.
    commands: Vec<(u64, String, String)>,
    /// Index of each finding, and the finding as it stands in the log.
    findings: Vec<(u64, Value)>,
    /// More that a program should know.
    beside: Vec<(&'static str, Value)>,
    /// What failed after the entries were durable.
    missing: Option<Problem>,
}

impl Sent {
    /// One command with the findings that follow it.
    pub fn new(position: u64, verb: String, signer: String, findings: Vec<Value>) -> Self {
        let findings = (position + 1..).zip(findings).collect();
        let commands = vec![(position, verb, signer)];
        Self { position, commands, findings, beside: Vec::new(), missing: None }
    }

    /// These entries and then those.
    pub fn then(mut self, other: Self) -> Self {
        self.position = other.position;
        self.commands.extend(other.commands);
        self.findings.extend(other.findings);
        // A later checkpoint covers the earlier entries too.
        self.missing = other.missing;
        self
    }

    /// Tells of something that failed after the entries were durable.
    pub fn missing(mut self, problem: Option<Problem>) -> Self {
        self.missing = problem;
        self
    }

    /// Adds a member to the JSON document.
    pub fn with(mut self, name: &'static str, value: Value) -> Self {
        self.beside.push((name, value));
        self
    }

    /// Gives the findings away.
    pub fn into_findings(self) -> Vec<Value> {
        self.findings.into_iter().map(|(_, finding)| finding).collect()
    }

    /// Prints the entries in their order, each with its index.
    pub fn show(self, console: &Console, json: bool) -> Result<Outcome, Problem> {
        let currency = console.currency()?;
        let findings: Vec<&Value> = self.findings.iter().map(|(_, finding)| finding).collect();
        let mut document = json!({"position": self.position, "findings": findings});
        for (name, value) in &self.beside {
            document[*name] = value.clone();
        }
        if let Some(missing) = &self.missing {
            document["warning"] = missing.document();
        }
        show(json, &document, || {
            let commands = self
                .commands
                .iter()
                .map(|(index, verb, signer)| (index, vec![format!("{verb}, signed by {signer}")]));
            let findings = self.findings.iter();
            let findings = findings.map(|(index, value)| (index, findings::words(value, currency)));
            let mut entries: Vec<_> = commands.chain(findings).collect();
            entries.sort_by_key(|(index, _)| **index);
            for (index, lines) in entries {
                for (number, line) in lines.iter().enumerate() {
                    let index = if number == 0 { index.to_string() } else { String::new() };
                    println!("{index:>6}  {line}");
                }
            }
            if let Some(missing) = &self.missing {
                missing.print();
            }
        });
        Ok(Outcome::Done)
    }
}
