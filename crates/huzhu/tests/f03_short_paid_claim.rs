//! Failure 3: approved for 61,337, paid 28,500, and the fee for the investigation kept.
//!
//! Here the payment is the decision: what is confirmed is what was ordered, what was ordered is
//! what was decided, and no flow of any charter lets the applicant be charged for having asked.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use program::{Rehearsal, file, huzhu};
use serde_json::Value;

/// Case 0, approved at 2,000.00 and ready to be paid.
fn approved() -> Rehearsal {
    let plan = Rehearsal::found();
    plan.case();
    plan.done("period publish 0 --day 2019-05-07");
    plan.done("period notice 0 --about charge");
    plan.done("period close 0 --day 2019-05-14");
    plan.done("period collect 0");
    plan
}

fn prices(case: &Value) -> [i64; 4] {
    ["asked_minor", "assessed_minor", "decided_minor", "paid_minor"]
        .map(|name| case[name].as_i64().unwrap_or_default())
}

#[test]
fn what_is_decided_is_paid_to_the_cent_and_the_prices_stand_side_by_side() {
    let plan = approved();
    assert_eq!(prices(&plan.done("case show 0")), [200_000, 200_000, 200_000, 0]);
    let paid = plan.done("period pay 0");
    let finding = paid["findings"].as_array().unwrap().iter();
    let aid = finding.clone().find(|finding| finding["do"] == "finding.payout.paid").unwrap();
    assert_eq!(aid["aid_minor"], 200_000, "the whole of it, and nothing is kept back");
    assert_eq!(prices(&plan.done("case show 0")), [200_000; 4]);
    // Nothing is left to pay a second time, or to keep.
    plan.fails("period pay 0", 3, "E-PERIOD-STATE");
    let listed = plan.done("case list");
    assert_eq!(prices(&listed["cases"][0]), [200_000; 4]);
}

#[test]
fn the_fee_comes_last_and_from_the_members_never_from_the_applicant() {
    let plan = approved();
    plan.fails("period fee 0", 3, "E-PERIOD-STATE");
    plan.done("period pay 0");
    let drawn = plan.done("period fee 0");
    assert_eq!(drawn["findings"][0]["fee_minor"], 6_000, "3 % of the aid, on top of it");
    let case = plan.done("case show 0");
    assert_eq!(case["paid_minor"], case["decided_minor"], "none of it came out of the aid");
}

#[test]
fn no_charter_lets_an_applicant_be_charged() {
    let text = std::fs::read_to_string(file("examples/neighbours.toml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("charter.toml");
    let check = |text: String, code: i32, told: &str| {
        std::fs::write(&path, text).unwrap();
        let ran = huzhu(&format!("plan check {} --json", path.display()));
        assert_eq!(ran.code, code, "{}", ran.out);
        assert!(ran.out.contains(told), "{told}: {}", ran.out);
    };
    // No clause for it can be written,
    check(format!("{text}\n[investigation]\nfee_amount = \"3000.00\"\n"), 1, "investigation");
    let fee = "[fee]\nrate = \"0.03\"";
    assert!(text.contains(fee));
    let on_filing = text.replace(fee, "[fee]\nrate = \"0.03\"\non_filing_amount = \"100.00\"");
    check(on_filing, 1, "on_filing");
    // aid leaves custody whole or not at all,
    let whole = "to = \"aid\"\nauthorised_by = \"finding.case.approved\"\nbound = \"1\"";
    assert!(text.contains(whole));
    let part = text.replace(whole, &whole.replace("bound = \"1\"", "bound = \"0.46\""));
    check(part, 1, "E-CHARTER-FLOW");
    // and no money leaves it for anything but what the charter's findings decide.
    let flow = "\n[[funds.flows]]\nfrom = \"custody\"\nto = \"reserve\"\n\
                authorised_by = \"finding.case.filed\"\nbound = \"1\"\n";
    let (before, after) = text.split_once("\n[amendment]").unwrap();
    check(format!("{before}{flow}\n[amendment]{after}"), 1, "E-CHARTER-FLOW");
}

#[test]
fn less_than_was_decided_is_paid_only_by_the_published_rule_and_made_up_for() {
    let plan = approved();
    // The custodian cannot confirm another amount: there is no amount in a confirmation.
    let help = huzhu("period pay --help");
    assert!(!help.out.contains("--amount"), "{}", help.out);
    let reviewed = plan.done("case show 0");
    assert_eq!(reviewed["proposal"]["decided_minor"], reviewed["decided_minor"]);
    // Once decided, nobody can decide again.
    plan.fails("case approve 0 --aid 285.00", 3, "E-CASE-STATE");
    plan.fails("case refuse 0 --reason evidence", 3, "E-CASE-STATE");
}
