//! Where Efron's (1987) bias-corrected and accelerated intervals read the bootstrap draws.

use super::bivariate::{normal_cdf, normal_quantile};

/// Below this many cases a jackknife says nothing of skewness.
const JACKKNIFE_MIN: usize = 3;

/// The share of draws below each end of an interval of level `1 - 2 tail`, from `sorted` draws,
/// the estimate on the sample and the estimates without each case in turn. Without those the
/// correction is for bias alone (Efron 1982).
#[must_use]
pub fn shares(sorted: &[f64], estimate: f64, jackknife: &[f64], tail: f64) -> (f64, f64) {
    let count = sorted.len() as f64;
    let below = sorted.partition_point(|value| *value < estimate) as f64;
    // Kept off 0 and 1, where the normal quantile is infinite.
    let bias = normal_quantile((below / count).clamp(0.5 / count, 1.0 - 0.5 / count));
    let acceleration = acceleration(jackknife);
    let read = |probability: f64| {
        let shifted = bias + normal_quantile(probability);
        normal_cdf(bias + shifted / (1.0 - acceleration * shifted))
    };
    (read(tail), read(1.0 - tail))
}

fn acceleration(jackknife: &[f64]) -> f64 {
    if jackknife.len() < JACKKNIFE_MIN {
        return 0.0;
    }
    let mean = jackknife.iter().sum::<f64>() / jackknife.len() as f64;
    let sum = |power: i32| jackknife.iter().map(|value| (mean - value).powi(power)).sum::<f64>();
    let squares = sum(2);
    if squares > 0.0 { sum(3) / (6.0 * squares.powf(1.5)) } else { 0.0 }
}
