//! The model-implied moments of one group and their derivatives, in memory that is reused.
//!
//! The model is LISREL's: `Sigma = L A P A' L' + T` with `A = (I - B)^-1`, and
//! `mu = n + L A a` (Jöreskog 1973). Every derivative of `Sigma` by one element of `L`, `B`, `P`
//! or `T` is `c (u v' + v u')` with `u` and `v` among the columns of the *pool*
//! `[I, L A, L A P A']`; the derivative of `mu` is `k w` with `w` among them too. All gradients and
//! informations are then look-ups in small products of the pool, which is why a fit takes
//! microseconds.

use crate::model::{Operator, Parameter, ParameterTable};
use crate::stats::dense;

/// The element of a model matrix a parameter stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Loading of observed `.0` on latent `.1`.
    Lambda(usize, usize),
    /// Regression of latent `.0` on latent `.1`.
    Beta(usize, usize),
    /// (Co)variance of latent disturbances.
    Psi(usize, usize),
    /// (Co)variance of residuals of observed variables.
    Theta(usize, usize),
    /// Intercept of an observed variable.
    Nu(usize),
    /// Intercept of a latent variable.
    Alpha(usize),
    /// Threshold number `.1` of observed `.0`.
    Tau(usize, usize),
    /// Scale of the response behind observed `.0`.
    Delta(usize),
}

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

/// The form of one group's model: which element each row of the table stands in.
#[derive(Clone, Debug, PartialEq)]
pub struct Structure {
    /// Number of observed variables.
    pub p: usize,
    /// Number of latent variables, with observed ones that act as latent.
    pub m: usize,
    /// Names of the latent dimension.
    pub latent: Vec<String>,
    /// Names of the observed dimension.
    pub observed: Vec<String>,
    /// For each free element: its place and the number of its free parameter.
    pub slots: Vec<(Place, usize)>,
    /// Fixed elements and their values.
    pub fixed: Vec<(Place, f64)>,
    /// Observed variables that act as latent, as (observed, latent).
    pub promoted: Vec<(usize, usize)>,
    /// Whether means are modelled.
    pub means: bool,
}

impl Structure {
    /// The structure of group `group` of `table`.
    #[must_use]
    pub fn of(table: &ParameterTable, group: usize) -> Self {
        let roles = &table.roles;
        let promoted = promoted(table, group);
        let mut latent = roles.latent.clone();
        latent.extend(promoted.iter().cloned());
        let observed = roles.observed.clone();
        let position = |names: &[String], name: &str| names.iter().position(|n| n == name);
        let mut structure = Self {
            p: observed.len(),
            m: latent.len(),
            promoted: promoted
                .iter()
                .filter_map(|n| Some((position(&observed, n)?, position(&latent, n)?)))
                .collect(),
            latent,
            observed,
            slots: Vec::new(),
            fixed: Vec::new(),
            means: table.means,
        };
        for (observed, latent) in structure.promoted.clone() {
            structure.fixed.push((Place::Lambda(observed, latent), 1.0));
        }
        for row in table.rows.iter().filter(|row| row.group == group) {
            let Some(place) = structure.place(row) else {
                continue;
            };
            match row.free {
                Some(index) => structure.slots.push((place, index)),
                None => structure.fixed.push((place, row.fixed)),
            }
        }
        structure
    }

    /// The element `row` stands in; none when a name is not part of the model.
    #[must_use]
    pub fn place(&self, row: &Parameter) -> Option<Place> {
        let latent = |name: &str| self.latent.iter().position(|n| n == name);
        let observed = |name: &str| self.observed.iter().position(|n| n == name);
        let (lhs, rhs) = (row.lhs.as_str(), row.rhs.as_str());
        Some(match row.op {
            Operator::Measures => match latent(rhs) {
                Some(to) => Place::Beta(to, latent(lhs)?),
                None => Place::Lambda(observed(rhs)?, latent(lhs)?),
            },
            Operator::Regression | Operator::Composite => Place::Beta(latent(lhs)?, latent(rhs)?),
            Operator::Covariance => match (latent(lhs), latent(rhs)) {
                (Some(i), Some(j)) => Place::Psi(i.max(j), i.min(j)),
                _ => {
                    let (i, j) = (observed(lhs)?, observed(rhs)?);
                    Place::Theta(i.max(j), i.min(j))
                }
            },
            Operator::Intercept => match latent(lhs) {
                Some(i) => Place::Alpha(i),
                None => Place::Nu(observed(lhs)?),
            },
            Operator::Threshold => {
                let number = row.rhs.strip_prefix('t')?.parse::<usize>().ok()?;
                Place::Tau(observed(lhs)?, number.checked_sub(1)?)
            }
            Operator::Scale => Place::Delta(observed(lhs)?),
            _ => return None,
        })
    }

