//! Writes values as canonical JSON (RFC 8785, integers only) in one pass, without building a tree
//! of them first. Members are written in the order of the type and put in order where their object
//! ends.
//!
//! Names of members are words of ours, so their order is that of their bytes; others are refused,
//! as fractions are.

mod serializer;

use core::fmt;

use serde::ser::{self, Serialize};

/// Appends the canonical text of a value.
///
/// # Panics
/// When the type has no canonical text: a fraction, or a key that is not a plain word.
pub(crate) fn append<T: Serialize + ?Sized>(bytes: &mut Vec<u8>, value: &T) {
    let text = core::mem::take(bytes);
    let mut writer = Writer { bytes: text, members: Vec::with_capacity(16), sorted: Vec::new() };
    value.serialize(&mut writer).expect("entries hold words, integers and lists of them");
    *bytes = writer.bytes;
}

/// The canonical text of a value.
///
/// # Panics
/// As [`append`].
pub(crate) fn of<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    append(&mut bytes, value);
    bytes
}

/// A member of an object that is not at its end yet, as places in the text.
#[derive(Clone, Copy)]
struct Member {
    /// Where the key begins and ends between its quotes.
    key: (usize, usize),
    end: usize,
}

struct Writer {
    bytes: Vec<u8>,
    /// Members of all objects that are open, those of the innermost last.
    members: Vec<Member>,
    /// Members in their order, while an object is closed.
    sorted: Vec<u8>,
}

/// Why a value has no canonical text here.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unwritable(String);

impl ser::Error for Unwritable {
    fn custom<T: fmt::Display>(what: T) -> Self {
        Self(what.to_string())
    }
}

fn unwritable(what: &str) -> Unwritable {
    Unwritable(format!("{what} has no canonical text"))
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.bytes.push(b'"');
        self.inside(text);
        self.bytes.push(b'"');
    }

    /// What stands between quotes (RFC 8785, 3.2.2.2).
    fn inside(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        while let Some(place) = rest.iter().position(|b| *b < 0x20 || *b == b'"' || *b == b'\\') {
            self.bytes.extend_from_slice(&rest[..place]);
            let short = match rest[place] {
                0x08 => b'b',
                0x09 => b't',
                0x0a => b'n',
                0x0c => b'f',
                0x0d => b'r',
                byte if byte < 0x20 => {
                    let hexadecimal = format!("\\u{byte:04x}");
                    self.bytes.extend_from_slice(hexadecimal.as_bytes());
                    rest = &rest[place + 1..];
                    continue;
                }
                byte => byte,
            };
            self.bytes.extend_from_slice(&[b'\\', short]);
            rest = &rest[place + 1..];
        }
        self.bytes.extend_from_slice(rest);
    }

    fn natural(&mut self, mut number: u64) {
        // 2^64 has 20 digits.
        let (mut digits, mut first) = ([0; 20], 20);
        loop {
            first -= 1;
            digits[first] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.bytes.extend_from_slice(&digits[first..]);
    }

    fn open(&mut self, bracket: u8, end: &'static [u8]) -> Open<'_> {
        self.bytes.push(bracket);
        let (start, members) = (self.bytes.len(), self.members.len());
        Open { writer: self, start, members, end, key: (0, 0) }
    }

    /// An object of one member, named after a variant, whose value comes next.
    fn variant(&mut self, name: &str) {
        self.bytes.push(b'{');
        self.text(name);
        self.bytes.push(b':');
    }

    /// Puts the members from a place on in order.
    fn sort(&mut self, start: usize, from: usize) {
        let (bytes, members) = (&self.bytes, &mut self.members[from..]);
        let key = |member: &Member| &bytes[member.key.0..member.key.1];
        if !members.is_sorted_by_key(key) {
            members.sort_unstable_by(|a, b| key(a).cmp(key(b)));
            self.sorted.clear();
            for member in members {
                self.sorted.extend_from_slice(&bytes[member.key.0 - 1..member.end]);
                self.sorted.push(b',');
            }
            self.sorted.pop();
            self.bytes.truncate(start);
            self.bytes.extend_from_slice(&self.sorted);
        }
        self.members.truncate(from);
    }
}

/// A list or an object that is being written.
struct Open<'w> {
    writer: &'w mut Writer,
    start: usize,
    members: usize,
    end: &'static [u8],
    /// Where the key begins and ends that waits for its value.
    key: (usize, usize),
}

