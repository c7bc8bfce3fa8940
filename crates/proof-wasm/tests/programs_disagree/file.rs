//! A file of vectors while it is being written: what is accepted, what is refused, and why.

use proof_wasm::answer::answer;
use serde_json::{Value, json};

/// A part of a vector.
#[derive(Clone)]
pub enum Part {
    Text(String),
    Bytes(Vec<u8>),
}

/// A part that is text.
pub fn text(text: impl ToString) -> Part {
    Part::Text(text.to_string())
}

/// A part that is bytes.
pub fn bytes(bytes: impl AsRef<[u8]>) -> Part {
    Part::Bytes(bytes.as_ref().to_vec())
}

impl Part {
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    fn written(&self) -> String {
        match self {
            Self::Text(text) => format!("text:{text}"),
            Self::Bytes(bytes) => {
                let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
                format!("hex:{}", digits.collect::<String>())
            }
        }
    }

    /// Reads what [`Part::written`] wrote.
    pub fn read(written: &str) -> Self {
        if let Some(text) = written.strip_prefix("text:") {
            return Self::Text(text.to_owned());
        }
        let digits = written.strip_prefix("hex:").expect("a part is text or hexadecimal");
        let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("two digits");
        Self::Bytes((0..digits.len()).step_by(2).map(byte).collect())
    }
}

/// The vectors of one format.
pub struct File {
    format: &'static str,
    parts: &'static [&'static str],
    vectors: Vec<Value>,
    surprises: Vec<String>,
}

impl File {
    pub fn new(format: &'static str, parts: &'static [&'static str]) -> Self {
        Self { format, parts, vectors: Vec::new(), surprises: Vec::new() }
    }

    pub fn name(&self) -> String {
        format!("{}.json", self.format)
    }

    /// Adds a vector that is accepted with an answer known from elsewhere.
    pub fn answers(&mut self, name: &str, parts: &[Part], expected: &str) {
        self.expect(name, parts, |found| *found == Ok(expected.to_owned()));
    }

    /// Adds a vector that is accepted; what it answers is compared between implementations.
    pub fn accepted(&mut self, name: &str, parts: &[Part]) {
        self.expect(name, parts, Result::is_ok);
    }

    /// Adds a vector that is refused for this reason.
    pub fn refused(&mut self, name: &str, parts: &[Part], reason: &str) {
        self.expect(name, parts, |found| *found == Err(reason.to_owned()));
    }

    fn expect(
        &mut self,
        name: &str,
        parts: &[Part],
        is_right: impl Fn(&Result<String, String>) -> bool,
    ) {
        let found = self.ask(parts);
        if !is_right(&found) {
            self.surprises.push(format!("{name}: {found:?}"));
        }
        self.agreed(name, parts);
    }

    /// Adds a vector of which only this is asked, that all implementations judge it alike.
    pub fn agreed(&mut self, name: &str, parts: &[Part]) {
        match self.ask(parts) {
            Ok(answer) => self.add(name, parts, "answer", &answer),
            Err(reason) => self.add(name, parts, "refused", &reason),
        }
    }

    fn ask(&self, parts: &[Part]) -> Result<String, String> {
        let parts: Vec<&[u8]> = parts.iter().map(Part::as_bytes).collect();
        answer(self.format, &parts).map_err(str::to_owned)
    }

    fn add(&mut self, name: &str, parts: &[Part], outcome: &str, value: &str) {
        let twice = self.vectors.iter().any(|vector| vector["name"] == name);
        assert!(!twice, "{}: two vectors are called {name:?}", self.format);
        let parts: Vec<String> = parts.iter().map(Part::written).collect();
        self.vectors.push(json!({ "name": name, "parts": parts, outcome: value }));
    }

    /// The bytes of the file.
    pub fn written(&self) -> String {
        let Self { format, parts, vectors, surprises } = self;
        assert!(surprises.is_empty(), "{format}: {surprises:#?}");
        let file = json!({ "format": format, "parts": parts, "vectors": vectors });
        serde_json::to_string_pretty(&file).expect("strings and arrays are JSON") + "\n"
    }
}
