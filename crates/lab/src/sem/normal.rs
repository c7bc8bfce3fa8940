//! The normal likelihood of one model in one or more groups, with missing answers or without:
//! value, exact gradient, expected information, exact Hessian and the scores of single cases.
//!
//! Cases that miss the same variables form a pattern; complete data are one pattern
//! (Arbuckle 1996; Enders & Bandalos 2001). Nothing is allocated after the memory is made.

use super::implied::{Implied, Slope};
use super::structure::{Place, Structure};
use crate::stats::dense;

/// Cases that have answered the same variables.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// The answered variables, ascending.
    pub answered: Vec<usize>,
    /// Share of these cases in all cases of all groups.
    pub weight: f64,
    /// Means of the answered variables.
    pub mean: Vec<f64>,
    /// Covariances of the answered variables, divisor the number of cases.
    pub cov: Vec<f64>,
}

/// One group: its structure, data and memory.
#[derive(Clone, Debug)]
pub struct NormalGroup {
    /// The form of the model.
    pub structure: Structure,
    /// Moments at the present point.
    pub implied: Implied,
    /// Slopes of all slots at the present point.
    pub slopes: Vec<Slope>,
    /// The data.
    pub patterns: Vec<Pattern>,
    omega: Vec<f64>,
    small: Vec<f64>,
    error: Vec<f64>,
    residual: Vec<f64>,
    middle: Vec<f64>,
    product: Vec<f64>,
    g: Vec<f64>,
    h: Vec<f64>,
    q: Vec<f64>,
    h_total: Vec<f64>,
    q_total: Vec<f64>,
    work: Vec<f64>,
}

/// The discrepancy `F = (log|S| + tr(T S^-1)) / 2` summed over patterns, less `constant`.
#[derive(Clone, Debug)]
pub struct Normal {
    /// The groups.
    pub groups: Vec<NormalGroup>,
    /// Number of free parameters.
    pub free: usize,
    /// What makes `F` zero for a model that fits perfectly; zero with missing answers.
    pub constant: f64,
    /// That of each group, unweighted; empty with missing answers.
    pub constants: Vec<f64>,
}

/// Which second derivatives to add up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Curvature {
    Expected,
    Exact,
}

impl NormalGroup {
    /// Memory for a group of that structure and data.
    #[must_use]
    pub fn new(structure: Structure, patterns: Vec<Pattern>) -> Self {
        let (p, s) = (structure.p, structure.pool());
        Self {
            implied: Implied::new(&structure),
            slopes: vec![Slope::default(); structure.slots.len()],
            structure,
            patterns,
            omega: vec![0.0; p * p],
            small: vec![0.0; p * p],
            error: vec![0.0; p],
            residual: vec![0.0; p],
            middle: vec![0.0; p * p],
            product: vec![0.0; p * p],
            g: vec![0.0; s * s],
            h: vec![0.0; s * s],
            q: vec![0.0; s],
            h_total: vec![0.0; s * s],
            q_total: vec![0.0; s],
            work: vec![0.0; p * s.max(p)],
        }
    }

