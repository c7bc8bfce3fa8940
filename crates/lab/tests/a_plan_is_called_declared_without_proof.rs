//! Fear: a report calls its plan declared beforehand although the answers came first, the log knows
//! nothing of it, or nobody can tell.

#![allow(clippy::unwrap_used)]

use lab::instrument::{ANSWERED, Instrument, Language, TRUST, answer_sheet, simulate};
use lab::report::{Declared, Request, Seal, Sealing, declared, document, first_answer};

fn sealing(day: &str) -> Sealing {
    let seal = Seal { wave: "2026-spring".to_owned(), day: day.to_owned(), entry: 12 };
    Sealing { log: "village".to_owned(), rehearsal: false, seal: Some(seal), others: 0 }
}

#[test]
fn the_days_decide_and_doubt_is_no_proof() {
    let seal = sealing("2026-03-10");
    let of = |first: Option<&str>| declared(Some(&seal), first);
    assert_eq!(of(Some("2026-03-11")), Declared::Before);
    assert_eq!(of(Some("2026-03-10")), Declared::SameDay);
    assert_eq!(of(Some("2026-03-09")), Declared::After);
    assert_eq!(of(None), Declared::Undated);
    assert_eq!(declared(None, Some("2026-03-11")), Declared::NoLog);
    let typed = Sealing { rehearsal: true, ..seal.clone() };
    assert_eq!(declared(Some(&typed), Some("2026-03-11")), Declared::Rehearsed);
    assert_eq!(declared(Some(&typed), Some("2026-03-09")), Declared::After);
    let absent = Sealing { seal: None, ..seal };
    assert_eq!(declared(Some(&absent), Some("2026-03-11")), Declared::Unsealed);
    let proofs = [Declared::SameDay, Declared::Undated, Declared::Rehearsed, Declared::NoLog];
    assert!(proofs.iter().all(|doubt| doubt.stands().is_none()));
}

#[test]
fn one_row_without_a_day_hides_behind_the_others() {
    let first = |days: &[&str]| {
        let rows: String = days.iter().map(|day| format!("1,{day}\n")).collect();
        first_answer(format!("q,{ANSWERED}\n{rows}").as_bytes()).unwrap()
    };
    assert_eq!(first(&["2026-03-12", "2026-03-09"]).as_deref(), Some("2026-03-09"));
    for other in ["", "12.3.2026", "2026-3-9", "2026-13-01", "yesterday"] {
        assert_eq!(first(&["2026-03-12", other]), None, "{other:?}");
    }
    assert_eq!(first_answer(b"q\n1\n2\n").unwrap(), None);
    let instrument = Instrument::parse(TRUST).unwrap();
    assert!(answer_sheet(&instrument).starts_with("respondent,answered,"));
}

#[test]
fn the_page_claims_more_than_the_log_shows() {
    let instrument = Instrument::parse(TRUST).unwrap();
    let invented = simulate(&instrument, 240, 5);
    let dated: String = invented
        .lines()
        .enumerate()
        .map(|(row, line)| match row {
            0 => format!("{line},{ANSWERED}\n"),
            _ => format!("{line},2026-04-01\n"),
        })
        .collect();
    let page = |sealing: Option<&Sealing>, language| {
        let request = Request {
            csv: dated.as_bytes(),
            instrument: Some(&instrument),
            model: None,
            names: Vec::new(),
            title: None,
            language,
            sealing,
            synthetic: true,
            seed: 1,
            draws: 100,
            group: None,
            outcome: None,
        };
        document(&request, &|_| {}).unwrap_or_else(|error| panic!("{error}"))
    };
    let html = page(Some(&sealing("2026-03-10")), Language::English);
    assert!(html.contains("Declared beforehand, and found"));
    assert!(html.contains("sealed on 2026-03-10 in entry 12 of the log village"));
    let html = page(Some(&sealing("2026-04-02")), Language::English);
    assert!(!html.contains("Declared beforehand"));
    assert!(html.contains("Before the answers: no"));
    let html = page(None, Language::Chinese);
    assert!(!html.contains("事先声明"));
    assert!(html.contains("先于答案：未予证明"));
}
