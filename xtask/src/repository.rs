//! The repository as tidy sees it: every text file that is ours, and what cargo says of the crates.
//!
//! Reading happens here and only here; the rules are functions of a [`Repository`].

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// Why the repository could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RepositoryError {
    /// A folder could not be listed.
    #[error("the repository could not be walked")]
    Walk(#[from] ignore::Error),
    /// A file or a program could not be opened.
    #[error("{what} could not be read")]
    Unreadable {
        /// The file or program.
        what: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// `cargo metadata` refused.
    #[error("`cargo metadata` failed: {0}")]
    Cargo(String),
    /// `cargo metadata` wrote something else than expected.
    #[error("the answer of `cargo metadata` could not be understood")]
    Metadata(#[from] serde_json::Error),
}

/// All that the rules look at.
#[derive(Clone, Debug, Default)]
pub struct Repository {
    /// Every text file that git does not ignore, in order of path.
    pub sources: Vec<Source>,
    /// Every crate of the workspace.
    pub packages: Vec<Package>,
}

/// A text file.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path from the root, with `/` between its parts.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// A crate of the workspace, as `cargo metadata` tells it.
#[derive(Clone, Debug, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Path of its manifest; from the root once [`Repository::read`] has seen it.
    pub manifest_path: String,
    /// All it depends on, whatever the kind.
    pub dependencies: Vec<Dependency>,
}

/// One line of a manifest's dependencies.
#[derive(Clone, Debug, Deserialize)]
pub struct Dependency {
    /// The name of the crate, not the name it may have been given here.
    pub name: String,
    /// `dev`, `build` or nothing for a normal dependency.
    pub kind: Option<String>,
    /// Its folder, when the crate is ours.
    pub path: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

impl Repository {
    /// Reads the repository at `root`.
    pub fn read(root: &Path) -> Result<Self, RepositoryError> {
        Ok(Self { sources: read_sources(root)?, packages: read_packages(root)? })
    }

    /// The text file at a path from the root.
    pub fn source(&self, path: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.path == path)
    }
}

impl Source {
    /// What comes after the last dot of its name; empty without a dot.
    pub fn extension(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Whether it is a file of tests: inside a folder `tests`, or called so.
    pub fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests" || part.starts_with("tests."))
    }

    /// The folder of its crate and its path inside the crate.
    pub fn within_crate(&self) -> Option<(&str, &str)> {
        match self.path.strip_prefix("crates/") {
            Some(rest) => rest.split_once('/'),
            None => self.path.strip_prefix("xtask/").map(|rest| ("xtask", rest)),
        }
    }

    /// The first line that begins with a word, counted from 1; the first line of all if none does.
    pub fn line_of(&self, word: &str) -> usize {
        let begins = |line: &str| {
            let continues = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
            line.strip_prefix(word).is_some_and(|rest| !rest.starts_with(continues))
        };
        self.text.lines().position(begins).unwrap_or(0) + 1
    }
}

/// Hidden folders count (`.ci`, `.cargo`), git's own does not, nor what `.gitignore` names. The
/// reader's own git settings play no part: the rules are the same on every machine.
fn read_sources(root: &Path) -> Result<Vec<Source>, RepositoryError> {
    let walk = ignore::WalkBuilder::new(root)
        .hidden(false)
        .parents(false)
        .ignore(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .sort_by_file_path(Ord::cmp)
        .build();
    let mut sources = Vec::new();
    for entry in walk {
        let entry = entry?;
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let bytes = std::fs::read(entry.path()).map_err(|source| RepositoryError::Unreadable {
            what: entry.path().display().to_string(),
            source,
        })?;
        // Pictures and other binary files have no lines to judge.
        if let Ok(text) = String::from_utf8(bytes) {
            let path = from_root(root, entry.path());
            sources.push(Source { path, text });
        }
    }
    Ok(sources)
}

fn read_packages(root: &Path) -> Result<Vec<Package>, RepositoryError> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(root)
        .output()
        .map_err(|source| RepositoryError::Unreadable {
            what: "`cargo metadata`".to_owned(),
            source,
        })?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(RepositoryError::Cargo(message));
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    let relative = |mut package: Package| {
        package.manifest_path = from_root(root, &PathBuf::from(&package.manifest_path));
        package
    };
    Ok(metadata.packages.into_iter().map(relative).collect())
}

fn from_root(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    let parts = path.components().map(|part| part.as_os_str());
    let parts: Vec<_> = parts.map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_path_says_what_a_file_is() {
        let lib = source("crates/money/src/lib.rs", "");
        assert_eq!(lib.extension(), "rs");
        assert_eq!(lib.within_crate(), Some(("money", "src/lib.rs")));
        assert!(!lib.is_test());
        assert!(source("crates/money/tests/lost_cent.rs", "").is_test());
        assert!(source("crates/money/src/split/tests.rs", "").is_test());
        assert!(!source("crates/money/src/contests.rs", "").is_test());
        assert_eq!(source("LICENSE", "").extension(), "");
        assert_eq!(source("xtask/src/a.rs", "").within_crate(), Some(("xtask", "src/a.rs")));
        assert_eq!(source("docs/WORDS.md", "").within_crate(), None);
    }

    #[test]
    fn a_dependency_is_found_by_its_whole_name() {
        let manifest =
            source("Cargo.toml", "[dependencies]\nserde_json = 1\nserde-x = 1\nserde = 1\n");
        assert_eq!(manifest.line_of("serde-x"), 3);
        assert_eq!(manifest.line_of("serde"), 4);
        assert_eq!(manifest.line_of("toml"), 1);
    }
}
