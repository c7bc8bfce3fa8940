//! Failure 13: invented pools and pyramids. ("容易筹", a crowdfunding site, January to March 2018:
//! over 1.6 million not paid out, a fraud case of the police, [B]. "亿加互助", a pyramid of about 4,000
//! people, [C]. No documented theft by one of the large mutual-aid platforms was found.)
//!
//! Here the members and their charges stand in one tree that each of them checks, custody is
//! compared with the bank in public, a payout needs a case, and recruiting earns nothing.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod forger;
mod program;

use std::collections::BTreeSet;

use bank::{Bank, Habits, Kind};
use forger::{at, entries};
use money::{Amount, Currency};
use program::{Rehearsal, done, fails, file, huzhu, run};
use serde_json::{Value, json};

/// The neighbours under a charter that lets payouts rest after a day of difference.
fn charged() -> Rehearsal {
    let plan = Rehearsal::found();
    plan.case();
    plan.done("period publish 0 --day 2019-05-07");
    plan.done("period notice 0 --about charge");
    plan.done("period close 0 --day 2019-05-14");
    plan.done("period collect 0");
    plan
}

/// Ten members, ten charges, one root: what the operator announces is the sum of what its members
/// hold in hand, and a pool with more members in it is another tree.
#[test]
fn the_members_and_their_money_are_counted_in_one_tree() {
    let plan = charged();
    let sealed = plan.done("period seal 0");
    let sealed = &sealed["findings"][0];
    assert_eq!((&sealed["sharers"], &sealed["charges_minor"]), (&json!(10), &json!(206_000)));
    let (mut sum, mut roots) = (0, BTreeSet::new());
    for member in 0..10 {
        let path = plan.folder.path().join(format!("{member}.txt"));
        plan.done(&format!("receipt charge {member} --period 0 --out {}", path.display()));
        let said = done(&format!("verify {}", path.display()));
        assert_eq!(said["verified"], true);
        let statement = said["statement"].as_str().unwrap();
        let mut lines = statement.lines();
        roots.extend(lines.clone().filter(|line| line.starts_with("sealed ")).map(str::to_owned));
        let own = lines.find_map(|line| line.strip_prefix(&format!("charge {member} ")));
        sum += own.unwrap().split(' ').next().unwrap().parse::<i64>().unwrap();
    }
    assert_eq!(sum, sealed["charges_minor"].as_i64().unwrap());
    assert_eq!(roots.len(), 1, "everybody holds the same seal: {roots:?}");
    plan.fails("receipt charge 10 --period 0 --out x.txt", 2, "E-RECEIPT-UNKNOWN");
    // Who checks: with three of ten members checking, one false leaf is found with this chance.
    let odds = plan.done("period detection 0 --wrong 1 --checkers 3");
    assert!(odds.to_string().contains("0.7"), "{odds}");
}

/// The operator holds every key, invents ten members more and signs the log again.
#[test]
fn invented_members_are_named_by_whoever_audits() {
    let plan = charged();
    let mut lie = entries(&plan.path());
    let place = at(&lie, "finding.period.closed");
    lie[place]["command"]["sharers"] = json!(20);
    lie[place]["command"]["rates"][0]["members"] = json!(20);
    let folder = tempfile::tempdir().unwrap();
    let told = forger::write(&plan.path(), &folder.path().join("ledger"), &lie);
    let ran = huzhu(&format!("audit {} --json", told.display()));
    let first = &ran.document()["first_difference"];
    assert_eq!((ran.code, &first["entry"]), (1, &json!(place)), "{first}");
    let kind = first["kind"].as_str().unwrap();
    assert!(["inflated-count", "wrong-total", "wrong-share"].contains(&kind), "{first}");
}

