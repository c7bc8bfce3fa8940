//! Fear: a log says that others were drawn than its answers draw, or that others answered, and the
//! reader of public entries believes it.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use audit::{Kind, Walk, Walked};
use rules::ballot::Choice;
use rules::bytes::Bytes;
use rules::charter::Role;
use rules::command::{Do, JuryCommand};
use serde_json::{Value, json};
use testkit::{World, charters};

fn walk(log: &[Vec<u8>]) -> Walked {
    let mut walk = Walk::default();
    log.iter().zip(0..).for_each(|(entry, index)| walk.entry(index, entry));
    walk.finish(true)
}

/// A village in which the case of member 0 is heard by a panel of those who passed the quiz.
fn heard() -> World {
    let mut world = World::found(4, &charters::village());
    world.enrol_people(1..41, "1990-05".parse().unwrap()).unwrap();
    (5..40).for_each(|member| drop(world.qualify(member).unwrap()));
    world.pass(50);
    assert_eq!(world.bring_case(0, world.day(), 5_000), Ok(0));
    world.object(3, 0).unwrap();
    world
}

/// A settled period with four paid cases, some of which are drawn to be looked at again.
fn drawn_again() -> World {
    let (mut world, period) = World::with_paid_cases(3..7, 10_000);
    world.begin_audit(9, period).unwrap();
    world.answer_audit(Role::Operator, period).unwrap();
    world.answer_audit(Role::Custodian, period).unwrap();
    world
}

/// The log with one finding changed, and its place.
fn bent(log: &[Vec<u8>], verb: &str, bend: impl Fn(&mut Value)) -> (Vec<Vec<u8>>, u64) {
    let is_it = |entry: &Vec<u8>| {
        let entry: Value = serde_json::from_slice(entry).unwrap();
        entry["command"]["do"] == verb
    };
    let place = log.iter().position(is_it).unwrap_or_else(|| panic!("no {verb}"));
    let mut log = log.to_vec();
    let mut entry: Value = serde_json::from_slice(&log[place]).unwrap();
    bend(&mut entry["command"]);
    let text = entry.to_string().into_bytes();
    assert_ne!(text, log[place], "{verb} is changed");
    log[place] = text;
    (log, place as u64)
}

fn is_named(log: &[Vec<u8>], verb: &str, bend: impl Fn(&mut Value)) {
    let (log, place) = bent(log, verb, bend);
    let found = walk(&log).difference.unwrap_or_else(|| panic!("{verb} is believed"));
    assert_eq!((found.kind, found.entry), (Kind::WrongDraw, Some(place)), "{}", found.what);
}

#[test]
fn an_honest_hearing_is_believed_with_and_without_a_nonce_and_in_silence() {
    let mut world = heard();
    let nonce = [7; 32];
    let commitment = proof::draw::nonce_commitment(&nonce);
    world.send(Do::Jury(JuryCommand::Nonce { case: 0, commitment })).unwrap();
    world.seal_roll(0).unwrap();
    let nonce = Bytes(nonce.to_vec());
    world.send(Do::Jury(JuryCommand::Reveal { case: 0, nonce })).unwrap();
    world.answer(Role::Operator, 0).unwrap();
    world.pass_hours(72);
    world.send(Do::Jury(JuryCommand::Seat { case: 0 })).unwrap();
    let panel = world.panel(0);
    let walked = walk(world.log());
    assert_eq!((walked.difference, walked.draws), (None, 1));
    // A juror steps back and nobody else votes: a second panel sits under the same seed.
    world.send_by(panel[0], Do::Jury(JuryCommand::Recuse { case: 0 })).unwrap();
    world.commit_vote(0, panel[1], Choice::For).unwrap();
    world.pass_hours(300);
    world.send(Do::Jury(JuryCommand::Close { case: 0 })).unwrap();
    let walked = walk(world.log());
    assert_eq!((walked.difference, walked.draws, walked.unknown.verdicts), (None, 1, 0));
    is_named(world.log(), "finding.jury.drawn", |drawn| drawn["silent"] = json!([]));
    is_named(world.log(), "finding.jury.drawn", |drawn| {
        drawn["answered"] = json!(["custodian"]);
        drawn["silent"] = json!(["operator"]);
    });
    // The nonce stands in a signed command; here only its commitment is looked at.
    let (log, place) = bent(world.log(), "jury.reveal", |reveal| {
        reveal["nonce"] = json!(Bytes(vec![8; 32]));
    });
    assert_eq!(walk(&log).difference.unwrap().entry, Some(place));
}

#[test]
fn a_panel_that_was_not_drawn_is_named() {
    let mut world = heard();
    world.draw_panel(0).unwrap();
    let log = world.log();
    assert_eq!(walk(log).difference, None);
    let verb = "finding.jury.drawn";
    is_named(log, verb, |drawn| drawn["seed"] = json!("00".repeat(32)));
    is_named(log, verb, |drawn| drop(drawn["panel"].as_array_mut().unwrap().pop()));
    is_named(log, verb, |drawn| drawn["panel"][0] = drawn["panel"][1].clone());
    is_named(log, verb, |drawn| drawn["panel"][0] = json!(0));
    is_named(log, verb, |drawn| drawn["panel"][0] = json!(2));
    is_named(log, "finding.jury.opened", |opened| opened["parties"] = json!(["operator"]));
    // Another roll than the parties have answered to.
    let (log, place) = bent(log, "finding.jury.sealed", |it| it["roll"] = json!("00".repeat(32)));
    let found = walk(&log).difference.unwrap();
    assert_eq!((found.kind, found.entry), (Kind::WrongDraw, Some(place + 1)), "{}", found.what);
}

#[test]
fn a_re_audit_that_spares_a_case_is_named() {
    let world = drawn_again();
    let log = world.log();
    let walked = walk(log);
    assert_eq!((walked.difference, walked.draws, walked.unknown.re_audits), (None, 1, 0));
    let verb = "finding.audit.drawn";
    is_named(log, verb, |drawn| {
        let other = (0..4).find(|case| !drawn["cases"].as_array().unwrap().contains(&json!(case)));
        drawn["cases"][0] = json!(other.unwrap());
    });
    is_named(log, verb, |drawn| drop(drawn["cases"].as_array_mut().unwrap().pop()));
    is_named(log, verb, |drawn| drawn["cases"].as_array_mut().unwrap().reverse());
    is_named(log, verb, |drawn| drawn["seed"] = json!("11".repeat(32)));
    is_named(log, verb, |drawn| drawn["silent"] = json!(["custodian"]));
}

#[test]
fn a_jury_that_grants_what_nobody_proposed_is_named() {
    let mut world = heard();
    world.draw_panel(0).unwrap();
    world.vote(0, &[Choice::For; 5]).unwrap();
    for period in 0..=world.state().case(0).unwrap().period.unwrap() {
        world.publish_and_close(period).unwrap();
    }
    assert_eq!(walk(world.log()).difference, None);
    let verdict = "finding.jury.verdict";
    let (log, place) = bent(world.log(), verdict, |verdict| {
        verdict["outcome"]["aid"]["decided_minor"] = json!(50_000);
    });
    let found = walk(&log).difference.unwrap();
    assert_eq!((found.kind, found.entry), (Kind::WrongDecision, Some(place)), "{}", found.what);
    // The vote was against it, and the case is decided as if it had been for it.
    let (log, _) = bent(world.log(), "finding.case.approved", |approved| {
        approved["decided_minor"] = json!(5_001);
    });
    assert_eq!(walk(&log).difference.unwrap().kind, Kind::WrongDecision);
}
