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
    with(
        &journal,
        |bytes| bytes.truncate(bytes.len() - 3),
        || {
            let error = differs(&dir);
            assert!(error["file"].as_str().unwrap().ends_with(".log"), "{error}");
            assert!(error["byte"].as_u64().unwrap() < length, "{error}");
            // A signed entry is not cut away by a writer either.
            plan.fails("case list", 4, "E-LOG-DAMAGED");
        },
    );
    with(
        &journal,
        |bytes| bytes[5_000] ^= 4,
        || {
            assert!(differs(&dir)["byte"].as_u64().unwrap() <= 5_000);
            plan.fails("case list", 4, "E-LOG-DAMAGED");
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
    plan.fails("case list", 2, "E-FOLDER");
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
