//! What the core may not touch: its crates are functions of values, the same on every machine.
//!
//! The rule reads tokens rather than the syntax tree, because the arguments of macros are tokens
//! only and an `assert!` can hold a float like any other line. Code under `#[cfg(test)]` and the
//! folders of tests are free.

use proc_macro2::{Delimiter, Group, Literal, Spacing, TokenStream, TokenTree};

use crate::finding::{Finding, Rule};
use crate::repository::Source;

/// The crates that are pure.
const PURE: &[&str] = &["money", "proof", "rules"];

/// Words that are forbidden wherever they stand.
const WORDS: &[(&str, Rule)] = &[
    ("f32", FLOAT),
    ("f64", FLOAT),
    ("async", ASYNC),
    ("await", ASYNC),
    ("OsRng", RANDOMNESS),
    ("RandomState", RANDOMNESS),
    ("SysRng", RANDOMNESS),
    ("from_entropy", RANDOMNESS),
    ("from_os_rng", RANDOMNESS),
];

/// Macros that are forbidden.
const MACROS: &[(&str, Rule)] = &[
    ("dbg", PRINTING),
    ("eprint", PRINTING),
    ("eprintln", PRINTING),
    ("print", PRINTING),
    ("println", PRINTING),
    ("thread_local", THREADS),
];

/// Crates that are forbidden as the first part of a path. A generator of numbers that has to be
/// given its seed, such as `rand_chacha`, is a function of values and free.
const CRATES: &[(&str, Rule)] = &[
    ("crossbeam", THREADS),
    ("fastrand", RANDOMNESS),
    ("futures", ASYNC),
    ("getrandom", RANDOMNESS),
    ("log", PRINTING),
    ("memmap2", OUTSIDE),
    ("rand", RANDOMNESS),
    ("rayon", THREADS),
    ("rustix", OUTSIDE),
    ("tokio", ASYNC),
    ("tracing", PRINTING),
];

/// Parts that may not follow one another in a path; `*` is an import of everything.
const PATHS: &[(&[&str], Rule)] = &[
    (&["time", "Instant"], CLOCK),
    (&["time", "SystemTime"], CLOCK),
    (&["std", "time", "*"], CLOCK),
    (&["Timestamp", "now"], CLOCK),
    (&["Zoned", "now"], CLOCK),
    (&["TimeZone", "system"], CLOCK),
    (&["std", "thread"], THREADS),
    (&["std", "env"], OUTSIDE),
    (&["std", "fs"], OUTSIDE),
    (&["std", "io"], OUTSIDE),
    (&["std", "net"], OUTSIDE),
    (&["std", "os"], OUTSIDE),
    (&["std", "path"], OUTSIDE),
    (&["std", "process"], OUTSIDE),
    (&["collections", "HashMap"], ORDER),
    (&["collections", "HashSet"], ORDER),
    (&["collections", "hash_map"], ORDER),
    (&["collections", "hash_set"], ORDER),
    (&["std", "collections", "*"], ORDER),
];

const FLOAT: Rule = Rule {
    why: "Money and rules are exact; floats round, and not the same everywhere.",
    next: "Use integers of minor units, or a numerator and a denominator.",
};
const CLOCK: Rule = Rule {
    why: "A replay years later must give the same state, so time enters as a value.",
    next: "Take the time or the day from the order of the entry.",
};
const RANDOMNESS: Rule = Rule {
    why: "A replay must give the same state, so seeds enter as values.",
    next: "Take the seed or the bytes as an argument.",
};
const THREADS: Rule = Rule {
    why: "The core is one function; the order of its steps must not depend on the machine.",
    next: "Move the parallel work to `settle` or above.",
};
const OUTSIDE: Rule = Rule {
    why: "The core touches no file, socket or environment, so that anybody can run it anywhere.",
    next: "Let a crate above read or write, and pass bytes.",
};
const ASYNC: Rule = Rule {
    why: "The core is a plain function and waits for nothing.",
    next: "Let `node` or `web` wait, and pass the value.",
};
const PRINTING: Rule = Rule {
    why: "A library returns what it has to say; only the program prints.",
    next: "Return it as a value or as an error.",
};
const ORDER: Rule = Rule {
    why: "The order of the standard hash tables differs from run to run, and a replay must not.",
    next: "Use `BTreeMap` or `BTreeSet`, or a hash table with a fixed hasher that is not iterated.",
};

/// Every impure thing in a file of a pure crate.
pub fn check(source: &Source) -> Vec<Finding> {
    let Some((name, path)) = source.within_crate() else {
        return Vec::new();
    };
    if !PURE.contains(&name) || !path.starts_with("src/") || source.is_test() {
        return Vec::new();
    }
    let tokens: TokenStream = match source.text.parse() {
        Ok(tokens) => tokens,
        // The caller has parsed the file before and reports what does not parse.
        Err(_) => return Vec::new(),
    };
    let mut reader = Reader { name, path: &source.path, findings: Vec::new() };
    reader.read(tokens, &[]);
    reader.findings
}

