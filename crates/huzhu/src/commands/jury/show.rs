//! Shows a hearing, and writes the record of its draw.

use std::path::PathBuf;

use rules::ballot::Phase;
use rules::charter::Charter;
use rules::jury::{Jury, Stage};
use serde_json::{Value, json};

use super::hearing;
use crate::console::Folder;
use crate::draw;
use crate::findings::name;
use crate::layout::{NONE, Table};
use crate::outcome::Outcome;
use crate::problem::Problem;
use crate::reader::Reader;

/// Shows the latest hearing of a case.
pub fn one(
    folder: &Folder,
    case: u32,
    record: Option<PathBuf>,
    json: bool,
) -> Result<Outcome, Problem> {
    let reader = Reader::open(folder)?;
    let (jury, charter) = (hearing(reader.state(), case)?, reader.charter()?);
    if let Some(path) = record {
        let plan = reader.state().founded().map_or("", |founded| founded.plan.as_str());
        let drawn = (jury.panel_size(charter), jury.drawn.panel.clone());
        draw::write_record(&path, plan, &jury.draw, drawn)?;
    }
    let document = describe(jury, charter);
    Ok(reader.show(json, document, || print(jury, charter)))
}

/// Votes as they may be shown: nothing of what they say before the commit phase is over.
fn votes(jury: &Jury) -> Vec<Value> {
    let Some(ballot) = &jury.ballot else { return Vec::new() };
    let votes = ballot.votes.iter().map(|(member, vote)| match &vote.opened {
        Some(opened) => json!({
            "juror": member, "vote": opened.choice, "reason": opened.reason,
            "by_institution": opened.by_institution,
        }),
        None => json!({"juror": member, "vote": null}),
    });
    votes.collect()
}

fn describe(jury: &Jury, charter: &Charter) -> Value {
    let sealed = jury.draw.sealed.as_ref();
    json!({
        "case": jury.case,
        "appeal": jury.appeal,
        "stage": jury.stage,
        "objections": jury.objections.iter()
            .map(|one| json!({"member": one.member, "reason": one.reason})).collect::<Vec<_>>(),
        "roll": sealed.map(|sealed| sealed.digest),
        "answered": jury.draw.roles(true),
        "silent": jury.draw.roles(false),
        "seed": jury.draw.seed,
        "panel": jury.panel,
        "panels_without_quorum": jury.missed,
        "quorum": jury.quorum(charter),
        "commit_until_ms": jury.ballot.as_ref().map(|ballot| ballot.commit_until),
        "open_until_ms": jury.ballot.as_ref().map(|ballot| ballot.open_until),
        "votes": votes(jury),
        "outcome": jury.outcome,
    })
}

fn print(jury: &Jury, charter: &Charter) {
    let what = if jury.appeal { "appeal in" } else { "hearing of" };
    println!("The {what} case {} is {}.", jury.case, name(jury.stage));
    let mut table = Table::new("ll", 2);
    table.pair("objections", jury.objections.len());
    let roll = jury.draw.sealed.as_ref().map(|sealed| sealed.digest.to_string());
    table.pair("roll", roll.unwrap_or_else(|| NONE.to_owned()));
    table.pair("panel", format!("{} jurors, quorum {}", jury.panel.len(), jury.quorum(charter)));
    if let Some(ballot) = &jury.ballot {
        table.pair("committed", ballot.votes.len());
    }
    if let Some(outcome) = jury.outcome {
        table.pair("outcome", json!(outcome));
    }
    table.print();
    let open = jury.stage == Stage::Decided
        || jury.ballot.as_ref().is_some_and(|ballot| ballot.phase(i64::MAX) == Phase::Over);
    for vote in votes(jury).iter().filter(|vote| open && !vote["vote"].is_null()) {
        let word = |key: &str| vote[key].as_str().unwrap_or_default().to_owned();
        println!("  juror {}: {} — {}", vote["juror"], word("vote"), word("reason"));
    }
}
