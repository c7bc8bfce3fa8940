//! Fear: a household has two payers or a loop, a payer leaves children behind, the wrong one of a
//! family is charged first.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rules::finding::{Finding, MemberFinding};
use rules::member::EnrolRow;
use rules::roll::{HOUSEHOLD_MAX, Standing};
use testkit::{World, charters, person, refused};

/// Ten members; 0 pays for 4 and 2, attached in that order.
fn family() -> World {
    let mut world = World::found(61, &charters::guild());
    world.enrol_people(0..10, "1990-05".parse().unwrap()).unwrap();
    world.attach(4, 0).unwrap();
    world.attach(2, 0).unwrap();
    world
}

fn household(world: &World, member: u32) -> Vec<u32> {
    world.state().roll().household(member).collect()
}

#[test]
fn charges_are_in_order_of_payer_and_then_joining() {
    let mut world = family();
    assert_eq!(household(&world, 0), [0, 2, 4]);
    assert_eq!(household(&world, 4), [0, 2, 4]);
    world.enrol_dependant(100, "2019-05".parse().unwrap(), 0).unwrap();
    assert_eq!(household(&world, 2), [0, 2, 4, 10]);
    // Whoever has no dependants left can be one.
    world.attach(6, 5).unwrap();
    world.leave(6).unwrap();
    world.attach(5, 3).unwrap();
    assert_eq!(household(&world, 5), [3, 5]);
    assert_eq!(household(&world, 6), [6]);
    world.detach(4).unwrap();
    assert_eq!(household(&world, 0), [0, 2, 10]);
    assert_eq!(household(&world, 4), [4]);
    assert_eq!(world.state().roll().get(10).unwrap().payer, Some(0));
    assert_eq!(world.state().roll().get(4).unwrap().payer, None);
}

#[test]
fn a_household_has_one_payer_and_no_loop() {
    let mut world = family();
    for (member, payer, code) in [
        (3, 3, "E-HOUSEHOLD-LOOP"),
        (0, 3, "E-HOUSEHOLD-LOOP"),
        (3, 4, "E-HOUSEHOLD-LOOP"),
        (4, 3, "E-HOUSEHOLD-PAYER"),
        (4, 0, "E-HOUSEHOLD-PAYER"),
        (99, 0, "E-MEMBER-UNKNOWN"),
        (3, 99, "E-MEMBER-UNKNOWN"),
    ] {
        assert_eq!(refused(world.attach(member, payer)), code, "{member} by {payer}");
    }
    assert_eq!(refused(world.detach(0)), "E-HOUSEHOLD-PAYER");
    assert_eq!(refused(world.detach(5)), "E-HOUSEHOLD-PAYER");
    world.leave(5).unwrap();
    assert_eq!(refused(world.attach(5, 0)), "E-MEMBER-OVER");
    assert_eq!(refused(world.attach(6, 5)), "E-MEMBER-OVER");
    for number in 200..200 + HOUSEHOLD_MAX as u64 - 3 {
        world.enrol_dependant(number, "2019-05".parse().unwrap(), 0).unwrap();
    }
    assert_eq!(refused(world.attach(6, 0)), "E-HOUSEHOLD-FULL");
}

#[test]
fn a_payer_leaves_after_the_dependants_or_with_them() {
    let mut world = family();
    assert_eq!(refused(world.leave(0)), "E-HOUSEHOLD-DEPENDANTS");
    assert_eq!(refused(world.leave_batch(&[0, 2, 4])), "E-HOUSEHOLD-DEPENDANTS");
    assert_eq!(refused(world.leave_batch(&[2, 0])), "E-HOUSEHOLD-DEPENDANTS");
    world.leave(2).unwrap();
    assert_eq!(refused(world.leave(0)), "E-HOUSEHOLD-DEPENDANTS");
    world.leave_batch(&[4, 0]).unwrap();
    let mut charter = charters::guild();
    charter.exit.dependants_first = false;
    let mut world = World::found(62, &charter);
    world.enrol_people(0..3, "1990-05".parse().unwrap()).unwrap();
    world.attach(1, 0).unwrap();
    world.leave(0).unwrap();
    assert_eq!(world.state().roll().get(1).unwrap().payer, None, "pays alone from now on");
}