impl Open<'_> {
    fn comma(&mut self) {
        if self.writer.bytes.len() > self.start {
            self.writer.bytes.push(b',');
        }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.comma();
        value.serialize(&mut *self.writer)
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unwritable> {
        self.comma();
        let start = self.writer.bytes.len();
        key.serialize(&mut *self.writer)?;
        let inside = self.writer.bytes[start..].strip_prefix(b"\"");
        let inside = inside.and_then(|inside| inside.strip_suffix(b"\"")).unwrap_or(b" ");
        if !inside.iter().all(|b| b.is_ascii_graphic() && *b != b'\\') {
            return Err(unwritable("a key that is not a plain word"));
        }
        self.key = (start + 1, self.writer.bytes.len() - 1);
        self.writer.bytes.push(b':');
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        value.serialize(&mut *self.writer)?;
        let (key, end) = (self.key, self.writer.bytes.len());
        self.writer.members.push(Member { key, end });
        Ok(())
    }

    fn close(self) -> Result<(), Unwritable> {
        self.writer.sort(self.start, self.members);
        self.writer.bytes.extend_from_slice(self.end);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde_json::json;

    use super::*;

    #[derive(Serialize)]
    #[serde(tag = "do")]
    enum Tagged {
        #[serde(rename = "b")]
        Named {
            z: u8,
            list: Vec<Inner>,
            a: Option<i64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            c: Option<u8>,
        },
    }

    #[derive(Serialize)]
    struct Inner {
        y: (bool, char),
        x: Outer,
    }

    #[derive(Serialize)]
    enum Outer {
        Unit,
        One(u64),
        Fields { d: i8, ab: &'static str },
    }

    #[derive(Serialize)]
    struct Flat<'a> {
        v: u8,
        by: &'a str,
        #[serde(flatten)]
        body: &'a Tagged,
    }

    fn same<T: Serialize>(value: &T) {
        let by_tree = serde_json::to_value(value).expect("a value").to_string();
        assert_eq!(String::from_utf8(of(value)).expect("text"), by_tree);
        proof::canonical::check(by_tree.as_bytes()).expect("canonical");
    }

    /// Fear: a finding that is written without a tree has other bytes than the one that was hashed.
    #[test]
    fn the_text_is_that_of_the_sorted_tree() {
        let inner = |x| Inner { y: (true, '"'), x };
        let list = vec![
            inner(Outer::Unit),
            inner(Outer::One(9)),
            inner(Outer::Fields { d: -128, ab: "" }),
        ];
        let body = Tagged::Named { z: 0, list, a: Some(-(1 << 53) + 1), c: None };
        same(&body);
        same(&Flat { v: 1, by: "rules", body: &body });
        let none = Tagged::Named { z: 255, list: vec![], a: None, c: Some(10) };
        same(&Flat { v: 1, by: "", body: &none });
        same(&json!({"b": {}, "a": [[], {"d": 1, "c": null}, 10, 99, 100], "A": -1, "aa": 2}));
    }

    #[test]
    fn every_character_is_escaped_as_the_tree_escapes_it() {
        let all: String =
            (0..0x300).filter_map(char::from_u32).chain(['\u{2028}', '互', '😀']).collect();
        same(&all);
        all.chars().for_each(|character| same(&character));
    }

    #[test]
    fn what_has_no_one_text_is_not_written() {
        for value in [json!(0.5), json!({"ä": 1}), json!({"a b": 1}), json!({"\n": 1})] {
            let mut writer = Writer { bytes: Vec::new(), members: Vec::new(), sorted: Vec::new() };
            assert!(value.serialize(&mut writer).is_err(), "{value}");
        }
    }
}
