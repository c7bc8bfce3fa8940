//! Least squares on moments: GLS, ULS, WLS and DWLS, continuous or ordered, and the Jacobian of
//! the moments that robust errors and tests need.

use super::solve::Objective;
use super::structure::{Implied, Place, Structure};
use crate::stats::matrix::Matrix;

/// One moment of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Mean of a variable.
    Mean(usize),
    /// Threshold of an ordered variable, by number.
    Threshold(usize, usize),
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

/// The moments with ordered variables: thresholds or means in order of the variables, variances
/// of the continuous ones, then the triangle below the diagonal.
#[must_use]
pub fn ordered_layout(thresholds: &[usize]) -> Vec<Moment> {
    let p = thresholds.len();
    let mut layout = Vec::new();
    for (i, count) in thresholds.iter().enumerate() {
        if *count == 0 {
            layout.push(Moment::Mean(i));
        }
        layout.extend((0..*count).map(|k| Moment::Threshold(i, k)));
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
            let value = derivative(implied, *place, *moment);
            if value != 0.0 {
                jacobian[(row, *index)] += value;
            }
        }
    }
    jacobian
}

fn derivative(implied: &Implied, place: Place, moment: Moment) -> f64 {
    let delta = &implied.delta;
    match (place, moment) {
        (Place::Tau(i, k), Moment::Threshold(j, l)) if i == j && k == l => delta[i],
        (Place::Delta(i), Moment::Threshold(j, l)) if i == j => implied.tau[j][l] - implied.mu[j],
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
            }
        }
    }
}

/// The weights of least squares.
#[derive(Clone, Debug)]
pub enum Weight {
    /// A diagonal.
    Diagonal(Vec<f64>),
    /// A whole matrix.
    Full(Matrix),
}

impl Weight {
    /// The product with a vector.
    #[must_use]
    pub fn apply(&self, vector: &[f64]) -> Vec<f64> {
        match self {
            Self::Diagonal(weights) => weights.iter().zip(vector).map(|(w, x)| w * x).collect(),
            Self::Full(matrix) => matrix.apply(vector),
        }
    }

    /// The product with a matrix.
    #[must_use]
    pub fn times(&self, matrix: &Matrix) -> Matrix {
        match self {
            Self::Diagonal(weights) => {
                let mut product = matrix.clone();
                for (i, weight) in weights.iter().enumerate() {
                    product.row_mut(i).iter_mut().for_each(|x| *x *= weight);
                }
                product
            }
            Self::Full(weights) => weights.times(matrix),
        }
    }
}

/// One group of least squares.
#[derive(Clone, Debug)]
pub struct WeightedGroup {
    /// The form of the model.
    pub structure: Structure,
    /// Moments at the present point.
    pub implied: Implied,
    /// The moments compared.
    pub layout: Vec<Moment>,
    /// Their sample values.
    pub sample: Vec<f64>,
    /// Their weights.
    pub weight: Weight,
    /// Weight of the group in the discrepancy.
    pub share: f64,
    /// Weight of the group in the information.
    pub information_share: f64,
}

/// The discrepancy `F = sum of share r' W r / 2`.
#[derive(Clone, Debug)]
pub struct Weighted {
    /// The groups.
    pub groups: Vec<WeightedGroup>,
    /// Number of free parameters.
    pub free: usize,
}

impl WeightedGroup {
    fn residual(&self) -> Vec<f64> {
        let implied = self.layout.iter().map(|m| implied_moment(&self.implied, *m));
        self.sample.iter().zip(implied).map(|(s, i)| s - i).collect()
    }
}

impl Weighted {
    /// Expected information of one case at the last point.
    #[must_use]
    pub fn information(&self) -> Matrix {
        let mut information = Matrix::zeros(self.free, self.free);
        for group in &self.groups {
            let jacobian = jacobian(&group.structure, &group.implied, &group.layout, self.free);
            let part = jacobian.transpose().times(&group.weight.times(&jacobian));
            information = information.plus(&part, group.information_share);
        }
        information
    }
}

impl Objective for Weighted {
    fn value(&mut self, theta: &[f64]) -> f64 {
        let mut sum = 0.0;
        for group in &mut self.groups {
            if !group.implied.update(&group.structure, theta) {
                return f64::INFINITY;
            }
            let residual = group.residual();
            let weighted = group.weight.apply(&residual);
            let square: f64 = residual.iter().zip(&weighted).map(|(r, w)| r * w).sum();
            sum += 0.5 * group.share * square;
        }
        if sum.is_finite() { sum } else { f64::INFINITY }
    }

    fn slopes(&mut self, gradient: &mut [f64], information: &mut [f64]) {
        gradient.fill(0.0);
        information.fill(0.0);
        for group in &self.groups {
            let jacobian = jacobian(&group.structure, &group.implied, &group.layout, self.free);
            let weighted = group.weight.times(&jacobian);
            let transposed = weighted.transpose();
            for (target, value) in gradient.iter_mut().zip(transposed.apply(&group.residual())) {
                *target -= group.share * value;
            }
            let part = transposed.times(&jacobian);
            for (target, value) in information.iter_mut().zip(&part.data) {
                *target += group.share * value;
            }
        }
    }

    fn hessian(&mut self, _: &mut [f64], _: &mut [f64]) -> bool {
        false
    }
}