#[test]
fn a_payer_who_dies_leaves_members_who_pay_alone() {
    let mut world = family();
    world.pass(10);
    let today = world.day();
    assert_eq!(refused(world.died(0, today.plus_days(1))), "E-MEMBER-DAY");
    assert_eq!(refused(world.died(0, today.plus_days(-11))), "E-MEMBER-DAY");
    let died = world.died(0, today.plus_days(-2)).unwrap();
    assert_eq!(died, [Finding::Member(MemberFinding::Died { member: 0, detached: 2 })]);
    let dead = world.state().roll().get(0).unwrap();
    assert_eq!((dead.standing, dead.ended), (Standing::Deceased, Some(today.plus_days(-2))));
    assert_eq!(household(&world, 2), [2]);
    assert_eq!(refused(world.died(0, today)), "E-MEMBER-OVER");
    // An illness found before the death can still be claimed by the family.
    world.pass(30);
    world.file(0, today.plus_days(-3)).unwrap();
}

#[test]
fn nobody_of_a_household_is_charged_before_the_payer() {
    let mut world = family();
    world.pass(25);
    let day = world.day();
    world.bring_case(9, day, 10_000).unwrap();
    world.publish_and_close(0).unwrap();
    for failed in [&[0][..], &[2], &[0, 2], &[0, 4]] {
        assert_eq!(refused(world.collect(0, failed)), "E-COLLECT-LIST", "{failed:?}");
    }
    world.collect(0, &[2, 4, 7]).unwrap();
    world.pass(1);
    assert_eq!(refused(world.retry(0, &[4])), "E-COLLECT-LIST", "2 comes first");
    world.retry(0, &[2]).unwrap();
    world.retry(0, &[4, 7]).unwrap();
}

#[test]
fn a_batch_brings_whole_families_or_nobody() {
    let mut world = family();
    let row = |number, payer| EnrolRow {
        birth: "1990-05".parse().unwrap(),
        identity: person(number),
        assisted: false,
        payer,
    };
    let first = world.state().roll().len();
    for (rows, code) in [
        (vec![row(50, Some(first))], "E-HOUSEHOLD-LOOP"),
        (vec![row(50, Some(first + 1))], "E-HOUSEHOLD-LOOP"),
        (vec![row(50, Some(2))], "E-HOUSEHOLD-LOOP"),
        (vec![row(50, Some(0)), row(51, Some(first))], "E-HOUSEHOLD-LOOP"),
    ] {
        assert_eq!(refused(world.enrol_batch(&rows)), code, "{rows:?}");
        assert_eq!(world.state().roll().len(), first);
    }
    let many: Vec<EnrolRow> = (0..=HOUSEHOLD_MAX as u64)
        .map(|number| row(100 + number, (number > 0).then_some(first)))
        .collect();
    assert_eq!(refused(world.enrol_batch(&many)), "E-HOUSEHOLD-FULL");
    // A child may stand before its parent, and join a family that is there.
    let rows =
        [row(50, Some(first + 1)), row(51, None), row(52, Some(0)), row(53, Some(first + 1))];
    world.enrol_batch(&rows).unwrap();
    assert_eq!(household(&world, first), [first + 1, first, first + 3]);
    assert_eq!(household(&world, 0), [0, 2, 4, first + 2]);
    // The stored form keeps families.
    let stored = rules::State::from_bytes(&world.state().to_bytes()).unwrap();
    assert_eq!(stored.roll().household(0).collect::<Vec<_>>(), household(&world, 0));
    assert_eq!(stored.digest(), world.state().digest());
}
