//! Fear: the rules change after people have joined and are used against them; or few change what
//! binds all.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rules::amendment::{Change, Status, difference};
use rules::ballot::{Choice, Opening};
use rules::bytes::Bytes;
use rules::charter::{Charter, Role};
use rules::command::{AmendmentCommand, Do, MemberCommand, MemberList};
use rules::finding::{AmendmentFinding, Finding};
use rules::{Refusal, State};
use testkit::{World, charters, refused};

fn world() -> World {
    world_of(&charters::village())
}

fn world_of(charter: &Charter) -> World {
    let mut charter = charter.clone();
    // Without institutions that open votes, each voter opens the own vote.
    charter.jury.hearing.parties.clear();
    charter.jury.hearing.openers.clear();
    charter.re_audit = None;
    let mut world = World::found(21, &charter);
    world.enrol_people(1..41, "1990-05".parse().unwrap()).unwrap();
    world
}

/// The changes that lead to what `change` makes of the charter in force.
fn changes(world: &World, change: impl FnOnce(&mut Charter)) -> Vec<Change> {
    let before = &world.state().founded().unwrap().charter;
    let mut after = before.clone();
    change(&mut after);
    difference(&before.to_value(), &after.to_value())
}

fn propose(changes: Vec<Change>) -> Do {
    Do::Amendment(AmendmentCommand::Propose { changes })
}

fn proposed(world: &mut World, change: impl FnOnce(&mut Charter)) -> Result<Vec<Finding>, Refusal> {
    let changes = changes(world, change);
    world.send(propose(changes))
}

fn notice(world: &mut World) {
    let unreached = MemberList::Here(vec![7]);
    world.send(Do::Amendment(AmendmentCommand::Notice { amendment: 0, unreached })).unwrap();
}

fn opening(choice: Choice) -> Opening {
    Opening { choice, reason: "so".to_owned(), salt: Bytes(vec![9; 32]) }
}

fn commit(world: &mut World, member: u32, choice: Choice) -> Result<Vec<Finding>, Refusal> {
    let commitment = opening(choice).commitment("test", "amendment 0", member);
    let copies = Vec::new();
    let body = AmendmentCommand::Commit { amendment: 0, commitment, copies };
    world.send_by(member, Do::Amendment(body))
}

fn open(world: &mut World, member: u32, choice: Choice) -> Result<Vec<Finding>, Refusal> {
    let opening = opening(choice);
    world.send_by(member, Do::Amendment(AmendmentCommand::Open { amendment: 0, opening }))
}

fn count(world: &mut World) -> Result<Vec<Finding>, Refusal> {
    world.send(Do::Amendment(AmendmentCommand::Count { amendment: 0 }))
}

/// Tells the members and lets them vote; gives whether it was adopted.
fn vote(world: &mut World, votes_for: u32, votes_against: u32) -> bool {
    notice(world);
    world.pass(31);
    let choice = |member| if member < votes_for { Choice::For } else { Choice::Against };
    for member in 0..votes_for + votes_against {
        commit(world, member, choice(member)).unwrap();
    }
    world.pass(8);
    for member in 0..votes_for + votes_against {
        open(world, member, choice(member)).unwrap();
    }
    let counted = if votes_for + votes_against == 0 {
        world.pass(3);
        count(world)
    } else {
        count(world)
    };
    let [Finding::Amendment(AmendmentFinding::Counted { adopted, .. })] = counted.unwrap()[..]
    else {
        panic!("the votes are counted")
    };
    adopted
}

fn rate(text: &str) -> money::Rate {
    money::Rate::parse(text).unwrap()
}

fn cheaper(charter: &mut Charter) {
    charter.fee.rate = rate("0.04");
    charter.funds.flows[1].bound = rate("0.04");
}

fn fee_of(charter: &Charter) -> String {
    charter.fee.rate.to_string()
}

