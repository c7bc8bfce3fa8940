//! Fear: a rule of the house that nobody checks is a rule that nobody keeps.

#[test]
fn this_repository_is_tidy() {
    let findings = xtask::findings(&xtask::workspace_root()).expect("the repository is readable");
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}
