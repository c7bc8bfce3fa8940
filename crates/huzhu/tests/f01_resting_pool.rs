//! F1: money rested with the operator and was spent on other things. Here every unit has a purpose,
//! and moves by the charter's flows or not at all.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod plan_life;
mod program;

use plan_life::Life;
use program::{done, fails, file, huzhu};

/// A charter's file with something changed.
fn changed(life: &Life, from: &str, to: &str) -> String {
    let text = std::fs::read_to_string(file("plans/waterdrop.toml")).unwrap();
    assert!(text.contains(from), "{from}");
    let path = life.path().join("changed.toml");
    std::fs::write(&path, text.replace(from, to)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Waterdrop's agreement let balances pay third parties' services [C]: such a charter is refused.
#[test]
fn a_flow_to_a_third_party_is_no_charter() {
    let life = Life::found("waterdrop");
    let from = "to = \"withdrawal\"\nauthorised_by = \"finding.fund.withdrawn\"";
    let services = "to = \"fee\"\nauthorised_by = \"finding.fund.withdrawn\"";
    let plan = changed(&life, from, services);
    let checked = huzhu(&format!("plan check {plan} --json"));
    assert_eq!(checked.code, 1, "{}", checked.out);
    assert!(checked.out.contains("E-CHARTER-FLOW"), "{}", checked.out);
    let dir = life.path().join("other");
    fails(
        &format!(
            "plan found --plan {plan} --dir {} --rehearsal --day 2019-01-02 \
             --first-publicity 2019-08-01",
            dir.display()
        ),
        3,
        "E-CHARTER-FLOW",
    );
}

/// What rests in custody has owners: members' balances and the carry-over, and nobody can take it.
#[test]
fn balances_pay_their_own_members_charges_and_nothing_else() {
    let mut life = Life::found("waterdrop");
    life.fails("fund pay-in 3=8.99 --day 2019-07-30", 3, "E-FUND-JOINING");
    life.done("fund pay-in 3=500.00,4=500.00");
    // The bank reports what came in; the operator and the treasurer cannot.
    for signer in ["operator", "treasurer", "registrar"] {
        life.fails(&format!("fund pay-in 5=9.00 --signer {signer}"), 3, "E-ROLE");
        life.fails(&format!("fund returned 3 --signer {signer}"), 3, "E-ROLE");
        life.fails(&format!("fund interest 9.00 --signer {signer}"), 3, "E-ROLE");
    }
    life.fails("fund returned 3", 3, "E-PAYOUT");
    life.case(0, 5, "100.00", "2019-07-30");
    let (number, _) = life.close();
    assert_eq!((number, life.holds("deposit")), (0, 100_000 - 2 * 300));
    // Everybody's charge fails but the two that balances paid: nobody else's money fills the gap.
    life.done("period collect 0 --failed 0,1,2,5,6,7,8,9,10,11");
    life.told();
    life.fails("period fee 0", 3, "E-PERIOD-STATE");
    let ordered = life.done("period pay 0");
    assert!(ordered.to_string().contains("finding.case.short"), "{ordered}");
    assert_eq!(life.holds("custody"), life.holds("deposit"), "balances are untouched");
    life.told();
    life.fails("period fee 0", 3, "E-PERIOD-STATE");
    life.balances();
}

#[test]
fn the_table_of_flows_is_shown_to_everybody() {
    let shown = done(&format!("fund flows --plan {}", file("plans/waterdrop.toml")));
    let flows = shown["flows"].as_array().unwrap();
    let out: Vec<&str> = flows
        .iter()
        .filter(|flow| flow["from"] == "custody")
        .map(|flow| flow["to"].as_str().unwrap())
        .collect();
    assert_eq!(out, ["aid", "fee", "refund", "withdrawal", "surplus"]);
    assert!(flows.iter().all(|flow| !flow["purpose"].as_str().unwrap().is_empty()), "{shown}");
}