#[test]
fn members_adopt_an_amendment_and_it_holds_from_a_period_on() {
    let mut world = world();
    let [Finding::Amendment(AmendmentFinding::Proposed { amendment: 0, changes: 2, .. })] =
        proposed(&mut world, cheaper).unwrap()[..]
    else {
        panic!("it has a number")
    };
    assert!(vote(&mut world, 3, 1));
    let old = world.state().founded().unwrap().charter_id;
    let period = world.state().periods().len() as u32 - 1;
    let publicity = world.state().period(period).unwrap().publicity;
    assert!(publicity > world.day(), "nothing holds at once");
    world.go_to(publicity);
    // The first command of the day finds it in force; one that is refused leaves no trace.
    let before = world.state().digest();
    assert_eq!(
        refused(world.send_by(3, Do::Member(MemberCommand::Detach { member: 3 }))),
        "E-ROLE"
    );
    world.send_by(1, Do::Member(MemberCommand::Leave { member: 1, amendment: None })).unwrap();
    assert_ne!(world.state().digest(), before);
    let state = world.state();
    assert_ne!(state.founded().unwrap().charter_id, old);
    assert_eq!(state.amendments()[0].status, Status::InForce);
    assert_eq!(fee_of(state.charter_in(period - 1).unwrap()), "0.05");
    assert_eq!(fee_of(state.charter_in(period).unwrap()), "0.04");
    assert_eq!(fee_of(state.charter_on(publicity.plus_days(-1)).unwrap()), "0.05");
    assert_eq!(fee_of(state.charter_on(publicity).unwrap()), "0.04");
    let read = State::from_bytes(&state.to_bytes()).unwrap();
    assert_eq!(read.digest(), state.digest());
    assert_eq!(read.charter_in(period).unwrap().id(), state.amendments()[0].charter);
}

#[test]
fn a_refused_command_turns_a_new_version_back() {
    let mut world = world();
    proposed(&mut world, cheaper).unwrap();
    assert!(vote(&mut world, 4, 0));
    let period = world.state().periods().len() as u32 - 1;
    let publicity = world.state().period(period).unwrap().publicity;
    let before = (world.state().digest(), world.state().founded().unwrap().charter_id);
    world.go_to(publicity);
    // A mistake of form, which is no attempt at what is forbidden.
    let refusal = world.send(Do::Member(MemberCommand::Died { member: 999, day: publicity }));
    assert_eq!(refused(refusal), "E-MEMBER-UNKNOWN");
    assert_eq!(
        (world.state().digest(), world.state().founded().unwrap().charter_id),
        before,
        "the version was not turned back"
    );
    world.send(Do::Member(MemberCommand::Leave { member: 1, amendment: None })).unwrap();
    assert_ne!(world.state().founded().unwrap().charter_id, before.1);
}

#[test]
fn an_old_case_is_judged_by_the_old_clauses() {
    let mut world = world();
    let lower = |charter: &mut Charter| {
        charter.benefits[0].amount_minor = money::Amount::from_minor(200_000).unwrap();
    };
    proposed(&mut world, lower).unwrap();
    assert!(vote(&mut world, 4, 0));
    let period = world.state().periods().len() as u32 - 1;
    let publicity = world.state().period(period).unwrap().publicity;
    world.go_to(publicity.plus_days(5));
    let old = world.state().cases().len() as u32;
    world.file(2, publicity.plus_days(-1)).unwrap();
    world.investigate(old, 300_000).unwrap();
    world.propose(old, 300_000).unwrap();
    world.file(3, publicity).unwrap();
    assert_eq!(refused(world.investigate(old + 1, 200_001)), "E-CASE-ABOVE-BENEFIT");
    world.investigate(old + 1, 200_000).unwrap();
}

