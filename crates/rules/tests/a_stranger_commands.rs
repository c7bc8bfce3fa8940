//! Fear: somebody who may not, or nobody at all, makes the plan do something; or the same thing is
//! done twice.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rules::charter::Role;
use rules::command::{CaseCommand, Do, MemberCommand, PayoutCommand, PeriodCommand, PlanCommand};
use rules::entry::{Command, Entry, EntryError, Order, Signed};
use rules::key::Key;
use rules::machine::{Machine, Outcome};
use testkit::{Keys, World, charters, refused};

fn world() -> World {
    let mut world = World::found(5, &charters::village());
    world.enrol(1, "1990-05".parse().unwrap()).unwrap();
    world
}

/// Signs and offers; gives the code of the refusal.
fn refusal(world: &mut World, role: Role, change: impl FnOnce(&mut Command)) -> &'static str {
    let key = *world.keys().of(role);
    let mut command =
        world.command(&key, Do::Member(MemberCommand::Leave { member: 0, amendment: None }));
    change(&mut command);
    let before = (world.state().digest(), world.log().len());
    let code = refused(world.offer(&key, command));
    let recorded = usize::from(code == "E-ROLE") * 2;
    assert_eq!(world.log().len(), before.1 + recorded, "what is recorded of {code}");
    assert!(recorded > 0 || world.state().digest() == before.0, "a refusal left a trace");
    code
}

#[test]
fn every_command_takes_its_own_role() {
    let mut world = world();
    for role in
        [Role::Operator, Role::Investigator, Role::Reviewer, Role::Treasurer, Role::Custodian]
    {
        assert_eq!(refusal(&mut world, role, |_| {}), "E-ROLE");
    }
    let stranger = *world.keys().stranger();
    let command =
        world.command(&stranger, Do::Member(MemberCommand::Leave { member: 0, amendment: None }));
    assert_eq!(refused(world.offer(&stranger, command)), "E-ROLE");
    let bodies = [
        (Do::Period(PeriodCommand::Close { period: 0 }), Role::Operator),
        (Do::Period(PeriodCommand::Settle { period: 0 }), Role::Operator),
        (Do::Period(PeriodCommand::Publish { period: 0 }), Role::Operator),
        (
            Do::Period(PeriodCommand::Seal {
                period: 0,
                root: proof::sha256(b""),
                sharers: 0,
                charges_minor: money::Amount::ZERO,
            }),
            Role::Operator,
        ),
        (Do::Payout(PayoutCommand::Order { period: 0 }), Role::Treasurer),
        (Do::Payout(PayoutCommand::DrawFee { period: 0 }), Role::Treasurer),
        (Do::Case(CaseCommand::Withdraw { case: 0 }), Role::Registrar),
    ];
    for (body, role) in bodies {
        assert_eq!(body.permitted().role(), Some(role));
        assert_eq!(refused(world.send_as(Role::Investigator, body.clone())), "E-ROLE");
        assert_ne!(refused(world.send_as(role, body)), "E-ROLE");
    }
}

#[test]
fn another_plan_and_another_number_are_refused() {
    let mut world = world();
    let other_plan = |command: &mut Command| command.plan = "other".to_owned();
    assert_eq!(refusal(&mut world, Role::Registrar, other_plan), "E-PLAN-OTHER");
    for seq in [0, 1, 3, (1 << 53) - 1] {
        let code = refusal(&mut world, Role::Registrar, |command| command.seq = seq);
        assert_eq!(code, "E-COMMAND-SEQ", "number {seq}");
    }
}

#[test]
fn nothing_is_done_before_a_plan_is_founded_and_a_plan_is_founded_once() {
    let day = "2020-01-01".parse().unwrap();
    let mut empty = World::empty(1, day);
    assert_eq!(refused(empty.leave(0)), "E-PLAN-NOT-FOUNDED");
    let node = testkit::Keys::name(empty.keys().stranger());
    let found = |charter, first_publicity| {
        Do::Plan(PlanCommand::Found { charter: Box::new(charter), first_publicity, node })
    };
    let filled = empty.keys().fill(&charters::village());
    let late = "2019-12-31".parse().unwrap();
    assert_eq!(refused(empty.send(found(filled.clone(), late))), "E-PLAN-FOUND");
    assert_eq!(refused(empty.send(found(charters::village(), day))), "E-ROLE");
    assert_eq!(refused(empty.send_as(Role::Treasurer, found(filled.clone(), day))), "E-ROLE");
    let mut contradiction = filled.clone();
    contradiction.benefits.clear();
    assert_eq!(refused(empty.send(found(contradiction, day))), "E-CHARTER-BENEFITS");
    empty.send(found(filled.clone(), day)).unwrap();
    assert_eq!(refused(empty.send(found(filled, day))), "E-PLAN-FOUND");
}

