//! Which crate may depend on which: the borders of the architecture, as a table.

use crate::finding::{Finding, Rule};
use crate::repository::Repository;

/// Each crate of the workspace and the crates of ours it may use, in code and in tests alike: a
/// test that needs a crate from above belongs above.
const ARROWS: &[(&str, &[&str])] = &[
    ("money", &[]),
    ("proof", &[]),
    ("proof-wasm", &["proof", "dev secret"]),
    ("secret", &["proof"]),
    // The test kit drives the rules from above; only tests may reach up to it.
    ("rules", &["money", "proof", "dev testkit"]),
    ("ledger", &["proof"]),
    ("settle", &["money", "proof", "rules", "dev testkit"]),
    ("testkit", &["money", "proof", "rules", "secret"]),
    ("node", &["ledger", "money", "proof", "rules", "secret", "settle"]),
    ("audit", &["ledger", "money", "node", "proof", "rules", "dev testkit"]),
    ("sim", &["money", "proof", "rules", "settle"]),
    ("lab", &[]),
    ("rails", &["money"]),
    ("bank", &["money", "rails"]),
    // The list of decoders for fuzzing; nothing that ships depends on it.
    ("decoders", &["ledger", "money", "proof", "proof-wasm", "rails", "rules", "dev testkit"]),
    ("store", &["money", "rules"]),
    ("identity", &[]),
    (
        "web",
        &["identity", "lab", "ledger", "money", "node", "proof", "rules", "settle", "sim", "store"],
    ),
    (
        "huzhu",
        &[
            "audit", "bank", "identity", "lab", "ledger", "money", "node", "proof", "rails",
            "rules", "secret", "settle", "sim", "store", "web",
        ],
    ),
    ("xtask", &[]),
];

const UPWARD: Rule = Rule {
    why: "Arrows between crates point down only, so that the core can be checked on its own.",
    next: "Move the code to the crate that may see both, or pass a value; the table of allowed \
           arrows is in xtask/src/tidy/borders.rs and changes with ARCHITECTURE.md.",
};

const UNKNOWN: Rule = Rule {
    why: "A crate without a row in the table of arrows has no border.",
    next: "Add its row in xtask/src/tidy/borders.rs and its place in ARCHITECTURE.md.",
};

/// Every arrow that the table does not allow, and every crate that it does not know.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &repository.packages {
        let path = &package.manifest_path;
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package.name) else {
            let what = format!("the crate `{}` has no row in the table", package.name);
            findings.push(Finding::new(path, 1, what, UNKNOWN));
            continue;
        };
        let ours = package.dependencies.iter().filter(|to| to.path.is_some());
        let is_allowed = |to: &str, dev: bool| {
            allowed.contains(&to) || dev && allowed.contains(&format!("dev {to}").as_str())
        };
        let is_dev = |kind: &Option<String>| kind.as_deref() == Some("dev");
        for to in ours.filter(|to| !is_allowed(&to.name, is_dev(&to.kind))) {
            let source = repository.source(path);
            let line = source.map_or(1, |manifest| manifest.line_of(&to.name));
            let kind = to.kind.as_deref().unwrap_or("normal");
            let what = format!("`{}` depends on `{}` ({kind} dependency)", package.name, to.name);
            findings.push(Finding::new(path, line, what, UPWARD));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::example::{package, source};

    fn of(packages: &[(&str, &[&str])]) -> Vec<Finding> {
        let packages = packages.iter();
        check(&Repository {
            sources: vec![source(
                "crates/money/Cargo.toml",
                "[dependencies]\nrules.workspace = true\n",
            )],
            packages: packages.map(|(name, list)| package(name, list)).collect(),
        })
    }

    #[test]
    fn arrows_down_are_allowed_and_crates_of_others_are_not_looked_at() {
        let found = of(&[
            ("rules", &["own money", "own proof", "own dev money", "sim"]),
            ("huzhu", &["own web", "own lab", "own rails"]),
        ]);
        assert_eq!(found, []);
    }

    #[test]
    fn an_arrow_up_is_found_with_its_line() {
        let found = of(&[("money", &["own rules"])]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "crates/money/Cargo.toml");
        assert_eq!(found[0].line, 2);
        assert!(found[0].what.contains("`money` depends on `rules`"));
    }

    #[test]
    fn tests_do_not_reach_up_either() {
        assert_eq!(of(&[("settle", &["own dev sim"])]).len(), 1);
        assert_eq!(of(&[("rules", &["own dev node"])]).len(), 1);
        assert_eq!(of(&[("lab", &["own dev money"])]).len(), 1);
    }

    #[test]
    fn a_crate_without_a_row_is_found() {
        assert!(of(&[("newcomer", &[])])[0].what.contains("newcomer"));
    }

    #[test]
    fn the_table_itself_points_down_only() {
        // A crate stands below another when it is allowed there; nobody may stand below itself.
        fn below<'a>(name: &'a str, seen: &mut Vec<&'a str>) {
            let row = ARROWS.iter().find(|(crate_name, _)| *crate_name == name);
            let row = row.expect("every crate in a row has a row").1;
            // Only tests reach along an arrow of `dev`, so it is no part of what stands below.
            for &lower in row.iter().filter(|lower| !lower.starts_with("dev ")) {
                if !seen.contains(&lower) {
                    seen.push(lower);
                    below(lower, seen);
                }
            }
        }
        for &(name, _) in ARROWS {
            let mut seen = Vec::new();
            below(name, &mut seen);
            assert!(!seen.contains(&name), "{name} reaches itself");
        }
    }
}
