//! Choices that follow from a seed, so that whatever a random test finds can be found again.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// The environment variable that gives the one seed to run.
const SEED: &str = "HUZHU_SEED";

/// Makes choices from a seed.
#[derive(Clone, Debug)]
pub struct Chooser(ChaCha8Rng);

impl Chooser {
    /// A chooser whose choices follow from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number from 0 to `bound - 1`; the slight bias of the remainder is of no matter in tests.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0.next_u64() % bound.max(1)
    }

    /// A number from `low` to `high`, both inside.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low + 1).expect("the bounds are in order");
        low + i64::try_from(self.below(width)).expect("an offset within the bounds")
    }

    /// True about `percent` times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `items`.
    ///
    /// # Panics
    /// When there is none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    /// One of `items`, if there is any.
    pub fn pick_any<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        (!items.is_empty()).then(|| *self.pick(items))
    }

    /// Sixteen bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}

/// The seeds of a random test: `count` of them from `first`, or the one that `HUZHU_SEED` names.
/// Each is printed before it runs, and the harness shows what a failing test printed.
///
/// # Panics
/// When `HUZHU_SEED` is no number.
pub fn seeds(first: u64, count: u64) -> impl Iterator<Item = u64> {
    let named = std::env::var(SEED).ok();
    let named = named.map(|text| text.parse::<u64>().expect("HUZHU_SEED is a whole number"));
    let range = named.map_or(first..first + count, |seed| seed..seed + 1);
    range.inspect(|seed| println!("to run this history alone: {SEED}={seed}"))
}
