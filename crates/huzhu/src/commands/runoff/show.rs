//! Where the end of a plan stands, and what is still owed.

use rules::run_off::RunOff;
use serde_json::{Value, json};

use crate::commands::fund::account_name;
use crate::layout::{NONE, Table, counted, money};
use crate::outcome::Outcome;
use crate::problem::Problem;
use crate::reader::Reader;

/// Shows the stage, the vote on the end if there was one, and every account that is not empty.
pub fn show(reader: &Reader, json: bool) -> Result<Outcome, Problem> {
    let (state, currency) = (reader.state(), reader.currency()?);
    let run_off = state.run_off();
    let balances: Vec<_> = state.books().balances().filter(|(_, held)| !held.is_zero()).collect();
    let accounts = balances.iter().map(|(account, balance)| {
        json!({"account": account, "balance_minor": balance, "currency": currency.code()})
    });
    let document = json!({
        "stage": run_off.stage,
        "trigger": run_off.trigger,
        "stop": run_off.stop,
        "caretaker": run_off.caretaker,
        "calls": run_off.calls.len(),
        "vote": vote(run_off),
        "accounts": accounts.collect::<Vec<_>>(),
    });
    let name = |value: Value| value.as_str().unwrap_or(NONE).to_owned();
    Ok(reader.show(json, document, || {
        let mut table = Table::new("lr", 0);
        table.pair("stage", name(json!(run_off.stage)));
        table.pair("because of", name(json!(run_off.trigger)));
        table.pair("stops on", name(json!(run_off.stop)));
        if let Some(vote) = run_off.votes.last() {
            let votes = u64::from(vote.ballot.count().commitments);
            table.pair("vote on the end", counted(votes, "vote committed", "votes committed"));
        }
        for (account, balance) in &balances {
            table.pair(&account_name(*account), money(*balance, currency));
        }
        table.print();
    }))
}

/// The latest vote on the end. Nothing of a tally is shown while it is under way.
fn vote(run_off: &RunOff) -> Value {
    let Some(vote) = run_off.votes.last() else { return Value::Null };
    let count = vote.ballot.count();
    json!({
        "vote": run_off.votes.len() - 1,
        "opened": vote.opened,
        "eligible": vote.eligible,
        "vote_from": vote.vote_from,
        "vote_until": vote.ballot.commit_until,
        "open_until": vote.ballot.open_until,
        "commitments": count.commitments,
        "for": vote.carried.map(|_| count.votes_for),
        "against": vote.carried.map(|_| count.votes_against),
        "carried": vote.carried,
    })
}
