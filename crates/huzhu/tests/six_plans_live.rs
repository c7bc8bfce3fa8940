//! Fear: a charter that ships cannot be lived by: it founds nothing, its first period sticks, or
//! its books do not add up.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod plan_life;
mod program;

use plan_life::Life;
use program::{done, file};

/// Every plan of the folder holds together and lives two periods, one with a charge that fails.
fn lives(plan: &str, deposits: bool) {
    let checked = done(&format!("plan check {}", file(&format!("plans/{plan}.toml"))));
    assert_eq!(checked["ok"], true, "{checked}");
    // Twelve members cannot live under caps that were made for millions.
    let text = std::fs::read_to_string(file(&format!("plans/{plan}.toml"))).unwrap();
    let text = text
        .replace("[caps.case]\namount = \"0.10\"", "[caps.case]\namount = \"900.00\"")
        .replace("[caps.case]\namount = \"3.00\"", "[caps.case]\namount = \"900.00\"")
        .replace("[caps.year]\namount = \"188.00\"", "[caps.year]\namount = \"9000.00\"");
    let folder = tempfile::tempdir().unwrap();
    let scaled = folder.path().join("scaled.toml");
    std::fs::write(&scaled, text).unwrap();
    let mut life = Life::found_by(scaled.to_str().unwrap());
    if deposits {
        let payments: Vec<String> = (0..11).map(|member| format!("{member}=20000.00")).collect();
        life.done(&format!("fund pay-in {} --day 2019-07-30", payments.join(",")));
    }
    life.done("fund interest 1.23 --day 2019-07-30");
    life.case(0, 3, "2000.00", "2019-07-30");
    let (number, closed) = life.close();
    let charged = closed["findings"].as_array().unwrap().iter();
    let charged = charged.filter(|finding| finding["do"] == "finding.period.closed").count();
    assert_eq!(charged, 1, "{closed}");
    life.balances();
    if deposits {
        assert!(life.holds("deposit") < 11 * 2_000_000, "charges are drawn from balances");
        life.fails("fund withdraw 3", 3, "E-FUND-CHARGE-DUE");
    }
    // Member 11 paid nothing in, and the charge fails.
    life.finish("11");
    life.balances();
    assert_eq!(life.done("arrears list")["of"], 1);
    if deposits {
        life.done("fund withdraw 4 --amount 5.00");
        life.done("fund returned 4");
        life.done("fund pay-in 11=20000.00");
        assert_eq!(life.done("arrears list")["of"], 0, "paying in pays the debt first");
        if life.done("case show 0")["status"] == "short-paid" {
            life.told();
            life.done("period pay 0");
        }
    }
    life.balances();
    let (_, _) = life.close();
    life.finish("");
    life.balances();
    let shown = life.done("case show 0");
    assert_eq!(number, 0);
    assert_eq!(shown["paid_minor"], 200_000, "{shown}");
    let replayed = done(&format!("replay {}", life.dir()));
    assert!(replayed["entries"].as_u64().unwrap() > 20, "{replayed}");
}

#[test]
fn xianghubao_lives() {
    lives("xianghubao", false);
}

#[test]
fn waterdrop_lives() {
    lives("waterdrop", true);
}

#[test]
fn qingsong_lives() {
    lives("qingsong", true);
}

#[test]
fn the_village_lives() {
    lives("village", true);
}

#[test]
fn the_guild_lives() {
    lives("guild", false);
}

/// No pool at all: members pay the patient, the patient confirms, the ledger matches.
#[test]
fn kangai_lives_without_custody() {
    let checked = done(&format!("plan check {}", file("plans/kangai.toml")));
    assert_eq!(checked["ok"], true, "{checked}");
    let mut life = Life::found("kangai");
    life.case(0, 3, "1000.00", "2019-07-30");
    life.case(1, 4, "500.03", "2019-07-30");
    let (number, _) = life.close();
    let dues = life.done(&format!("fund dues {number}"))["dues"].clone();
    let total: i64 =
        dues.as_array().unwrap().iter().map(|due| due["amount_minor"].as_i64().unwrap()).sum();
    assert_eq!(total, 150_000, "three cents do not divide among twelve and are cut");
    let payers = |case: u64| -> String {
        let of_case = dues.as_array().unwrap().iter().filter(|due| due["case"] == case);
        let members: Vec<String> = of_case.map(|due| due["member"].to_string()).collect();
        members.join(",")
    };
    life.fails("period collect 0", 3, "E-FUND-DIRECT");
    life.fails("period pay 0", 3, "E-PERIOD-STATE");
    life.done(&format!("fund received 0 --case 0 --members {}", payers(0)));
    life.fails(&format!("fund received 0 --case 0 --members {}", payers(0)), 3, "E-FUND-DIRECT");
    let all = payers(1);
    let (but_one, last) = all.rsplit_once(',').unwrap();
    life.done(&format!("fund received 0 --case 1 --members {but_one}"));
    let matched = life.done("fund match 0");
    assert_eq!(matched["findings"][0]["failed"], 1, "{matched}");
    assert_eq!(life.holds("custody"), 0);
    life.balances();
    assert_eq!(life.done("case show 0")["paid_minor"], life.done("case show 0")["decided_minor"]);
    // The last one pays late, and the patient says so.
    life.done(&format!("fund received 0 --case 1 --members {last}"));
    assert_eq!(life.done("case show 1")["status"], "paid");
    assert_eq!(life.done("arrears list")["of"], 0);
    life.balances();
    assert_eq!((life.holds("receivable"), life.holds("aid")), (0, 0));
}
