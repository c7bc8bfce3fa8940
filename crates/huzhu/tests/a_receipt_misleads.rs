//! Fear: a receipt says what the log does not, a changed one passes, or nobody is told what it
//! leaves open.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use std::path::PathBuf;

use program::{Rehearsal, done, fails, huzhu, run};
use serde_json::{Value, json};

/// A plan whose first period is settled and sealed.
fn settled() -> Rehearsal {
    let plan = Rehearsal::found();
    plan.case();
    plan.done("period publish 0 --day 2019-05-07");
    plan.done("period notice 0 --about charge");
    plan.done("period close 0 --day 2019-05-14");
    plan.fails("receipt charge 3 --period 0", 3, "E-RECEIPT-UNSEALED");
    plan.done("period collect 0");
    plan.done("period pay 0");
    plan.done("period fee 0");
    plan.done("period settle 0");
    let sealed = plan.done("period seal 0");
    assert_eq!(sealed["findings"][0]["do"], "finding.period.sealed");
    assert_eq!(sealed["findings"][0]["charges_minor"], 206_000);
    plan.fails("period seal 0", 3, "E-PERIOD-STATE");
    plan.fails("period seal 1", 3, "E-PERIOD-STATE");
    plan
}

fn out(plan: &Rehearsal, name: &str) -> PathBuf {
    plan.folder.path().join(name)
}

fn issue(plan: &Rehearsal, of: &str, name: &str) -> (String, Value) {
    let path = out(plan, name);
    let issued = plan.done(&format!("receipt {of} --out {}", path.display()));
    (std::fs::read_to_string(&path).unwrap(), issued)
}

/// Verifies a text; gives the exit code and the document.
fn judge(plan: &Rehearsal, text: &str) -> (i32, Value) {
    let path = out(plan, "judged.txt");
    std::fs::write(&path, text).unwrap();
    let ran = run(&["verify", path.to_str().unwrap(), "--json"]);
    (ran.code, ran.document())
}

#[test]
fn every_kind_is_issued_verifies_and_says_where_it_stands() {
    let plan = settled();
    for (of, steps, settled, entries) in [
        ("member 3", 5, false, 2),
        ("charge 3 --period 0", 8, false, 2),
        ("case 0", 5, true, 8),
        ("period 0", 7, true, 5),
    ] {
        let (text, issued) = issue(&plan, of, "receipt.txt");
        let verified = done(&format!("verify {}", out(&plan, "receipt.txt").display()));
        assert_eq!(verified["verified"], true, "{of}");
        assert_eq!(verified["steps"].as_array().unwrap().len(), steps, "{of}");
        assert!(verified["steps"].as_array().unwrap().iter().all(|step| step["ok"] == true));
        let states = json!({"filed": true, "ordered": true, "sealed": true, "witnessed": false,
                            "settled": settled});
        assert_eq!((&verified["states"], &issued["states"]), (&states, &states), "{of}");
        for words in ["proves", "does_not_prove", "statement"] {
            assert_eq!(verified[words], issued[words], "{of}");
            assert!(verified[words].as_str().unwrap().len() > 20, "{of}");
        }
        assert_eq!(text.lines().filter(|line| line.starts_with("entry ")).count(), entries, "{of}");
        // The page holds the same receipt.
        let page = out(&plan, "receipt.html");
        let of_page = done(&format!("verify {}", page.display()));
        assert_eq!(of_page["statement"], verified["statement"], "{of}");
        let page = std::fs::read_to_string(page).unwrap();
        assert!(!page.contains("{{"), "a place of the page is not filled");
    }
    let chinese = huzhu(&format!("verify {} --lang zh", out(&plan, "receipt.txt").display()));
    assert!(chinese.out.contains("这能证明什么") && chinese.out.contains("已结清"));
    let replayed = done(&format!("replay {}", plan.dir()));
    assert_eq!((&replayed["seals"], &replayed["seals_confirmed"]), (&json!(1), &json!(1)));
    assert!(plan.done("period list")["periods"][0]["sealed"].is_string());
}

