//! Fear: money leaves custody that nobody decided, twice, too early or to the wrong ones, or a
//! collection is reported that cannot be.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rules::charter::Account;
use rules::finding::{ArrearsFinding, Finding, PayoutFinding, PeriodFinding};
use testkit::{World, charters, refused};

/// Twenty members; two accidents of 100.00 published in period 0, which is charged.
fn charged() -> World {
    let mut world = World::found(31, &charters::guild());
    world.enrol_people(0..20, "1990-05".parse().unwrap()).unwrap();
    world.pass(25);
    let day = world.day();
    world.bring_case(3, day, 10_000).unwrap();
    world.bring_case(5, day, 10_000).unwrap();
    world.publish_and_close(0).unwrap();
    world
}

fn custody(world: &World) -> i64 {
    world.state().books().balance(Account::Custody).minor()
}

#[test]
fn failed_charges_are_sharers_ascending_each_once() {
    let mut world = charged();
    let joined_late = world.state().roll().len();
    world.enrol(100, "1990-05".parse().unwrap()).unwrap();
    for failed in
        [&[1, 1][..], &[2, 1], &[joined_late], &[0, joined_late], &[u32::MAX], &[0, 1, 2, 2]]
    {
        assert_eq!(refused(world.collect(0, failed)), "E-COLLECT-LIST", "{failed:?}");
    }
    let collected = world.collect(0, &[0, 7]).unwrap();
    let share = 2 * 10_500 / 20;
    let expected = Finding::Period(PeriodFinding::Collected {
        period: 0,
        collected_minor: money::Amount::from_minor(18 * share).unwrap(),
        failed: 2,
        failed_minor: money::Amount::from_minor(2 * share).unwrap(),
    });
    assert_eq!(collected, [expected]);
    assert_eq!(refused(world.collect(0, &[])), "E-PERIOD-STATE");
    assert_eq!(refused(world.collect(1, &[])), "E-PERIOD-STATE");
    assert_eq!(refused(world.collect(9, &[])), "E-PERIOD-STATE");
}

#[test]
fn a_sponsor_pays_what_it_owes_and_not_more() {
    let mut world = charged();
    assert_eq!(refused(world.collect_with(0, &[], 1)), "E-FUNDS-SHORT");
    assert_eq!(refused(world.collect_with(0, &[], -1)), "E-AMOUNT-RANGE");
    world.collect_with(0, &[], 0).unwrap();
}

#[test]
fn aid_is_paid_after_its_order_once_and_to_its_own_cases() {
    let mut world = charged();
    assert_eq!(refused(world.order_payout(0)), "E-PERIOD-STATE");
    assert_eq!(refused(world.payout(0, &[0], &[])), "E-PAYOUT");
    world.collect(0, &[]).unwrap();
    assert_eq!(refused(world.payout(0, &[0], &[])), "E-PAYOUT");
    let ordered = world.order_payout(0).unwrap();
    assert!(
        matches!(ordered[0], Finding::Payout(PayoutFinding::Ordered { cases: 2, .. })),
        "{ordered:?}"
    );
    assert_eq!(refused(world.order_payout(0)), "E-PERIOD-STATE");
    for (cases, refunds) in [
        (&[][..], &[][..]),
        (&[2], &[]),
        (&[0, 0], &[]),
        (&[1, 0], &[]),
        (&[0, 2], &[]),
        (&[0], &[3]),
        (&[], &[3]),
        (&[u32::MAX], &[]),
    ] {
        let result = world.payout(0, cases, refunds);
        assert_eq!(refused(result), "E-PAYOUT", "{cases:?} {refunds:?}");
    }
    let before = custody(&world);
    world.payout(0, &[1], &[]).unwrap();
    assert_eq!(custody(&world), before - 10_000);
    assert_eq!(refused(world.payout(0, &[1], &[])), "E-PAYOUT");
    assert_eq!(refused(world.payout(0, &[0, 1], &[])), "E-PAYOUT");
    assert_eq!(refused(world.payout(1, &[0], &[])), "E-PAYOUT");
    world.payout(0, &[0], &[]).unwrap();
    assert_eq!(custody(&world), before - 20_000);
}

