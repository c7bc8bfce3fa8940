//! File names that say nothing.

use crate::finding::{Finding, Rule};
use crate::repository::Source;

/// Names under which anything can be put, so that everything is.
const EMPTY_NAMES: &[&str] = &["common", "helper", "helpers", "manager", "misc", "util", "utils"];

const SAYS_NOTHING: Rule = Rule {
    why: "A file is one noun or one verb of the field; such a name gathers whatever has no place.",
    next: "Name the file after what is in it (docs/WORDS.md), or put the code beside its caller.",
};

/// A file or a folder with an empty name.
pub fn check(source: &Source) -> Option<Finding> {
    let stem = |part: &str| part.split('.').next().unwrap_or_default().to_lowercase();
    let mut parts = source.path.split('/');
    let part = parts.find(|part| EMPTY_NAMES.contains(&stem(part).as_str()))?;
    let what = format!("`{part}` is no name");
    Some(Finding::new(&source.path, 1, what, SAYS_NOTHING))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::example::source;

    #[test]
    fn an_empty_name_is_found_in_files_and_folders() {
        for path in [
            "crates/money/src/utils.rs",
            "crates/money/tests/common/mod.rs",
            "web/Helpers.ts",
            "crates/misc/Cargo.toml",
        ] {
            assert!(check(&source(path, "")).is_some(), "{path}");
        }
    }

    #[test]
    fn a_name_of_the_field_is_no_finding() {
        for path in ["crates/money/src/split.rs", "crates/node/src/utility.rs"] {
            assert!(check(&source(path, "")).is_none(), "{path}");
        }
    }
}