#[test]
fn a_changed_digit_anywhere_is_noticed() {
    let plan = settled();
    let (text, _) = issue(&plan, "charge 7 --period 0", "receipt.txt");
    let (charge, _) = text.match_indices("\ncharge ").last().unwrap();
    let mut noticed = 0;
    for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
        // All of the charge, and a sample of the rest.
        if at < charge && at % 7 != 0 {
            continue;
        }
        let mut changed = text.clone().into_bytes();
        changed[at] = if byte == b'9' { b'0' } else { byte + 1 };
        let (code, said) = judge(&plan, &String::from_utf8(changed).unwrap());
        // A digit of the head makes another format of it, which cannot be read.
        if at < 20 {
            assert_ne!(code, 0, "byte {at}");
            continue;
        }
        assert_eq!((code, &said["verified"]), (1, &json!(false)), "byte {at}: {said}");
        let last = said["steps"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["ok"], false, "byte {at}");
        assert!(said["why"].as_str().unwrap().len() > 10);
        noticed += 1;
    }
    assert!(noticed > 60, "{noticed}");
}

#[test]
fn a_policy_that_asks_for_witnesses_is_not_met_by_the_log_alone() {
    let plan = settled();
    let (text, _) = issue(&plan, "case 0", "receipt.txt");
    let log = text.lines().find(|line| line.starts_with("log ")).unwrap().to_owned();
    // A key that nobody here can sign with: the base point of the curve.
    let mut point = [0x66; 32];
    point[0] = 0x58;
    let key = proof::cosignature::CosignerKey::new("example.org/w", point).unwrap();
    let witness = format!("witness w {key}");
    let policy = out(&plan, "plan.policy");
    std::fs::write(&policy, format!("{log}\nquorum none\n")).unwrap();
    let receipt = out(&plan, "receipt.txt");
    let under = format!("verify {} --policy {}", receipt.display(), policy.display());
    assert_eq!(done(&under)["verified"], true);
    std::fs::write(&policy, format!("{log}\n{witness}\nquorum w\n")).unwrap();
    let ran = huzhu(&format!("{under} --json"));
    assert_eq!(ran.code, 1, "{}", ran.out);
    let steps = ran.document()["steps"].clone();
    assert_eq!(steps[3], json!({"name": "witnesses", "ok": false}));
    // Nor is one issued that would not be believed.
    plan.fails(&format!("receipt case 0 --policy {}", policy.display()), 3, "E-RECEIPT");
    let ran = plan.fails(&format!("receipt case 0 --policy {}", receipt.display()), 2, "E-POLICY");
    assert!(ran["why"].as_str().unwrap().len() > 10);
}

#[test]
fn what_is_not_there_has_no_receipt() {
    let plan = settled();
    plan.fails("receipt member 10", 2, "E-RECEIPT-UNKNOWN");
    plan.fails("receipt case 1", 2, "E-RECEIPT-UNKNOWN");
    plan.fails("receipt period 1", 2, "E-RECEIPT-UNKNOWN");
    plan.fails("receipt charge 10 --period 0", 2, "E-RECEIPT-UNKNOWN");
    plan.fails("receipt charge 3 --period 1", 3, "E-RECEIPT-UNSEALED");
    plan.fails("receipt case 0 --out receipt.html", 2, "E-RECEIPT-NAME");
    let secret = plan.path().join("keys/plan-secret.key");
    std::fs::rename(&secret, plan.folder.path().join("elsewhere")).unwrap();
    plan.fails("receipt charge 3 --period 0", 2, "E-PLAN-SECRET");
    let replayed = done(&format!("replay {}", plan.dir()));
    assert_eq!(replayed["seals_confirmed"], Value::Null);
    fails(&format!("verify {}", secret.display()), 2, "E-FILE");
    let readme = program::file("README.md");
    fails(&format!("verify {readme}"), 2, "E-RECEIPT-FORM");
}

