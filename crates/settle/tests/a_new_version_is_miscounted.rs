//! Fear: after an amendment, or after somebody has left on account of it, the column, the statement
//! and the rules give three answers to what a member owes.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use money::Amount;
use rules::amendment::{Status, difference};
use rules::ballot::{Choice, Opening};
use rules::bytes::Bytes;
use rules::charter::{Cap, Charter, Payer};
use rules::command::{AmendmentCommand, Do, MemberCommand, MemberList};
use rules::notice::About;
use settle::{Columns, RateLedger};
use testkit::{World, charters};

fn charter() -> Charter {
    let mut charter = charters::guild();
    charter.jury.hearing.parties.clear();
    charter.jury.hearing.openers.clear();
    charter.re_audit = None;
    let amount_minor = Amount::from_minor(12_000).unwrap();
    charter.caps.year = Some(Cap { amount_minor, payers: vec![Payer::Reduction] });
    charter
}

fn opening() -> Opening {
    Opening { choice: Choice::For, reason: String::new(), salt: Bytes(vec![3; 32]) }
}

/// Runs one period with a case, to its closing and collection.
fn period(world: &mut World, applicant: u32) {
    let number = world.state().open_period();
    let publicity = world.state().period(number).unwrap().publicity;
    world.go_to(publicity.plus_days(-1).max(world.day()));
    world.bring_case(applicant, world.day(), 90_000).unwrap();
    world.go_to(publicity.max(world.day()));
    world.publish_period(number).unwrap();
    world.notice(number, About::Charge, &[]).unwrap();
}

fn close(world: &mut World) {
    let number = world.state().open_period() - 1;
    world.go_to(world.state().period(number).unwrap().charge.max(world.day()));
    world.close(number).unwrap();
    world.collect(number, &[]).unwrap();
}

/// Proposes, and lets twelve members adopt it.
fn amend(world: &mut World, change: impl FnOnce(&mut Charter)) {
    let number = world.state().amendments().len() as u32;
    let before = world.state().founded().unwrap().charter.clone();
    let mut after = before.clone();
    change(&mut after);
    let changes = difference(&before.to_value(), &after.to_value());
    world.send(Do::Amendment(AmendmentCommand::Propose { changes })).unwrap();
    let unreached = MemberList::Here(Vec::new());
    world.send(Do::Amendment(AmendmentCommand::Notice { amendment: number, unreached })).unwrap();
    world.pass(31);
    for member in 10..22 {
        let commitment = opening().commitment("test", &format!("amendment {number}"), member);
        let copies = Vec::new();
        let commit = AmendmentCommand::Commit { amendment: number, commitment, copies };
        world.send_by(member, Do::Amendment(commit)).unwrap();
    }
    world.pass(8);
    for member in 10..22 {
        let open = AmendmentCommand::Open { amendment: number, opening: opening() };
        world.send_by(member, Do::Amendment(open)).unwrap();
    }
    world.send(Do::Amendment(AmendmentCommand::Count { amendment: number })).unwrap();
    assert_eq!(world.state().amendments()[number as usize].status, Status::Adopted);
}

/// Compares all three for everybody; gives how many charges were not nothing.
fn compare(world: &World) -> u64 {
    let state = world.state();
    let mut ledger = RateLedger::default();
    ledger.catch_up(state).unwrap();
    let periods = ledger.periods();
    let columns: Vec<Columns> = (0..periods).map(|p| Columns::of(state, p).unwrap()).collect();
    let mut charged = 0;
    for number in 0..state.roll().len() {
        let member = state.roll().get(number).unwrap();
        for period in 0..periods {
            let share = state.share_of(&member, period);
            let column = columns[period as usize].charges().minor(number).unwrap();
            assert_eq!(column as i64, share.minor(), "member {number}, period {period}");
            let statement = ledger.statement(state, number, period..period + 1).unwrap();
            assert_eq!(statement.charged, share, "member {number}, period {period}");
            charged += u64::from(!share.is_zero());
        }
        let all = (0..periods).map(|period| state.share_of(&member, period));
        let all = Amount::total(all).unwrap();
        assert_eq!(ledger.statement(state, number, 0..periods).unwrap().charged, all);
    }
    charged
}

#[test]
fn bands_that_change_within_a_year_and_a_cap_that_changes_with_it() {
    let mut world = World::found(4, &charter());
    for (from, birth) in [(1, "1960-03"), (21, "1975-08"), (41, "1985-11"), (61, "1999-02")] {
        world.enrol_people(from..from + 20, birth.parse().unwrap()).unwrap();
    }
    world.pass(25);
    for applicant in [70, 71] {
        period(&mut world, applicant);
        close(&mut world);
    }
    amend(&mut world, |charter| charters::band(charter, &[(39, 100), (59, 130)]));
    world.enrol_people(90..95, "1990-01".parse().unwrap()).unwrap();
    for applicant in 72..80 {
        period(&mut world, applicant);
        close(&mut world);
    }
    let bands = |world: &World, number| world.state().charter_in(number).unwrap().bands().len();
    let last = world.state().open_period() - 1;
    assert_eq!((bands(&world, 0), bands(&world, last)), (3, 2), "the bands have changed");
    amend(&mut world, |charter| {
        charter.caps.year.as_mut().unwrap().amount_minor = Amount::from_minor(3_000).unwrap();
    });
    for applicant in 50..70 {
        period(&mut world, applicant);
        close(&mut world);
    }
    let newest = world.state().versions().last().unwrap();
    assert_eq!(newest.charter.caps.year.as_ref().unwrap().amount_minor.minor(), 3_000);
    let charged = compare(&world);
    assert!(charged > 500, "{charged} charges were compared");
}

#[test]
fn who_left_free_is_in_no_column_and_the_others_bear_it() {
    let mut world = World::found(4, &charter());
    world.enrol_people(1..41, "1985-03".parse().unwrap()).unwrap();
    world.enrol_people(41..61, "1999-03".parse().unwrap()).unwrap();
    world.pass(25);
    period(&mut world, 3);
    close(&mut world);
    amend(&mut world, |charter| charter.watch.net_exit = money::Rate::parse("0.2").unwrap());
    period(&mut world, 4);
    let number = world.state().open_period() - 1;
    let counted: u64 = world.state().period(number).unwrap().sharers.iter().sum();
    for member in [7, 50] {
        let body = MemberCommand::Leave { member, amendment: Some(0) };
        world.send_by(member, Do::Member(body)).unwrap();
    }
    close(&mut world);
    let state = world.state();
    let sharers: u64 = state.period(number).unwrap().sharers.iter().sum();
    assert_eq!(sharers, counted - 2);
    for member in [7, 50] {
        assert!(state.share_of(&state.roll().get(member).unwrap(), number).is_zero());
    }
    assert!(compare(&world) > 100);
}
