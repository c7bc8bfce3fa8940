//! Fear: between the ledger and the bank money is lost, paid twice, paid to somebody else, or
//! believed to be where it is not, when people use the program and the bank's files for it.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod plan_life;
mod program;

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use bank::{Answer, Bank, Habits, Kind};
use money::{Amount, Currency};
use program::Rehearsal;
use serde_json::Value;

/// A rehearsal and its bank.
struct Place {
    rehearsal: Rehearsal,
    bank: Bank,
}

fn cny() -> Currency {
    Currency::from_code("CNY").unwrap()
}

fn amount(minor: i64) -> Amount {
    Amount::from_minor(minor).unwrap()
}

impl Place {
    /// Ten members, one case of 2,000.00, charged.
    fn charged(habits: Habits) -> Self {
        let rehearsal = Rehearsal::found();
        rehearsal.case();
        rehearsal.done("period publish 0 --day 2019-05-07");
        rehearsal.done("period notice 0 --about charge");
        rehearsal.done("period close 0 --day 2019-05-14");
        let day = "2019-05-14".parse().unwrap();
        Self { rehearsal, bank: Bank::open(habits, cny(), "custody", day) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.rehearsal.folder.path().join(name)
    }

    fn lay(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Exports a file and lets the bank take it.
    fn send(&mut self, what: &str) -> Answer {
        let path = self.path(&format!("{what}.xml"));
        self.rehearsal.done(&format!("bank export {what} 0 --out {}", path.display()));
        self.bank.take(BufReader::new(File::open(path).unwrap())).unwrap()
    }

    /// Exports, lets the bank answer, and reports the answer; gives the answer's file.
    fn settle(&mut self, what: &str) -> String {
        let answer = self.send(what);
        let path = self.lay(&format!("{what}.pain.002.xml"), &answer.status());
        self.rehearsal.done(&format!("bank collect {path}"));
        path
    }

    /// Enters the day's statement.
    fn state(&mut self) -> Value {
        let text = self.bank.statement();
        let path = self.lay("statement.xml", &text);
        self.rehearsal.done(&format!("bank statement {path}"))
    }

    /// Comparison of ledger and bank.
    fn reconcile(&self) -> Value {
        let dir = self.rehearsal.dir();
        let ran = program::huzhu(&format!("bank reconcile --json --dir {dir}"));
        let document = ran.document();
        assert_eq!(ran.code, i32::from(document["agrees"] != true), "{document}");
        document
    }
}

#[test]
fn the_whole_way_of_the_money_ends_with_ledger_and_bank_equal() {
    let mut place = Place::charged(Habits { late_payouts: 1000, ..Habits::smooth(1) });
    place.settle("collections");
    place.state();
    assert_eq!(place.reconcile()["bank_minor"], 206_000);
    place.rehearsal.done("period order 0");
    // The bank takes the payout and makes it a day later.
    let answer = place.send("payouts");
    assert_eq!(answer.settled(), 0);
    let path = place.lay("p.pain.002.xml", &answer.status());
    let waits = place.rehearsal.done(&format!("period pay 0 --from {path}"));
    assert_eq!(waits["notes"][0], "1 wait");
    place.rehearsal.fails("period settle 0", 3, "E-PERIOD-STATE");
    place.bank.go_to("2019-05-15".parse().unwrap());
    place.bank.book(Kind::Interest, amount(12), "");
    let told = place.lay("told.camt.054.xml", &place.bank.notification());
    let read = place.rehearsal.done(&format!("bank read {told}"));
    assert_eq!(read["would"].as_array().unwrap().len(), 2, "{read}");
    place.rehearsal.done(&format!("bank collect {told} --day 2019-05-15"));
    assert_eq!(place.reconcile()["differs_since"], "2019-05-15");
    place.rehearsal.done("period fee 0");
    place.settle("fee");
    // The fee is late as well: until the bank has paid it, it is in transit.
    assert_eq!(place.reconcile()["in_transit"].as_array().unwrap().len(), 3);
    place.bank.go_to("2019-05-16".parse().unwrap());
    let statement = place.bank.statement();
    let statement = place.lay("s.camt.053.xml", &statement);
    let entered = place.rehearsal.done(&format!("bank statement {statement} --day 2019-05-16"));
    assert_eq!(entered["findings"][0]["difference_minor"], 0, "{entered}");
    let end = place.reconcile();
    assert_eq!((&end["agrees"], &end["ledger_minor"]), (&true.into(), &12.into()), "{end}");
    place.rehearsal.done("period settle 0");
    assert_eq!(place.rehearsal.done("case show 0")["paid_minor"], 200_000);
    let replayed = program::done(&format!("replay {}", place.rehearsal.dir()));
    assert!(replayed["entries"].as_u64().unwrap() > 20);
}

#[test]
fn failed_charges_are_tried_again_and_only_they() {
    let mut place = Place::charged(Habits::smooth(0));
    // What a bank refuses follows from the ids, and these from the plan's own random name: the
    // first bank is taken that refuses some and not all.
    let mut seeds = 0..64;
    let (answer, failed) = loop {
        let seed = seeds.next().expect("one bank in 64 refuses some of ten charges and not all");
        let habits = Habits { refused_collections: 400, ..Habits::smooth(seed) };
        place.bank = Bank::open(habits, cny(), "custody", "2019-05-14".parse().unwrap());
        let answer = place.send("collections");
        let failed: Vec<u32> = answer.refused().map(|(id, _)| id.number).collect();
        if (1..10).contains(&failed.len()) {
            break (answer, failed);
        }
    };
    assert!(!failed.is_empty() && failed.len() < 10, "{failed:?}");
    let path = place.lay("c.pain.002.xml", &answer.status());
    place.rehearsal.done(&format!("period collect 0 --from {path}"));
    let again = place.rehearsal.fails(&format!("bank collect {path}"), 2, "E-BANK-TWICE");
    assert!(again["why"].as_str().unwrap().contains("already"), "{again}");
    place.state();
    assert_eq!(place.reconcile()["agrees"], true);
    let out = place.path("retry.xml");
    let exported = place
        .rehearsal
        .done(&format!("bank export collections 0 --out {} --day 2019-05-16", out.display()));
    assert_eq!(exported["count"], failed.len());
    place.bank.go_to("2019-05-16".parse().unwrap());
    let answer = place.bank.take(BufReader::new(File::open(&out).unwrap())).unwrap();
    let path = place.lay("r.pain.002.xml", &answer.status());
    place.rehearsal.done(&format!("bank collect {path} --day 2019-05-16"));
    let unpaid = place.rehearsal.done("arrears list");
    assert_eq!(unpaid["of"], answer.refused().count());
    if place.bank.has_news() {
        place.state();
    }
    assert_eq!(place.reconcile()["agrees"], true);
}

#[test]
fn the_same_export_is_the_same_file_and_the_bank_takes_it_once() {
    let mut place = Place::charged(Habits::smooth(3));
    let (one, two) = (place.path("one.xml"), place.path("two.xml"));
    for path in [&one, &two] {
        place.rehearsal.done(&format!("bank export collections 0 --out {}", path.display()));
    }
    assert_eq!(std::fs::read(&one).unwrap(), std::fs::read(&two).unwrap());
    place.bank.take(BufReader::new(File::open(one).unwrap())).unwrap();
    assert!(place.bank.take(BufReader::new(File::open(two).unwrap())).is_err());
}

#[test]
fn a_file_that_is_not_the_banks_answer_changes_nothing() {
    let mut place = Place::charged(Habits::smooth(4));
    let sound = place.send("collections").status();
    let before = place.rehearsal.done("period list");
    for (from, to, code) in [
        ("<OrgnlNbOfTxs>10", "<OrgnlNbOfTxs>9", "E-BANK-SUM"),
        ("<OrgnlCtrlSum>2060.00", "<OrgnlCtrlSum>2060.01", "E-BANK-SUM"),
        ("<OrgnlCtrlSum>2060.00", "<OrgnlCtrlSum>2060.001", "E-BANK-AMOUNT"),
        ("<GrpSts>ACSC", "<GrpSts>ACSP", "E-BANK-PENDING"),
        ("<GrpSts>ACSC", "<GrpSts>RJCT", "E-BANK-REFUSED"),
        ("<GrpSts>ACSC</GrpSts>", "", "E-BANK-MISSING"),
        ("<OrgnlMsgId>MC.", "<OrgnlMsgId>MP.", "E-BANK-NOTHING"),
        ("<Document", "<!DOCTYPE x><Document", "E-BANK-DOCTYPE"),
        ("</Document>", "", "E-BANK-CUT"),
        ("pain.002.001.12", "pain.009.001.01", "E-BANK-MESSAGE"),
    ] {
        assert!(sound.contains(from), "{from}");
        let path = place.lay("bent.xml", &sound.replacen(from, to, 1));
        let exit = if code == "E-BANK-NOTHING" { 3 } else { 2 };
        place.rehearsal.fails(&format!("bank collect {path}"), exit, code);
        place.rehearsal.fails(&format!("bank read {path}"), exit, code);
    }
    // The fingerprint is of another file: somebody else was charged, or something else.
    let id = sound.split("<OrgnlMsgId>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let other = format!("{}{}", &id[..id.len() - 8], "00000000");
    let path = place.lay("bent.xml", &sound.replace(&id, &other));
    place.rehearsal.fails(&format!("bank collect {path}"), 2, "E-BANK-ID");
    place.rehearsal.fails("bank collect nowhere.xml", 2, "E-FILE");
    assert_eq!(place.rehearsal.done("period list"), before);
}

#[test]
fn money_that_goes_elsewhere_or_twice_is_seen_and_named() {
    let mut place = Place::charged(Habits::smooth(5));
    place.settle("collections");
    place.rehearsal.done("period order 0");
    place.send("payouts");
    // The bank pays the same aid once more to somebody else, and takes a fee of its own.
    let id = {
        let text = std::fs::read_to_string(place.path("payouts.xml")).unwrap();
        text.split("<EndToEndId>").nth(1).unwrap().split('<').next().unwrap().to_owned()
    };
    let stolen = place.bank.book(Kind::Payment(id.clone()), amount(-200_000), "M-9");
    place.bank.book(Kind::Other("account fee".into()), amount(-150), "");
    let told = place.lay("told.camt.054.xml", &place.bank.notification());
    let refused = place.rehearsal.fails(&format!("bank collect {told}"), 2, "E-BANK-TWICE");
    assert!(refused["why"].as_str().unwrap().contains(&id));
    let entered = place.state();
    assert_eq!(entered["findings"][0]["unmatched"], 2, "{entered}");
    let seen = place.reconcile();
    let strays: Vec<i64> = seen["unmatched"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["amount_minor"].as_i64().unwrap())
        .collect();
    assert_eq!(strays, [-200_000, -150]);
    // The bank takes it back; what it charged stays on record, and no ledger command hides it.
    place.bank.take_back(&stolen, "AC03");
    place.state();
    let seen = place.reconcile();
    assert_eq!(seen["unmatched"].as_array().unwrap().len(), 1, "{seen}");
    let reference = seen["unmatched"][0]["reference"].as_str().unwrap().to_owned();
    for term in ["interest", "fee-paid", "aid-paid"] {
        let explain = format!("bank explain {reference} --for {term}");
        place.rehearsal.fails(&explain, 3, "E-BANK-MATCH");
    }
    place.rehearsal.fails(&format!("bank explain {reference} --for nothing"), 2, "E-BANK-TERM");
}

#[test]
fn a_statement_is_not_entered_twice_or_with_a_gap() {
    let mut place = Place::charged(Habits::smooth(6));
    place.settle("collections");
    let first = place.bank.statement();
    let first = place.lay("first.xml", &first);
    place.rehearsal.done(&format!("bank statement {first}"));
    place.rehearsal.fails(&format!("bank statement {first}"), 3, "E-BANK-AGAIN");
    place.bank.statement();
    let third = place.bank.statement();
    let third = place.lay("third.xml", &third);
    let gap = place.rehearsal.fails(&format!("bank statement {third}"), 3, "E-BANK-GAP");
    assert!(gap["why"].as_str().unwrap().contains('2'), "{gap}");
    let other = place.lay("other.xml", "<Document xmlns=\"x\"/>");
    place.rehearsal.fails(&format!("bank statement {other}"), 2, "E-BANK-MESSAGE");
    place.rehearsal.fails("bank export payouts 0 --out x.xml", 3, "E-BANK-NOTHING");
    place.rehearsal.fails("bank export fee 0 --out x.xml", 3, "E-BANK-NOTHING");
    place.rehearsal.fails("bank export repayment 0 --out x.xml", 3, "E-BANK-NOTHING");
    place.rehearsal.fails("bank export collections 7 --out x.xml", 3, "E-BANK-NOTHING");
}

/// A payout file that the bank books in one sum, under the id of the file.
#[test]
fn payouts_that_are_booked_in_one_sum_are_matched_case_by_case() {
    let mut place = Place::charged(Habits::smooth(7));
    place.settle("collections");
    place.state();
    place.rehearsal.done("period order 0");
    let path = place.path("payouts.xml");
    place.rehearsal.done(&format!("bank export payouts 0 --out {}", path.display()));
    let text = std::fs::read_to_string(path).unwrap();
    let id = text.split("<MsgId>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    // For another sum than was ordered it does not say what was paid, and is listed.
    let wrong = place.bank.book(Kind::Batch(id.clone(), 1), amount(-200_001), "");
    place.state();
    assert_eq!(place.reconcile()["unmatched"][0]["amount_minor"], -200_001);
    place.bank.take_back(&wrong, "");
    // Booked before the ledger has confirmed it: the bank is ahead, and knows what for.
    place.bank.book(Kind::Batch(id, 1), amount(-200_000), "");
    place.state();
    let seen = place.reconcile();
    assert_eq!(seen["unmatched"].as_array().unwrap().len(), 0, "{seen}");
    let open = &seen["in_transit"][0];
    assert_eq!((&open["term"], &open["amount_minor"]), (&"aid-paid".into(), &200_000.into()));
    place.rehearsal.done("runoff pay");
    assert_eq!(place.reconcile()["agrees"], true);
}

/// Charges that a balance has paid are not asked of the bank a second time; and whose balance is
/// low is told before the next charge.
#[test]
fn a_charge_drawn_from_a_balance_is_not_collected_again() {
    let mut life = plan_life::Life::found("waterdrop");
    life.done("fund pay-in 3=500.00,4=500.00,5=11.00 --day 2019-07-30");
    life.case(0, 6, "100.00", "2019-07-30");
    life.close();
    let out = life.path().join("collections.xml");
    let exported = life.done(&format!("bank export collections 0 --out {}", out.display()));
    // Twelve members share 108.00 up to their cap of 3.00; three of them have paid.
    let asked = (&exported["count"], &exported["sum_minor"]);
    assert_eq!(asked, (&9.into(), &(9 * 300).into()));
    let text = std::fs::read_to_string(&out).unwrap();
    for member in 0..12 {
        let asked = text.contains(&format!("<MndtId>M-{member}</MndtId>"));
        assert_eq!(asked, ![3, 4, 5].contains(&member), "member {member}");
    }
    // Nor does the ledger take a report that one of them failed.
    life.fails("period collect 0 --failed 4", 3, "E-COLLECT-LIST");
    life.finish("");
    // Member 5 has 8.00 left, which is not low; after two periods more it is.
    for (case, day) in [(1, "2019-08-16"), (2, "2019-08-30")] {
        life.case(case, 6 + case, "100.00", day);
        life.close();
        life.finish("");
    }
    life.case(3, 9, "100.00", "2019-09-14");
    let (number, publicity) = (3, "2019-09-21");
    life.done(&format!("period publish {number} --day {publicity}"));
    life.done(&format!("period notice {number} --about charge"));
    life.fails(&format!("period close {number} --day 2019-09-28"), 3, "E-NOTICE-MISSING");
    let told = life.done("period notice 2 --about low-balance");
    assert_eq!(told["findings"][0]["recipients"], 1, "{told}");
    life.done(&format!("period close {number} --day 2019-09-28"));
}

/// Shares are returned to somebody who fell ill while waiting, in two parts, for money was short.
#[test]
fn a_refund_that_is_paid_in_parts_has_an_id_for_each() {
    let plan = Rehearsal::found();
    plan.done("member enrol --birth 1990-05 --person late --answers no --day 2019-04-20");
    plan.case();
    plan.done("period publish 0 --day 2019-05-07");
    plan.done("period notice 0 --about charge");
    plan.done("period close 0 --day 2019-05-14");
    plan.done("period collect 0");
    plan.done("period pay 0");
    let file = "case file --severity severe --ask 1000.00 --day 2019-05-16";
    plan.done(&format!("{file} --member 10 --diagnosed 2019-05-15"));
    plan.done("case investigate 1 --born 1990-05-02 --assess 1000.00");
    plan.done("case refuse 1 --reason waiting-period");
    plan.done("case publish 1");
    plan.done(&format!("{file} --member 4 --diagnosed 2019-05-15"));
    let born = plan.done("member show 4")["birth"].as_str().unwrap().to_owned();
    plan.done(&format!("case investigate 2 --born {born}-02 --assess 1000.00"));
    plan.done("case approve 2 --aid 1000.00");
    plan.done("case publish 2");
    for (period, publicity, charge) in
        [(1, "2019-05-21", "2019-05-28"), (2, "2019-06-07", "2019-06-14")]
    {
        plan.done(&format!("period publish {period} --day {publicity}"));
        plan.done(&format!("period notice {period} --about charge"));
        plan.done(&format!("period close {period} --day {charge}"));
        let failed = if period == 2 { " --failed 5,6,7,8" } else { "" };
        plan.done(&format!("period collect {period}{failed}"));
        if period == 1 {
            plan.done("period pay 1");
        }
    }
    let mut ids = Vec::new();
    for part in 0..2 {
        plan.done("period order 2");
        let out = plan.folder.path().join(format!("{part}.xml"));
        plan.done(&format!("bank export payouts 2 --out {}", out.display()));
        let text = std::fs::read_to_string(out).unwrap();
        ids.extend(
            text.split("<EndToEndId>")
                .skip(1)
                .map(|rest| rest.split('<').next().unwrap().to_owned()),
        );
        plan.done("runoff pay");
        if part == 0 {
            plan.done("arrears retry 2 --paid 5,6,7,8 --day 2019-06-15");
        }
    }
    let ends: Vec<&str> = ids.iter().map(|id| id.rsplit_once(".10.").unwrap().1).collect();
    assert_eq!(ends, ["0", "1"], "{ids:?}");
    assert!(ids.iter().all(|id| id.starts_with("B.")));
}
