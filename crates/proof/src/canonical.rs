//! Checks that received bytes are canonical JSON (RFC 8785), restricted to integers.
//!
//! Bytes are *checked, never rewritten*: what was signed, hashed and stored is what arrived. Of
//! every value exactly one text passes, so two parties who agree on a value agree on its hash.
//! Numbers are integers within ±(2^53 - 1), which every JSON reader in every language takes
//! without rounding; fractions, exponents and `-0` do not pass.

use alloc::vec::Vec;
use core::cmp::Ordering;

use thiserror::Error;

/// Deepest nesting of arrays and objects. Our deepest entry has six levels; the limit bounds the
/// stack that this checker, and any recursive reader after it, may need.
pub const NESTING_LIMIT: usize = 32;

/// Largest integer that passes, 2^53 - 1 (RFC 8785 appendix D, RFC 7493 section 2.2).
pub const INTEGER_LIMIT: u64 = (1 << 53) - 1;

/// Bytes are not canonical JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not canonical JSON at byte {offset}: {reason}")]
pub struct NotCanonical {
    /// Where the checker stopped, counted in bytes from zero.
    pub offset: usize,
    /// What was wrong there.
    pub reason: Reason,
}

/// What kept bytes from being canonical JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Reason {
    /// Not UTF-8.
    #[error("not valid UTF-8")]
    Encoding,
    /// The text ends inside a value.
    #[error("the text ends inside a value")]
    Truncated,
    /// There is something after the value.
    #[error("there are bytes after the value")]
    TrailingBytes,
    /// A byte that cannot stand here; white space is one of these.
    #[error("this byte cannot stand here")]
    Unexpected,
    /// Deeper than [`NESTING_LIMIT`].
    #[error("nested deeper than 32 levels")]
    TooDeep,
    /// A leading zero or a minus zero.
    #[error("a number has a leading zero or is minus zero")]
    LeadingZero,
    /// A fraction or an exponent.
    #[error("only integers are allowed")]
    NotInteger,
    /// Beyond [`INTEGER_LIMIT`].
    #[error("an integer is beyond 2^53 - 1")]
    IntegerTooLarge,
    /// A control character that is not escaped.
    #[error("a control character is not escaped")]
    ControlCharacter,
    /// An escape that RFC 8785 writes otherwise.
    #[error("not the shortest form of this character")]
    Escape,
    /// A key that does not come after the one before it, by UTF-16 code units.
    #[error("keys are not in ascending order of UTF-16 code units")]
    KeyOrder,
    /// A key that occurs twice in one object.
    #[error("a key occurs twice")]
    DuplicateKey,
}

/// Checks that `bytes` are exactly the canonical text of one value.
///
/// # Errors
/// The first place where they are not, and why.
pub fn check(bytes: &[u8]) -> Result<(), NotCanonical> {
    check_with(bytes, |checker| checker.value(0))
}

fn check_with<'a>(
    bytes: &'a [u8],
    value: impl FnOnce(&mut Checker<'a>) -> Result<(), Reason>,
) -> Result<(), NotCanonical> {
    if let Err(error) = core::str::from_utf8(bytes) {
        return Err(NotCanonical { offset: error.valid_up_to(), reason: Reason::Encoding });
    }
    let mut checker = Checker { bytes, at: 0 };
    let outcome = value(&mut checker).and_then(|()| match checker.peek() {
        None => Ok(()),
        Some(_) => Err(Reason::TrailingBytes),
    });
    outcome.map_err(|reason| NotCanonical { offset: checker.at, reason })
}

/// One member of an object, as it stands in canonical JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// What stands between the quotes of the key, still escaped.
    pub key: &'a [u8],
    /// The text of the value, which is canonical by itself.
    pub value: &'a [u8],
    /// Key and value with what is between them.
    pub whole: &'a [u8],
}

