//! Fear: a share is more than its part, a cap is passed, a payer is asked out of turn, or a
//! reduction takes more than it must. The arithmetic of a period by itself, at its bounds.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use money::{Amount, Rate};
use proptest::prelude::*;
use rules::charter::{Cap, Charter, Deferral, Payer, Sponsor};
use rules::period::{ArithmeticError, Class, Means, Settlement, Terms, settle};
use testkit::charters;

fn minor(amount: i64) -> Amount {
    Amount::from_minor(amount).unwrap()
}

/// A period to be settled.
#[derive(Clone, Debug)]
struct Sum {
    fee: Rate,
    cases: Vec<Amount>,
    classes: Vec<Class>,
    /// Costs that are no case's, then what is there already.
    rest: [i64; 2],
}

impl Sum {
    fn terms(&self) -> Terms {
        let aid_minor = Amount::total(self.cases.iter().copied()).unwrap();
        Terms {
            aid_minor,
            fee_minor: self.fee.floor_of(aid_minor).unwrap(),
            uncollected_in_minor: minor(self.rest[0]),
            carry_in_minor: minor(self.rest[1]),
            ..Terms::default()
        }
    }

    fn weights(&self) -> i128 {
        let weight = |class: &Class| i128::from(class.weight) * i128::from(class.members);
        self.classes.iter().map(weight).sum()
    }

    fn charter(&self, cap: Option<(i64, &[Payer])>) -> Charter {
        let mut charter = charters::village();
        charter.fee.rate = self.fee;
        charter.caps.year = None;
        charter.caps.case = cap
            .map(|(amount, payers)| Cap { amount_minor: minor(amount), payers: payers.to_vec() });
        charter
    }

    /// What the cap keeps from the members, case by case in exact fractions, rounded up.
    fn excess(&self, cap: i64) -> i128 {
        let weights = self.weights();
        let of_case = |aid: &Amount| {
            let cost = aid.wide() + self.fee.floor_of(*aid).unwrap().wide();
            let part = |class: &Class| {
                let owed = i128::from(class.weight) * cost;
                i128::from(class.members) * owed.min(i128::from(cap) * weights)
            };
            cost - self.classes.iter().map(part).sum::<i128>() / weights
        };
        let total = self.terms().total().unwrap().wide();
        self.cases.iter().map(of_case).sum::<i128>().clamp(0, total.max(0))
    }
}

fn sums(rest: i64, carried: i64) -> impl Strategy<Value = Sum> {
    let fee = prop::sample::select(vec![0, 1, 80_000, 100_000, 333_333, 1_000_000]);
    let aid = prop_oneof![1_i64..100, 1_i64..10_000_000, Just(30_000_000_i64)];
    let cases = prop::collection::vec(aid, 0..12);
    let members = prop_oneof![0_u64..5, 1_u64..100_000, 1_u64..100_000_000];
    let class = (1_u32..=1_000_000, members);
    let classes = prop::collection::vec(class, 1..6);
    (fee, cases, classes, 0..=rest, 0..=carried).prop_filter_map(
        "somebody shares",
        |(fee, cases, classes, rest, carried)| {
            let classes: Vec<Class> = classes
                .into_iter()
                .map(|(weight, members)| Class { weight, members, room: None })
                .collect();
            let sum = Sum {
                fee: Rate::from_millionths(fee).unwrap(),
                cases: cases.into_iter().map(minor).collect(),
                classes,
                rest: [rest, carried],
            };
            (sum.weights() > 0).then_some(sum)
        },
    )
}

