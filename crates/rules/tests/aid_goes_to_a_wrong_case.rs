//! Fear: aid is paid that the charter does not owe, or twice, or refused without a true reason.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rules::Refusal;
use rules::case::{Reason, Verdict};
use rules::charter::{Cause, Charter, Role};
use rules::command::{CaseCommand, Do};
use rules::day::{Day, Month};
use rules::finding::{CaseFinding, Finding, PeriodFinding};
use rules::roll::Standing;
use testkit::{Keys, World, charters, person, refused};

const SEVERE: i64 = 300_000;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// Thirty members who joined on 1 January 2020, covered from 22 January; it is 1 March.
fn world_under(charter: &Charter) -> World {
    let mut world = World::found(21, charter);
    world.enrol_people(0..30, month("1990-05")).unwrap();
    world.go_to_text("2020-03-01");
    world
}

fn world() -> World {
    world_under(&charters::village())
}

/// Files and investigates; gives what comes of proposing `decided`.
fn propose(world: &mut World, member: u32, diagnosed: &str, decided: i64) -> &'static str {
    let case = world.state().cases().len() as u32;
    world.file(member, day(diagnosed)).unwrap();
    world.investigate(case, 0).unwrap();
    world.propose(case, decided).map_or_else(|refusal| refusal.code, |_| "done")
}

#[test]
fn cover_begins_after_the_waiting_period_and_ends_with_the_membership() {
    let mut world = world();
    for (member, diagnosed, expected) in [
        (0, "2019-12-31", "E-CASE-NOT-COVERED"),
        (1, "2020-01-01", "E-CASE-NOT-COVERED"),
        (2, "2020-01-02", "E-CASE-WAITING"),
        (3, "2020-01-21", "E-CASE-WAITING"),
        (4, "2020-01-22", "done"),
        (5, "2020-03-01", "done"),
    ] {
        assert_eq!(propose(&mut world, member, diagnosed, 1), expected, "{diagnosed}");
    }
    world.leave(6).unwrap();
    world.pass(10);
    assert_eq!(propose(&mut world, 6, "2020-03-01", 1), "done", "covered when it happened");
    world.leave(7).unwrap();
    world.pass(10);
    assert_eq!(propose(&mut world, 7, "2020-03-12", 1), "E-CASE-NOT-COVERED");
}

#[test]
fn an_accident_is_covered_from_the_day_after_joining() {
    let mut world = world();
    for (case, diagnosed, expected) in
        [(0, "2020-01-01", "E-CASE-NOT-COVERED"), (1, "2020-01-02", "done")]
    {
        world.file_as(case, Cause::Accident, "severe", day(diagnosed)).unwrap();
        world.investigate(case, 0).unwrap();
        let code = world.propose(case, 1).map_or_else(|r| r.code, |_| "done");
        assert_eq!(code, expected);
    }
}

#[test]
fn aid_is_never_above_the_benefit_of_the_age_at_diagnosis() {
    let mut world = world();
    world.enrol(100, month("1980-02")).unwrap();
    world.pass(60);
    let forty = world.state().roll().len() - 1;
    world.file(forty, day("2020-04-01")).unwrap();
    // 40 since some day of February: the older benefit, whatever the filing says.
    assert_eq!(refused(world.investigate(0, 100_001)), "E-CASE-ABOVE-BENEFIT");
    let other_month = world.investigate_as(0, day("1980-03-01"), day("2020-04-01"), 1);
    assert_eq!(refused(other_month), "E-CASE-BIRTH");
    world.investigate(0, 100_000).unwrap();
    assert_eq!(refused(world.propose(0, 100_001)), "E-CASE-ABOVE-BENEFIT");
    assert_eq!(refused(world.propose(0, 0)), "E-CASE-FORM");
    world.propose(0, 100_000).unwrap();
    world.file(0, day("2020-04-01")).unwrap();
    assert_eq!(refused(world.investigate(1, SEVERE + 1)), "E-CASE-ABOVE-BENEFIT");
    assert_eq!(refused(world.investigate(1, -1)), "E-CASE-FORM");
    let unborn = world.investigate_as(1, day("1990-05-15"), day("1990-05-14"), 1);
    assert_eq!(refused(unborn), "E-CASE-FORM");
    let tomorrow = world.day().plus_days(1);
    let future = world.investigate_as(1, day("1990-05-15"), tomorrow, 1);
    assert_eq!(refused(future), "E-CASE-FORM");
    world.investigate(1, SEVERE).unwrap();
}

