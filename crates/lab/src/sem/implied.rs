//! The model-implied moments of one group and their derivatives, in memory that is reused.
//!
//! The model is LISREL's: `Sigma = L A P A' L' + T` with `A = (I - B)^-1`, and
//! `mu = n + L A a` (Jöreskog 1973). Every derivative of `Sigma` by one element of `L`, `B`, `P`
//! or `T` is `c (u v' + v u')` with `u` and `v` among the columns of the *pool*
//! `[I, L A, L A P A']`; the derivative of `mu` is `k w` with `w` among them too. All gradients and
//! informations are then look-ups in small products of the pool, which is why a fit takes
//! microseconds.
//!
//! Conditional on covariates `x` the same holds given `x`, with slopes `L A G + D` (Muthén 1984).

use super::structure::{Place, Structure};
use crate::stats::dense;
use crate::stats::matrix::Matrix;

/// A derivative of the moments: `dSigma = c (u v' + v u')`, `dmu = k w`, in columns of the pool.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Slope {
    /// Scale of the covariance part.
    pub c: f64,
    /// First column.
    pub u: usize,
    /// Second column.
    pub v: usize,
    /// Scale of the mean part.
    pub k: f64,
    /// Column of the mean part.
    pub w: usize,
}

/// The matrices and moments of one structure at one point. Everything is reused between points.
#[derive(Clone, Debug)]
pub struct Implied {
    /// Order of `Sigma`.
    pub p: usize,
    /// Order of the latent part.
    pub m: usize,
    /// Loadings, `p` by `m`.
    pub lambda: Vec<f64>,
    /// Regressions, `m` by `m`.
    pub beta: Vec<f64>,
    /// Disturbance covariances, `m` by `m`.
    pub psi: Vec<f64>,
    /// Residual covariances, `p` by `p`.
    pub theta: Vec<f64>,
    /// Intercepts of observed variables.
    pub nu: Vec<f64>,
    /// Intercepts of latent variables.
    pub alpha: Vec<f64>,
    /// Scales of responses, 1 for continuous variables.
    pub delta: Vec<f64>,
    /// Thresholds of each observed variable.
    pub tau: Vec<Vec<f64>>,
    /// Number of covariates.
    pub q: usize,
    /// Regressions of latent variables on covariates, `m` by `q`.
    pub gamma: Vec<f64>,
    /// Regressions of observed variables on covariates that pass no latent one, `p` by `q`.
    pub direct: Vec<f64>,
    /// `A = (I - B)^-1`.
    pub a: Vec<f64>,
    /// Latent covariances `A P A'`.
    pub latent: Vec<f64>,
    /// `L A`, `p` by `m`.
    pub la: Vec<f64>,
    /// `L A P A'`, `p` by `m`.
    pub lc: Vec<f64>,
    /// Latent means `A a`.
    pub latent_mean: Vec<f64>,
    /// Model-implied covariances.
    pub sigma: Vec<f64>,
    /// Model-implied means.
    pub mu: Vec<f64>,
    /// Effects of covariates on latent variables, `A G`, `m` by `q`.
    pub a_gamma: Vec<f64>,
    /// Slopes of observed variables on covariates, `p` by `q`.
    pub slopes: Vec<f64>,
    /// Ordered variables that act as latent and whose disturbance the scale settles, as
    /// (observed, latent).
    pub settled: Vec<(usize, usize)>,
    by_residual: bool,
    scratch: Vec<f64>,
    has_beta: bool,
}

impl Implied {
    /// Memory for `structure`, with its fixed elements in place.
    #[must_use]
    pub fn new(structure: &Structure) -> Self {
        let (p, m) = (structure.p, structure.m);
        let thresholds = |i: usize| {
            let of = |place: &Place| match place {
                Place::Tau(variable, number) if *variable == i => number + 1,
                _ => 0,
            };
            let free = structure.slots.iter().map(|(place, _)| of(place));
            let fixed = structure.fixed.iter().map(|(place, _)| of(place));
            free.chain(fixed).max().unwrap_or(0)
        };
        let q = structure.covariates.len();
        let mut implied = Self {
            p,
            m,
            q,
            lambda: vec![0.0; p * m],
            beta: vec![0.0; m * m],
            psi: vec![0.0; m * m],
            theta: vec![0.0; p * p],
            nu: vec![0.0; p],
            alpha: vec![0.0; m],
            delta: vec![1.0; p],
            tau: (0..p).map(|i| vec![0.0; thresholds(i)]).collect(),
            a: vec![0.0; m * m],
            latent: vec![0.0; m * m],
            la: vec![0.0; p * m],
            lc: vec![0.0; p * m],
            latent_mean: vec![0.0; m],
            sigma: vec![0.0; p * p],
            mu: vec![0.0; p],
            gamma: vec![0.0; m * q],
            direct: vec![0.0; p * q],
            a_gamma: vec![0.0; m * q],
            slopes: vec![0.0; p * q],
            settled: Vec::new(),
            by_residual: structure.by_residual,
            scratch: vec![0.0; m * m],
            has_beta: false,
        };
        if !structure.by_residual {
            let ordered = |(i, _): &&(usize, usize)| !implied.tau[*i].is_empty();
            implied.settled = structure.promoted.iter().filter(ordered).copied().collect();
        }
        for (place, value) in &structure.fixed {
            implied.set(*place, *value);
        }
        let is_beta = |place: &Place| matches!(place, Place::Beta(..));
        implied.has_beta = structure.slots.iter().any(|(place, _)| is_beta(place))
            || structure.fixed.iter().any(|(place, _)| is_beta(place));
        implied
    }