/// What must hold of every settlement.
fn balanced(sum: &Sum, done: &Settlement) -> Result<(), TestCaseError> {
    let total = sum.terms().total().unwrap();
    let right = total.wide() - done.excess.total().unwrap().wide() + done.carry_out.wide();
    prop_assert_eq!(done.charges.wide(), right, "the money equation");
    let owed = sum.classes.iter().zip(&done.shares);
    let owed: i128 = owed.map(|(c, share)| i128::from(c.members) * share.wide()).sum();
    prop_assert_eq!(done.charges.wide(), owed, "charges are members × shares");
    let parts = [
        done.carry_out,
        done.fee_saved,
        done.excess.reserve_draw_minor,
        done.excess.sponsor_minor,
        done.excess.reduction_minor,
        done.excess.deferred_out_minor,
    ];
    prop_assert!(parts.iter().chain(&done.shares).all(|part| !part.is_negative()));
    let aid = Amount::total(done.aid.iter().copied()).unwrap();
    let cut = sum.terms().aid_minor.minus(aid).unwrap();
    prop_assert_eq!(cut.plus(done.fee_saved), Ok(done.excess.reduction_minor));
    let fee = sum.terms().fee_minor.minus(done.fee_saved).unwrap();
    prop_assert_eq!(fee, sum.fee.floor_of(aid).unwrap(), "the fee is that of the aid paid");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 600,
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn a_share_is_its_exact_part_rounded_up(sum in sums(1_000_000, 2_000_000)) {
        let (charter, terms) = (sum.charter(None), sum.terms());
        let done = settle(&charter, &terms, &sum.cases, &sum.classes, Means::default());
        let done = done.unwrap();
        balanced(&sum, &done)?;
        let total = sum.terms().total().unwrap().wide().max(0);
        for (class, share) in sum.classes.iter().zip(&done.shares) {
            let over = share.wide() * sum.weights() - i128::from(class.weight) * total;
            prop_assert!((0..sum.weights()).contains(&over), "{share:?} of {total}");
        }
        prop_assert_eq!(done.excess.total(), Ok(Amount::ZERO));
        prop_assert_eq!(&done.aid, &sum.cases);
    }

    #[test]
    fn the_cap_of_a_case_is_never_passed(sum in sums(0, 0), cap in 1_i64..3_000) {
        let payers = [Payer::Reduction];
        let charter = sum.charter(Some((cap, &payers)));
        let done = settle(&charter, &sum.terms(), &sum.cases, &sum.classes, Means::default());
        let done = done.unwrap();
        balanced(&sum, &done)?;
        let (weights, limit) = (sum.weights(), i128::from(cap));
        for (class, share) in sum.classes.iter().zip(&done.shares) {
            // Case by case: the smaller of the cap and the exact part, and less than a unit more
            // for what the fee of all is above the fees of each.
            let parts = sum.cases.iter().map(|aid| {
                let cost = aid.wide() + sum.fee.floor_of(*aid).unwrap().wide();
                (i128::from(class.weight) * cost).min(limit * weights)
            });
            let fees: i128 = sum.cases.iter().map(|a| sum.fee.floor_of(*a).unwrap().wide()).sum();
            let stray = sum.terms().fee_minor.wide() - fees;
            if stray == 0 {
                prop_assert!(share.wide() <= limit * sum.cases.len() as i128);
            }
            let exact = parts.sum::<i128>() + i128::from(class.weight) * stray;
            prop_assert!(share.wide() * weights < exact + weights, "{share:?}");
        }
        if sum.excess(cap) == 0 {
            prop_assert_eq!(done.excess.total(), Ok(Amount::ZERO), "no cap binds");
        }
    }

    #[test]
    fn a_reduction_is_the_least_that_suffices_and_pro_rata(
        sum in sums(1_000, 1_000), cap in 1_i64..3_000,
    ) {
        let payers = [Payer::Reduction];
        let charter = sum.charter(Some((cap, &payers)));
        let done = settle(&charter, &sum.terms(), &sum.cases, &sum.classes, Means::default());
        let done = done.unwrap();
        balanced(&sum, &done)?;
        let needed = sum.excess(cap);
        prop_assert!(done.excess.total().unwrap().wide() >= needed, "the excess is paid");
        let aid = sum.terms().aid_minor;
        let paid = Amount::total(done.aid.iter().copied()).unwrap();
        let cut = aid.minus(paid).unwrap();
        let saved = |cut: Amount| {
            let fee = sum.fee.floor_of(aid.minus(cut).unwrap()).unwrap();
            cut.wide() + sum.terms().fee_minor.wide() - fee.wide()
        };
        if cut.is_zero() {
            prop_assert_eq!(needed, 0);
        } else {
            prop_assert!(saved(cut) >= needed);
            prop_assert!(saved(cut.minus(minor(1)).unwrap()) < needed, "a smaller cut suffices");
        }
        for (asked, paid) in sum.cases.iter().zip(&done.aid) {
            let off = asked.minus(*paid).unwrap().wide() * aid.wide() - asked.wide() * cut.wide();
            prop_assert!(off.abs() < aid.wide().max(1), "within a unit of the same factor");
            prop_assert!(!paid.is_negative());
        }
    }

    #[test]
    fn payers_pay_in_the_order_of_the_charter(
        sum in sums(1_000, 1_000), cap in 1_i64..300, reserve in 0_i64..5_000_000,
        guarantee in 0_i64..5_000_000, swapped: bool, ended: bool, by_sponsor: bool,
    ) {
        let first_two = if swapped {
            [Payer::Sponsor, Payer::Reserve]
        } else {
            [Payer::Reserve, Payer::Sponsor]
        };
        let payers = [first_two[0], first_two[1], Payer::Deferral];
        let mut charter = sum.charter(Some((cap, &payers)));
        charter.funds.deferral = Some(Deferral {
            periods_max: 1,
            final_payer: Payer::Reduction,
        });
        charter.funds.sponsor = Some(Sponsor {
            name: "x".to_owned(),
            guarantee_amount_minor: None,
        });
        let means = Means {
            reserve: minor(reserve),
            sponsor: (!by_sponsor).then(|| minor(guarantee)),
            deferral_ended: ended,
        };
        let done = settle(&charter, &sum.terms(), &sum.cases, &sum.classes, means).unwrap();
        balanced(&sum, &done)?;
        let excess = &done.excess;
        let mut left = sum.excess(cap);
        for payer in first_two {
            let (has, paid) = match payer {
                Payer::Reserve => (i128::from(reserve), excess.reserve_draw_minor),
                _ if by_sponsor => (i128::MAX, excess.sponsor_minor),
                _ => (i128::from(guarantee), excess.sponsor_minor),
            };
            prop_assert_eq!(paid.wide(), left.min(has), "{:?}", payer);
            left -= paid.wide();
        }
        if ended {
            prop_assert!(excess.reduction_minor.wide() + excess.deferred_out_minor.wide() >= left);
            prop_assert!(left > 0 || excess.reduction_minor.is_zero());
            prop_assert!(excess.deferred_out_minor.is_zero(), "nothing is deferred any more");
        } else {
            prop_assert_eq!(excess.deferred_out_minor.wide(), left);
            prop_assert!(excess.reduction_minor.is_zero());
        }
    }

    #[test]
    fn nobody_is_charged_beyond_the_room_of_the_year(
        sum in sums(1_000_000, 1_000), room in 0_i64..3_000, capped: bool, reduced: bool,
    ) {
        let mut sum = sum;
        for class in &mut sum.classes {
            class.room = Some(minor(room));
        }
        let payers = [if reduced { Payer::Reduction } else { Payer::Sponsor }];
        let mut charter = sum.charter(None);
        charter.caps.year = capped.then(|| Cap {
            amount_minor: minor(room.max(1)),
            payers: payers.to_vec(),
        });
        let means = Means { sponsor: None, ..Means::default() };
        let done = settle(&charter, &sum.terms(), &sum.cases, &sum.classes, means).unwrap();
        balanced(&sum, &done)?;
        prop_assert!(done.shares.iter().all(|share| share.minor() <= room));
    }

    #[test]
    fn any_numbers_end_in_a_settlement_or_an_error(
        amounts in prop::array::uniform8(0_i64..=9_007_199_254_740_991),
        cases in prop::collection::vec(0_i64..=9_007_199_254_740_991, 0..4),
        classes in prop::collection::vec((any::<u32>(), any::<u64>(), any::<bool>()), 0..4),
        cap in 1_i64..=9_007_199_254_740_991,
    ) {
        let [a, b, c, d, e, f, g, h] = amounts.map(minor);
        let aid_minor = Amount::total(cases.iter().copied().map(minor)).unwrap_or(a);
        let terms = Terms {
            aid_minor,
            fee_minor: b,
            reserve_load_minor: c,
            refunds_minor: d,
            uncollected_in_minor: e,
            deferred_in_minor: f,
            recovered_minor: g,
            carry_in_minor: h,
        };
        let classes: Vec<Class> = classes
            .into_iter()
            .map(|(weight, members, room)| Class {
                weight,
                members,
                room: room.then_some(a),
            })
            .collect();
        let cases: Vec<Amount> = cases.into_iter().map(minor).collect();
        let mut charter = charters::village();
        charter.caps.case.as_mut().unwrap().amount_minor = minor(cap);
        let _ = settle(&charter, &terms, &cases, &classes, Means::default());
    }
}

#[test]
fn nobody_to_share_a_cost_is_an_error() {
    let charter = charters::village();
    let cost = Terms { refunds_minor: minor(1), ..Terms::default() };
    let nobody = [Class { weight: 3, members: 0, room: None }];
    for classes in [&nobody[..], &[]] {
        let result = settle(&charter, &cost, &[], classes, Means::default());
        assert_eq!(result, Err(ArithmeticError::Nobody));
        let free = settle(&charter, &Terms::default(), &[], classes, Means::default());
        assert_eq!(free.unwrap().charges, Amount::ZERO);
    }
}
