//! A draw by lot that nobody could choose and anybody recomputes.
//!
//! The roll is frozen and sealed by its digest before any answer is known. Each party answers
//! with the output of its VRF over plan, subject, digest of the roll and the nonce of whom it
//! concerns; the seed is a hash of the outputs, in the order of the parties; the drawn are the
//! first of a permutation of the roll under the seed. No checkpoint or signature enters a seed,
//! since those can be made anew until they suit. Each party that stays away once it knows the
//! others' answers can double the number of seeds to choose from; it is named.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::hash::{Digest, Hasher};
use crate::vrf::VRF_OUTPUT_BYTES;

/// Length of a nonce in bytes.
pub const NONCE_BYTES: usize = 32;

/// Texts in an input are at most this long, since their length is one byte.
pub const TEXT_BYTES_MAX: usize = 255;

const INPUT_DOMAIN: &[u8] = b"huzhu/v1 draw\n";
const NONCE_DOMAIN: &[u8] = b"huzhu/v1 nonce\n";
const ROLL_DOMAIN: &[u8] = b"huzhu/v1 eligible\n";
const SEED_DOMAIN: &[u8] = b"huzhu/v1 seed\n";
const STEP_DOMAIN: &[u8] = b"huzhu/v1 permutation\n";

/// What is drawn from: strata, each with its members in ascending order, and who was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Eligible {
    /// The strata; one when nothing divides the roll.
    pub strata: Vec<Vec<u32>>,
    /// Who was left out and on which ground, a number that the drawing plan defines.
    pub excluded: Vec<(u32, u8)>,
}

impl Eligible {
    /// How many there are to draw from.
    #[must_use]
    pub fn count(&self) -> usize {
        self.strata.iter().map(Vec::len).sum()
    }

    /// Whether members ascend in each stratum and among those left out, and each stands once.
    #[must_use]
    pub fn is_in_order(&self) -> bool {
        let excluded: Vec<u32> = self.excluded.iter().map(|(member, _)| *member).collect();
        let parts = || self.strata.iter().chain(core::iter::once(&excluded));
        let mut all: Vec<u32> = parts().flatten().copied().collect();
        all.sort_unstable();
        parts().all(|part| part.is_sorted()) && all.windows(2).all(|pair| pair[0] != pair[1])
    }

    /// The digest that seals the roll: counts and numbers, each in 4 bytes, big-endian.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut hasher = Hasher::new();
        hasher.update(ROLL_DOMAIN);
        let number = |hasher: &mut Hasher, n: u32| hasher.update(&n.to_be_bytes());
        number(&mut hasher, self.strata.len() as u32);
        for stratum in &self.strata {
            number(&mut hasher, stratum.len() as u32);
            stratum.iter().for_each(|member| number(&mut hasher, *member));
        }
        number(&mut hasher, self.excluded.len() as u32);
        for (member, ground) in &self.excluded {
            number(&mut hasher, *member);
            hasher.update(&[*ground]);
        }
        hasher.finish()
    }

    /// How many of `panel` places each stratum has: in proportion to its size, what is left over
    /// going to the largest remainders, the earlier stratum first. Never more than it has members.
    #[must_use]
    pub fn places(&self, panel: usize) -> Vec<usize> {
        let all = self.count();
        let panel = panel.min(all);
        if all == 0 {
            return self.strata.iter().map(|_| 0).collect();
        }
        let share = |len: usize| (panel as u128 * len as u128, all as u128);
        let mut places: Vec<usize> = self
            .strata
            .iter()
            .map(|stratum| {
                let (part, whole) = share(stratum.len());
                (part / whole) as usize
            })
            .collect();
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_by_key(|index| {
            let (part, whole) = share(self.strata[*index].len());
            (core::cmp::Reverse(part % whole), *index)
        });
        let left = panel - places.iter().sum::<usize>();
        order.iter().take(left).for_each(|index| places[*index] += 1);
        places
    }

    /// Who is drawn for a panel under a seed, stratum by stratum, and who comes next in each
    /// stratum, up to `spare` times as many as it has places.
    #[must_use]
    pub fn draw(&self, seed: &Digest, panel: usize, spare: usize) -> Drawn {
        let mut drawn = Drawn::default();
        for ((index, stratum), places) in (0..).zip(&self.strata).zip(self.places(panel)) {
            let order = Permutation::new(*seed, index, stratum.len() as u64);
            let mut order = order.map(|place| stratum[place as usize]);
            drawn.panel.extend(order.by_ref().take(places));
            drawn.places.push(places as u32);
            drawn.next.push(order.take(places.saturating_mul(spare)).collect());
        }
        drawn
    }
}

