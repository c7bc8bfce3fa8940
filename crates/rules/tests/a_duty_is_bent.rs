//! Fear: somebody fills two separated duties, one after the other or under a new key; a revoked key
//! goes on acting; one key does what the charter gives to two; or an attempt leaves no trace.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rules::Refusal;
use rules::charter::{Charter, FourEyes, Role};
use rules::command::{CaseCommand, Do, MemberCommand, PayoutCommand, RoleCommand};
use rules::finding::{Finding, RoleFinding};
use rules::key::Key;
use testkit::{Keys, SigningKey, World, charters, refused, replay};

fn world_of(charter: &Charter) -> World {
    let mut world = World::found(5, charter);
    world.enrol_people(0..20, "1990-05".parse().unwrap()).unwrap();
    world
}

fn world() -> World {
    world_of(&charters::village())
}

/// A key that nobody has used: the next person's.
fn fresh(world: &World, number: u32) -> SigningKey {
    world.keys().of_member(1_000 + number)
}

fn appoint(role: Role, key: Key) -> Do {
    Do::Role(RoleCommand::Appoint { role, key })
}

fn revoke(key: Key) -> Do {
    Do::Role(RoleCommand::Revoke { key })
}

/// Sends a command under any key.
fn by(world: &mut World, key: &SigningKey, body: Do) -> Result<Vec<Finding>, Refusal> {
    let command = world.command(key, body);
    world.offer(key, command).map(|(_, findings)| findings)
}

/// The entry of a command that is held now.
fn held(findings: &[Finding]) -> u64 {
    match findings {
        [Finding::Role(RoleFinding::Held { entry, .. })] => *entry,
        other => panic!("nothing is held: {other:?}"),
    }
}

/// The operator asks and the custodian seconds.
fn change(world: &mut World, body: Do) -> Result<Vec<Finding>, Refusal> {
    let entry = held(&world.send_as(Role::Operator, body)?);
    world.send_as(Role::Custodian, Do::Role(RoleCommand::Second { entry }))
}

/// The attempts that stand in the log.
fn attempts(world: &World) -> Vec<String> {
    let text = world.log().iter().map(|entry| String::from_utf8(entry.clone()).unwrap());
    let attempts = text.filter(|entry| entry.contains("\"finding.attempt.refused\""));
    attempts
        .map(|entry| entry.split("\"code\":\"").nth(1).unwrap().split('"').next().unwrap().into())
        .collect()
}

#[test]
fn a_key_changes_hands_only_by_two_keys_of_two_roles() {
    let mut world = world();
    let new = fresh(&world, 0);
    let name = Keys::name(&new);
    let body = || appoint(Role::Reviewer, name);
    for role in [Role::Registrar, Role::Reviewer, Role::Treasurer, Role::Investigator] {
        assert_eq!(refused(world.send_as(role, body())), "E-ROLE", "{role:?}");
    }
    let entry = held(&world.send_as(Role::Operator, body()).unwrap());
    assert_eq!(world.state().keys_of_role(Role::Reviewer).count(), 2, "one key is not enough");
    let second = |entry| Do::Role(RoleCommand::Second { entry });
    assert_eq!(refused(world.send_as(Role::Operator, second(entry))), "E-HELD-SELF");
    assert_eq!(refused(world.send_as(Role::Treasurer, second(entry))), "E-ROLE");
    assert_eq!(refused(world.send_as(Role::Custodian, second(entry + 1))), "E-HELD-UNKNOWN");
    assert_eq!(refused(by(&mut world, &new, second(entry))), "E-ROLE");
    world.send_as(Role::Custodian, second(entry)).unwrap();
    assert!(world.state().keys_of_role(Role::Reviewer).any(|key| key == name));
    assert_eq!(refused(world.send_as(Role::Custodian, second(entry))), "E-HELD-UNKNOWN");
    // What is not seconded in a month lapses.
    let entry = held(&world.send_as(Role::Custodian, revoke(name)).unwrap());
    world.pass(31);
    assert_eq!(refused(world.send_as(Role::Operator, second(entry))), "E-HELD-UNKNOWN");
}