#[test]
fn a_seal_of_another_roll_is_named_by_who_holds_the_secret() {
    let plan = settled();
    // Another secret makes other salts, as other members or charges would make other leaves.
    let secret = plan.path().join("keys/plan-secret.key");
    let other = Rehearsal::found();
    std::fs::copy(other.path().join("keys/plan-secret.key"), &secret).unwrap();
    let ran = huzhu(&format!("replay {} --json", plan.dir()));
    assert_eq!((ran.code, &ran.document()["error"]["code"]), (1, &json!("E-SEAL-DIFFERS")));
    plan.fails("receipt charge 3 --period 0", 4, "E-SEAL-DIFFERS");
}

#[test]
fn the_bound_of_detection_is_shown_for_drawn_checkers_only() {
    let plan = settled();
    let shown = plan.done("period detection 0 --wrong 3 --checkers 2");
    // C(7,2) / C(10,2).
    assert_eq!(shown["bounds"][0]["undetected_at_most"], "0.466666667");
    assert_eq!((&shown["sharers"], &shown["checked_by_themselves"]), (&json!(10), &Value::Null));
    assert!(shown["note"].as_str().unwrap().contains("Nothing is recorded"));
    assert!(plan.done("period detection 0")["bounds"].as_array().is_some());
    plan.fails("period detection 0 --wrong 11", 2, "E-DETECTION");
    plan.fails("period detection 1", 3, "E-PERIOD-STATE");
}

#[test]
fn proofs_given_as_numbers_end_as_they_should() {
    let leaf = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
    let other = leaf.replace("6e", "6f");
    let verify = |arguments: &str| {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        let words: Vec<&str> = words.iter().map(|word| word.trim_matches('\'')).collect();
        let ran = run(&[&["verify"], words.as_slice(), &["--json"]].concat());
        (ran.code, ran.document())
    };
    let inclusion = |size: u64, root: &str, path: &str| {
        verify(&format!(
            "inclusion --index 0 --size {size} --leaf {leaf} --root {root} --path {path}"
        ))
    };
    let (code, said) = inclusion(1, leaf, "''");
    assert_eq!((code, &said["verified"]), (0, &json!(true)));
    assert_eq!(said["steps"], json!([{"name": "inclusion", "ok": true}]));
    assert!(said["proves"].is_string() && said["does_not_prove"].is_string());
    assert_eq!(inclusion(1, &other, "''").0, 1);
    assert_eq!(inclusion(2, leaf, "''").0, 1);
    assert_eq!(inclusion(0, leaf, "''").0, 1);
    assert_eq!(inclusion(1, leaf, leaf).0, 1);
    assert_eq!(inclusion(1, "nothex", "''").0, 2);
    let consistency = |to: u64, root: &str| {
        verify(&format!(
            "consistency --from 1 --to {to} --from-root {leaf} --to-root {root} --path ''"
        ))
    };
    assert_eq!(consistency(1, leaf).0, 0);
    assert_eq!(consistency(1, &other).0, 1);
    assert_eq!(consistency(2, leaf).0, 1);
    let plan = settled();
    let (text, _) = issue(&plan, "case 0", "receipt.txt");
    let key = text.lines().find_map(|line| line.strip_prefix("log ")).unwrap();
    let note = plan.path().join("checkpoint");
    let checkpoint = |key: &str, path: &str| verify(&format!("checkpoint --key {key} {path}"));
    let (code, said) = checkpoint(key, note.to_str().unwrap());
    assert_eq!((code, &said["verified"]), (0, &json!(true)));
    let bad = out(&plan, "bad");
    let signed = std::fs::read_to_string(&note).unwrap();
    std::fs::write(&bad, signed.replacen("\n2", "\n3", 1)).unwrap();
    assert_eq!(checkpoint(key, bad.to_str().unwrap()).0, 1);
    assert_eq!(checkpoint("nokey", note.to_str().unwrap()).0, 2);
}
