//! Fear: a survey of trust is reported as planned beforehand although its seal came after the
//! answers, or never.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use program::{Rehearsal, done, huzhu};
use serde_json::Value;

/// A report on answers whose first day is `day`.
fn report(plan: &Rehearsal, folder: &std::path::Path, day: &str) -> (i32, Value) {
    let (csv, out) = (folder.join("answers.csv"), folder.join("report.html"));
    done(&format!("lab survey simulate --n 220 --seed 3 --out {}", csv.display()));
    let invented = std::fs::read_to_string(&csv).unwrap();
    let dated = invented.lines().enumerate().map(|(row, line)| match row {
        0 => format!("{line},answered\n"),
        _ => format!("{line},{day}\n"),
    });
    std::fs::write(&csv, dated.collect::<String>()).unwrap();
    let ran = huzhu(&format!(
        "lab report --data {} --out {} --synthetic --bootstrap 100 --sealed-in {} --json",
        csv.display(),
        out.display(),
        plan.dir()
    ));
    assert!(out.exists(), "{ran:?}");
    (ran.code, ran.document()["sealed"].clone())
}

#[test]
fn a_report_states_the_entry_and_refuses_a_late_seal() {
    let plan = Rehearsal::found();
    let folder = tempfile::tempdir().unwrap();
    let (code, sealed) = report(&plan, folder.path(), "2019-05-01");
    assert_eq!((code, &sealed["pre_declared"]), (1, &Value::Bool(false)), "{sealed}");
    assert_eq!(sealed["entry"], Value::Null);

    let sent = plan.done("lab survey seal --wave 2019-spring --day 2019-04-03");
    assert_eq!(sent["findings"][0]["do"], "finding.survey.sealed");
    plan.fails("lab survey seal --wave 2019-spring", 3, "E-SURVEY-TWICE");
    let listed = plan.done("lab survey sealed");
    assert_eq!(listed["waves"][0]["day"], "2019-04-03");
    assert_eq!(listed["waves"][0]["seal"], sent["findings"][0]["instrument"]);

    let (code, sealed) = report(&plan, folder.path(), "2019-04-02");
    assert_eq!((code, &sealed["pre_declared"]), (1, &Value::Bool(false)), "{sealed}");
    assert_eq!(sealed["entry"], listed["waves"][0]["entry"]);
    // The days of a rehearsal are typed: it rejects, but it proves nothing.
    let (code, sealed) = report(&plan, folder.path(), "2019-05-01");
    assert_eq!((code, &sealed["pre_declared"]), (0, &Value::Null), "{sealed}");
    assert!(sealed["because"].as_str().unwrap().contains("rehearsal"));
}

#[test]
fn a_model_alone_is_asked_for_its_seal() {
    let plan = Rehearsal::found();
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("m.lav");
    std::fs::write(&model, "T =~ tr1 + tr2 + tr3").unwrap();
    let csv = folder.path().join("a.csv");
    done(&format!("lab survey simulate --n 50 --seed 3 --out {}", csv.display()));
    let ran = huzhu(&format!(
        "lab report --data {} --model {} --out {} --sealed-in {} --json",
        csv.display(),
        model.display(),
        folder.path().join("o.html").display(),
        plan.dir()
    ));
    assert_eq!(ran.code, 2);
    assert_eq!(ran.document()["error"]["code"], "E-LAB-OPTION");
}
