//! Fear: a vote counts twice, early, late, for somebody else, or not at all.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rules::ballot::Choice;
use rules::charter::Role;
use rules::command::{Do, JuryCommand};
use rules::finding::{Finding, JuryFinding};
use rules::jury::Outcome;
use testkit::{World, charters, refused};

const FOR: Choice = Choice::For;
const AGAINST: Choice = Choice::Against;

/// A village of 30, 20 of whom are on the jury roll; case 0 is objected to and a panel drawn.
fn disputed() -> (World, Vec<u32>) {
    let mut world = World::found(11, &charters::village());
    world.enrol_people(1..31, "1990-05".parse().unwrap()).unwrap();
    (5..25).for_each(|member| drop(world.qualify(member).unwrap()));
    world.pass(50);
    let case = world.bring_case(0, world.day(), 5_000).unwrap();
    assert_eq!(case, 0);
    world.object(3, 0).unwrap();
    let panel = world.draw_panel(0).unwrap();
    assert_eq!(panel.len(), 5);
    (world, panel)
}

fn verdict(findings: &[Finding]) -> (Outcome, u32, u32, u32, usize) {
    let found = findings.iter().find_map(|finding| match finding {
        Finding::Jury(JuryFinding::Verdict {
            outcome,
            commitments,
            votes_for,
            votes_against,
            closed,
            ..
        }) => Some((*outcome, *commitments, *votes_for, *votes_against, closed.len())),
        _ => None,
    });
    found.expect("a verdict")
}

#[test]
fn a_vote_is_committed_once_by_a_juror_in_time() {
    let (mut world, panel) = disputed();
    let juror = panel[0];
    world.commit_vote(0, juror, FOR).unwrap();
    assert_eq!(refused(world.commit_vote(0, juror, AGAINST)), "E-VOTE-TWICE");
    let stranger = (5..25).find(|member| !panel.contains(member)).unwrap();
    assert_eq!(refused(world.commit_vote(0, stranger, FOR)), "E-JURY-NOT-DRAWN");
    let (commitment, copies) = world.sealed_vote(0, panel[1], FOR);
    let one = JuryCommand::Commit { case: 0, commitment, copies: copies[..1].to_vec() };
    assert_eq!(refused(world.send_by(panel[1], Do::Jury(one))), "E-VOTE-COPIES");
    world.pass_hours(24);
    assert_eq!(refused(world.commit_vote(0, panel[1], FOR)), "E-VOTE-LATE");
}

#[test]
fn a_vote_is_opened_once_as_committed_and_neither_early_nor_late() {
    let (mut world, panel) = disputed();
    panel[..4].iter().for_each(|juror| drop(world.commit_vote(0, *juror, FOR).unwrap()));
    assert_eq!(refused(world.open_vote(0, panel[0], FOR)), "E-VOTE-EARLY");
    assert_eq!(refused(world.close_hearing(0)), "E-VOTE-EARLY");
    world.pass_hours(24);
    assert_eq!(refused(world.open_vote(0, panel[0], AGAINST)), "E-VOTE-MISMATCH");
    assert_eq!(refused(world.open_vote(0, panel[4], FOR)), "E-VOTE-NONE");
    world.open_vote(0, panel[0], FOR).unwrap();
    assert_eq!(refused(world.open_vote(0, panel[0], FOR)), "E-VOTE-OPENED");
    assert_eq!(refused(world.close_hearing(0)), "E-VOTE-EARLY");
    world.pass_hours(24);
    assert_eq!(refused(world.open_vote(0, panel[1], FOR)), "E-VOTE-LATE");
    // Four committed: the quorum of three stands, and one open vote decides among the open.
    let (outcome, commitments, votes_for, votes_against, closed) =
        verdict(&world.close_hearing(0).unwrap());
    assert!(matches!(outcome, Outcome::Aid { .. }));
    assert_eq!((commitments, votes_for, votes_against, closed), (4, 1, 0, 3));
    assert_eq!(refused(world.close_hearing(0)), "E-JURY-STATE", "a verdict is given once");
}

#[test]
fn what_a_juror_leaves_closed_two_institutions_can_open() {
    let (mut world, panel) = disputed();
    let choices = [FOR, FOR, AGAINST, AGAINST, AGAINST];
    let mut copies = Vec::new();
    for (juror, choice) in panel.iter().zip(choices) {
        copies.push(world.sealed_vote(0, *juror, choice).1);
        world.commit_vote(0, *juror, choice).unwrap();
    }
    world.pass_hours(24);
    // Those who voted against stay away once they know that it is over for them.
    panel[..2].iter().for_each(|juror| drop(world.open_vote(0, *juror, FOR).unwrap()));
    let ballot = world.state().jury(0).unwrap().ballot.clone().unwrap();
    for place in 2..5 {
        let role = if place == 3 { Role::Registrar } else { Role::Custodian };
        let copy = &copies[place][usize::from(place == 3)];
        let purpose = rules::ballot::purpose("test", &ballot.subject, panel[place]);
        let text = world.keys().copies(role).open(&purpose, &copy.0).unwrap();
        let opening = rules::ballot::Opening::from_bytes(&text).unwrap();
        let body = Do::Jury(JuryCommand::OpenLeft { case: 0, juror: panel[place], opening });
        assert_eq!(refused(world.send_as(Role::Operator, body.clone())), "E-VOTE-OPENER");
        world.send_as(role, body).unwrap();
    }
    let (outcome, _, votes_for, votes_against, closed) = verdict(&world.close_hearing(0).unwrap());
    assert_eq!(outcome, Outcome::Refusal);
    assert_eq!((votes_for, votes_against, closed), (2, 3, 0));
}

#[test]
fn a_majority_is_exceeded_and_half_is_none() {
    let (mut world, _) = disputed();
    let findings = world.vote(0, &[FOR, FOR, AGAINST, AGAINST]).unwrap();
    assert_eq!(verdict(&findings).0, Outcome::Refusal);
}

#[test]
fn a_vote_of_one_juror_is_of_no_use_to_another() {
    let (mut world, panel) = disputed();
    let (commitment, copies) = world.sealed_vote(0, panel[0], FOR);
    world.commit_vote(0, panel[0], FOR).unwrap();
    // The second juror copies what the first committed, and then even its opening.
    let body = Do::Jury(JuryCommand::Commit { case: 0, commitment, copies });
    world.send_by(panel[1], body).unwrap();
    world.pass_hours(24);
    world.open_vote(0, panel[0], FOR).unwrap();
    let opening = World::opening(panel[0], FOR);
    let body = Do::Jury(JuryCommand::Open { case: 0, opening });
    assert_eq!(refused(world.send_by(panel[1], body)), "E-VOTE-MISMATCH");
}
