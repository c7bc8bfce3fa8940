//! Failure 9: published cases carried a chain mark that no member could check. (Each case card
//! showed "蚂蚁区块链" and a button to object: seen in a public scraper of the pages, grade B. What was
//! recorded, on which chain and who could check it was not found anywhere, an absence and no proof.
//! The platform itself only said that it used its chain "to increase transparency and trust", [A].)
//!
//! Here a mark is a file that its holder checks without the platform: own membership, own charge,
//! each case and each total, offline, after the platform and its servers are gone.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use std::path::Path;

use program::{Rehearsal, done, fails, run};
use serde_json::{Value, json};

/// What each member and each onlooker may want to check.
const MARKS: [&str; 5] =
    ["member 3", "charge 3 --period 0", "charge 7 --period 0", "case 0", "period 0"];

/// A plan whose first period is settled and sealed.
fn lived() -> Rehearsal {
    let plan = Rehearsal::found();
    plan.settled();
    plan.done("period seal 0");
    plan
}

/// Verifies a file; gives the exit code and the document.
fn judge(path: &Path) -> (i32, Value) {
    let ran = run(&["verify", path.to_str().unwrap(), "--json"]);
    (ran.code, ran.document())
}

#[test]
fn f09_mark_nobody_can_check() {
    let plan = lived();
    let kept = tempfile::tempdir().unwrap();
    for (number, mark) in MARKS.iter().enumerate() {
        let path = kept.path().join(format!("{number}.txt"));
        plan.done(&format!("receipt {mark} --out {}", path.display()));
    }
    // The platform is gone, with its log and its keys. What members hold is enough.
    let place = plan.path();
    std::fs::remove_dir_all(&place).unwrap();
    assert!(!place.exists());
    for (number, mark) in MARKS.iter().enumerate() {
        for ending in ["txt", "html"] {
            let (code, said) = judge(&kept.path().join(format!("{number}.{ending}")));
            assert_eq!((code, &said["verified"]), (0, &json!(true)), "{mark}: {said}");
            // A mark says what it proves, and what it does not.
            assert!(said["proves"].as_str().unwrap().len() > 20, "{mark}");
            assert!(said["does_not_prove"].as_str().unwrap().len() > 20, "{mark}");
        }
    }
    // The statements are about somebody and something, not a logo.
    let said = |number: usize| {
        let (_, said) = judge(&kept.path().join(format!("{number}.txt")));
        said["statement"].as_str().unwrap().to_owned()
    };
    assert!(said(0).contains("member.enrol"), "{}", said(0));
    assert!(said(1).contains("charge 3 20600"), "{}", said(1));
    assert!(said(2).contains("charge 7 20600"), "{}", said(2));
    assert!(said(3).contains("finding.case.approved"), "{}", said(3));
    assert!(said(4).contains("closed 0 10 206000 206000 exact"), "{}", said(4));
}

#[test]
fn a_mark_that_says_anything_else_fails() {
    let plan = lived();
    let path = plan.folder.path().join("mark.txt");
    let mark = path.to_str().unwrap();
    // A bare mark, as on the case cards, checks nothing, and that is said.
    for bare in ["蚂蚁区块链\n", "This case is on the chain: 0x1f2e3d\n", "\n"] {
        std::fs::write(&path, bare).unwrap();
        fails(&format!("verify {mark}"), 2, "E-RECEIPT-FORM");
    }
    // Nobody gets a mark of what is not in the log.
    plan.fails(&format!("receipt member 99 --out {mark}"), 2, "E-RECEIPT-UNKNOWN");
    plan.fails(&format!("receipt case 5 --out {mark}"), 2, "E-RECEIPT-UNKNOWN");
    // A true mark with another amount, another member or another signature is none.
    plan.done(&format!("receipt charge 3 --period 0 --out {mark}"));
    let true_one = std::fs::read_to_string(&path).unwrap();
    let charge = true_one.lines().rfind(|line| line.contains("206")).unwrap().to_owned();
    for (from, to) in [(charge.clone(), charge.replacen("206", "106", 1)), {
        let line = true_one.lines().find(|line| line.starts_with("— ")).unwrap();
        let (head, last) = line.split_at(line.len() - 6);
        (line.to_owned(), format!("{head}{}", last.chars().rev().collect::<String>()))
    }] {
        assert!(true_one.contains(&from) && from != to, "{from}");
        std::fs::write(&path, true_one.replacen(&from, &to, 1)).unwrap();
        let (code, said) = judge(&path);
        assert_ne!((code, &said["verified"]), (0, &json!(true)), "{from} → {to}");
    }
    // Another log's signature does not stand in for this one's.
    let other = lived();
    other.done(&format!("receipt charge 3 --period 0 --out {mark}"));
    let foreign = std::fs::read_to_string(&path).unwrap();
    let policy =
        |text: &str| text.lines().find(|line| line.starts_with("log ")).unwrap().to_owned();
    let mixed = foreign.replacen(&policy(&foreign), &policy(&true_one), 1);
    std::fs::write(&path, mixed).unwrap();
    assert_eq!(judge(&path).1["verified"], false);
    std::fs::write(&path, &true_one).unwrap();
    assert_eq!(done(&format!("verify {mark}"))["verified"], true);
}
