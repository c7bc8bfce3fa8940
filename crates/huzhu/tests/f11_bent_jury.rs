//! Failure 11: a jury with a running tally in the open, no quorum, and stopped by the side that was
//! losing.
//!
//! What is known of the first jury case of Xianghubao, 26 March 2019: a member fell into a ditch
//! and lay in coma; the plan refused 100,000 RMB for earlier long use of steroids; over 250,000
//! votes came within 5 hours, 58 % against and 42 % for; then the applicant stopped it and no
//! result was given (press, grade B). Of the case of 23 April (year not shown): a child of three
//! with severe muscular dystrophy could not be tested on "six activities of daily life"; a vote
//! of 24 hours, over 60 % for, 300,000 RMB paid (grade C, one page). No quorum was found for
//! either (an absence, not a proof). That a running tally was visible is reported of the plan's
//! predecessor (grade B).
//!
//! Here a panel is drawn by lot, votes are sealed until all are in, nobody can stop them, and the
//! result stands with its reasons.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use program::{Rehearsal, done, fails, huzhu};
use serde_json::{Value, json};

const JURORS: [u32; 8] = [0, 1, 2, 5, 6, 7, 8, 9];

/// Ten neighbours, eight of them on the jury roll, and the published case of member 3.
fn neighbours() -> Rehearsal {
    let plan = Rehearsal::found();
    (0..10).for_each(|member| drop(plan.done(&format!("member key {member}"))));
    plan.fails("jury qualify --member 5 --answers 1,2", 3, "E-QUIZ-WRONG");
    for member in JURORS {
        plan.done(&format!("jury qualify --member {member} --answers 2,2"));
    }
    plan.case();
    plan.done("period publish 0 --day 2019-05-07");
    plan
}

/// Draws a panel on case 0; the objection or the appeal was on `opened`.
fn draw(plan: &Rehearsal, next: &str) -> Vec<u64> {
    plan.done(&format!("jury draw 0 --day {next}"));
    plan.done("jury answer 0 --as operator");
    let drawn = plan.done("jury answer 0 --as custodian")["findings"][0].clone();
    assert_eq!(drawn["do"], "finding.jury.drawn");
    drawn["panel"].as_array().unwrap().iter().map(|juror| juror.as_u64().unwrap()).collect()
}

fn vote(plan: &Rehearsal, juror: u64, vote: &str, reason: &str) {
    plan.done(&format!("jury commit 0 --member {juror} --vote {vote} --reason {reason}"));
}

fn finding<'a>(document: &'a Value, name: &str) -> &'a Value {
    let mut findings = document["findings"].as_array().unwrap().iter();
    findings.find(|finding| finding["do"] == name).unwrap_or_else(|| panic!("{document}"))
}

#[test]
fn f11_bent_jury() {
    let plan = neighbours();
    plan.fails("case object 0 --member 3 --reason mine", 3, "E-OBJECTION-OWN");
    let objected = plan.done("case object 0 --member 4 --reason The-diagnosis-is-older.");
    assert_eq!(
        finding(&objected, "finding.jury.opened")["parties"],
        json!(["operator", "custodian"])
    );
    // The side that fears to lose cannot stop it, and the operator cannot hurry it.
    plan.fails("case withdraw 0 --own-key", 3, "E-CASE-STATE");
    plan.done("jury nonce 0 --own-key");
    // A second number is refused, and what reveals the first is still there.
    plan.fails("jury nonce 0 --own-key", 3, "E-DRAW-NONCE");
    let sealed = plan.done("jury draw 0");
    assert_eq!(finding(&sealed, "finding.jury.sealed")["eligible"], 8);
    plan.fails("jury answer 0 --as operator", 3, "E-DRAW-EARLY");
    plan.done("jury reveal 0 --own-key");
    plan.done("jury answer 0 --as operator");
    let drawn = plan.done("jury answer 0 --as custodian");
    let panel: Vec<u64> = finding(&drawn, "finding.jury.drawn")["panel"]
        .as_array()
        .unwrap()
        .iter()
        .map(|juror| juror.as_u64().unwrap())
        .collect();
    assert_eq!(panel.len(), 3);

    // Anybody recomputes the draw, and whatever is changed in its record shows.
    let record = plan.folder.path().join("draw.txt");
    let path = record.to_str().unwrap();
    plan.done(&format!("jury show 0 --record {path}"));
    assert_eq!(done(&format!("verify {path}"))["verified"], true);
    let text = std::fs::read_to_string(&record).unwrap();
    std::fs::write(&record, text.replace("hearing 1", "hearing 2")).unwrap();
    let bent = huzhu(&format!("verify {path} --json"));
    assert_eq!((bent.code, &bent.document()["verified"]), (1, &json!(false)));
    std::fs::write(&record, "another kind\n").unwrap();
    fails(&format!("verify {path}"), 2, "E-RECEIPT-FORM");

    // Votes are committed. There is no tally, and nothing can be opened.
    let stranger = JURORS.iter().find(|m| !panel.contains(&u64::from(**m))).unwrap();
    plan.fails(&format!("jury commit 0 --member {stranger} --vote against"), 3, "E-JURY-NOT-DRAWN");
    vote(&plan, panel[0], "for", "The-report-shows-it.");
    vote(&plan, panel[1], "for", "Found-after-joining.");
    vote(&plan, panel[2], "against", "Found-before.");
    plan.fails(&format!("jury commit 0 --member {} --vote against", panel[0]), 3, "E-VOTE-TWICE");
    let shown = plan.done("jury show 0");
    assert!(shown["votes"].as_array().unwrap().iter().all(|vote| vote["vote"].is_null()));
    assert!(!shown.to_string().contains("Found-before."));
    plan.fails(&format!("jury open 0 --member {}", panel[0]), 3, "E-VOTE-EARLY");
    plan.fails("jury open 0 --as custodian", 3, "E-VOTE-EARLY");
    plan.fails("jury close 0", 3, "E-VOTE-EARLY");

    // Two open, one stays away on seeing that it is lost; an institution opens for them.
    plan.done(&format!("jury open 0 --member {} --day 2019-05-09", panel[0]));
    plan.done(&format!("jury open 0 --member {}", panel[1]));
    plan.fails("jury open 0 --as operator", 3, "E-VOTE-OPENER");
    plan.done("jury open 0 --as registrar");
    let closed = plan.done(&format!("jury close 0 --member {}", panel[0]));
    let verdict = finding(&closed, "finding.jury.verdict");
    assert_eq!(verdict["outcome"], json!({"aid": {"decided_minor": 200_000}}));
    assert_eq!((&verdict["votes_for"], &verdict["votes_against"]), (&json!(2), &json!(1)));
    let shown = plan.done("jury show 0");
    let reasons = shown["votes"].to_string();
    assert!(reasons.contains("Found-before.") && reasons.contains("\"by_institution\":true"));

    it_stands(&plan, verdict);
}

