//! Fear: somebody packs a panel, keeps one from voting, or stops it when it goes wrong.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use proof::draw;
use rules::ballot::Choice;
use rules::case::{Reason, Status, Verdict};
use rules::charter::Role;
use rules::command::{Do, JuryCommand, RoleCommand};
use rules::finding::{Finding, JuryFinding};
use rules::jury::{Ground, Outcome, Stage};
use testkit::{Chooser, World, charters, refused, seeds};

const MEMBERS: u64 = 40;

/// A village whose members from 5 on are on the jury roll, and a case of member 0 that is public.
fn village(seed: u64) -> World {
    let mut world = World::found(seed, &charters::village());
    world.enrol_people(1..MEMBERS + 1, "1990-05".parse().unwrap()).unwrap();
    world.attach(6, 0).unwrap();
    world.attach(8, 3).unwrap();
    (5..MEMBERS as u32).for_each(|member| drop(world.qualify(member).unwrap()));
    world.pass(50);
    assert_eq!(world.bring_case(0, world.day(), 5_000), Ok(0));
    world
}

fn status(world: &World) -> Status {
    world.state().case(0).unwrap().status
}

#[test]
fn an_objection_is_a_members_in_time_and_stops_one_case() {
    let mut world = village(1);
    assert_eq!(world.bring_case(1, world.day(), 4_000), Ok(1));
    let stranger = *world.keys().stranger();
    let reason = proof::sha256(b"no");
    let body = Do::Case(rules::command::CaseCommand::Object { case: 0, reason });
    let command = world.command(&stranger, body.clone());
    assert_eq!(world.offer(&stranger, command).unwrap_err().code, "E-ROLE");
    assert_eq!(refused(world.send_as(Role::Operator, body)), "E-ROLE");
    assert_eq!(refused(world.object(0, 0)), "E-OBJECTION-OWN");
    assert_eq!(refused(world.object(3, 7)), "E-CASE-UNKNOWN");
    world.object(3, 0).unwrap();
    assert_eq!(refused(world.object(3, 0)), "E-OBJECTION-TWICE");
    assert_eq!(status(&world), Status::Objected);
    assert_eq!(refused(world.withdraw(0)), "E-CASE-STATE", "the applicant cannot stop a hearing");
    let period = world.state().open_period();
    world.publish_and_close(period).unwrap();
    assert_eq!(world.state().case(1).unwrap().status, Status::Approved, "the other goes on");
    assert_eq!(status(&world), Status::Objected);
    assert_eq!(refused(world.object(4, 1)), "E-OBJECTION-LATE");
}

#[test]
fn a_thousand_objections_are_one_hearing_of_bounded_size() {
    let mut world = village(2);
    let last = 2_000;
    world.enrol_people(100..last, "1990-05".parse().unwrap()).unwrap();
    let mut taken = 0;
    for member in MEMBERS as u32..MEMBERS as u32 + 1_000 {
        match world.object(member, 0) {
            Ok(_) => taken += 1,
            Err(refusal) => assert_eq!(refusal.code, "E-OBJECTION-MANY"),
        }
    }
    assert_eq!(taken, 16);
    assert_eq!(world.state().juries().len(), 1);
    assert_eq!(world.draw_panel(0).unwrap().len(), 5);
    assert_eq!(refused(world.object(4, 0)), "E-OBJECTION-LATE");
}

#[test]
fn one_member_cannot_halt_the_plan() {
    let mut world = village(3);
    for (case, member) in (1..6).zip([10, 11, 12, 13, 14]) {
        assert_eq!(world.bring_case(member, world.day(), 1_000), Ok(case));
    }
    (0..3).for_each(|case| drop(world.object(3, case).unwrap()));
    assert_eq!(refused(world.object(3, 3)), "E-OBJECTION-MANY");
}

