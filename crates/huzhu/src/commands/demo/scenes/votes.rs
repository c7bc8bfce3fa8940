//! Sealed votes of many members on one question: all are committed, all but one opened by their
//! voters, and the last by the custodian from its copy.

use rules::ballot::{Choice, Opening};
use rules::bytes::Bytes;
use rules::charter::Role;
use rules::command::Do;
use rules::day::Day;

use crate::commands::demo::actors;
use crate::commands::demo::player::Player;
use crate::console::{not_founded, role_name};
use crate::problem::{Kind, Problem};
use crate::vote::{Question, Sealed, read_copy, seal};

/// A vote that was committed.
pub struct Vote {
    member: u32,
    opening: Opening,
    copies: Vec<Bytes>,
}

/// Commits the votes of members today.
pub fn commit(
    player: &mut Player,
    question: Question,
    members: &[u32],
    (choice, reason): (fn(u32) -> Choice, &str),
) -> Result<Vec<Vote>, Problem> {
    let founded = player.state().founded().ok_or_else(not_founded)?.clone();
    let subject = question.ballot(player.state())?.subject.clone();
    let (mut votes, mut commands) = (Vec::new(), Vec::new());
    for member in members {
        let chance = |what: &str| player.chance(&format!("{what} of {member} on {subject}"));
        let salt = Bytes(chance("salt").to_vec());
        let opening = Opening { choice: choice(*member), reason: reason.to_owned(), salt };
        let mut copy = 0;
        let mut random = || {
            copy += 1;
            Ok(chance(&format!("copy {copy}")))
        };
        let Sealed { commitment, copies } =
            seal(&founded, &subject, *member, &opening, &mut random)?;
        votes.push(Vote { member: *member, opening, copies: copies.clone() });
        commands.push((actors::member(*member), question.commit(commitment, copies)));
    }
    player.send_by(commands)?;
    Ok(votes)
}

/// Opens them on a day: the last voter stays away.
pub fn open(
    player: &mut Player,
    question: Question,
    votes: Vec<Vote>,
    day: Day,
) -> Result<(), Problem> {
    player.go(day)?;
    let founded = player.state().founded().ok_or_else(not_founded)?;
    let (plan, subject) = (founded.plan.clone(), question.ballot(player.state())?.subject.clone());
    let openers = &founded.charter.jury.hearing.openers;
    let place = openers.iter().position(|opener| opener.role == Role::Custodian);
    let mut commands: Vec<(String, Do)> = Vec::new();
    let last = votes.len().saturating_sub(1);
    for (number, vote) in votes.into_iter().enumerate() {
        if number < last {
            commands.push((actors::member(vote.member), question.open(vote.opening)));
            continue;
        }
        let copy = place.and_then(|place| vote.copies.get(place)).ok_or_else(unreadable)?;
        let custodian = role_name(Role::Custodian);
        let key = player.key(&custodian).copies();
        let opening = read_copy(&key, &plan, &subject, vote.member, &copy.0);
        let body = question.open_left(vote.member, opening.ok_or_else(unreadable)?);
        commands.push((custodian, body));
    }
    player.send_by(commands)
}

fn unreadable() -> Problem {
    let what = "A vote of the demo cannot be opened from its copy.";
    let why = "The custodian is no opener, or the copy is not for its key.";
    Problem::new(Kind::Input, "E-DEMO", what, why, "Report this with the seed.")
}