/// The drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Drawn {
    /// The panel: the drawn of the first stratum, then of the second, and so on.
    pub panel: Vec<u32>,
    /// Places of each stratum.
    pub places: Vec<u32>,
    /// Who comes next in each stratum.
    pub next: Vec<Vec<u32>>,
}

/// The commitment to a nonce, made before the roll is frozen.
#[must_use]
pub fn nonce_commitment(nonce: &[u8; NONCE_BYTES]) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update(NONCE_DOMAIN);
    hasher.update(nonce);
    hasher.finish()
}

/// What every party puts into its VRF. A nonce that was not revealed counts as 32 zero bytes;
/// longer texts than [`TEXT_BYTES_MAX`] are cut.
#[must_use]
pub fn input(
    plan: &str,
    subject: &str,
    roll: &Digest,
    nonce: Option<&[u8; NONCE_BYTES]>,
) -> Vec<u8> {
    let mut bytes = INPUT_DOMAIN.to_vec();
    for text in [plan, subject] {
        let text = &text.as_bytes()[..text.len().min(TEXT_BYTES_MAX)];
        bytes.push(text.len() as u8);
        bytes.extend_from_slice(text);
    }
    bytes.extend_from_slice(&roll.0);
    bytes.extend_from_slice(nonce.unwrap_or(&[0; NONCE_BYTES]));
    bytes
}

/// The seed of the outputs of those who answered, each with the party's place, ascending.
#[must_use]
pub fn seed<'a>(outputs: impl IntoIterator<Item = (u8, &'a [u8; VRF_OUTPUT_BYTES])>) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update(SEED_DOMAIN);
    for (party, output) in outputs {
        hasher.update(&[party]);
        hasher.update(output);
    }
    hasher.finish()
}

/// The numbers from 0 to `count − 1` in the order that a seed gives them, one after the other: a
/// Fisher–Yates shuffle of which only the part that was asked for is worked out. Without bias:
/// each step takes a number below its bound from SHA-256 by rejection.
#[derive(Clone, Debug)]
pub struct Permutation {
    seed: Digest,
    stratum: u32,
    count: u64,
    step: u64,
    /// What stands at places where no longer their own number stands.
    moved: BTreeMap<u64, u64>,
}

impl Permutation {
    /// The order of `count` numbers under a seed.
    #[must_use]
    pub fn new(seed: Digest, stratum: u32, count: u64) -> Self {
        Self { seed, stratum, count, step: 0, moved: BTreeMap::new() }
    }

    /// A number below `bound`, which is not 0.
    fn below(&self, bound: u64) -> u64 {
        // The largest multiple of the bound that fits; 0 stands for 2^64 itself.
        let end = (u64::MAX - bound + 1) % bound;
        let end = 0_u64.wrapping_sub(end);
        let mut attempt = 0_u32;
        loop {
            let mut hasher = Hasher::new();
            hasher.update(STEP_DOMAIN);
            hasher.update(&self.seed.0);
            hasher.update(&self.stratum.to_be_bytes());
            hasher.update(&self.step.to_be_bytes());
            hasher.update(&attempt.to_be_bytes());
            let digest = hasher.finish().0;
            let mut first = [0; 8];
            first.copy_from_slice(&digest[..8]);
            let number = u64::from_be_bytes(first);
            if end == 0 || number < end {
                return number % bound;
            }
            attempt = attempt.wrapping_add(1);
        }
    }
}

impl Iterator for Permutation {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if self.step >= self.count {
            return None;
        }
        let place = self.step + self.below(self.count - self.step);
        let here = self.moved.remove(&self.step).unwrap_or(self.step);
        let drawn =
            if place == self.step { here } else { self.moved.insert(place, here).unwrap_or(place) };
        self.step += 1;
        Some(drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn an_order_holds_every_number_once_and_its_start_does_not_depend_on_its_length() {
        for count in [0, 1, 2, 7, 300] {
            let seed = crate::sha256(&[count as u8]);
            let order: Vec<u64> = Permutation::new(seed, 0, count).collect();
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..count).collect::<Vec<_>>());
            let start: Vec<u64> = Permutation::new(seed, 0, count).take(3).collect();
            assert_eq!(start, order[..order.len().min(3)]);
        }
    }

    #[test]
    fn places_follow_the_sizes_and_never_pass_them() {
        let of = |sizes: &[u32]| Eligible {
            strata: sizes.iter().map(|size| (0..*size).collect()).collect(),
            excluded: vec![],
        };
        assert_eq!(of(&[10, 10, 10]).places(5), [2, 2, 1]);
        assert_eq!(of(&[1, 99]).places(10), [0, 10]);
        assert_eq!(of(&[1, 2]).places(10), [1, 2]);
        assert_eq!(of(&[0, 3]).places(2), [0, 2]);
        assert_eq!(of(&[0, 0]).places(2), [0, 0]);
    }
}
