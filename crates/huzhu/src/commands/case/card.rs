//! `huzhu case publish`: the card of a case, with the fields that the charter names, stands beside
//! the log, and its hash in the log.

use rules::case::{Case, Verdict};
use rules::charter::Charter;
use rules::command::{CaseCommand, Do};
use serde_json::{Map, Value, json};

use super::known;
use crate::console::Console;
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};

/// Publishes the card of a case.
pub fn publish(console: &mut Console, number: u32, json: bool) -> Result<Outcome, Problem> {
    let case = known(console.state(), number)?;
    let text = text(console.charter()?, number, case, &node::random_id()?);
    // The text first: a hash in the log without its text could be opened by nobody.
    let card = console.store_card(&text)?;
    match console.send(Do::Case(CaseCommand::Publish { case: number, card })) {
        Ok(sent) => sent.with("card", json!(card)).show(console, json),
        Err(problem) => {
            // After a failed write nobody knows whether an entry names the card.
            if problem.kind != Kind::Environment {
                console.remove_card(&card)?;
            }
            Err(problem)
        }
    }
}

/// The text of a card: the charter's fields, the same for approved and refused cases; what is not
/// known is null.
pub fn text(charter: &Charter, number: u32, case: &Case, salt: &str) -> String {
    let mut card = Map::new();
    for field in &charter.disclosure.card {
        let (name, value) = field_of(field, number, case);
        card.insert(name, value);
    }
    card.insert("currency".to_owned(), json!(charter.plan.currency.code()));
    json!({"card": card, "salt": salt}).to_string()
}

/// The member of the card for a field of the charter.
fn field_of(field: &str, number: u32, case: &Case) -> (String, Value) {
    let (decided, refused) = match &case.verdict {
        Some(Verdict::Approve { decided_minor }) => (Some(*decided_minor), None),
        Some(Verdict::Refuse { reason, question, answer, .. }) => {
            (None, Some((*reason, *question, answer.clone())))
        }
        None => (None, None),
    };
    let (reason, question, answer) = refused
        .map_or((None, None, None), |(reason, question, answer)| (Some(reason), question, answer));
    let proposes = case.verdict.as_ref().map(|verdict| json!(verdict)["proposes"].clone());
    let (name, value) = match field {
        "case" => ("case", json!(number)),
        "severity" => ("severity", json!(case.severity)),
        "cause" => ("cause", json!(case.cause)),
        "age" => ("age", json!(case.born.map(|born| case.diagnosed.years_since(born)))),
        "filed" => ("filed", json!(case.filed)),
        "diagnosed" => ("diagnosed", json!(case.diagnosed)),
        "asked" => ("asked_minor", json!(case.asked)),
        "assessed" => ("assessed_minor", json!(case.assessed)),
        "decision" => ("decision", json!(proposes)),
        "amount" => ("amount_minor", json!(decided)),
        "reason" => ("reason", json!(reason)),
        "question" => ("question", json!(question)),
        "answer" => ("answer", json!(answer)),
        other => (other, Value::Null),
    };
    (name.to_owned(), value)
}
