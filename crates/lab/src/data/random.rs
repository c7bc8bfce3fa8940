//! Random draws that depend on a seed and a draw number alone, never on threads or order: draw
//! `d` reads stream `d` of one ChaCha8 key, so any draw can be repeated by itself.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The random numbers of one draw.
#[derive(Clone, Debug)]
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// The stream of draw number `draw` under `seed`.
    #[must_use]
    pub fn new(seed: u64, draw: u64) -> Self {
        let mut stream = ChaCha8Rng::seed_from_u64(seed);
        stream.set_stream(draw);
        Self(stream)
    }

    /// A whole number below `bound`, every one equally likely.
    ///
    /// # Panics
    /// When `bound` is zero.
    pub fn below(&mut self, bound: u32) -> u32 {
        assert!(bound > 0, "a draw needs something to draw from");
        // Lemire, "Fast random integer generation in an interval" (2019): the low half of the
        // product is rejected in the few cases that would favour small numbers.
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let product = u64::from(self.0.next_u32()) * u64::from(bound);
            if product as u32 >= threshold {
                return (product >> 32) as u32;
            }
        }
    }

    /// A number in the open interval from 0 to 1, of 53 random bits.
    pub fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Two independent standard normal numbers (Box and Muller 1958).
    pub fn normals(&mut self) -> (f64, f64) {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        let angle = std::f64::consts::TAU * self.uniform();
        (radius * angle.cos(), radius * angle.sin())
    }

    /// Counts how often each of `counts.len()` rows is drawn when as many are drawn with
    /// replacement.
    pub fn resample(&mut self, counts: &mut [u32]) {
        counts.fill(0);
        let rows = u32::try_from(counts.len()).expect("tables are limited to fewer cells");
        for _ in 0..rows {
            counts[self.below(rows) as usize] += 1;
        }
    }

    /// Puts a slice into random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            let bound = u32::try_from(last + 1).expect("tables are limited to fewer cells");
            things.swap(last, self.below(bound) as usize);
        }
    }
}
