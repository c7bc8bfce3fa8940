//! F12: shares rose with no forecast, and a cap was promised whose payer nobody had named. Here a
//! cap without a payer founds nothing, an excess names who paid it, and a forecast is scored.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use program::{Rehearsal, done, fails, file, huzhu};

#[test]
fn a_cap_that_nobody_pays_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(file("plans/xianghubao.toml")).unwrap();
    let limited = "name = \"Ant Group\"\nguarantee_amount = \"1.00\"";
    // Founding names one fault. A sponsor with a limit cannot bear the end of the plan either, and
    // that is found first.
    for (from, to, first) in [
        ("payers = [\"reduction\"]", "payers = []", "E-CHARTER-PAYERS"),
        ("payers = [\"sponsor\"]", "payers = [\"reserve\"]", "E-CHARTER-PAYERS"),
        ("name = \"Ant Group\"", limited, "E-CHARTER-RUN-OFF"),
    ] {
        assert!(text.contains(from), "{from}");
        let path = folder.path().join("capped.toml");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let plan = path.display();
        let checked = huzhu(&format!("plan check {plan} --json"));
        assert_eq!(checked.code, 1, "{to}: {}", checked.out);
        assert!(checked.out.contains("E-CHARTER-PAYERS"), "{to}: {}", checked.out);
        let dir = folder.path().join("ledger");
        let found = format!(
            "plan found --plan {plan} --dir {} --rehearsal --day 2019-01-02 \
             --first-publicity 2019-05-07",
            dir.display()
        );
        fails(&found, 3, first);
    }
}

/// Below 3.3 million members the cap of one case binds [I]; the quote names who pays.
#[test]
fn an_excess_names_its_payer() {
    let plan = file("plans/xianghubao.toml");
    let quoted = done(&format!(
        "period quote --plan {plan} --members 3299999 --aid 300000.00 --cases 1 --fee 0.10"
    ));
    assert_eq!(quoted["excess_minor"], 10, "{quoted}");
    assert_eq!(quoted["excess_payer"], "reduction", "{quoted}");
}

#[test]
fn a_forecast_stands_before_the_period_and_is_scored_after_it() {
    let rehearsal = Rehearsal::found();
    rehearsal.done("period forecast 0 --share 150.00 --low 100.00 --high 200.00");
    rehearsal.fails(
        "period forecast 0 --share 206.00 --low 100.00 --high 300.00",
        3,
        "E-PERIOD-STATE",
    );
    rehearsal.case();
    rehearsal.done("period publish 0 --day 2019-05-07");
    rehearsal.done("period notice 0 --about charge");
    let closed = rehearsal.done("period close 0 --day 2019-05-14");
    let closed = closed["findings"].as_array().unwrap().last().unwrap();
    let score = &closed["forecast"];
    assert_eq!((&score["error_minor"], &score["inside"]), (&5_600.into(), &false.into()));
}
