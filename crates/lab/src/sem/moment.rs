//! The moments least squares compares, their values under the model and their derivatives, which
//! robust errors and tests need too.

use super::implied::Implied;
use super::structure::{Place, Structure};
use crate::stats::matrix::Matrix;

/// One moment of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Mean of a variable.
    Mean(usize),
    /// Threshold of an ordered variable, by number.
    Threshold(usize, usize),
    /// Slope of variable `.0` on covariate `.1`.
    Slope(usize, usize),
    /// Covariance, or variance; a correlation where a side is ordered.
    Covariance(usize, usize),
}

/// The moments of continuous variables: means when modelled, then the lower triangle.
#[must_use]
pub fn continuous_layout(p: usize, means: bool) -> Vec<Moment> {
    let mut layout: Vec<Moment> =
        if means { (0..p).map(Moment::Mean).collect() } else { Vec::new() };
    for j in 0..p {
        layout.extend((j..p).map(|i| Moment::Covariance(i, j)));
    }
    layout
}

/// The moments with ordered variables: thresholds or means in order of the variables, slopes on
/// `covariates`, variances of the continuous ones, then the triangle below the diagonal.
#[must_use]
pub fn ordered_layout(thresholds: &[usize], covariates: usize) -> Vec<Moment> {
    let p = thresholds.len();
    let mut layout = Vec::new();
    for (i, count) in thresholds.iter().enumerate() {
        if *count == 0 {
            layout.push(Moment::Mean(i));
        }
        layout.extend((0..*count).map(|k| Moment::Threshold(i, k)));
    }
    for i in 0..p {
        layout.extend((0..covariates).map(|k| Moment::Slope(i, k)));
    }
    let continuous = (0..p).filter(|i| thresholds[*i] == 0);
    layout.extend(continuous.map(|i| Moment::Covariance(i, i)));
    for j in 0..p {
        layout.extend((j + 1..p).map(|i| Moment::Covariance(i, j)));
    }
    layout
}

/// The value of a moment under the model.
#[must_use]
pub fn implied_moment(implied: &Implied, moment: Moment) -> f64 {
    match moment {
        Moment::Mean(i) => implied.mu[i],
        Moment::Threshold(i, k) => implied.delta[i] * (implied.tau[i][k] - implied.mu[i]),
        Moment::Slope(i, k) => implied.delta[i] * implied.slopes[i * implied.q + k],
        Moment::Covariance(i, j) => {
            implied.delta[i] * implied.delta[j] * implied.sigma[i * implied.p + j]
        }
    }
}

/// The Jacobian of the moments in `layout` by the free parameters.
#[must_use]
pub fn jacobian(
    structure: &Structure,
    implied: &Implied,
    layout: &[Moment],
    free: usize,
) -> Matrix {
    let mut jacobian = Matrix::zeros(layout.len(), free);
    for (place, index) in &structure.slots {
        for (row, moment) in layout.iter().enumerate() {
            let value = if structure.by_residual {
                rescaled(implied, *place, *moment)
            } else {
                derivative(implied, *place, *moment)
            };
            if value != 0.0 {
                jacobian[(row, *index)] += value;
            }
        }
    }
    if !implied.settled.is_empty() {
        settle(structure, implied, layout, &mut jacobian);
    }
    jacobian
}

