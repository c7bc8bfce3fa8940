//! The non-central chi-square distribution, which power and the interval of RMSEA need.

use statrs::distribution::{ChiSquared, ContinuousCDF};
use statrs::function::erf::erfc;
use statrs::function::gamma::ln_gamma;

/// The central distribution function, 0 below zero.
#[must_use]
pub fn chi_square_cdf(x: f64, df: f64) -> f64 {
    match ChiSquared::new(df) {
        Ok(_) if x <= 0.0 => 0.0,
        Ok(distribution) => distribution.cdf(x),
        Err(_) => f64::NAN,
    }
}

/// The upper tail of the central distribution, exact far out.
#[must_use]
pub fn chi_square_tail(x: f64, df: f64) -> f64 {
    match ChiSquared::new(df) {
        Ok(_) if x <= 0.0 => 1.0,
        Ok(distribution) => distribution.sf(x),
        Err(_) => f64::NAN,
    }
}

/// `P(X <= x)` for non-centrality `lambda >= 0`: the Poisson mixture of central distributions
/// (Johnson, Kotz & Balakrishnan 1995, ch. 29), summed outwards from the largest weight.
#[must_use]
pub fn noncentral_chi_square_cdf(x: f64, df: f64, lambda: f64) -> f64 {
    mixture(x, df, lambda, chi_square_cdf)
}

/// `P(X > x)`, summed on its own so that a tiny tail keeps its digits.
#[must_use]
pub fn noncentral_chi_square_tail(x: f64, df: f64, lambda: f64) -> f64 {
    mixture(x, df, lambda, chi_square_tail)
}

/// Beyond this non-centrality the mixture has too many terms and the normal approximation is
/// exact to all digits that a probability needs.
const MIXTURE_MAX: f64 = 1e7;

/// `P(X <= x)` by a power of `x` that is nearly normal (Sankaran 1963).
fn sankaran(x: f64, df: f64, lambda: f64) -> f64 {
    let (mean, spread) = (df + lambda, df + 2.0 * lambda);
    let h = 1.0 - 2.0 * mean * (df + 3.0 * lambda) / (3.0 * spread * spread);
    let p = spread / (mean * mean);
    let m = (h - 1.0) * (1.0 - 3.0 * h);
    let centre = 1.0 + h * p * (h - 1.0 - 0.5 * (2.0 - h) * m * p);
    let deviation = h * (2.0 * p).sqrt() * (1.0 + 0.5 * m * p);
    let z = ((x.max(0.0) / mean).powf(h) - centre) / deviation;
    0.5 * erfc(-z / std::f64::consts::SQRT_2)
}

fn mixture(x: f64, df: f64, lambda: f64, central: fn(f64, f64) -> f64) -> f64 {
    if !(x.is_finite() && df > 0.0 && lambda >= 0.0 && lambda.is_finite()) {
        return f64::NAN;
    }
    if lambda == 0.0 {
        return central(x, df);
    }
    if lambda > MIXTURE_MAX {
        let below = sankaran(x, df, lambda);
        return if central(0.0, df) == 0.0 { below } else { 1.0 - below };
    }
    let half = lambda / 2.0;
    let weight = |k: f64| (k * half.ln() - half - ln_gamma(k + 1.0)).exp();
    let centre = half.floor();
    let term = |k: f64| weight(k) * central(x, df + 2.0 * k);
    let mut sum = term(centre);
    let mut k = centre + 1.0;
    loop {
        let add = term(k);
        sum += add;
        // Terms beyond the centre shrink at least geometrically once the weight does.
        if weight(k) < 1e-18 || (add < sum * 1e-17 && k > centre + 10.0 + half.sqrt() * 10.0) {
            break;
        }
        k += 1.0;
    }
    let mut k = centre - 1.0;
    while k >= 0.0 {
        let add = term(k);
        sum += add;
        // The tail function grows with k and the other one falls, so only the weight bounds it.
        if weight(k) < 1e-320 || (weight(k) < 1e-40 && add < sum * 1e-17) {
            break;
        }
        k -= 1.0;
    }
    sum.min(1.0)
}

/// The non-centrality at which `P(X <= x)` is `probability`; 0 when even the central
/// distribution gives less. Found by bisection, as the function falls in `lambda`.
#[must_use]
pub fn noncentrality(x: f64, df: f64, probability: f64) -> f64 {
    if !(x.is_finite() && df > 0.0) {
        return f64::NAN;
    }
    if chi_square_cdf(x, df) <= probability {
        return 0.0;
    }
    let mut high = x.max(1.0);
    while noncentral_chi_square_cdf(x, df, high) > probability && high < 1e12 {
        high *= 2.0;
    }
    let mut low = 0.0;
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if noncentral_chi_square_cdf(x, df, middle) > probability {
            low = middle;
        } else {
            high = middle;
        }
        if high - low <= 1e-13 * high {
            break;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of R 4.2.2 `pchisq(q, df, ncp)`, printed to 15 digits.
    #[test]
    fn an_interval_of_rmsea_rests_on_these_values() {
        let cases = [
            (85.305522, 24.0, 60.0, 0.552576370703741),
            (458.88, 389.0, 30.0, 0.905661948377745),
            (3.0, 2.0, 0.5, 0.695906030043514),
            (1500.0, 54.0, 1400.0, 0.731419214176996),
        ];
        for (x, df, lambda, expected) in cases {
            let got = noncentral_chi_square_cdf(x, df, lambda);
            assert!((got - expected).abs() < 1e-9, "{x} {df} {lambda}: {got} not {expected}");
            let tail = noncentral_chi_square_tail(x, df, lambda);
            assert!((got + tail - 1.0).abs() < 1e-10);
        }
        // Far out the mixture is left for an approximation, which must continue it.
        for (x, lambda) in [(9.995e6, 1e7), (1.0003e7, 1e7), (1.0e7, 1e7)] {
            let (below, above) = (lambda * (1.0 - 1e-9), lambda * (1.0 + 1e-9));
            let got = noncentral_chi_square_cdf(x, 24.0, above);
            let near = noncentral_chi_square_cdf(x, 24.0, below);
            assert!((got - near).abs() < 1e-5, "{x} {lambda}: {got} after {near}");
        }
        assert_eq!(noncentral_chi_square_cdf(3.0, 2.0, 1e15), 0.0);
        let lambda = noncentrality(85.305522, 24.0, 0.05);
        assert!((noncentral_chi_square_cdf(85.305522, 24.0, lambda) - 0.05).abs() < 1e-10);
    }
}
