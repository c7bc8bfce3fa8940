//! Fears: that the fairness figures differ from the reference, that a class is compared with the
//! wrong money, that a small pool is called steady.

use proptest::prelude::*;
use sim::ages::AgePrior;
use sim::fairness::{
    ClaimProfile, Class, benefit_steps, by_class, cliffs, mean_cost, pure_annual_cost,
};
use sim::incidence::{ChinaTable, Source, Table};

fn table() -> Table {
    Table::china(ChinaTable::TwentyEightIllnesses2020).expect("the embedded table")
}

/// 300,000 yuan under 40 and 100,000 from 40, in fen.
fn step(age: u8) -> i64 {
    if age < 40 { 30_000_000 } else { 10_000_000 }
}

fn yuan(fen: f64) -> i64 {
    (fen / 100.0).round() as i64
}

fn class(name: &str, ages: std::ops::RangeInclusive<u8>, weight: f64) -> Class {
    Class { name: name.into(), ages, weight }
}

#[test]
fn pure_costs_by_age_are_the_reference_s() {
    let reference = [
        (20, 106),
        (25, 158),
        (30, 254),
        (35, 442),
        (39, 682),
        (40, 253),
        (45, 408),
        (50, 584),
        (55, 845),
        (59, 1157),
    ];
    for (age, cost) in reference {
        assert_eq!(yuan(pure_annual_cost(&table(), age, step).unwrap()), cost, "age {age}");
    }
}

#[test]
fn pure_costs_by_band_are_the_reference_s() {
    let bands = [(0..=17, 76), (18..=29, 147), (30..=39, 438), (40..=49, 394), (50..=59, 837)];
    for (ages, cost) in bands {
        assert_eq!(yuan(mean_cost(&table(), ages.clone(), step).unwrap()), cost, "{ages:?}");
    }
}

#[test]
fn the_stated_prior_costs_within_three_percent_of_the_fitted_pool() {
    let everybody = [class("all", 0..=59, 1.0)];
    let pool = by_class(&table(), &AgePrior::xianghubao(), &everybody, step).unwrap();
    assert_eq!(yuan(pool[0].expected_aid_minor), 321);
    assert!((pool[0].expected_aid_minor / 31_300.0 - 1.0).abs() < 0.03);
    assert!((pool[0].ratio.unwrap() - 1.0).abs() < 1e-12);
}

#[test]
fn the_step_at_forty_is_seen_as_a_cliff() {
    let found = cliffs(&table(), 0..=59, step).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].age, 40);
    assert_eq!((yuan(found[0].before_minor), yuan(found[0].after_minor)), (682, 253));
    let steps = benefit_steps(0..=59, step);
    let names: Vec<&str> = steps.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["0-39", "40-59"]);
    assert_eq!(cliffs(&table(), 0..=59, |_| 1).unwrap(), []);
}

#[test]
fn equal_shares_are_unfair_and_weights_by_cost_are_fair() {
    let prior = AgePrior::xianghubao();
    let bands = [0..=17, 18..=29, 30..=39, 40..=49, 50..=59];
    let equal: Vec<Class> = bands.iter().map(|b| class("", b.clone(), 1.0)).collect();
    let unfair = by_class(&table(), &prior, &equal, step).unwrap();
    let ratios: Vec<f64> =
        unfair.iter().map(|c| (c.ratio.unwrap() * 100.0).round() / 100.0).collect();
    assert_eq!(ratios, [0.24, 0.46, 1.36, 1.23, 2.61]);
    let by_cost: Vec<Class> = equal
        .iter()
        .zip(&unfair)
        .map(|(c, f)| Class { weight: f.expected_aid_minor, ..c.clone() })
        .collect();
    for fair in by_class(&table(), &prior, &by_cost, step).unwrap() {
        assert!((fair.ratio.unwrap() - 1.0).abs() < 1e-12, "{fair:?}");
    }
}

