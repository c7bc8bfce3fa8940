//! Fear: after some entry of some history the books do not add up, money is gone or made, somebody
//! is counted who was no member, or a refused command left a trace.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod ledger;

use ledger::Watcher;
use testkit::{History, charters, seeds};

/// Moves of one history: about a year of a plan.
const MOVES: usize = 300;

fn run(mut history: History, seed: u64) -> Watcher {
    let mut watcher = Watcher::new(history.world());
    for number in 0..MOVES {
        let before = history.world().state().digest();
        let entries = history.world().log().len();
        let step = history.step();
        let place = format!("seed {seed}, move {number} ({}): {:?}", step.what, step.result);
        let state = history.world().state();
        match &step.result {
            Err(_) if history.world().log().len() > entries => {
                watcher.look_at_attempt(&history.world().log()[entries..], &place);
                watcher.look(state, &[], &place);
            }
            Err(_) => assert_eq!(state.digest(), before, "a refusal left a trace; {place}"),
            Ok(findings) => watcher.look(state, findings, &place),
        }
    }
    watcher
}

#[test]
fn random_histories_under_random_charters_add_up_after_every_entry() {
    let mut seen = Watcher::default();
    let mut named = 0;
    for seed in seeds(1, 60) {
        let watcher = run(History::new(seed), seed);
        seen.add(&watcher);
        named += 1;
    }
    // A test of histories in which nothing happens would fear nothing.
    if named > 1 {
        seen.assert_everything_happened();
    }
}

#[test]
fn random_histories_of_the_village_and_the_guild_add_up_after_every_entry() {
    for seed in seeds(1_000, 4) {
        run(History::under(seed, &charters::village()), seed);
        run(History::under(seed, &charters::guild()), seed);
    }
}
