//! Failure 4: the rules were changed after people had joined and used against them. (On 15
//! December 2016 the platform e-Huzhu changed its rule; a member of August 2016 was refused under
//! it. A court in Shanghai let a lump sum of 300,000 become a reimbursement of 11,000 in 2021,
//! since a members' assembly had passed the change. Both by the press, grade B.)
//!
//! Here a change is a list of clauses, members are told and vote under the quorum of the charter
//! that is in force, it holds from a period on and never for a diagnosis before that, and whoever
//! does not like it leaves free of charges not yet made.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use program::{Rehearsal, done, fails, file};
use serde_json::{Value, json};

/// The neighbours' charter with some words changed.
fn changed(plan: &Rehearsal, changes: &[(&str, &str)]) -> String {
    let mut text = std::fs::read_to_string(file("examples/neighbours.toml")).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let path = plan.folder.path().join("changed.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn benefit(plan: &Rehearsal) -> (String, String) {
    let text = std::fs::read_to_string(file("examples/neighbours.toml")).unwrap();
    let line = text.lines().find(|line| line.starts_with("amount = ")).unwrap().to_owned();
    let charter = changed(plan, &[(&line, "amount = \"500.00\"")]);
    (line, charter)
}

#[test]
fn f04_rules_changed_after_joining() {
    let plan = Rehearsal::found();
    for member in 0..10 {
        plan.done(&format!("member key {member}"));
    }
    // Nobody lowers the protection against amendments by an amendment.
    let weaker = changed(&plan, &[("notice_days = 14", "notice_days = 1")]);
    plan.fails(&format!("plan amend propose {weaker} --day 2019-04-23"), 3, "E-AMENDMENT-WEAKER");

    // The benefit is to shrink to a quarter. Every clause that changes stands in the log.
    let (_, charter) = benefit(&plan);
    let proposed = plan.done(&format!("plan amend propose {charter}"));
    let changes = proposed["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0]["to"], 50_000);
    assert!(changes[0]["at"].as_str().unwrap().starts_with("/benefits/"), "{changes:?}");
    plan.fails("plan amend vote 0 --member 1 --choice for", 3, "E-AMENDMENT-STATE");
    plan.done("plan amend notice 0");
    plan.fails("plan amend vote 0 --member 1 --choice for", 3, "E-AMENDMENT-EARLY");

    // Member 8 leaves on account of it, free of the period that is published already.
    plan.done("period publish 0 --day 2019-05-07");
    let left = plan.done("member leave 8 --own-key --amendment 0");
    assert_eq!(left["findings"][0]["released"], 1);

    // The others vote in secret. Nothing of a tally is shown before the end.
    for member in 0..6 {
        let choice = if member == 0 { "against" } else { "for" };
        let day = "2019-05-08";
        plan.done(&format!("plan amend vote 0 --member {member} --choice {choice} --day {day}"));
    }
    assert_eq!(plan.done("plan amend show 0")["votes"]["for"], Value::Null);
    plan.fails("plan amend vote 0 --member 0 --choice for", 3, "E-VOTE-TWICE");
    plan.fails("plan amend open 0 --member 0", 3, "E-VOTE-EARLY");
    plan.fails("plan amend count 0", 3, "E-AMENDMENT-EARLY");
    // One stays away on seeing how it goes: an institution opens that vote.
    for member in 0..5 {
        plan.done(&format!("plan amend open 0 --member {member} --day 2019-05-15"));
    }
    plan.fails("plan amend open 0 --as operator", 3, "E-VOTE-OPENER");
    plan.done("plan amend open 0 --as custodian");
    plan.fails("plan amend open 0 --as registrar", 3, "E-VOTE-OPENED");
    let counted = plan.done("plan amend count 0")["findings"][0].clone();
    let result = [&counted["adopted"], &counted["votes_for"], &counted["votes_against"]];
    assert_eq!(result, [&json!(true), &json!(5), &json!(1)]);

    // It holds from the next publicity day on: an illness of the day before is of the old charter.
    let filed = "case file --severity severe --ask 2000.00 --day 2019-05-22";
    plan.done(&format!("{filed} --member 3 --diagnosed 2019-05-20"));
    plan.done("case investigate 0 --born 1979-03-12 --assess 2000.00");
    plan.done(&format!("{filed} --member 4 --diagnosed 2019-05-21"));
    let born = plan.done("member show 4")["birth"].as_str().unwrap().to_owned();
    let assess = format!("case investigate 1 --born {born}-05 --assess");
    plan.fails(&format!("{assess} 2000.00"), 3, "E-CASE-ABOVE-BENEFIT");
    plan.done(&format!("{assess} 500.00"));
    assert_eq!(plan.done("plan amend show 0")["status"], "in-force");

    // Whoever replays the log comes to the same.
    done(&format!("replay {}", plan.dir()));
    fails(&format!("plan amend show 7 --dir {}", plan.dir()), 3, "E-AMENDMENT-UNKNOWN");
}
