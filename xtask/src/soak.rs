//! The long run of the test that kills the program: the same test as in the ordinary run, life
//! after life, until the time is over.

use std::path::Path;
use std::process::Command;

/// Minutes when none are named.
const MINUTES: u64 = 30;

/// The arguments of a soak, read; nothing when they are not understood.
pub fn minutes(arguments: &[&str]) -> Option<u64> {
    match arguments {
        [] => Some(MINUTES),
        ["--minutes", minutes] => minutes.parse().ok(),
        _ => None,
    }
}

/// Kills the program for so many minutes; whether nothing was lost.
pub fn run(root: &Path, minutes: u64) -> bool {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["test", "-p", "huzhu", "--test", "a_kill_loses_an_acknowledged_command"]);
    command.args(["--", "--nocapture"]);
    command.env("HUZHU_SOAK_MINUTES", minutes.to_string()).current_dir(root);
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_read() {
        assert_eq!(minutes(&[]), Some(MINUTES));
        assert_eq!(minutes(&["--minutes", "5"]), Some(5));
        assert_eq!(minutes(&["--minutes"]), None);
        assert_eq!(minutes(&["--minutes", "five"]), None);
        assert_eq!(minutes(&["--hours", "1"]), None);
    }
}
