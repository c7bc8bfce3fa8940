//! What a command that ran to its end found: agreement or not. Exit codes are a contract.

/// The end of a command that did what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done, verified, agrees: exit code 0.
    Done,
    /// Checked and false (tampered, does not agree, charter refused): exit code 1.
    False,
    /// Some of many commands were refused by the rules: exit code 3.
    Refused,
}

impl From<Outcome> for std::process::ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::False => Self::from(1),
            Outcome::Refused => Self::from(3),
        }
    }
}

/// Prints `document` as the one JSON document of `--json`, or runs `words` for a person.
pub fn show(json: bool, document: &serde_json::Value, words: impl FnOnce()) {
    if json {
        // As text first: a closed pipe then ends the program quietly, as everywhere.
        let text = document.to_string();
        println!("{text}");
    } else {
        words();
    }
}
