//! Fear: the cases that are investigated again are chosen, or by whom; or a doubt is forgotten.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use money::Rate;
use proof::draw::Permutation;
use rules::bytes::Bytes;
use rules::case::Status;
use rules::charter::{ReAudit, Role};
use rules::command::{AuditCommand, Do};
use rules::finding::{AuditFinding, Finding};
use testkit::{World, charters, refused, replay};

/// A settled period with four paid cases, of which half are drawn.
fn settled() -> (World, u32) {
    let mut charter = charters::village();
    charter.caps.case = None;
    charter.re_audit = Some(ReAudit { share: Rate::parse("0.5").unwrap(), report_days: 10 });
    let mut world = World::found(9, &charter);
    world.enrol_people(0..50, "1990-05".parse().unwrap()).unwrap();
    world.pass(60);
    let diagnosed = world.day().plus_days(-3);
    for member in 3..7 {
        world.bring_case(member, diagnosed, 10_000).unwrap();
    }
    let period = world.state().case(0).unwrap().period.unwrap();
    for number in 0..=period {
        world.publish_and_close(number).unwrap();
        world.finish(number).unwrap();
    }
    (world, period)
}

fn answer(world: &mut World, role: Role, period: u32) -> Vec<Finding> {
    let audit = world.state().audits().last().unwrap();
    let plan = world.state().founded().unwrap().plan.clone();
    let input = audit.draw.input(&plan).unwrap();
    let proof = Bytes(world.keys().lots(role).prove(&input).to_vec());
    world.send_as(role, Do::Audit(AuditCommand::Answer { period, proof })).unwrap()
}

#[test]
fn the_draw_is_recomputed_and_each_case_goes_to_somebody_new() {
    let (mut world, period) = settled();
    let begin = || Do::Audit(AuditCommand::Begin { period });
    let early = Do::Audit(AuditCommand::Begin { period: period + 1 });
    assert_eq!(refused(world.send_by(9, early)), "E-AUDIT-EARLY");
    world.send_by(9, begin()).unwrap();
    assert_eq!(refused(world.send_by(9, begin())), "E-AUDIT-TWICE");
    answer(&mut world, Role::Operator, period);
    let draw = Do::Audit(AuditCommand::Draw { period });
    assert_eq!(refused(world.send_by(9, draw)), "E-DRAW-EARLY", "the bank may still answer");
    let drawn = answer(&mut world, Role::Custodian, period);
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
    let report = |case, confirmed| {
        let report = proof::sha256(b"a second look");
        Do::Audit(AuditCommand::Report { case, confirmed, report })
    };
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
    world.send_by(9, Do::Audit(AuditCommand::Begin { period })).unwrap();
    answer(&mut world, Role::Operator, period);
    world.pass(3);
    let drawn = world.send_by(9, Do::Audit(AuditCommand::Draw { period })).unwrap();
    let [Finding::Audit(AuditFinding::Drawn { silent, cases, .. })] = &drawn[..] else {
        panic!("{drawn:?}");
    };
    assert_eq!((silent.as_slice(), cases.len()), ([Role::Custodian].as_slice(), 2));
}