#[test]
fn nobody_whom_the_case_concerns_can_be_drawn_and_anybody_recomputes_the_draw() {
    let mut world = village(4);
    let entry = world.state().entries();
    world.send(Do::Jury(JuryCommand::Staff { members: vec![20, 21] })).unwrap();
    let second = || Do::Role(RoleCommand::Second { entry });
    assert_eq!(refused(world.send_as(Role::Registrar, second())), "E-HELD-SELF");
    world.send_as(Role::Custodian, second()).unwrap();
    world.object(3, 0).unwrap();
    world.object(9, 0).unwrap();
    // Whoever qualifies after the hearing began comes too late for it.
    world.qualify(4).unwrap();
    world.seal_roll(0).unwrap();
    let jury = world.state().jury(0).unwrap().clone();
    let sealed = jury.draw.sealed.clone().unwrap();
    let roll = sealed.eligible.clone().unwrap();
    let ground = |member: u32| roll.excluded.iter().find(|(m, _)| *m == member).map(|(_, g)| *g);
    for (member, expected) in [
        (0, Ground::Applicant),
        (6, Ground::Household),
        (3, Ground::Objector),
        (9, Ground::Objector),
        (8, Ground::ObjectorsHousehold),
        (20, Ground::Staff),
    ] {
        assert_eq!(ground(member), Some(expected as u8), "member {member}");
    }
    let expected: Vec<u32> = (5..40).filter(|m| ![6, 8, 9, 20, 21].contains(m)).collect();
    assert_eq!(roll.strata, [expected]);
    assert_eq!(roll.digest(), sealed.digest);
    world.answer(Role::Operator, 0).unwrap();
    world.answer(Role::Custodian, 0).unwrap();
    // By the formats alone, without the rules.
    let input = draw::input("test", "case 0 hearing 1", &roll.digest(), None);
    let outputs = [Role::Operator, Role::Custodian].map(|role| {
        let key = world.keys().lots(role);
        proof::vrf::verify(&key.public(), &input, &key.prove(&input)).unwrap()
    });
    let seed = draw::seed([(0, &outputs[0]), (1, &outputs[1])]);
    assert_eq!(world.panel(0), roll.draw(&seed, 5, 0).panel);
}

#[test]
fn a_silent_party_is_named_and_left_out_and_a_false_answer_is_none() {
    let mut world = village(5);
    world.object(3, 0).unwrap();
    assert_eq!(refused(world.answer(Role::Operator, 0)), "E-DRAW-UNSEALED");
    assert_eq!(refused(world.send(Do::Jury(JuryCommand::Draw { case: 0 }))), "E-DRAW-EARLY");
    world.seal_roll(0).unwrap();
    assert_eq!(refused(world.seal_roll(0)), "E-DRAW-SEALED");
    let seat = || Do::Jury(JuryCommand::Seat { case: 0 });
    world.pass_hours(24);
    assert_eq!(refused(world.send(seat())), "E-DRAW-EARLY", "of no answer there is no seed");
    assert_eq!(refused(world.answer(Role::Reviewer, 0)), "E-DRAW-PARTY");
    let forged = world.keys().lots(Role::Reviewer).prove(b"what suits me");
    let forged = JuryCommand::Answer { case: 0, proof: rules::bytes::Bytes(forged.to_vec()) };
    let forged = Do::Jury(forged);
    assert_eq!(refused(world.send_as(Role::Custodian, forged)), "E-DRAW-PROOF");
    world.answer(Role::Operator, 0).unwrap();
    assert_eq!(refused(world.answer(Role::Custodian, 0)), "E-DRAW-LATE");
    // Any member may press on.
    let findings = world.send_by(30, seat()).unwrap();
    let Finding::Jury(JuryFinding::Drawn { answered, silent, panel, .. }) = &findings[0] else {
        panic!("{findings:?}");
    };
    assert_eq!((&answered[..], &silent[..]), (&[Role::Operator][..], &[Role::Custodian][..]));
    assert_eq!(panel.len(), 5);
}

