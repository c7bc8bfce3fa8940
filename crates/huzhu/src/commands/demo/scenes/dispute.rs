//! A member objects to a published case, and a panel drawn by lot decides it.

use rules::ballot::Choice;
use rules::charter::Role;
use rules::command::{CaseCommand, Do, JuryCommand};
use rules::jury::Outcome;

use super::Line;
use super::cases::Cases;
use super::cast::Cast;
use super::votes;
use crate::commands::demo::actors;
use crate::commands::demo::player::Player;
use crate::console::{not_founded, role_name};
use crate::draw;
use crate::layout::money;
use crate::problem::Problem;
use crate::vote::Question;

/// Two of three find for aid.
fn choice(member: u32) -> Choice {
    if member.is_multiple_of(3) { Choice::Against } else { Choice::For }
}

/// From the objection to the verdict, in three days.
pub fn play(player: &mut Player, cast: &Cast, cases: &Cases) -> Result<[Line; 2], Problem> {
    let (case, question) = (cases.disputed, Question::Hearing(cases.disputed));
    let reason = proof::sha256(&player.chance("reason of the objection"));
    let object = Do::Case(CaseCommand::Object { case, reason });
    player.send_by(vec![(actors::member(cast.objector), object)])?;
    let objected = Line {
        name: "objection",
        day: player.state().day(),
        en: format!(
            "A member objects to case {case}: it waits for a jury, and no other case does."
        ),
        zh: format!("一名成员对案例{case}提出异议:该案例等待赔审,其他案例不受影响。"),
    };
    player.go(player.state().day().plus_days(1))?;
    player.send(vec![Do::Jury(JuryCommand::Draw { case })])?;
    let parties = player.state().jury(case).ok_or_else(not_founded)?.draw.roles(false);
    for party in parties {
        let proof = answer(player, party, case)?;
        player.send_by(vec![(role_name(party), Do::Jury(JuryCommand::Answer { case, proof }))])?;
    }
    let panel = player.state().jury(case).ok_or_else(not_founded)?.panel.clone();
    let reason = "The reports agree with each other.";
    let votes = votes::commit(player, question, &panel, (choice, reason))?;
    let tomorrow = player.state().day().plus_days(1);
    votes::open(player, question, votes, tomorrow)?;
    player.send(vec![Do::Jury(JuryCommand::Close { case })])?;
    Ok([objected, verdict(player, cast, case)?])
}

fn answer(player: &mut Player, party: Role, case: u32) -> Result<rules::bytes::Bytes, Problem> {
    let plan = player.state().founded().ok_or_else(not_founded)?.plan.clone();
    let draw = player.state().jury(case).ok_or_else(not_founded)?.draw.clone();
    draw::answer(&plan, &draw, player.key(&role_name(party)))
}

fn verdict(player: &Player, cast: &Cast, case: u32) -> Result<Line, Problem> {
    let state = player.state();
    let jury = state.jury(case).ok_or_else(not_founded)?;
    let currency = state.founded().ok_or_else(not_founded)?.charter.plan.currency;
    let ballot = jury.ballot.as_ref().ok_or_else(not_founded)?;
    let count = ballot.count();
    let aid = match jury.outcome {
        Some(Outcome::Aid { decided_minor }) => money(decided_minor, currency),
        _ => money(money::Amount::ZERO, currency),
    };
    let (panel, roll) = (jury.panel.len(), cast.jurors.len());
    let (votes_for, votes_against) = (count.votes_for, count.votes_against);
    Ok(Line {
        name: "jury",
        day: state.day(),
        en: format!(
            "A jury of {panel}, drawn by lot from {roll}, grants {aid}: {votes_for} for, \
             {votes_against} against, one left closed and opened by the custodian."
        ),
        zh: format!(
            "从{roll}人中抽签产生的{panel}名赔审员决定给予{aid}:{votes_for}票支持、\
             {votes_against}票反对,其中一票由托管人代为开启。"
        ),
    })
}
