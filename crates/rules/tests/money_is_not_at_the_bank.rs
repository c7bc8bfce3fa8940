//! Fear: the ledger says that money is there and the bank does not have it; a statement is left
//! out, sent twice, bent, or signed by somebody else; and aid is paid on as if nothing were.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use money::Amount;
use proptest::prelude::*;
use rules::bank::{Row, RowList};
use rules::books::Term;
use rules::charter::{Account, Charter, Reconciliation, Role};
use rules::command::{BankCommand, Do, MemberRows};
use rules::finding::{BankFinding, Finding};
use testkit::{Statement, World, charters, refused};

fn charter(freeze_after_days: Option<i32>) -> Charter {
    let mut charter = charters::guild();
    charter.funds.reconciliation =
        freeze_after_days.map(|freeze_after_days| Reconciliation { freeze_after_days });
    charter
}

/// Twenty members, two cases of 100.00, collected: 210.00 in custody by the ledger.
fn collected(freeze_after_days: Option<i32>) -> World {
    let mut world = World::found(71, &charter(freeze_after_days));
    world.enrol_people(0..20, "1990-05".parse().unwrap()).unwrap();
    world.pass(25);
    let day = world.day();
    world.bring_case(3, day, 10_000).unwrap();
    world.bring_case(5, day, 10_000).unwrap();
    world.publish_and_close(0).unwrap();
    world.collect(0, &[]).unwrap();
    world
}

const COLLECTED: (Term, u32, u32, i64) = (Term::Collection, 0, 0, 21_000);

fn aid(case: u32, amount: i64) -> (Term, u32, u32, i64) {
    (Term::AidPaid, 0, case, -amount)
}

/// Difference, unmatched and frozen of the one finding.
fn reconciled(findings: &[Finding]) -> (i64, u32, bool) {
    match findings {
        [Finding::Bank(BankFinding::Reconciled { difference_minor, unmatched, frozen, .. })] => {
            (difference_minor.minor(), *unmatched, *frozen)
        }
        other => panic!("{other:?} is no reconciliation"),
    }
}

#[test]
fn every_movement_of_a_whole_period_is_matched() {
    let mut world = collected(Some(3));
    let entered = Statement::next(&world, &[COLLECTED], &[]).enter(&mut world).unwrap();
    assert_eq!(reconciled(&entered), (0, 0, false));
    world.order_payout(0).unwrap();
    // The bank may pay what is ordered before the custodian confirms it.
    let entered = Statement::next(&world, &[aid(0, 10_000)], &[]).enter(&mut world).unwrap();
    assert_eq!(reconciled(&entered), (10_000, 0, false));
    world.payout(0, &[0, 1], &[]).unwrap();
    world.fee(0).unwrap();
    world.interest(25).unwrap();
    let rest = [aid(1, 10_000), (Term::FeePaid, 0, 0, -1_000), (Term::Interest, 0, 0, 25)];
    let entered = Statement::next(&world, &rest, &[]).enter(&mut world).unwrap();
    assert_eq!(reconciled(&entered), (0, 0, false));
    assert!(world.state().in_transit().unwrap().is_empty());
    // A day without movements has its statement too.
    world.pass(1);
    Statement::next(&world, &[], &[]).enter(&mut world).unwrap();
}

#[test]
fn statements_come_in_order_each_once_and_without_gaps() {
    let mut world = collected(None);
    let first = Statement::next(&world, &[COLLECTED], &[]);
    first.enter(&mut world).unwrap();
    assert_eq!(refused(first.enter(&mut world)), "E-BANK-AGAIN");
    let other = Statement { file: 99, ..first.clone() };
    assert_eq!(refused(other.enter(&mut world)), "E-BANK-ORDER");
    let next = Statement::next(&world, &[], &[]);
    let late = Statement { number: 4, ..next.clone() };
    let refusal = late.enter(&mut world).unwrap_err();
    assert_eq!(refusal.code, "E-BANK-GAP");
    assert!(refusal.why.contains("2 to 3"), "{}", refusal.why);
    let early = Statement { number: 0, ..next.clone() };
    assert_eq!(refused(early.enter(&mut world)), "E-BANK-ORDER");
    let opens = Statement { opening: 20_999, closing: 20_999, ..next.clone() };
    assert_eq!(refused(opens.enter(&mut world)), "E-BANK-OPENING");
    let closes = Statement { closing: 21_001, ..next.clone() };
    assert_eq!(refused(closes.enter(&mut world)), "E-BANK-SUM");
    let mut command = next.command(&world);
    world.pass(-1);
    if let Do::Bank(BankCommand::Statement { day, .. }) = &mut command {
        *day = day.plus_days(1);
    }
    assert_eq!(refused(world.send(command.clone())), "E-BANK-DAY", "a day to come");
    if let Do::Bank(BankCommand::Statement { day, .. }) = &mut command {
        *day = day.plus_days(-2);
    }
    assert_eq!(refused(world.send(command)), "E-BANK-DAY", "a day that is stated");
    next.enter(&mut world).unwrap();
    assert_eq!(world.state().bank().last().unwrap().number, 2);
}

