//! Vectors of canonical JSON.

use super::file::{File, bytes, text};

const ACCEPTED: &[(&str, &str)] = &[
    ("null", "null"),
    ("empty object", "{}"),
    ("empty array", "[]"),
    ("largest integer", "9007199254740991"),
    ("smallest integer", "-9007199254740991"),
    ("empty key", "{\"\":0}"),
    ("keys in order", "{\"A\":1,\"Z\":2,\"a\":3}"),
    ("a key that begins another", "{\"a\":1,\"aa\":2}"),
    ("delete needs no escape", "\"\u{7f}\""),
    ("every short escape", "\"\\b\\t\\n\\f\\r\\\"\\\\\""),
    ("a control character", "\"\\u0000\\u001f\""),
    ("Chinese", "{\"互助\":\"计划\"}"),
    ("a surrogate pair sorts before U+E000", "{\"\u{1f600}\":1,\"\u{e000}\":2}"),
    ("U+D7FF sorts before a surrogate pair", "{\"\u{d7ff}\":1,\"\u{1f600}\":2}"),
    ("keys with escapes", "{\"\\n\":1,\"\\r\":2,\"1\":3}"),
    ("all literals", "[true,false,null,0,-1,\"\"]"),
];

const REFUSED: &[(&str, &str)] = &[
    ("nothing", ""),
    ("space before", " {}"),
    ("space after", "{} "),
    ("newline after", "{}\n"),
    ("space inside", "{\"a\": 1}"),
    ("two values", "{}{}"),
    ("byte order mark", "\u{feff}{}"),
    ("keys out of order", "{\"b\":1,\"a\":2}"),
    ("duplicate key", "{\"a\":1,\"a\":1}"),
    ("duplicate key by escape", "{\"\\n\":1,\"\\n\":2}"),
    ("keys by code point", "{\"\u{e000}\":2,\"\u{1f600}\":1}"),
    ("minus zero", "-0"),
    ("leading zero", "01"),
    ("leading zero behind minus", "-01"),
    ("plus", "+1"),
    ("only minus", "-"),
    ("fraction", "1.0"),
    ("exponent", "1e2"),
    ("capital exponent", "1E2"),
    ("integer too large", "9007199254740992"),
    ("integer too small", "-9007199254740992"),
    ("u64", "18446744073709551616"),
    ("capital literal", "True"),
    ("half a literal", "tru"),
    ("longer literal", "nullx"),
    ("not a number", "NaN"),
    ("single quotes", "'a'"),
    ("no closing quote", "\"a"),
    ("no closing bracket", "[1"),
    ("no closing brace", "{\"a\":1"),
    ("no value", "{\"a\":}"),
    ("no colon", "{\"a\"1}"),
    ("key without quotes", "{a:1}"),
    ("number as key", "{1:1}"),
    ("trailing comma in array", "[1,]"),
    ("trailing comma in object", "{\"a\":1,}"),
    ("leading comma", "[,1]"),
    ("wrong bracket", "[1}"),
    ("escape of a plain letter", "\"\\u0061\""),
    ("escape of a slash", "\"\\/\""),
    ("long escape of newline", "\"\\u000a\""),
    ("capital digits in an escape", "\"\\u001F\""),
    ("escape of a surrogate", "\"\\ud83d\\ude00\""),
    ("escape of delete", "\"\\u007f\""),
    ("unknown escape", "\"\\x41\""),
    ("escape cut off", "\"\\u00"),
    ("raw newline", "\"\n\""),
    ("raw control character", "\"\u{1}\""),
    ("raw tab", "\"\t\""),
    ("comment", "/**/1"),
];

/// Vectors of canonical JSON.
pub fn canonical() -> File {
    let mut file = File::new("canonical", &["bytes"]);
    for (name, json) in ACCEPTED {
        file.answers(name, &[text(json)], "");
    }
    let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);
    file.answers("32 levels", &[text(nested(32))], "");
    let objects = |levels: usize| "{\"a\":".repeat(levels) + "0" + &"}".repeat(levels);
    file.answers("32 levels of objects", &[text(objects(32))], "");
    for (name, json) in REFUSED {
        file.refused(name, &[text(json)], "form");
    }
    file.refused("33 levels", &[text(nested(33))], "form");
    file.refused("33 levels of objects", &[text(objects(33))], "form");
    file.refused("20,000 levels", &[text("[".repeat(20_000))], "form");
    file.refused("a number of 400 digits", &[text("9".repeat(400))], "form");
    file.refused("zeros of 400 digits", &[text("0".repeat(400))], "form");
    let not_utf8: [(&str, &[u8]); 5] = [
        ("no UTF-8", b"\"\xff\""),
        ("UTF-8 too long", b"\"\xc0\xaf\""),
        ("UTF-8 of a surrogate", b"\"\xed\xa0\x80\""),
        ("UTF-8 cut off", b"\"\xe4\xba\""),
        ("UTF-8 beyond Unicode", b"\"\xf4\x90\x80\x80\""),
    ];
    for (name, json) in not_utf8 {
        file.refused(name, &[bytes(json)], "form");
    }
    let whole = "{\"a\":[-1,\"\\n\"],\"b\":{\"c\":null}}";
    for end in 1..whole.len() {
        file.refused(&format!("cut after {end} bytes"), &[text(&whole[..end])], "form");
    }
    file
}