    /// Puts a value in its place.
    pub fn set(&mut self, place: Place, value: f64) {
        let (p, m) = (self.p, self.m);
        match place {
            Place::Lambda(i, j) => self.lambda[i * m + j] = value,
            Place::Beta(i, j) => self.beta[i * m + j] = value,
            Place::Psi(i, j) => {
                self.psi[i * m + j] = value;
                self.psi[j * m + i] = value;
            }
            Place::Theta(i, j) => {
                self.theta[i * p + j] = value;
                self.theta[j * p + i] = value;
            }
            Place::Nu(i) => self.nu[i] = value,
            Place::Alpha(i) => self.alpha[i] = value,
            Place::Tau(i, k) => self.tau[i][k] = value,
            Place::Delta(i) => self.delta[i] = value,
            Place::Gamma(i, k) => self.gamma[i * self.q + k] = value,
            Place::Direct(i, k) => self.direct[i * self.q + k] = value,
        }
    }

    /// Computes the moments at the free values `theta`; false when `I - B` cannot be inverted.
    pub fn update(&mut self, structure: &Structure, theta: &[f64]) -> bool {
        for (place, index) in &structure.slots {
            self.set(*place, theta[*index]);
        }
        let (p, m) = (self.p, self.m);
        if self.has_beta {
            for (to, from) in self.scratch.iter_mut().zip(&self.beta) {
                *to = -from;
            }
            for i in 0..m {
                self.scratch[i * m + i] += 1.0;
            }
            if !dense::invert(&mut self.scratch, m, &mut self.a) {
                return false;
            }
            if !self.settle_promoted() {
                return false;
            }
            dense::multiply(&self.a, &self.psi, &mut self.scratch, m, m, m);
            dense::multiply_transposed(&self.scratch, &self.a, &mut self.latent, m, m, m);
            dense::multiply(&self.lambda, &self.a, &mut self.la, p, m, m);
        } else {
            self.a.fill(0.0);
            for i in 0..m {
                self.a[i * m + i] = 1.0;
            }
            if !self.settle_promoted() {
                return false;
            }
            self.latent.copy_from_slice(&self.psi);
            self.la.copy_from_slice(&self.lambda);
        }
        dense::multiply(&self.lambda, &self.latent, &mut self.lc, p, m, m);
        for i in 0..p {
            for j in 0..=i {
                let common = dense::dot(&self.lc[i * m..i * m + m], &self.lambda[j * m..j * m + m]);
                let value = common + self.theta[i * p + j];
                self.sigma[i * p + j] = value;
                self.sigma[j * p + i] = value;
            }
        }
        self.settle_ordered();
        if self.q > 0 {
            self.update_slopes();
        }
        if structure.means {
            for i in 0..m {
                self.latent_mean[i] = dense::dot(&self.a[i * m..i * m + m], &self.alpha);
            }
            for i in 0..p {
                let row = &self.la[i * m..i * m + m];
                self.mu[i] = self.nu[i] + dense::dot(row, &self.alpha);
            }
        }
        true
    }

    fn update_slopes(&mut self) {
        let (p, m, q) = (self.p, self.m, self.q);
        dense::multiply(&self.a, &self.gamma, &mut self.a_gamma, m, m, q);
        dense::multiply(&self.la, &self.gamma, &mut self.slopes, p, m, q);
        for (slope, direct) in self.slopes.iter_mut().zip(&self.direct) {
            *slope += direct;
        }
    }

    /// The response behind an ordered variable has the variance its scale says; what the model
    /// does not explain of it is residual (Muthén 1984). Or the residual is given, and the scale
    /// is what brings the response to unit variance.
    fn settle_ordered(&mut self) {
        let p = self.p;
        for i in 0..p {
            if self.tau[i].is_empty() {
                continue;
            }
            let at = i * p + i;
            if self.by_residual {
                self.delta[i] = 1.0 / self.sigma[at].sqrt();
                continue;
            }
            let total = 1.0 / (self.delta[i] * self.delta[i]);
            self.theta[at] += total - self.sigma[at];
            self.sigma[at] = total;
        }
    }

