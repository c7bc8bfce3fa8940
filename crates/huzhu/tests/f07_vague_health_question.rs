//! Failure 7: aid was refused by a vague health question, asked and answered nobody knew how.
//!
//! Here the questions are numbered in the charter, the dated answers are sealed at joining, and a
//! refusal on health must name question and answer and open the seal, so that anybody can check it.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use program::{Rehearsal, done};
use serde_json::Value;

/// Member 10 joins and answers; gives the plan and the salt that the member kept.
fn joined(answer: &str) -> (Rehearsal, String) {
    let plan = Rehearsal::found();
    let folder = plan.dir();
    let birth = "1979-03";
    let words =
        format!("member enrol --birth {birth} --person newcomer --answers {answer} --dir {folder}");
    let enrolled = done(&words);
    let seal = &enrolled["seals"][0];
    assert_eq!((&seal["question"], &seal["answer"]), (&1.into(), &answer.into()));
    let salt = seal["salt"].as_str().unwrap().to_owned();
    plan.done(
        "case file --member 10 --severity severe --diagnosed 2019-05-02 --ask 2000.00 \
         --day 2019-05-04",
    );
    plan.done("case investigate 0 --born 1979-03-12 --assess 2000.00");
    (plan, salt)
}

#[test]
fn a_refusal_on_health_opens_the_answer_that_was_sealed_at_joining() {
    let (plan, salt) = joined("no");
    let refuse = "case refuse 0 --reason health-declaration";
    for (rest, code) in [
        ("", "E-CASE-REASON"),
        ("--question 1", "E-CASE-REASON"),
        ("--question 2 --answer no", "E-CASE-REASON"),
        ("--question 1 --answer no", "E-CASE-SEAL"),
        (&format!("--question 1 --answer yes --salt {salt}"), "E-CASE-SEAL"),
    ] {
        plan.fails(&format!("{refuse} {rest}"), 3, code);
    }
    plan.done(&format!("{refuse} --question 1 --answer no --salt {salt}"));
    plan.done("case publish 0");
    plan.done("period publish 0 --day 2019-05-07");
    plan.done("period notice 0 --about charge");
    let closed = plan.done("period close 0 --day 2019-05-14");
    let findings = closed["findings"].as_array().unwrap();
    let refused = findings.iter().find(|f| f["do"] == "finding.case.refused").unwrap();
    assert_eq!(refused["reason"], "health-declaration");
    assert_eq!((&refused["question"], &refused["answer"]), (&1.into(), &"no".into()));
    // Somebody who trusts nobody: hashes the opened answer and finds it in the entry of joining.
    let opened = plan.done("case show 0")["proposal"]["opening"].clone();
    let salt = opened["salt"].as_str().unwrap();
    let text = format!("huzhu/v1 health answer\n{salt}\n1\nno\n");
    let sealed = proof::sha256(text.as_bytes()).to_string();
    let mut stands = false;
    node::read_entries(&plan.path(), &mut |_, entry| {
        let entry: Value = serde_json::from_slice(entry).unwrap();
        let command = &entry["command"];
        stands |= command["do"] == "member.enrol" && command["health"][0] == sealed.as_str();
        Ok(())
    })
    .unwrap();
    assert!(stands, "the answer was sealed on the day of joining");
}

#[test]
fn who_was_never_asked_is_refused_nothing_on_health() {
    let plan = Rehearsal::found();
    plan.done(
        "case file --member 3 --severity severe --diagnosed 2019-05-02 --ask 2000.00 \
         --day 2019-05-04",
    );
    plan.done("case investigate 0 --born 1979-03-12 --assess 2000.00");
    let salt = "00".repeat(32);
    let refuse = "case refuse 0 --reason health-declaration --question 1 --answer yes";
    plan.fails(&format!("{refuse} --salt {salt}"), 3, "E-CASE-UNSEALED");
    let attempts = plan.done("role attempts");
    assert_eq!(attempts["attempts"][0]["code"], "E-CASE-UNSEALED", "and the attempt is public");
    plan.done("case approve 0 --aid 2000.00");
}
