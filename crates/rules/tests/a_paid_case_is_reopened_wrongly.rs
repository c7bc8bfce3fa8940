//! Fear: aid that was got by fraud stays; or a paid family is accused twice, unheard, or by those
//! who decided before; or what comes back goes elsewhere than to the members.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use money::Amount;
use rules::case::Status;
use rules::charter::{Account, Role};
use rules::command::{CaseCommand, Do};
use rules::finding::{Finding, PeriodFinding};
use rules::roll::Standing;
use testkit::{World, refused, replay};

fn minor(amount: i64) -> Amount {
    Amount::from_minor(amount).unwrap()
}

/// Case 0 of member 3, paid 2,000.00 in its period, which is settled.
fn paid() -> (World, u32) {
    let (world, period) = World::with_paid_cases(3..4, 200_000);
    assert_eq!(world.state().case(0).unwrap().status, Status::Paid);
    (world, period)
}

fn as_first(world: &mut World, role: Role, body: CaseCommand) -> &'static str {
    refused(world.send_as(role, Do::Case(body)))
}

#[test]
fn what_comes_back_lowers_the_next_share_and_the_membership_is_expelled() {
    let (mut world, period) = paid();
    world.reopen(0).unwrap();
    world.plead(0).unwrap();
    world.find_fraud(0, minor(150_000)).unwrap();
    assert_eq!(world.state().roll().get(3).unwrap().standing, Standing::Expelled);
    let identity = testkit::person(3);
    let again = world.enrol_identity(identity, "1990-05".parse().unwrap());
    assert_eq!(refused(again), "E-MEMBER-AIDED", "whoever defrauded does not join again");
    assert_eq!(refused(world.recover(0, minor(150_001))), "E-CASE-FORM");
    let custody = world.state().books().balance(Account::Custody);
    world.recover(0, minor(50_000)).unwrap();
    assert_eq!(world.state().case(0).unwrap().status, Status::Fraud, "in parts");
    world.recover(0, minor(100_000)).unwrap();
    assert_eq!(world.state().case(0).unwrap().status, Status::Recovered);
    assert_eq!(refused(world.recover(0, minor(1))), "E-CASE-STATE");
    let books = world.state().books();
    assert_eq!(books.balance(Account::Custody).minus(custody), Ok(minor(150_000)));
    assert_eq!(books.balance(Account::Recovered), minor(150_000));
    let findings = world.publish_and_close(period + 1).unwrap();
    let closed = findings.iter().find_map(|finding| match finding {
        Finding::Period(PeriodFinding::Closed {
            terms, charges_minor, carry_out_minor, ..
        }) => Some((terms.recovered_minor, *charges_minor, *carry_out_minor)),
        _ => None,
    });
    let (recovered, charges, carry_out) = closed.unwrap();
    assert_eq!((recovered, charges), (minor(150_000), Amount::ZERO));
    assert!(carry_out >= minor(150_000), "all of it is the members' and waits for a cost");
    let replayed = replay(world.log(), world.chunks()).unwrap();
    assert_eq!(replayed.state().digest(), world.state().digest());
}

#[test]
fn a_case_is_reopened_once_and_after_payment_only() {
    let (mut world, _) = paid();
    let diagnosed = world.day().plus_days(-3);
    world.file(4, diagnosed).unwrap();
    assert_eq!(refused(world.reopen(1)), "E-CASE-STATE", "not paid");
    world.reopen(0).unwrap();
    assert_eq!(refused(world.reopen(0)), "E-CASE-REOPENED");
    world.clear(0).unwrap();
    assert_eq!(world.state().case(0).unwrap().status, Status::Paid);
    assert_eq!(refused(world.reopen(0)), "E-CASE-REOPENED", "cleared for good");
    assert_eq!(refused(world.find_fraud(0, minor(1))), "E-CASE-STATE");
    assert_eq!(refused(world.plead(0)), "E-CASE-HEARING");
}

#[test]
fn nobody_is_found_a_fraud_before_being_heard() {
    let (mut world, _) = paid();
    world.reopen(0).unwrap();
    let entries = world.log().len();
    assert_eq!(refused(world.find_fraud(0, minor(200_000))), "E-CASE-HEARING");
    assert_eq!(world.log().len(), entries + 2, "the attempt is on record");
    world.pass(14);
    assert_eq!(refused(world.find_fraud(0, minor(200_000))), "E-CASE-HEARING", "the last day");
    world.pass(1);
    assert_eq!(refused(world.find_fraud(0, minor(200_001))), "E-CASE-FORM", "more than was paid");
    assert_eq!(refused(world.find_fraud(0, minor(0))), "E-CASE-FORM");
    world.find_fraud(0, minor(200_000)).unwrap();
    // The applicant answers by the own key, and only about the own case.
    let (mut world, _) = paid();
    world.reopen(0).unwrap();
    let answer = || Do::Case(CaseCommand::Answer { case: 0, answer: proof::sha256(b"no") });
    assert_eq!(refused(world.send_by(4, answer())), "E-MEMBER-OTHER");
}

#[test]
fn those_who_decided_before_do_not_decide_again() {
    let (mut world, _) = paid();
    let evidence = proof::sha256(b"a suspicion");
    let reopen = CaseCommand::Reopen { case: 0, evidence };
    assert_eq!(as_first(&mut world, Role::Investigator, reopen), "E-CASE-DUTIES");
    world.reopen(0).unwrap();
    world.plead(0).unwrap();
    let find = CaseCommand::FindFraud { case: 0, recover_minor: minor(1) };
    assert_eq!(as_first(&mut world, Role::Reviewer, find), "E-CASE-DUTIES");
    assert_eq!(
        as_first(&mut world, Role::Reviewer, CaseCommand::Clear { case: 0 }),
        "E-CASE-DUTIES"
    );
    let recover = CaseCommand::Recover { case: 0, amount_minor: minor(1) };
    assert_eq!(as_first(&mut world, Role::Treasurer, recover), "E-ROLE");
    world.clear(0).unwrap();
}
