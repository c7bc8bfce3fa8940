//! Fear: somebody who replays the log, or goes on from a snapshot, comes to another state; or takes
//! a log that says what the rules do not say.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rules::State;
use rules::machine::{Machine, ReplayError};
use testkit::{Chooser, History, ReplayedWrong, World, charters, replay, replay_into, seeds};

const MOVES: usize = 200;

/// A history, and its state and log as they stood half way.
fn run(seed: u64) -> (History, Vec<u8>, usize) {
    let mut history = History::new(seed);
    for _ in 0..MOVES / 2 {
        history.step();
    }
    let snapshot = history.world().state().to_bytes();
    let entries = history.world().log().len();
    for _ in 0..MOVES / 2 {
        history.step();
    }
    (history, snapshot, entries)
}

#[test]
fn a_replay_and_a_snapshot_come_to_the_same_state() {
    for seed in seeds(1, 12) {
        let (history, snapshot, entries) = run(seed);
        let world = history.world();
        let digest = world.state().digest();
        let replayed = replay(world.log(), world.chunks()).unwrap();
        assert!(replayed.is_whole());
        assert_eq!(replayed.state().digest(), digest, "seed {seed}");
        let mut restored = Machine::from_state(State::from_bytes(&snapshot).unwrap());
        assert_eq!(restored.state().to_bytes(), snapshot, "a snapshot reads back");
        replay_into(&mut restored, &world.log()[entries..], world.chunks()).unwrap();
        assert_eq!(restored.state().digest(), digest, "seed {seed}, from a snapshot");
    }
}

#[test]
fn a_snapshot_remembers_who_is_a_member() {
    let mut world = World::found(7, &charters::village());
    world.enrol(1, "1990-05".parse().unwrap()).unwrap();
    let restored = State::from_bytes(&world.state().to_bytes()).unwrap();
    assert_eq!(restored.roll().find(testkit::person(1)), Some(0));
    assert!(restored.roll().is_active(testkit::person(1)));
    assert_eq!(restored.roll().find(testkit::person(2)), None);
}

#[test]
fn a_snapshot_that_is_cut_or_altered_never_panics() {
    let mut world = World::found(7, &charters::village());
    world.enrol_people(0..20, "1990-05".parse().unwrap()).unwrap();
    let bytes = world.state().to_bytes();
    for cut in 0..bytes.len() {
        assert!(State::from_bytes(&bytes[..cut]).is_err(), "a prefix of {cut} bytes was taken");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(State::from_bytes(&longer).is_err(), "bytes after the state were taken");
    for seed in seeds(1, 300) {
        let mut chooser = Chooser::new(seed);
        let mut altered = bytes.clone();
        let place = chooser.below(bytes.len() as u64) as usize;
        altered[place] ^= 1 << chooser.below(8);
        if let Ok(state) = State::from_bytes(&altered) {
            // What is taken must hold together well enough to go on with.
            let mut later = world.clone();
            later.pass(40);
            let mut machine = Machine::from_state(state);
            later.enrol(999, "1990-05".parse().unwrap()).unwrap();
            let news = &later.log()[world.log().len()..];
            let _ = replay_into(&mut machine, news, later.chunks());
            let _ = machine.state().digest();
        }
    }
}

#[test]
fn a_log_that_says_otherwise_is_refused_where_it_does() {
    let (history, _, _) = run(77);
    let world = history.world();
    let is_finding = |entry: &Vec<u8>| String::from_utf8_lossy(entry).contains("\"by\":\"rules\"");
    let places: Vec<usize> =
        (0..world.log().len()).filter(|place| is_finding(&world.log()[*place])).collect();
    for place in places.iter().copied().step_by(7) {
        let mut left_out = world.log().to_vec();
        left_out.remove(place);
        let wrong = replay(&left_out, world.chunks());
        let ends_short = wrong.as_ref().is_ok_and(|machine| !machine.is_whole());
        let refused =
            matches!(wrong, Err(ReplayedWrong::Otherwise(at, ReplayError::Finding)) if at == place);
        assert!(refused || ends_short, "finding {place} left out: {wrong:?}");

        let text = String::from_utf8(world.log()[place].clone()).unwrap();
        let numbered = text.replace("\"id\":\"finding-", "\"id\":\"findinh-");
        let mut altered = world.log().to_vec();
        altered[place] = numbered.into_bytes();
        assert_eq!(
            replay(&altered, world.chunks()).err(),
            Some(ReplayedWrong::Otherwise(place, ReplayError::Finding)),
        );
    }
    let mut twice = world.log().to_vec();
    // What was refused and recorded used its number; any other command was done.
    let attempt = |place: usize| {
        let next = twice.get(place + 1).map(|entry| String::from_utf8_lossy(entry));
        next.is_some_and(|next| next.contains("\"finding.attempt.refused\""))
    };
    let done = |place: &usize| !is_finding(&twice[*place]) && !attempt(*place);
    let command = (0..twice.len()).rev().find(done).unwrap();
    let end = twice.len();
    twice.push(twice[command].clone());
    assert_eq!(
        replay(&twice, world.chunks()).err(),
        Some(ReplayedWrong::Otherwise(end, ReplayError::Order)),
    );
}

#[test]
fn a_command_that_the_rules_refuse_is_refused_in_a_log_too() {
    let mut world = World::found(3, &charters::village());
    world.enrol(1, "1990-05".parse().unwrap()).unwrap();
    let mut other = world.clone();
    other.leave(0).unwrap();
    let mut log = other.log().to_vec();
    // The same member leaves in the other world at the same place, after having left in this one.
    let (by_hand, _) = log.split_at(world.log().len());
    let mut by_hand = by_hand.to_vec();
    world.leave_batch(&[0]).unwrap();
    by_hand.extend(world.log()[by_hand.len()..].to_vec());
    let ahead = by_hand.len();
    by_hand.push(log.remove(ahead - 2));
    let wrong = replay(&by_hand, world.chunks()).unwrap_err();
    assert!(matches!(wrong, ReplayedWrong::Otherwise(at, _) if at == ahead), "{wrong:?}");
}

#[test]
fn every_entry_is_the_canonical_text_of_its_tree() {
    let (mut findings, mut verbs) = (0, std::collections::BTreeSet::new());
    for seed in seeds(40, 6) {
        let mut history = History::new(seed);
        for _ in 0..250 {
            history.step();
        }
        for entry in history.world().log() {
            let tree: serde_json::Value = serde_json::from_slice(entry).unwrap();
            assert_eq!(tree.to_string().as_bytes(), entry, "seed {seed}");
            proof::canonical::check(entry).unwrap();
            findings += u32::from(tree["command"]["by"] == "rules");
            verbs.insert(tree["command"]["do"].to_string());
        }
    }
    assert!(findings > 100 && verbs.len() > 20, "{findings} findings, {verbs:?}");
}
