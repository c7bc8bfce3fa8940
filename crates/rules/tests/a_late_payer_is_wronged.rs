//! Fear: a failed charge is retried twice, paid by a stranger or lost; somebody is expelled too
//! early, unannounced or twice over; a member who pays late pays for nothing.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rules::charter::{Account, Charter};
use rules::finding::{ArrearsFinding, CaseFinding, Finding, PeriodFinding};
use rules::member::Membership;
use rules::notice::About;
use rules::roll::Standing;
use testkit::{World, charters, person, refused};

/// Twenty members under a charter, an accident of 100.00 in period 0, and the charges of `failed`
/// have failed. Each share is 5.25.
fn failed_under(charter: &Charter, failed: &[u32]) -> World {
    let mut world = World::found(51, charter);
    world.enrol_people(0..20, "1990-05".parse().unwrap()).unwrap();
    world.pass(25);
    let day = world.day();
    world.bring_case(19, day, 10_000).unwrap();
    world.publish_and_close(0).unwrap();
    world.collect(0, failed).unwrap();
    world
}

fn failed(members: &[u32]) -> World {
    let mut charter = charters::guild();
    // Twenty members less the expelled are enough to go on.
    charter.run_off.members_below = 10;
    failed_under(&charter, members)
}

fn balance(world: &World, account: Account) -> i64 {
    world.state().books().balance(account).minor()
}

fn standing(world: &World, member: u32) -> Standing {
    world.state().roll().get(member).unwrap().standing
}

#[test]
fn a_charge_is_retried_within_its_days_and_paid_once() {
    let mut world = failed(&[3, 5]);
    assert_eq!(world.state().membership(3), Some(Membership::Grace));
    assert_eq!(refused(world.retry(0, &[3])), "E-ARREARS-EARLY", "on the charge day itself");
    world.pass(1);
    for (paid, code) in [
        (&[4][..], "E-COLLECT-LIST"),
        (&[5, 3], "E-COLLECT-LIST"),
        (&[3, 3], "E-COLLECT-LIST"),
        (&[u32::MAX], "E-COLLECT-LIST"),
    ] {
        assert_eq!(refused(world.retry(0, paid)), code, "{paid:?}");
    }
    assert_eq!(refused(world.retry(1, &[3])), "E-PERIOD-STATE");
    let before = balance(&world, Account::Custody);
    world.retry(0, &[3]).unwrap();
    assert_eq!(balance(&world, Account::Custody), before + 525);
    assert_eq!(refused(world.retry(0, &[3])), "E-COLLECT-LIST", "the same charge a second time");
    assert_eq!(refused(world.pay_arrears(0, 3)), "E-ARREARS-PAID");
    assert_ne!(world.state().membership(3), Some(Membership::Grace));
    assert_eq!(world.state().membership(5), Some(Membership::Grace));
}

#[test]
fn nobody_is_expelled_before_the_days_are_over_and_the_notice_is_out() {
    let mut world = failed(&[3, 5]);
    assert_eq!(refused(world.end_arrears(0)), "E-ARREARS-EARLY");
    assert_eq!(refused(world.end_arrears(1)), "E-ARREARS-OVER");
    // Charged on 2 February instead of 14 January; 14 days lie between two charge days, and the
    // grace ends two days before the next.
    world.go_to_text("2020-02-13");
    assert_eq!(refused(world.end_arrears(0)), "E-ARREARS-EARLY");
    world.go_to_text("2020-02-14");
    assert_eq!(refused(world.end_arrears(0)), "E-NOTICE-MISSING");
    assert_eq!(refused(world.notice(0, About::FailedCharge, &[4])), "E-COLLECT-LIST");
    world.notice(0, About::FailedCharge, &[]).unwrap();
    assert_eq!(refused(world.notice(0, About::FailedCharge, &[])), "E-NOTICE");
    let ended = world.end_arrears(0).unwrap();
    assert!(
        matches!(ended[0], Finding::Arrears(ArrearsFinding::Ended {
            expelled: 2, extended: 0, written_off_minor, ..
        }) if written_off_minor.minor() == 2 * 525),
        "{ended:?}"
    );
    assert_eq!(standing(&world, 3), Standing::Expelled);
    assert_eq!(refused(world.end_arrears(0)), "E-ARREARS-OVER");
    assert_eq!(refused(world.retry(0, &[3])), "E-ARREARS-OVER");
    assert_eq!(refused(world.leave(3)), "E-MEMBER-OVER");
}

