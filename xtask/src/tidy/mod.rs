//! The house rules that a machine can check, one module for each.
//!
//! A rule is a function from the repository, or from one file of it, to findings. None of them
//! reads or writes anything.

mod borders;
mod dependencies;
mod heads;
mod names;
mod purity;
mod sizes;
mod words;

use crate::finding::{Finding, Rule};
use crate::repository::{Repository, Source};

/// Everything in the repository that breaks a rule, in order of path and line.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = borders::check(repository);
    findings.extend(dependencies::check(repository));
    findings.extend(heads::check_manifests(repository));
    findings.extend(check_sources(&repository.sources));
    findings.sort();
    findings
}

/// Parsing is most of the work, so every core takes its share of the files.
fn check_sources(sources: &[Source]) -> Vec<Finding> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let share = |first| {
            let files = sources.iter().skip(first).step_by(threads);
            scope.spawn(move || files.flat_map(check_source).collect::<Vec<_>>())
        };
        let shares: Vec<_> = (0..threads).map(share).collect();
        let found = shares.into_iter().map(|share| share.join());
        found.flat_map(|found| found.expect("no rule panics")).collect()
    })
}

fn check_source(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::from_iter(names::check(source));
    findings.extend(words::check(source));
    findings.extend(sizes::check_lines(source));
    if source.extension() == "rs" {
        match syn::parse_file(&source.text) {
            Ok(file) => {
                findings.extend(sizes::check_functions(source, &file));
                findings.extend(heads::check_file(source, &file));
                findings.extend(purity::check(source));
            }
            Err(error) => findings.push(unparsed(source, &error)),
        }
    }
    findings
}

fn unparsed(source: &Source, error: &syn::Error) -> Finding {
    const RULE: Rule = Rule {
        why: "A file that is not Rust cannot be checked, nor compiled.",
        next: "Mend the syntax; the compiler's message says more.",
    };
    let line = error.span().start().line;
    let what = format!("this file does not parse: {error}");
    Finding::new(&source.path, line, what, RULE)
}

/// What the tests of the rules share: small repositories made of strings.
#[cfg(test)]
mod example {
    use crate::repository::{Dependency, Package, Source};

    /// A file with a path and a text.
    pub fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    /// A crate under `crates/` with dependencies written as `name`, `dev name` (crates of others)
    /// or `own name`, `own dev name` (crates of ours).
    pub fn package(name: &str, dependencies: &[&str]) -> Package {
        let dependency = |text: &&str| {
            let words: Vec<_> = text.split(' ').collect();
            Dependency {
                name: words.last().expect("a dependency has a name").to_string(),
                kind: words.contains(&"dev").then(|| "dev".to_owned()),
                path: words.contains(&"own").then(|| "somewhere".to_owned()),
            }
        };
        Package {
            name: name.to_owned(),
            manifest_path: format!("crates/{name}/Cargo.toml"),
            dependencies: dependencies.iter().map(dependency).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_rust_is_a_finding_and_no_panic() {
        let found = check_source(&example::source("crates/a/src/lib.rs", "//! A.\n\nfn ("));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].line, 3);
    }

    #[test]
    fn findings_come_in_order_of_path_and_line() {
        let long = "x".repeat(101);
        let repository = Repository {
            sources: vec![
                example::source("b.rs", &format!("//! B.\n// {long}\n// {long}\n")),
                example::source("a.rs", &format!("//! A.\n// {long}\n")),
            ],
            packages: Vec::new(),
        };
        let places: Vec<_> = check(&repository)
            .into_iter()
            .filter(|finding| finding.what.contains("characters"))
            .map(|finding| format!("{}:{}", finding.path, finding.line))
            .collect();
        assert_eq!(places, ["a.rs:2", "b.rs:2", "b.rs:3"]);
    }
}
