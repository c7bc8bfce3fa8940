//! Fear: the end that the demo plays is not one: an account stays open, the sick are not treated
//! alike, or nothing is published while money is still there.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use program::{done, fails};
use serde_json::json;

#[test]
fn the_demo_ends_with_every_account_at_zero() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("ended");
    let dir = dir.to_str().unwrap();
    let ended = done(&format!("demo --run-off --members 120 --dir {dir}"));
    for check in ended["checks"].as_array().unwrap() {
        assert_eq!(check["ok"], true, "{check}");
    }
    for account in ended["final"]["accounts"].as_array().unwrap() {
        assert_eq!((&account["balance_minor"], &account["why"]), (&json!(0), &json!("zero")));
    }
    // Two at once, the third when it is reported, and all three again at the end, alike.
    let instalments = ended["instalments"].as_array().unwrap();
    assert_eq!(instalments.len(), 3);
    let parts: Vec<u64> =
        instalments.iter().map(|it| it["part_millionths"].as_u64().unwrap()).collect();
    assert_eq!(parts[0], parts[1], "who reports late finds as much");
    assert!(parts[2] > parts[1] && parts[2] < 1_000_000, "{parts:?}");
    assert_eq!((&instalments[2]["last"], &instalments[2]["cases"]), (&json!(true), &json!(3)));
    assert!(ended["periods_published"].as_u64().unwrap() >= 9, "a period a month until May");
    assert_eq!(done(&format!("runoff show --dir {dir}"))["stage"], "final");
    assert_eq!(done(&format!("audit {dir}"))["agrees"], true);
    // Played again it replaces itself and nothing else.
    done(&format!("demo --run-off --members 120 --dir {dir}"));
    std::fs::write(folder.path().join("mine"), "mine").unwrap();
    let mine = folder.path().to_str().unwrap();
    fails(&format!("demo --run-off --dir {mine}"), 2, "E-FOLDER");
}
