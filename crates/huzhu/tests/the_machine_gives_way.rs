//! Fear: a folder that is not there, in use, damaged or full is answered with riddles, or with the
//! word that all is well.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use std::fs::OpenOptions;
use std::path::Path;
use std::process::{Command, Stdio};

use program::{PROGRAM, Ran, Rehearsal, done, fails, file, huzhu};

#[test]
fn a_folder_without_a_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().display();
    for dir in [format!("{empty}"), format!("{empty}/nowhere")] {
        fails(&format!("case list --dir {dir}"), 2, "E-FOLDER");
        fails(&format!("replay {dir}"), 2, "E-FOLDER");
    }
    std::fs::create_dir(folder.path().join("journal")).unwrap();
    fails(&format!("replay {empty}"), 2, "E-FOLDER");
    assert!(!folder.path().join("nowhere").exists());
}

#[test]
fn a_second_writer_while_one_runs() {
    let plan = Rehearsal::found();
    let lock = OpenOptions::new().append(true).open(plan.path().join("lock")).unwrap();
    lock.lock().unwrap();
    plan.fails("member leave 3", 4, "E-LOG-LOCKED");
    // Whoever only reads is not in the way.
    done(&format!("replay {}", plan.dir()));
    assert_eq!(plan.done("member list")["of"], 10);
    plan.done("case list");
    plan.done("period list");
    lock.unlock().unwrap();
    plan.done("member leave 3");
}

#[test]
fn a_disk_that_takes_no_more() {
    let plan = Rehearsal::found();
    let before = done(&format!("replay {}", plan.dir()));
    // No file may grow at all: what a full disk does, without filling one.
    let script = format!("trap '' XFSZ; ulimit -f 0; exec {PROGRAM} member leave 3 --dir \"$0\"");
    for json in ["", " --json"] {
        let mut shell = Command::new("sh");
        // Standard output is a pipe, to which the limit does not apply.
        let output = shell.args(["-c", &format!("{script}{json}"), &plan.dir()]).output().unwrap();
        let ran = Ran::of(output);
        assert_eq!(ran.code, 4, "{}{}", ran.out, ran.err);
        assert!(
            format!("{}{}", ran.out, ran.err).contains("E-DISK-FULL"),
            "{}{}",
            ran.out,
            ran.err
        );
    }
    assert_eq!(done(&format!("replay {}", plan.dir())), before);
    plan.done("member leave 3");
}

#[test]
fn a_folder_in_which_nothing_can_be_written() {
    // The super-user may write everywhere; what nobody can is open a folder as a file.
    let plan = Rehearsal::found();
    let lock = plan.path().join("lock");
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    plan.fails("member leave 3", 4, "E-DISK");
    let blocked = plan.path().join("keys/node.key/below");
    let (charter, dir) = (file("examples/neighbours.toml"), blocked.display().to_string());
    fails(&format!("plan found --plan {charter} --dir {dir}"), 4, "E-DISK");
}

/// Runs `replay`, which must find a difference, and gives the error's document.
fn differs(dir: &str) -> serde_json::Value {
    let ran = huzhu(&format!("replay {dir} --json"));
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
    let spoken = huzhu(&format!("replay {dir}"));
    assert!(spoken.code == 1 && spoken.out.starts_with("The log does not agree.\n  why:  "));
    let error = ran.document()["error"].clone();
    assert_eq!(error["code"], "E-LOG-DAMAGED");
    error
}

fn with(path: &Path, change: impl FnOnce(&mut Vec<u8>), check: impl FnOnce()) {
    let intact = std::fs::read(path).unwrap();
    let mut bytes = intact.clone();
    change(&mut bytes);
    std::fs::write(path, bytes).unwrap();
    check();
    std::fs::write(path, intact).unwrap();
}

