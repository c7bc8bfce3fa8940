//! How many tests passed, failed and were skipped, read from what the test programs print.

use std::fmt;
use std::ops::AddAssign;

/// Tests of one or many test programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Counts {
    /// The tests that a line reports; none when it is no line of a summary.
    ///
    /// Three forms are known. The one of Rust's own test programs:
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; …`, and that
    /// of nextest: `Summary [   0.1s] 3/4 tests run: 2 passed (1 slow), 1 failed, 1 skipped`;
    /// and Node's, one outcome a line: `# pass 3` or, on a terminal, `ℹ pass 3`.
    ///
    /// The first form counts only at the beginning of a line: nextest shows the output of a test
    /// that failed once more, indented, and counts it itself.
    pub fn of_line(line: &str) -> Self {
        if let Some(rest) = line.strip_prefix("test result: ") {
            let (_, parts) = rest.split_once(". ").unwrap_or_default();
            return Self::of_parts(parts.split("; "));
        }
        if let Some(rest) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) {
            return Self::of_node(rest.trim_end());
        }
        match line.trim_start().strip_prefix("Summary [") {
            Some(rest) => {
                let (_, parts) = rest.split_once(" run: ").unwrap_or_default();
                Self::of_parts(parts.split(", "))
            }
            None => Self::default(),
        }
    }

    fn of_node(rest: &str) -> Self {
        let (outcome, number) = rest.split_once(' ').unwrap_or_default();
        let number = number.parse().unwrap_or(0);
        match outcome {
            "pass" => Self { passed: number, ..Self::default() },
            "fail" | "cancelled" => Self { failed: number, ..Self::default() },
            "skipped" => Self { skipped: number, ..Self::default() },
            _ => Self::default(),
        }
    }

    fn of_parts<'a>(parts: impl Iterator<Item = &'a str>) -> Self {
        let mut counts = Self::default();
        for part in parts {
            let (number, outcome) = part.split_once(' ').unwrap_or_default();
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            if outcome.starts_with("passed") {
                counts.passed += number;
            } else if outcome.starts_with("failed")
                || outcome.starts_with("exec failed")
                || outcome.starts_with("timed out")
            {
                counts.failed += number;
            } else if outcome.starts_with("ignored") || outcome.starts_with("skipped") {
                counts.skipped += number;
            }
        }
        counts
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> String {
        Counts::of_line(line).to_string()
    }

    #[test]
    fn a_summary_of_a_test_program_is_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 4 ignored; 0 measured; 5 filtered \
                    out; finished in 0.01s\n";
        assert_eq!(of(line), "12 passed, 3 failed, 4 skipped");
    }

    #[test]
    fn a_summary_of_nextest_is_read() {
        let line = "     Summary [   0.104s] 31 tests run: 31 passed, 0 skipped\n";
        assert_eq!(of(line), "31 passed, 0 failed, 0 skipped");
        let line = "     Summary [  10.4s] 7/9 tests run: 3 passed (1 slow), 1 failed, \
                    2 exec failed, 1 timed out, 2 skipped";
        assert_eq!(of(line), "3 passed, 4 failed, 2 skipped");
        let line = "     Summary [   0.1s] 1 test run: 1 passed, 0 skipped";
        assert_eq!(of(line), "1 passed, 0 failed, 0 skipped");
    }

    #[test]
    fn a_summary_of_node_is_read() {
        assert_eq!(of("# pass 17\n"), "17 passed, 0 failed, 0 skipped");
        assert_eq!(of("ℹ fail 2\n"), "0 passed, 2 failed, 0 skipped");
        assert_eq!(of("# skipped 1\n"), "0 passed, 0 failed, 1 skipped");
        for line in ["# tests 19\n", "# Subtest: pass 3\n", "# duration_ms 3\n", "# pass\n"] {
            assert_eq!(Counts::of_line(line), Counts::default(), "{line}");
        }
    }

    #[test]
    fn a_failed_test_is_not_counted_twice() {
        let line = "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured\n";
        assert_eq!(of(line), "0 passed, 0 failed, 0 skipped");
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in ["", "3 passed", "test a::b ... ok", "test result: ", "Summary ["] {
            assert_eq!(Counts::of_line(line), Counts::default(), "{line}");
        }
    }
}
