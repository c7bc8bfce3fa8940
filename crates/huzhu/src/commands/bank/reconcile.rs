//! `huzhu bank reconcile`: the ledger beside the bank.

use serde_json::{Value, json};

use crate::bank::amount;
use crate::layout::{Table, money};
use crate::outcome::Outcome;
use crate::problem::Problem;
use crate::reader::Reader;

/// Shows custody by the ledger and at the bank, and what lies between.
pub fn run(reader: &Reader, json: bool) -> Result<Outcome, Problem> {
    let (state, currency) = (reader.state(), reader.currency()?);
    let bank = state.bank();
    let ledger = state.books().balance(rules::charter::Account::Custody);
    let difference = state.custody_difference().map_err(amount)?;
    let transit = state.in_transit().map_err(amount)?;
    let named =
        |term: &rules::books::Term| json!(term).as_str().map_or_else(String::new, str::to_owned);
    let open: Vec<Value> = transit
        .iter()
        .map(|(term, amount)| json!({"term": named(term), "amount_minor": amount}))
        .collect();
    let unmatched: Vec<Value> = bank
        .unmatched()
        .map(|(reference, amount)| json!({"reference": reference, "amount_minor": amount}))
        .collect();
    let agrees = difference.is_zero();
    let document = json!({
        "agrees": agrees,
        "statement": bank.last().map(|last| last.number),
        "day": bank.last().map(|last| last.day),
        "ledger_minor": ledger,
        "bank_minor": bank.custody(),
        "difference_minor": difference,
        "in_transit": open,
        "unmatched": unmatched,
        "differs_since": bank.differs_since(),
        "frozen_from": state.frozen_from(),
        "currency": currency.code(),
    });
    let shown = reader.show(json, document, || {
        match bank.last() {
            None => println!("No statement of the bank has been entered."),
            Some(last) => println!("After statement {} of {}", last.number, last.day),
        }
        let mut table = Table::new("lr", 2);
        table.pair("custody, ledger", money(ledger, currency));
        table.pair("custody, bank", money(bank.custody(), currency));
        table.pair("difference", money(difference, currency));
        for (term, amount) in &transit {
            table.pair(&format!("  in transit: {}", named(term)), money(*amount, currency));
        }
        for (reference, amount) in bank.unmatched() {
            table.pair(&format!("  unmatched: {reference}"), money(amount, currency));
        }
        table.print();
        if let Some(since) = bank.differs_since() {
            println!("They differ since {since}.");
        }
        if let Some(from) = state.frozen_from() {
            println!("Payouts and fees rest: the charter's days ended on {from}.");
        }
    });
    Ok(if agrees { shown } else { Outcome::False })
}