#[test]
fn whom_the_notice_does_not_reach_stays_once() {
    let mut world = failed(&[3, 5]);
    world.notice(0, About::FailedCharge, &[3]).unwrap();
    world.go_to_text("2020-02-14");
    let ended = world.end_arrears(0).unwrap();
    assert!(matches!(
        ended[0],
        Finding::Arrears(ArrearsFinding::Ended { expelled: 1, extended: 1, .. })
    ));
    assert_eq!(standing(&world, 3), Standing::Active);
    let day = world.day();
    world.bring_case(18, day, 10_000).unwrap();
    world.publish_and_close(1).unwrap();
    world.collect(1, &[3]).unwrap();
    world.notice(1, About::FailedCharge, &[3]).unwrap();
    world.go_to_text("2020-04-14");
    let ended = world.end_arrears(1).unwrap();
    assert!(
        matches!(
            ended[0],
            Finding::Arrears(ArrearsFinding::Ended { expelled: 1, extended: 0, .. })
        ),
        "{ended:?}"
    );
    assert_eq!(standing(&world, 3), Standing::Expelled);
}

#[test]
fn a_late_payment_is_recovered_for_all_and_restores_nothing() {
    let mut world = failed(&[3, 5]);
    world.grace_over(0).unwrap();
    // Before anybody else has borne it, it is what was charged.
    world.pay_arrears(0, 3).unwrap();
    assert_eq!(balance(&world, Account::Recovered), 0);
    let closed = world.publish_and_close(1).unwrap();
    let Some(Finding::Period(PeriodFinding::Closed { terms, .. })) = closed.last() else {
        panic!("it was closed")
    };
    assert_eq!(terms.uncollected_in_minor.minor(), 525, "only what is unpaid");
    world.collect(1, &[]).unwrap();
    let paid = world.pay_arrears(0, 5).unwrap();
    assert!(matches!(paid[0], Finding::Arrears(ArrearsFinding::Paid { recovered: true, .. })));
    assert_eq!(standing(&world, 5), Standing::Expelled, "it restores no membership");
    assert_eq!(balance(&world, Account::Recovered), 525);
    let closed = world.publish_and_close(2).unwrap();
    let Some(Finding::Period(PeriodFinding::Closed { terms, .. })) = closed.last() else {
        panic!("it was closed")
    };
    assert_eq!(terms.recovered_minor.minor(), 525, "those who bore it get it back");
    assert_eq!(balance(&world, Account::Recovered), 0);
}

#[test]
fn only_the_member_or_the_payer_pays_a_charge() {
    let mut world = World::found(52, &charters::guild());
    let birth = "1990-05".parse().unwrap();
    world.enrol_people(0..19, birth).unwrap();
    world.enrol_dependant(19, birth, 7).unwrap();
    world.pass(25);
    let day = world.day();
    world.bring_case(0, day, 10_000).unwrap();
    world.publish_and_close(0).unwrap();
    world.collect(0, &[5, 19]).unwrap();
    let pay = |world: &mut World, member, payer| {
        world.send(rules::command::Do::Arrears(rules::command::ArrearsCommand::Pay {
            period: 0,
            member,
            payer,
        }))
    };
    assert_eq!(refused(pay(&mut world, 5, 7)), "E-ARREARS-PAYER", "somebody else's charge");
    assert_eq!(refused(pay(&mut world, 19, 5)), "E-ARREARS-PAYER");
    assert_eq!(refused(pay(&mut world, 7, 7)), "E-ARREARS-PAID", "nothing is owed");
    assert_eq!(refused(pay(&mut world, u32::MAX, 7)), "E-MEMBER-UNKNOWN");
    pay(&mut world, 19, 7).unwrap();
    pay(&mut world, 5, 5).unwrap();
    assert_eq!(balance(&world, Account::Receivable), 0);
}

#[test]
fn who_was_expelled_joins_again_after_paying_and_waits_anew() {
    let mut world = failed(&[3]);
    world.grace_over(0).unwrap();
    let birth = "1990-05".parse().unwrap();
    assert_eq!(refused(world.enrol(3, birth)), "E-MEMBER-ARREARS");
    world.pay_arrears(0, 3).unwrap();
    world.enrol(3, birth).unwrap();
    let again = world.state().roll().find(person(3)).unwrap();
    assert_eq!(again, 20);
    assert_eq!(world.state().membership(again), Some(Membership::Waiting));
    let case = world.state().cases().len() as u32;
    world.file(again, world.day()).unwrap();
    world.investigate(case, 10).unwrap();
    assert_eq!(refused(world.propose(case, 10)), "E-CASE-NOT-COVERED", "not yet even waiting");
}

#[test]
fn an_illness_in_the_days_of_grace_is_paid_less_what_is_owed() {
    let mut world = failed(&[3]);
    world.pass(2);
    let day = world.day();
    let case = world.bring_case(3, day, 10_000).unwrap();
    world.grace_over(0).unwrap();
    assert_eq!(standing(&world, 3), Standing::Expelled);
    world.pay_all(0).unwrap();
    world.publish_and_close(1).unwrap();
    world.collect(1, &[]).unwrap();
    let ordered = world.order_payout(1).unwrap();
    assert!(
        matches!(ordered[0], Finding::Arrears(ArrearsFinding::Netted {
            case: c, period: 0, netted_minor, ..
        }) if c == case && netted_minor.minor() == 525),
        "{ordered:?}"
    );
    let of_case = world.state().case(case).unwrap();
    assert_eq!((of_case.netted.minor(), of_case.payable.minor()), (525, 10_000 - 525));
    assert_eq!(refused(world.pay_arrears(0, 3)), "E-ARREARS-PAID", "the aid has paid it");
}

