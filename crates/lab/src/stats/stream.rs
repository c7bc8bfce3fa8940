//! Random numbers that depend on a seed and a counter, never on the order of work: draw number
//! `k` of a bootstrap sees the same numbers whichever thread makes it.

/// The stream of one draw. Its numbers are SplitMix64 outputs (Steele, Lea & Flood 2014,
/// "Fast splittable pseudorandom number generators") of a state mixed from seed and draw.
#[derive(Clone, Debug)]
pub struct Stream {
    state: u64,
}

/// The odd constant of SplitMix64: 2^64 over the golden ratio.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Stream {
    /// The stream of draw number `draw` under `seed`.
    #[must_use]
    pub fn new(seed: u64, draw: u64) -> Self {
        let state = mix(seed.wrapping_add(STEP)) ^ mix(draw.wrapping_mul(STEP).wrapping_add(1));
        Self { state: mix(state) }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// A whole number below `bound`, all equally likely up to a bias of `bound / 2^64`
    /// (Lemire 2019, multiplication in place of the remainder).
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }

    /// A number in the open interval (0, 1).
    pub fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_that_repeat_or_lean_would_bend_every_interval() {
        let mut counts = [0_usize; 10];
        for draw in 0..2_000 {
            let mut stream = Stream::new(7, draw);
            for _ in 0..50 {
                counts[stream.below(10)] += 1;
            }
        }
        for count in counts {
            // 10,000 expected each, with standard deviation 95.
            assert!((9_500..10_500).contains(&count), "{counts:?}");
        }
        let (mut one, mut two) = (Stream::new(7, 1), Stream::new(7, 2));
        assert_ne!(one.bits(), two.bits());
        assert!(one.unit() < 1.0);
    }
}