/// Checks as [`check`] does; gives the members of the object that the bytes are, or `None` when
/// they are another value.
///
/// # Errors
/// As [`check`].
pub fn members(bytes: &[u8]) -> Result<Option<Vec<Member<'_>>>, NotCanonical> {
    if bytes.first() != Some(&b'{') {
        return check(bytes).map(|()| None);
    }
    let mut members = Vec::new();
    check_with(bytes, |checker| checker.object(1, |member| members.push(member)))?;
    Ok(Some(members))
}

/// Bytes that stand for themselves inside a string.
const PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    let mut control = 0;
    while control < 0x20 {
        plain[control] = false;
        control += 1;
    }
    plain[b'"' as usize] = false;
    plain[b'\\' as usize] = false;
    plain
};

/// How many bytes at the start stand for themselves, eight at a time while that goes on.
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    // The highest bit of each byte that is zero; also of some above the lowest such byte.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & (ONES << 7);
    let eights = bytes.chunks_exact(8);
    let whole = eights.take_while(|eight| {
        let word = u64::from_le_bytes((*eight).try_into().unwrap_or_default());
        let control = word.wrapping_sub(ONES * 0x20) & !word & (ONES << 7);
        // A quote and a backslash.
        let quoted = zeros(word ^ (ONES * 0x22)) | zeros(word ^ (ONES * 0x5c));
        control | quoted == 0
    });
    let whole = whole.count() * 8;
    whole + bytes[whole..].iter().take_while(|&&byte| PLAIN[usize::from(byte)]).count()
}

/// One pass over the bytes; `at` never moves back and is where an error is reported.
struct Checker<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Checker<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, text: &[u8]) -> Result<(), Reason> {
        for &byte in text {
            match self.peek() {
                Some(found) if found == byte => self.at += 1,
                Some(_) => return Err(Reason::Unexpected),
                None => return Err(Reason::Truncated),
            }
        }
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<(), Reason> {
        match self.peek().ok_or(Reason::Truncated)? {
            b'"' => self.string().map(drop),
            b'-' | b'0'..=b'9' => self.integer(),
            b'{' | b'[' if depth == NESTING_LIMIT => Err(Reason::TooDeep),
            b'{' => self.object(depth + 1, |_| {}),
            b'[' => self.array(depth + 1),
            b't' => self.expect(b"true"),
            b'f' => self.expect(b"false"),
            b'n' => self.expect(b"null"),
            _ => Err(Reason::Unexpected),
        }
    }

    fn array(&mut self, depth: usize) -> Result<(), Reason> {
        self.at += 1;
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.value(depth)?;
            if !self.another(b']')? {
                return Ok(());
            }
        }
    }

    fn object(&mut self, depth: usize, mut each: impl FnMut(Member<'a>)) -> Result<(), Reason> {
        self.at += 1;
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        let mut before: Option<Text<'a>> = None;
        loop {
            let start = self.at;
            if self.peek().is_some_and(|byte| byte != b'"') {
                return Err(Reason::Unexpected);
            }
            let key = self.string()?;
            let order = before.map_or(Ordering::Less, |before| before.order(key));
            if order != Ordering::Less {
                self.at = start;
                let duplicate = order == Ordering::Equal;
                return Err(if duplicate { Reason::DuplicateKey } else { Reason::KeyOrder });
            }
            before = Some(key);
            self.expect(b":")?;
            let value = self.at;
            self.value(depth)?;
            let (value, whole) = (&self.bytes[value..self.at], &self.bytes[start..self.at]);
            each(Member { key: key.raw, value, whole });
            if !self.another(b'}')? {
                return Ok(());
            }
        }
    }

    /// Passes a comma (true) or the closing bracket `end` (false).
    fn another(&mut self, end: u8) -> Result<bool, Reason> {
        let byte = self.peek().ok_or(Reason::Truncated)?;
        if byte != b',' && byte != end {
            return Err(Reason::Unexpected);
        }
        self.at += 1;
        Ok(byte == b',')
    }

    fn integer(&mut self) -> Result<(), Reason> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let first = self.at;
        let mut value = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            // The limit is checked at each digit, so the sum cannot overflow.
            value = value * 10 + u64::from(digit - b'0');
            if value > INTEGER_LIMIT {
                self.at = start;
                return Err(Reason::IntegerTooLarge);
            }
            self.at += 1;
        }
        if matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            return Err(Reason::NotInteger);
        }
        match self.at - first {
            0 if self.peek().is_none() => Err(Reason::Truncated),
            0 => Err(Reason::Unexpected),
            digits => {
                let zero = self.bytes[first] == b'0';
                if zero && (digits > 1 || first > start) {
                    self.at = start;
                    return Err(Reason::LeadingZero);
                }
                Ok(())
            }
        }
    }

    /// Passes a string, from quote to quote, and returns what stands between them.
    fn string(&mut self) -> Result<Text<'a>, Reason> {
        self.expect(b"\"")?;
        let start = self.at;
        let mut escaped = false;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            self.at += plain(rest);
            match self.peek().ok_or(Reason::Truncated)? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.at += escape(&self.bytes[self.at..])?;
                }
                _ => return Err(Reason::ControlCharacter),
            }
        }
        let raw = &self.bytes[start..self.at];
        self.at += 1;
        Ok(Text { raw, escaped })
    }
}

