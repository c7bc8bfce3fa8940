//! Fear: a person at the console does something else than they think, or is told nothing of use.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use program::{Rehearsal, done, fails, file, huzhu, run};
use serde_json::json;

#[test]
fn a_plan_lives_from_founding_to_settlement() {
    let plan = Rehearsal::found();
    plan.case();
    // A second case, inside the waiting period of an eleventh member: aid is refused by the rules.
    let enrolled = run(&[
        "member",
        "enrol",
        "--birth",
        "1985-03",
        "--person",
        "id card 1",
        "--answers",
        "no",
        "--json",
        "--dir",
        &plan.dir(),
        "--day",
        "2019-05-05",
    ]);
    let enrolled = enrolled.document();
    assert_eq!(enrolled["findings"][0]["first"], 10);
    assert_eq!(enrolled["seals"][0]["salt"].as_str().unwrap().len(), 64);
    plan.done(
        "case file --member 10 --severity severe --diagnosed 2019-05-06 --ask 500.00 \
         --day 2019-05-06",
    );
    plan.done("case investigate 1 --born 1985-03-01 --assess 500.00");
    plan.fails("case approve 1 --aid 500.00", 3, "E-CASE-WAITING");
    plan.fails("case refuse 1 --reason fraudd", 2, "E-USAGE");
    plan.fails("case refuse 1 --reason health-declaration", 3, "E-CASE-REASON");
    plan.done("case refuse 1 --reason waiting-period");
    let published = plan.done("case publish 1");
    let card = plan.path().join(format!("cards/{}.json", published["card"].as_str().unwrap()));
    let card: serde_json::Value = serde_json::from_slice(&std::fs::read(card).unwrap()).unwrap();
    assert_eq!(card["card"]["reason"], "waiting-period");
    assert_eq!(
        (&card["card"]["decision"], &card["card"]["amount_minor"]),
        (&json!("refuse"), &json!(null))
    );

    settle_the_first_period(&plan);

    let case = plan.done("case show 0");
    assert_eq!((&case["status"], &case["paid_minor"]), (&json!("paid"), &json!(200_000)));
    assert_eq!(plan.done("case list")["cases"][1]["status"], "refused");
    assert_eq!(plan.done("period list")["periods"][0]["status"], "settled");
    assert_eq!(plan.done("member show 10")["membership"], "ended");
    assert_eq!(plan.done("member list --from 9")["members"].as_array().unwrap().len(), 2);
    let replayed = done(&format!("replay {}", plan.dir()));
    assert_eq!((&replayed["cards"], &replayed["cards_missing"]), (&json!(2), &json!([])));
    assert_eq!(replayed["entries"], replayed["checkpoint_size"]);
    assert_eq!(replayed["unknown_files"], json!([]));
}

/// From publication to settlement, with what is refused on the way.
fn settle_the_first_period(plan: &Rehearsal) {
    plan.fails("period close 0", 3, "E-PERIOD-STATE");
    plan.done("period publish 0 --day 2019-05-07");
    plan.fails("period close 0", 3, "E-PERIOD-EARLY");
    plan.fails("period publish 0", 3, "E-PERIOD-STATE");
    plan.fails("period close 0 --day 2019-05-14", 3, "E-NOTICE-MISSING");
    plan.fails("period notice 0 --about the-weather", 2, "E-USAGE");
    plan.done("period notice 0 --about charge --unreached 9");
    let closed = plan.done("period close 0 --day 2019-05-14");
    assert_eq!(closed["findings"][0]["decided_minor"], 200_000);
    assert_eq!(closed["findings"][1]["reason"], "waiting-period");
    // 2,060.00 over eleven members is 187.28 each, and eight fen are left.
    assert_eq!(closed["findings"][2]["rates"][0]["share_minor"], 18_728);
    assert_eq!(closed["findings"][2]["carry_out_minor"], 8);
    plan.fails("period pay 0", 3, "E-PERIOD-STATE");
    plan.fails("period collect 0 --failed 99", 3, "E-COLLECT-LIST");
    plan.done("period collect 0");
    plan.fails("period fee 0", 3, "E-PERIOD-STATE");
    assert_eq!(plan.done("period pay 0")["findings"].as_array().unwrap().len(), 2);
    plan.done("period fee 0");
    let settled = plan.done("period settle 0");
    assert_eq!(settled["findings"][0]["custody_minor"], 8);
}