#[test]
fn the_same_command_sent_twice_is_done_once() {
    let mut world = world();
    let key = *world.keys().of(Role::Registrar);
    let command =
        world.command(&key, Do::Member(MemberCommand::Leave { member: 0, amendment: None }));
    let (position, findings) = world.offer(&key, command.clone()).unwrap();
    assert_eq!((position, findings.len()), (4, 1));
    let before = (world.state().digest(), world.log().len());
    world.enrol(2, "1990-05".parse().unwrap()).unwrap();
    let after = (world.state().digest(), world.log().len());
    assert_ne!(before, after);
    assert_eq!(world.offer(&key, command), Ok((position, Vec::new())));
    assert_eq!((world.state().digest(), world.log().len()), after);
}

#[test]
fn another_command_under_a_used_id_is_refused_and_not_lost() {
    let mut world = world();
    let key = *world.keys().of(Role::Registrar);
    let first =
        world.command(&key, Do::Member(MemberCommand::Leave { member: 0, amendment: None }));
    world.offer(&key, first.clone()).unwrap();
    let mut second =
        world.command(&key, Do::Member(MemberCommand::Leave { member: 1, amendment: None }));
    second.id.clone_from(&first.id);
    assert_eq!(refused(world.offer(&key, second)), "E-COMMAND-ID");
}

#[test]
fn time_never_runs_backwards_and_never_leaves_the_calendar() {
    let world = world();
    let key = *world.keys().of(Role::Registrar);
    let command =
        world.command(&key, Do::Member(MemberCommand::Leave { member: 0, amendment: None }));
    let verified = Keys::sign(&key, command).unwrap().verify().unwrap();
    let now = world.order();
    let day = |text: &str| text.parse().unwrap();
    for (at, day) in [
        (now.at - 2_000, now.day),
        (now.at, day("2019-12-31")),
        (i64::MIN, now.day),
        (1 << 53, now.day),
        (i64::MAX, now.day),
        (now.at, day("2199-12-31")),
    ] {
        let mut machine = world.machine().clone();
        let before = machine.state().digest();
        let result = machine.submit(Order { at, day }, &verified, None);
        assert_eq!(result.unwrap_err().code, "E-ORDER-TIME", "{at} on {day}");
        assert_eq!(machine.state().digest(), before);
    }
    for (at, day) in [(now.at, now.day), ((1 << 53) - 1, day("2199-11-30"))] {
        let mut machine = world.machine().clone();
        let done = machine.submit(Order { at, day }, &verified, None).unwrap();
        let Outcome::Done(entries) = done else {
            panic!("it was not done before");
        };
        for entry in entries {
            Entry::parse(&entry).unwrap();
        }
    }
}

#[test]
fn a_signature_holds_for_one_command_and_one_key() {
    let world = world();
    let key = *world.keys().of(Role::Registrar);
    let command =
        world.command(&key, Do::Member(MemberCommand::Leave { member: 0, amendment: None }));
    let signed = Keys::sign(&key, command.clone()).unwrap();
    assert!(signed.clone().verify().is_ok());
    let text = String::from_utf8(signed.bytes().to_vec()).unwrap();
    let altered = text.replace("\"member\":0", "\"member\":1");
    assert_ne!(altered, text);
    let altered = Signed::parse(altered.as_bytes()).unwrap();
    assert_eq!(altered.clone().verify(), Err(EntryError::Signature));
    let by_another = Keys::sign(world.keys().of(Role::Operator), command).unwrap();
    assert_eq!(by_another.clone().verify(), Err(EntryError::Signature));
    let verdicts = rules::entry::verify_all(vec![altered, signed, by_another]);
    let held: Vec<bool> = verdicts.iter().map(Result::is_ok).collect();
    assert_eq!(held, [false, true, false]);
}

#[test]
fn a_key_of_small_order_fills_no_role_and_signs_nothing() {
    // The identity and the point of order two: under them one signature fits every message.
    let mut one = [0; 32];
    one[0] = 1;
    let mut two = [0xff; 32];
    (two[0], two[31]) = (0xec, 0x7f);
    for key in [Key(one), Key(two), Key([0; 32])] {
        let mut charter =
            World::empty(1, "2020-01-01".parse().unwrap()).keys().fill(&charters::village());
        charter.roles[0].keys.push(key.to_string());
        let codes: Vec<_> = charter.check().errors.iter().map(|error| error.code).collect();
        assert_eq!(codes, ["E-CHARTER-KEY"], "{key}");
    }
    let world = world();
    let key = *world.keys().of(Role::Registrar);
    let mut command =
        world.command(&key, Do::Member(MemberCommand::Leave { member: 0, amendment: None }));
    command.by = Key(one);
    let mut identity_point = [0; 64];
    identity_point[0] = 1;
    let signed = command.signed(identity_point).unwrap();
    let mut machine: Machine = world.machine().clone();
    if let Ok(verified) = signed.verify() {
        let refusal = machine.submit(world.order(), &verified, None).unwrap_err();
        assert_eq!(refusal.code, "E-ROLE");
    }
}