/// The length of the escape at the start of `rest`, if it is the one that RFC 8785 section
/// 3.2.2.2 writes for its character.
fn escape(rest: &[u8]) -> Result<usize, Reason> {
    match rest.get(1).ok_or(Reason::Truncated)? {
        b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(2),
        b'u' => {
            let digits = rest.get(2..6).ok_or(Reason::Truncated)?;
            // Lowercase, below U+0020, and not one of the five that have a short form.
            let shortest = match digits {
                [b'0', b'0', b'0', b'8' | b'9' | b'a' | b'c' | b'd'] => false,
                [b'0', b'0', b'0' | b'1', b'0'..=b'9' | b'a'..=b'f'] => true,
                _ => false,
            };
            if shortest { Ok(6) } else { Err(Reason::Escape) }
        }
        _ => Err(Reason::Escape),
    }
}

/// The inside of a string that has passed, still escaped.
#[derive(Clone, Copy)]
struct Text<'a> {
    raw: &'a [u8],
    escaped: bool,
}

impl<'a> Text<'a> {
    /// Order by UTF-16 code units of the unescaped text (RFC 8785 section 3.2.3).
    fn order(self, other: Text<'a>) -> Ordering {
        if self.escaped || other.escaped {
            return self.units().cmp(other.units());
        }
        // UTF-8 keeps the order of code points. It differs from that of UTF-16 only where
        // surrogates (from four-byte sequences) meet U+E000 and above.
        let same = self.raw.iter().zip(other.raw).take_while(|(left, right)| left == right).count();
        match (self.raw.get(same), other.raw.get(same)) {
            (Some(left), Some(right)) if *left.max(right) < 0xee => left.cmp(right),
            (Some(_), Some(_)) => self.units().cmp(other.units()),
            (left, right) => left.cmp(&right),
        }
    }

    /// The UTF-16 code units of the unescaped text.
    fn units(self) -> impl Iterator<Item = u16> + use<'a> {
        // `check` has seen that all bytes are UTF-8, and a quote never lies inside a character.
        let mut characters = core::str::from_utf8(self.raw).unwrap_or_default().chars();
        let unescaped = core::iter::from_fn(move || {
            let character = characters.next()?;
            if character != '\\' {
                return Some(character);
            }
            Some(match characters.next()? {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let digits = [(); 4].map(|()| characters.next().and_then(|c| c.to_digit(16)));
                    let code = digits.iter().fold(0, |code, digit| code << 4 | digit.unwrap_or(0));
                    char::from_u32(code)?
                }
                quoted => quoted,
            })
        });
        unescaped.flat_map(|character| {
            let mut pair = [0; 2];
            let count = character.encode_utf16(&mut pair).len();
            pair.into_iter().take(count)
        })
    }
}
