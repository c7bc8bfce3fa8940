//! The record of a draw, as `huzhu jury show --record` and `huzhu case re-audit show --record`
//! write it.

use proof::draw_record::{Record, RecordError};
use serde_json::json;

use super::Checked;
use crate::outcome::{Outcome, show};
use crate::problem::sentence;

/// How a record begins.
pub const RECORD: &[u8] = b"huzhu draw ";

/// The steps in which a record is checked.
const STEPS: [(&str, RecordError); 5] = [
    ("form", RecordError::Form),
    ("roll", RecordError::Roll),
    ("answers", RecordError::Answers),
    ("seed", RecordError::Seed),
    ("panel", RecordError::Panel),
];

const PROVES: &str = "Who is drawn follows from this roll and from the answers of these keys; no \
                      answer could have been another one.";
const DOES_NOT_PROVE: &str = "That the roll's digest and the keys are those of the log: compare \
                              the digest with finding.jury.sealed or finding.audit.begun and the \
                              keys with the charter. Nor that everybody on the roll is a real \
                              person.";

/// Recomputes the draw.
pub fn run(bytes: &[u8], json: bool) -> Outcome {
    let text = core::str::from_utf8(bytes).map_err(|_| RecordError::Form);
    let failed = text.and_then(Record::parse).and_then(|record| record.check()).err();
    let made = STEPS.iter().position(|(_, error)| Some(*error) == failed);
    let made = made.map_or(STEPS.len(), |broken| broken + 1);
    let steps = STEPS[..made].iter().map(|(name, error)| (*name, Some(*error) != failed));
    let why = failed.map(|error| sentence(&error.to_string()));
    let checked = Checked { steps: steps.collect(), why };
    let mut document = checked.document();
    if checked.why.is_none() {
        (document["proves"], document["does_not_prove"]) = (json!(PROVES), json!(DOES_NOT_PROVE));
    }
    show(json, &document, || {
        checked.print();
        if checked.why.is_none() {
            println!("{PROVES}\n{DOES_NOT_PROVE}");
        }
    });
    checked.outcome()
}
