//! Fear: one value has two texts that both pass, so that two honest parties hash it differently.

use proof::canonical::Reason::{self, *};
use proof::canonical::{INTEGER_LIMIT, NESTING_LIMIT, NotCanonical, check, members};

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::Value;

/// The canonical text of a value, by another road than the checker: serde_json writes scalars and
/// strings, keys are sorted as vectors of UTF-16 code units.
fn write(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            format!("[{}]", items.iter().map(write).collect::<Vec<_>>().join(","))
        }
        Value::Object(members) => {
            let mut keys: Vec<&String> = members.keys().collect();
            keys.sort_by_key(|key| key.encode_utf16().collect::<Vec<u16>>());
            let members = keys.into_iter().map(|key| {
                let name = serde_json::to_string(key).expect("a string has a text");
                format!("{name}:{}", write(&members[key]))
            });
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        scalar => serde_json::to_string(scalar).expect("a scalar has a text"),
    }
}

/// Strings rich in what makes texts differ: escapes, quotes, and characters near the surrogates.
fn text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => prop::char::range('a', 'e'),
        2 => prop::char::range('\0', '\u{2f}'),
        1 => prop::sample::select(vec!['"', '\\', '\u{7f}', '\u{80}', '\u{2028}', '\u{d7ff}']),
        1 => prop::sample::select(vec!['\u{e000}', '\u{ffff}', '\u{10000}', '\u{10ffff}']),
        1 => any::<char>(),
    ];
    vec(character, 0..6).prop_map(String::from_iter)
}

fn value() -> impl Strategy<Value = Value> {
    let limit = INTEGER_LIMIT as i64;
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-limit..=limit).prop_map(Value::from),
        (-20_i64..20).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    scalar.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            btree_map(text(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn the_canonical_text_passes(value in value()) {
        let text = write(&value);
        prop_assert_eq!(check(text.as_bytes()), Ok(()), "{}", text);
    }

    #[test]
    fn a_changed_byte_fails_or_is_the_canonical_text_of_another_value(
        value in value(), place in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut text = write(&value).into_bytes();
        let place = place.index(text.len());
        text[place] = byte;
        if check(&text).is_ok() {
            let read: Value = serde_json::from_slice(&text).unwrap();
            prop_assert_eq!(write(&read).into_bytes(), text);
        }
    }

    #[test]
    fn an_inserted_or_removed_byte_fails_or_is_canonical(
        value in value(), place in any::<prop::sample::Index>(), byte in any::<Option<u8>>(),
    ) {
        let mut text = write(&value).into_bytes();
        let place = place.index(text.len());
        match byte {
            Some(byte) => text.insert(place, byte),
            None => drop(text.remove(place)),
        }
        if check(&text).is_ok() {
            let read: Value = serde_json::from_slice(&text).unwrap();
            prop_assert_eq!(write(&read).into_bytes(), text);
        }
    }

    #[test]
    fn no_bytes_cause_a_panic(bytes in vec(any::<u8>(), 0..64)) {
        let _ = check(&bytes);
    }
}

/// Texts that are not canonical, where that shows, and why.
const DEPARTURES: &[(&str, usize, Reason)] = &[
    ("", 0, Truncated),
    (" 1", 0, Unexpected),
    ("1 ", 1, TrailingBytes),
    ("1,", 1, TrailingBytes),
    ("[1, 2]", 3, Unexpected),
    ("[1,]", 3, Unexpected),
    ("[1", 2, Truncated),
    ("[", 1, Truncated),
    ("{", 1, Truncated),
    ("{\"a\"", 4, Truncated),
    ("{\"a\":1,}", 7, Unexpected),
    ("{1:2}", 1, Unexpected),
    ("{\"a\" :1}", 4, Unexpected),
    ("tru", 3, Truncated),
    ("trux", 3, Unexpected),
    ("-", 1, Truncated),
    ("[-]", 2, Unexpected),
    ("-0", 0, LeadingZero),
    ("00", 0, LeadingZero),
    ("[007]", 1, LeadingZero),
    ("1.0", 1, NotInteger),
    ("1e2", 1, NotInteger),
    ("1E2", 1, NotInteger),
    ("9007199254740992", 0, IntegerTooLarge),
    ("-9007199254740992", 0, IntegerTooLarge),
    ("99999999999999999999999999", 0, IntegerTooLarge),
    ("+1", 0, Unexpected),
    ("NaN", 0, Unexpected),
    ("\"a", 2, Truncated),
    ("\"\\", 1, Truncated),
    ("\"\\u00", 1, Truncated),
    ("\"\n\"", 1, ControlCharacter),
    ("\"\\/\"", 1, Escape),
    ("\"\\u0041\"", 1, Escape),
    ("\"\\u000A\"", 1, Escape),
    ("\"\\u001F\"", 1, Escape),
    ("\"\\u000a\"", 1, Escape),
    ("\"\\u0008\"", 1, Escape),
    ("\"\\ud800\"", 1, Escape),
    ("\"\\u007f\"", 1, Escape),
    ("{\"b\":1,\"a\":2}", 7, KeyOrder),
    ("{\"a\":1,\"a\":2}", 7, DuplicateKey),
    ("{\"ab\":1,\"a\":2}", 8, KeyOrder),
    ("{\"\u{e000}\":0,\"\u{10000}\":0}", 9, KeyOrder),
    ("{\"!\":0,\"\\n\":0}", 7, KeyOrder),
    ("{\"\u{10000}\":0,\"\u{10000}\":1}", 10, DuplicateKey),
    ("\u{feff}1", 0, Unexpected),
];

#[test]
fn each_departure_is_named_with_its_place() {
    for &(text, offset, reason) in DEPARTURES {
        assert_eq!(check(text.as_bytes()), Err(NotCanonical { offset, reason }), "{text:?}");
    }
    assert_eq!(check(b"\"\xff\""), Err(NotCanonical { offset: 1, reason: Encoding }));
    assert_eq!(check(b"\"\xed\xa0\x80\""), Err(NotCanonical { offset: 1, reason: Encoding }));
}

#[test]
fn what_is_at_the_edge_of_the_rule_still_passes() {
    let limit = INTEGER_LIMIT.to_string();
    for text in [
        "0",
        "-1",
        &limit,
        &format!("-{limit}"),
        "\"\"",
        "[]",
        "{}",
        "null",
        "\"\u{7f}\"",
        "\"\\u0000\\u001f\\u000b\\b\\t\\n\\f\\r\\\"\\\\/\"",
        // The example of RFC 8785 section 3.2.3: U+1F600 sorts before U+FB33.
        "{\"\\r\":0,\"1\":0,\"\u{80}\":0,\"\u{f6}\":0,\"\u{20ac}\":0,\"\u{1f600}\":0,\
         \"\u{fb33}\":0}",
        "{\"\":0,\"a\":0,\"ab\":0,\"b\":0}",
    ] {
        assert_eq!(check(text.as_bytes()), Ok(()), "{text:?}");
    }
}

#[test]
fn nesting_passes_to_the_limit_and_not_beyond() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(check(nested(NESTING_LIMIT).as_bytes()), Ok(()));
    let deep = NotCanonical { offset: NESTING_LIMIT, reason: Reason::TooDeep };
    assert_eq!(check(nested(NESTING_LIMIT + 1).as_bytes()), Err(deep));
    assert_eq!(check(nested(100_000).as_bytes()), Err(deep));
}