#[test]
fn a_key_never_fills_two_separated_duties_not_even_one_after_the_other() {
    let mut world = world();
    let investigator = Keys::name(world.keys().of(Role::Investigator));
    let reviewer = appoint(Role::Reviewer, investigator);
    assert_eq!(refused(change(&mut world, reviewer.clone())), "E-ROLE-SEPARATED");
    let new = fresh(&world, 0);
    change(&mut world, appoint(Role::Investigator, Keys::name(&new))).unwrap();
    change(&mut world, revoke(investigator)).unwrap();
    assert_eq!(refused(change(&mut world, reviewer)), "E-KEY-REVOKED");
    // A duty that is not separated from it may be added, one that is may not.
    change(&mut world, appoint(Role::Registrar, Keys::name(&new))).unwrap();
    let body = appoint(Role::Reviewer, Keys::name(&new));
    assert_eq!(refused(change(&mut world, body)), "E-ROLE-SEPARATED");
    let member = world.keys().of_member(3);
    world.send(Do::Member(MemberCommand::Key { member: 3, key: Keys::name(&member) })).unwrap();
    let body = appoint(Role::Reviewer, Keys::name(&member));
    assert_eq!(refused(change(&mut world, body)), "E-KEY-TAKEN");
    let weak = appoint(Role::Reviewer, Key([0; 32]));
    assert_eq!(refused(change(&mut world, weak)), "E-KEY-WEAK");
}

#[test]
fn the_last_key_of_a_role_stays() {
    let mut world = world();
    let treasurer = Keys::name(world.keys().of(Role::Treasurer));
    assert_eq!(refused(change(&mut world, revoke(treasurer))), "E-ROLE-LAST");
    let stranger = Keys::name(world.keys().stranger());
    assert_eq!(refused(change(&mut world, revoke(stranger))), "E-KEY-UNKNOWN");
}

#[test]
fn a_reviewer_whose_key_was_revoked_yesterday_decides_nothing_and_the_attempt_is_recorded() {
    let mut world = world();
    world.pass(40);
    let diagnosed = world.day().plus_days(-2);
    world.file(3, diagnosed).unwrap();
    world.investigate(0, 50_000).unwrap();
    let old = *world.keys().of(Role::Reviewer);
    let new = fresh(&world, 0);
    change(&mut world, appoint(Role::Reviewer, Keys::name(&new))).unwrap();
    change(&mut world, revoke(Keys::name(&old))).unwrap();
    world.pass(1);
    let decided_minor = money::Amount::from_minor(50_000).unwrap();
    let verdict = rules::case::Verdict::Approve { decided_minor };
    let body = Do::Case(CaseCommand::Review { case: 0, verdict });
    assert_eq!(refused(by(&mut world, &old, body.clone())), "E-KEY-REVOKED");
    assert_eq!(attempts(&world), ["E-KEY-REVOKED"]);
    assert_eq!(world.state().case(0).unwrap().verdict, None);
    by(&mut world, &new, body).unwrap();
    let replayed = replay(world.log(), world.chunks()).unwrap();
    assert_eq!(replayed.state().digest(), world.state().digest());
}

#[test]
fn an_investigator_who_reviews_is_on_record() {
    let mut charter = charters::village();
    charter.separated_duties.clear();
    let mut world = world_of(&charter);
    let investigator = Keys::name(world.keys().of(Role::Investigator));
    change(&mut world, appoint(Role::Reviewer, investigator)).unwrap();
    world.pass(40);
    let diagnosed = world.day().plus_days(-2);
    world.file(3, diagnosed).unwrap();
    world.investigate(0, 50_000).unwrap();
    let decided_minor = money::Amount::from_minor(50_000).unwrap();
    let verdict = rules::case::Verdict::Approve { decided_minor };
    let body = Do::Case(CaseCommand::Review { case: 0, verdict });
    assert_eq!(refused(world.send_as(Role::Investigator, body.clone())), "E-CASE-DUTIES");
    assert_eq!(attempts(&world), ["E-CASE-DUTIES"]);
    world.send_as(Role::Reviewer, body).unwrap();
}