#[test]
fn families_pay_together_and_late_payers_are_dealt_with_in_order() {
    let plan = Rehearsal::found();
    plan.done("member attach 4 --payer 2");
    plan.fails("member attach 2 --payer 4", 3, "E-HOUSEHOLD-LOOP");
    plan.fails("member leave 2", 3, "E-HOUSEHOLD-DEPENDANTS");
    assert_eq!(plan.done("member show 4")["payer"], 2);
    let family = plan.path().join("family.csv");
    let rows = "birth,person,payer\n2015-05,child of ten,parent of ten\n1985-05,parent of ten,\n";
    std::fs::write(&family, rows).unwrap();
    plan.done(&format!("member enrol-batch {}", family.display()));
    assert_eq!(plan.done("member show 10")["payer"], 11);
    std::fs::write(&family, rows.replace(",parent of ten\n1985", ",nobody\n1985")).unwrap();
    plan.fails(&format!("member enrol-batch {}", family.display()), 2, "E-BATCH-ROW");

    plan.done(
        "case file --member 3 --severity severe --diagnosed 2019-05-02 --ask 1200.00 \
         --day 2019-05-04",
    );
    plan.done("case investigate 0 --born 1979-03-12 --assess 1200.00");
    plan.done("case approve 0 --aid 1200.00");
    plan.done("case publish 0");
    plan.done("period publish 0 --day 2019-05-07");
    plan.done("period notice 0 --about charge");
    plan.done("period close 0 --day 2019-05-14");
    plan.fails("period collect 0 --failed 2,7", 3, "E-COLLECT-LIST");
    plan.done("period collect 0 --failed 2,4,7,8");
    let unpaid = plan.done("arrears list");
    assert_eq!((&unpaid["of"], &unpaid["unpaid"][0]["member"]), (&json!(4), &json!(2)));
    assert_eq!(plan.done("member show 7")["membership"], "in grace");
    plan.fails("arrears retry 0 --paid 2", 3, "E-ARREARS-EARLY");
    plan.done("arrears retry 0 --paid 2 --day 2019-05-16");
    plan.fails("arrears pay 0 --member 7 --payer 2", 3, "E-ARREARS-PAYER");
    plan.done("arrears pay 0 --member 4 --payer 2");
    plan.fails("arrears end 0", 3, "E-ARREARS-EARLY");
    plan.done("period notice 0 --about failed-charge --unreached 8");
    let ended = plan.done("arrears end 0 --day 2019-05-26");
    let ended = &ended["findings"][0];
    assert_eq!((&ended["expelled"], &ended["extended"]), (&json!(1), &json!(1)));
    assert_eq!(plan.done("member show 7")["membership"], "expelled");
    plan.fails("arrears retry 0 --paid 7", 3, "E-ARREARS-OVER");
    let paid = plan.done("arrears pay 0 --member 7");
    assert_eq!(paid["findings"][0]["recovered"], false);
    assert_eq!(plan.done("arrears list")["of"], 1);
    plan.done("member died 5 --on 2019-05-20");
    assert_eq!(plan.done("member show 5")["membership"], "deceased");
}

#[test]
fn who_and_what_there_is_not() {
    let plan = Rehearsal::found();
    plan.fails("member show 10", 2, "E-MEMBER-UNKNOWN");
    plan.fails("member leave 10", 3, "E-MEMBER-UNKNOWN");
    plan.fails("case show 0", 2, "E-CASE-UNKNOWN");
    plan.fails("case approve 0 --aid 1", 3, "E-CASE-UNKNOWN");
    plan.fails("case publish 0", 2, "E-CASE-UNKNOWN");
    plan.fails("period close 7", 3, "E-PERIOD-STATE");
    let file = "case file --member 3 --ask 1.00 --diagnosed 2019-01-02 --severity";
    let error = plan.fails(&format!("{file} sewere"), 3, "E-CASE-SEVERITY");
    assert_eq!(error["next"], "Did you mean `severe`?");
    plan.fails(
        &file.replace("--member 3", "--member 33").replace(" --severity", " --severity severe"),
        3,
        "E-MEMBER-UNKNOWN",
    );
    plan.fails(&format!("{file} severe --evidence abc"), 2, "E-USAGE");
}

#[test]
fn days_that_do_not_exist_or_lie_behind() {
    let plan = Rehearsal::found();
    for day in ["2019-02-29", "2019-13-01", "01.02.2019", "yesterday", "2019-1-1", "２０１９-01-01"]
    {
        plan.fails(&format!("case list --day {day}"), 2, "E-USAGE");
    }
    plan.fails("member enrol --birth 1985-13 --person x", 2, "E-USAGE");
    plan.fails("case list --day 2019-01-01", 2, "E-DAY");
    plan.fails(
        "case file --member 3 --severity severe --diagnosed 2019-05-02 --ask 1.00 --day 2019-05-01",
        3,
        "E-CASE-FUTURE",
    );
    // A refusal has moved nothing: the rehearsal still stands where it stood.
    assert_eq!(plan.done("member list --day 2019-01-02")["of"], 10);
}