    /// Inverse of the answered part of `Sigma` into `omega` (zero elsewhere) and the error of the
    /// means; gives the pattern's part of `F`, or none when that part is not positive definite.
    fn invert(&mut self, at: usize) -> Option<f64> {
        let pattern = &self.patterns[at];
        let (p, k) = (self.structure.p, pattern.answered.len());
        for (i, row) in pattern.answered.iter().enumerate() {
            for (j, column) in pattern.answered[..=i].iter().enumerate() {
                self.small[i * k + j] = self.implied.sigma[row * p + column];
            }
        }
        let log_determinant = dense::cholesky(&mut self.small[..k * k], k)?;
        let inverse = &mut self.product[..k * k];
        dense::cholesky_inverse(&self.small[..k * k], k, inverse);
        let mut trace = 0.0;
        for i in 0..k {
            for j in 0..k {
                trace += inverse[i * k + j] * pattern.cov[i * k + j];
            }
        }
        if k == p {
            self.omega.copy_from_slice(inverse);
        } else {
            self.omega.fill(0.0);
            for (i, row) in pattern.answered.iter().enumerate() {
                for (j, column) in pattern.answered.iter().enumerate() {
                    self.omega[row * p + column] = inverse[i * k + j];
                }
            }
        }
        self.error.fill(0.0);
        self.residual.fill(0.0);
        if self.structure.means {
            for (i, row) in pattern.answered.iter().enumerate() {
                self.error[*row] = pattern.mean[i] - self.implied.mu[*row];
            }
            for i in 0..p {
                let row = &self.omega[i * p..i * p + p];
                self.residual[i] = dense::dot(row, &self.error);
            }
            trace += dense::dot(&self.residual, &self.error);
        }
        Some(0.5 * (log_determinant + trace))
    }

    /// `M = O - O T O` into `middle`, for the pattern whose inverse is in `omega`.
    fn middle(&mut self, at: usize) {
        let pattern = &self.patterns[at];
        let (p, k) = (self.structure.p, pattern.answered.len());
        let total = &mut self.small;
        total.fill(0.0);
        for (i, row) in pattern.answered.iter().enumerate() {
            for (j, column) in pattern.answered.iter().enumerate() {
                total[row * p + column] = pattern.cov[i * k + j];
            }
        }
        dense::multiply(&self.omega, total, &mut self.product, p, p, p);
        dense::multiply_transposed(&self.product, &self.omega, &mut self.middle, p, p, p);
        for i in 0..p {
            for j in 0..p {
                let mean_part = self.residual[i] * self.residual[j];
                let m = self.omega[i * p + j] - self.middle[i * p + j] - mean_part;
                self.middle[i * p + j] = m;
            }
        }
    }

    fn refresh_slopes(&mut self) {
        for (slope, (place, _)) in self.slopes.iter_mut().zip(&self.structure.slots) {
            *slope = self.implied.slope(*place);
        }
    }

    /// Adds this group's gradient and second derivatives.
    fn derive(&mut self, gradient: &mut [f64], information: &mut [f64], kind: Curvature) {
        self.refresh_slopes();
        self.h_total.fill(0.0);
        self.q_total.fill(0.0);
        for at in 0..self.patterns.len() {
            if self.invert(at).is_none() {
                return;
            }
            self.middle(at);
            let weight = self.patterns[at].weight;
            let Self { implied, omega, middle, residual, g, h, q, work, .. } = self;
            implied.gram(omega, g, work);
            implied.gram(middle, h, work);
            implied.gram_vector(residual, q);
            for (total, part) in self.h_total.iter_mut().zip(&self.h) {
                *total += weight * part;
            }
            for (total, part) in self.q_total.iter_mut().zip(&self.q) {
                *total += weight * part;
            }
            self.add_pattern(weight, information, gradient.len(), kind);
        }
        let s = self.structure.pool();
        for (slope, (_, index)) in self.slopes.iter().zip(&self.structure.slots) {
            gradient[*index] +=
                slope.c * self.h_total[slope.u * s + slope.v] - slope.k * self.q_total[slope.w];
        }
        if kind == Curvature::Exact {
            self.add_bend(information, gradient.len());
        }
    }

