//! Fear: members who had left before a publicity day are counted among its sharers, so that
//! everybody's share looks smaller than it is, and the reader of public entries believes it.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use audit::{Kind, Walk};
use serde_json::{Value, json};
use testkit::{World, charters};

#[test]
fn a_count_above_those_who_were_there_is_named() {
    let mut world = World::found(3, &charters::village());
    world.enrol_people(0..50, "1990-05".parse().unwrap()).unwrap();
    world.pass(60);
    world.publish_period(0).unwrap();
    // The last period is the one whose publicity day is still to come.
    let open = world.state().periods().len() as u32 - 1;
    (1..open).for_each(|period| drop(world.publish_period(period).unwrap()));
    world.leave_batch(&(0..20).collect::<Vec<u32>>()).unwrap();
    let due = world.state().period(open).unwrap().publicity;
    world.go_to(due);
    world.publish_period(open).unwrap();
    let walk = |log: &[Vec<u8>]| {
        let mut walk = Walk::default();
        log.iter().zip(0..).for_each(|(entry, index)| walk.entry(index, entry));
        walk.finish(true).difference
    };
    assert_eq!(walk(world.log()), None);
    let place = world.log().iter().rposition(|entry| {
        std::str::from_utf8(entry).unwrap().contains("finding.period.published")
    });
    let place = place.unwrap();
    let told = |sharers: u64| {
        let mut log = world.log().to_vec();
        let mut entry: Value = serde_json::from_slice(&log[place]).unwrap();
        assert_eq!(entry["command"]["sharers"], 30);
        entry["command"]["sharers"] = json!(sharers);
        log[place] = entry.to_string().into_bytes();
        walk(&log)
    };
    assert_eq!(told(30), None);
    for more in [31, 49, 50] {
        let found = told(more).unwrap();
        assert_eq!((found.kind, found.entry), (Kind::InflatedCount, Some(place as u64)), "{more}");
    }
}
