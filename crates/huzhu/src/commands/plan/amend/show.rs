//! Amendments in words: which clause said what, and what became of the votes.

use rules::amendment::{Amendment, Change, Status};
use serde_json::{Value, json};

use crate::findings::name;
use crate::layout::{NONE, Table, count, counted};
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::reader::Reader;

/// Columns of a clause's value that are shown; the rest is in the JSON document.
const VALUE_WIDTH: usize = 60;

/// Prints every clause that changes.
pub fn print_changes(changes: &[Change]) {
    let mut table = Table::new("lll", 2).header(["clause", "says", "will say"]);
    for change in changes {
        let said = |value: &Option<Value>| value.as_ref().map_or(NONE.to_owned(), shortened);
        table.row([change.at.clone(), said(&change.from), said(&change.to)]);
    }
    table.print();
}

fn shortened(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.char_indices().nth(VALUE_WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Shows one amendment, or all.
pub fn show(reader: &Reader, number: Option<u32>, json: bool) -> Result<Outcome, Problem> {
    let all = reader.state().amendments();
    match number {
        Some(number) => match all.get(number as usize) {
            Some(amendment) => Ok(one(reader, number, amendment, json)),
            None => Err(Problem::new(
                Kind::Refused,
                "E-AMENDMENT-UNKNOWN",
                format!("There is no amendment {number}."),
                format!("There are {}, numbered from 0.", all.len()),
                "List them with `huzhu plan amend show`.",
            )),
        },
        None => Ok(list(reader, all, json)),
    }
}

fn describe(number: u32, amendment: &Amendment) -> Value {
    let votes = amendment.ballot.as_ref().map(|ballot| {
        let count = ballot.count();
        // Nothing of a tally is shown while votes can still be committed or opened.
        let over = !matches!(amendment.status, Status::Proposed | Status::Noticed);
        json!({
            "commitments": count.commitments,
            "for": over.then_some(count.votes_for),
            "against": over.then_some(count.votes_against),
            "vote_from": amendment.vote_from,
            "vote_until": ballot.commit_until,
            "open_until": ballot.open_until,
        })
    });
    json!({
        "amendment": number,
        "status": amendment.status,
        "charter": amendment.charter,
        "changes": amendment.changes,
        "proposed": amendment.proposed,
        "noticed": amendment.noticed,
        "eligible": amendment.eligible,
        "votes": votes,
        "waits_for_a_year": amendment.waits_for_a_year(),
        "from_period": amendment.from_period,
    })
}

fn one(reader: &Reader, number: u32, amendment: &Amendment, json: bool) -> Outcome {
    reader.show(json, describe(number, amendment), || {
        println!("Amendment {number} is {}.", name(amendment.status));
        print_changes(&amendment.changes);
        let mut table = Table::new("ll", 2);
        table.pair("proposed", amendment.proposed);
        let told = amendment.noticed.map_or(NONE.to_owned(), |day| day.to_string());
        table.pair("members told", told);
        if let Some(ballot) = &amendment.ballot {
            let votes = counted(u64::from(ballot.count().commitments), "vote", "votes");
            table.pair("committed", format!("{votes} of {} members", count(amendment.eligible)));
        }
        let from = amendment.from_period.map_or(NONE.to_owned(), |p| format!("period {p}"));
        table.pair("in force from", from);
        table.print();
    })
}

fn list(reader: &Reader, all: &[Amendment], json: bool) -> Outcome {
    let described = (0..).zip(all).map(|(number, amendment)| describe(number, amendment));
    let document = json!({"amendments": described.collect::<Vec<_>>()});
    reader.show(json, document, || {
        if all.is_empty() {
            println!("Nobody has proposed an amendment: the founding charter is in force.");
            return;
        }
        let header = ["amendment", "clauses", "proposed", "from period", "status"];
        let mut table = Table::new("rrlrl", 0).header(header);
        for (number, amendment) in all.iter().enumerate() {
            table.row([
                number.to_string(),
                amendment.changes.len().to_string(),
                amendment.proposed.to_string(),
                amendment.from_period.map_or(NONE.to_owned(), |period| period.to_string()),
                name(amendment.status),
            ]);
        }
        table.print();
    })
}