#[test]
fn attempts_are_recorded_up_to_a_bound_and_slips_and_strangers_never() {
    let mut world = world();
    let leave = || Do::Member(MemberCommand::Leave { member: 0, amendment: None });
    for attempt in 0..20 {
        let entries = world.log().len();
        assert_eq!(refused(world.send_as(Role::Treasurer, leave())), "E-ROLE");
        let recorded = world.log().len() - entries;
        assert_eq!(recorded, if attempt < 8 { 2 } else { 0 }, "attempt {attempt}");
    }
    world.pass(1);
    refused(world.send_as(Role::Treasurer, leave()));
    assert_eq!(attempts(&world).len(), 9, "another day");
    let before = (world.log().len(), world.state().digest());
    // A slip: the right role, the wrong number.
    assert_eq!(refused(world.send(Do::Case(CaseCommand::Withdraw { case: 9 }))), "E-CASE-UNKNOWN");
    let stranger = *world.keys().stranger();
    assert_eq!(refused(by(&mut world, &stranger, leave())), "E-ROLE");
    let key = *world.keys().of(Role::Reviewer);
    let mut out_of_order = world.command(&key, leave());
    out_of_order.seq += 1;
    assert_eq!(refused(world.offer(&key, out_of_order)), "E-ROLE");
    assert_eq!((world.log().len(), world.state().digest()), before);
}

#[test]
fn an_attempt_is_not_taken_for_done_when_it_is_sent_again_and_its_number_is_used() {
    let mut world = world();
    let key = *world.keys().of(Role::Treasurer);
    let command =
        world.command(&key, Do::Member(MemberCommand::Leave { member: 0, amendment: None }));
    assert_eq!(refused(world.offer(&key, command.clone())), "E-ROLE");
    // Again refused, for its role, and not recorded twice: the number is used.
    let entries = world.log().len();
    assert_eq!(refused(world.offer(&key, command)), "E-ROLE");
    assert_eq!(world.log().len(), entries);
    assert_eq!(world.state().seq(&Keys::name(&key)), 1);
}

#[test]
fn what_the_charter_gives_to_four_eyes_waits_for_the_second_key() {
    let mut charter = charters::village();
    charter.duties.four_eyes.push(FourEyes {
        verb: "payout.order".to_owned(),
        above_amount_minor: Some(money::Amount::from_minor(50_000).unwrap()),
        second: vec![Role::Reviewer],
    });
    for (aid, waits) in [(50_000, false), (50_001, true)] {
        let mut world = world_of(&charter);
        world.pass(40);
        let diagnosed = world.day().plus_days(-2);
        world.bring_case(3, diagnosed, aid).unwrap();
        let period = world.state().case(0).unwrap().period.unwrap();
        for earlier in 0..period {
            world.publish_and_close(earlier).unwrap();
            world.collect(earlier, &[]).unwrap();
        }
        world.publish_and_close(period).unwrap();
        world.collect(period, &[]).unwrap();
        let order = Do::Payout(PayoutCommand::Order { period });
        let findings = world.send(order).unwrap();
        assert_eq!(world.state().period(period).unwrap().ordered, !waits);
        if waits {
            let entry = held(&findings);
            let second = Do::Role(RoleCommand::Second { entry });
            assert_eq!(refused(world.send_as(Role::Custodian, second.clone())), "E-ROLE");
            let paid = world.payout(period, &[0], &[]);
            assert_eq!(refused(paid), "E-PAYOUT", "nothing is ordered yet");
            world.send_as(Role::Reviewer, second).unwrap();
        }
        assert!(world.state().period(period).unwrap().ordered);
        let replayed = replay(world.log(), world.chunks()).unwrap();
        assert_eq!(replayed.state().digest(), world.state().digest());
    }
}
