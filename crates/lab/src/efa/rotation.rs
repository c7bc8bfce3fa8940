//! Rotation of loadings: varimax and promax as factor analysts know them, oblimin by gradient
//! projection (Jennrich 2002). Factors are then ordered by the variance they take and turned so
//! that their loadings sum to a positive number.

use super::EfaError;
use crate::data::symmetric::{cholesky, inverse, solve};

/// Sweeps of planar rotations or steps of gradient projection at most.
const ITERATIONS_MAX: usize = 5000;
/// Angle (radians) or projected slope below which a rotation has settled.
const SETTLED: f64 = 1e-10;

/// The criterion that loadings are turned to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rotation {
    /// As extracted.
    None,
    /// Kaiser's (1958) varimax, orthogonal, with rows brought to unit length first.
    Varimax,
    /// Hendrickson and White's (1964) promax of varimax loadings; the power is usually 4.
    Promax {
        /// Power that the varimax loadings are raised to.
        power: f64,
    },
    /// Direct oblimin (Jennrich and Sampson 1966), oblique; gamma 0 is quartimin, the default.
    Oblimin {
        /// Obliqueness: 0 or negative.
        gamma: f64,
    },
}

/// Rotated factors.
#[derive(Clone, Debug, PartialEq)]
pub struct Rotated {
    /// Pattern loadings, row-major, items by factors.
    pub loadings: Vec<f64>,
    /// Correlations of the factors, row-major.
    pub correlations: Vec<f64>,
    /// Sums of squared structure-weighted loadings: the variance each factor takes.
    pub variances: Vec<f64>,
}

/// Rotates loadings (row-major, items by `factors`).
///
/// # Errors
/// When the criterion cannot be reached because factors coincide.
pub fn rotate(loadings: &[f64], factors: usize, rotation: Rotation) -> Result<Rotated, EfaError> {
    let identity = || diagonal(&vec![1.0; factors]);
    let (pattern, correlations) = match rotation {
        Rotation::None => (loadings.to_vec(), identity()),
        _ if factors < 2 => (loadings.to_vec(), identity()),
        Rotation::Varimax => (varimax(loadings, factors), identity()),
        Rotation::Promax { power } => promax(&varimax(loadings, factors), factors, power)?,
        Rotation::Oblimin { gamma } => oblimin(loadings, factors, gamma)?,
    };
    Ok(ordered(&pattern, &correlations, factors))
}

/// Kaiser's planar rotations: every pair of factors is turned by its best angle in closed form.
fn varimax(loadings: &[f64], factors: usize) -> Vec<f64> {
    let items = loadings.len() / factors;
    let mut turned = loadings.to_vec();
    let lengths: Vec<f64> = turned
        .chunks(factors)
        .map(|row| row.iter().map(|l| l * l).sum::<f64>().sqrt().max(f64::MIN_POSITIVE))
        .collect();
    for (row, length) in turned.chunks_mut(factors).zip(&lengths) {
        row.iter_mut().for_each(|l| *l /= length);
    }
    for _ in 0..ITERATIONS_MAX {
        let mut largest: f64 = 0.0;
        for a in 0..factors {
            for b in a + 1..factors {
                largest = largest.max(turn_pair(&mut turned, items, factors, a, b).abs());
            }
        }
        if largest < SETTLED {
            break;
        }
    }
    for (row, length) in turned.chunks_mut(factors).zip(&lengths) {
        row.iter_mut().for_each(|l| *l *= length);
    }
    turned
}

fn turn_pair(loadings: &mut [f64], items: usize, factors: usize, a: usize, b: usize) -> f64 {
    let (mut sum_u, mut sum_v, mut difference, mut product) = (0.0, 0.0, 0.0, 0.0);
    for row in loadings.chunks(factors) {
        let u = row[a] * row[a] - row[b] * row[b];
        let v = 2.0 * row[a] * row[b];
        sum_u += u;
        sum_v += v;
        difference += u * u - v * v;
        product += 2.0 * u * v;
    }
    let numerator = product - 2.0 * sum_u * sum_v / items as f64;
    let denominator = difference - (sum_u * sum_u - sum_v * sum_v) / items as f64;
    let angle = numerator.atan2(denominator) / 4.0;
    let (sine, cosine) = angle.sin_cos();
    for row in loadings.chunks_mut(factors) {
        let (x, y) = (row[a], row[b]);
        row[a] = x * cosine + y * sine;
        row[b] = y * cosine - x * sine;
    }
    angle
}