    /// The part of the second derivatives that first derivatives of the moments make.
    fn add_pattern(&self, weight: f64, target: &mut [f64], free: usize, kind: Curvature) {
        let s = self.structure.pool();
        let (g, h, q) = (&self.g, &self.h, &self.q);
        for (at, a) in self.slopes.iter().enumerate() {
            let index_a = self.structure.slots[at].1;
            let (gu, gv) = (&g[a.u * s..a.u * s + s], &g[a.v * s..a.v * s + s]);
            let (hu, hv) = (&h[a.u * s..a.u * s + s], &h[a.v * s..a.v * s + s]);
            for (number, b) in self.slopes[..=at].iter().enumerate() {
                let index_b = self.structure.slots[number].1;
                let (x, y) = (b.u, b.v);
                let mut value =
                    a.c * b.c * (gu[x] * gv[y] + gu[y] * gv[x]) + a.k * b.k * g[a.w * s + b.w];
                if kind == Curvature::Exact {
                    let bent = hu[y] * gv[x] + hu[x] * gv[y] + hv[y] * gu[x] + hv[x] * gu[y];
                    value -= a.c * b.c * bent;
                    value += b.k * a.c * (q[a.u] * gv[b.w] + q[a.v] * gu[b.w]);
                    let gw = &g[a.w * s..a.w * s + s];
                    value += a.k * b.c * (q[x] * gw[y] + q[y] * gw[x]);
                }
                target[index_a * free + index_b] += weight * value;
                if number != at {
                    target[index_b * free + index_a] += weight * value;
                }
            }
        }
    }

    /// The part of the Hessian that second derivatives of the moments make.
    fn add_bend(&self, target: &mut [f64], free: usize) {
        let s = self.structure.pool();
        let h = |i: usize, j: usize| self.h_total[i * s + j];
        for (at, a) in self.slopes.iter().enumerate() {
            let index_a = self.structure.slots[at].1;
            for (number, (place, index_b)) in self.structure.slots[..=at].iter().enumerate() {
                let mut value = 0.0;
                if a.c != 0.0 {
                    for (factor, column) in self.implied.bend(a.u, *place) {
                        value += a.c * factor * h(column, a.v);
                    }
                    for (factor, column) in self.implied.bend(a.v, *place) {
                        value += a.c * factor * h(a.u, column);
                    }
                }
                if self.structure.means {
                    let place_a = self.structure.slots[at].0;
                    value -= self.implied.mean_bend(place_a, *place) * self.q_total[a.w];
                    if a.k != 0.0 {
                        for (factor, column) in self.implied.bend(a.w, *place) {
                            value -= a.k * factor * self.q_total[column];
                        }
                    }
                }
                if value != 0.0 {
                    target[index_a * free + index_b] += value;
                    if number != at {
                        target[index_b * free + index_a] += value;
                    }
                }
            }
        }
    }
}

impl Normal {
    /// The value at `theta`, infinite where `Sigma` is not positive definite.
    pub fn value(&mut self, theta: &[f64]) -> f64 {
        let mut sum = -self.constant;
        for group in &mut self.groups {
            if !group.implied.update(&group.structure, theta) {
                return f64::INFINITY;
            }
            for at in 0..group.patterns.len() {
                match group.invert(at) {
                    Some(value) => sum += group.patterns[at].weight * value,
                    None => return f64::INFINITY,
                }
            }
        }
        if sum.is_finite() { sum } else { f64::INFINITY }
    }

    /// Twice the discrepancy of each group at the last point, weighted by `weights` in place of
    /// the groups' shares. Complete data only.
    pub fn statistic(&mut self, weights: &[f64], constants: &[f64]) -> f64 {
        let each = self.groups.iter_mut().zip(weights).zip(constants);
        each.map(|((group, weight), constant)| {
            2.0 * weight * (group.invert(0).unwrap_or(f64::INFINITY) - constant)
        })
        .sum()
    }

    /// Gradient and expected information at the point of the last [`Normal::value`].
    pub fn slopes(&mut self, gradient: &mut [f64], information: &mut [f64]) {
        self.derive(gradient, information, Curvature::Expected);
    }

    /// Gradient and exact Hessian at the point of the last [`Normal::value`].
    pub fn hessian(&mut self, gradient: &mut [f64], hessian: &mut [f64]) {
        self.derive(gradient, hessian, Curvature::Exact);
    }