#[test]
fn every_character_below_256_has_one_form() {
    for code in 0..=255_u8 {
        let character = char::from(code);
        let canonical = serde_json::to_string(&character.to_string()).expect("a text");
        let short = ["b", "f", "n", "r", "t", "\"", "\\", "/"].map(|c| format!("\"\\{c}\""));
        let long = [format!("\"\\u{code:04x}\""), format!("\"\\u{code:04X}\"")];
        let literal = [format!("\"{character}\"")];
        for text in short.iter().chain(&long).chain(&literal) {
            let same = serde_json::from_str(text).is_ok_and(|read: char| read == character);
            if same {
                assert_eq!(check(text.as_bytes()).is_ok(), *text == canonical, "{text:?}");
            }
        }
        assert_eq!(check(canonical.as_bytes()), Ok(()));
    }
}

proptest! {
    #[test]
    fn the_members_of_an_object_are_pieces_of_its_text(value in value()) {
        let text = write(&value);
        let Value::Object(object) = &value else {
            prop_assert_eq!(members(text.as_bytes()), Ok(None));
            return Ok(());
        };
        let members = members(text.as_bytes()).expect("canonical").expect("an object");
        prop_assert_eq!(members.len(), object.len());
        for member in &members {
            let key = [b"\"", member.key, b"\""].concat();
            let key: String = serde_json::from_slice(&key).expect("a key");
            let value = write(&object[&key]);
            prop_assert_eq!(member.value, value.as_bytes());
            prop_assert_eq!(member.whole, [b"\"", member.key, b"\":", member.value].concat());
        }
        let whole: Vec<&[u8]> = members.iter().map(|member| member.whole).collect();
        prop_assert_eq!([b"{", &whole.join(&b","[..])[..], b"}"].concat(), text.as_bytes());
    }
}

/// Strings are passed over eight bytes at a time: every byte counts at every place among them.
#[test]
fn each_byte_of_a_string_is_looked_at() {
    for byte in 0..=0x7f_u8 {
        for place in 0..20 {
            let mut text = [b'"'; 27];
            text[1..26].fill(b'a');
            text[1 + place] = byte;
            let refused = |offset, reason| Err(NotCanonical { offset, reason });
            let expected = match byte {
                0..0x20 => refused(1 + place, ControlCharacter),
                b'"' => refused(2 + place, TrailingBytes),
                b'\\' => refused(1 + place, Escape),
                _ => Ok(()),
            };
            assert_eq!(check(&text), expected, "{byte} at {place}");
        }
    }
    for text in ["ÿĀ互助", "abcdefg互", "aaaaaaaaaaaa😀aaaaaaaaaaaaa\u{80}"] {
        assert_eq!(check(format!("\"{text}\"").as_bytes()), Ok(()), "{text}");
    }
}