#[test]
fn the_applicants_nonce_is_committed_before_the_roll_and_enters_the_seed() {
    let mut world = village(6);
    world.object(3, 0).unwrap();
    let nonce = [9; 32];
    let commitment = draw::nonce_commitment(&nonce);
    let commit = Do::Jury(JuryCommand::Nonce { case: 0, commitment });
    assert_eq!(refused(world.send_by(3, commit.clone())), "E-MEMBER-OTHER");
    world.send_by(0, commit).unwrap();
    world.send(Do::Jury(JuryCommand::Draw { case: 0 })).unwrap();
    assert_eq!(refused(world.answer(Role::Operator, 0)), "E-DRAW-EARLY");
    let reveal = |nonce: [u8; 32]| {
        Do::Jury(JuryCommand::Reveal { case: 0, nonce: rules::bytes::Bytes(nonce.to_vec()) })
    };
    assert_eq!(refused(world.send_by(0, reveal([8; 32]))), "E-DRAW-NONCE");
    world.send_by(0, reveal(nonce)).unwrap();
    world.answer(Role::Operator, 0).unwrap();
    world.answer(Role::Custodian, 0).unwrap();
    assert_eq!(world.state().jury(0).unwrap().draw.nonce, Some(nonce));
    assert_eq!(world.panel(0).len(), 5);
}

#[test]
fn a_juror_who_steps_back_is_followed_by_the_next_of_the_permutation() {
    let mut world = village(7);
    world.object(3, 0).unwrap();
    let panel = world.draw_panel(0).unwrap();
    let next = world.state().jury(0).unwrap().drawn.next[0][0];
    let recuse = || Do::Jury(JuryCommand::Recuse { case: 0 });
    world.send_by(panel[2], recuse()).unwrap();
    assert_eq!(world.panel(0)[2], next);
    assert_eq!(refused(world.send_by(panel[2], recuse())), "E-JURY-NOT-DRAWN");
    assert_eq!(refused(world.commit_vote(0, panel[2], Choice::For)), "E-JURY-NOT-DRAWN");
    world.commit_vote(0, panel[0], Choice::For).unwrap();
    assert_eq!(refused(world.send_by(panel[0], recuse())), "E-JURY-RECUSAL");
    world.pass_hours(12);
    assert_eq!(refused(world.send_by(panel[1], recuse())), "E-JURY-RECUSAL");
}

#[test]
fn a_heard_case_is_shared_by_the_next_period_and_heard_no_more() {
    let mut world = village(8);
    let first = world.state().open_period();
    world.object(3, 0).unwrap();
    world.publish_and_close(first).unwrap();
    world.draw_panel(0).unwrap();
    let findings = world.vote(0, &[Choice::For; 5]).unwrap();
    let Finding::Jury(JuryFinding::Verdict { period, .. }) = &findings[0] else { panic!() };
    assert_eq!(*period, Some(world.state().open_period()));
    assert_eq!(refused(world.object(4, 0)), "E-OBJECTION-HEARD");
    world.finish(first).unwrap();
    world.publish_and_close(period.unwrap()).unwrap();
    assert_eq!(status(&world), Status::Approved);
}

#[test]
fn a_refusal_is_appealed_once_before_a_larger_panel_without_the_earlier_jurors() {
    let mut world = village(9);
    world.object(3, 0).unwrap();
    let first = world.draw_panel(0).unwrap();
    world.vote(0, &[Choice::Against; 5]).unwrap();
    let case = world.state().case(0).unwrap();
    assert!(matches!(case.verdict, Some(Verdict::Refuse { reason: Reason::Jury, .. })));
    assert_eq!(status(&world), Status::Refused);
    world.appeal(0).unwrap();
    let second = world.draw_panel(0).unwrap();
    assert_eq!(second.len(), 7);
    assert!(second.iter().all(|juror| !first.contains(juror)));
    world.vote(0, &[Choice::Against; 7]).unwrap();
    assert_eq!(status(&world), Status::Refused);
    assert_eq!(refused(world.appeal(0)), "E-APPEAL-TWICE");
}

