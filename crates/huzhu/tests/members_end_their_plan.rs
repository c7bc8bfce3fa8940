//! Fear: members who want their plan to end cannot say so, or a few say so for all, or the operator
//! keeps the question from being asked.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod plan_life;
mod program;

use plan_life::Life;
use program::{done, file};
use serde_json::{Value, json};

/// Twelve members with keys of their own; a vote on the end takes three calls.
fn lived() -> Life {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(file("plans/waterdrop.toml")).unwrap();
    let called = "delegates_needed = 2\nvote_called_by = \"0.25\"";
    let text = text.replacen("delegates_needed = 2", called, 1);
    let text = text.replacen("quorum = \"0.1\"", "quorum = \"0.5\"", 1);
    let hearing = "[[jury.hearing.parties]]\nrole = \"operator\"\n\n\
                   [[jury.hearing.parties]]\nrole = \"custodian\"\n\n\
                   [[jury.hearing.openers]]\nrole = \"custodian\"\n\n\
                   [[jury.hearing.openers]]\nrole = \"registrar\"\n\n[funds]";
    let text = text.replacen("[funds]", hearing, 1);
    let path = folder.path().join("charter.toml");
    std::fs::write(&path, text).unwrap();
    let life = Life::found_by(path.to_str().unwrap());
    (0..12).for_each(|member| drop(life.done(&format!("member key {member}"))));
    life
}

fn vote(life: &Life, members: std::ops::Range<u32>, choice: &str, day: &str) {
    for member in members {
        life.done(&format!("runoff vote --member {member} --choice {choice} --day {day}"));
    }
}

#[test]
fn members_call_the_vote_and_carry_the_end() {
    let life = lived();
    life.fails("runoff call-vote --signer operator --day 2019-03-01", 3, "E-ROLE");
    life.fails("runoff vote --member 1 --choice for", 3, "E-RUN-OFF-VOTE-NONE");
    let first = life.done("runoff call-vote --member 1");
    let told = |sent: &Value| sent["findings"][0].clone();
    assert_eq!((&told(&first)["calls"], &told(&first)["needed"]), (&json!(1), &json!(3)));
    life.fails("runoff call-vote --member 1", 3, "E-RUN-OFF-TWICE");
    life.done("runoff call-vote --member 2");
    let opened = told(&life.done("runoff call-vote --member 3"));
    let is = (&json!("finding.run-off.vote-opened"), &json!(12));
    assert_eq!((&opened["do"], &opened["eligible"]), is);
    life.fails("runoff call-vote --member 4", 3, "E-RUN-OFF-VOTE-BUSY");
    // The charter's days of notice cannot be cut short, and nobody sees a tally before the end.
    life.fails("runoff vote --member 1 --choice for --day 2019-03-30", 3, "E-RUN-OFF-VOTE-EARLY");
    vote(&life, 0..7, "for", "2019-04-01");
    vote(&life, 7..9, "against", "2019-04-01");
    assert_eq!(life.done("runoff show")["vote"]["for"], Value::Null);
    life.fails("runoff vote --member 0 --choice against", 3, "E-VOTE-TWICE");
    life.fails("runoff count --member 3", 3, "E-RUN-OFF-VOTE-EARLY");
    life.fails("runoff open --member 0", 3, "E-VOTE-EARLY");
    // Most open; what two leave closed, an institution opens.
    let day = "2019-04-08";
    for member in 0..7 {
        life.done(&format!("runoff open --member {member} --day {day}"));
    }
    life.fails("runoff count --member 3", 3, "E-RUN-OFF-VOTE-EARLY");
    life.fails("runoff open --as operator", 3, "E-VOTE-OPENER");
    life.done("runoff open --as custodian");
    // The operator is not needed: a member presses on, and the plan stops after its notice.
    let counted = life.done("runoff count --member 3");
    let count = told(&counted);
    assert_eq!((&count["votes_for"], &count["votes_against"]), (&json!(7), &json!(2)));
    assert_eq!((&count["carried"], &count["needed"]), (&json!(true), &json!(6)));
    assert_eq!(counted["findings"][1]["trigger"], "vote");
    let shown = life.done("runoff show");
    assert_eq!((&shown["stage"], &shown["stop"]), (&json!("noticed"), &json!("2019-05-09")));
    life.fails("runoff call-vote --member 5", 3, "E-RUN-OFF-STATE");
    assert_eq!(done(&format!("audit {}", life.dir()))["agrees"], true);
}

#[test]
fn a_few_do_not_end_it_for_all() {
    let life = lived();
    life.done("runoff call-vote --day 2019-03-01");
    vote(&life, 0..5, "for", "2019-04-01");
    for member in 0..5 {
        life.done(&format!("runoff open --member {member} --day 2019-04-08"));
    }
    let counted = life.done("runoff count");
    assert_eq!(counted["findings"][0]["carried"], false, "five of twelve are no quorum");
    assert_eq!(life.done("runoff show")["stage"], "normal");
    life.fails("runoff count", 3, "E-RUN-OFF-VOTE-NONE");
    // Another vote is another question: what was committed on the first is of no use for it.
    life.done("runoff call-vote");
    vote(&life, 0..6, "against", "2019-05-09");
    for member in 0..6 {
        life.done(&format!("runoff open --member {member} --day 2019-05-16"));
    }
    let counted = life.done("runoff count");
    let count = &counted["findings"][0];
    assert_eq!((&count["vote"], &count["carried"]), (&json!(1), &json!(false)));
}
