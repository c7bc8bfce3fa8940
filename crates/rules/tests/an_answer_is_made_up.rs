//! Fear: aid is refused for an answer that the member never gave, or on a question that was never
//! asked.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use proof::Digest;
use rules::State;
use rules::case::{Reason, Verdict};
use rules::finding::{CaseFinding, Finding};
use rules::member::Opening;
use testkit::{World, charters, refused, replay};

fn world() -> World {
    let mut world = World::found(9, &charters::village());
    let birth = "1990-05".parse().unwrap();
    for person in 0..3 {
        world.enrol(person, birth).unwrap();
    }
    world.enrol_people(3..10, birth).unwrap();
    world.pass(40);
    for member in [1, 7] {
        let diagnosed = world.day().plus_days(-2);
        world.file(member, diagnosed).unwrap();
    }
    world.investigate(0, 10_000).unwrap();
    world.investigate(1, 10_000).unwrap();
    world
}

fn refusal(question: u32, answer: &str, opening: Option<Opening>) -> Verdict {
    let (question, answer) = (Some(question), Some(answer.to_owned()));
    Verdict::Refuse { reason: Reason::HealthDeclaration, question, answer, opening }
}

#[test]
fn only_the_answer_that_was_sealed_at_joining_refuses() {
    let mut world = world();
    let opening = world.unseal(1, 1);
    let of_another = world.unseal(2, 1);
    let mut short = opening.clone();
    short.seals.clear();
    let mut padded = opening.clone();
    padded.seals.push(padded.seals[0]);
    let salted = Opening { salt: Digest([7; 32]), ..opening.clone() };
    for (what, verdict) in [
        ("another answer", refusal(1, "yes", Some(opening.clone()))),
        ("the answer in other letters", refusal(1, "No", Some(opening.clone()))),
        ("another salt", refusal(1, "no", Some(salted))),
        ("nothing opened", refusal(1, "no", None)),
        ("commitments left out", refusal(1, "no", Some(short))),
        ("commitments added", refusal(1, "no", Some(padded))),
        ("somebody else's", refusal(1, "no", Some(of_another))),
    ] {
        assert_eq!(refused(world.review(0, verdict)), "E-CASE-SEAL", "{what}");
    }
    let verdict = Verdict::Refuse {
        reason: Reason::Evidence,
        question: None,
        answer: None,
        opening: Some(opening),
    };
    assert_eq!(refused(world.review(0, verdict)), "E-CASE-REASON");
    // A state that was stored and read knows the same.
    let read = State::from_bytes(&world.state().to_bytes()).unwrap();
    assert_eq!(read.digest(), world.state().digest());
    world.oppose_on_health(0, 1).unwrap();
}

#[test]
fn who_sealed_nothing_is_refused_nothing_on_health_and_the_attempt_is_recorded() {
    let mut world = world();
    let entries = world.log().len();
    let opening = world.unseal(7, 1);
    assert_eq!(refused(world.review(1, refusal(1, "no", Some(opening)))), "E-CASE-UNSEALED");
    assert_eq!(world.log().len(), entries + 2);
    world.propose(1, 10_000).unwrap();
}

#[test]
fn the_refusal_names_question_answer_and_reason_and_opens_for_everybody() {
    let mut world = world();
    world.oppose_on_health(0, 1).unwrap();
    world.publish_case(0).unwrap();
    let period = world.state().case(0).unwrap().period.unwrap();
    for earlier in 0..period {
        world.publish_and_close(earlier).unwrap();
        world.collect(earlier, &[]).unwrap();
    }
    let findings = world.publish_and_close(period).unwrap();
    let refused = findings.iter().find_map(|finding| match finding {
        Finding::Case(CaseFinding::Refused { reason, question, answer, .. }) => {
            Some((*reason, *question, answer.clone()))
        }
        _ => None,
    });
    let named = (Reason::HealthDeclaration, Some(1), Some("no".to_owned()));
    assert_eq!(refused, Some(named));
    let replayed = replay(world.log(), world.chunks()).unwrap();
    assert_eq!(replayed.state().digest(), world.state().digest());
}
