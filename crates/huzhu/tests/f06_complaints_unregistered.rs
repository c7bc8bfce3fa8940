//! Failure 6: hundreds of complaints, and no register of them. (Over 800 complaints about mutual
//! aid stood on the Heimao platform between September 2018 and 2020, says the press, grade B.)
//!
//! Here a complaint has a number, a day by which it is answered and a way to the authority, and the
//! counts go out with every period, whether or not the operator likes them.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use program::Rehearsal;
use serde_json::json;

#[test]
fn f06_complaints_unregistered() {
    let plan = Rehearsal::found();
    plan.done("member key 3");
    let text = "--text I-was-charged-and-not-told.";
    let opened = plan.done(&format!("complaint open --member 3 {text} --own-key --day 2019-04-01"));
    assert_eq!(opened["findings"][0]["due"], "2019-04-16");
    // What was written stays with the member; the log holds what proves it later.
    let sealed = &opened["sealed"];
    let document = sealed["document"].as_str().unwrap();
    assert!(document.contains("I-was-charged-and-not-told."));
    assert_eq!(sealed["hash"], json!(proof::sha256(document.as_bytes())));
    let shown = plan.done("complaint show 0");
    assert_eq!((&shown["status"], &shown["text"]), (&json!("open"), &sealed["hash"]));

    // Nobody complains in another's name, and the operator cannot take a complaint away.
    plan.done("member key 4");
    plan.fails("complaint withdraw 0 --day 2019-04-02 --own-key --category x", 2, "E-USAGE");
    plan.fails("complaint escalate 0", 3, "E-COMPLAINT-EARLY");
    plan.fails("complaint open --member 99 --text x", 3, "E-MEMBER-UNKNOWN");
    plan.fails("complaint open --member 3 --category weather --text x", 3, "E-COMPLAINT-CATEGORY");

    // The operator says nothing. It is public at the next publication, without anybody's leave.
    let published = plan.done("period publish 0 --day 2019-05-07");
    let counted = published["findings"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(counted["do"], "finding.complaint.counted");
    assert_eq!(
        (&counted["counts"]["opened"], &counted["counts"]["overdue"]),
        (&json!(1), &json!(1))
    );
    let stats = plan.done("complaint stats");
    assert_eq!(stats["categories"][0]["counts"]["overdue"], 1);

    // The member goes to the authority; an answer then comes too late, and the authority decides.
    let escalated = plan.done("complaint escalate 0 --own-key");
    assert_eq!(escalated["findings"][0]["unanswered"], true);
    plan.fails("complaint answer 0 --outcome not-upheld --text Late.", 3, "E-COMPLAINT-STATE");
    let resolved = plan.done("complaint resolve 0 --outcome upheld --text The-charge-is-returned.");
    assert_eq!(resolved["findings"][0]["outcome"], "upheld");
    assert_eq!(plan.done("complaint show 0")["resolution"]["day"], "2019-05-07");

    // And whoever replays the log finds the same register.
    let replayed = program::done(&format!("replay {}", plan.dir()));
    assert!(replayed["entries"].as_u64().unwrap() > 8, "{replayed}");
}
