//! How long a file, a function and a line may be.

use syn::visit::{self, Visit};

use crate::finding::{Finding, Rule};
use crate::repository::Source;

/// Above this a file holds more than one noun; the aim is 100 to 300.
const FILE_LINES_MAX: usize = 500;
/// A file of tests may list more cases: they are read one at a time.
const TEST_FILE_LINES_MAX: usize = 800;
/// A function is read on one screen, from its `fn` to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;
/// Two columns of code stand side by side on one screen; counted in characters.
const LINE_CHARACTERS_MAX: usize = 100;

/// The kinds of files that people write as code.
const CODE: &[&str] = &["css", "rs", "sh", "sql", "ts"];

const LONG_FILE: Rule = Rule {
    why: "A file is one noun or one verb, short enough to be read whole.",
    next: "Split it by meaning; long tests go to `tests/`.",
};

const LONG_FUNCTION: Rule =
    Rule { why: "A function is read on one screen.", next: "Give a part of it its own name." };

const LONG_LINE: Rule = Rule {
    why: "Two columns of code stand side by side on one screen.",
    next: "Break the line; the formatter leaves long strings and comments alone.",
};

/// A file of code with too many lines, and its lines that are too long.
pub fn check_lines(source: &Source) -> Vec<Finding> {
    if !CODE.contains(&source.extension()) {
        return Vec::new();
    }
    let lines_max = if source.is_test() { TEST_FILE_LINES_MAX } else { FILE_LINES_MAX };
    let mut findings = Vec::new();
    let lines = source.text.lines().count();
    if lines > lines_max {
        let what = format!("the file has {lines} lines, allowed are {lines_max}");
        findings.push(Finding::new(&source.path, lines_max + 1, what, LONG_FILE));
    }
    for (index, line) in source.text.lines().enumerate() {
        // The number of bytes bounds the number of characters and is free.
        if line.len() > LINE_CHARACTERS_MAX {
            let characters = line.chars().count();
            if characters > LINE_CHARACTERS_MAX {
                let what = format!(
                    "the line has {characters} characters, allowed are {LINE_CHARACTERS_MAX}"
                );
                findings.push(Finding::new(&source.path, index + 1, what, LONG_LINE));
            }
        }
    }
    findings
}

/// The functions with too many lines, methods and nested ones included.
pub fn check_functions(source: &Source, file: &syn::File) -> Vec<Finding> {
    let mut functions = Functions(Vec::new());
    functions.visit_file(file);
    let functions = functions.0.into_iter();
    functions
        .filter(|function| function.lines() > FUNCTION_LINES_MAX)
        .map(|function| {
            let what = format!(
                "the function `{}` has {} lines, allowed are {FUNCTION_LINES_MAX}",
                function.name,
                function.lines()
            );
            Finding::new(&source.path, function.first, what, LONG_FUNCTION)
        })
        .collect()
}

struct Function {
    name: String,
    first: usize,
    last: usize,
}

impl Function {
    fn new(signature: &syn::Signature, block: &syn::Block) -> Self {
        Self {
            name: signature.ident.to_string(),
            first: signature.fn_token.span.start().line,
            last: block.brace_token.span.close().end().line,
        }
    }

    fn lines(&self) -> usize {
        self.last - self.first + 1
    }
}

struct Functions(Vec<Function>);

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.0.push(Function::new(&function.sig, &function.block));
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.0.push(Function::new(&function.sig, &function.block));
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.0.push(Function::new(&function.sig, block));
        }
        visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::example::source;

    fn lines_of(path: &str, text: &str) -> Vec<usize> {
        let found = check_lines(&source(path, text));
        found.into_iter().map(|finding| finding.line).collect()
    }

    fn functions_of(text: &str) -> Vec<(usize, String)> {
        let file = syn::parse_file(text).unwrap();
        let found = check_functions(&source("a.rs", text), &file);
        found.into_iter().map(|it| (it.line, it.what)).collect()
    }

    /// A function of so many lines.
    fn function(lines: usize) -> String {
        format!("fn a() {{\n{}}}\n", "    b();\n".repeat(lines - 2))
    }

    #[test]
    fn a_file_of_code_ends_at_its_limit() {
        let path = "crates/money/src/split.rs";
        assert_eq!(lines_of(path, &"\n".repeat(500)), [0; 0]);
        assert_eq!(lines_of(path, &"\n".repeat(501)), [501]);
        let tests = "crates/money/tests/lost_cent.rs";
        assert_eq!(lines_of(tests, &"\n".repeat(800)), [0; 0]);
        assert_eq!(lines_of(tests, &"\n".repeat(801)), [801]);
        assert_eq!(lines_of("data/history.csv", &"\n".repeat(900)), [0; 0]);
    }

    #[test]
    fn a_line_is_counted_in_characters() {
        let text = format!("{}\n{}\n{}\n", "a".repeat(100), "互".repeat(100), "a");
        assert_eq!(lines_of("a.rs", &text), [0; 0]);
        assert_eq!(lines_of("a.rs", &format!("\n{}", "互".repeat(101))), [2]);
        assert_eq!(lines_of("README.md", &"a".repeat(500)), [0; 0]);
    }

    #[test]
    fn a_function_ends_at_its_limit() {
        assert_eq!(functions_of(&function(70)), []);
        let found = functions_of(&format!("\n/// Documents do not count.\n{}", function(71)));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, 3);
        assert!(found[0].1.contains("`a` has 71 lines"), "{found:?}");
    }

    #[test]
    fn methods_and_nested_functions_are_functions() {
        let method = format!("struct A;\nimpl A {{\n{}}}", function(71));
        assert_eq!(functions_of(&method)[0].0, 3);
        let given = format!("trait A {{\nfn b();\n{}}}", function(71));
        assert_eq!(functions_of(&given)[0].0, 3);
        let nested = format!("fn outer() {{\n{}}}", function(71));
        assert_eq!(functions_of(&nested).len(), 2);
        let module = format!("mod a {{\n{}}}", function(71));
        assert_eq!(functions_of(&module).len(), 1);
    }
}