#[test]
fn only_the_custodian_states_what_the_bank_holds() {
    let world = collected(None);
    let statement = Statement::next(&world, &[COLLECTED], &[]).command(&world);
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Custodian) {
        let mut world = world.clone();
        assert_eq!(refused(world.send_as(role, statement.clone())), "E-ROLE", "{role:?}");
        assert!(world.state().bank().last().is_none());
    }
    let mut stranger = world.clone();
    let key = *stranger.keys().stranger();
    let command = stranger.command(&key, statement.clone());
    assert_eq!(refused(stranger.offer(&key, command)), "E-ROLE");
    let mut world = world;
    world.send_as(Role::Custodian, statement).unwrap();
}

#[test]
fn nothing_is_matched_without_a_reason_in_the_ledger() {
    let mut world = collected(None);
    for wrong in [
        (Term::Collection, 0, 0, 21_001),
        (Term::Collection, 1, 0, 21_000),
        (Term::Collection, 9, 0, 1),
        (Term::Collection, 0, 0, -1),
        (Term::Collection, 0, 0, 0),
        aid(0, 1),
        aid(77, 10_000),
        (Term::AidPaid, 0, 0, 1),
        (Term::FeePaid, 0, 0, -1),
        (Term::Interest, 0, 0, 1),
        (Term::Advance, 0, 0, 1),
        (Term::Charges, 0, 0, 1),
    ] {
        let result = Statement::next(&world, &[wrong], &[]).enter(&mut world);
        assert_eq!(refused(result), "E-BANK-MATCH", "{wrong:?}");
    }
    Statement::next(&world, &[COLLECTED], &[]).enter(&mut world).unwrap();
    let again = Statement::next(&world, &[(Term::Collection, 0, 0, 1)], &[]).enter(&mut world);
    assert_eq!(refused(again), "E-BANK-MATCH", "all of it is matched");
    world.order_payout(0).unwrap();
    let above = Statement::next(&world, &[aid(0, 10_001)], &[]).enter(&mut world);
    assert_eq!(refused(above), "E-BANK-MATCH");
    Statement::next(&world, &[aid(0, 10_000)], &[]).enter(&mut world).unwrap();
    let twice = Statement::next(&world, &[aid(0, 10_000)], &[]).enter(&mut world);
    assert_eq!(refused(twice), "E-BANK-MATCH", "aid is paid once");
    // What came back may go out again.
    Statement::next(&world, &[(Term::AidPaid, 0, 0, 10_000)], &[]).enter(&mut world).unwrap();
    Statement::next(&world, &[aid(0, 10_000)], &[]).enter(&mut world).unwrap();
    let mut twins = Statement::next(&world, &[], &[]);
    twins.rows = vec![aid(1, 5_000), aid(1, 5_000)];
    twins.closing -= 10_000;
    assert_eq!(refused(twins.enter(&mut world)), "E-BANK-ROWS");
}

#[test]
fn what_nobody_ordered_is_on_record_until_it_is_taken_back_or_explained() {
    let mut world = collected(None);
    let strays = [("BK7", -500), ("BK8", 300)];
    let entered = Statement::next(&world, &[COLLECTED], &strays).enter(&mut world).unwrap();
    assert_eq!(reconciled(&entered), (200, 2, false));
    // The bank takes one back; the other was interest that is reported later.
    let entered = Statement::next(&world, &[], &[("BK7", 500)]).enter(&mut world).unwrap();
    assert_eq!(reconciled(&entered), (-300, 1, false));
    let explain = |reference: &str, amount: i64| {
        let amount_minor = Amount::from_minor(amount).unwrap();
        let matched = Row { term: Term::Interest, period: 0, number: 0, amount_minor };
        Do::Bank(BankCommand::Explain { reference: reference.to_owned(), matched })
    };
    assert_eq!(refused(world.send(explain("BK8", 300))), "E-BANK-MATCH");
    world.interest(300).unwrap();
    assert_eq!(refused(world.send(explain("BK8", 299))), "E-BANK-MATCH");
    assert_eq!(refused(world.send(explain("BK7", 300))), "E-BANK-MATCH");
    assert_eq!(refused(world.send_as(Role::Treasurer, explain("BK8", 300))), "E-ROLE");
    let explained = world.send(explain("BK8", 300)).unwrap();
    assert_eq!(reconciled(&explained), (0, 0, false));
    for (reference, amount) in [("", 1), ("a\nb", 1), (&*"x".repeat(36), 1), ("BK9", 0)] {
        let result = Statement::next(&world, &[], &[(reference, amount)]).enter(&mut world);
        assert_eq!(refused(result), "E-BANK-ROWS", "{reference:?}");
    }
}

