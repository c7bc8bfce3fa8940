//! Fear: the arithmetic of a period on the command line is not that of the charter, or nonsense is
//! answered with a number.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use std::path::PathBuf;

use program::{done, fails, file, huzhu};
use serde_json::{Value, json};

fn quote(arguments: &str) -> Value {
    done(&format!("period quote --plan {} {arguments}", file("plans/xianghubao.toml")))
}

fn refused(arguments: &str, exit: i32, code: &str) {
    fails(
        &format!("period quote --plan {} {arguments}", file("plans/xianghubao.toml")),
        exit,
        code,
    );
}

/// The neighbours' charter with two bands, in a folder of its own.
fn banded() -> (tempfile::TempDir, PathBuf) {
    let text = std::fs::read_to_string(file("examples/neighbours.toml")).unwrap();
    let bands = "rule = \"banded\"\nbands = [\n  \
                 { name = \"young\", ages = [0, 39], weight = 1 },\n  \
                 { name = \"old\", ages = [40, 59], weight = 3 },\n]";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("banded.toml");
    std::fs::write(&path, text.replace("rule = \"uniform\"", bands)).unwrap();
    (folder, path)
}

#[test]
fn the_published_figures_come_out() {
    let period = quote("--members 10000000 --aid 60000000.00 --fee 0.10");
    assert_eq!((&period["share_minor"], &period["carry_out_minor"]), (&json!(660), &json!(0)));
    let period = quote("--members 103321600 --aid 462077155.55");
    assert_eq!((&period["share_minor"], &period["carry_out_minor"]), (&json!(483), &json!(1)));
    assert_eq!(period["fee_minor"], 3_696_617_244_i64);
    assert_eq!(period["currency"], "CNY");
}

#[test]
fn the_cap_of_a_case_binds_one_member_below_the_minimum() {
    let period = quote("--members 3300000 --aid 300000.00 --cases 1 --fee 0.10");
    assert_eq!((&period["excess_minor"], &period["excess_payer"]), (&json!(0), &Value::Null));
    let period = quote("--members 3299999 --aid 300000.00 --cases 1 --fee 0.10");
    assert_eq!(period["excess_minor"], 10);
    assert_eq!(period["excess_payer"], "reduction");
    assert_eq!(period["excess_payers"], json!([{"payer": "reduction", "amount_minor": 10}]));
    // Without --cases the cap is not applied.
    let period = quote("--members 3299999 --aid 300000.00 --fee 0.10");
    assert_eq!(period["excess_minor"], 0);
}

#[test]
fn more_than_is_needed_is_carried_on_and_nobody_pays() {
    let period = quote("--members 100 --aid 10.00 --carry-in 50.00");
    assert_eq!((&period["share_minor"], &period["charges_minor"]), (&json!(0), &json!(0)));
    assert_eq!(period["carry_out_minor"], 5_000 - 1_000 - 80);
    let nothing = quote("--members 0 --aid 0");
    assert_eq!((&nothing["share_minor"], &nothing["carry_out_minor"]), (&json!(0), &json!(0)));
}

#[test]
fn bands_pay_by_their_weights() {
    let (_folder, charter) = banded();
    let base = format!("period quote --plan {} --aid 1000.00", charter.display());
    let period = done(&format!("{base} --classes young=100,old=50"));
    // 1,030.00 over 100 + 3 × 50 parts is 4.12 a part.
    assert_eq!(
        period["by_class"],
        json!([
            {"class": "young", "members": 100, "share_minor": 412},
            {"class": "old", "members": 50, "share_minor": 1236},
        ])
    );
    assert_eq!((&period["share_minor"], &period["charges_minor"]), (&Value::Null, &json!(103_000)));
    assert_eq!(done(&format!("{base} --classes old=50,young=100 --members 150")), period);
    for (arguments, code) in [
        ("--members 150", "E-CLASSES"),
        ("--classes young=100,old=50 --members 151", "E-MEMBERS"),
        ("--classes young", "E-CLASSES"),
        ("--classes young=-1", "E-CLASSES"),
        ("--classes 青=1", "E-CLASSES"),
    ] {
        fails(&format!("{base} {arguments}"), 2, code);
    }
    let error = fails(&format!("{base} --classes yuong=1,old=2"), 2, "E-CLASSES");
    assert_eq!(error["next"], "Did you mean `young`?");
}

#[test]
fn what_cannot_be_worked_out_is_refused() {
    refused("--members 0 --aid 1.00", 3, "E-PERIOD-NOBODY");
    refused("--members 10 --aid 1.001", 2, "E-AMOUNT");
    refused("--members 10 --aid 90071992547409.92", 2, "E-AMOUNT");
    refused("--members 10 --aid 1e3", 2, "E-AMOUNT");
    refused("--members 10 --aid=-1.00", 2, "E-AMOUNT");
    refused("--members 10 --aid 1.00 --carry-in=-1.00", 2, "E-AMOUNT");
    refused("--members 10 --aid 1.00 --carry-in x", 2, "E-AMOUNT");
    refused("--members 10 --aid 1.00 --cases 0", 2, "E-CASES");
    refused("--members 10 --aid 1.00 --cases 1000001", 2, "E-CASES");
    refused("--members 10 --aid 1.00 --fee 2", 2, "E-RATE");
    refused("--members 10 --aid 1.00 --fee ä", 2, "E-RATE");
    refused("--aid 1.00", 2, "E-MEMBERS");
    refused("--members 18446744073709551615 --aid 1.00", 3, "E-AMOUNT-RANGE");
    refused("--members 18446744073709551616 --aid 1.00", 2, "E-USAGE");
    refused("--members 10 --aid 90071992547409.91", 3, "E-AMOUNT-RANGE");
}

#[test]
fn a_person_reads_the_same_numbers() {
    let plan = file("plans/xianghubao.toml");
    let ran = huzhu(&format!("period quote --plan {plan} --members 103321600 --aid 462077155.55"));
    for text in ["462,077,155.55", "36,966,172.44", "499,043,328.00", "4.83  × 103,321,600"] {
        assert!(ran.out.contains(text), "{}", ran.out);
    }
}
