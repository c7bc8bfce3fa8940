//! The fear: the ends of corrected bootstrap intervals are read at the wrong places of the draws.
//! The figures are those of R's `boot` 1.3-28 (`boot:::bca.ci` with given draws and influence
//! values) for the same draws, estimate and estimates without each case.

#![allow(clippy::unwrap_used)]

use lab::data::descriptives::quantile;
use lab::stats::accelerated::shares;

/// 400 skewed draws, and 40 estimates without a case, by the generator of the reference:
/// s <- 69069 s + 1 modulo 2^32 from 12345.
fn drawn() -> (Vec<f64>, Vec<f64>) {
    let mut state = 12_345_u64;
    let mut unit = || {
        state = (69_069 * state + 1) % (1 << 32);
        state as f64 / 4_294_967_296.0
    };
    let mut draws = Vec::new();
    for _ in 0..400 {
        let (u, v) = (unit(), unit());
        draws.push(-(1.0 - u).ln() * 0.5 + v);
    }
    (draws, (0..40).map(|_| unit().powi(3)).collect())
}

fn near(got: f64, expected: f64, what: &str) {
    assert!((got - expected).abs() < 1e-10, "{what}: {got} not {expected}");
}

#[test]
fn accelerated_ends_are_those_of_r() {
    let (mut draws, jackknife) = drawn();
    near(draws[0], 1.008_524_216_194_654, "the first draw");
    draws.sort_by(f64::total_cmp);
    let (low, high) = shares(&draws, 0.9, &jackknife, 0.025);
    near(low, 0.014_368_725_923_814_19, "lower share at 95%");
    near(high, 0.960_200_872_180_278_5, "upper share at 95%");
    let (low, high) = shares(&draws, 0.9, &jackknife, 0.1);
    near(low, 0.073_370_951_032_560_79, "lower share at 80%");
    near(high, 0.869_061_405_757_035_2, "upper share at 80%");
    // Without the jackknife the correction is for bias alone.
    let (low, high) = shares(&draws, 0.9, &[], 0.025);
    near(low, 0.018_517_521_950_084_9, "lower share corrected for bias");
    near(high, 0.966_713_835_331_849, "upper share corrected for bias");
    near(quantile(&draws, 0.014_368_725_923_814_19), 0.171_599_601_325_94, "lower end (type 7)");
    near(quantile(&draws, 0.960_200_872_180_278_5), 2.035_692_579_690_71, "upper end (type 7)");
}
