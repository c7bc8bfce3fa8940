//! Least squares on moments: GLS, ULS, WLS and DWLS, continuous or ordered.

use super::implied::Implied;
use super::moment::{Moment, implied_moment, jacobian};
use super::solve::Objective;
use super::structure::Structure;
use crate::stats::matrix::Matrix;

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
    /// The last point.
    point: Vec<f64>,
}

/// Scoring ends within this many steps unless the model fits badly; then differences of the
/// gradient are worth their price.
const PATIENCE: usize = 12;

/// Relative step of differences of the gradient: the cube root of the machine's precision.
const STEP: f64 = 6e-6;

impl WeightedGroup {
    fn residual(&self) -> Vec<f64> {
        let implied = self.layout.iter().map(|m| implied_moment(&self.implied, *m));
        self.sample.iter().zip(implied).map(|(s, i)| s - i).collect()
    }
}

impl Weighted {
    /// The discrepancy of `groups` with `free` parameters.
    #[must_use]
    pub fn new(groups: Vec<WeightedGroup>, free: usize) -> Self {
        Self { groups, free, point: Vec::new() }
    }

    fn gradient(&self, gradient: &mut [f64]) {
        gradient.fill(0.0);
        for group in &self.groups {
            let jacobian = jacobian(&group.structure, &group.implied, &group.layout, self.free);
            let weighted = group.weight.apply(&group.residual());
            for (moment, pull) in weighted.iter().enumerate() {
                for (target, slope) in gradient.iter_mut().zip(jacobian.row(moment)) {
                    *target -= group.share * pull * slope;
                }
            }
        }
    }

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
        self.point.clear();
        self.point.extend_from_slice(theta);
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

    fn hessian(&mut self, gradient: &mut [f64], hessian: &mut [f64]) -> bool {
        let (n, point) = (self.free, self.point.clone());
        hessian.fill(0.0);
        let mut sides = [vec![0.0; n], vec![0.0; n]];
        for k in 0..n {
            let step = STEP * point[k].abs().max(0.1);
            for (side, sign) in sides.iter_mut().zip([1.0, -1.0]) {
                let mut moved = point.clone();
                moved[k] += sign * step;
                if !self.value(&moved).is_finite() {
                    self.value(&point);
                    return false;
                }
                self.gradient(side);
            }
            for i in 0..n {
                let slope = (sides[0][i] - sides[1][i]) / (2.0 * step);
                hessian[i * n + k] += 0.5 * slope;
                hessian[k * n + i] += 0.5 * slope;
            }
        }
        self.value(&point);
        self.gradient(gradient);
        true
    }

    fn patience(&self) -> usize {
        PATIENCE
    }
}
