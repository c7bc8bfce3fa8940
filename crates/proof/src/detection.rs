//! How probable it is that a fraud stays unnoticed, as an upper bound in whole numbers.
//!
//! If m of N leaves are wrong and c members, drawn at random, check theirs, nobody notices with
//! probability C(N−m, c) / C(N, c). Members who check of their own accord are not drawn at random,
//! so the figure is one for checkers whom a public seed has picked, and for nobody else.
//!
//! The result is in fixed point and every step is rounded up, so that it is never too small.

use core::fmt;

/// Most members for whom the bound is computed, 2^40. It keeps products within 128 bits and the
/// number of steps below ten million.
pub const ROLL_LIMIT: u64 = 1 << 40;

/// One, in the units of a bound.
const ONE: u64 = 1 << 62;

/// An upper bound of a probability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProbabilityBound(u64);

impl ProbabilityBound {
    /// In units of 2^−62.
    #[must_use]
    pub fn units(self) -> u64 {
        self.0
    }

    /// In billionths, rounded up: 1,000,000,000 is certainty.
    #[must_use]
    pub fn billionths(self) -> u64 {
        let billionths = u128::from(self.0) * 1_000_000_000;
        billionths.div_ceil(u128::from(ONE)) as u64
    }
}

impl fmt::Display for ProbabilityBound {
    /// As a decimal with nine places, rounded up.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let billionths = self.billionths();
        write!(formatter, "{}.{:09}", billionths / 1_000_000_000, billionths % 1_000_000_000)
    }
}

/// An upper bound of the probability that none of `checkers`, drawn from `members`, has one of the
/// `wrong` leaves. `None` if there are more checkers or wrong leaves than members, or more members
/// than [`ROLL_LIMIT`].
#[must_use]
pub fn undetected(members: u64, wrong: u64, checkers: u64) -> Option<ProbabilityBound> {
    if members > ROLL_LIMIT || wrong > members || checkers > members {
        return None;
    }
    // The ratio is the same with `wrong` and `checkers` exchanged; the fewer are drawn one by one,
    // the i-th missing the others with probability (N − i − more) / (N − i).
    let (fewer, more) = (wrong.min(checkers), wrong.max(checkers));
    if fewer + more > members {
        return Some(ProbabilityBound(0));
    }
    let mut bound = ONE;
    for drawn in 0..fewer {
        let left = members - drawn;
        let missed = u128::from(bound) * u128::from(left - more);
        bound = missed.div_ceil(u128::from(left)) as u64;
        // One unit is rounded up to itself in every further step.
        if bound == 1 {
            break;
        }
    }
    Some(ProbabilityBound(bound))
}
