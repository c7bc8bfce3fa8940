//! From bootstrap draws to standard errors and intervals.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::data::descriptives::quantile;
use crate::stats::accelerated::shares;

/// How interval ends are read from the draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interval {
    /// Quantiles of the draws.
    #[default]
    Percentile,
    /// Efron's (1987) bias-corrected and accelerated quantiles.
    BiasCorrectedAccelerated,
}

/// A bootstrapped number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Estimate on the sample itself.
    pub estimate: f64,
    /// Mean of the draws.
    pub mean: f64,
    /// Standard deviation of the draws, the bootstrap standard error.
    pub se: f64,
    /// Estimate over standard error; `NaN` when the draws do not vary.
    pub t: f64,
    /// Two-sided probability of `t` under the normal distribution.
    pub p: f64,
    /// Lower end of the interval.
    pub ci_lower: f64,
    /// Upper end of the interval.
    pub ci_upper: f64,
}

/// A standard deviation below this is rounding (a single item's loading is always 1).
const SPREAD_MIN: f64 = 1e-12;

pub(super) fn summarize(
    estimate: f64,
    mut draws: Vec<f64>,
    interval: Interval,
    jackknife: Vec<f64>,
    level: f64,
) -> Summary {
    draws.sort_by(f64::total_cmp);
    let count = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / count;
    let squares: f64 = draws.iter().map(|value| (value - mean).powi(2)).sum();
    let se = (squares / (count - 1.0)).sqrt();
    let varies = se > SPREAD_MIN;
    let t = if varies { estimate / se } else { f64::NAN };
    let normal = Normal::standard();
    let tail = (1.0 - level) / 2.0;
    let (low, high) = match interval {
        Interval::BiasCorrectedAccelerated if varies => shares(&draws, estimate, &jackknife, tail),
        _ => (tail, 1.0 - tail),
    };
    Summary {
        estimate,
        mean,
        se,
        t,
        p: 2.0 * normal.sf(t.abs()),
        ci_lower: quantile(&draws, low),
        ci_upper: quantile(&draws, high),
    }
}
