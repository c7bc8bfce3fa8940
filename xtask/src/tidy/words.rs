//! Words that have no place in the repository: somebody's folders and promises to finish later.

use crate::finding::{Finding, Rule};
use crate::repository::Source;

// The words are written in two halves, so that this file does not find itself.
const PLACES: &[&str] = &[concat!("/ro", "ot/"), concat!("/wo", "rk/")];
const PROMISES: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

const ONE_MACHINE: Rule = Rule {
    why: "The repository is read on other machines than the one it was written on.",
    next: "Use a path from the root of the repository, or an option.",
};

const UNFINISHED: Rule = Rule {
    why: "What is in the repository is finished; what is missing belongs on the list of issues.",
    next: "Do it, or remove the remark.",
};

/// Every line with such a word.
pub fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let place = PLACES.iter().find(|place| line.contains(**place));
        let promise = PROMISES.iter().find(|word| has_word(line, word));
        for (found, rule) in [(place, ONE_MACHINE), (promise, UNFINISHED)] {
            if let Some(found) = found {
                let what = format!("`{found}` is written here");
                findings.push(Finding::new(&source.path, index + 1, what, rule));
            }
        }
    }
    findings
}

/// Whether a word stands in a line, not as a part of a longer word.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::example::source;

    fn lines(text: &str) -> Vec<usize> {
        let found = check(&source("docs/A.md", text));
        found.into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn every_word_of_the_lists_is_found_with_its_line() {
        for word in PLACES.iter().chain(PROMISES) {
            assert_eq!(lines(&format!("good\n({word}): bad\n")), [2], "{word}");
            assert_eq!(lines(&format!("{word} at the border")), [1], "{word}");
        }
    }

    #[test]
    fn a_part_of_a_longer_word_is_no_finding() {
        let text = format!("a network/b ({}S) Not{} todo", PROMISES[0], PROMISES[0]);
        assert_eq!(lines(&text), Vec::<usize>::new());
    }
}