struct Reader<'a> {
    name: &'a str,
    path: &'a str,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    /// Reads tokens; `prefix` is what stands before the brace of a `use` with several paths.
    fn read(&mut self, tokens: TokenStream, prefix: &[String]) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < trees.len() {
            at = match &trees[at] {
                TokenTree::Punct(mark) if mark.as_char() == '#' => match &trees[at + 1..] {
                    [TokenTree::Group(attribute), ..] if is_test_only(attribute) => {
                        after_item(&trees, at + 2)
                    }
                    [TokenTree::Punct(_), TokenTree::Group(attribute), ..]
                        if is_test_only(attribute) =>
                    {
                        return;
                    }
                    _ => at + 1,
                },
                TokenTree::Group(group) => {
                    self.read(group.stream(), &[]);
                    at + 1
                }
                TokenTree::Literal(literal) => {
                    if is_float(literal) && !is_field(&trees[..at]) {
                        self.found(&literal.to_string(), literal.span(), FLOAT);
                    }
                    at + 1
                }
                TokenTree::Ident(_) => self.read_path(&trees, at, prefix),
                TokenTree::Punct(_) => at + 1,
            }
        }
    }

    /// Reads the path that begins at `at` (a single word is a path too); gives the place after it.
    fn read_path(&mut self, trees: &[TokenTree], mut at: usize, prefix: &[String]) -> usize {
        let span = trees[at].span();
        let mut parts = prefix.to_vec();
        loop {
            match trees.get(at) {
                Some(TokenTree::Ident(word)) => {
                    let word = word.to_string();
                    self.check_word(&word, trees, at);
                    parts.push(if word == "core" || word == "alloc" {
                        "std".to_owned()
                    } else {
                        word
                    });
                }
                Some(TokenTree::Punct(mark)) if mark.as_char() == '*' => {
                    parts.push("*".to_owned());
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    self.read(group.stream(), &parts);
                    return at + 1;
                }
                _ => break,
            }
            at += 1;
            if !is_double_colon(&trees[at..]) {
                break;
            }
            at += 2;
        }
        self.check_path(&parts, span);
        at
    }

    fn check_word(&mut self, word: &str, trees: &[TokenTree], at: usize) {
        let forbidden = WORDS.iter().find(|(forbidden, _)| *forbidden == word);
        if let (Some((_, rule)), false) = (forbidden, is_ignored(&trees[..at])) {
            self.found(word, trees[at].span(), *rule);
        }
        let is_macro =
            matches!(trees.get(at + 1), Some(TokenTree::Punct(mark)) if mark.as_char() == '!');
        let forbidden = MACROS.iter().find(|(forbidden, _)| *forbidden == word);
        if let (true, Some((_, rule))) = (is_macro, forbidden) {
            self.found(&format!("{word}!"), trees[at].span(), *rule);
        }
    }

    fn check_path(&mut self, parts: &[String], span: proc_macro2::Span) {
        let joined = parts.join("::");
        let root = CRATES.iter().find(|(name, _)| parts[0] == *name);
        if let (Some((_, rule)), true) = (root, parts.len() > 1) {
            self.found(&joined, span, *rule);
        }
        for (forbidden, rule) in PATHS {
            if parts.windows(forbidden.len()).any(|it| it == *forbidden) {
                self.found(&joined, span, *rule);
            }
        }
    }

    fn found(&mut self, what: &str, span: proc_macro2::Span, rule: Rule) {
        let what = format!("`{what}` in the pure crate `{}`", self.name);
        let line = span.start().line;
        self.findings.push(Finding::new(self.path, line, what, rule));
    }
}

/// Whether the brackets of an attribute hold exactly `cfg(test)`.
fn is_test_only(attribute: &Group) -> bool {
    let words: Vec<_> = attribute.stream().into_iter().collect();
    match words.as_slice() {
        [TokenTree::Ident(cfg), TokenTree::Group(condition)] => {
            cfg == "cfg" && condition.stream().to_string().trim() == "test"
        }
        _ => false,
    }
}

/// The place after an item that begins at `at`: behind its block or its semicolon.
fn after_item(trees: &[TokenTree], at: usize) -> usize {
    let end = trees[at..].iter().position(|tree| match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(mark) => mark.as_char() == ';',
        _ => false,
    });
    end.map_or(trees.len(), |end| at + end + 1)
}

fn is_double_colon(trees: &[TokenTree]) -> bool {
    match trees {
        [TokenTree::Punct(first), TokenTree::Punct(second), ..] => {
            first.as_char() == ':' && first.spacing() == Spacing::Joint && second.as_char() == ':'
        }
        _ => false,
    }
}

fn is_float(literal: &Literal) -> bool {
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Float(_) => true,
        syn::Lit::Int(number) => matches!(number.suffix(), "f32" | "f64"),
        _ => false,
    }
}

/// Whether the tokens so far name what comes `_`: a serializer has to name the floats that it
/// refuses, and computes nothing with them.
fn is_ignored(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Ident(name), TokenTree::Punct(mark)] => {
            name == "_" && mark.as_char() == ':' && mark.spacing() == Spacing::Alone
        }
        _ => false,
    }
}

