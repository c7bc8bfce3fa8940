//! Fear: the machine's clock is set back and entries stand before those that were there first.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod fixture;

use fixture::{CHARTER, Signer, charter, enrol, entries, found, noon, open, submit_one};
use ledger::disk::simulated::SimulatedDisk;
use node::{PlanTime, ScriptedClock};
use rules::day::Day;
use rules::entry::Entry;

fn orders(solo: &node::Solo) -> Vec<(i64, Day)> {
    let order = |entry: Vec<u8>| match Entry::parse(&entry).unwrap() {
        Entry::Command(order, _) | Entry::Finding(order, _) => (order.at, order.day),
    };
    entries(solo).into_iter().map(order).collect()
}

#[test]
fn order_never_decreases() {
    let (disk, clock) = (SimulatedDisk::new(), ScriptedClock::default());
    let mut solo = open(&disk, &clock).unwrap();
    let mut signer = Signer::default();
    let start = noon("2019-01-02");
    clock.set(start);
    submit_one(&mut solo, &signer.sign(found(charter(CHARTER), "2019-05-07")));
    let times = [start + 5, start - 1, 0, -1, i64::MIN, start + 86_400_000, start + 6];
    for (number, at) in (1..).zip(times) {
        clock.set(at);
        submit_one(&mut solo, &signer.sign(enrol(number)));
        if number == 4 {
            drop(solo);
            solo = open(&disk, &clock).unwrap();
        }
    }
    let orders = orders(&solo);
    assert!(orders.is_sorted_by_key(|(at, _)| *at) && orders.is_sorted_by_key(|(_, day)| *day));
    assert_eq!(orders.last().unwrap(), &(start + 86_400_000, "2019-01-03".parse().unwrap()));
}

#[test]
fn the_day_is_kept_where_a_zone_goes_back_over_midnight() {
    // Until 2011 clocks in Newfoundland went back at 00:01, to 23:01 of the day before.
    let newfoundland = PlanTime::new("America/St_Johns").unwrap();
    // Half a minute past midnight, which is twelve hours, 59 minutes and 30 seconds before noon.
    let sunday = newfoundland.noon("2006-10-29".parse().unwrap()).unwrap() - 46_770_000;
    assert_eq!(newfoundland.order(sunday).unwrap().day.to_string(), "2006-10-29");
    assert_eq!(newfoundland.order(sunday + 60_000).unwrap().day.to_string(), "2006-10-28");
    let (disk, clock) = (SimulatedDisk::new(), ScriptedClock::default());
    let mut solo = open(&disk, &clock).unwrap();
    let mut signer = Signer::default();
    clock.set(sunday);
    let charter = charter(&CHARTER.replace("Asia/Shanghai", "America/St_Johns"));
    submit_one(&mut solo, &signer.sign(found(charter, "2006-11-07")));
    clock.set(sunday + 60_000);
    submit_one(&mut solo, &signer.sign(enrol(1)));
    let orders = orders(&solo);
    assert_eq!(orders.last().unwrap(), &(sunday + 60_000, "2006-10-29".parse().unwrap()));
}