    /// Disturbances of ordered variables that act as latent: those that give the variances their
    /// scales say, all at once since one may act on another. False when there are none such.
    fn settle_promoted(&mut self) -> bool {
        if self.settled.is_empty() {
            return true;
        }
        let (p, m) = (self.p, self.m);
        let settled = self.settled.clone();
        for (_, j) in &settled {
            self.psi[j * m + j] = 0.0;
        }
        let Some(inverse) = self.settling() else {
            return false;
        };
        let missing: Vec<f64> = settled
            .iter()
            .map(|(i, j)| {
                let row = &self.a[j * m..j * m + m];
                let of = |k: usize| row[k] * dense::dot(&self.psi[k * m..k * m + m], row);
                let explained: f64 = (0..m).map(of).sum();
                1.0 / (self.delta[*i] * self.delta[*i]) - explained - self.theta[i * p + i]
            })
            .collect();
        for ((_, j), value) in settled.iter().zip(inverse.apply(&missing)) {
            self.psi[j * m + j] = value;
        }
        true
    }

    /// How the settled disturbances follow from the variances they must give.
    pub(super) fn settling(&self) -> Option<Matrix> {
        let k = self.settled.len();
        let mut share = Matrix::zeros(k, k);
        for (row, (_, to)) in self.settled.iter().enumerate() {
            for (column, (_, from)) in self.settled.iter().enumerate() {
                share[(row, column)] = self.a[to * self.m + from].powi(2);
            }
        }
        share.inverse()
    }

    /// The derivative of the moments by the element at `place`.
    #[must_use]
    pub fn slope(&self, place: Place) -> Slope {
        let (p, m) = (self.p, self.m);
        let half = |i: usize, j: usize| if i == j { 0.5 } else { 1.0 };
        match place {
            Place::Lambda(i, j) => {
                Slope { c: 1.0, u: i, v: p + m + j, k: self.latent_mean[j], w: i }
            }
            Place::Beta(i, j) => {
                Slope { c: 1.0, u: p + i, v: p + m + j, k: self.latent_mean[j], w: p + i }
            }
            Place::Psi(i, j) => Slope { c: half(i, j), u: p + i, v: p + j, k: 0.0, w: 0 },
            Place::Theta(i, j) => Slope { c: half(i, j), u: i, v: j, k: 0.0, w: 0 },
            Place::Nu(i) => Slope { c: 0.0, u: 0, v: 0, k: 1.0, w: i },
            Place::Alpha(i) => Slope { c: 0.0, u: 0, v: 0, k: 1.0, w: p + i },
            Place::Tau(..) | Place::Delta(_) | Place::Gamma(..) | Place::Direct(..) => {
                Slope::default()
            }
        }
    }

    /// Element `row` of column `column` of the pool.
    #[must_use]
    pub fn pool(&self, row: usize, column: usize) -> f64 {
        let (p, m) = (self.p, self.m);
        if column < p {
            f64::from(u8::from(row == column))
        } else if column < p + m {
            self.la[row * m + column - p]
        } else {
            self.lc[row * m + column - p - m]
        }
    }

    /// `g = pool' x pool` for a symmetric `x` of order `p`; `work` holds `p` times the pool.
    pub fn gram(&self, x: &[f64], g: &mut [f64], work: &mut [f64]) {
        let (p, m) = (self.p, self.m);
        let s = p + 2 * m;
        // work = x pool, row after row.
        for i in 0..p {
            let (row, target) = (&x[i * p..i * p + p], &mut work[i * s..i * s + s]);
            target[..p].copy_from_slice(row);
            target[p..].fill(0.0);
            for (k, factor) in row.iter().enumerate() {
                if *factor == 0.0 {
                    continue;
                }
                for j in 0..m {
                    target[p + j] += factor * self.la[k * m + j];
                    target[p + m + j] += factor * self.lc[k * m + j];
                }
            }
        }
        g[..p * s].copy_from_slice(&work[..p * s]);
        g[p * s..].fill(0.0);
        for k in 0..p {
            let source = &work[k * s..k * s + s];
            for j in 0..m {
                let (by_la, by_lc) = (self.la[k * m + j], self.lc[k * m + j]);
                for (block, factor) in [(p + j, by_la), (p + m + j, by_lc)] {
                    if factor == 0.0 {
                        continue;
                    }
                    let target = &mut g[block * s..block * s + s];
                    for (t, value) in target.iter_mut().zip(source) {
                        *t += factor * value;
                    }
                }
            }
        }
    }

    /// `q = pool' x` for a vector `x` of length `p`.
    pub fn gram_vector(&self, x: &[f64], q: &mut [f64]) {
        let (p, m) = (self.p, self.m);
        q[..p].copy_from_slice(x);
        q[p..].fill(0.0);
        for (k, value) in x.iter().enumerate() {
            for j in 0..m {
                q[p + j] += value * self.la[k * m + j];
                q[p + m + j] += value * self.lc[k * m + j];
            }
        }
    }
}
