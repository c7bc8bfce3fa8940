//! Draws at the console, whatever is drawn: the answer of a party, and the record that anybody
//! recomputes.

use std::path::Path;

use node::SecretKey;
use proof::draw_record::{Party, Record};
use rules::bytes::Bytes;
use rules::draw::Draw;

use crate::findings::name;
use crate::problem::{Kind, Problem};

/// The answer of a party: the proof of its function's output for this draw.
pub fn answer(plan: &str, draw: &Draw, key: &SecretKey) -> Result<Bytes, Problem> {
    let input = draw.input(plan).map_err(node::Rejection::from)?;
    Ok(Bytes(key.lots().prove(&input).to_vec()))
}

/// Writes the record of a draw, as docs/FORMATS.md has it, to a file.
pub fn write_record(
    path: &Path,
    plan: &str,
    draw: &Draw,
    (places, drawn): (u32, Vec<u32>),
) -> Result<(), Problem> {
    let text = record(plan, draw, places, drawn).ok_or_else(|| {
        let what = "The record of the draw is not written.";
        let why = "Nothing is drawn yet, or the matter is over and the roll forgotten.";
        let next = "Write it while the matter is open; later replay the log up to the draw.";
        Problem::new(Kind::Refused, "E-DRAW-RECORD", what, why, next)
    })?;
    std::fs::write(path, text).map_err(|error| Problem::file(path, &error))
}

fn record(plan: &str, draw: &Draw, panel: u32, drawn: Vec<u32>) -> Option<String> {
    let sealed = draw.sealed.as_ref()?;
    let parties = draw.parties.iter().map(|party| Party {
        name: name(party.role),
        key: party.key.0,
        answer: party.proof.as_ref().and_then(Bytes::array),
    });
    let record = Record {
        plan: plan.to_owned(),
        subject: draw.subject.clone(),
        panel,
        nonce: draw.nonce,
        eligible: sealed.eligible.clone()?,
        roll: sealed.digest,
        parties: parties.collect(),
        seed: draw.seed?,
        drawn,
    };
    Some(record.to_text())
}
