//! Fear: bytes that somebody sends stop the node. Whatever they are, reading them ends in a value
//! or an error.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use proptest::prelude::*;
use rules::charter::Charter;
use rules::entry::{Entry, Signed};
use rules::member::SALT_BYTES;
use testkit::charters::XIANGHUBAO;
use testkit::{Chooser, History, World, charters, replay, seeds};

fn read_everything(bytes: &[u8]) {
    let _ = Entry::parse(bytes);
    if let Ok(signed) = Signed::parse(bytes) {
        let _ = signed.verify();
    }
    if let Ok(text) = core::str::from_utf8(bytes)
        && let Ok(charter) = Charter::from_toml(text)
    {
        let _ = charter.check();
    }
}

proptest! {
    #[test]
    fn random_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_everything(&bytes);
    }

    #[test]
    fn random_json_like_text_is_read_or_refused(
        text in r#"[{}\[\]",:0-9a-z\\u-]{0,120}"#
    ) {
        read_everything(text.as_bytes());
    }

    #[test]
    fn random_toml_like_text_is_read_or_refused(
        text in concat!(
            "(\\[{1,2}[a-z.]{1,9}\\]{1,2}\n",
            "|[a-z_]{1,9} ?= ?[-0-9\"a-z\\[\\]{}.,]{0,12}\n){0,12}"
        )
    ) {
        read_everything(text.as_bytes());
    }
}

/// One random change: a bit, a byte left out, a piece doubled, a digit made large.
fn mutate(bytes: &[u8], chooser: &mut Chooser) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=chooser.below(3) {
        let place = chooser.below(bytes.len() as u64) as usize;
        match chooser.below(5) {
            0 => bytes[place] ^= 1 << chooser.below(8),
            1 => {
                bytes.remove(place);
            }
            2 => {
                let end = (place + chooser.below(40) as usize).min(bytes.len());
                let piece = bytes[place..end].to_vec();
                bytes.splice(place..place, piece);
            }
            3 => {
                let digit = bytes.iter().skip(place).position(u8::is_ascii_digit);
                let digit = digit.map(|offset| place + offset);
                let large = *chooser.pick(&[&b"9007199254740991"[..], b"-1", b"4294967295", b"0"]);
                if let Some(digit) = digit {
                    bytes.splice(digit..=digit, large.iter().copied());
                }
            }
            _ => bytes[place] = *chooser.pick(b"{}[]\",:-09aZ\\ \0\xff"),
        }
        if bytes.is_empty() {
            bytes.push(b'{');
        }
    }
    bytes
}

#[test]
fn entries_a_little_wrong_are_read_or_refused() {
    let mut history = History::new(5);
    for _ in 0..120 {
        history.step();
    }
    let log = history.world().log();
    for seed in seeds(1, 40) {
        let mut chooser = Chooser::new(seed);
        for entry in log {
            read_everything(&mutate(entry, &mut chooser));
        }
    }
}

#[test]
fn a_log_a_little_wrong_is_replayed_or_refused() {
    let mut history = History::new(6);
    for _ in 0..60 {
        history.step();
    }
    let world = history.world();
    for seed in seeds(1, 60) {
        let mut chooser = Chooser::new(seed);
        let mut log = world.log().to_vec();
        let place = chooser.below(log.len() as u64) as usize;
        match chooser.below(3) {
            0 => log[place] = mutate(&log[place], &mut chooser),
            1 => {
                log.remove(place);
            }
            _ => log.swap(place, (place + 1) % world.log().len()),
        }
        if log != world.log() {
            let replayed = replay(&log, world.chunks());
            let same = replayed.is_ok_and(|machine| {
                machine.is_whole() && machine.state().digest() == world.state().digest()
            });
            assert!(!same, "seed {seed}: another log gave the same state");
        }
    }
}

#[test]
fn charters_a_little_wrong_are_read_and_checked_or_refused() {
    for seed in seeds(1, 400) {
        let mut chooser = Chooser::new(seed);
        read_everything(&mutate(XIANGHUBAO.as_bytes(), &mut chooser));
        let lines: Vec<&str> = XIANGHUBAO.lines().collect();
        let mut shuffled = lines.clone();
        shuffled.swap(
            chooser.below(lines.len() as u64) as usize,
            chooser.below(lines.len() as u64) as usize,
        );
        shuffled.remove(chooser.below(lines.len() as u64) as usize);
        read_everything(shuffled.join("\n").as_bytes());
    }
}

#[test]
fn nesting_without_an_end_is_refused() {
    for depth in [17, 100, 10_000] {
        let lists = format!("x = {}{}", "[".repeat(depth), "]".repeat(depth));
        read_everything(lists.as_bytes());
        read_everything("[".repeat(depth).as_bytes());
        read_everything("{\"a\":".repeat(depth).as_bytes());
        let tables = format!("{XIANGHUBAO}\n[{}]\n", vec!["a"; depth].join("."));
        read_everything(tables.as_bytes());
    }
}

#[test]
fn rows_of_random_bytes_are_enrolled_or_refused_whole() {
    for seed in seeds(1, 60) {
        let mut chooser = Chooser::new(seed);
        let mut world = World::found(1, &charters::village());
        let rows = chooser.between(1, 30) as usize;
        let bytes: Vec<u8> = (0..rows).flat_map(|_| chooser.bytes::<20>()).collect();
        assert!(bytes.len() > SALT_BYTES / 2);
        let chunk = world.lay_rows(bytes.clone(), rows);
        let result = world
            .send(rules::command::Do::Member(rules::command::MemberCommand::EnrolBatch { chunk }));
        let members = world.state().roll().len() as usize;
        assert_eq!(members, if result.is_ok() { rows } else { 0 });
        let chunk = world.lay_rows(bytes, rows * 5);
        let result = world
            .send(rules::command::Do::Member(rules::command::MemberCommand::LeaveBatch { chunk }));
        assert!(result.is_err() || members > 0);
    }
}