/// Regresses powered loadings on the varimax ones and rescales so that factors have variance 1.
fn promax(varimax: &[f64], factors: usize, power: f64) -> Result<(Vec<f64>, Vec<f64>), EfaError> {
    let target: Vec<f64> = varimax.iter().map(|l| l * l.abs().powf(power - 1.0)).collect();
    let mut factor = crossed(varimax, varimax, factors);
    if !cholesky(&mut factor, factors) {
        return Err(EfaError::DegenerateRotation);
    }
    let right = crossed(varimax, &target, factors);
    let mut transform = vec![0.0; factors * factors];
    let mut column = vec![0.0; factors];
    for k in 0..factors {
        for i in 0..factors {
            column[i] = right[i * factors + k];
        }
        solve(&factor, factors, &mut column);
        for i in 0..factors {
            transform[i * factors + k] = column[i];
        }
    }
    let unscaled = inverse(&crossed(&transform, &transform, factors), factors)
        .ok_or(EfaError::DegenerateRotation)?;
    let scale: Vec<f64> = (0..factors).map(|k| unscaled[k * factors + k].sqrt()).collect();
    let transform = multiplied(&transform, &diagonal(&scale), factors);
    let correlations = inverse(&crossed(&transform, &transform, factors), factors)
        .ok_or(EfaError::DegenerateRotation)?;
    Ok((multiplied(varimax, &transform, factors), correlations))
}

/// Gradient projection over the oblique rotations `T` with unit columns: pattern `A T'^-1`,
/// factor correlations `T'T`.
fn oblimin(loadings: &[f64], factors: usize, gamma: f64) -> Result<(Vec<f64>, Vec<f64>), EfaError> {
    let mut turn = diagonal(&vec![1.0; factors]);
    let mut here = Oblique::at(loadings, &turn, factors, gamma)?;
    let mut length = 1.0;
    for _ in 0..ITERATIONS_MAX {
        let slope = here.projected(&turn, factors);
        let size = slope.iter().map(|s| s * s).sum::<f64>().sqrt();
        if size < SETTLED {
            break;
        }
        length *= 2.0;
        loop {
            let trial = stepped(&turn, &slope, length, factors);
            let next = Oblique::at(loadings, &trial, factors, gamma)?;
            if here.value - next.value > 0.5 * size * size * length {
                (turn, here) = (trial, next);
                break;
            }
            length /= 2.0;
            // Rounding is larger than what is left to gain.
            if length < 1e-12 {
                return Ok((here.pattern, crossed(&turn, &turn, factors)));
            }
        }
    }
    Ok((here.pattern, crossed(&turn, &turn, factors)))
}

struct Oblique {
    value: f64,
    pattern: Vec<f64>,
    /// Slope of the criterion with respect to the rotation.
    slope: Vec<f64>,
}

impl Oblique {
    fn at(loadings: &[f64], turn: &[f64], factors: usize, gamma: f64) -> Result<Self, EfaError> {
        let items = loadings.len() / factors;
        let gram =
            inverse(&crossed(turn, turn, factors), factors).ok_or(EfaError::DegenerateRotation)?;
        // With T of full rank, T'^-1 is T (T'T)^-1.
        let dual = multiplied(turn, &gram, factors);
        let pattern = multiplied(loadings, &dual, factors);
        let means: Vec<f64> = (0..factors)
            .map(|k| pattern.iter().skip(k).step_by(factors).map(|l| l * l).sum::<f64>())
            .map(|sum| gamma * sum / items as f64)
            .collect();
        let mut value = 0.0;
        let mut outer = vec![0.0; pattern.len()];
        for (row, slot) in pattern.chunks(factors).zip(outer.chunks_mut(factors)) {
            for k in 0..factors {
                let others: f64 =
                    (0..factors).filter(|&l| l != k).map(|l| row[l] * row[l] - means[l]).sum();
                value += row[k] * row[k] * others / 4.0;
                slot[k] = row[k] * others;
            }
        }
        // d f / d T = -(L' G T^-1)', with T^-1 the transpose of `dual`.
        let inner = crossed(&outer, &pattern, factors);
        let slope = multiplied(&dual, &inner, factors).iter().map(|s| -s).collect();
        Ok(Self { value, pattern, slope })
    }

