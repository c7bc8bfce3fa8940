//! Fear: introductions become a trade, thanks are invented, or ties between members change a price.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use proof::Digest;
use rules::State;
use rules::charter::Role;
use rules::command::{Do, TrustCommand};
use testkit::{World, charters, refused};

const TEXT: Digest = Digest([7; 32]);

fn world() -> World {
    let mut charter = charters::village();
    charter.introductions.kept = true;
    let mut world = World::found(8, &charter);
    world.enrol_people(1..20, "1990-05".parse().unwrap()).unwrap();
    world
}

/// A published case of member 3.
fn bring(world: &mut World) -> u32 {
    world.pass(40);
    world.bring_case(3, world.day(), 10_000).unwrap()
}

fn introduce(member: u32, introducer: u32) -> Do {
    Do::Trust(TrustCommand::NameIntroducer { member, introducer })
}

fn thank(case: u32) -> Do {
    Do::Trust(TrustCommand::GiveThanks { case, card: TEXT })
}

fn join(circle: &str) -> Do {
    Do::Trust(TrustCommand::JoinCircle { circle: circle.to_owned() })
}

#[test]
fn an_introduction_is_said_once_by_the_one_who_was_introduced() {
    let mut world = world();
    assert_eq!(refused(world.send_by(2, introduce(5, 2))), "E-MEMBER-OTHER");
    assert_eq!(refused(world.send(introduce(5, 5))), "E-INTRODUCTION-ORDER");
    assert_eq!(refused(world.send(introduce(5, 6))), "E-INTRODUCTION-ORDER");
    assert_eq!(refused(world.send(introduce(5, 99))), "E-MEMBER-UNKNOWN");
    world.send_by(5, introduce(5, 2)).unwrap();
    assert_eq!(refused(world.send_by(5, introduce(5, 3))), "E-INTRODUCTION-TWICE");
    assert_eq!(world.state().bond(5).unwrap().introducer, Some(2));
}

#[test]
fn a_charter_that_rewards_recruiting_or_keeps_nothing_is_held_to_it() {
    let mut charter = charters::village();
    charter.introductions.rewarded_depth = 1;
    assert_eq!(charter.check().errors[0].code, "E-CHARTER-INTRODUCTIONS");
    charter.introductions.rewarded_depth = 0;
    charter.introductions.kept = false;
    let mut world = World::found(8, &charter);
    world.enrol_people(1..4, "1990-05".parse().unwrap()).unwrap();
    assert_eq!(refused(world.send(introduce(1, 0))), "E-INTRODUCTION-KEPT");
}

#[test]
fn only_the_one_who_was_helped_thanks_and_takes_it_back() {
    let mut world = world();
    let case = bring(&mut world);
    assert_eq!(refused(world.send_by(3, thank(case))), "E-THANKS-EARLY");
    world.publish_and_close(0).unwrap();
    world.collect(0, &[]).unwrap();
    world.pay_all(0).unwrap();
    assert_eq!(refused(world.send_as(Role::Operator, thank(case))), "E-ROLE");
    assert_eq!(refused(world.send_by(4, thank(case))), "E-MEMBER-OTHER");
    world.send_by(3, thank(case)).unwrap();
    assert_eq!(refused(world.send_by(3, thank(case))), "E-THANKS-TWICE");
    let read = State::from_bytes(&world.state().to_bytes()).unwrap();
    assert_eq!(read.bond(3).unwrap().thanks, [(case, TEXT)]);
    assert_eq!(read.digest(), world.state().digest());
    let revoke = Do::Trust(TrustCommand::RevokeThanks { case });
    assert_eq!(refused(world.send_by(4, revoke.clone())), "E-MEMBER-OTHER");
    world.send_by(3, revoke.clone()).unwrap();
    assert!(world.state().bond(3).unwrap().thanks.is_empty());
    assert_eq!(refused(world.send_by(3, revoke)), "E-THANKS-UNKNOWN");
}

#[test]
fn a_member_joins_circles_for_themselves_and_few_of_them() {
    let mut world = world();
    assert_eq!(refused(world.send_as(Role::Registrar, join("village"))), "E-ROLE");
    for name in ["", "two words", "line\nbreak", &"x".repeat(41)] {
        assert_eq!(refused(world.send_by(3, join(name))), "E-CIRCLE-NAME", "{name:?}");
    }
    for name in ["村", "b", "c", "d", "e", "f", "g", "h"] {
        world.send_by(3, join(name)).unwrap();
    }
    assert_eq!(refused(world.send_by(3, join("村"))), "E-CIRCLE-TWICE");
    assert_eq!(refused(world.send_by(3, join("i"))), "E-CIRCLE-MANY");
    let leave = Do::Trust(TrustCommand::LeaveCircle { circle: "村".to_owned() });
    world.send_by(3, leave.clone()).unwrap();
    assert_eq!(refused(world.send_by(3, leave)), "E-CIRCLE-UNKNOWN");
    world.send_by(3, join("i")).unwrap();
}

#[test]
fn nothing_of_it_changes_a_price() {
    let close = |tied: bool| {
        let mut world = world();
        if tied {
            world.send_by(5, introduce(5, 2)).unwrap();
            world.send_by(5, join("village")).unwrap();
            world.send_by(2, join("village")).unwrap();
        }
        bring(&mut world);
        world.publish_and_close(0).unwrap()
    };
    assert_eq!(close(true), close(false));
}
