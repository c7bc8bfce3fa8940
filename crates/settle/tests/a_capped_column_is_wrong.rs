//! Fear: under a yearly cap the column charges somebody by the row of another period of joining, by
//! the neighbour's month of birth, or otherwise than the rules do.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use money::Amount;
use rules::charter::{Cap, Charter, Payer, Sponsor};
use rules::day::Month;
use rules::member::EnrolRow;
use settle::{Charges, Columns};
use testkit::{World, charters, person};

/// Members of one wave: several tiles, and not a whole number of them.
const WAVE: u64 = 1_700;

/// So many bands of age, each dearer than the one before; a sponsor pays what a cap of the year
/// keeps from the members.
fn charter(bands: i32, cap: i64) -> Charter {
    let mut charter = charters::guild();
    charter.waiting.days = 0;
    charter.benefits.iter_mut().for_each(|benefit| benefit.amount_minor = Amount::MAX);
    let amount_minor = Amount::from_minor(cap).unwrap();
    charter.caps.year = Some(Cap { amount_minor, payers: vec![Payer::Sponsor] });
    charter.funds.sponsor =
        Some(Sponsor { name: "county".to_owned(), guarantee_amount_minor: None });
    let last = |band: i32| band * 60 / bands - 1;
    let weighed: Vec<(i32, u32)> = (1..=bands).map(|b| (last(b), 5 + b as u32)).collect();
    charters::band(&mut charter, &weighed);
    charter
}

/// Four periods that cost much, a new wave of members before each, and a few who leave.
fn world(bands: i32, cap: i64, aid: i64) -> World {
    let mut world = World::found(17, &charter(bands, cap));
    for period in 0..4_u32 {
        let row = |number: u64| EnrolRow {
            birth: Month::from_index(730 + (number * 7_919 % 700) as u16).unwrap(),
            identity: person(u64::from(period) * WAVE + number),
            assisted: false,
            payer: None,
        };
        // The last waves are small: several of them share one tile.
        let wave = if period < 2 { WAVE } else { 100 };
        world.enrol_batch(&Vec::from_iter((0..wave).map(row))).unwrap();
        world.leave_batch(&[period * 5 + 1, period * 5 + 3]).unwrap();
        world.pass(2);
        let day = world.day();
        world.bring_case(period * 5, day, aid).unwrap();
        world.publish_and_close(period).unwrap();
        world.collect(period, &[]).unwrap();
    }
    world
}

/// Compares every column with the rules; gives how many members the cap left with less.
fn compare(world: &World) -> u64 {
    let state = world.state();
    let mut capped = 0;
    for period in 0..4 {
        let columns = Columns::of(state, period).unwrap();
        for member in 0..state.roll().len() {
            let row = state.roll().get(member).unwrap();
            let charge = state.share_of(&row, period).minor();
            let minor = columns.charges().minor(member).unwrap();
            assert_eq!(minor as i64, charge, "member {member}, period {period}");
            let class = state.class_in(&row, period);
            let asked = class.map(|class| state.period(period).unwrap().shares[class].minor());
            capped += u64::from(asked.is_some_and(|asked| charge < asked));
        }
    }
    capped
}

#[test]
fn every_member_is_charged_as_the_rules_do_in_few_spans_and_in_a_table() {
    for (bands, cap, aid) in [(1, 900, 900_000), (4, 900, 900_000), (30, 900, 900_000)] {
        let capped = compare(&world(bands, cap, aid));
        assert!(capped > 1_000, "{bands} bands: the cap bound {capped} times");
    }
    let wide = world(4, 200_000, 300_000_000);
    assert!(matches!(Columns::of(wide.state(), 0).unwrap().charges(), Charges::Middle(_)));
    assert!(compare(&wide) > 1_000);
}

#[test]
fn a_column_of_bytes_is_the_column() {
    for (cap, aid, width) in [(900, 900_000, 2), (200_000, 300_000_000, 4)] {
        let world = world(4, cap, aid);
        let columns = Columns::of(world.state(), 3).unwrap();
        let mut bytes = Vec::new();
        columns.charges().write_to(&mut bytes).unwrap();
        assert_eq!(bytes.len(), columns.charges().len() * width);
        for (member, bytes) in (0..).zip(bytes.chunks(width)) {
            let charge = bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
            assert_eq!(columns.charges().minor(member), Some(charge), "member {member}");
        }
    }
}
