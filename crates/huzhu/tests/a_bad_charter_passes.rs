//! Fear: `plan check` says yes to a charter that contradicts itself, or cannot say why it says no.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use program::{done, fails, file, huzhu};
use serde_json::Value;

/// Checks the charter of a repository's file with one text replaced; exit code and document.
fn check(name: &str, from: &str, to: &str) -> (i32, Value) {
    let text = std::fs::read_to_string(file(name)).unwrap();
    assert!(text.contains(from), "{from}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("charter.toml");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    let ran = huzhu(&format!("plan check {} --json", path.display()));
    assert_eq!(ran.err, "");
    let spoken = huzhu(&format!("plan check {}", path.display()));
    assert_eq!(spoken.code, ran.code);
    assert_eq!(spoken.out.contains("Refused."), ran.code == 1);
    (ran.code, ran.document())
}

#[test]
fn the_charters_of_the_repository_hold() {
    for name in ["plans/xianghubao.toml", "examples/neighbours.toml"] {
        let report = done(&format!("plan check {}", file(name)));
        assert_eq!((&report["ok"], report["errors"].as_array().unwrap().len()), (&true.into(), 0));
        let classes = report["fairness"].as_array().unwrap();
        assert!(
            classes.iter().all(|c| c["class"].is_string() && c["ratio"].is_f64()),
            "{classes:?}"
        );
        assert!(!classes.is_empty());
    }
}

#[test]
fn a_contradiction_refuses() {
    for (name, from, to, code) in [
        ("plans/xianghubao.toml", "payers = [", "payers = [] #", "E-CHARTER-PAYERS"),
        ("examples/neighbours.toml", "Asia/Shanghai", "Asia/Nowhere", "E-CHARTER-TIME-ZONE"),
        (
            "examples/neighbours.toml",
            "rewarded_depth = 0",
            "rewarded_depth = 1",
            "E-CHARTER-INTRODUCTIONS",
        ),
        ("examples/neighbours.toml", "days = 90", "dais = 90", "E-CHARTER"),
        ("examples/neighbours.toml", "\"CNY\"", "\"XXY\"", "E-CHARTER"),
        ("examples/neighbours.toml", "format = 1", "format = ", "E-CHARTER"),
        ("examples/neighbours.toml", "amount = \"2000.00\"", "amount = \"2000.001\"", "E-CHARTER"),
    ] {
        let (exit, report) = check(name, from, to);
        assert_eq!((exit, &report["ok"]), (1, &false.into()), "{to}: {report}");
        let errors = report["errors"].as_array().unwrap();
        assert!(errors.iter().any(|error| error["code"] == code), "{to}: {report}");
        assert!(errors.iter().all(|error| error["what"].as_str().unwrap().len() > 8));
    }
}

#[test]
fn an_unknown_key_is_named() {
    let (_, report) = check("examples/neighbours.toml", "days = 90", "dais = 90");
    assert!(report["errors"][0]["what"].as_str().unwrap().contains("dais"), "{report}");
}

#[test]
fn a_bad_charter_founds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("charter.toml");
    let text = std::fs::read_to_string(file("examples/neighbours.toml")).unwrap();
    for (from, to, exit, code) in [
        ("Asia/Shanghai", "Asia/Nowhere", 2, "E-TIME-ZONE"),
        ("days = 90", "dais = 90", 2, "E-CHARTER"),
        ("rewarded_depth = 0", "rewarded_depth = 1", 3, "E-CHARTER-INTRODUCTIONS"),
    ] {
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let dir = folder.path().join("ledger");
        fails(&format!("plan found --plan {} --dir {}", path.display(), dir.display()), exit, code);
        assert!(!dir.exists(), "{to}: something was left behind");
    }
}

#[test]
fn what_is_no_charter_at_all() {
    let folder = tempfile::tempdir().unwrap();
    fails("plan check nowhere.toml", 2, "E-FILE");
    fails(&format!("plan check {}", folder.path().display()), 2, "E-FILE");
    let path = folder.path().join("bytes.toml");
    std::fs::write(&path, [0xff, 0xfe, 0]).unwrap();
    fails(&format!("plan check {}", path.display()), 2, "E-FILE");
    std::fs::write(&path, "").unwrap();
    let ran = huzhu(&format!("plan check {} --json", path.display()));
    assert_eq!((ran.code, &ran.document()["ok"]), (1, &false.into()));
}
