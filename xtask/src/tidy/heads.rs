//! Every file says what it is, and every crate lets the compiler ask for the rest of the documents.

use syn::visit::{self, Visit};

use crate::finding::{Finding, Rule};
use crate::repository::{Repository, Source};

const ROOT_MANIFEST: &str = "Cargo.toml";

const NO_HEAD: Rule = Rule {
    why: "A reader meets a file by its head, which says what it is and never does.",
    next: "Begin the file with `//!` and one sentence.",
};

const NO_LINTS: Rule = Rule {
    why: "The lints of the workspace (documents, no unwrap) bind only a crate that asks for them.",
    next: "Put `[lints]` with `workspace = true` into the manifest.",
};

const NO_MISSING_DOCS: Rule = Rule {
    why: "The compiler finds public items without a document only when the lint is on.",
    next: "Put `missing_docs = \"warn\"` under `[workspace.lints.rust]`.",
};

const SILENCED: Rule = Rule {
    why: "Every public item states its meaning, units and errors.",
    next: "Remove the attribute and write the documents.",
};

/// Crates that do not take the lints of the workspace, and a workspace without `missing_docs`.
pub fn check_manifests(repository: &Repository) -> Vec<Finding> {
    let manifest = |path: &str| -> toml::Table {
        let source = repository.source(path);
        source.and_then(|it| it.text.parse().ok()).unwrap_or_default()
    };
    let mut findings = Vec::new();
    let level = manifest(ROOT_MANIFEST)
        .get("workspace")
        .and_then(|it| it.get("lints")?.get("rust")?.get("missing_docs"))
        .and_then(|it| Some(it.as_str()?.to_owned()));
    if !matches!(level.as_deref(), Some("warn" | "deny" | "forbid")) {
        let what = "the lint `missing_docs` is off".to_owned();
        findings.push(Finding::new(ROOT_MANIFEST, 1, what, NO_MISSING_DOCS));
    }
    for package in &repository.packages {
        let path = &package.manifest_path;
        let opted = manifest(path).get("lints").and_then(|it| it.get("workspace")?.as_bool());
        if opted != Some(true) {
            let what = format!("`{}` does not take the lints", package.name);
            findings.push(Finding::new(path, 1, what, NO_LINTS));
        }
    }
    findings
}

/// A Rust file without a head, or one that silences the lint for documents.
pub fn check_file(source: &Source, file: &syn::File) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !file.attrs.iter().any(is_head) {
        let what = "the file has no head (`//!`)".to_owned();
        findings.push(Finding::new(&source.path, 1, what, NO_HEAD));
    }
    if !source.is_test() {
        let mut silenced = Silenced(Vec::new());
        silenced.visit_file(file);
        findings.extend(silenced.0.into_iter().map(|line| {
            let what = "`missing_docs` is silenced here".to_owned();
            Finding::new(&source.path, line, what, SILENCED)
        }));
    }
    findings
}

fn is_head(attribute: &syn::Attribute) -> bool {
    let syn::Meta::NameValue(pair) = &attribute.meta else {
        return false;
    };
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value else {
        return false;
    };
    pair.path.is_ident("doc") && !text.value().trim().is_empty()
}

/// The lines with `allow(missing_docs)` or `expect(missing_docs)`.
struct Silenced(Vec<usize>);

impl<'ast> Visit<'ast> for Silenced {
    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            let silences = list.path.is_ident("allow") || list.path.is_ident("expect");
            let mut words = list.tokens.clone().into_iter();
            if silences && words.any(|word| word.to_string() == "missing_docs") {
                self.0.push(attribute.pound_token.span.start().line);
            }
        }
        visit::visit_attribute(self, attribute);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::example::{package, source};

    fn of_file(path: &str, text: &str) -> Vec<(usize, String)> {
        let file = syn::parse_file(text).unwrap();
        let found = check_file(&source(path, text), &file);
        found.into_iter().map(|it| (it.line, it.what)).collect()
    }

    #[test]
    fn a_head_is_a_sentence_at_the_top() {
        let path = "crates/money/src/lib.rs";
        assert_eq!(of_file(path, "//! Money.\nfn a() {}"), []);
        assert_eq!(of_file(path, "#![no_std]\n//! Money.\nfn a() {}"), []);
        assert_eq!(of_file(path, "/// Not a head.\nfn a() {}").len(), 1);
        assert_eq!(of_file(path, "//!\nfn a() {}").len(), 1);
        assert_eq!(of_file(path, "").len(), 1);
    }

    #[test]
    fn silence_about_documents_is_heard() {
        let text =
            "//! Money.\n\n#[allow(dead_code)]\nfn a() {}\n#[allow(missing_docs)]\nfn b() {}";
        let found = of_file("crates/money/src/lib.rs", text);
        assert_eq!(found, [(5, "`missing_docs` is silenced here".to_owned())]);
        let whole = "//! Money.\n#![expect(dead_code, missing_docs)]";
        assert_eq!(of_file("crates/money/src/lib.rs", whole).len(), 1);
        assert_eq!(of_file("crates/money/tests/lost_cent.rs", text), []);
    }

    #[test]
    fn every_crate_takes_the_lints() {
        let of = |root: &str, member: &str| {
            let sources =
                vec![source("Cargo.toml", root), source("crates/money/Cargo.toml", member)];
            let packages = vec![package("money", &[])];
            let found = check_manifests(&Repository { sources, packages });
            found.into_iter().map(|it| it.path).collect::<Vec<_>>()
        };
        let on = "[workspace.lints.rust]\nmissing_docs = \"warn\"\n";
        let opted = "[lints]\nworkspace = true\n";
        assert_eq!(of(on, opted), Vec::<String>::new());
        assert_eq!(of(on, "[lints]\n"), ["crates/money/Cargo.toml"]);
        assert_eq!(of(on, ""), ["crates/money/Cargo.toml"]);
        let refused = "[lints]\nworkspace = false\n";
        assert_eq!(of(on, refused), ["crates/money/Cargo.toml"]);
        let off = "[workspace.lints.rust]\nmissing_docs = \"allow\"\n";
        assert_eq!(of(off, opted), ["Cargo.toml"]);
    }
}