#[test]
fn classes_that_cannot_be_compared_are_refused() {
    let prior = AgePrior::xianghubao();
    let bad = [
        vec![class("a", 0..=40, 1.0), class("b", 40..=59, 1.0)],
        vec![class("nobody", 60..=70, 1.0)],
        vec![class("free", 0..=59, 0.0)],
        vec![class("a", 0..=59, -1.0)],
        vec![class("a", 0..=59, f64::NAN)],
        vec![],
    ];
    for classes in bad {
        assert!(by_class(&table(), &prior, &classes, step).is_err(), "{classes:?}");
    }
    let short = Source { name: "short".into(), caveat: String::new() };
    let short = Table::new(short, vec![0.001; 30], vec![0.001; 30]).unwrap();
    assert!(by_class(&short, &prior, &[class("a", 0..=59, 1.0)], step).is_err());
}

#[test]
fn a_class_that_pays_nothing_has_no_ratio() {
    let classes = [class("young", 0..=39, 0.0), class("old", 40..=59, 1.0)];
    let compared = by_class(&table(), &AgePrior::xianghubao(), &classes, step).unwrap();
    assert_eq!(compared[0].ratio, None);
    assert!(compared[1].ratio.unwrap() < 1.0);
}

#[test]
fn variation_and_break_even_are_the_reference_s() {
    let profile = ClaimProfile::new(0.001, &[(0.2, 30_000_000), (0.8, 10_000_000)]).unwrap();
    assert_eq!((profile.moment_ratio() * 1000.0).round(), 1327.0);
    let by_weight = ClaimProfile::new(0.001, &[(2.0, 30_000_000), (8.0, 10_000_000)]).unwrap();
    assert!((by_weight.moment_ratio() - profile.moment_ratio()).abs() < 1e-12);
    let percent = |n| (profile.share_variation(n) * 1000.0).round() / 10.0;
    let found: Vec<f64> = (3..=7).map(|e| percent(10_u64.pow(e))).collect();
    assert_eq!(found, [115.2, 36.4, 11.5, 3.6, 1.2]);
    assert_eq!(profile.break_even_members(0.10), Some(132_654));
    assert_eq!(profile.break_even_members(0.05), Some(530_613));
    for never in [0.0, -0.1, f64::NAN, 1e-300] {
        assert_eq!(profile.break_even_members(never), None, "{never}");
    }
    assert!(profile.share_variation(132_654) <= 0.10 && profile.share_variation(132_653) > 0.10);
}

#[test]
fn a_profile_of_the_table_has_the_table_s_frequency() {
    let prior = AgePrior::xianghubao();
    let whole = ClaimProfile::from_table(&table(), &prior, step, 1.0).unwrap();
    assert!((whole.frequency() - 0.001_963).abs() < 1e-6, "{}", whole.frequency());
    let half = ClaimProfile::from_table(&table(), &prior, step, 0.5).unwrap();
    assert!((half.moment_ratio() - whole.moment_ratio()).abs() < 1e-12);
    assert!(ClaimProfile::from_table(&table(), &prior, |_| 0, 1.0).is_err());
    assert!(ClaimProfile::new(f64::NAN, &[(1.0, 1)]).is_err());
}

proptest! {
    /// Whatever the weights, all classes together pay exactly what all receive.
    #[test]
    fn charges_meet_the_expected_aid(
        weights in proptest::array::uniform3(0.0_f64..10.0),
        border in 20_u8..50,
    ) {
        prop_assume!(weights.iter().sum::<f64>() > 0.01);
        let classes = [
            class("a", 0..=border - 10, weights[0]),
            class("b", border - 9..=border, weights[1]),
            class("c", border + 1..=59, weights[2]),
        ];
        let compared = by_class(&table(), &AgePrior::xianghubao(), &classes, step).unwrap();
        let paid: f64 = compared.iter().map(|c| c.member_fraction * c.pays_minor).sum();
        let aid: f64 = compared.iter().map(|c| c.member_fraction * c.expected_aid_minor).sum();
        prop_assert!((paid / aid - 1.0).abs() < 1e-9);
    }
}
