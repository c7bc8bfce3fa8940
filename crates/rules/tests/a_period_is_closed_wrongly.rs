//! Fear: a period is decided twice, out of order, too early, with nobody to pay, or half.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use money::Amount;
use rules::charter::{Account, Cap, Payer};
use rules::finding::{Finding, PeriodFinding};
use rules::notice::About;
use rules::period::Status;
use testkit::{World, charters, refused};

fn world() -> World {
    let mut world = World::found(41, &charters::guild());
    world.enrol_people(0..20, "1990-05".parse().unwrap()).unwrap();
    world
}

fn announce(world: &mut World, period: u32) {
    world.notice(period, About::Charge, &[]).unwrap();
}

fn go_to_charge(world: &mut World, period: u32) {
    let charge = world.state().period(period).unwrap().charge;
    world.go_to(charge);
}

#[test]
fn a_period_is_published_and_closed_on_its_day_in_order_and_once() {
    let mut world = world();
    assert_eq!(refused(world.publish_period(0)), "E-PERIOD-EARLY");
    assert_eq!(refused(world.publish_period(1)), "E-PERIOD-STATE");
    assert_eq!(refused(world.publish_period(u32::MAX)), "E-PERIOD-STATE");
    assert_eq!(refused(world.close(0)), "E-PERIOD-STATE");
    world.go_to_text("2020-01-06");
    assert_eq!(refused(world.publish_period(0)), "E-PERIOD-EARLY");
    world.go_to_text("2020-01-07");
    world.publish_period(0).unwrap();
    assert_eq!(refused(world.publish_period(0)), "E-PERIOD-STATE");
    world.go_to_text("2020-01-13");
    assert_eq!(refused(world.close(0)), "E-PERIOD-EARLY");
    world.go_to_text("2020-01-14");
    assert_eq!(refused(world.close(0)), "E-NOTICE-MISSING");
    announce(&mut world, 0);
    world.close(0).unwrap();
    assert_eq!(refused(world.close(0)), "E-PERIOD-STATE");
    assert_eq!(refused(world.publish_period(0)), "E-PERIOD-STATE");
    assert_eq!(world.state().period(0).unwrap().status, Status::Charged);
}

#[test]
fn a_later_period_waits_for_the_earlier_one() {
    let mut world = world();
    world.go_to_text("2020-02-20");
    assert_eq!(refused(world.publish_period(1)), "E-PERIOD-STATE");
    world.publish_period(0).unwrap();
    world.publish_period(1).unwrap();
    go_to_charge(&mut world, 1);
    announce(&mut world, 0);
    announce(&mut world, 1);
    assert_eq!(refused(world.close(1)), "E-PERIOD-STATE");
    world.close(0).unwrap();
    assert_eq!(refused(world.close(1)), "E-PERIOD-STATE", "no collection file");
    world.collect(0, &[]).unwrap();
    world.close(1).unwrap();
}

#[test]
fn published_late_the_days_of_objection_are_not_shortened() {
    let mut world = world();
    world.go_to_text("2020-01-12");
    let published = world.publish_period(0).unwrap();
    announce(&mut world, 0);
    let charge = "2020-01-19".parse().unwrap();
    assert!(matches!(published[0], Finding::Period(PeriodFinding::Published { charge: c, .. })
            if c == charge));
    world.go_to_text("2020-01-18");
    assert_eq!(refused(world.close(0)), "E-PERIOD-EARLY");
    world.go_to_text("2020-01-19");
    world.close(0).unwrap();
}

#[test]
fn sharers_are_counted_on_the_publicity_day_however_late_the_operator_is() {
    let mut world = world();
    world.go_to_text("2020-01-08");
    world.enrol_people(100..150, "1990-05".parse().unwrap()).unwrap();
    world.leave(0).unwrap();
    world.go_to_text("2020-01-22");
    world.leave(1).unwrap();
    let sharers = |findings: Vec<Finding>| match findings[0] {
        Finding::Period(PeriodFinding::Published { sharers, .. }) => sharers,
        _ => panic!("a period was published"),
    };
    assert_eq!(sharers(world.publish_period(0).unwrap()), 20);
    assert_eq!(sharers(world.publish_period(1).unwrap()), 69);
}

#[test]
fn a_forecast_is_logged_once_before_and_scored_after() {
    let mut world = world();
    for ends in [[2, 1, 3], [1, 3, 2], [-1, 0, 1]] {
        assert_eq!(refused(world.forecast(0, ends)), "E-PERIOD-STATE");
    }
    world.forecast(0, [100, 500, 600]).unwrap();
    assert_eq!(refused(world.forecast(0, [100, 500, 600])), "E-PERIOD-STATE");
    world.pass(25);
    let day = world.day();
    world.bring_case(0, day, 10_000).unwrap();
    let closed = world.publish_and_close(0).unwrap();
    let Some(Finding::Period(PeriodFinding::Closed { forecast, .. })) = closed.last() else {
        panic!("a period was closed");
    };
    let score = forecast.unwrap();
    assert_eq!((score.error_minor.minor(), score.inside), (25, true));
    assert_eq!(refused(world.forecast(0, [1, 2, 3])), "E-PERIOD-STATE");
}