#[test]
fn the_fee_comes_last_and_once() {
    let mut world = charged();
    assert_eq!(refused(world.fee(0)), "E-PERIOD-STATE");
    world.collect(0, &[]).unwrap();
    assert_eq!(refused(world.fee(0)), "E-PERIOD-STATE");
    world.order_payout(0).unwrap();
    world.payout(0, &[0], &[]).unwrap();
    assert_eq!(refused(world.fee(0)), "E-PERIOD-STATE");
    assert_eq!(refused(world.settle(0)), "E-PERIOD-STATE");
    world.payout(0, &[1], &[]).unwrap();
    let drawn = world.fee(0).unwrap();
    assert!(matches!(drawn[0], Finding::Payout(PayoutFinding::FeeDrawn { fee_minor, .. })
            if fee_minor.minor() == 1_000));
    assert_eq!(refused(world.fee(0)), "E-PERIOD-STATE");
    world.settle(0).unwrap();
    assert_eq!(refused(world.settle(0)), "E-PERIOD-STATE");
    assert_eq!(refused(world.fee(0)), "E-PERIOD-STATE");
}

#[test]
fn no_fee_is_drawn_while_an_earlier_period_is_short() {
    let mut world = charged();
    // So many charges fail that custody cannot pay, and nobody lends.
    world.collect(0, &(0..15).collect::<Vec<u32>>()).unwrap();
    world.order_payout(0).unwrap();
    world.payout(0, &[0, 1], &[]).unwrap();
    let day = world.day();
    world.bring_case(6, day, 1_000).unwrap();
    world.publish_and_close(1).unwrap();
    world.collect(1, &[]).unwrap();
    assert_eq!(refused(world.fee(1)), "E-PERIOD-STATE");
    world.order_payout(1).unwrap();
    assert!(world.state().ordered_of(1).0.is_empty(), "the older debt comes first");
    let (older, _) = world.state().ordered_of(0);
    world.payout(0, &older, &[]).unwrap();
    assert_eq!(custody(&world), 0);
    assert_eq!(refused(world.fee(1)), "E-PERIOD-STATE");
    assert_eq!(refused(world.fee(0)), "E-PERIOD-STATE");
}

#[test]
fn a_lender_is_repaid_from_what_is_nobody_elses() {
    let mut charter = charters::village();
    charter.caps.case = None;
    charter.funds.reserve = None;
    let mut world = World::found(32, &charter);
    world.enrol_people(0..20, "1990-05".parse().unwrap()).unwrap();
    world.pass(30);
    let day = world.day();
    world.bring_case(0, day, 10_000).unwrap();
    world.publish_and_close(0).unwrap();
    world.collect(0, &[4, 5]).unwrap();
    let paid = world.pay_all(0).unwrap();
    let short = 10_000 - 18 * 525;
    assert!(matches!(paid[0], Finding::Payout(PayoutFinding::Paid { advance_minor, .. })
            if advance_minor.minor() == short));
    assert_eq!(custody(&world), 0);
    assert_eq!(refused(world.fee(0)), "E-FUNDS-SHORT");
    assert_eq!(refused(world.settle(0)), "E-PERIOD-STATE", "the days of grace go on");
    let ended = world.grace_over(0).unwrap();
    let written_off = matches!(
        &ended[0], Finding::Arrears(ArrearsFinding::Ended { written_off_minor, .. })
            if written_off_minor.minor() == 2 * 525
    );
    assert!(written_off, "{ended:?}");
    let settled = world.settle(0).unwrap();
    let nothing = matches!(
        &settled[0], Finding::Period(PeriodFinding::Settled { advance_repaid_minor, .. })
            if advance_repaid_minor.is_zero()
    );
    assert!(nothing, "there is nothing to repay it from: {settled:?}");
    let closed = world.publish_and_close(1).unwrap();
    let Some(Finding::Period(PeriodFinding::Closed { terms, .. })) = closed.last() else {
        panic!("a period was closed: {closed:?}");
    };
    assert_eq!(terms.uncollected_in_minor.minor(), 2 * 525, "all bear what two did not pay");
    world.collect(1, &[]).unwrap();
    world.fee(0).unwrap();
    let settled = world.settle(1).unwrap();
    let repaid = matches!(
        &settled[0], Finding::Period(PeriodFinding::Settled { advance_repaid_minor, .. })
            if advance_repaid_minor.minor() == short
    );
    assert!(repaid, "{settled:?}");
    assert!(world.state().books().balance(Account::Advance).is_zero());
}
