//! What happens to bytes on their way: damage, to all of them or to one part of a request.

use proptest::prelude::*;
use proptest::sample::Index;

/// What damage does to bytes.
#[derive(Clone, Debug)]
pub enum Damage {
    Flip {
        at: usize,
        bit: u8,
    },
    Cut {
        at: usize,
    },
    Insert {
        at: usize,
        bytes: Vec<u8>,
    },
    Remove {
        at: usize,
        length: usize,
    },
    Repeat {
        at: usize,
        length: usize,
    },
    /// The next number of the text becomes another.
    Number {
        at: usize,
        text: &'static str,
    },
    /// A whole line stands twice, or two lines change places.
    Lines {
        at: usize,
        twice: bool,
    },
}

/// Numbers at the ends of what fits.
const NUMBERS: [&str; 8] = [
    "0",
    "00",
    "-1",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
    "9223372036854775808",
    "18446744073709551616",
];

impl Damage {
    pub fn strategy() -> impl Strategy<Value = Self> {
        let at = || 0_usize..1 << 14;
        prop_oneof![
            (at(), 0_u8..8).prop_map(|(at, bit)| Self::Flip { at, bit }),
            at().prop_map(|at| Self::Cut { at }),
            (at(), proptest::collection::vec(any::<u8>(), 1..9))
                .prop_map(|(at, bytes)| Self::Insert { at, bytes }),
            (at(), 1_usize..64).prop_map(|(at, length)| Self::Remove { at, length }),
            (at(), 1_usize..64).prop_map(|(at, length)| Self::Repeat { at, length }),
            (at(), prop::sample::select(&NUMBERS[..]))
                .prop_map(|(at, text)| Self::Number { at, text }),
            (at(), any::<bool>()).prop_map(|(at, twice)| Self::Lines { at, twice }),
        ]
    }

    pub fn done_to(&self, bytes: &[u8]) -> Vec<u8> {
        let place = |at: usize| at % (bytes.len() + 1);
        let span = |at: usize, length: usize| place(at)..(place(at) + length).min(bytes.len());
        let mut damaged = bytes.to_vec();
        match self {
            Self::Flip { at, bit } => {
                if let Some(byte) = damaged.get_mut(place(*at)) {
                    *byte ^= 1 << bit;
                }
            }
            Self::Cut { at } => damaged.truncate(place(*at)),
            Self::Insert { at, bytes } => {
                damaged.splice(place(*at)..place(*at), bytes.iter().copied());
            }
            Self::Remove { at, length } => drop(damaged.drain(span(*at, *length))),
            Self::Repeat { at, length } => {
                let again = bytes[span(*at, *length)].to_vec();
                damaged.splice(place(*at)..place(*at), again);
            }
            Self::Number { at, text } => {
                let digit = |at: &usize| bytes[*at].is_ascii_digit();
                if let Some(from) = (place(*at)..bytes.len()).find(digit) {
                    let end = (from..bytes.len()).find(|at| !digit(at)).unwrap_or(bytes.len());
                    damaged.splice(from..end, text.bytes());
                }
            }
            Self::Lines { at, twice } => {
                let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
                let line = at % lines.len().max(1);
                if *twice && line < lines.len() {
                    lines.insert(line, lines[line]);
                } else if line + 1 < lines.len() {
                    lines.swap(line, line + 1);
                }
                damaged = lines.concat();
            }
        }
        damaged
    }
}

/// A request with one part damaged; without a damage left to do, with the part of another request.
pub fn part_of(request: &[u8], other: &[u8], part: Index, damages: &[Damage]) -> Vec<u8> {
    let own = proof_wasm::parts(request).expect("the corpus holds requests");
    let mut parts: Vec<Vec<u8>> = own.iter().map(|part| part.to_vec()).collect();
    if parts.is_empty() {
        return request.to_vec();
    }
    let place = part.index(parts.len());
    let theirs = proof_wasm::parts(other).expect("the corpus holds requests");
    let swapped = matches!(damages, [Damage::Cut { .. }, ..]);
    match theirs.get(place).filter(|_| swapped) {
        Some(theirs) => parts[place] = theirs.to_vec(),
        None => {
            let part = &mut parts[place];
            *part = damages.iter().fold(part.clone(), |bytes, damage| damage.done_to(&bytes));
        }
    }
    super::seeds::framed(parts.iter().map(Vec::as_slice))
}
