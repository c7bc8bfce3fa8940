//! Fear: the program is killed in the middle of its work, and something that it had acknowledged
//! is not in the log, or is there twice, or the books do not balance.
//!
//! The real program is fed with signed commands and killed at random moments, hundreds of times.
//! What it printed is kept outside. `HUZHU_SEED` repeats a run, `HUZHU_SOAK_MINUTES` makes it long.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod kills;
mod program;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use kills::{Chance, Round, Signer, life};
use ledger::disk::RealDisk;
use ledger::journal::Reader;
use node::PlanTime;
use program::{PROGRAM, Rehearsal, done, huzhu};
use rules::charter::Account;
use rules::entry::{Order, Signed};
use rules::machine::{Machine, Outcome};
use serde_json::Value;

/// Kills in each round of a plan's life, of which there are twelve.
const KILLS_A_ROUND: u64 = 17;

/// A run that is to be killed lives at most so long, or so long after its first answer.
const LIFE_MAX: Duration = Duration::from_millis(60);
const LIFE_AFTER_ANSWER_MAX: Duration = Duration::from_millis(25);

/// What was seen of the program, from outside.
#[derive(Debug, Default)]
struct Seen {
    kills: u64,
    /// Kills after which the last record of the journal was not whole.
    torn: u64,
    /// Kills of a program that had acknowledged nothing yet.
    silent: u64,
    again: u64,
}

/// When a run is killed.
#[derive(Clone, Copy)]
struct Life {
    /// Whether it is counted from the first answer, or from the start: half of the kills should
    /// come in the middle of the work, and the others while the ledger is opened.
    after_answer: bool,
    time: Duration,
}

impl Life {
    fn new(chance: &mut Chance) -> Self {
        let after_answer = chance.below(3) > 0;
        let most = if after_answer { LIFE_AFTER_ANSWER_MAX } else { LIFE_MAX };
        Self { after_answer, time: most.mul_f64(chance.below(1000) as f64 / 1000.0) }
    }
}

/// A round as far as it was acknowledged.
struct Progress<'r> {
    round: &'r Round,
    /// The place of each command, in order, as it was first acknowledged.
    places: Vec<u64>,
}

#[test]
fn whenever_the_program_is_killed_what_it_acknowledged_is_there_once() {
    let seed = std::env::var("HUZHU_SEED").ok().map(|text| text.parse().unwrap());
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64;
    let mut seed = seed.unwrap_or(now);
    let minutes = std::env::var("HUZHU_SOAK_MINUTES").map_or(0, |text| text.parse().unwrap());
    let start = Instant::now();
    let mut kills = 0;
    loop {
        println!("HUZHU_SEED={seed}");
        let seen = live_through(seed);
        kills += seen.kills;
        println!("{seen:?}, {kills} kills in {:.0?}", start.elapsed());
        if start.elapsed() >= Duration::from_secs(60 * minutes) {
            return;
        }
        seed = seed.wrapping_add(1);
    }
}

fn live_through(seed: u64) -> Seen {
    let mut chance = Chance(seed);
    let plan = Rehearsal::found();
    let before = node::replay(&plan.path(), &mut |_| {}).unwrap();
    let rounds = life(&mut Signer::new(&plan.path(), &before.state), &mut chance);
    let expected = model(before.state, &rounds);
    let mut seen = Seen::default();
    for round in &rounds {
        let mut progress = Progress { round, places: Vec::new() };
        let kills_before = seen.kills;
        while seen.kills < kills_before + KILLS_A_ROUND {
            let life = Life::new(&mut chance);
            run(&plan, &mut progress, &mut chance, Some(life), &mut seen);
            check(&plan.path(), &progress, &mut seen);
        }
        // What is left, undisturbed, and from the beginning.
        assert!(!run(&plan, &mut progress, &mut chance, None, &mut seen));
        assert_eq!(progress.places.len(), round.commands.len());
        check(&plan.path(), &progress, &mut seen);
    }
    assert!(seen.again > 0, "commands were sent again");
    assert_eq!(journal(&plan.path()).0, expected.0, "the log is that of an undisturbed life");
    let replayed = done(&format!("replay {}", plan.dir()));
    assert_eq!(replayed["digest"], expected.1.digest().to_string());
    let resting = |account| expected.1.books().balance(account);
    assert_eq!(resting(Account::Custody), resting(Account::CarryOver));
    assert!(expected.1.cases().iter().all(|case| case.paid == case.decided));
    seen
}

/// The log and the state of a life in which nobody kills.
fn model(state: rules::State, rounds: &[Round]) -> (Vec<Vec<u8>>, rules::State) {
    let time = PlanTime::new(&state.founded().unwrap().charter.plan.time_zone).unwrap();
    let mut machine = Machine::from_state(state);
    let mut log = Vec::new();
    for round in rounds {
        let order = Order { at: time.noon(round.day).unwrap(), day: round.day };
        for (_, command) in &round.commands {
            let command = Signed::parse(command).unwrap().verify().unwrap();
            match machine.submit(order, &command, None).unwrap() {
                Outcome::Done(entries) => log.extend(entries),
                Outcome::Already(place) => panic!("{place}"),
                Outcome::Recorded(_, refusal) => panic!("{refusal}"),
            }
        }
    }
    (log, machine.into_state())
}

