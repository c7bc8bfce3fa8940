//! Opening votes: by the juror from what was kept, or by an institution from its copies in the log.

use std::collections::BTreeMap;

use node::Orderer as _;
use rules::ballot::{Opening, purpose};
use rules::bytes::Bytes;
use rules::charter::Role;
use rules::command::{Do, JuryCommand};
use rules::entry::Entry;

use super::{hearing, keep, no_ballot, vote_name};
use crate::console::{Console, Folder};
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::sent::Sent;

/// The juror opens.
pub fn own(folder: &Folder, case: u32, member: u32, json: bool) -> Result<Outcome, Problem> {
    let mut console = Console::open(folder)?;
    let ballot = hearing(console.state(), case)?.ballot.as_ref().ok_or_else(no_ballot)?;
    let opening: Opening = keep::read(&folder.dir, &vote_name(&ballot.subject, member))?;
    let body = Do::Jury(JuryCommand::Open { case, opening });
    console.send_as_member(member, body)?.show(&console, json)
}

/// An institution opens every vote that its juror left closed.
pub fn left(folder: &Folder, case: u32, role: Role, json: bool) -> Result<Outcome, Problem> {
    let mut console = Console::open(folder)?;
    let openers = &console.charter()?.jury.hearing.openers;
    let place = openers.iter().position(|opener| opener.role == role);
    let place = place.ok_or_else(|| {
        let what = format!("The role {role:?} opens no votes.");
        let why = "The charter's `jury.hearing.openers` do not name it.";
        Problem::new(Kind::Refused, "E-VOTE-OPENER", what, why, "Name one of them with --as.")
    })?;
    let state = console.state();
    let plan = state.founded().map_or("", |founded| founded.plan.as_str()).to_owned();
    let ballot = hearing(state, case)?.ballot.as_ref().ok_or_else(no_ballot)?;
    let subject = ballot.subject.clone();
    let closed: Vec<u32> = ballot
        .votes
        .iter()
        .filter(|(_, vote)| vote.opened.is_none())
        .map(|(juror, _)| *juror)
        .collect();
    let copies = copies(&mut console, case, place)?;
    let key = console.key(role)?.copies();
    let mut all: Option<Sent> = None;
    for juror in closed {
        let copy = copies.get(&juror).map(|copy| copy.0.as_slice()).unwrap_or_default();
        let opened = key.open(&purpose(&plan, &subject, juror), copy).ok();
        let Some(opening) = opened.and_then(|text| Opening::from_bytes(&text).ok()) else {
            // A copy that does not open is the juror's doing: the verdict names the vote as closed.
            continue;
        };
        let body = Do::Jury(JuryCommand::OpenLeft { case, juror, opening });
        let sent = console.send_as(role, body)?;
        all = Some(match all {
            Some(before) => before.then(sent),
            None => sent,
        });
    }
    let nothing = || {
        let what = "No vote is opened.";
        let why = "None is left closed, or no copy is of this institution's key.";
        Problem::new(
            Kind::Refused,
            "E-VOTE-OPENED",
            what,
            why,
            "Count them with `huzhu jury close`.",
        )
    };
    all.ok_or_else(nothing)?.show(&console, json)
}

/// The copies for one institution of the latest vote that each juror committed on a case.
fn copies(console: &mut Console, case: u32, place: usize) -> Result<BTreeMap<u32, Bytes>, Problem> {
    let mut found: Vec<(rules::key::Key, Bytes)> = Vec::new();
    console.node().stream(0, &mut |_, entry| {
        if let Ok(Entry::Command(_, signed)) = Entry::parse(entry) {
            let command = signed.command();
            if let Do::Jury(JuryCommand::Commit { case: other, copies, .. }) = &command.body
                && *other == case
            {
                found.extend(copies.get(place).map(|copy| (command.by, copy.clone())));
            }
        }
        Ok(())
    })?;
    let state = console.state();
    let by_member = found
        .into_iter()
        .filter_map(|(key, copy)| state.member_of_key(&key).map(|member| (member, copy)));
    Ok(by_member.collect())
}
