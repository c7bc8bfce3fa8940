//! Fear: the cases that are investigated again are chosen, or by whom; or a doubt is forgotten.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use money::Rate;
use proof::draw::Permutation;
use rules::case::Status;
use rules::charter::Role;
use rules::command::{AuditCommand, Do};
use rules::finding::{AuditFinding, Finding};
use testkit::{World, refused, replay};

/// A settled period with four paid cases, of which half are drawn.
fn settled() -> (World, u32) {
    World::with_paid_cases(3..7, 10_000)
}

#[test]
fn the_draw_is_recomputed_and_each_case_goes_to_somebody_new() {
    let (mut world, period) = settled();
    assert_eq!(refused(world.begin_audit(9, period + 1)), "E-AUDIT-EARLY");
    world.begin_audit(9, period).unwrap();
    assert_eq!(refused(world.begin_audit(9, period)), "E-AUDIT-TWICE");
    world.answer_audit(Role::Operator, period).unwrap();
    assert_eq!(refused(world.draw_audit(period)), "E-DRAW-EARLY", "the bank may still answer");
    let drawn = world.answer_audit(Role::Custodian, period).unwrap();
    let [Finding::Audit(AuditFinding::Drawn { seed, silent, cases, .. })] = &drawn[..] else {
        panic!("{drawn:?}");
    };
    let expected: Vec<u32> =
        Permutation::new(*seed, 0, 4).take(2).map(|place| place as u32).collect();
    assert_eq!((cases, silent.len()), (&expected, 0), "cases 0 to 3 were paid");
    let second = world.keys().second(Role::Investigator);
    for picked in &world.state().audits()[0].picked {
        assert_eq!(picked.by, Some(testkit::Keys::name(&second)));
    }
    let report = World::report;
    let (kept, doubted) = (expected[0], expected[1]);
    assert_eq!(refused(world.send(report(kept, true))), "E-CASE-DUTIES", "who investigated");
    world.send_as_second(Role::Investigator, report(kept, true)).unwrap();
    assert_eq!(
        refused(world.send_as_second(Role::Investigator, report(kept, false))),
        "E-AUDIT-UNKNOWN",
        "once"
    );
    world.send_as_second(Role::Investigator, report(doubted, false)).unwrap();
    assert_eq!(world.state().case(kept).unwrap().status, Status::Paid);
    assert_eq!(world.state().case(doubted).unwrap().status, Status::Reopened);
    let other = (0..4).find(|case| !expected.contains(case)).unwrap();
    let not_drawn = world.send_as_second(Role::Investigator, report(other, false));
    assert_eq!(refused(not_drawn), "E-AUDIT-UNKNOWN");
    let replayed = replay(world.log(), world.chunks()).unwrap();
    assert_eq!(replayed.state().digest(), world.state().digest());
}

#[test]
fn who_stays_silent_is_named_and_the_draw_goes_on() {
    let (mut world, period) = settled();
    world.begin_audit(9, period).unwrap();
    world.answer_audit(Role::Operator, period).unwrap();
    world.pass(3);
    let drawn = world.send_by(9, Do::Audit(AuditCommand::Draw { period })).unwrap();
    let [Finding::Audit(AuditFinding::Drawn { silent, cases, .. })] = &drawn[..] else {
        panic!("{drawn:?}");
    };
    assert_eq!((silent.as_slice(), cases.len()), ([Role::Custodian].as_slice(), 2));
}

#[test]
fn an_amendment_spares_no_case_that_can_be_drawn_and_a_late_report_is_published() {
    let (mut world, period) = settled();
    world.begin_audit(9, period).unwrap();
    let clause = world.state().audits()[0].clause;
    assert_eq!((clause.share, clause.report_days), (Rate::parse("0.5").unwrap(), 10));
    world.answer_audit(Role::Operator, period).unwrap();
    world.answer_audit(Role::Custodian, period).unwrap();
    let picked: Vec<u32> = world.state().audits()[0].picked.iter().map(|one| one.case).collect();
    world.send_as_second(Role::Investigator, World::report(picked[0], true)).unwrap();
    let open = world.state().open_period();
    world.pass(45);
    let published = world.publish_period(open).unwrap();
    let counted = published.iter().find(|finding| matches!(finding, Finding::Audit(_))).unwrap();
    let expected = AuditFinding::Counted {
        period: open,
        picked: 2,
        confirmed: 1,
        doubted: 0,
        overdue: vec![picked[1]],
    };
    assert_eq!(counted, &Finding::Audit(expected));
}

#[test]
fn a_doubt_about_a_case_that_was_reopened_meanwhile_is_on_record() {
    let (mut world, period) = settled();
    world.begin_audit(9, period).unwrap();
    world.answer_audit(Role::Operator, period).unwrap();
    world.answer_audit(Role::Custodian, period).unwrap();
    let case = world.state().audits()[0].picked[0].case;
    world.reopen(case).unwrap();
    let doubted = world.send_as_second(Role::Investigator, World::report(case, false)).unwrap();
    assert_eq!(doubted, [Finding::Audit(AuditFinding::Doubted { case })]);
    assert!(!world.state().audits()[0].picked[0].report.unwrap().confirmed);
}