    /// The slope without its part along the columns of the rotation, whose length is fixed.
    fn projected(&self, turn: &[f64], factors: usize) -> Vec<f64> {
        let mut projected = self.slope.clone();
        for k in 0..factors {
            let along: f64 =
                (0..factors).map(|i| turn[i * factors + k] * self.slope[i * factors + k]).sum();
            for i in 0..factors {
                projected[i * factors + k] -= turn[i * factors + k] * along;
            }
        }
        projected
    }
}

fn stepped(turn: &[f64], slope: &[f64], length: f64, factors: usize) -> Vec<f64> {
    let mut next: Vec<f64> = turn.iter().zip(slope).map(|(t, s)| t - length * s).collect();
    for k in 0..factors {
        let norm: f64 = (0..factors).map(|i| next[i * factors + k].powi(2)).sum::<f64>().sqrt();
        for i in 0..factors {
            next[i * factors + k] /= norm;
        }
    }
    next
}

/// Orders factors by the variance they take, largest first, and fixes their signs.
fn ordered(pattern: &[f64], correlations: &[f64], factors: usize) -> Rotated {
    let structure = multiplied(pattern, correlations, factors);
    let taken = |k: usize| -> f64 {
        pattern.iter().zip(&structure).skip(k).step_by(factors).map(|(p, s)| p * s).sum()
    };
    let mut order: Vec<usize> = (0..factors).collect();
    order.sort_by(|&a, &b| taken(b).total_cmp(&taken(a)));
    let sign: Vec<f64> = order
        .iter()
        .map(|&k| pattern.iter().skip(k).step_by(factors).sum::<f64>())
        .map(|sum| if sum < 0.0 { -1.0 } else { 1.0 })
        .collect();
    let mut loadings = Vec::with_capacity(pattern.len());
    for row in pattern.chunks(factors) {
        loadings.extend(order.iter().zip(&sign).map(|(&k, s)| row[k] * s));
    }
    let mut turned = Vec::with_capacity(factors * factors);
    for (&k, s) in order.iter().zip(&sign) {
        turned.extend(order.iter().zip(&sign).map(|(&l, t)| correlations[k * factors + l] * s * t));
    }
    Rotated { loadings, correlations: turned, variances: order.iter().map(|&k| taken(k)).collect() }
}

fn diagonal(entries: &[f64]) -> Vec<f64> {
    let size = entries.len();
    let mut matrix = vec![0.0; size * size];
    for (i, entry) in entries.iter().enumerate() {
        matrix[i * size + i] = *entry;
    }
    matrix
}

/// `A B` of rows of width `size` and a square matrix.
fn multiplied(a: &[f64], b: &[f64], size: usize) -> Vec<f64> {
    let mut product = Vec::with_capacity(a.len());
    for row in a.chunks(size) {
        product.extend((0..size).map(|k| (0..size).map(|i| row[i] * b[i * size + k]).sum::<f64>()));
    }
    product
}

/// `A' B` of two matrices with rows of width `size`.
fn crossed(a: &[f64], b: &[f64], size: usize) -> Vec<f64> {
    let mut product = vec![0.0; size * size];
    for (x, y) in a.chunks(size).zip(b.chunks(size)) {
        for i in 0..size {
            for k in 0..size {
                product[i * size + k] += x[i] * y[k];
            }
        }
    }
    product
}
