//! The list of codes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::InterviewError;
use crate::instrument::Text;

/// One code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Short name, used in codings.
    pub code: String,
    /// Construct of the questionnaire it belongs to; none for an open code.
    #[serde(default)]
    pub construct: Option<String>,
    /// Name for people.
    pub name: Text,
    /// What a turn must say to bear it.
    pub definition: String,
}

/// All codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codebook {
    /// Short name.
    pub name: String,
    /// Version.
    pub version: u32,
    /// Codes in order.
    pub codes: Vec<Code>,
}

impl Codebook {
    /// Reads a codebook.
    ///
    /// # Errors
    /// When the text is not of the form or defines a code twice.
    pub fn parse(text: &str) -> Result<Self, InterviewError> {
        let book: Self =
            toml::from_str(text).map_err(|error| InterviewError::Codebook(error.to_string()))?;
        let mut seen = BTreeSet::new();
        match book.codes.iter().find(|code| !seen.insert(&code.code)) {
            Some(twice) => Err(InterviewError::DuplicateCode(twice.code.clone())),
            None => Ok(book),
        }
    }

    /// Place of a code.
    #[must_use]
    pub fn position(&self, code: &str) -> Option<usize> {
        self.codes.iter().position(|known| known.code == code)
    }
}
