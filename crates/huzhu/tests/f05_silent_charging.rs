//! Failure 5: members were charged without a word, and the way out was hidden.
//!
//! Here no period is charged before its notice is on record, the notice has its arithmetic in the
//! log, and a member leaves in one step by the own key and gets a finding that says what stays due.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use program::Rehearsal;
use serde_json::Value;

fn finding<'a>(document: &'a Value, verb: &str) -> &'a Value {
    let findings = document["findings"].as_array().unwrap();
    let found = findings.iter().find(|finding| finding["do"] == verb);
    found.unwrap_or_else(|| panic!("{verb} in {document}"))
}

fn published() -> Rehearsal {
    let plan = Rehearsal::found();
    plan.case();
    plan.done("period publish 0 --day 2019-05-07");
    plan
}

#[test]
fn nobody_is_charged_before_the_notice_is_on_record() {
    let plan = published();
    plan.fails("period close 0 --day 2019-05-14", 3, "E-NOTICE-MISSING");
    let sent = plan.done("period notice 0 --about charge");
    let notice = finding(&sent, "finding.notice.recorded");
    assert_eq!((&notice["recipients"], &notice["unreached"]), (&10.into(), &0.into()));
    // Even then not before the day that was published.
    plan.fails("period close 0 --day 2019-05-13", 3, "E-PERIOD-EARLY");
    plan.done("period close 0 --day 2019-05-14");
}

#[test]
fn the_charge_comes_with_its_arithmetic() {
    let plan = published();
    plan.done("period notice 0 --about charge");
    let closed = plan.done("period close 0 --day 2019-05-14");
    let closed = finding(&closed, "finding.period.closed");
    let minor = |value: &Value| value.as_i64().unwrap();
    let terms = &closed["terms"];
    let total = minor(&closed["total_minor"]);
    assert_eq!(minor(&terms["aid_minor"]) + minor(&terms["fee_minor"]), total);
    let rate = &closed["rates"][0];
    let charged = minor(&rate["share_minor"]) * minor(&rate["members"]);
    assert_eq!(charged, minor(&closed["charges_minor"]));
    assert_eq!(charged, total + minor(&closed["carry_out_minor"]), "to the cent");
    // What one member is charged is that share and no other.
    let member = plan.done("member show 5");
    assert_eq!(member["charged_minor"], rate["share_minor"]);
}

#[test]
fn a_member_leaves_in_one_step_by_the_own_key_and_is_told_what_stays_due() {
    let plan = published();
    plan.done("member key 5");
    let left = plan.done("member leave 5 --own-key");
    let receipt = finding(&left, "finding.members.left");
    assert_eq!(receipt["owes_until"], 0, "the published share stays due, and no later one");
    assert_eq!(plan.done("member show 5")["membership"], "left");
    plan.done("period notice 0 --about charge");
    plan.done("period close 0 --day 2019-05-14");
    let owed = plan.done("member show 5")["charged_minor"].clone();
    assert_eq!(owed, plan.done("member show 4")["charged_minor"]);
    // The next period counts neither who left nor who was helped.
    let next = plan.done("period publish 1 --day 2019-05-21");
    assert_eq!(finding(&next, "finding.period.published")["sharers"], 8);
    // Nobody else takes a member out, or keeps one in: the key is the member's.
    plan.fails("member leave 5 --own-key", 3, "E-MEMBER-OVER");
    plan.done("member key 6");
    plan.fails("member leave 4 --signer member-6", 3, "E-MEMBER-OTHER");
}
