//! A text of which only a salted hash is written down: who keeps text and salt can show it later,
//! and nobody else can find it by trying.

use proof::Digest;
use serde_json::json;

use crate::console::Console;
use crate::layout::Table;
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::sent::Sent;

/// Longest text: what a person writes in one go.
const TEXT_BYTES_MAX: usize = 60_000;

/// A text with its salt.
pub struct Sealed {
    document: String,
    salt: String,
}

impl Sealed {
    /// Seals a text under the name of what it is. The sealed form is canonical JSON.
    pub fn new(what: &str, text: &str) -> Result<Self, Problem> {
        if text.trim().is_empty() || text.len() > TEXT_BYTES_MAX {
            return Err(Problem::new(
                Kind::Input,
                "E-TEXT",
                "The text is not sealed.",
                format!("It is empty, or longer than {TEXT_BYTES_MAX} bytes."),
                "Write what is to be said, and refer to longer documents.",
            ));
        }
        let salt = node::random_id()?;
        let document = json!({what: text, "salt": salt}).to_string();
        Ok(Self { document, salt })
    }

    /// The hash that is written down.
    pub fn hash(&self) -> Digest {
        proof::sha256(self.document.as_bytes())
    }

    /// The sealed form.
    pub fn text(&self) -> &str {
        &self.document
    }

    /// Shows what became of the command, and what is to be kept.
    pub fn show(self, sent: Sent, console: &Console, json: bool) -> Result<Outcome, Problem> {
        let sealed = json!({"document": self.document, "salt": self.salt, "hash": self.hash()});
        let outcome = sent.with("sealed", sealed).show(console, json)?;
        if !json {
            println!(
                "\nKeep this line: whoever has it can show what was written, nobody else can."
            );
            let mut table = Table::new("ll", 2);
            table.pair("text", &self.document);
            table.pair("SHA-256", self.hash());
            table.print();
        }
        Ok(outcome)
    }
}