#[test]
fn what_is_filed_names_a_member_a_severity_and_a_past_day() {
    let mut world = world();
    let today = world.day();
    assert_eq!(refused(world.file(30, today)), "E-MEMBER-UNKNOWN");
    assert_eq!(refused(world.file(0, today.plus_days(1))), "E-CASE-FUTURE");
    let unknown = world.file_as(0, Cause::Illness, "Severe", today);
    assert_eq!(refused(unknown), "E-CASE-SEVERITY");
    let filing = |asked, papers| {
        Do::Case(CaseCommand::File {
            member: 0,
            cause: Cause::Illness,
            severity: "severe".to_owned(),
            diagnosed: today,
            asked_minor: money::Amount::from_minor(asked).unwrap(),
            evidence: vec![proof::sha256(b"x"); papers],
        })
    };
    for (asked, papers) in [(0, 1), (-1, 1), (1, 65)] {
        assert_eq!(refused(world.send(filing(asked, papers))), "E-CASE-FORM");
    }
    for case in [0, 7] {
        assert_eq!(refused(world.investigate_as(case, today, today, 0)), "E-CASE-UNKNOWN");
        assert_eq!(refused(world.propose(case, 1)), "E-CASE-UNKNOWN");
        assert_eq!(refused(world.publish_case(case)), "E-CASE-UNKNOWN");
        assert_eq!(refused(world.withdraw(case)), "E-CASE-UNKNOWN");
    }
}

#[test]
fn steps_are_taken_in_order_and_once() {
    let mut world = world();
    world.file(0, day("2020-02-01")).unwrap();
    assert_eq!(refused(world.propose(0, 1)), "E-CASE-STATE");
    assert_eq!(refused(world.publish_case(0)), "E-CASE-STATE");
    world.investigate(0, 10).unwrap();
    assert_eq!(refused(world.investigate(0, 10)), "E-CASE-STATE");
    assert_eq!(refused(world.publish_case(0)), "E-CASE-STATE");
    world.propose(0, 10).unwrap();
    assert_eq!(refused(world.propose(0, 10)), "E-CASE-STATE");
    world.publish_case(0).unwrap();
    assert_eq!(refused(world.publish_case(0)), "E-CASE-STATE");
    world.publish_and_close(0).unwrap();
    for step in
        [world.withdraw(0), world.publish_case(0), world.propose(0, 10), world.investigate(0, 10)]
    {
        assert_eq!(refused(step), "E-CASE-STATE");
    }
}

#[test]
fn a_reason_must_be_the_true_one() {
    let mut world = world();
    world.file(0, day("2020-02-01")).unwrap();
    world.investigate(0, 10).unwrap();
    for reason in [Reason::WaitingPeriod, Reason::NotCovered] {
        assert_eq!(refused(world.oppose(0, reason)), "E-CASE-REASON", "{reason:?}");
    }
    let health = |question, answer: Option<&str>| Verdict::Refuse {
        reason: Reason::HealthDeclaration,
        question,
        answer: answer.map(str::to_owned),
        opening: None,
    };
    for verdict in [
        health(None, None),
        health(Some(1), None),
        health(None, Some("yes")),
        health(Some(0), Some("yes")),
        health(Some(2), Some("yes")),
        health(Some(1), Some("  ")),
        Verdict::Refuse { reason: Reason::Fraud, question: Some(1), answer: None, opening: None },
        Verdict::Refuse {
            reason: Reason::Evidence,
            question: None,
            answer: Some("yes".to_owned()),
            opening: None,
        },
    ] {
        assert_eq!(refused(world.review(0, verdict)), "E-CASE-REASON");
    }
    assert_eq!(refused(world.oppose_on_health(0, 1)), "E-CASE-UNSEALED", "enrolled in a batch");
}

