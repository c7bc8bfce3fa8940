//! The bivariate standard normal distribution, which polychoric correlations need.

use std::f64::consts::{FRAC_PI_2, PI};
use std::sync::OnceLock;

use statrs::distribution::{ContinuousCDF, Normal};

/// Points of each Gauss-Legendre panel; twenty give full precision up to `STEEP` (Genz 2004).
const POINTS: usize = 20;

/// Beyond this correlation the integral is taken from the other end, where it is short.
const STEEP: f64 = 0.925;

/// Panels of the steep case, each half as wide as the one before: the integrand vanishes with all
/// its derivatives at the short end.
const PANELS: usize = 10;

/// The standard normal distribution function.
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    Normal::standard().cdf(x)
}

/// The standard normal density.
#[must_use]
pub fn normal_pdf(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// The standard normal quantile.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    Normal::standard().inverse_cdf(p)
}

/// The bivariate standard normal density with correlation `r`, `|r| < 1`.
#[must_use]
pub fn bivariate_normal_pdf(x: f64, y: f64, r: f64) -> f64 {
    if x.is_infinite() || y.is_infinite() {
        return 0.0;
    }
    let rest = 1.0 - r * r;
    (-0.5 * (x * x - 2.0 * r * x * y + y * y) / rest).exp() / (2.0 * PI * rest.sqrt())
}

/// `P(X <= x, Y <= y)` with correlation `r`, by integrating the derivative in the correlation
/// (Drezner & Wesolowsky 1990; Genz 2004). The integral is exact to rounding; the error, some
/// 1e-11, is that of the univariate function of `statrs`. Infinite limits are allowed.
#[must_use]
pub fn bivariate_normal_cdf(x: f64, y: f64, r: f64) -> f64 {
    if x.is_nan() || y.is_nan() || !(-1.0..=1.0).contains(&r) {
        return f64::NAN;
    }
    if x == f64::NEG_INFINITY || y == f64::NEG_INFINITY {
        return 0.0;
    }
    if x == f64::INFINITY {
        return normal_cdf(y);
    }
    if y == f64::INFINITY {
        return normal_cdf(x);
    }
    let probability = if r.abs() <= STEEP {
        let angle = r.asin();
        let integrand = |t: f64| {
            let cosine = t.cos();
            (-(x * x + y * y - 2.0 * x * y * t.sin()) / (2.0 * cosine * cosine)).exp()
        };
        normal_cdf(x) * normal_cdf(y) + panel(0.0, angle, integrand) / (2.0 * PI)
    } else if r > 0.0 {
        normal_cdf(x.min(y)) - remainder(x, y, r)
    } else {
        (normal_cdf(x) - normal_cdf(-y)).max(0.0) + remainder(x, -y, -r)
    };
    probability.clamp(0.0, 1.0)
}

/// The integral from correlation `r` to 1.
fn remainder(x: f64, y: f64, r: f64) -> f64 {
    let integrand = |t: f64| {
        let (sine, half) = (t.sin(), (0.5 * t).sin());
        let square = (x - y) * (x - y) + 4.0 * x * y * half * half;
        (-square / (2.0 * sine * sine)).exp()
    };
    let mut high = FRAC_PI_2 - r.asin();
    let mut sum = 0.0;
    for number in 0..PANELS {
        let low = if number + 1 == PANELS { 0.0 } else { 0.5 * high };
        sum += panel(low, high, integrand);
        high = low;
    }
    sum / (2.0 * PI)
}

fn panel(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    let sum: f64 = rule().iter().map(|(x, weight)| weight * f(middle + half * x)).sum();
    half * sum
}

/// Nodes and weights of the Gauss-Legendre rule, from the roots of the Legendre polynomial.
fn rule() -> &'static [(f64, f64); POINTS] {
    static RULE: OnceLock<[(f64, f64); POINTS]> = OnceLock::new();
    RULE.get_or_init(|| {
        let n = POINTS as f64;
        std::array::from_fn(|i| {
            let mut x = (PI * (i as f64 + 0.75) / (n + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..50 {
                let (mut before, mut value) = (1.0, x);
                for k in 2..=POINTS {
                    let k = k as f64;
                    (before, value) =
                        (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
                }
                slope = n * (x * value - before) / (x * x - 1.0);
                let step = value / slope;
                x -= step;
                if step.abs() < 1e-16 {
                    break;
                }
            }
            (x, 2.0 / ((1.0 - x * x) * slope * slope))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of R's `pbivnorm` (Genz's algorithm), printed to 15 digits.
    #[test]
    fn a_polychoric_correlation_rests_on_these_probabilities() {
        let cases = [
            (0.5, -0.3, 0.7, 0.356_783_634_796_855),
            (-1.2, -0.8, -0.95, 2.399_521_042_506_18e-12),
            (0.0, 0.0, 0.999, 0.492_881_781_296_88),
            (2.0, -2.0, 0.3, 0.022_696_999_777_556_8),
        ];
        for (x, y, r, expected) in cases {
            let got = bivariate_normal_cdf(x, y, r);
            assert!((got - expected).abs() < 2e-11, "{x} {y} {r}: {got} not {expected}");
        }
    }

    #[test]
    fn the_cut_between_the_two_ways_shows_no_step() {
        for (x, y) in [(0.3, 0.4), (-1.0, 0.2), (2.5, 2.4), (-0.7, -0.7)] {
            for sign in [1.0, -1.0] {
                let below = bivariate_normal_cdf(x, y, sign * (STEEP - 1e-9));
                let above = bivariate_normal_cdf(x, y, sign * (STEEP + 1e-9));
                assert!((below - above).abs() < 1e-8);
                let slope = bivariate_normal_pdf(x, y, sign * STEEP) * sign * 2e-9;
                assert!((above - below - slope).abs() < 5e-11, "{x} {y} {sign}");
            }
        }
    }
}