/// The result stands, and the case is shared and paid like any other.
fn it_stands(plan: &Rehearsal, verdict: &Value) {
    plan.fails("case object 0 --member 4 --reason again", 3, "E-OBJECTION-HEARD");
    plan.fails("jury close 0", 3, "E-JURY-STATE");
    assert_eq!(verdict["period"], 0);
    plan.done("period notice 0 --about charge");
    let closed = plan.done("period close 0 --day 2019-05-14");
    assert_eq!(finding(&closed, "finding.case.approved")["decided_minor"], 200_000);
    assert!(done(&format!("replay {}", plan.dir()))["entries"].as_u64().unwrap() > 40);
}

/// The first jury case re-told: refused, appealed; 58 to 42 is settled by a panel that nobody
/// stops.
#[test]
fn the_case_of_march_2019_has_a_result() {
    let plan = neighbours();
    plan.done("case object 0 --member 4 --reason Steroids-before-joining.");
    let panel = draw(&plan, "2019-05-08");
    for juror in &panel {
        vote(&plan, *juror, "against", "Used-before-joining.");
    }
    plan.done(&format!("jury open 0 --member {} --day 2019-05-10", panel[0]));
    plan.done("jury open 0 --as custodian");
    let closed = plan.done("jury close 0");
    assert_eq!(finding(&closed, "finding.case.refused")["reason"], "jury");
    // One appeal, to a larger panel without the first jurors; the applicant cannot stop it either.
    let appealed = plan.done("case appeal 0 --reason The-question-was-vague. --own-key");
    assert_eq!(finding(&appealed, "finding.jury.opened")["appeal"], true);
    plan.fails("case withdraw 0 --own-key", 3, "E-CASE-STATE");
    let second = draw(&plan, "2019-05-11");
    assert!(second.len() == 5 && second.iter().all(|juror| !panel.contains(juror)));
    for (juror, choice) in second.iter().zip(["against", "against", "against", "for", "for"]) {
        vote(&plan, *juror, choice, "As-the-charter-says.");
    }
    plan.done("jury open 0 --as custodian --day 2019-05-13");
    let closed = plan.done("jury close 0");
    assert_eq!(finding(&closed, "finding.jury.verdict")["outcome"], "refusal");
    plan.fails("case appeal 0 --reason Again. --own-key", 3, "E-APPEAL-TWICE");
}

/// The case of 23 April re-told: the documents do not fit the rule, and a jury grants aid.
#[test]
fn the_case_of_april_23_is_granted_by_a_quorum() {
    let plan = Rehearsal::found();
    (0..10).for_each(|member| drop(plan.done(&format!("member key {member}"))));
    for member in JURORS {
        plan.done(&format!("jury qualify --member {member} --answers 2,2"));
    }
    plan.done(
        "case file --member 3 --severity severe --diagnosed 2019-05-02 --ask 2000.00 \
         --day 2019-05-04",
    );
    plan.done("case investigate 0 --born 1979-03-12 --assess 2000.00");
    plan.done("case refuse 0 --reason evidence");
    plan.done("case publish 0");
    plan.done("period publish 0 --day 2019-05-07");
    plan.done("case object 0 --member 4 --reason A-child-of-three-cannot-be-tested.");
    let panel = draw(&plan, "2019-05-08");
    vote(&plan, panel[0], "for", "The-spirit-of-the-rule.");
    plan.done("jury open 0 --as registrar --day 2019-05-10");
    plan.done("jury close 0");
    // One vote is no quorum: another panel sits, drawn by the same seed.
    let second = plan.done("jury show 0");
    assert_eq!((&second["panels_without_quorum"], &second["outcome"]), (&json!(1), &Value::Null));
    let jurors = second["panel"].as_array().unwrap();
    for juror in jurors {
        vote(&plan, juror.as_u64().unwrap(), "for", "No-test-fits-a-child.");
    }
    plan.done("jury open 0 --as registrar --day 2019-05-12");
    let closed = plan.done("jury close 0");
    let verdict = finding(&closed, "finding.jury.verdict");
    assert_eq!(verdict["outcome"], json!({"aid": {"decided_minor": 200_000}}));
    assert_eq!(verdict["votes_for"], 3);
}