#[test]
fn who_investigates_a_case_does_not_review_it() {
    let mut charter = charters::village();
    charter.separated_duties.clear();
    let mut charter = Keys::from_seed(21).fill(&charter);
    let investigator = charter.keys(Role::Investigator).next().unwrap().to_owned();
    for roles in &mut charter.roles {
        if roles.role == Role::Reviewer {
            roles.keys.push(investigator.clone());
        }
    }
    let mut world = world_under(&charter);
    world.file(0, day("2020-02-01")).unwrap();
    world.investigate(0, 10).unwrap();
    let decided_minor = money::Amount::from_minor(10).unwrap();
    let review =
        || Do::Case(CaseCommand::Review { case: 0, verdict: Verdict::Approve { decided_minor } });
    assert_eq!(refused(world.send_as(Role::Investigator, review())), "E-CASE-DUTIES");
    world.send(review()).unwrap();
}

#[test]
fn one_person_claims_once_however_often_they_join() {
    let mut world = world();
    let birth = month("1990-05");
    world.bring_case(0, day("2020-02-01"), 1_000).unwrap();
    assert_eq!(refused(world.file(0, day("2020-02-01"))), "E-CASE-TWICE");
    // A member who files, leaves and joins again is the same person.
    world.file(1, day("2020-02-02")).unwrap();
    world.leave(1).unwrap();
    world.enrol_identity(person(1), birth).unwrap();
    let again = world.state().roll().len() - 1;
    world.pass(60);
    assert_eq!(refused(world.file(again, day("2020-04-20"))), "E-CASE-TWICE");
    world.withdraw(1).unwrap();
    world.bring_case(again, day("2020-04-20"), 1_000).unwrap();
    world.publish_and_close(0).unwrap();
    assert_eq!(world.state().roll().get(0).unwrap().standing, Standing::Aided);
    assert_eq!(world.state().roll().get(again).unwrap().standing, Standing::Aided);
    assert_eq!(refused(world.file(0, world.day())), "E-CASE-TWICE");
    // Nobody pays who can never be helped.
    assert_eq!(refused(world.enrol(0, birth)), "E-MEMBER-AIDED");
    let rows =
        [rules::member::EnrolRow { birth, identity: person(0), assisted: false, payer: None }];
    assert_eq!(refused(world.enrol_batch(&rows)), "E-MEMBER-AIDED");
}

#[test]
fn aid_for_an_earlier_membership_ends_the_later_one() {
    let mut world = world();
    world.bring_case(0, day("2020-02-01"), 1_000).unwrap();
    world.leave(0).unwrap();
    world.enrol_identity(person(0), month("1990-05")).unwrap();
    let again = world.state().roll().len() - 1;
    world.publish_and_close(0).unwrap();
    assert_eq!(world.state().roll().get(0).unwrap().standing, Standing::Left);
    assert_eq!(world.state().roll().get(again).unwrap().standing, Standing::Aided);
}

/// A world in which member 0, who is waiting, owes the share of one period and is refused by the
/// second, and accidents of others cost both periods something.
fn refused_while_waiting(failed: &[u32]) -> (World, i64) {
    let mut charter = charters::village();
    charter.waiting.days = 60;
    let mut world = World::found(22, &charter);
    world.enrol_people(0..30, month("1990-05")).unwrap();
    world.pass(3);
    let accident = |world: &mut World, member: u32, when: Day| -> Result<(), Refusal> {
        let case = world.state().cases().len() as u32;
        world.file_as(member, Cause::Accident, "severe", when)?;
        world.investigate(case, 10_000)?;
        world.propose(case, 10_000)?;
        world.publish_case(case)?;
        Ok(())
    };
    let today = world.day();
    accident(&mut world, 1, today).unwrap();
    world.publish_and_close(0).unwrap();
    let share = world.state().share_of(&world.state().roll().get(0).unwrap(), 0).minor();
    world.collect(0, failed).unwrap();
    world.pay_all(0).unwrap();
    let case = world.state().cases().len() as u32;
    let today = world.day();
    world.file(0, today).unwrap();
    world.investigate(case, 0).unwrap();
    world.oppose(case, Reason::WaitingPeriod).unwrap();
    world.publish_case(case).unwrap();
    accident(&mut world, 2, today).unwrap();
    (world, share)
}