/// Runs the program on a round, from where it stands or from further back; whether it was killed.
fn run(
    plan: &Rehearsal,
    progress: &mut Progress<'_>,
    chance: &mut Chance,
    life: Option<Life>,
    seen: &mut Seen,
) -> bool {
    let commands = &progress.round.commands;
    let known = progress.places.len();
    let from = match chance.below(4) {
        _ if life.is_none() => 0,
        0 => 0,
        1 => chance.below(known as u64 + 1) as usize,
        _ if known == commands.len() => 0,
        _ => known,
    };
    let mut child = spawn(plan, progress.round, chance);
    let mut input = child.stdin.take().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let pieces: Vec<(Vec<u8>, Duration)> = commands[from..]
        .chunks(1 + chance.below(40) as usize)
        .map(|piece| {
            let text = piece.iter().flat_map(|(_, bytes)| [bytes, &b"\n"[..]].concat());
            // A stream, not a file: the program is in the middle of it for a while.
            let pause = Duration::from_micros(chance.below(4_000) * u64::from(life.is_some()));
            (text.collect(), pause)
        })
        .collect();
    let answered = AtomicBool::new(false);
    let (killed, lines) = std::thread::scope(|scope| {
        scope.spawn(move || {
            for (text, pause) in pieces {
                // A killed program does not read to the end.
                if input.write_all(&text).is_err() {
                    return;
                }
                std::thread::sleep(pause);
            }
        });
        let first = &answered;
        let reader = scope.spawn(move || {
            let lines = output.split(b'\n').map(Result::unwrap);
            lines.inspect(|_| first.store(true, Ordering::Relaxed)).collect::<Vec<_>>()
        });
        let killed = wait(&mut child, life, &answered);
        (killed, reader.join().unwrap())
    });
    let mut acknowledged = 0;
    for (line, (place, (id, _))) in lines.iter().zip((from..).zip(&commands[from..])) {
        let Ok(line) = serde_json::from_slice::<Value>(line) else {
            assert!(killed && place + 1 == from + lines.len(), "only the last line may be torn");
            break;
        };
        assert_eq!(line["id"], **id, "{line}");
        let position = line["position"].as_u64().unwrap_or_else(|| panic!("{line}"));
        let again = line["again"] == true;
        match progress.places.get(place) {
            Some(before) => assert!(again && *before == position, "{line}, before at {before}"),
            // It may have been written by a run that was killed before it could say so.
            None => progress.places.push(position),
        }
        seen.again += u64::from(again);
        acknowledged += 1;
    }
    seen.kills += u64::from(killed);
    seen.silent += u64::from(killed && acknowledged == 0);
    killed
}

fn spawn(plan: &Rehearsal, round: &Round, chance: &mut Chance) -> Child {
    let mut command = Command::new(PROGRAM);
    command.args(["submit", "--json", "--dir", &plan.dir(), "--day", &round.day.to_string()]);
    for (option, values) in [
        ("--group", &["1", "7", "64", "4096"]),
        ("--seal-every", &["5", "40", "300", "100000"]),
        ("--snapshot-every", &["30", "200", "1000", "1000000"]),
    ] {
        command.args([option, chance.one_of(values)]);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Lets a child live so long, or to its end; whether it had to be killed.
fn wait(child: &mut Child, life: Option<Life>, answered: &AtomicBool) -> bool {
    let mut start = Instant::now();
    let mut waits = life.is_some_and(|life| life.after_answer);
    loop {
        if waits && answered.load(Ordering::Relaxed) {
            (start, waits) = (Instant::now(), false);
        }
        if life.is_some_and(|life| !waits && start.elapsed() >= life.time) {
            break;
        }
        if let Some(status) = child.try_wait().unwrap() {
            let mut errors = String::new();
            std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut errors).unwrap();
            assert!(status.success(), "{status}: {errors}");
            return false;
        }
        std::thread::sleep(Duration::from_micros(300));
    }
    child.kill().unwrap();
    // It may have come to its end in this moment.
    !child.wait().unwrap().success()
}

/// The entries after the founding and the first members, and whether the last record is torn.
fn journal(dir: &Path) -> (Vec<Vec<u8>>, bool) {
    let mut entries = Vec::new();
    let visit = |_: u64, entry: &[u8]| entries.push(entry.to_vec());
    let (_, stop) = Reader::salvage(Arc::new(RealDisk), dir, 0, visit).unwrap();
    let torn = stop.map(|stop| stop.unwrap()).is_some();
    (entries.split_off(FIRST as usize), torn)
}

/// Entries of the founding and of the first ten members.
const FIRST: u64 = 4;

/// Whether everything that was acknowledged stands where it was said to stand, and only there.
fn check(dir: &Path, progress: &Progress<'_>, seen: &mut Seen) {
    let (entries, torn) = journal(dir);
    for (place, (id, command)) in progress.places.iter().zip(&progress.round.commands) {
        let entry = entries.get((place - FIRST) as usize);
        let entry = entry.unwrap_or_else(|| panic!("{id} was acknowledged at {place} and is lost"));
        let rest = entry.strip_prefix(b"{\"command\":").unwrap();
        assert!(rest.starts_with(command), "another command stands at {place} than {id}");
    }
    assert!(progress.places.is_sorted_by(|before, after| before < after));
    seen.torn += u64::from(torn);
    if seen.kills.is_multiple_of(16) {
        // Whoever looks on sees a ledger and no damage, whatever was cut off.
        let ran = huzhu(&format!("case list --json --dir {}", dir.display()));
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    }
}
