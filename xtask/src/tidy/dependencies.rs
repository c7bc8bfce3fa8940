//! Every crate of others that we use has one line of reason, and nothing is listed for nothing.

use std::collections::BTreeSet;

use crate::finding::{Finding, Rule};
use crate::repository::{Repository, Source};

const REASONS: &str = "docs/DEPENDENCIES.md";
const ROOT_MANIFEST: &str = "Cargo.toml";

const NO_REASON: Rule = Rule {
    why: "Each dependency is code that members have to trust, so each has a stated reason.",
    next: "Add a line \"- `name`: reason.\" to docs/DEPENDENCIES.md, or do without the crate.",
};

const LEFT_OVER: Rule = Rule {
    why: "A list that names what is no longer used cannot be trusted for the rest.",
    next: "Remove the line.",
};

const UNREADABLE: Rule = Rule {
    why: "The list of dependencies is compared with the manifests.",
    next: "Make the file exist and parse.",
};

/// Crates without a reason, reasons without a crate, and workspace entries that no crate uses.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let Some(manifest) = repository.source(ROOT_MANIFEST) else {
        return vec![unreadable(ROOT_MANIFEST, "there is no such file")];
    };
    let Some(document) = repository.source(REASONS) else {
        return vec![unreadable(REASONS, "there is no such file")];
    };
    let offered = match offered(manifest) {
        Ok(offered) => offered,
        Err(error) => return vec![unreadable(ROOT_MANIFEST, error.message())],
    };
    let used = used(repository);
    let mut findings = Vec::new();
    let mut explained = BTreeSet::new();
    for (line, name) in reasons(document) {
        if !offered.contains(&name) && !used.contains(&name) {
            let what = format!("`{name}` has a reason and is no dependency");
            findings.push(Finding::new(REASONS, line, what, LEFT_OVER));
        }
        if !explained.insert(name.clone()) {
            let what = format!("`{name}` has two lines");
            findings.push(Finding::new(REASONS, line, what, LEFT_OVER));
        }
    }
    let line = |name: &str| manifest.line_of(name);
    for name in offered.union(&used).filter(|it| !explained.contains(*it)) {
        let what = format!("`{name}` has no line in {REASONS}");
        findings.push(Finding::new(ROOT_MANIFEST, line(name), what, NO_REASON));
    }
    for name in offered.difference(&used) {
        let what = format!("no crate of the workspace uses `{name}`");
        findings.push(Finding::new(ROOT_MANIFEST, line(name), what, LEFT_OVER));
    }
    findings
}

/// The crates of others under `[workspace.dependencies]`.
fn offered(manifest: &Source) -> Result<BTreeSet<String>, toml::de::Error> {
    let manifest: toml::Table = manifest.text.parse()?;
    let dependencies = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("dependencies"))
        .and_then(|dependencies| dependencies.as_table());
    let others =
        dependencies.into_iter().flatten().filter(|(_, value)| value.get("path").is_none());
    Ok(others
        .map(|(key, value)| {
            let renamed = value.get("package").and_then(|package| package.as_str());
            renamed.unwrap_or(key).to_owned()
        })
        .collect())
}

/// The crates of others that at least one crate of ours depends on.
fn used(repository: &Repository) -> BTreeSet<String> {
    let all = repository.packages.iter().flat_map(|it| &it.dependencies);
    all.filter(|to| to.path.is_none()).map(|to| to.name.clone()).collect()
}

/// The names in the document with their lines; a name without a reason behind it does not count.
fn reasons(document: &Source) -> Vec<(usize, String)> {
    let reason = |(index, line): (usize, &str)| {
        let (name, reason) = line.strip_prefix("- `")?.split_once("`: ")?;
        (!reason.trim().is_empty()).then(|| (index + 1, name.to_owned()))
    };
    document.text.lines().enumerate().filter_map(reason).collect()
}

fn unreadable(path: &str, message: &str) -> Finding {
    let what = format!("{path} cannot be read: {message}");
    Finding::new(path, 1, what, UNREADABLE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::example::{package, source};

    const MANIFEST: &str = "[workspace.dependencies]\nmoney = { path = \"crates/money\" }\n\
                            serde = \"1\"\nnumbers = { package = \"num\", version = \"1\" }\n";

    fn of(manifest: &str, document: &str, used: &[&str]) -> Vec<String> {
        let repository = Repository {
            sources: vec![source(ROOT_MANIFEST, manifest), source(REASONS, document)],
            packages: vec![package("money", used)],
        };
        let place = |it: Finding| format!("{}:{}: {}", it.path, it.line, it.what);
        check(&repository).into_iter().map(place).collect()
    }

    #[test]
    fn a_reason_for_each_and_each_for_a_reason() {
        let document = "# Head\n\n- `num`: numbers.\n- `serde`: values.\n";
        assert_eq!(
            of(MANIFEST, document, &["serde", "dev num", "own proof"]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_dependency_without_a_reason_is_found() {
        let found = of(MANIFEST, "- `num`: numbers.\n- `serde`:  \n", &["serde", "num"]);
        assert_eq!(found, ["Cargo.toml:3: `serde` has no line in docs/DEPENDENCIES.md"]);
        // Also one that a crate takes past the workspace.
        let found = of(MANIFEST, "- `num`: n.\n- `serde`: s.\n", &["serde", "num", "rand"]);
        assert_eq!(found, ["Cargo.toml:1: `rand` has no line in docs/DEPENDENCIES.md"]);
    }

    #[test]
    fn a_reason_without_a_dependency_and_a_second_reason_are_found() {
        let document = "- `num`: n.\n- `serde`: s.\n- `serde`: again.\n- `gone`: g.\n";
        assert_eq!(
            of(MANIFEST, document, &["serde", "num"]),
            [
                "docs/DEPENDENCIES.md:3: `serde` has two lines",
                "docs/DEPENDENCIES.md:4: `gone` has a reason and is no dependency",
            ]
        );
    }

    #[test]
    fn an_entry_that_nobody_uses_is_found() {
        let document = "- `num`: n.\n- `serde`: s.\n";
        assert_eq!(
            of(MANIFEST, document, &["serde"]),
            ["Cargo.toml:1: no crate of the workspace uses `num`"]
        );
    }

    #[test]
    fn a_missing_document_and_a_broken_manifest_are_found() {
        assert_eq!(check(&Repository::default()).len(), 1);
        let found = of("[workspace", "", &[]);
        assert!(found[0].contains("Cargo.toml cannot be read"), "{found:?}");
    }
}