    /// A structure of free residual (co)variances and means alone; `pairs` says which residual
    /// elements are free, `fixed` gives the others.
    #[must_use]
    pub fn unstructured(
        observed: Vec<String>,
        pairs: &[(usize, usize)],
        fixed: Vec<(Place, f64)>,
        means: Option<&[usize]>,
    ) -> Self {
        let mut slots: Vec<(Place, usize)> =
            pairs.iter().enumerate().map(|(index, (i, j))| (Place::Theta(*i, *j), index)).collect();
        for i in means.unwrap_or_default() {
            slots.push((Place::Nu(*i), slots.len()));
        }
        Self {
            p: observed.len(),
            m: 0,
            latent: Vec::new(),
            observed,
            slots,
            fixed,
            promoted: Vec::new(),
            means: means.is_some(),
        }
    }

    /// Number of columns of the pool.
    #[must_use]
    pub fn pool(&self) -> usize {
        self.p + 2 * self.m
    }
}

/// Observed variables that must act as latent ones: those in regressions, those that covary with
/// a latent variable, and those that covary with such.
fn promoted(table: &ParameterTable, group: usize) -> Vec<String> {
    let roles = &table.roles;
    let rows = || table.rows.iter().filter(move |row| row.group == group);
    let is_latent = |name: &String| roles.latent.contains(name);
    let mut promoted: Vec<String> = Vec::new();
    let add = |name: &String, promoted: &mut Vec<String>| {
        let new = !is_latent(name) && !promoted.contains(name);
        if new {
            promoted.push(name.clone());
        }
        new
    };
    for row in rows() {
        if matches!(row.op, Operator::Regression | Operator::Composite) {
            add(&row.lhs, &mut promoted);
            add(&row.rhs, &mut promoted);
        }
    }
    loop {
        let mut grown = false;
        for row in rows().filter(|row| row.op == Operator::Covariance && row.lhs != row.rhs) {
            let acts =
                |name: &String, promoted: &[String]| is_latent(name) || promoted.contains(name);
            if acts(&row.lhs, &promoted) || acts(&row.rhs, &promoted) {
                grown |= add(&row.lhs, &mut promoted);
                grown |= add(&row.rhs, &mut promoted);
            }
        }
        if !grown {
            return promoted;
        }
    }
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
        let mut implied = Self {
            p,
            m,
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
            scratch: vec![0.0; m * m],
            has_beta: false,
        };
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
            dense::multiply(&self.a, &self.psi, &mut self.scratch, m, m, m);
            dense::multiply_transposed(&self.scratch, &self.a, &mut self.latent, m, m, m);
            dense::multiply(&self.lambda, &self.a, &mut self.la, p, m, m);
        } else {
            self.a.fill(0.0);
            for i in 0..m {
                self.a[i * m + i] = 1.0;
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

    /// The response behind an ordered variable has the variance its scale says; what the model
    /// does not explain of it is residual (Muthén 1984).
    fn settle_ordered(&mut self) {
        let p = self.p;
        for i in 0..p {
            if !self.tau[i].is_empty() {
                let at = i * p + i;
                let total = 1.0 / (self.delta[i] * self.delta[i]);
                self.theta[at] += total - self.sigma[at];
                self.sigma[at] = total;
            }
        }
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
            Place::Tau(..) | Place::Delta(_) => Slope::default(),
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
