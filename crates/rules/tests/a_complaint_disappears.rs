//! Fear: a complaint is lost, answered late without anybody seeing it, or answered by itself.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use proof::Digest;
use rules::State;
use rules::charter::Role;
use rules::command::{ComplaintCommand, Do};
use rules::complaint::{Counts, Outcome, Status};
use rules::finding::{ComplaintFinding, Finding};
use testkit::{World, charters, refused};

const TEXT: Digest = Digest([7; 32]);

fn world() -> World {
    let mut world = World::found(6, &charters::village());
    world.enrol_people(1..20, "1990-05".parse().unwrap()).unwrap();
    world
}

fn open(member: u32) -> Do {
    let category = "any".to_owned();
    Do::Complaint(ComplaintCommand::Open { member, category, text: TEXT })
}

fn answer(complaint: u32, outcome: Outcome) -> Do {
    Do::Complaint(ComplaintCommand::Answer { complaint, outcome, text: TEXT })
}

fn resolve(complaint: u32, outcome: Outcome) -> Do {
    Do::Complaint(ComplaintCommand::Resolve { complaint, outcome, text: TEXT })
}

fn escalate(complaint: u32) -> Do {
    Do::Complaint(ComplaintCommand::Escalate { complaint })
}

#[test]
fn a_complaint_runs_its_course_and_is_counted() {
    let mut world = world();
    let opened = world.send_by(3, open(3)).unwrap();
    let due = world.day().plus_days(15);
    let expected = ComplaintFinding::Opened { complaint: 0, due };
    assert_eq!(opened, [Finding::Complaint(expected)]);
    assert_eq!(refused(world.send_by(3, escalate(0))), "E-COMPLAINT-EARLY");
    world.pass(16);
    let answered = world.send(answer(0, Outcome::NotUpheld)).unwrap();
    let outcome = Outcome::NotUpheld;
    let expected = ComplaintFinding::Answered { complaint: 0, outcome, days: 16, late: true };
    assert_eq!(answered, [Finding::Complaint(expected)]);
    assert_eq!(refused(world.send(answer(0, Outcome::Upheld))), "E-COMPLAINT-STATE");
    world.pass(30);
    world.send_by(3, escalate(0)).unwrap();
    assert_eq!(refused(world.send_as(Role::Operator, resolve(0, Outcome::Upheld))), "E-ROLE");
    let resolved = world.send(resolve(0, Outcome::Upheld)).unwrap();
    let outcome = Outcome::Upheld;
    let expected = ComplaintFinding::Resolved { complaint: 0, outcome, overturned: true };
    assert_eq!(resolved, [Finding::Complaint(expected)]);
    let counts = Counts::of(world.state().complaints(), world.day());
    let expected = Counts {
        opened: 1,
        answered: 1,
        answered_late: 1,
        answer_days: 16,
        answer_days_max: 16,
        escalated: 1,
        resolved: 1,
        overturned: 1,
        ..Counts::default()
    };
    assert_eq!(counts, expected);
}

#[test]
fn what_nobody_answers_goes_to_the_authority_and_stays_overdue_in_public() {
    let mut world = world();
    world.send(open(2)).unwrap();
    world.pass(15);
    assert_eq!(refused(world.send(escalate(0))), "E-COMPLAINT-EARLY");
    world.pass(1);
    let escalated = world.send(escalate(0)).unwrap();
    let expected = ComplaintFinding::Escalated { complaint: 0, unanswered: true };
    assert_eq!(escalated, [Finding::Complaint(expected)]);
    assert_eq!(refused(world.send(answer(0, Outcome::Upheld))), "E-COMPLAINT-STATE");
    let published = world.publish_period(0).unwrap();
    let [_, Finding::Complaint(ComplaintFinding::Counted { period: 0, counts })] = published[..]
    else {
        panic!("the counts go out with the period: {published:?}")
    };
    assert_eq!((counts.opened, counts.overdue, counts.escalated), (1, 1, 1));
}

#[test]
fn who_is_late_with_an_escalation_begins_anew() {
    let mut world = world();
    world.send(open(2)).unwrap();
    world.send(answer(0, Outcome::NotUpheld)).unwrap();
    world.pass(31);
    assert_eq!(refused(world.send(escalate(0))), "E-COMPLAINT-LATE");
    world.send(open(2)).unwrap();
}

#[test]
fn nobody_complains_for_another_or_fills_the_register() {
    let mut world = world();
    assert_eq!(refused(world.send_by(3, open(4))), "E-MEMBER-OTHER");
    assert_eq!(refused(world.send(open(99))), "E-MEMBER-UNKNOWN");
    let category = "weather".to_owned();
    let body = Do::Complaint(ComplaintCommand::Open { member: 3, category, text: TEXT });
    assert_eq!(refused(world.send(body)), "E-COMPLAINT-CATEGORY");
    for _ in 0..8 {
        world.send_by(3, open(3)).unwrap();
    }
    assert_eq!(refused(world.send_by(3, open(3))), "E-COMPLAINT-MANY");
    world.send_by(4, open(4)).unwrap();
    let withdraw = |complaint| Do::Complaint(ComplaintCommand::Withdraw { complaint });
    assert_eq!(refused(world.send_by(4, withdraw(0))), "E-MEMBER-OTHER");
    world.send_by(3, withdraw(0)).unwrap();
    world.send_by(3, open(3)).unwrap();
    assert_eq!(refused(world.send_by(3, open(3))), "E-COMPLAINT-MANY");
    // A state that was stored and read counts the same.
    let read = State::from_bytes(&world.state().to_bytes()).unwrap();
    assert_eq!(read.digest(), world.state().digest());
    assert_eq!(read.complaint(0).unwrap().status, Status::Withdrawn);
}

#[test]
fn whoever_was_expelled_or_has_left_can_still_complain() {
    let mut world = world();
    world.leave(5).unwrap();
    world.send(open(5)).unwrap();
}

#[test]
fn a_charter_without_days_for_an_answer_is_refused() {
    for (days, escalation) in [(0, 30), (184, 30), (15, 0)] {
        let mut charter = charters::village();
        charter.complaints.categories[0].answer_days = days;
        charter.complaints.escalation_days = escalation;
        let codes: Vec<_> = charter.check().errors.iter().map(|error| error.code).collect();
        assert_eq!(codes, ["E-CHARTER-COMPLAINTS"]);
    }
    let mut charter = charters::village();
    charter.complaints.categories.push(charter.complaints.categories[0].clone());
    assert!(!charter.check().errors.is_empty(), "one code stands twice");
    charter.complaints.categories.clear();
    assert!(!charter.check().errors.is_empty(), "nobody could complain of anything");
}
