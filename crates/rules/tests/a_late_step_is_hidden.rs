//! Fear: a family waits longer than was promised and nobody sees it.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rules::case::Status;
use rules::charter::Promise;
use rules::finding::{CaseFinding, Finding};
use testkit::{World, charters};

const PROMISE: Promise = Promise {
    investigate_days: 10,
    review_days: 3,
    publish_days: 20,
    decide_days: 7,
    pay_days: 10,
};

fn times(findings: &[Finding]) -> Option<(u32, u32, Vec<u32>)> {
    findings.iter().find_map(|finding| match finding {
        Finding::Case(CaseFinding::Times { in_time, late, overdue_count, overdue, .. }) => {
            assert_eq!(*overdue_count as usize, overdue.len());
            Some((*in_time, *late, overdue.clone()))
        }
        _ => None,
    })
}

#[test]
fn each_step_is_held_against_its_promise_and_what_is_overdue_is_named() {
    let mut charter = charters::village();
    charter.promise = Some(PROMISE);
    let mut world = World::found(9, &charter);
    world.enrol_people(0..50, "1990-05".parse().unwrap()).unwrap();
    world.go_to_text("2020-02-01");
    let diagnosed = "2020-01-28".parse().unwrap();
    for member in [3, 4, 5] {
        world.file(member, diagnosed).unwrap();
    }
    world.withdraw(2).unwrap();
    world.go_to_text("2020-02-11");
    world.investigate(0, 10_000).unwrap();
    world.go_to_text("2020-02-15");
    world.propose(0, 10_000).unwrap();
    let case = world.state().case(0).unwrap();
    let steps = case.times(&PROMISE, world.day());
    let told: Vec<_> = steps.iter().map(|step| (step.to, step.late, step.done.is_some())).collect();
    let expected = [
        (Status::Investigated, false, true),
        (Status::Reviewed, true, true),
        (Status::Published, false, false),
    ];
    assert_eq!(told, expected, "ten days are in time, four instead of three are late");
    // Case 1 waits for its report since the 12th; case 2 was taken back and waits for nothing.
    world.publish_period(0).unwrap();
    let findings = world.publish_period(1).unwrap();
    assert_eq!(times(&findings), Some((1, 1, vec![1])));
}

#[test]
fn a_charter_that_promises_nothing_counts_nothing() {
    let mut world = World::found(9, &charters::village());
    world.go_to_text("2020-01-05");
    assert_eq!(times(&world.publish_period(0).unwrap()), None);
}
