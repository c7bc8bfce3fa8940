//! One hash over everything an instrument means: wording, models, plan.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::definition::Instrument;

/// JSON with members sorted by name and no blanks, so that one meaning has one text.
#[must_use]
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|a, b| a.0.cmp(b.0));
            let member = |(name, value): &(&String, &Value)| {
                format!("{}:{}", Value::String((*name).clone()), canonical(value))
            };
            format!("{{{}}}", sorted.iter().map(member).collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        plain => plain.to_string(),
    }
}

impl Instrument {
    /// SHA-256 over the canonical JSON form, in hexadecimal. Comments and layout of the file do
    /// not count; every byte that a respondent or an analyst would read does.
    ///
    /// # Panics
    /// Never: an instrument holds nothing that JSON lacks.
    #[must_use]
    pub fn seal(&self) -> String {
        let value = serde_json::to_value(self).expect("instruments hold only what JSON can hold");
        let digest = Sha256::digest(canonical(&value).as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
