//! Fear: a seal announces another count or another sum than the period was closed with, or a second
//! seal replaces the first.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use money::Amount;
use proof::Digest;
use rules::charter::Role;
use rules::command::{Do, PeriodCommand};
use rules::finding::{Finding, PeriodFinding};
use testkit::{World, charters, refused};

const ROOT: Digest = Digest([0xab; 32]);

fn closed() -> World {
    let mut world = World::found(5, &charters::village());
    world.enrol_people(0..20, "1985-03".parse().unwrap()).unwrap();
    world.pass(120);
    let day = world.day();
    world.bring_case(3, day, 10_000).unwrap();
    let period = world.state().open_period();
    (0..period).for_each(|period| drop(world.publish_and_close(period)));
    world.publish_and_close(period).unwrap();
    world
}

fn seal(period: u32, sharers: u64, charges: i64) -> Do {
    let charges_minor = Amount::from_minor(charges).unwrap();
    Do::Period(PeriodCommand::Seal { period, root: ROOT, sharers, charges_minor })
}

#[test]
fn only_the_count_and_the_sum_of_the_closing_are_sealed_and_once() {
    let mut world = closed();
    let number = world.state().open_period() - 1;
    let period = world.state().period(number).unwrap().clone();
    let (sharers, charges) = (period.sharers.iter().sum::<u64>(), period.charges.minor());
    assert!(sharers > 0 && charges > 0);
    let before = world.state().digest();
    for (count, sum) in
        [(sharers - 1, charges), (sharers + 1, charges), (sharers, charges - 1), (0, 0)]
    {
        assert_eq!(refused(world.send(seal(number, count, sum))), "E-SEAL-DIFFERS");
    }
    assert_eq!(world.state().digest(), before, "a refusal left a trace");
    // That of somebody whose duty it is not stays on record.
    assert_eq!(refused(world.send_as(Role::Custodian, seal(number, sharers, charges))), "E-ROLE");
    assert_eq!(world.state().period(number).unwrap().sealed, None);
    let sealed = world.send(seal(number, sharers, charges)).unwrap();
    let charges_minor = period.charges;
    assert_eq!(
        sealed,
        [Finding::Period(PeriodFinding::Sealed {
            period: number,
            root: ROOT,
            sharers,
            charges_minor
        })]
    );
    assert_eq!(world.state().period(number).unwrap().sealed, Some(ROOT));
    assert_eq!(refused(world.send(seal(number, sharers, charges))), "E-PERIOD-STATE");
}

#[test]
fn what_is_not_closed_is_not_sealed() {
    let mut world = closed();
    let open = world.state().open_period();
    assert_eq!(refused(world.send(seal(open, 20, 0))), "E-PERIOD-STATE");
    assert_eq!(refused(world.send(seal(99, 20, 0))), "E-PERIOD-STATE");
}

#[test]
fn a_seal_may_come_after_everything_else_of_its_period() {
    let mut world = closed();
    let number = world.state().open_period() - 1;
    (0..number).for_each(|period| drop(world.finish(period)));
    world.collect(number, &[]).unwrap();
    world.seal(number).unwrap();
    assert!(world.state().period(number).unwrap().sealed.is_some());
}
