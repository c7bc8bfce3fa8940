//! Fear: a questionnaire that contradicts itself is accepted, or its seal does not see a change
//! of meaning, or answers are scored or screened wrongly.

// A test may fail loudly.
#![allow(clippy::unwrap_used)]

use lab::data::Table;
use lab::instrument::{
    Instrument, InstrumentError, Language, Role, TRUST, answer_sheet, check_answers, questionnaire,
    score, simulate, usable_rows,
};
use proptest::prelude::*;

fn trust() -> Instrument {
    Instrument::parse(TRUST).unwrap()
}

fn changed(from: &str, to: &str) -> Result<Instrument, InstrumentError> {
    assert!(TRUST.contains(from), "the file holds {from:?}");
    Instrument::parse(&TRUST.replacen(from, to, 1))
}

#[test]
fn the_questionnaire_lacks_a_construct_or_an_item() {
    let trust = trust();
    assert_eq!(trust.constructs_of(Role::Model).count(), 8);
    assert_eq!(trust.model_items().len(), 30);
    assert_eq!(trust.items_of("MARKER").count(), 3);
    assert_eq!(trust.items_of("EXIT").count(), 3);
    assert_eq!(trust.items_of("ATTENTION").next().unwrap().expected, Some(2));
    assert_eq!(trust.models.len(), 4, "the leading model and its three rivals");
}

#[test]
fn the_seal_overlooks_a_change_of_meaning() {
    let seal = trust().seal();
    for (from, to) in [
        ("I can check for myself", "I could check for myself"),
        ("我自己就能查到", "我自己能查到"),
        ("alpha_min = 0.70", "alpha_min = 0.71"),
        ("d3*TP\n", "d3*RC\n"),
        ("failed_attention = true", "failed_attention = false"),
        ("version = 1", "version = 2"),
        ("controls_on = [\"TRUST\", \"STAY\"]", "controls_on = [\"TRUST\"]"),
        ("marker = [\"construct\", \"partial\"]", "marker = [\"partial\"]"),
        ("method = \"pls\"", "method = \"sem\""),
        (
            "code = \"tra1\"\nconstruct = \"TRA\"\n",
            "code = \"tra1\"\nreverse = true\nconstruct = \"TRA\"\n",
        ),
    ] {
        assert_ne!(changed(from, to).unwrap().seal(), seal, "{from:?} to {to:?}");
    }
}

#[test]
fn the_seal_depends_on_layout_and_comments() {
    let loose =
        changed("name = \"trust\"\nversion = 1", "version    = 1 # first\n\nname = 'trust'");
    assert_eq!(loose.unwrap().seal(), trust().seal());
}

proptest! {
    #[test]
    fn any_letter_of_an_items_words_may_change_unseen(item in 0..37_usize, at in 0..12_usize) {
        let mut other = trust();
        let mut letters: Vec<char> = other.items[item].text.zh.chars().collect();
        let place = at % letters.len();
        letters[place] = if letters[place] == '无' { '有' } else { '无' };
        other.items[item].text.zh = letters.into_iter().collect();
        prop_assert_ne!(other.seal(), trust().seal());
    }
}

#[test]
fn a_contradiction_is_accepted() {
    let cases = [
        ("construct = \"TRA\"", "construct = \"TRAA\"", "did you mean \"TRA\"?"),
        ("code = \"tra2\"", "code = \"tra1\"", "used twice"),
        ("version = 1", "version = 1\nversoin = 2", "versoin"),
        ("IM ~ a1*TRA", "IM ~ a1*TRQ", "TRQ"),
        ("IM ~ a1*TRA", "IM ~ ~ a1*TRA", "model \"A\""),
        ("expected = 2", "expected = 9", "attention"),
        ("cfi_min = 0.95", "cfi_min = 1.95", "cfi_min"),
        ("models = [\"A\"", "models = [\"Z\"", "Z"),
        ("estimator = \"mlr\"", "estimator = \"best\"", "best"),
        ("high = 7", "high = 6", "7 labels"),
        ("zh = \"互助计划中的信任\"", "zh = \" \"", "lacks its words"),
        ("outcome = \"TRUST\"", "outcome = \"EXIT\"", "EXIT"),
    ];
    for (from, to, part) in cases {
        let error = changed(from, to).expect_err(to).to_string();
        assert!(error.contains(part), "{to:?}: {error}");
    }
    let without = TRUST.replace("construct = \"MARKER\"", "construct = \"EXIT\"");
    let error = Instrument::parse(&without).unwrap_err().to_string();
    assert!(error.contains("\"MARKER\" has no items"), "{error}");
}