#[test]
fn without_cover_in_grace_the_diagnosis_must_lie_outside_the_unpaid_days() {
    let mut charter = charters::guild();
    charter.arrears.cover_in_grace = false;
    let mut world = failed_under(&charter, &[3, 5]);
    world.pass(2);
    let day = world.day();
    world.retry(0, &[5]).unwrap();
    for (member, code) in [(3, "E-CASE-NOT-COVERED"), (5, "")] {
        let case = world.state().cases().len() as u32;
        world.file(member, day).unwrap();
        world.investigate(case, 10).unwrap();
        let proposed = world.propose(case, 10);
        if code.is_empty() {
            proposed.unwrap();
        } else {
            assert_eq!(refused(proposed), code);
        }
    }
    // The day before the charge, nothing was owed.
    let case = world.state().cases().len() as u32;
    world.withdraw(1).unwrap();
    world.file(3, day.plus_days(-3)).unwrap();
    world.investigate(case, 10).unwrap();
    world.propose(case, 10).unwrap();
}

#[test]
fn a_long_list_of_failed_charges_stands_in_a_chunk() {
    let mut world = World::found(53, &charters::guild());
    world.enrol_people(0..30_000, "1990-05".parse().unwrap()).unwrap();
    world.pass(25);
    let day = world.day();
    world.bring_case(0, day, 10_000).unwrap();
    world.publish_and_close(0).unwrap();
    let members: Vec<u32> = (0..20_000).collect();
    let failed = world.lay_members(&members);
    let nothing = money::Amount::ZERO;
    let collect = |failed| {
        rules::command::Do::Period(rules::command::PeriodCommand::Collect {
            period: 0,
            failed,
            sponsor_minor: nothing,
        })
    };
    let collected = world.send(collect(failed)).unwrap();
    assert!(matches!(
        collected[0],
        Finding::Period(PeriodFinding::Collected { failed: 20_000, .. })
    ));
    assert_eq!(world.state().period(0).unwrap().arrears.failed(), members);
    let lost = world.lay_members(&members);
    let rules::command::MemberList::There(rows) = &lost else { panic!("it is a chunk") };
    world.lose_chunk(&rows.chunk.hash);
    let retry = rules::command::Do::Arrears(rules::command::ArrearsCommand::Retry {
        period: 0,
        paid: lost,
    });
    assert_eq!(refused(world.send(retry)), "E-CHUNK-MISSING");
}

#[test]
fn short_money_is_divided_alike_and_topped_up_before_the_fee() {
    let mut world = World::found(54, &charters::guild());
    world.enrol_people(0..20, "1990-05".parse().unwrap()).unwrap();
    world.pass(25);
    let day = world.day();
    world.bring_case(18, day, 10_000).unwrap();
    world.bring_case(19, day, 5_000).unwrap();
    world.publish_and_close(0).unwrap();
    // 20 shares of 7.88 are charged; half of them come in.
    let failed: Vec<u32> = (0..10).collect();
    world.collect(0, &failed).unwrap();
    let ordered = world.order_payout(0).unwrap();
    let share = 10_500 * 3 / 2 / 20 + 1;
    let (first, second) = match &ordered[..2] {
        [
            Finding::Case(CaseFinding::Short { payable_minor: a, .. }),
            Finding::Case(CaseFinding::Short { payable_minor: b, .. }),
        ] => (a.minor(), b.minor()),
        other => panic!("both cases are short: {other:?}"),
    };
    assert_eq!(first + second, 10 * share);
    assert!((first - 2 * second).abs() <= 2, "the same part of each: {first}, {second}");
    world.payout(0, &[0, 1], &[]).unwrap();
    assert_eq!(balance(&world, Account::Custody), 0);
    assert_eq!(refused(world.fee(0)), "E-PERIOD-STATE");
    assert_eq!(refused(world.order_payout(0)), "E-PERIOD-STATE", "there is nothing to do it with");
    world.pass(1);
    world.retry(0, &failed).unwrap();
    world.order_payout(0).unwrap();
    world.payout(0, &[0, 1], &[]).unwrap();
    let paid = |case| world.state().case(case).unwrap().paid.unwrap().minor();
    assert_eq!((paid(0), paid(1)), (10_000, 5_000));
    world.fee(0).unwrap();
    world.grace_over(0).unwrap();
    world.settle(0).unwrap();
}