#[test]
fn what_protects_members_is_not_weakened_and_keys_are_no_clause() {
    let mut world = world();
    type Amended = (&'static str, fn(&mut Charter));
    let weaker: [Amended; 5] = [
        ("E-AMENDMENT-WEAKER", |charter| charter.amendment.quorum = rate("0.05")),
        ("E-AMENDMENT-WEAKER", |charter| charter.amendment.majority = rate("0.5")),
        ("E-AMENDMENT-WEAKER", |charter| charter.amendment.notice_days = 1),
        ("E-AMENDMENT-WEAKER", |charter| charter.amendment.vote_days = 1),
        ("E-AMENDMENT-WEAKER", |charter| charter.amendment.never_retroactive.clear()),
    ];
    let fixed: [Amended; 4] = [
        ("E-AMENDMENT-FIXED", |charter| charter.roles[0].keys.clear()),
        ("E-AMENDMENT-FIXED", |charter| charter.plan.id = "other".to_owned()),
        ("E-AMENDMENT-FIXED", |charter| charter.plan.time_zone = "UTC".to_owned()),
        ("E-CHARTER-RUN-OFF", |charter| charter.run_off.notice_days = 0),
    ];
    for (code, change) in weaker.into_iter().chain(fixed) {
        assert_eq!(refused(proposed(&mut world, change)), code);
    }
    proposed(&mut world, |charter| charter.amendment.quorum = rate("0.2")).unwrap();
}

#[test]
fn a_difference_is_exact_or_refused() {
    let mut world = world();
    let exact = changes(&world, cheaper);
    let bent = |change: fn(&mut Change)| {
        let mut bent = exact.clone();
        change(&mut bent[0]);
        bent
    };
    for changes in [
        Vec::new(),
        bent(|change| change.from = None),
        bent(|change| change.to = change.from.clone()),
        bent(|change| change.at = "/fee/nothing".to_owned()),
        bent(|change| change.at = String::new()),
        exact.iter().chain(&exact).cloned().collect(),
    ] {
        assert_eq!(refused(world.send(propose(changes))), "E-AMENDMENT-DIFFERENCE");
    }
    assert_eq!(
        refused(world.send(propose(bent(|c| c.to = Some(7.into()))))),
        "E-AMENDMENT-CHARTER"
    );
    assert_eq!(refused(world.send_as(Role::Treasurer, propose(exact.clone()))), "E-ROLE");
    world.send(propose(exact.clone())).unwrap();
    assert_eq!(refused(world.send(propose(exact))), "E-AMENDMENT-BUSY");
}

#[test]
fn too_few_or_too_divided_change_nothing() {
    for (votes_for, votes_against, adopted) in
        [(0, 0, false), (3, 0, false), (4, 0, true), (2, 2, false), (4, 2, false), (5, 2, true)]
    {
        let mut world = world();
        proposed(&mut world, cheaper).unwrap();
        let name = format!("{votes_for} for, {votes_against} against");
        assert_eq!(vote(&mut world, votes_for, votes_against), adopted, "{name}");
        world.pass(60);
        world.send(Do::Member(MemberCommand::Leave { member: 39, amendment: None })).unwrap();
        let fee = fee_of(&world.state().founded().unwrap().charter);
        assert_eq!(fee, if adopted { "0.04" } else { "0.05" }, "{name}");
    }
}

#[test]
fn a_vote_is_given_once_in_its_time_by_who_was_told() {
    let mut world = world();
    proposed(&mut world, cheaper).unwrap();
    assert_eq!(refused(commit(&mut world, 1, Choice::For)), "E-AMENDMENT-STATE");
    assert_eq!(refused(count(&mut world)), "E-AMENDMENT-STATE");
    notice(&mut world);
    world.pass(1);
    world.enrol_people(50..51, "1990-05".parse().unwrap()).unwrap();
    assert_eq!(refused(commit(&mut world, 1, Choice::For)), "E-AMENDMENT-EARLY");
    world.pass(30);
    assert_eq!(refused(commit(&mut world, 40, Choice::For)), "E-AMENDMENT-VOTER");
    commit(&mut world, 1, Choice::For).unwrap();
    assert_eq!(refused(commit(&mut world, 1, Choice::Against)), "E-VOTE-TWICE");
    assert_eq!(refused(open(&mut world, 1, Choice::For)), "E-VOTE-EARLY");
    assert_eq!(refused(count(&mut world)), "E-AMENDMENT-EARLY");
    world.pass(8);
    assert_eq!(refused(commit(&mut world, 2, Choice::For)), "E-VOTE-LATE");
    assert_eq!(refused(open(&mut world, 1, Choice::Against)), "E-VOTE-MISMATCH");
    assert_eq!(refused(open(&mut world, 2, Choice::For)), "E-VOTE-NONE");
    open(&mut world, 1, Choice::For).unwrap();
    assert_eq!(refused(open(&mut world, 1, Choice::For)), "E-VOTE-OPENED");
    count(&mut world).unwrap();
    assert_eq!(world.state().amendments()[0].status, Status::Rejected, "one of forty voted");
    assert_eq!(refused(count(&mut world)), "E-AMENDMENT-STATE");
}

#[test]
fn leaving_on_account_of_an_amendment_costs_nothing_more() {
    let mut world = world();
    world.pass(25);
    world.bring_case(9, world.day(), 39_000).unwrap();
    let leave = |member, amendment| Do::Member(MemberCommand::Leave { member, amendment });
    assert_eq!(refused(world.send_by(5, leave(5, Some(0)))), "E-AMENDMENT-UNKNOWN");
    let number = world.state().open_period();
    let publicity = world.state().period(number).unwrap().publicity;
    world.go_to(publicity);
    world.publish_period(number).unwrap();
    proposed(&mut world, cheaper).unwrap();
    assert_eq!(refused(world.send_by(5, leave(5, Some(0)))), "E-AMENDMENT-EXIT");
    notice(&mut world);
    let left = world.send_by(5, leave(5, Some(0))).unwrap();
    assert!(
        matches!(
            &left[..],
            [Finding::Member(rules::finding::MemberFinding::Left { released: 1, .. })]
        ),
        "{left:?}"
    );
    // Another leaves as always and owes the share of what is published.
    world.send_by(6, leave(6, None)).unwrap();
    world.pass(1);
    world.enrol_people(50..51, "1990-05".parse().unwrap()).unwrap();
    assert_eq!(refused(world.send_by(40, leave(40, Some(0)))), "E-AMENDMENT-EXIT");
    world.notice(number, rules::notice::About::Charge, &[]).unwrap();
    world.go_to(world.state().period(number).unwrap().charge);
    world.close(number).unwrap();
    let state = world.state();
    let share = |member| state.share_of(&state.roll().get(member).unwrap(), number);
    assert_eq!(state.period(number).unwrap().sharers.iter().sum::<u64>(), 39);
    assert!(share(5).is_zero() && !share(6).is_zero(), "only who left on account of it is free");
    let charged: i128 = (0..40).map(|member| share(member).wide()).sum();
    assert_eq!(charged, state.period(number).unwrap().charges.wide());
}

#[test]
fn a_new_cap_of_the_year_waits_for_the_year() {
    let mut charter = charters::village();
    charter.caps.year = Some(rules::charter::Cap {
        amount_minor: money::Amount::from_minor(5_000).unwrap(),
        payers: vec![rules::charter::Payer::Reduction],
    });
    let mut world = world_of(&charter);
    proposed(&mut world, |charter| {
        charter.caps.year.as_mut().unwrap().amount_minor = money::Amount::from_minor(900).unwrap();
    })
    .unwrap();
    assert!(vote(&mut world, 4, 0));
    let cap = |world: &World| {
        world.state().founded().unwrap().charter.caps.year.as_ref().unwrap().amount_minor.minor()
    };
    world.go_to_text("2020-12-01");
    world.send(Do::Member(MemberCommand::Leave { member: 1, amendment: None })).unwrap();
    assert_eq!(cap(&world), 5_000);
    world.go_to_text("2021-01-31");
    world.send(Do::Member(MemberCommand::Leave { member: 2, amendment: None })).unwrap();
    assert_eq!(cap(&world), 900);
    let version = world.state().versions().last().unwrap();
    let first = world.state().period(version.from_period).unwrap();
    assert_eq!(first.year_from, version.from_period);
}