fn returns(findings: &[Finding]) -> bool {
    let returned = findings.iter().find_map(|finding| match finding {
        Finding::Case(CaseFinding::Refused { shares_returned, .. }) => Some(*shares_returned),
        _ => None,
    });
    returned.expect("the case was refused")
}

/// The share that member 0 was charged in a period.
fn share(world: &World, period: u32) -> i64 {
    let member = world.state().roll().get(0).unwrap();
    world.state().share_of(&member, period).minor()
}

fn refunds_term(findings: &[Finding]) -> i64 {
    let term = findings.iter().find_map(|finding| match finding {
        Finding::Period(PeriodFinding::Closed { terms, .. }) => Some(terms.refunds_minor.minor()),
        _ => None,
    });
    term.expect("the period was closed")
}

#[test]
fn an_illness_while_waiting_returns_the_shares_once_and_ends_the_membership() {
    let (mut world, first) = refused_while_waiting(&[]);
    assert!(first > 0);
    let closed = world.publish_and_close(1).unwrap();
    assert!(returns(&closed));
    assert_eq!(refunds_term(&closed), 0, "a term of the next period, not of this one");
    assert_eq!(world.state().roll().get(0).unwrap().standing, Standing::Ended);
    let second = share(&world, 1);
    assert!(second > 0, "what was published stays due until it is returned");
    world.finish(1).unwrap();
    let closed = world.publish_and_close(2).unwrap();
    assert_eq!(refunds_term(&closed), first + second, "what was paid, without interest");
    world.collect(2, &[]).unwrap();
    world.order_payout(2).unwrap();
    assert_eq!(refused(world.payout(2, &[], &[1])), "E-PAYOUT");
    world.payout(2, &[], &[0]).unwrap();
    assert_eq!(refused(world.payout(2, &[], &[0])), "E-PAYOUT");
    // The same illness, filed again, returns nothing again.
    let case = world.state().cases().len() as u32;
    world.file(0, day("2020-01-12")).unwrap();
    world.investigate(case, 0).unwrap();
    world.oppose(case, Reason::WaitingPeriod).unwrap();
    world.publish_case(case).unwrap();
    world.settle(2).unwrap();
    assert!(!returns(&world.publish_and_close(3).unwrap()), "shares are returned once");
    world.collect(3, &[]).unwrap();
    assert_eq!(refunds_term(&world.publish_and_close(4).unwrap()), 0);
}

#[test]
fn a_share_that_was_never_paid_is_not_returned() {
    let (mut world, first) = refused_while_waiting(&[0]);
    assert!(first > 0);
    assert!(returns(&world.publish_and_close(1).unwrap()));
    let second = share(&world, 1);
    world.collect(1, &[]).unwrap();
    let closed = world.publish_and_close(2).unwrap();
    assert_eq!(refunds_term(&closed), second, "not the share that failed");
}

#[test]
fn a_share_that_is_paid_when_retried_is_returned_later() {
    let (mut world, first) = refused_while_waiting(&[0]);
    assert!(returns(&world.publish_and_close(1).unwrap()));
    let second = share(&world, 1);
    world.collect(1, &[]).unwrap();
    assert_eq!(refunds_term(&world.publish_and_close(2).unwrap()), second);
    world.collect(2, &[]).unwrap();
    world.retry(0, &[0]).unwrap();
    assert_eq!(refunds_term(&world.publish_and_close(3).unwrap()), first);
    // What would be returned at once is not owed.
    let (mut world, _) = refused_while_waiting(&[0]);
    world.publish_and_close(1).unwrap();
    assert_eq!(refused(world.pay_arrears(0, 0)), "E-ARREARS-PAID");
}

#[test]
fn nothing_is_returned_before_the_bank_has_spoken() {
    let (mut world, _) = refused_while_waiting(&[]);
    world.publish_and_close(1).unwrap();
    assert_eq!(refused(world.publish_and_close(2)), "E-PERIOD-STATE");
    world.collect(1, &[0]).unwrap();
    let closed = world.close(2).unwrap();
    assert_eq!(refunds_term(&closed), share(&world, 0), "the share that failed is not among it");
}
