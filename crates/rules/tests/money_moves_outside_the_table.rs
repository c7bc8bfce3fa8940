//! Fear: money moves into custody or out of it by a way that the charter does not name, beyond its
//! bound, or because some of the duties act together where the charter asks for all of them.

#![allow(dead_code, clippy::unwrap_used, reason = "it uses a part of the watcher; it may stop")]

mod ledger;

use ledger::Watcher;
use rules::charter::{Account, Charter, Role};
use rules::finding::{Finding, PayoutFinding};
use testkit::{History, World, charters, refused, seeds};

/// Moves of one history.
const MOVES: usize = 250;

/// Without any one of these duties no aid can be decided, ordered and paid.
const QUORUM: [Role; 6] = [
    Role::Operator,
    Role::Registrar,
    Role::Investigator,
    Role::Reviewer,
    Role::Treasurer,
    Role::Custodian,
];

#[test]
fn all_duties_but_one_together_pay_nobody() {
    for seed in seeds(7_000, 6) {
        for missing in QUORUM {
            let mut history = History::new(seed);
            history.mute(missing);
            let mut watcher = Watcher::default();
            for number in 0..MOVES {
                let step = history.step();
                let place = format!("seed {seed}, without {missing:?}, move {number}");
                let Ok(findings) = &step.result else { continue };
                watcher.look(history.world().state(), findings, &place);
                let left = findings.iter().any(|finding| {
                    matches!(finding, Finding::Payout(PayoutFinding::Paid { aid_minor, .. })
                        if !aid_minor.is_zero())
                });
                // Cases that members file and document themselves need no registrar.
                assert!(!left || missing == Role::Registrar, "aid left custody; {place}");
            }
        }
    }
}

/// Ten members whose period is collected and owes aid and a fee, under a charter changed after its
/// check, as an operator's own software might.
fn owing(change: fn(&mut Charter)) -> World {
    let mut charter = charters::guild();
    change(&mut charter);
    let mut world = World::found(41, &charter);
    world.enrol_people(0..10, "1990-05".parse().unwrap()).unwrap();
    world.pass(25);
    let day = world.day();
    world.bring_case(3, day, 10_000).unwrap();
    world.publish_and_close(0).unwrap();
    world.collect(0, &[]).unwrap();
    world
}

#[test]
fn a_charter_without_a_needed_flow_founds_nothing() {
    let all = charters::guild().funds.flows.len();
    for missing in 0..all {
        let mut charter = charters::guild();
        let flow = charter.funds.flows.remove(missing);
        let complaints = charter.check().errors;
        let optional = [Account::Sponsor, Account::Advance, Account::Surplus, Account::Deposit];
        let optional = optional.contains(&flow.from)
            || optional.contains(&flow.to)
            || flow.to == Account::Withdrawal
            || flow.authorised_by == "finding.fund.interest"
            || flow.from == Account::Recovered && flow.authorised_by == "finding.case.approved";
        let found = complaints.iter().any(|complaint| complaint.code == "E-CHARTER-FLOW");
        assert_eq!(found, !optional, "{flow:?}");
    }
}

#[test]
fn what_the_charter_leaves_out_is_refused_when_it_comes() {
    let mut world = owing(|charter| {
        charter.funds.flows.retain(|flow| flow.authorised_by != "finding.fund.interest");
    });
    assert_eq!(refused(world.interest(100)), "E-FUNDS-FLOW");
    let mut world = owing(|_| {});
    let carried = world.holds(Account::Custody);
    world.interest(100).unwrap();
    assert_eq!(world.holds(Account::Custody), carried + 100);
    assert_eq!(world.holds(Account::Recovered), 100, "it lowers what the next period raises");
}

#[test]
fn a_fee_beyond_its_flow_is_never_drawn() {
    let mut world = owing(|charter| {
        let fee = charter.funds.flows.iter_mut().find(|flow| flow.pays(Account::Fee)).unwrap();
        fee.bound = money::Rate::parse("0.01").unwrap();
    });
    world.pay_all(0).unwrap();
    let before = world.holds(Account::Custody);
    assert_eq!(refused(world.fee(0)), "E-FUNDS-FLOW");
    assert_eq!(world.holds(Account::Custody), before);
}