#[test]
fn a_real_plan_takes_its_days_from_the_clock() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("real");
    let found =
        format!("plan found --plan {} --dir {}", file("examples/neighbours.toml"), dir.display());
    fails(&format!("{found} --day 2019-01-02"), 2, "E-USAGE");
    fails(&format!("{found} --rehearsal"), 2, "E-USAGE");
    fails(&format!("{found} --first-publicity 2001-01-01"), 3, "E-PLAN-FOUND");
    done(&found);
    fails(&found, 2, "E-FOLDER");
    fails(&format!("member list --dir {} --day 2030-01-01", dir.display()), 2, "E-DAY");
    done(&format!("member list --dir {}", dir.display()));
}

#[test]
fn a_batch_is_taken_whole_or_not_at_all() {
    let plan = Rehearsal::found();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("batch.csv");
    let enrol = format!("member enrol-batch {}", path.display());
    plan.fails(&enrol, 2, "E-FILE");
    for (text, exit, code) in [
        ("", 2, "E-BATCH-ROW"),
        ("person,birth\na,1980-01\n", 2, "E-BATCH-ROW"),
        ("birth,person\n1980-01\n", 2, "E-BATCH-ROW"),
        ("birth,person\n1980-01,a,b\n", 2, "E-BATCH-ROW"),
        ("birth,person\n1980-00,a\n", 2, "E-BATCH-ROW"),
        ("birth,person\n", 3, "E-CHUNK"),
        ("birth,person\n1980-01,a\n1980-01,a\n", 3, "E-MEMBER-TWICE"),
        ("birth,person\n1980-01,a\n1900-01,b\n", 3, "E-MEMBER-AGE"),
    ] {
        std::fs::write(&path, text).unwrap();
        plan.fails(&enrol, exit, code);
    }
    std::fs::write(&path, [0xff, b',', 0xfe]).unwrap();
    plan.fails(&enrol, 2, "E-BATCH-ROW");
    assert_eq!(plan.done("member list")["of"], 10);
    // As a spreadsheet writes it: a mark at the beginning, other line ends, quotes.
    std::fs::write(&path, "\u{feff}birth,person\r\n1980-01,\"Ma, 马\"\r\n").unwrap();
    plan.done(&enrol);
    assert_eq!(plan.done("member list")["of"], 11);
}

#[test]
fn answers_and_amounts_that_nobody_can_read() {
    let plan = Rehearsal::found();
    plan.fails("member enrol --birth 1985-03 --person x --answers maybe", 2, "E-ANSWERS");
    plan.fails("member enrol --birth 1985-03 --person x", 3, "E-MEMBER-HEALTH");
    plan.fails("case approve 0 --aid 1.001", 2, "E-AMOUNT");
    plan.fails("period forecast 0 --share 5 --low 6 --high 7", 3, "E-PERIOD-STATE");
}

#[test]
fn a_refused_card_leaves_nothing_behind() {
    let plan = Rehearsal::found();
    plan.done("case file --member 3 --severity severe --diagnosed 2019-01-02 --ask 1.00");
    plan.fails("case publish 0", 3, "E-CASE-STATE");
    assert_eq!(std::fs::read_dir(plan.path().join("cards")).unwrap().count(), 0);
}

#[test]
fn usage_help_and_version() {
    let version = huzhu("--version");
    assert_eq!((version.code, version.out), (0, format!("huzhu {}\n", env!("CARGO_PKG_VERSION"))));
    let help = huzhu("");
    assert!(help.code == 0 && help.out.contains("Usage: huzhu") && help.err.is_empty());
    for command in [
        "plan check",
        "plan found",
        "member enrol",
        "member enrol-batch",
        "member leave",
        "member show",
        "member list",
        "case file",
        "case investigate",
        "case approve",
        "case refuse",
        "case publish",
        "case withdraw",
        "case show",
        "case list",
        "period quote",
        "period list",
        "period forecast",
        "period publish",
        "period close",
        "period collect",
        "period pay",
        "period fee",
        "period settle",
        "replay",
    ] {
        let help = huzhu(&format!("{command} --help"));
        assert_eq!(help.code, 0);
        assert!(
            help.out.contains(&format!("Example:\n  huzhu {command} "))
                || help.out.contains(&format!("Example:\n  huzhu {command}\n")),
            "{}",
            help.out
        );
    }
    fails("frobnicate", 2, "E-USAGE");
    fails("plan", 2, "E-USAGE");
    fails("plan check", 2, "E-USAGE");
    fails("period quote --members ten", 2, "E-USAGE");
    let error = fails("case refuse 0 --reason waitingperiod", 2, "E-USAGE");
    assert!(error["why"].as_str().unwrap().contains("'waiting-period'"), "{error}");
}