#[test]
fn payouts_rest_while_the_bank_lacks_what_the_ledger_says() {
    let mut world = collected(Some(3));
    // No statement at all is a difference as well.
    world.pass(3);
    world.clone().order_payout(0).unwrap();
    world.pass(1);
    assert_eq!(refused(world.order_payout(0)), "E-FUNDS-FROZEN");
    let entered = Statement::next(&world, &[COLLECTED], &[]).enter(&mut world).unwrap();
    assert_eq!(reconciled(&entered), (0, 0, false));
    world.order_payout(0).unwrap();
    world.payout(0, &[0, 1], &[]).unwrap();
    // A charge of the bank that nobody agreed to keeps the fee in custody, and nothing else does.
    let paid = [aid(0, 10_000), aid(1, 10_000)];
    Statement::next(&world, &paid, &[("BK9", -7)]).enter(&mut world).unwrap();
    world.pass(3);
    world.clone().fee(0).unwrap();
    world.pass(1);
    assert_eq!(refused(world.fee(0)), "E-FUNDS-FROZEN");
    let entered = Statement::next(&world, &[], &[]).enter(&mut world).unwrap();
    assert_eq!(reconciled(&entered), (7, 1, true));
    Statement::next(&world, &[], &[("BK9", 7)]).enter(&mut world).unwrap();
    world.fee(0).unwrap();
    // Without the clause it is only published.
    let mut open = collected(None);
    open.pass(100);
    open.order_payout(0).unwrap();
}

#[test]
fn rows_beside_the_log_are_the_rows() {
    let mut world = collected(None);
    let rows = [Row { term: Term::Collection, period: 0, number: 0, amount_minor: amount(21_000) }];
    let bytes: Vec<u8> = rows.iter().flat_map(|row| row.to_bytes().unwrap()).collect();
    let mut send = |bytes: Vec<u8>| {
        let chunk = world.lay_rows(bytes, 1);
        let mut command = Statement::next(&world, &[COLLECTED], &[]).command(&world);
        if let Do::Bank(BankCommand::Statement { matched, .. }) = &mut command {
            *matched = RowList::There(MemberRows { chunk });
        }
        world.send(command)
    };
    for (place, value) in [(0, 200), (1, 1), (19, 0x7f)] {
        let mut wrong = bytes.clone();
        wrong[place] = value;
        assert_eq!(refused(send(wrong)), "E-BANK-ROWS", "byte {place}");
    }
    send(bytes).unwrap();
}

fn amount(minor: i64) -> Amount {
    Amount::from_minor(minor).unwrap()
}

#[test]
fn a_wrong_clause_is_refused() {
    for days in [-1, 32] {
        let report = charter(Some(days)).check();
        assert!(report.errors.iter().any(|e| e.code == "E-CHARTER-RECONCILIATION"), "{days}");
    }
    assert!(charter(Some(0)).check().errors.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever statements say: the difference is what is in transit less what is unmatched.
    #[test]
    fn the_difference_is_always_explained(
        steps in prop::collection::vec((0_u8..6, 1_i64..12_000), 1..24),
    ) {
        let mut world = collected(None);
        world.order_payout(0).unwrap();
        for (step, minor) in steps {
            let row = match step {
                0 => Some((Term::Collection, 0, 0, minor)),
                1 => Some(aid(0, minor)),
                2 => Some(aid(1, minor)),
                _ => None,
            };
            let strays = [("BK1", minor), ("BK2", -minor)];
            let strays = match step {
                3 => &strays[..1],
                4 => &strays[1..],
                _ => &[],
            };
            let rows: Vec<_> = row.into_iter().collect();
            let _ = Statement::next(&world, &rows, strays).enter(&mut world);
            if step == 5 {
                let _ = world.payout(0, &[u32::from(minor % 2 == 0)], &[]);
            }
            let state = world.state();
            let transit: i128 = state.in_transit().unwrap().iter().map(|(_, a)| a.wide()).sum();
            let unmatched: i128 = state.bank().unmatched().map(|(_, a)| a.wide()).sum();
            prop_assert_eq!(state.custody_difference().unwrap().wide(), transit - unmatched);
            let custody = state.books().balance(Account::Custody);
            let equal = custody == state.bank().custody();
            prop_assert_eq!(equal, state.bank().differs_since().is_none());
        }
    }
}
