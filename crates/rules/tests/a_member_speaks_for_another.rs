//! Fear: somebody acts in the name of a member who did not ask for it, or a lost key goes on
//! acting.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rules::State;
use rules::case::Status;
use rules::charter::{Cause, Role};
use rules::command::{CaseCommand, Do, MemberCommand, RoleCommand};
use rules::finding::{Finding, RoleFinding};
use rules::key::Key;
use rules::roll::Standing;
use testkit::{Keys, World, charters, refused};

fn world() -> World {
    let mut world = World::found(11, &charters::village());
    world.enrol_people(1..4, "1990-05".parse().unwrap()).unwrap();
    world
}

fn leave(member: u32) -> Do {
    Do::Member(MemberCommand::Leave { member, amendment: None })
}

fn bind(member: u32, key: Key) -> Do {
    Do::Member(MemberCommand::Key { member, key })
}

#[test]
fn a_member_leaves_by_the_own_key_and_nobody_else_s() {
    let mut world = world();
    world.send_by(1, bind(1, Keys::name(&world.keys().of_member(1)))).unwrap_err();
    assert_eq!(refused(world.send_by(1, leave(2))), "E-MEMBER-OTHER");
    assert_eq!(world.state().roll().get(2).unwrap().standing, Standing::Active);
    world.send_by(1, leave(1)).unwrap();
    assert_ne!(world.state().roll().get(1).unwrap().standing, Standing::Active);
    let nobody = world.keys().of_member(2);
    let command = world.command(&nobody, leave(2));
    assert_eq!(refused(world.offer(&nobody, command)), "E-ROLE", "the key is not on record");
}

#[test]
fn only_the_registrar_binds_a_fresh_full_key_to_an_active_member() {
    let mut world = world();
    let fresh = Keys::name(&world.keys().of_member(7));
    assert_eq!(refused(world.send_as(Role::Operator, bind(0, fresh))), "E-ROLE");
    assert_eq!(refused(world.send(bind(9, fresh))), "E-MEMBER-UNKNOWN");
    assert_eq!(refused(world.send(bind(0, Key([0; 32])))), "E-KEY-WEAK");
    let staff = Keys::name(world.keys().of(Role::Treasurer));
    assert_eq!(refused(world.send(bind(0, staff))), "E-KEY-TAKEN");
    world.send(bind(0, fresh)).unwrap();
    assert_eq!(refused(world.send(bind(1, fresh))), "E-KEY-TAKEN");
    world.send(leave(2)).unwrap();
    let other = Keys::name(&world.keys().of_member(8));
    assert_eq!(refused(world.send(bind(2, other))), "E-MEMBER-OVER");
    assert_eq!(world.state().key_of_member(0), Some(fresh));
    assert_eq!(world.state().member_of_key(&fresh), Some(0));
}

#[test]
fn a_key_that_was_replaced_acts_no_longer_and_never_again() {
    let mut world = world();
    let (old, new) = (world.keys().of_member(7), world.keys().of_member(8));
    world.send(bind(0, Keys::name(&old))).unwrap();
    let command = world.command(&old, bind(0, Keys::name(&new)));
    world.offer(&old, command).unwrap();
    let command = world.command(&old, leave(0));
    assert_eq!(refused(world.offer(&old, command)), "E-ROLE");
    assert_eq!(refused(world.send(bind(1, Keys::name(&old)))), "E-KEY-TAKEN");
    // A state that was stored and read knows the same.
    let read = State::from_bytes(&world.state().to_bytes()).unwrap();
    assert_eq!(read.digest(), world.state().digest());
    assert_eq!(read.key_of_member(0), Some(Keys::name(&new)));
    assert_eq!(read.member_of_key(&Keys::name(&old)), None);
    let command = world.command(&new, leave(0));
    world.offer(&new, command).unwrap();
}

#[test]
fn the_registrar_alone_takes_nobodys_key_over() {
    let mut world = world();
    let (own, other) = (world.keys().of_member(0), world.keys().of_member(70));
    world.send_by(0, leave(7)).unwrap_err();
    let entry = world.state().entries();
    let held = world.send(bind(0, Keys::name(&other))).unwrap();
    assert!(matches!(held[..], [Finding::Role(RoleFinding::Held { .. })]), "{held:?}");
    assert_eq!(world.state().key_of_member(0), Some(Keys::name(&own)), "it waits");
    let second = || Do::Role(RoleCommand::Second { entry });
    assert_eq!(refused(world.send_as(Role::Registrar, second())), "E-HELD-SELF");
    assert_eq!(refused(world.send_as(Role::Reviewer, second())), "E-ROLE");
    // Another member cannot even ask.
    let third = Keys::name(&world.keys().of_member(71));
    assert_eq!(refused(world.send_by(1, bind(0, third))), "E-MEMBER-OTHER");
    // Whoever has lost the key gets another by two keys of the staff.
    world.send_as(Role::Custodian, second()).unwrap();
    assert_eq!(world.state().key_of_member(0), Some(Keys::name(&other)));
}

#[test]
fn a_case_is_the_applicants_own() {
    let mut world = World::found(5, &charters::village());
    world.enrol_people(0..3, "1990-05".parse().unwrap()).unwrap();
    world.pass(40);
    let diagnosed = world.day().plus_days(-1);
    let file = |member| {
        Do::Case(CaseCommand::File {
            member,
            cause: Cause::Illness,
            severity: "severe".to_owned(),
            diagnosed,
            asked_minor: money::Amount::from_minor(10_000).unwrap(),
            evidence: vec![proof::sha256(b"first")],
        })
    };
    let more = |text: &[u8]| {
        Do::Case(CaseCommand::Evidence { case: 0, documents: vec![proof::sha256(text)] })
    };
    assert_eq!(refused(world.send_by(0, file(1))), "E-MEMBER-OTHER");
    world.send_by(1, file(1)).unwrap();
    assert_eq!(refused(world.send_by(0, more(b"second"))), "E-MEMBER-OTHER");
    world.send_by(1, more(b"second")).unwrap();
    assert_eq!(refused(world.send_by(1, more(b"first"))), "E-CASE-FORM", "it is there already");
    let unknown = Do::Case(CaseCommand::Withdraw { case: 7 });
    assert_eq!(refused(world.send_by(1, unknown)), "E-CASE-UNKNOWN");
    let withdraw = Do::Case(CaseCommand::Withdraw { case: 0 });
    assert_eq!(refused(world.send_by(0, withdraw.clone())), "E-MEMBER-OTHER");
    world.send_by(1, withdraw).unwrap();
    assert_eq!(refused(world.send_by(1, more(b"third"))), "E-CASE-STATE");
    let case = world.state().case(0).unwrap();
    assert_eq!(case.evidence, [proof::sha256(b"first"), proof::sha256(b"second")]);
    assert_eq!(case.day_of(Status::Withdrawn), Some(world.day()));
}