/// Adds what reaches the moments through the disturbances that scales settle.
fn settle(structure: &Structure, implied: &Implied, layout: &[Moment], jacobian: &mut Matrix) {
    let Some(inverse) = implied.settling() else {
        return;
    };
    let settled = &implied.settled;
    // How much of each fixed variance every parameter would take, were nothing settled.
    let mut taken = Matrix::zeros(settled.len(), jacobian.columns);
    for (place, index) in &structure.slots {
        for (row, (i, _)) in settled.iter().enumerate() {
            let of_scale = match place {
                Place::Delta(d) if d == i => 2.0 / implied.delta[*i].powi(3),
                Place::Delta(_) => 0.0,
                _ => {
                    let scale = implied.delta[*i].powi(2);
                    derivative(implied, *place, Moment::Covariance(*i, *i)) / scale
                }
            };
            taken[(row, *index)] += of_scale;
        }
    }
    let mut through = Matrix::zeros(layout.len(), settled.len());
    for (row, moment) in layout.iter().enumerate() {
        for (column, (_, j)) in settled.iter().enumerate() {
            through[(row, column)] = derivative(implied, Place::Psi(*j, *j), *moment);
        }
    }
    let change = through.times(&inverse).times(&taken);
    *jacobian = jacobian.plus(&change, -1.0);
}

/// The derivative where scales follow from variances: of the moment at fixed scales, and by the
/// scales of its ordered variables.
fn rescaled(implied: &Implied, place: Place, moment: Moment) -> f64 {
    let sides = match moment {
        Moment::Mean(_) => [None, None],
        Moment::Threshold(i, _) | Moment::Slope(i, _) => [Some(i), None],
        Moment::Covariance(i, j) => [Some(i), Some(j)],
    };
    let plain = derivative(implied, place, moment);
    let ordered = |i: &usize| !implied.tau[*i].is_empty();
    let by_scales: f64 = sides
        .into_iter()
        .flatten()
        .filter(ordered)
        .map(|i| derivative(implied, place, Moment::Covariance(i, i)))
        .sum();
    // A standardised variance is one, so its derivative is relative already.
    plain - 0.5 * implied_moment(implied, moment) * by_scales
}

fn derivative(implied: &Implied, place: Place, moment: Moment) -> f64 {
    let delta = &implied.delta;
    match (place, moment) {
        (Place::Tau(i, k), Moment::Threshold(j, l)) if i == j && k == l => delta[i],
        (Place::Delta(i), Moment::Threshold(j, l)) if i == j => implied.tau[j][l] - implied.mu[j],
        (Place::Delta(i), Moment::Slope(j, k)) if i == j => implied.slopes[j * implied.q + k],
        (Place::Delta(d), Moment::Covariance(i, j)) => {
            let sigma = implied.sigma[i * implied.p + j];
            match (d == i, d == j) {
                (true, true) => 2.0 * delta[i] * sigma,
                (true, false) => delta[j] * sigma,
                (false, true) => delta[i] * sigma,
                (false, false) => 0.0,
            }
        }
        (Place::Tau(..) | Place::Delta(_), _) => 0.0,
        (place, Moment::Slope(i, k)) => delta[i] * slope_derivative(implied, place, i, k),
        (place, moment) => {
            let slope = implied.slope(place);
            match moment {
                Moment::Mean(i) => slope.k * implied.pool(i, slope.w),
                Moment::Threshold(i, _) => -delta[i] * slope.k * implied.pool(i, slope.w),
                Moment::Covariance(i, j) => {
                    if slope.c == 0.0 {
                        return 0.0;
                    }
                    let (u, v) = (slope.u, slope.v);
                    let cross = implied.pool(i, u) * implied.pool(j, v)
                        + implied.pool(j, u) * implied.pool(i, v);
                    delta[i] * delta[j] * slope.c * cross
                }
                Moment::Slope(..) => 0.0,
            }
        }
    }
}

/// The derivative of the slope of variable `i` on covariate `k`.
fn slope_derivative(implied: &Implied, place: Place, i: usize, k: usize) -> f64 {
    let (m, q) = (implied.m, implied.q);
    match place {
        Place::Lambda(row, j) if row == i => implied.a_gamma[j * q + k],
        Place::Beta(to, from) => implied.la[i * m + to] * implied.a_gamma[from * q + k],
        Place::Gamma(to, of) if of == k => implied.la[i * m + to],
        Place::Direct(row, of) if row == i && of == k => 1.0,
        _ => 0.0,
    }
}
