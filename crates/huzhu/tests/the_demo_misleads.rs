//! Fear: the demo shows less than it says, counts its invented scenes among the published history,
//! or tells another story on the next run.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use program::done;
use serde_json::Value;

/// Periods of the published history.
const PUBLISHED: usize = 78;

fn play(members: u32, seed: u32) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    let dir = dir.to_str().unwrap();
    let played = done(&format!("demo --members {members} --seed {seed} --dir {dir}"));
    for check in played["checks"].as_array().unwrap() {
        assert_eq!(check["ok"], true, "{members} members: {check}");
    }
    // Whoever has the folder comes to the same.
    let replayed = done(&format!("replay {dir}"));
    assert_eq!(replayed["digest"], played["digest"]);
    assert_eq!(done(&format!("audit {dir}"))["agrees"], true);
    let amended = done(&format!("plan amend show --dir {dir}"));
    assert_eq!(amended["amendments"].as_array().unwrap().is_empty(), scenes(&played).is_empty());
    played
}

fn scenes(played: &Value) -> Vec<&str> {
    let scenes = played["scenes"].as_array().unwrap().iter();
    scenes.map(|scene| scene["scene"].as_str().unwrap()).collect()
}

#[test]
fn every_scene_is_played_told_in_both_languages_and_found_again() {
    let played = play(3_000, 1);
    let told = scenes(&played);
    for name in ["objection", "jury", "refusal", "re-audit", "fraud", "recovery", "amendment"] {
        assert!(told.contains(&name), "{name} in {told:?}");
    }
    for scene in played["scenes"].as_array().unwrap() {
        let (en, zh) = (scene["en"].as_str().unwrap(), scene["zh"].as_str().unwrap());
        assert!(en.is_ascii() && en.ends_with('.'), "{en}");
        assert!(!zh.is_ascii() && zh.ends_with('。'), "{zh}");
        assert!(scene["day"].as_str().unwrap() > "2022-01-28", "after the last charge: {scene}");
    }
    let checked = played["checks"].as_array().unwrap().iter();
    assert!(checked.clone().any(|check| check["name"] == "scenes"), "{:?}", played["checks"]);
    // The published periods are those of the history and nothing else.
    let periods = played["periods"].as_array().unwrap();
    assert_eq!(periods.len(), PUBLISHED);
    assert!(periods.iter().all(|period| period["publicity"].as_str().unwrap() <= "2022-01-21"));
    assert_eq!(play(3_000, 1)["digest"], played["digest"], "one seed, one history");
}

#[test]
fn a_plan_too_small_for_a_panel_says_so_and_the_sponsor_pays_what_the_cap_keeps_from_members() {
    assert!(scenes(&play(100, 1)).is_empty());
    // Of so few each case is more than the cap of a year; the sponsor's money comes before aid.
    assert!(!scenes(&play(1_000, 1)).is_empty());
}
