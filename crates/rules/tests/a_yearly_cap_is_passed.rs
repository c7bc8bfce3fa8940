//! Fear: a member pays more in a calendar year than the cap, or nobody pays what the cap keeps from
//! the members, or a year begins on the wrong day.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use money::Amount;
use rules::charter::{Calendar, Cap, Charter, Payer, Sponsor};
use rules::finding::{Finding, PeriodFinding};
use testkit::{World, charters, refused};

fn minor(amount: i64) -> Amount {
    Amount::from_minor(amount).unwrap()
}

/// Everybody pays alike, without a fee; at most 10.00 a year, the sponsor pays the rest.
fn capped_at_ten() -> Charter {
    let mut charter = charters::village();
    charter.caps.case = None;
    charter.caps.year = Some(Cap { amount_minor: minor(1_000), payers: vec![Payer::Sponsor] });
    charter.funds.sponsor =
        Some(Sponsor { name: "county".to_owned(), guarantee_amount_minor: None });
    charter.funds.reserve = None;
    charter.waiting.days = 0;
    charter.calendar = Calendar { publicity_days: vec![7, 21], charge_days: vec![14, 28] };
    charters::set_fee(&mut charter, "0");
    charter
}

/// Closes a period with one case of `aid` and gives the share of the first class, members and share
/// of each group that the cap leaves with less, and what the sponsor pays.
fn close(world: &mut World, period: u32, aid: i64) -> (i64, Vec<(u64, i64)>, i64) {
    if aid > 0 {
        let day = world.day();
        world.bring_case(period, day, aid).unwrap();
    }
    let closed = world.publish_and_close(period).unwrap();
    world.finish(period).unwrap();
    match closed.into_iter().last() {
        Some(Finding::Period(PeriodFinding::Closed { rates, excess, .. })) => {
            let classes = world.state().period(period).unwrap().shares.len();
            let capped = rates[classes..].iter().map(|r| (r.members, r.share_minor.minor()));
            (rates[0].share_minor.minor(), capped.collect(), excess.sponsor_minor.minor())
        }
        _ => panic!("the period was closed"),
    }
}

fn charged(world: &World, member: u32, period: u32) -> i64 {
    world.state().share_of(&world.state().roll().get(member).unwrap(), period).minor()
}

#[test]
fn who_joined_later_has_more_room_and_the_payer_pays_the_rest() {
    let mut world = World::found(71, &capped_at_ten());
    world.enrol_people(0..10, "1990-05".parse().unwrap()).unwrap();
    world.pass(1);
    assert_eq!(close(&mut world, 0, 6_000), (600, vec![], 0));
    world.enrol_people(10..20, "1990-05".parse().unwrap()).unwrap();
    // Ten members have 4.00 left of the year, those who joined have 10.00.
    let (share, capped, sponsor) = close(&mut world, 1, 9_500);
    assert_eq!((share, capped), (500, vec![(9, 400)]), "one of the ten has been helped");
    assert_eq!(sponsor, 9 * 100);
    assert_eq!((charged(&world, 5, 1), charged(&world, 15, 1)), (400, 500));
    // Nothing is left to the old members, and the new ones have half.
    let (share, capped, sponsor) = close(&mut world, 2, 18_000);
    assert_eq!((share, capped), (1_000, vec![(8, 0), (10, 500)]));
    assert_eq!(sponsor, 18_000 - 10 * 500);
    let of_year: i64 = (0..3).map(|period| charged(&world, 5, period)).sum();
    assert_eq!(of_year, 1_000);
}

#[test]
fn a_period_counts_in_the_year_of_its_charge_day_even_when_it_is_late() {
    let mut charter = capped_at_ten();
    // Published in December, charged in January.
    charter.calendar = Calendar { publicity_days: vec![14, 28], charge_days: vec![21, 28] };
    assert!(!charter.check().errors.is_empty(), "a charge day is after its publicity day");
    charter.calendar = Calendar { publicity_days: vec![14], charge_days: vec![21] };
    let mut world = World::found(72, &charter);
    world.enrol_people(0..40, "1990-05".parse().unwrap()).unwrap();
    for period in 0..10 {
        close(&mut world, period, 0);
    }
    let november = world.state().open_period();
    assert_eq!(close(&mut world, november, 40 * 900).0, 900);
    // The period of December is published so late that it is charged in January: it still belongs
    // to December, and the member has 1.00 left.
    world.go_to_text("2021-01-05");
    let december = november + 1;
    let (share, capped, _) = close(&mut world, december, 39 * 500);
    assert_eq!((share, capped.len()), (500, 1));
    assert_eq!(charged(&world, 39, december), 100);
    // In January the cap is new.
    let (share, capped, _) = close(&mut world, december + 1, 38 * 700);
    assert_eq!((share, capped), (700, vec![]));
    assert_eq!(charged(&world, 39, december + 1), 700);
    assert_eq!(refused(world.close(december)), "E-PERIOD-STATE");
}

#[test]
fn who_grows_into_a_dearer_band_takes_the_year_along() {
    let mut charter = capped_at_ten();
    charters::band(&mut charter, &[(29, 100), (59, 200)]);
    let mut world = World::found(73, &charter);
    // Thirty on 1 February 2020, by the month of birth: the cheaper band in January only.
    world.enrol_people(0..10, "1990-01".parse().unwrap()).unwrap();
    world.enrol_people(10..20, "1995-01".parse().unwrap()).unwrap();
    world.pass(1);
    close(&mut world, 0, 20 * 400);
    assert_eq!((charged(&world, 9, 0), charged(&world, 19, 0)), (400, 400));
    close(&mut world, 1, 0);
    // One case a period has been paid so far; T = 19 × 300 shared by weights 9 × 200 + 10 × 100.
    let (_, capped, _) = close(&mut world, 2, 28 * 250);
    assert_eq!(capped, []);
    assert_eq!((charged(&world, 9, 2), charged(&world, 19, 2)), (500, 250));
    let (_, capped, sponsor) = close(&mut world, 3, 26 * 100);
    assert_eq!((capped, sponsor), (vec![(8, 100)], 8 * 100));
    assert_eq!((charged(&world, 9, 3), charged(&world, 19, 3)), (100, 100));
}