/// The ledger says that the pool is full; the bank's own statement says otherwise, under the bank's
/// key, in public, and nothing more is paid out until it is explained.
#[test]
fn a_pool_that_the_bank_does_not_hold_is_shown_and_frozen() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(file("examples/neighbours.toml")).unwrap();
    let frozen = "[funds.reconciliation]\nfreeze_after_days = 1\n\n[[funds.flows]]";
    let charter = folder.path().join("charter.toml");
    std::fs::write(&charter, text.replacen("[[funds.flows]]", frozen, 1)).unwrap();
    let dir = folder.path().join("ledger");
    let dir = dir.to_str().unwrap();
    done(&format!(
        "plan found --plan {} --dir {dir} --rehearsal --day 2019-01-02 \
         --first-publicity 2019-05-07",
        charter.display()
    ));
    let step = |step: &str| done(&format!("{step} --dir {dir}"));
    step(&format!("member enrol-batch {}", file("examples/ten-members.csv")));
    step(
        "case file --member 3 --severity severe --diagnosed 2019-05-02 --ask 2000.00 \
          --day 2019-05-04",
    );
    step("case investigate 0 --born 1979-03-12 --assess 2000.00");
    step("case approve 0 --aid 2000.00");
    step("case publish 0");
    step("period publish 0 --day 2019-05-07");
    step("period notice 0 --about charge");
    step("period close 0 --day 2019-05-14");
    step("period collect 0");
    // 2,060.00 were collected; somebody has taken 1,500.00 out by the evening.
    let currency = Currency::from_code("CNY").unwrap();
    let day = "2019-05-14".parse().unwrap();
    let mut bank = Bank::open(Habits::smooth(1), currency, "custody", day);
    bank.book(Kind::Other("charges".to_owned()), Amount::from_minor(206_000).unwrap(), "");
    let gone = bank.book(
        Kind::Other("transfer".to_owned()),
        Amount::from_minor(-150_000).unwrap(),
        "elsewhere",
    );
    let lay = |text: String| {
        let path = folder.path().join("statement.xml");
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let stated = step(&format!("bank statement {}", lay(bank.statement())));
    let found: &Value = &stated["findings"][0];
    assert_eq!(found["do"], "finding.bank.reconciled");
    assert_eq!((&found["ledger_minor"], &found["bank_minor"]), (&json!(206_000), &json!(56_000)));
    let ran = run(&["bank", "reconcile", "--dir", dir, "--json"]);
    assert_eq!((ran.code, &ran.document()["difference_minor"]), (1, &json!(150_000)));
    // Nobody but the bank's key says what the bank holds, though the money is back next morning.
    bank.take_back(&gone, "AC03");
    let second = lay(bank.statement());
    for signer in ["operator", "treasurer"] {
        let entered = format!("bank statement {second} --signer {signer} --dir {dir}");
        fails(&entered, 3, "E-ROLE");
    }
    for day in ["2019-05-16", "2019-05-20"] {
        fails(&format!("period order 0 --day {day} --dir {dir}"), 3, "E-FUNDS-FROZEN");
    }
    // By the bank's own word the sick can be paid again.
    step(&format!("bank statement {second}"));
    step("period pay 0");
}

/// A payout needs a case that stood in public; a pyramid needs a reward for recruiting.
#[test]
fn neither_a_payout_without_a_case_nor_a_pyramid_is_possible() {
    let plan = Rehearsal::found();
    plan.done("period publish 0 --day 2019-05-07");
    plan.done("period notice 0 --about charge");
    plan.done("period close 0 --day 2019-05-14");
    plan.done("period collect 0");
    // An order finds nothing to pay, and there is no other verb that pays.
    assert_eq!(plan.done("period order 0")["findings"][0]["total_minor"], 0);
    plan.fails("bank export payouts 0 --out x.xml", 3, "E-BANK-NOTHING");
    let text = std::fs::read_to_string(file("examples/neighbours.toml")).unwrap();
    let rewarded = text.replacen("rewarded_depth = 0", "rewarded_depth = 3", 1);
    assert_ne!(text, rewarded);
    let path = plan.folder.path().join("pyramid.toml");
    std::fs::write(&path, rewarded).unwrap();
    let checked = huzhu(&format!("plan check {} --json", path.display()));
    assert_eq!(checked.code, 1, "{}", checked.out);
    assert!(checked.out.contains("E-CHARTER-INTRODUCTIONS"), "{}", checked.out);
}