#[test]
fn an_entry_has_one_form_only() {
    let world = world();
    let key = *world.keys().of(Role::Registrar);
    let command =
        world.command(&key, Do::Member(MemberCommand::Leave { member: 0, amendment: None }));
    let signed = Keys::sign(&key, command).unwrap();
    let text = String::from_utf8(signed.bytes().to_vec()).unwrap();
    let read = |text: &str| Signed::parse(text.as_bytes());
    assert!(read(&text).is_ok());
    for not_canonical in [
        text.replace("\"member\":0", "\"member\":0.0"),
        text.replace("\"member\":0", "\"member\": 0"),
        text.replace("\"member\":0", "\"member\":00"),
        text.replace("\"v\":1", "\"v\":1e0"),
        text.replace("\"v\":1", "\"v\":1,\"v\":1"),
        text.replace("\"seq\":2", "\"seq\":9007199254740992"),
        format!("{text} "),
        format!("\u{feff}{text}"),
    ] {
        let error = read(&not_canonical).unwrap_err();
        assert!(matches!(error, EntryError::NotCanonical(_)), "{not_canonical}: {error}");
    }
    for misshapen in [
        text.replace("\"v\":1", "\"v\":2"),
        text.replace("\"v\":1", "\"v\":\"1\""),
        text.replace("\"v\":1", "\"v\":1,\"w\":1"),
        text.replace("\"v\":1", "\"w\":1"),
        text.replace("\"member\":0", "\"member\":-1"),
        text.replace("\"member\":0", "\"member\":4294967296"),
        text.replace("\"member\":0", "\"membex\":0"),
        text.replace("member.leave", "member.depart"),
        text.replace("ed25519", "ed448"),
        text.replace("\"alg\":\"ed25519\",", ""),
        text.replace("\"seq\":2", "\"seq\":-2"),
        text.replace("\"id\":\"command-", "\"id\":\"\\n"),
        "[]".to_owned(),
        "{}".to_owned(),
        "null".to_owned(),
    ] {
        let result = read(&misshapen);
        let held = result.clone().is_ok_and(|signed| signed.verify().is_ok());
        assert!(!held, "{misshapen}");
        if !misshapen.contains("\\n") {
            assert!(matches!(result, Err(EntryError::Shape(_))), "{misshapen}: {result:?}");
        }
    }
    let entry = String::from_utf8(world.log()[2].clone()).unwrap();
    assert!(Entry::parse(entry.as_bytes()).is_ok());
    let at = entry.find("\"order\"").unwrap();
    let with_more = format!("{}\"mood\":1,{}", &entry[..at], &entry[at..]);
    assert!(matches!(Entry::parse(with_more.as_bytes()), Err(EntryError::Shape(_))));
    let without = format!("{}}}", &entry[..at - 1]);
    assert!(matches!(Entry::parse(without.as_bytes()), Err(EntryError::Shape(_))));
    for date in ["2020-02-30", "2020-13-01", "2020-1-01", "1899-12-31", ""] {
        let odd = entry.replace("2020-01-01", date);
        assert!(matches!(Entry::parse(odd.as_bytes()), Err(EntryError::Shape(_))), "{date}");
    }
}

#[test]
fn names_and_entries_have_a_limit() {
    let world = world();
    let key = *world.keys().of(Role::Registrar);
    let mut command =
        world.command(&key, Do::Member(MemberCommand::Leave { member: 0, amendment: None }));
    command.id = "x".repeat(65);
    let signed = Keys::sign(&key, command.clone()).unwrap();
    assert!(matches!(Signed::parse(signed.bytes()), Err(EntryError::Shape(_))));
    command.id = "x".repeat(64);
    let signed = Keys::sign(&key, command.clone()).unwrap();
    assert!(Signed::parse(signed.bytes()).is_ok());
    let failed = rules::command::MemberList::Here((0..20_000).collect());
    let (period, sponsor_minor) = (0, money::Amount::ZERO);
    command.body = Do::Period(PeriodCommand::Collect { period, failed, sponsor_minor });
    assert_eq!(Keys::sign(&key, command), Err(EntryError::TooLong));
    let long = vec![b'1'; 65_536];
    assert_eq!(Entry::parse(&long), Err(EntryError::TooLong));
    assert_eq!(Signed::parse(&long), Err(EntryError::TooLong));
}