#[test]
fn answers_that_cannot_be_are_let_through() {
    let trust = trust();
    let sheet = answer_sheet(&trust);
    let width = trust.items.len();
    let row = |name: &str, answers: &[String]| {
        format!("{name},2026-05-01,{},novice,,,,,,\n", answers.join(","))
    };
    let good: Vec<String> = trust
        .items
        .iter()
        .enumerate()
        .map(|(at, item)| item.expected.unwrap_or((at % 6) as i32 + 1).to_string())
        .collect();
    let mut nine = good.clone();
    nine[3] = "9".into();
    let mut careless = good.clone();
    careless[width - 1] = "7".into();
    let mut flat = vec!["4".to_owned(); width];
    flat[width - 1] = "2".into();
    let mut sparse = good.clone();
    sparse[..20].fill(String::new());
    let other: Vec<String> = good.iter().rev().cloned().collect();
    let text = [
        sheet,
        row("a", &good),
        row("b", &nine),
        row("c", &careless),
        row("d", &flat),
        row("e", &sparse),
        row("a", &good),
    ]
    .concat();
    assert_ne!(other, good);
    let table = Table::from_csv(text.as_bytes()).unwrap();
    let found = check_answers(&trust, &table).unwrap();
    assert!(found.complete() && found.unknown_columns.is_empty(), "{found:?}");
    assert_eq!(found.out_of_range.iter().map(|c| c.row).collect::<Vec<_>>(), [1]);
    assert_eq!(found.failed_attention, Some(vec![2]));
    assert_eq!(found.straight_lined, [3]);
    assert_eq!(found.sparse, [4]);
    assert_eq!(found.duplicate_respondents, [5]);
    assert!(found.same_answers.contains(&(0, 5)));
    assert_eq!(usable_rows(&trust, &found), [0]);
}

#[test]
fn a_misspelt_column_has_no_hint() {
    let trust = trust();
    let text = answer_sheet(&trust).replacen("tra1", "tra01", 1);
    let row = vec!["3"; text.matches(',').count() + 1].join(",");
    let table = Table::from_csv(format!("{text}{row}\n").as_bytes()).unwrap();
    let found = check_answers(&trust, &table).unwrap();
    assert_eq!(found.missing_columns.len(), 1);
    assert_eq!(found.missing_columns[0].expected, "tra1");
    assert_eq!(found.missing_columns[0].nearest.as_deref(), Some("tra01"));
    assert_eq!(found.unknown_columns, ["tra01"]);
}

#[test]
fn a_score_forgets_reverse_items_or_half_answered_scales() {
    let turned = changed(
        "code = \"tra1\"\nconstruct = \"TRA\"\n",
        "code = \"tra1\"\nreverse = true\nconstruct = \"TRA\"\n",
    )
    .unwrap();
    let items = turned.model_items();
    let head = items.join(",");
    let line = |of: &dyn Fn(&str) -> &'static str| {
        items.iter().map(|item| of(item)).collect::<Vec<_>>().join(",")
    };
    let first = line(&|item| if item == "tra1" { "1" } else { "7" });
    let second = line(&|item| match item {
        "tra1" | "tra2" => "",
        "tra3" => "4",
        "im1" => "1",
        item if item.starts_with("im") => "",
        _ => "7",
    });
    let table = Table::from_csv(format!("{head}\n{first}\n{second}\n").as_bytes()).unwrap();
    let scores = score(&turned, &table).unwrap();
    let of = |code: &str| scores.column(code).unwrap();
    assert_eq!(of("TRA")[0], 100.0);
    // (4 + 7) / 2 on a scale from 1 to 7.
    assert!((of("TRA")[1] - 75.0).abs() < 1e-12);
    assert!(of("IM")[1].is_nan(), "one of four answers is too few");
    assert_eq!(of("TP")[1], 100.0);
    assert!(scores.column("EXIT").is_none());
}

#[test]
fn simulated_answers_change_with_threads_or_length() {
    let trust = trust();
    let long = simulate(&trust, 40, 3);
    assert!(long.starts_with(&simulate(&trust, 20, 3)));
    assert_ne!(long, simulate(&trust, 40, 4));
    let table = Table::from_csv(long.as_bytes()).unwrap();
    assert!(table.numbers("synthetic").unwrap().iter().all(|mark| *mark == 1.0));
    let found = check_answers(&trust, &table).unwrap();
    assert!(found.complete() && found.out_of_range.is_empty());
    assert!(found.unknown_columns.is_empty(), "{:?}", found.unknown_columns);
}

#[test]
fn the_printed_questionnaire_asks_for_something_outside_or_half_in_english() {
    let trust = trust();
    for language in [Language::English, Language::Chinese] {
        let page = questionnaire(&trust, language);
        assert_eq!(page.matches("<fieldset>").count(), trust.items.len());
        for outside in ["http:", "https:", "src=", "@import", "url("] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(page.contains(&trust.seal()));
    }
    let chinese = questionnaire(&trust, Language::Chinese);
    for item in &trust.items {
        assert!(!chinese.contains(&item.text.en), "{}", item.code);
        assert!(chinese.contains(&item.text.zh), "{}", item.code);
    }
}

#[test]
fn a_plan_that_cannot_be_carried_out_is_sealed() {
    let refused = |from: &str, to: &str| changed(from, to).unwrap_err().to_string();
    let said = refused("controls_on = [\"TRUST\"", "controls_on = [\"TRUTS\"");
    assert!(said.contains("construct for the controls \"TRUTS\" is unknown"), "{said}");
    let said = refused("role = \"marker\"", "role = \"optional\"");
    assert!(said.contains("\"marker\" is unknown"), "{said}");
    assert!(changed("\"construct\", \"partial\"", "\"constrct\"").is_err());
    assert!(changed("method = \"pls\"", "method = \"plss\"").is_err());
}