    fn derive(&mut self, gradient: &mut [f64], second: &mut [f64], kind: Curvature) {
        gradient.fill(0.0);
        second.fill(0.0);
        for group in &mut self.groups {
            group.derive(gradient, second, kind);
        }
    }

    /// Scores of single cases: `cases` holds one group's rows of `p` answers, `NaN` where missing;
    /// `each` sees the derivative of each case's log-likelihood by the free parameters. The point
    /// is that of the last [`Normal::value`].
    pub fn scores(
        &mut self,
        group: usize,
        cases: &[(usize, &[f64])],
        mut each: impl FnMut(usize, &[f64]),
    ) {
        let mut score = vec![0.0; self.free];
        let group = &mut self.groups[group];
        group.refresh_slopes();
        let (p, s) = (group.structure.p, group.structure.pool());
        for at in 0..group.patterns.len() {
            if group.invert(at).is_none() {
                return;
            }
            let NormalGroup { implied, omega, g, work, .. } = group;
            implied.gram(omega, g, work);
            for (number, (_, row)) in cases.iter().enumerate().filter(|(_, (k, _))| *k == at) {
                for i in 0..p {
                    let answer = row[i];
                    let centre = if group.structure.means { group.implied.mu[i] } else { 0.0 };
                    group.error[i] = if answer.is_nan() { 0.0 } else { answer - centre };
                }
                for i in 0..p {
                    let omega = &group.omega[i * p..i * p + p];
                    group.residual[i] = dense::dot(omega, &group.error);
                }
                group.implied.gram_vector(&group.residual, &mut group.q);
                score.fill(0.0);
                let q = &group.q;
                for (slope, (_, index)) in group.slopes.iter().zip(&group.structure.slots) {
                    let (u, v) = (slope.u, slope.v);
                    score[*index] +=
                        slope.c * (q[u] * q[v] - group.g[u * s + v]) + slope.k * q[slope.w];
                }
                each(number, &score);
            }
        }
    }
}

impl Implied {
    /// The derivative of a column of the pool by the element at `place`, as columns times factors.
    fn bend(&self, column: usize, place: Place) -> [(f64, usize); 2] {
        let (p, m) = (self.p, self.m);
        let none = (0.0, 0);
        let a = |i: usize, j: usize| self.a[i * m + j];
        let c = |i: usize, j: usize| self.latent[i * m + j];
        if column < p {
            return [none, none];
        }
        if column < p + m {
            let j = column - p;
            return match place {
                Place::Lambda(i, k) => [(a(k, j), i), none],
                Place::Beta(i, k) => [(a(k, j), p + i), none],
                _ => [none, none],
            };
        }
        let j = column - p - m;
        match place {
            Place::Lambda(i, k) => [(c(k, j), i), none],
            Place::Beta(i, k) => [(c(k, j), p + i), (a(j, i), p + m + k)],
            Place::Psi(i, k) if i == k => [(a(j, i), p + i), none],
            Place::Psi(i, k) => [(a(j, k), p + i), (a(j, i), p + k)],
            _ => [none, none],
        }
    }

    /// The derivative by `place` of the scale of the mean slope of `of`.
    fn mean_bend(&self, of: Place, place: Place) -> f64 {
        let m = self.m;
        let (Place::Lambda(_, j) | Place::Beta(_, j)) = of else {
            return 0.0;
        };
        match place {
            Place::Beta(i, k) => self.a[j * m + i] * self.latent_mean[k],
            Place::Alpha(i) => self.a[j * m + i],
            _ => 0.0,
        }
    }
}

impl super::solve::Objective for Normal {
    fn value(&mut self, theta: &[f64]) -> f64 {
        Normal::value(self, theta)
    }

    fn slopes(&mut self, gradient: &mut [f64], information: &mut [f64]) {
        Normal::slopes(self, gradient, information);
    }

    fn hessian(&mut self, gradient: &mut [f64], hessian: &mut [f64]) -> bool {
        Normal::hessian(self, gradient, hessian);
        true
    }
}