#[test]
fn a_cost_without_anybody_to_share_it_is_refused_and_no_cost_is_not() {
    let mut world = World::found(42, &charters::guild());
    let closed = world.publish_and_close(0).unwrap();
    assert!(
        matches!(closed[0], Finding::Period(PeriodFinding::Closed { sharers: 0, total_minor, .. })
        if total_minor.is_zero())
    );
    world.collect(0, &[]).unwrap();
    world.enrol(1, "1990-05".parse().unwrap()).unwrap();
    world.pass(25);
    let day = world.day();
    world.file(0, day).unwrap();
    world.leave(0).unwrap();
    world.go_to_text("2020-03-10");
    for period in 1..4 {
        world.publish_period(period).unwrap();
    }
    world.investigate(0, 10).unwrap();
    world.propose(0, 10).unwrap();
    world.publish_case(0).unwrap();
    let number = world.state().case(0).unwrap().period.unwrap();
    go_to_charge(&mut world, 3);
    for period in 1..number {
        if world.state().period(period).unwrap().status == Status::Open {
            world.publish_period(period).unwrap();
            go_to_charge(&mut world, period);
        }
        announce(&mut world, period);
        world.close(period).unwrap();
        world.collect(period, &[]).unwrap();
    }
    world.go_to(world.state().period(number).unwrap().publicity);
    world.publish_period(number).unwrap();
    announce(&mut world, number);
    go_to_charge(&mut world, number);
    let before = world.state().digest();
    assert_eq!(refused(world.close(number)), "E-PERIOD-NOBODY");
    assert_eq!(world.state().digest(), before);
}

#[test]
fn when_more_is_there_than_needed_nobody_is_charged_and_all_is_carried_over() {
    let mut world = world();
    world.enrol_people(20..23, "1990-05".parse().unwrap()).unwrap();
    world.pass(25);
    let day = world.day();
    world.bring_case(0, day, 10_001).unwrap();
    world.publish_and_close(0).unwrap();
    let carried = world.state().books().balance(Account::CarryOver).minor();
    assert!(carried > 0, "23 members do not divide the cost");
    world.collect(0, &[]).unwrap();
    let closed = world.publish_and_close(1).unwrap();
    let Some(Finding::Period(PeriodFinding::Closed {
        total_minor,
        charges_minor,
        carry_out_minor,
        rates,
        ..
    })) = closed.last()
    else {
        panic!("a period was closed");
    };
    assert_eq!(total_minor.minor(), -carried);
    assert_eq!(charges_minor.minor(), 0);
    assert_eq!(carry_out_minor.minor(), carried);
    assert!(rates.iter().all(|rate| rate.share_minor.is_zero()));
    assert_eq!(world.state().books().balance(Account::CarryOver).minor(), carried);
}

#[test]
fn a_closing_that_does_not_fit_leaves_no_trace() {
    // One member, a sponsor without a limit, and benefits as large as an amount can be.
    let mut charter = charters::village();
    for benefit in &mut charter.benefits {
        benefit.amount_minor = Amount::MAX;
    }
    charters::set_fee(&mut charter, "0");
    charter.funds.reserve = None;
    charter.funds.sponsor.as_mut().unwrap().guarantee_amount_minor = None;
    charter.caps.case =
        Some(Cap { amount_minor: Amount::from_minor(1).unwrap(), payers: vec![Payer::Sponsor] });
    let mut world = World::found(43, &charter);
    world.enrol_people(0..5, "1990-05".parse().unwrap()).unwrap();
    world.pass(30);
    let day = world.day();
    world.bring_case(0, day, Amount::MAX.minor()).unwrap();
    world.publish_and_close(0).unwrap();
    world.finish(0).unwrap();
    world.bring_case(1, day, Amount::MAX.minor()).unwrap();
    let before = |world: &World| (world.state().digest(), world.state().books().clone());
    world.go_to(world.state().period(1).unwrap().publicity);
    world.publish_period(1).unwrap();
    announce(&mut world, 1);
    go_to_charge(&mut world, 1);
    let as_before = before(&world);
    assert_eq!(refused(world.close(1)), "E-AMOUNT-RANGE", "the guarantee has paid too much");
    assert_eq!(before(&world), as_before);
    world.bring_case(2, day, Amount::MAX.minor()).unwrap();
    world.bring_case(3, day, Amount::MAX.minor()).unwrap();
    assert_eq!(refused(world.close(1)), "E-AMOUNT-RANGE");
}
