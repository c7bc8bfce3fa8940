//! Failure 8: only approved cases were published.
//!
//! Here a refused case has the same card in the same period, its reason is a finding, the counts
//! name refusals beside approvals, and how long everybody waited stands beside them.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use std::collections::BTreeSet;

use program::{Rehearsal, done, file};
use serde_json::Value;

/// Case 0 is proposed for approval and case 1 for refusal; both cards are out.
fn both() -> (Rehearsal, [Value; 2]) {
    let plan = Rehearsal::found();
    for (case, member, born) in [(0, 3, "1979-03-12"), (1, 4, "")] {
        plan.done(&format!(
            "case file --member {member} --severity severe --diagnosed 2019-05-02 \
             --ask 2000.00 --day 2019-05-04"
        ));
        let birth = plan.done(&format!("member show {member}"))["birth"].clone();
        let day = format!("{}-12", birth.as_str().unwrap());
        let born = if born.is_empty() { day } else { born.to_owned() };
        plan.done(&format!("case investigate {case} --born {born} --assess 2000.00"));
    }
    plan.done("case approve 0 --aid 2000.00");
    plan.done("case refuse 1 --reason evidence");
    let cards = [0, 1].map(|case| {
        let sent = plan.done(&format!("case publish {case}"));
        let hash = sent["card"].as_str().unwrap();
        let path = plan.path().join("cards").join(format!("{hash}.json"));
        serde_json::from_slice::<Value>(&std::fs::read(path).unwrap()).unwrap()["card"].clone()
    });
    (plan, cards)
}

#[test]
fn a_refused_case_has_the_same_card_as_an_approved_one() {
    let (_plan, [approved, refused]) = both();
    let fields =
        |card: &Value| -> BTreeSet<String> { card.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(fields(&approved), fields(&refused));
    assert_eq!(
        (&approved["decision"], &refused["decision"]),
        (&"approve".into(), &"refuse".into())
    );
    assert_eq!(refused["reason"], "evidence");
    assert_eq!(refused["asked_minor"], 200_000, "and what was asked for");
}

#[test]
fn refusals_are_counted_decided_and_listed_like_approvals() {
    let (plan, _) = both();
    let published = plan.done("period publish 0 --day 2019-05-07");
    let counts = &published["findings"][0];
    assert_eq!((&counts["cases"], &counts["refusals"]), (&1.into(), &1.into()));
    plan.done("period notice 0 --about charge");
    let closed = plan.done("period close 0 --day 2019-05-14");
    let verbs: Vec<&str> = closed["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["do"].as_str().unwrap())
        .collect();
    assert_eq!(verbs, ["finding.case.approved", "finding.case.refused", "finding.period.closed"]);
    let cases = plan.done("case list");
    assert_eq!(cases["cases"][1]["status"], "refused");
    assert_eq!(cases["cases"][1]["proposal"]["reason"], "evidence");
}

/// The neighbours under a charter that promises days for the steps of a case.
fn promised() -> Rehearsal {
    let folder = tempfile::tempdir().unwrap();
    let charter = std::fs::read_to_string(file("examples/neighbours.toml")).unwrap();
    let promise = "[promise]\ninvestigate_days = 15\nreview_days = 5\npublish_days = 16\n\
                   decide_days = 8\npay_days = 10\n\n[sharing]";
    let path = folder.path().join("charter.toml");
    std::fs::write(&path, charter.replace("[sharing]", promise)).unwrap();
    let plan = Rehearsal { folder };
    done(&format!(
        "plan found --plan {} --dir {} --rehearsal --day 2019-01-02 --first-publicity 2019-05-07",
        path.display(),
        plan.dir()
    ));
    plan.done(&format!("member enrol-batch {}", file("examples/ten-members.csv")));
    plan
}

#[test]
fn a_case_that_waits_beyond_the_promise_is_named_in_public() {
    let plan = promised();
    plan.done(
        "case file --member 3 --severity severe --diagnosed 2019-04-10 --ask 2000.00 \
         --day 2019-04-15",
    );
    let published = plan.done("period publish 0 --day 2019-05-07");
    let findings = published["findings"].as_array().unwrap();
    let times = findings.iter().find(|f| f["do"] == "finding.case.times").unwrap();
    assert_eq!(times["overdue"], serde_json::json!([0]), "fifteen days were promised");
    assert_eq!(plan.done("case show 0")["overdue"], true);
    let counted = plan.done("case times");
    assert_eq!(counted["overdue"][0]["case"], 0);
    assert_eq!(counted["overdue"][0]["due"], "2019-04-30");
}
