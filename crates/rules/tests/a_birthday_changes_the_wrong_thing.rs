//! Fear: somebody is too old a month too soon, a benefit changes with the calendar instead of the
//! birthday, or a person born on 29 February has none.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rules::charter::Charter;
use rules::finding::{Finding, PeriodFinding};
use rules::member::Membership;
use testkit::{World, charters, refused};

/// 300.00 under 40, 100.00 from 40 to 59, at once covered.
fn charter() -> Charter {
    let mut charter = charters::guild();
    charter.waiting.days = 0;
    let severe = charter.benefits.iter().find(|benefit| benefit.severity == "severe").unwrap();
    let of = |ages, minor| {
        let mut benefit = severe.clone();
        benefit.ages = ages;
        benefit.amount_minor = money::Amount::from_minor(minor).unwrap();
        benefit
    };
    charter.benefits = vec![of([0, 39], 30_000), of([40, 59], 10_000)];
    charter
}

/// The benefit that a diagnosis on `diagnosed` has, for somebody born on `born`.
fn benefit(born: &str, diagnosed: &str) -> i64 {
    let mut world = World::found(81, &charter());
    world.enrol(1, born[..7].parse().unwrap()).unwrap();
    world.go_to_text("2020-12-31");
    world.file(0, diagnosed.parse().unwrap()).unwrap();
    let (born, diagnosed) = (born.parse().unwrap(), diagnosed.parse().unwrap());
    if world.investigate_as(0, born, diagnosed, 30_000).is_ok() {
        return 30_000;
    }
    assert_eq!(refused(world.investigate_as(0, born, diagnosed, 10_001)), "E-CASE-ABOVE-BENEFIT");
    world.investigate_as(0, born, diagnosed, 10_000).unwrap();
    10_000
}

#[test]
fn a_benefit_changes_on_the_birthday_itself() {
    assert_eq!(benefit("1980-03-12", "2020-03-11"), 30_000);
    assert_eq!(benefit("1980-03-12", "2020-03-12"), 10_000);
    assert_eq!(benefit("1980-02-29", "2020-02-28"), 30_000);
    assert_eq!(benefit("1980-02-29", "2020-02-29"), 10_000, "a leap year has the day");
    // 2020 is a leap year; in a common year the year is completed on 1 March.
    let day = |text: &str| text.parse::<rules::day::Day>().unwrap();
    assert_eq!(day("2019-02-28").years_since(day("1980-02-29")), 38);
    assert_eq!(day("2019-03-01").years_since(day("1980-02-29")), 39);
}

#[test]
fn sharing_changes_on_the_first_of_the_month_after_the_birthday() {
    let mut world = World::found(82, &charter());
    // Both turn 60 on or before the publicity day of 7 March; only the months of birth are known.
    world.enrol(1, "1960-03".parse().unwrap()).unwrap();
    world.enrol(2, "1960-02".parse().unwrap()).unwrap();
    world.enrol(3, "1990-05".parse().unwrap()).unwrap();
    let published = |world: &mut World, period| {
        let day = world.state().period(period).unwrap().publicity;
        world.go_to(day);
        match world.publish_period(period).unwrap()[0] {
            Finding::Period(PeriodFinding::Published { sharers, aged_out, .. }) => {
                (sharers, aged_out)
            }
            _ => panic!("a period was published"),
        }
    };
    let counts: Vec<_> = (0..7).map(|period| published(&mut world, period)).collect();
    // January and February twice each, then March: the one born in February is out.
    let expected = [(3, 0), (3, 0), (3, 0), (3, 0), (2, 1), (2, 0), (1, 1)];
    assert_eq!(counts, expected, "the last is the first period of April");
    assert_eq!(world.state().membership(0), Some(Membership::TooOld));
    assert_eq!(world.state().membership(2), Some(Membership::Covered));
}

#[test]
fn joining_on_the_birthday_is_judged_by_the_month() {
    let mut charter = charter();
    charter.eligibility.age_days_min = 30;
    let mut world = World::found(83, &charter);
    world.go_to_text("2020-03-15");
    let join = |world: &mut World, number, month: &str| world.enrol(number, month.parse().unwrap());
    join(&mut world, 1, "1960-03").unwrap();
    assert_eq!(
        refused(join(&mut world, 2, "1960-02")),
        "E-MEMBER-AGE",
        "60 since the month before"
    );
    // Born on 29 February at the latest: 15 days old on 15 March.
    assert_eq!(refused(join(&mut world, 3, "2020-02")), "E-MEMBER-AGE");
    world.go_to_text("2020-03-30");
    join(&mut world, 4, "2020-02").unwrap();
}
