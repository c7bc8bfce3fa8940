//! Fear: a newcomer types what the README says and sees something else.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use std::path::{Path, PathBuf};
use std::process::Command;

use program::{PROGRAM, repository};

/// Stands for any text inside a line, or by itself for any lines.
const ANY: &str = "…";

/// A command and the lines that should follow.
struct Step {
    command: String,
    expected: Vec<String>,
}

/// The steps of the fenced `console` block under the heading `## Walk`.
fn steps(readme: &str) -> Vec<Step> {
    let (_, walk) = readme.split_once("\n## Walk\n").expect("the README has a walk");
    let (_, block) = walk.split_once("```console\n").expect("the walk has a console block");
    let (block, _) = block.split_once("\n```").expect("the block ends");
    let mut steps: Vec<Step> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => {
                steps.push(Step { command: command.to_owned(), expected: Vec::new() });
            }
            (None, Some(step)) => step.expected.push(line.to_owned()),
            (None, None) => panic!("the walk begins with a command"),
        }
    }
    steps
}

/// Whether a line is what is expected, where each `…` stands for any text.
fn is_like(line: &str, expected: &str) -> bool {
    let mut parts = expected.split(ANY);
    let Some(mut rest) = line.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in between {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// Whether lines are what is expected, where a line of only `…` stands for any lines.
fn are_like(lines: &[&str], expected: &[String]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == ANY => {
            (0..=lines.len()).any(|skipped| are_like(&lines[skipped..], rest))
        }
        Some((first, rest)) => lines
            .split_first()
            .is_some_and(|(line, after)| is_like(line, first) && are_like(after, rest)),
    }
}

/// A folder as a newcomer has it: the repository's examples and plans, and the program on the path.
fn newcomer() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["examples", "plans"] {
        let source: PathBuf = repository().join(name).canonicalize().unwrap();
        std::os::unix::fs::symlink(source, folder.path().join(name)).unwrap();
    }
    let bin = Path::new(PROGRAM).parent().unwrap().to_str().unwrap().to_owned();
    (folder, format!("{bin}:{}", std::env::var("PATH").unwrap()))
}

#[test]
fn the_walk_goes_as_it_is_written() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let steps = steps(&readme);
    assert!(steps.len() >= 15, "the walk has {} steps", steps.len());
    let (folder, path) = newcomer();
    let mut variables: Vec<(String, String)> = Vec::new();
    for step in steps {
        if let Some((name, value)) =
            step.command.strip_prefix("export ").and_then(|rest| rest.split_once('='))
        {
            variables.push((name.to_owned(), value.to_owned()));
            continue;
        }
        let mut shell = Command::new("sh");
        shell.args(["-c", &step.command]).current_dir(folder.path());
        shell.env_remove("HUZHU_DIR").env("PATH", &path).envs(variables.iter().cloned());
        let output = shell.output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            output.status.success() && are_like(&lines, &step.expected),
            "$ {}\n{text}\nThe README says:\n{}",
            step.command,
            step.expected.join("\n")
        );
    }
}

#[test]
fn the_wildcard_is_not_too_wide() {
    let expected = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    for (lines, said, like) in [
        (&["aid  5", "fee 1"][..], &["aid  5", "fee 1"][..], true),
        (&["aid  5"], &["aid  6"], false),
        (&["aid  5"], &["aid  5", "fee 1"], false),
        (&["aid  5", "fee 1"], &["aid  5"], false),
        (&["root ab12 at 3"], &["root … at 3"], true),
        (&["root ab12 at 4"], &["root … at 3"], false),
        (&["ab"], &["abb"], false),
        (&["ab"], &["ab…b"], false),
        (&["1", "2", "3"], &["…", "3"], true),
        (&["1", "2", "3"], &["…", "2"], false),
        (&[], &["…"], true),
    ] {
        assert_eq!(are_like(lines, &expected(said)), like, "{lines:?} {said:?}");
    }
}
