//! Fear: somebody hands in many commands at once, and cannot tell which were done.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod kills;
mod program;

use std::io::Write as _;
use std::process::{Command, Stdio};

use kills::{Chance, Signer, life};
use program::{PROGRAM, Ran, Rehearsal, done, file};
use serde_json::Value;

/// The first round of a plan's life.
fn commands(plan: &Rehearsal) -> Vec<Vec<u8>> {
    let state = node::replay(&plan.path(), &mut |_| {}).unwrap().state;
    let rounds = life(&mut Signer::new(&plan.path(), &state), &mut Chance(3));
    let first = rounds.into_iter().next().unwrap();
    first.commands.into_iter().map(|(_, bytes)| bytes).collect()
}

/// Submits lines, in groups of ten.
fn submit(plan: &Rehearsal, lines: &[Vec<u8>], options: &[&str]) -> Ran {
    let mut command = Command::new(PROGRAM);
    command.args(["submit", "--group", "10", "--dir", &plan.dir(), "--day", "2019-05-04"]);
    command.args(options).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let text = lines.join(&b'\n');
    // Who refuses to start reads nothing.
    let writer = std::thread::spawn(move || drop(input.write_all(&text)));
    let ran = Ran::of(child.wait_with_output().unwrap());
    writer.join().unwrap();
    ran
}

fn answers(ran: &Ran) -> Vec<Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_line_has_its_answer_in_order_and_a_bad_one_is_named() {
    let plan = Rehearsal::found();
    let mut lines = commands(&plan)[..9].to_vec();
    let good = lines.clone();
    lines.insert(2, b"no command at all".to_vec());
    lines.insert(4, vec![b'x'; 200_000]);
    lines.insert(6, Vec::new());
    lines.push(br#"{"id":"unsigned"}"#.to_vec());
    let ran = submit(&plan, &lines, &["--json"]);
    assert_eq!((ran.code, ran.err.as_str()), (3, ""), "{}", ran.out);
    let answered = answers(&ran);
    // An empty line asks for nothing.
    assert_eq!(answered.len(), lines.len() - 1);
    let refused: Vec<usize> =
        (0..).zip(&answered).filter(|(_, it)| !it["error"].is_null()).map(|(i, _)| i).collect();
    assert_eq!(refused, [2, 4, 11]);
    for number in refused {
        assert_eq!(answered[number]["error"]["code"], "E-COMMAND");
    }
    assert_eq!(answered[11]["id"], "unsigned");
    let positions = answered.iter().filter_map(|answer| answer["position"].as_u64());
    assert_eq!(positions.collect::<Vec<_>>(), (0..9).map(|n| 4 + 2 * n).collect::<Vec<_>>());

    // Handed in again, also for a person to read.
    let ran = submit(&plan, &good, &[]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.ends_with("0 done, 9 done before, 0 refused.\n"), "{}", ran.err);
    let first = ran.out.lines().next().unwrap();
    assert_eq!(first.trim_start(), "4  round-1  done before");
    let replayed = done(&format!("replay {}", plan.dir()));
    assert_eq!((&replayed["entries"], &replayed["checkpoint_size"]), (&22.into(), &22.into()));
}

#[test]
fn what_was_interrupted_is_sent_again_whole() {
    let plan = Rehearsal::found();
    let commands = commands(&plan);
    assert!(commands.len() > 200, "more than the rules remember");
    let first = answers(&submit(&plan, &commands[..150], &["--json"]));
    let ran = submit(&plan, &commands, &["--json", "--seal-every", "64"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    let second = answers(&ran);
    assert_eq!(second.len(), commands.len());
    for (number, answer) in second.iter().enumerate() {
        assert_eq!(answer["again"], number < 150, "{number}: {answer}");
        if let Some(before) = first.get(number) {
            assert_eq!(answer["position"], before["position"]);
        }
    }
    // Out of order they are found as well.
    let mut twisted: Vec<_> = commands[..120].iter().rev().cloned().collect();
    twisted.swap(3, 90);
    let third = answers(&submit(&plan, &twisted, &["--json"]));
    assert!(third.iter().all(|answer| answer["again"] == true), "{third:?}");
}

#[test]
fn another_command_under_a_used_number_or_one_too_high_is_refused() {
    let plan = Rehearsal::found();
    let state = node::replay(&plan.path(), &mut |_| {}).unwrap().state;
    let commands = commands(&plan);
    submit(&plan, &commands[..150], &[]);
    // The same numbers again, for other people and under other ids.
    let mut signer = Signer::new(&plan.path(), &state);
    signer.sent = 5_000;
    let others = life(&mut signer, &mut Chance(3)).into_iter().next().unwrap().commands;
    let others = others[..20].iter().map(|(_, bytes)| bytes.clone());
    // And numbers before which one is missing.
    let ahead = commands[151..].iter().filter(|it| it.windows(12).any(|w| w == b"member.enrol"));
    let lines: Vec<_> = others.chain(ahead.cloned()).collect();
    let ran = submit(&plan, &lines, &["--json"]);
    assert_eq!((ran.code, answers(&ran).len()), (3, lines.len()));
    for answer in answers(&ran) {
        assert_eq!(answer["error"]["code"], "E-COMMAND-SEQ", "{answer}");
    }
}

#[test]
fn commands_in_a_file_and_a_file_that_is_not_there() {
    let plan = Rehearsal::found();
    let path = plan.folder.path().join("commands.jsonl");
    std::fs::write(&path, commands(&plan)[..5].join(&b'\n')).unwrap();
    let ran = submit(&plan, &[], &["--json", path.to_str().unwrap()]);
    assert_eq!((ran.code, answers(&ran).len()), (0, 5), "{}{}", ran.out, ran.err);
    plan.fails("submit nowhere.jsonl --day 2019-05-04", 2, "E-FILE");
    plan.fails("submit --group 0", 2, "E-USAGE");
    plan.fails(&format!("submit {} --day 2018-01-01", file("README.md")), 2, "E-DAY");
}

#[test]
fn nobody_reads_the_acknowledgements() {
    let plan = Rehearsal::found();
    let commands = commands(&plan);
    let mut command = Command::new(PROGRAM);
    command.args(["submit", "--group", "10", "--dir", &plan.dir(), "--day", "2019-05-04"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    let text = commands.join(&b'\n');
    let writer = std::thread::spawn(move || drop(input.write_all(&text)));
    let ran = Ran::of(child.wait_with_output().unwrap());
    writer.join().unwrap();
    assert!(ran.code == 4 && ran.err.starts_with("E-OUTPUT: "), "{}", ran.err);
    // Nothing is lost: what was written is found, and the rest is done.
    let answered = answers(&submit(&plan, &commands, &["--json"]));
    assert!(answered.iter().all(|answer| answer["position"].is_u64()));
    assert_eq!(answered.len(), commands.len());
}
