//! Whole numbers as text: digits only, without a sign and without zeros in front.
//!
//! One number has one text, so two programs that agree on a number agree on its bytes.

/// Reads a number from `0` to `2^64 − 1`.
#[must_use]
pub fn parse(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let leading = text.len() > 1 && text.starts_with('0');
    if digits && !leading { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_number_has_one_text() {
        assert_eq!(parse("0"), Some(0));
        assert_eq!(parse("18446744073709551615"), Some(u64::MAX));
        for text in ["", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "18446744073709551616", "٣"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
