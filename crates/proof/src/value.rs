//! Looks up members in canonical JSON without building anything: a value is its own text.
//!
//! Only for bytes that [`canonical::check`](crate::canonical::check) has passed, which is the one
//! way to make a [`Value`]. It reads what a receipt needs and is no general reader of JSON: a text
//! with an escape in it is none of the names and verbs that are looked for.

use crate::canonical::{self, NotCanonical};

/// One value, as the text that it has in canonical JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value<'a>(&'a str);

impl<'a> Value<'a> {
    /// The value that the bytes are.
    ///
    /// # Errors
    /// Where and why the bytes are not canonical.
    pub fn of(bytes: &'a [u8]) -> Result<Self, NotCanonical> {
        canonical::check(bytes)?;
        // The checker has seen that the bytes are UTF-8, so there is nothing to fall back to.
        Ok(Self(core::str::from_utf8(bytes).unwrap_or_default()))
    }

    /// The member of this name, if this is an object that has it.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Self> {
        let mut rest = self.0.strip_prefix('{')?;
        while rest.starts_with('"') {
            let (key, after) = split_value(rest);
            let (value, after) = split_value(after.strip_prefix(':')?);
            if Value(key).text() == Some(name) {
                return Some(Value(value));
            }
            rest = after.strip_prefix(',').unwrap_or_default();
        }
        None
    }

    /// The integer, if this is one.
    #[must_use]
    pub fn integer(self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// The integer, if this is one and not negative.
    #[must_use]
    pub fn natural(self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// What stands between the quotes, if this is a string without escapes.
    #[must_use]
    pub fn text(self) -> Option<&'a str> {
        let inside = self.0.strip_prefix('"')?.strip_suffix('"')?;
        (!inside.contains('\\')).then_some(inside)
    }

    /// The items, if this is an array.
    #[must_use]
    pub fn items(self) -> Option<Items<'a>> {
        Some(Items(self.0.strip_prefix('[')?))
    }
}

/// The items of an array, one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Items<'a>(&'a str);

impl<'a> Iterator for Items<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        if self.0.is_empty() || self.0.starts_with(']') {
            return None;
        }
        let (value, rest) = split_value(self.0);
        self.0 = rest.strip_prefix(',').unwrap_or_default();
        Some(Value(value))
    }
}

/// The value at the start of a text and what comes after it.
fn split_value(text: &str) -> (&str, &str) {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => continue,
            }
            if !quoted && depth == 0 {
                return text.split_at(at + 1);
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 1 => depth -= 1,
            b'}' | b']' if depth == 1 => return text.split_at(at + 1),
            b',' | b':' | b'}' | b']' if depth == 0 => return text.split_at(at),
            _ => {}
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    const TEXT: &str = r#"{"a":[1,{"b":"}]"},-3],"c":{"a":9,"d":"x\"y"},"e":true,"f":"","g":[]}"#;

    #[test]
    fn members_and_items_are_found_past_nesting_quotes_and_escapes() {
        let value = Value::of(TEXT.as_bytes()).unwrap();
        let items: Vec<_> = value.get("a").and_then(Value::items).unwrap().collect();
        assert_eq!(items.len(), 3);
        assert_eq!((items[0].natural(), items[2].integer()), (Some(1), Some(-3)));
        assert_eq!(items[1].get("b").and_then(Value::text), Some("}]"));
        assert_eq!(value.get("c").and_then(|c| c.get("a")?.integer()), Some(9));
        assert_eq!(value.get("c").and_then(|c| c.get("d")?.text()), None);
        assert_eq!(value.get("f").and_then(Value::text), Some(""));
        assert_eq!(value.get("g").and_then(Value::items).map(Iterator::count), Some(0));
        assert_eq!(value.get("e").and_then(Value::natural), None);
        assert_eq!(value.get("d"), None);
        assert_eq!(items[2].natural(), None);
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        for text in ["1", "[]", "\"a\"", "{}", "null", "[{\"a\":1}]"] {
            assert_eq!(Value::of(text.as_bytes()).unwrap().get("a"), None, "{text}");
        }
        assert!(Value::of(b"{\"a\":1").is_err());
    }
}