#[test]
fn a_ledger_that_was_cut_or_changed() {
    let plan = Rehearsal::found();
    plan.case();
    let (dir, journal) = (plan.dir(), plan.path().join("journal/00000000000000000000.log"));
    let length = std::fs::metadata(&journal).unwrap().len();
    for (change, place) in [
        ((|bytes| bytes.truncate(bytes.len() - 3)) as fn(&mut Vec<u8>), length),
        // Behind the enrolment, in what was written of the case.
        (
            |bytes| {
                let late = bytes.len() - 600;
                bytes[late] ^= 4;
            },
            length - 600,
        ),
    ] {
        with(&journal, change, || {
            let error = differs(&dir);
            assert!(error["file"].as_str().unwrap().ends_with(".log"), "{error}");
            assert!(error["byte"].as_u64().unwrap() <= place, "{error}");
            // A signed entry is not cut away by a writer, and nothing is written.
            let why = plan.fails("member leave 3", 4, "E-LOG-DAMAGED")["why"].clone();
            assert!(why.as_str().unwrap().contains(".log: bytes "), "{why}");
            // Whoever only looks is shown what stands before the damage, and told so.
            let ran = huzhu(&format!("member list --dir {dir} --json"));
            assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
            let document = ran.document();
            assert_eq!(document["of"], 10);
            assert_eq!(document["damage"]["code"], "E-LOG-DAMAGED");
            assert!(document["damage"]["why"].as_str().unwrap().contains(".log: bytes "));
            let spoken = huzhu(&format!("member list --dir {dir}"));
            assert!(spoken.code == 1 && spoken.out.contains("10 of 10"), "{}", spoken.out);
            assert!(spoken.err.starts_with("This is the plan after its first "), "{}", spoken.err);
            assert!(spoken.err.contains("E-LOG-DAMAGED"), "{}", spoken.err);
        });
    }
    with(
        &journal,
        |bytes| bytes[30] ^= 4,
        || {
            plan.fails("member list", 4, "E-LOG-DAMAGED");
        },
    );
    let cards = std::fs::read_dir(plan.path().join("cards")).unwrap();
    let card = cards.map(|card| card.unwrap().path()).next().unwrap();
    for path in [plan.path().join("checkpoint"), plan.path().join("keys/node.key"), card.clone()] {
        with(
            &path,
            |bytes| bytes[20] ^= 1,
            || {
                let error = differs(&dir);
                let name = path.file_name().unwrap().to_str().unwrap();
                assert!(error["file"].as_str().unwrap().ends_with(name), "{error}");
            },
        );
    }
    // A card that is withdrawn is reported and no error.
    std::fs::remove_file(&card).unwrap();
    let replayed = done(&format!("replay {dir}"));
    let hash = card.file_stem().unwrap().to_str().unwrap();
    assert_eq!(replayed["cards_missing"], serde_json::json!([hash]));
    std::fs::remove_file(plan.path().join("keys/node.key")).unwrap();
    plan.fails("member leave 3", 2, "E-FOLDER");
    // Whoever only looks needs no key.
    plan.done("case list");
}

#[cfg(unix)]
#[test]
fn a_checkpoint_that_cannot_be_signed_after_the_command_is_done() {
    let plan = Rehearsal::found();
    // Where the checkpoint is written before it has its name stands a link to nowhere.
    let blocked = plan.path().join("checkpoint.tmp");
    std::os::unix::fs::symlink(plan.path().join("nowhere/file"), &blocked).unwrap();
    let ran = huzhu(&format!("member leave 3 --json --dir {}", plan.dir()));
    // Another program learns both: that the command is done, and what is missing.
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let document = ran.document();
    assert_eq!(
        (&document["position"], &document["warning"]["code"]),
        (&4.into(), &"E-UNSEALED".into())
    );
    let spoken = huzhu(&format!("member leave 4 --dir {}", plan.dir()));
    assert_eq!(spoken.code, 0);
    assert!(spoken.out.contains("member.leave") && spoken.err.contains("E-UNSEALED"));
    std::fs::remove_file(blocked).unwrap();
    let sealed = plan.done("member leave 5");
    assert_eq!(sealed["warning"], serde_json::Value::Null);
    assert_eq!(done(&format!("replay {}", plan.dir()))["checkpoint_size"], 10);
}

#[test]
fn a_reader_that_closes_the_pipe() {
    let plan = Rehearsal::found();
    let mut command = Command::new(PROGRAM);
    command.args(["member", "list", "--dir", &plan.dir()]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let ran = Ran::of(output);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}
