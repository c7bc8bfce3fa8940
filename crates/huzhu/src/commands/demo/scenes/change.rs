//! An amendment: the fee is to fall, the members are told and vote, and with a quorum it holds from
//! a period on.

use money::Rate;
use rules::amendment::{Amendment, Status, difference};
use rules::ballot::Choice;
use rules::charter::Account;
use rules::command::{AmendmentCommand, Do, MemberList};

use super::votes::Vote;
use super::{Line, cast, votes};
use crate::commands::demo::player::{Player, script};
use crate::console::not_founded;
use crate::layout::count as number;
use crate::problem::Problem;
use crate::vote::Question;

/// The amendment of the demo is the plan's first.
const AMENDMENT: u32 = 0;

/// What the fee is to be.
const FEE: &str = "0.06";

/// Members who vote at most. Where the charter asks for more, those who vote show that few change
/// nothing; a vote takes some 3 kB of the log.
const VOTES_MAX: u64 = 8_000;

/// Members who vote where a quorum is out of the demo's reach.
const VOTES_OF_FEW: u64 = 100;

/// Three of four are for it.
fn choice(member: u32) -> Choice {
    if member.is_multiple_of(4) { Choice::Against } else { Choice::For }
}

/// Proposes it and tells the members.
pub fn propose(player: &mut Player) -> Result<Line, Problem> {
    let before = player.state().founded().ok_or_else(not_founded)?.charter.clone();
    let mut after = before.clone();
    let fee = Rate::parse(FEE).map_err(|error| script(&error))?;
    after.fee.rate = fee;
    let flows = after.funds.flows.iter_mut();
    flows.filter(|flow| flow.to == Account::Fee).for_each(|flow| flow.bound = fee);
    let changes = difference(&before.to_value(), &after.to_value());
    let (clauses, days) = (changes.len(), before.amendment.notice_days);
    let unreached = MemberList::Here(Vec::new());
    player.send(vec![
        Do::Amendment(AmendmentCommand::Propose { changes }),
        Do::Amendment(AmendmentCommand::Notice { amendment: AMENDMENT, unreached }),
    ])?;
    let (from, to) = (percent(before.fee.rate), percent(fee));
    Ok(Line {
        name: "amendment",
        day: player.state().day(),
        en: format!(
            "The fee is to fall from {from} to {to}: {clauses} clauses change, and every member \
             is told {days} days before the vote."
        ),
        zh: format!("拟将管理费由{from}降至{to}:变更{clauses}个条款,投票前{days}天告知全体成员。"),
    })
}

fn percent(rate: Rate) -> String {
    format!("{} %", f64::from(rate.millionths()) / 10_000.0)
}

fn amendment(player: &Player) -> Result<&Amendment, Problem> {
    player.state().amendments().get(AMENDMENT as usize).ok_or_else(not_founded)
}

/// How many have to vote.
fn needed(player: &Player) -> Result<u64, Problem> {
    let quorum = player.state().founded().ok_or_else(not_founded)?.charter.amendment.quorum;
    let part = u128::from(amendment(player)?.eligible) * u128::from(quorum.millionths());
    Ok(u64::try_from(part.div_ceil(1_000_000)).unwrap_or(u64::MAX).max(1))
}

/// Members vote, as many as it takes, or a few where that is out of reach.
pub fn vote(player: &mut Player) -> Result<Vec<Vote>, Problem> {
    let needed = needed(player)?;
    let voters = if needed > VOTES_MAX { VOTES_OF_FEW } else { needed.max(2) };
    let members: Vec<u32> = cast::sharers(player).take(voters as usize).collect();
    let without = |member: &u32| player.state().key_of_member(*member).is_none();
    let unbound: Vec<u32> = members.iter().copied().filter(without).collect();
    player.go(player.state().day().plus_days(1))?;
    let bound = cast::keys(player, &unbound);
    player.send_by(bound)?;
    let question = Question::Amendment(AMENDMENT);
    votes::commit(player, question, &members, (choice, ""))
}

/// The votes are opened and counted the day after the last was committed.
pub fn count(player: &mut Player, votes: Vec<Vote>) -> Result<(), Problem> {
    let until = amendment(player)?.ballot.as_ref().map_or(0, |ballot| ballot.commit_until);
    let day = player.day_of(until)?.plus_days(1);
    votes::open(player, Question::Amendment(AMENDMENT), votes, day)?;
    player.send(vec![Do::Amendment(AmendmentCommand::Count { amendment: AMENDMENT })])
}

/// Tells what came of it.
pub fn result(player: &Player) -> Result<Line, Problem> {
    let amendment = amendment(player)?;
    let count = amendment.ballot.as_ref().ok_or_else(not_founded)?.count();
    let (voted, eligible) = (number(count.commitments.into()), number(amendment.eligible));
    let (pro, contra) = (number(count.votes_for.into()), number(count.votes_against.into()));
    let needed = number(needed(player)?);
    let (en, zh) = match (amendment.status, amendment.from_period) {
        (Status::InForce, Some(period)) => (
            format!("it is in force from period {period}, and never for an earlier diagnosis"),
            format!("自第{period}期起生效,不溯及此前的确诊"),
        ),
        _ => ("short of the quorum nothing changes".to_owned(), "未达法定人数,规则不变".to_owned()),
    };
    Ok(Line {
        name: "vote",
        day: player.state().day(),
        en: format!(
            "Of {eligible} members {voted} vote in secret, {needed} must: {pro} for, {contra} \
             against; {en}."
        ),
        zh: format!(
            "{eligible}名成员中{voted}人秘密投票(须达{needed}人):{pro}票支持、{contra}票反对;{zh}。"
        ),
    })
}
