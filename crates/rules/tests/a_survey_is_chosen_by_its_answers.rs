//! Fear: the questions, models or plan of a survey are exchanged once the answers are known.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use proof::Digest;
use rules::State;
use rules::charter::Role;
use rules::command::{Do, SurveyCommand};
use rules::finding::{Finding, SurveyFinding};
use testkit::{World, charters, refused};

const FIRST: Digest = Digest([1; 32]);
const SECOND: Digest = Digest([2; 32]);

fn seal(wave: &str, instrument: Digest) -> Do {
    Do::Survey(SurveyCommand::Seal { wave: wave.to_owned(), instrument })
}

#[test]
fn a_wave_has_one_seal_and_its_day_and_entry_stay() {
    let mut world = World::found(8, &charters::village());
    let day = world.day();
    let entry = world.state().entries();
    let findings = world.send(seal("2026-spring", FIRST)).unwrap();
    let wave = "2026-spring".to_owned();
    let sealed = SurveyFinding::Sealed { wave, instrument: FIRST, number: 1 };
    assert_eq!(findings, [Finding::Survey(sealed)]);
    world.pass(30);
    assert_eq!(refused(world.send(seal("2026-spring", SECOND))), "E-SURVEY-TWICE");
    assert_eq!(refused(world.send(seal("2026-spring", FIRST))), "E-SURVEY-TWICE");
    world.send(seal("2026-autumn", SECOND)).unwrap();
    let surveys = world.state().surveys();
    assert_eq!(surveys.len(), 2);
    let kept = &surveys[0];
    assert_eq!((kept.instrument, kept.day, kept.entry), (FIRST, day, entry));
    assert_eq!(surveys[1].day, day.plus_days(30));
}

#[test]
fn a_seal_is_part_of_the_state_that_a_replay_compares() {
    let mut world = World::found(8, &charters::village());
    let before = world.state().digest();
    world.send(seal("w", FIRST)).unwrap();
    let state = world.state();
    assert_ne!(state.digest(), before);
    let read = State::from_bytes(&state.to_bytes()).unwrap();
    assert_eq!(read.surveys(), state.surveys());
    assert_eq!(read.digest(), state.digest());
    let mut other = World::found(8, &charters::village());
    other.send(seal("w", SECOND)).unwrap();
    assert_ne!(other.state().digest(), state.digest(), "the hash is not in the digest");
}

#[test]
fn nobody_but_the_operator_seals_and_only_under_a_plain_name() {
    let mut world = World::found(8, &charters::village());
    assert_eq!(refused(world.send_as(Role::Registrar, seal("w", FIRST))), "E-ROLE");
    for name in ["", "two words", "a\u{7}", &"x".repeat(41)] {
        assert_eq!(refused(world.send(seal(name, FIRST))), "E-SURVEY-NAME", "{name:?}");
    }
    world.send(seal(&"波".repeat(40), FIRST)).unwrap();
}
