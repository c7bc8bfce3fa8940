//! Runs a command without standard input, shows its lines as they come and counts tests in them.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use super::counts::Counts;

/// Whether the command ended well; the tests it reported are added to `counts`. What it writes is
/// passed on to `shown`: its standard output to the first, its standard error to the second.
pub fn run(
    mut command: Command,
    counts: &mut Counts,
    shown: (impl Write, impl Write + Send),
) -> io::Result<bool> {
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (output, errors) = (child.stdout.take(), child.stderr.take());
    let (output, errors) = std::thread::scope(|scope| {
        let errors = scope.spawn(move || forward(errors, shown.1));
        let output = forward(output, shown.0);
        (output, errors.join())
    });
    let errors = errors.map_err(|_| io::Error::other("the reader of standard error failed"))?;
    *counts += output?;
    *counts += errors?;
    Ok(child.wait()?.success())
}

fn forward(from: Option<impl Read>, mut to: impl Write) -> io::Result<Counts> {
    let mut counts = Counts::default();
    let Some(from) = from else {
        return Ok(counts);
    };
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line)? > 0 {
        to.write_all(&line)?;
        counts += Counts::of_line(&String::from_utf8_lossy(&line));
        line.clear();
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> (bool, Counts) {
        let mut counts = Counts::default();
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let good = run(command, &mut counts, (io::sink(), io::sink())).unwrap();
        (good, counts)
    }

    #[test]
    fn both_streams_are_counted_and_the_exit_code_is_the_verdict() {
        let line = "test result: ok. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out";
        let (good, counts) = shell(&format!("echo '{line}'; echo '{line}' >&2; exit 1"));
        assert!(!good);
        assert_eq!(counts.to_string(), "4 passed, 2 failed, 0 skipped");
        assert!(shell("true").0);
    }

    #[test]
    fn every_byte_is_shown_where_it_was_written() {
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let mut command = Command::new("sh");
        command.args(["-c", "printf 'a\\n\\377'; echo b >&2"]);
        let shown = (&mut output, &mut errors);
        assert!(run(command, &mut Counts::default(), shown).unwrap());
        assert_eq!(output, b"a\n\xff");
        assert_eq!(errors, b"b\n");
    }

    #[test]
    fn a_command_finds_no_standard_input() {
        assert!(shell("test -z \"$(cat)\"").0);
    }

    #[test]
    fn a_missing_program_is_an_error() {
        let command = Command::new("a-program-that-does-not-exist");
        let shown = (io::sink(), io::sink());
        assert!(run(command, &mut Counts::default(), shown).is_err());
    }
}
