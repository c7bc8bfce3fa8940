//! `huzhu bank read`: what a file of the bank would do.

use std::path::Path;

use serde_json::json;

use crate::layout::{count, money};
use crate::outcome::Outcome;
use crate::problem::Problem;
use crate::reader::Reader;

/// Reads a file and tells what it would do.
pub fn run(reader: &Reader, path: &Path, json: bool) -> Result<Outcome, Problem> {
    let message = super::message(path)?;
    let (state, currency) = (reader.state(), reader.currency()?);
    if message.starts_with("camt.053") {
        let read = super::read_statement(state, path)?;
        let document = json!({
            "message": message,
            "number": read.head.number,
            "day": read.head.day.to_string(),
            "opening_minor": read.head.opening,
            "closing_minor": read.head.closing,
            "entries": read.head.entries,
            "copy": read.head.copy,
            "matched": read.matched,
            "unmatched": read.unmatched,
            "currency": currency.code(),
        });
        return Ok(reader.show(json, document, || {
            let (opening, closing) = (read.head.opening, read.head.closing);
            println!("Statement {} of {}", read.head.number, read.head.day);
            println!("  opening    {}", money(opening, currency));
            println!("  closing    {}", money(closing, currency));
            println!("  entries    {}", count(read.head.entries));
            println!("  matched    with {} in the ledger", count(read.matched.len() as u64));
            println!("  unmatched  {}", count(read.unmatched.len() as u64));
            for stray in &read.unmatched {
                println!("    {}  {}", stray.reference, money(stray.amount_minor, currency));
            }
        }));
    }
    let answer = super::read_answer(state, path)?;
    let steps: Vec<String> = answer.steps.iter().map(crate::bank::answer::Step::words).collect();
    let document = json!({"message": message, "would": steps, "notes": answer.notes});
    Ok(reader.show(json, document, || {
        println!("{message}");
        if steps.is_empty() {
            println!("  would do nothing");
        }
        steps.iter().for_each(|step| println!("  would report that {step}"));
        answer.notes.iter().for_each(|note| println!("  bank: {note}"));
    }))
}
