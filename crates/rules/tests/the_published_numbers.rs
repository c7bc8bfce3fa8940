//! Fear: our arithmetic is not the plan's. The figures that Xianghubao published come out exactly.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use money::{Amount, Currency, Rate};
use rules::charter::Charter;
use rules::period::{Class, Excess, Means, Settlement, Terms, settle};

fn charter(fee: &str) -> Charter {
    let mut charter = Charter::from_toml(include_str!("../../../plans/xianghubao.toml")).unwrap();
    assert_eq!(charter.check().errors, []);
    charter.fee.rate = Rate::parse(fee).unwrap();
    charter
}

fn cny(text: &str) -> Amount {
    Amount::parse(text, Currency::from_code("CNY").unwrap()).unwrap()
}

fn period(charter: &Charter, members: u64, aid: &str, cases: &[Amount]) -> (Terms, Settlement) {
    let aid_minor = cny(aid);
    let fee_minor = charter.fee.rate.floor_of(aid_minor).unwrap();
    let terms = Terms { aid_minor, fee_minor, ..Terms::default() };
    let classes = [Class { weight: 1, members, room: None }];
    let means = Means { sponsor: None, ..Means::default() };
    let settlement = settle(charter, &terms, cases, &classes, means).unwrap();
    (terms, settlement)
}

#[test]
fn two_hundred_cases_among_ten_million_cost_6_60() {
    let (_, period) = period(&charter("0.10"), 10_000_000, "60000000.00", &[]);
    assert_eq!(period.shares, [cny("6.60")]);
    assert_eq!(period.carry_out, Amount::ZERO);
}

#[test]
fn december_2020_costs_4_83_and_carries_one_fen() {
    let (terms, period) = period(&charter("0.08"), 103_321_600, "462077155.55", &[]);
    assert_eq!(terms.fee_minor, cny("36966172.44"));
    assert_eq!(period.shares, [cny("4.83")]);
    assert_eq!(period.carry_out, cny("0.01"));
}

#[test]
fn the_cap_of_a_case_binds_just_below_the_published_minimum_of_members() {
    let charter = charter("0.10");
    let case = [cny("300000.00")];
    let (_, at_minimum) = period(&charter, 3_300_000, "300000.00", &case);
    assert_eq!(at_minimum.excess, Excess::default());
    assert_eq!(at_minimum.shares, [cny("0.10")]);
    let (terms, below) = period(&charter, 3_299_999, "300000.00", &case);
    assert_eq!(below.excess.total().unwrap(), cny("0.10"));
    assert_eq!(below.excess.reduction_minor, cny("0.10"));
    assert_eq!(below.shares, [cny("0.10")]);
    let saved = terms.aid_minor.minus(below.aid[0]).unwrap().plus(below.fee_saved).unwrap();
    assert_eq!(saved, cny("0.10"));
}