#[test]
fn an_appeal_has_its_days_and_no_jury_bends_what_the_charter_computes() {
    let mut world = village(10);
    world.object(3, 0).unwrap();
    world.draw_panel(0).unwrap();
    world.vote(0, &[Choice::Against; 5]).unwrap();
    world.pass(31);
    assert_eq!(refused(world.appeal(0)), "E-APPEAL-LATE");
    // A newcomer falls ill while waiting: the refusal follows from the days.
    world.enrol(500, "1990-05".parse().unwrap()).unwrap();
    let newcomer = world.state().roll().len() - 1;
    world.pass(2);
    world.file(newcomer, world.day()).unwrap();
    world.investigate(1, 5_000).unwrap();
    world.oppose(1, Reason::WaitingPeriod).unwrap();
    world.publish_case(1).unwrap();
    assert_eq!(refused(world.object(3, 1)), "E-JURY-COMPUTED");
}

#[test]
fn a_missed_quorum_seats_the_next_panel_once_and_then_the_proposal_stands() {
    let mut world = village(11);
    world.object(3, 0).unwrap();
    let first = world.draw_panel(0).unwrap();
    let findings = world.vote(0, &[Choice::Against; 2]).unwrap();
    assert!(matches!(findings[0], Finding::Jury(JuryFinding::NoQuorum { .. })));
    let second = world.panel(0);
    assert!(second.len() == 5 && second.iter().all(|juror| !first.contains(juror)));
    assert_eq!(refused(world.commit_vote(0, first[0], Choice::Against)), "E-JURY-NOT-DRAWN");
    let findings = world.vote(0, &[Choice::Against; 2]).unwrap();
    let Finding::Jury(JuryFinding::Verdict { outcome, .. }) = &findings[0] else { panic!() };
    assert_eq!(*outcome, Outcome::NoQuorum);
    assert_eq!(status(&world), Status::Published, "two jurors do not kill a case");
}

/// No set of members short of the charter's quorum decides a case, whatever it does; and who is
/// drawn does not depend on who colludes.
#[test]
fn colluders_short_of_the_quorum_decide_nothing() {
    for seed in seeds(100, 24) {
        let mut chooser = Chooser::new(seed);
        let mut world = village(seed);
        let part = *chooser.pick(&[10, 40, 70, 100]);
        let colluders: Vec<u32> = (1..MEMBERS as u32).filter(|_| chooser.chance(part)).collect();
        let objector = colluders.iter().copied().find(|m| *m > 0).unwrap_or(3);
        world.object(objector, 0).unwrap();
        for member in &colluders {
            let _all_try = world.object(*member, 0);
        }
        let roll = world.state().jury(0).unwrap().objections.len();
        assert!(roll <= 16);
        world.seal_roll(0).unwrap();
        if world.state().jury(0).unwrap().stage == Stage::Decided {
            assert_eq!(world.state().jury(0).unwrap().outcome, Some(Outcome::NoPanel));
            assert_eq!(status(&world), Status::Published);
            continue;
        }
        world.answer(Role::Operator, 0).unwrap();
        world.answer(Role::Custodian, 0).unwrap();
        // Only colluders vote, and of them two at most: whatever else they try, no result is
        // theirs.
        for round in 0..2 {
            let panel = world.panel(0);
            let voters: Vec<u32> =
                panel.iter().copied().filter(|m| colluders.contains(m)).take(2).collect();
            for member in &colluders {
                if !panel.contains(member) {
                    assert!(world.commit_vote(0, *member, Choice::Against).is_err());
                }
            }
            for member in &voters {
                world.commit_vote(0, *member, Choice::Against).unwrap();
            }
            world.pass_hours(24);
            for member in &voters {
                world.open_vote(0, *member, Choice::Against).unwrap();
            }
            let findings = world.close_hearing(0).unwrap();
            if world.state().jury(0).unwrap().stage == Stage::Decided {
                break;
            }
            assert_eq!(round, 0, "one more panel, not more: {findings:?}");
        }
        let outcome = world.state().jury(0).unwrap().outcome;
        assert!(matches!(outcome, Some(Outcome::NoQuorum | Outcome::NoPanel)), "{outcome:?}");
        assert_eq!(status(&world), Status::Published);
    }
}