/// Whether the tokens so far end with a single dot: `pair.0.1` is lexed with a float in it, and
/// `0..1.5` is not that case.
fn is_field(before: &[TokenTree]) -> bool {
    let dot = |tree: Option<&TokenTree>| match tree {
        Some(TokenTree::Punct(mark)) => mark.as_char() == '.',
        _ => false,
    };
    let mut backwards = before.iter().rev();
    dot(backwards.next()) && !dot(backwards.next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::example::source;

    /// What is found in a file of the crate `money`, as `line: thing`.
    fn of(text: &str) -> Vec<String> {
        let found = check(&source("crates/money/src/split.rs", text));
        let short = |it: Finding| {
            let thing = it.what.split('`').nth(1).expect("a thing is quoted");
            format!("{}: {thing}", it.line)
        };
        found.into_iter().map(short).collect()
    }

    #[test]
    fn every_forbidden_thing_of_the_tables_is_found() {
        for (word, _) in WORDS {
            assert_eq!(of(&format!("\n {word} ")), [format!("2: {word}")]);
        }
        for (name, _) in MACROS {
            assert_eq!(of(&format!("{name}!(1)")), [format!("1: {name}!")]);
        }
        for (name, _) in CRATES {
            assert_eq!(of(&format!("use {name}::a;")), [format!("1: {name}::a")]);
        }
        for (parts, _) in PATHS {
            let path = parts.join("::");
            assert_eq!(of(&format!("use {path};")), [format!("1: {path}")]);
        }
    }

    #[test]
    fn floats_are_found_in_types_numbers_and_macros() {
        assert_eq!(of("fn a(b: f64) {}"), ["1: f64"]);
        assert_eq!(of("fn a(_: f64, _b: f32) {}"), ["1: f32"]);
        assert_eq!(of("const A: u8 = 1.5 as u8;"), ["1: 1.5"]);
        assert_eq!(of("const A: u8 = 2e3 as u8;"), ["1: 2e3"]);
        assert_eq!(of("const A: u8 = 2f64 as u8;"), ["1: 2f64"]);
        assert_eq!(of("fn a() { assert!(b == 1.0); }"), ["1: 1.0"]);
        assert_eq!(of("fn a() { vec![0.5] }"), ["1: 0.5"]);
        assert_eq!(of("fn a() { 0..1.5 }"), ["1: 1.5"]);
    }

    #[test]
    fn whole_numbers_fields_and_texts_are_no_floats() {
        assert_eq!(of("fn a() { (pair.0.1, 0..10, 1_000u64, 0xE1) }"), [""; 0]);
        assert_eq!(of("//! Not 1.5 of f64.\nconst A: &str = \"1.5\";"), [""; 0]);
    }

    #[test]
    fn an_import_of_several_things_is_read_apart() {
        let text = "use std::{\n    collections::{BTreeMap, HashMap},\n    fs,\n};";
        assert_eq!(of(text), ["2: std::collections::HashMap", "3: std::fs"]);
        assert_eq!(of("use core::net::IpAddr;"), ["1: std::net::IpAddr"]);
        assert_eq!(of("use core::{time::SystemTime as Now};").len(), 1);
    }

    #[test]
    fn a_path_in_the_middle_of_a_line_is_read() {
        assert_eq!(of("fn a() { ::std::thread::spawn(b) }"), ["1: std::thread::spawn"]);
        let text = "fn a() -> collections::HashMap<u8, u8> { collections::HashMap::new() }";
        assert_eq!(of(text).len(), 2);
        assert_eq!(of("fn a() { jiff::Timestamp::now() }").len(), 1);
    }

    #[test]
    fn values_of_the_same_names_are_free() {
        let text = "use std::collections::{BTreeMap, BTreeSet};\nuse std::time::Duration;\n\
                    use hashbrown::HashMap;\nuse core::fmt;\n\
                    fn a(now: Millis, rand: u8, log: &Log) { log.print(now, rand) }";
        assert_eq!(of(text), [""; 0]);
    }

    #[test]
    fn tests_are_free_and_what_follows_them_is_not() {
        let text = "#[cfg(test)]\nmod tests { use std::fs; }\nuse std::net;";
        assert_eq!(of(text), ["3: std::net"]);
        let text = "#[cfg(test)]\n#[allow(dead_code)]\nuse std::fs::{a, b};\nuse std::net;";
        assert_eq!(of(text), ["4: std::net"]);
        assert_eq!(of("#![cfg(test)]\nuse std::fs;"), [""; 0]);
        assert_eq!(of("#[cfg(not(test))]\nuse std::fs;"), ["2: std::fs"]);
    }

    #[test]
    fn only_pure_crates_are_bound_and_their_tests_are_not() {
        let of = |path: &str| check(&source(path, "use std::fs;")).len();
        assert_eq!(of("crates/rules/src/member.rs"), 1);
        assert_eq!(of("crates/proof/src/lib.rs"), 1);
        assert_eq!(of("crates/ledger/src/journal.rs"), 0);
        assert_eq!(of("crates/rules/tests/replay.rs"), 0);
        assert_eq!(of("crates/rules/src/member/tests.rs"), 0);
        assert_eq!(of("xtask/src/main.rs"), 0);
    }
}
