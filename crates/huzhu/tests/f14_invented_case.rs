//! Failure 14: cases were invented by those who were to examine them.
//!
//! Here investigator and reviewer are different keys, for good; who tries otherwise is on record;
//! a public draw picks paid cases for somebody else to look at again; and a paid case can still be
//! reopened by others, with the aid coming back to the members.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use program::Rehearsal;
use serde_json::{Value, json};

const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// The entry that waits for a second key after a command.
fn held(sent: &Value) -> u64 {
    sent["findings"][0]["entry"].as_u64().unwrap()
}

/// Appoints another key for a role by the operator and the custodian.
fn another(plan: &Rehearsal, role: &str) -> String {
    let sent = plan.done(&format!("role appoint {role}"));
    plan.done(&format!("role second {}", held(&sent)));
    sent["name"].as_str().unwrap().to_owned()
}

#[test]
fn nobody_examines_an_own_invention() {
    let plan = Rehearsal::found();
    plan.done(
        "case file --member 3 --severity severe --diagnosed 2019-05-02 --ask 2000.00 \
         --day 2019-05-04",
    );
    plan.done("case investigate 0 --born 1979-03-12 --assess 2000.00");
    // The investigator reviews.
    let approve = "case approve 0 --aid 2000.00";
    let error = plan.fails(&format!("{approve} --signer investigator"), 3, "E-ROLE");
    assert!(error["why"].as_str().unwrap().contains("on record"), "{error}");
    // The operator alone makes a reviewer.
    let sent = plan.done("role appoint reviewer");
    let second = format!("role second {}", held(&sent));
    plan.fails(&format!("{second} --by operator"), 3, "E-HELD-SELF");
    plan.fails(&format!("{approve} --signer reviewer-2"), 3, "E-ROLE");
    // Operator and custodian together cannot make the investigator a reviewer, not even after the
    // key has been revoked.
    let keys = plan.done("role list");
    let of = |role: &str| {
        let keys = keys["keys"].as_array().unwrap();
        let key = keys.iter().find(|key| key["fills"][0] == role).unwrap();
        key["key"].as_str().unwrap().to_owned()
    };
    let investigator = of("investigator");
    let appoint = format!("role appoint reviewer --public {investigator}");
    plan.fails(&appoint, 3, "E-ROLE-SEPARATED");
    another(&plan, "investigator");
    let sent = plan.done("role revoke investigator");
    plan.done(&format!("role second {}", held(&sent)));
    plan.fails(&appoint, 3, "E-KEY-REVOKED");
    let attempts = plan.done("role attempts");
    let codes: Vec<&str> = attempts["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| attempt["code"].as_str().unwrap())
        .collect();
    // Each refused command was sent twice: once for a program and once for a person.
    for code in ["E-ROLE", "E-HELD-SELF", "E-ROLE-SEPARATED", "E-KEY-REVOKED"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    plan.done(approve);
    let replayed = program::huzhu(&format!("replay {} --json", plan.dir()));
    assert_eq!(replayed.code, 0, "{}", replayed.out);
}

#[test]
fn a_reviewer_whose_key_was_revoked_yesterday_decides_nothing() {
    let plan = Rehearsal::found();
    another(&plan, "reviewer");
    let sent = plan.done("role revoke reviewer --day 2019-05-03");
    plan.done(&format!("role second {}", held(&sent)));
    plan.done(
        "case file --member 3 --severity severe --diagnosed 2019-05-02 --ask 2000.00 \
         --day 2019-05-04",
    );
    plan.done("case investigate 0 --born 1979-03-12 --assess 2000.00");
    let approve = "case approve 0 --aid 2000.00";
    plan.fails(&format!("{approve} --signer reviewer"), 3, "E-KEY-REVOKED");
    assert_eq!(plan.done("case show 0")["status"], "investigated");
    assert_eq!(plan.done("role attempts")["attempts"][0]["code"], "E-KEY-REVOKED");
    plan.done(approve);
}

#[test]
fn a_paid_case_is_drawn_by_lot_and_looked_at_by_somebody_else() {
    let plan = Rehearsal::found();
    plan.done("member key 4");
    plan.fails("case re-audit begin 0", 3, "E-AUDIT-EARLY");
    plan.settled();
    let second = another(&plan, "investigator");
    // Neither the operator nor anybody else keeps the draw from beginning.
    let begun = plan.done("case re-audit begin 0 --member 4")["findings"][0].clone();
    assert_eq!(begun["parties"], json!(["operator", "custodian"]));
    plan.fails("case re-audit begin 0", 3, "E-AUDIT-TWICE");
    plan.done("case re-audit answer 0 --as operator");
    plan.fails("case re-audit answer 0 --as operator", 3, "E-DRAW-TWICE");
    plan.fails("case re-audit draw 0", 3, "E-DRAW-EARLY");
    let drawn = plan.done("case re-audit answer 0 --as custodian")["findings"][0].clone();
    assert_eq!((&drawn["cases"], &drawn["due"]), (&json!([0]), &json!("2019-06-13")));
    // Anybody recomputes it.
    let record = plan.folder.path().join("draw.txt");
    let path = record.to_str().unwrap();
    plan.done(&format!("case re-audit show 0 --record {path}"));
    assert_eq!(program::done(&format!("verify {path}"))["verified"], true);
    let text = std::fs::read_to_string(&record).unwrap();
    assert!(text.contains(&format!("roll {}", begun["sealed"].as_str().unwrap())), "{text}");
    // Whoever investigated it first does not; the report that never came is public.
    let report = "case re-audit report 0 --finding doubted --text The-hospital-knows-nobody.";
    plan.fails(&format!("{report} --signer investigator"), 3, "E-CASE-DUTIES");
    let published = plan.done("period publish 1 --day 2019-06-14");
    let mut counted = published["findings"].as_array().unwrap().iter();
    let counted = counted.rfind(|finding| finding["do"] == "finding.audit.counted").unwrap();
    assert_eq!((&counted["picked"], &counted["overdue"]), (&json!(1), &json!([0])));
    assert_eq!(plan.done("case re-audit show")["re_audits"][0]["overdue"], json!([0]));
    let reported = plan.done(report);
    assert_eq!(reported["findings"][0]["do"], "finding.audit.doubted");
    assert_eq!(reported["findings"][1]["do"], "finding.case.reopened");
    let shown = plan.done("case show 0");
    assert_eq!((&shown["status"], &shown["re_audit"]["period"]), (&json!("reopened"), &json!(0)));
    assert_eq!(shown["re_audit"]["report"]["confirmed"], false);
    assert_eq!(shown["re_audit"]["investigator"], shown["re_audit"]["report"]["by"]);
    assert!(second.starts_with("investigator-"), "{second}");
    program::done(&format!("replay {}", plan.dir()));
    program::done(&format!("audit {}", plan.dir()));
}

#[test]
fn an_invented_case_that_was_paid_is_reopened_by_others_and_the_aid_comes_back() {
    let plan = Rehearsal::found();
    plan.settled();
    let (investigator, reviewer) = (another(&plan, "investigator"), another(&plan, "reviewer"));
    let reopen = format!("case reopen 0 --evidence {HASH}");
    plan.fails(&reopen, 3, "E-CASE-DUTIES");
    plan.done(&format!("{reopen} --signer {investigator}"));
    // The applicant is heard, by the own key.
    let find = "case find-fraud 0 --recover 2000.00";
    plan.fails(&format!("{find} --signer {reviewer}"), 3, "E-CASE-HEARING");
    plan.done(
        "case answer 0 --answer 00aa00aa00aa00aa00aa00aa00aa00aa00aa00aa00aa00aa00aa00aa00aa00aa",
    );
    plan.fails(find, 3, "E-CASE-DUTIES");
    plan.done(&format!("{find} --signer {reviewer}"));
    assert_eq!(plan.done("member show 3")["membership"], "expelled");
    let back = plan.done("case recover 0 --amount 2000.00");
    assert_eq!(back["findings"][0]["left_minor"], 0);
    assert_eq!(plan.done("case show 0")["status"], "recovered");
    plan.fails(&format!("{reopen} --signer {investigator}"), 3, "E-CASE-REOPENED");
    // The next period shares what came back: nobody pays, and the rest waits for the next cost.
    plan.done("period publish 1 --day 2019-05-21");
    plan.done("period notice 1 --about charge");
    let closed = plan.done("period close 1 --day 2019-05-28");
    let closed = closed["findings"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(closed["terms"]["recovered_minor"], 200_000);
    assert_eq!(
        (&closed["charges_minor"], &closed["carry_out_minor"]),
        (&0.into(), &200_000.into())
    );
}
