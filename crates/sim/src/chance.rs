//! Chance from a seed: independent streams of a counter-based generator.
//!
//! ChaCha with 8 rounds is used for its counter and its streams, not for secrecy. Each purpose in
//! each period has a stream of its own, so drawing more in one place changes nothing elsewhere.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a stream is drawn for; part of its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Months of birth of new members.
    Births = 1,
    /// Who leaves.
    Leavers = 2,
    /// Who falls ill, when, and how long the case takes.
    Illness = 3,
}

/// One stream of random numbers.
#[derive(Debug, Clone)]
pub struct Stream {
    generator: ChaCha8Rng,
}

impl Stream {
    /// The stream of `seed` for one purpose in one period.
    pub fn new(seed: u64, purpose: Purpose, period: u64) -> Stream {
        // The tag keeps these streams apart from any other use of the same seed in the product.
        let mut key = *b"\0\0\0\0\0\0\0\0huzhu simulated plan v1.";
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream((period << 8) | purpose as u64);
        Stream { generator }
    }

    /// A number in the open interval from 0 to 1, with 53 random bits.
    pub fn unit(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        ((self.generator.next_u64() >> 11) as f64 + 0.5) * STEP
    }

    /// A whole number from 0 to `bound - 1`, each equally likely; 0 when `bound` is 0. Lemire,
    /// "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019.
    pub fn below(&mut self, bound: u32) -> u32 {
        let mut wide = u64::from(self.generator.next_u32()) * u64::from(bound);
        if (wide as u32) < bound {
            let threshold = bound.wrapping_neg() % bound;
            while (wide as u32) < threshold {
                wide = u64::from(self.generator.next_u32()) * u64::from(bound);
            }
        }
        (wide >> 32) as u32
    }

    /// The waiting time to the next event of a Poisson process of rate 1.
    pub fn exponential(&mut self) -> f64 {
        -libm::log(self.unit())
    }

    /// A gamma variable with whole `shape` and the given mean (an Erlang variable).
    pub fn erlang(&mut self, shape: u32, mean: f64) -> f64 {
        let sum: f64 = (0..shape).map(|_| self.exponential()).sum();
        sum * mean / f64::from(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_seed_never_change() {
        let mut stream = Stream::new(7, Purpose::Illness, 3);
        let drawn: Vec<u32> = (0..4).map(|_| stream.below(1_000_000)).collect();
        assert_eq!(drawn, [92_736, 921_526, 600_878, 11_832]);
        let bits = [stream.unit().to_bits(), stream.exponential().to_bits()];
        assert_eq!(bits, [4_606_810_976_325_117_272, 4_608_036_425_742_158_763]);
    }

    #[test]
    fn streams_of_one_seed_are_not_each_other() {
        let first = |purpose, period| Stream::new(1, purpose, period).below(u32::MAX);
        let mut seen = vec![
            first(Purpose::Births, 1),
            first(Purpose::Births, 2),
            first(Purpose::Leavers, 1),
            first(Purpose::Illness, 1),
            Stream::new(2, Purpose::Births, 1).below(u32::MAX),
        ];
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 5);
    }

    #[test]
    fn a_bound_is_never_reached_and_each_value_comes() {
        let mut stream = Stream::new(5, Purpose::Births, 0);
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[stream.below(7) as usize] += 1;
        }
        // Standard deviation of each count is 93: five of them is a fault, not chance.
        assert!(counts.iter().all(|&n| n.abs_diff(10_000) < 465), "{counts:?}");
        assert_eq!(stream.below(0), 0);
        assert_eq!(stream.below(1), 0);
    }

    #[test]
    fn a_lag_has_its_mean_and_variance() {
        let mut stream = Stream::new(11, Purpose::Illness, 0);
        let n = 40_000;
        let lags: Vec<f64> = (0..n).map(|_| stream.erlang(8, 7.4)).collect();
        let mean = lags.iter().sum::<f64>() / f64::from(n);
        let variance = lags.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / f64::from(n);
        assert!((mean - 7.4).abs() < 0.066, "{mean}");
        assert!((variance - 7.4 * 7.4 / 8.0).abs() < 0.3, "{variance}");
    }
}
