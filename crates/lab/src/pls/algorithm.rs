//! The estimation itself, on matrices kept in a workspace: upon a covariance matrix, iterate
//! inner and outer weights until they settle; then orient, regress and, if asked, correct for
//! attenuation. Allocates nothing after the workspace is made.

use super::Mode;
use super::design::Design;
use super::sample::Moments;
use crate::data::symmetric::{cholesky, solve};

/// How neighbouring composites are combined into the target of a block's weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// Regression coefficients of the antecedents, correlations with the consequences.
    #[default]
    Path,
    /// Correlations with all neighbours.
    Factorial,
    /// Signs of the correlations with all neighbours (Wold's original).
    Centroid,
}

/// Choices of an estimation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Inner weighting.
    pub scheme: Scheme,
    /// Standardise items first (the usual way); otherwise weights are found from covariances.
    pub scaled: bool,
    /// Correct reflective blocks of several items for attenuation (PLSc).
    pub consistent: bool,
    /// Iteration stops when the absolute changes of all weights sum to less.
    pub tolerance: f64,
    /// Iterations after which an estimation counts as not converged.
    pub iterations_max: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            scheme: Scheme::Path,
            scaled: true,
            consistent: false,
            tolerance: 1e-7,
            iterations_max: 300,
        }
    }
}

/// Why one estimation has no result; positions are items or constructs of the design.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// An item does not vary.
    ConstantItem(usize),
    /// Items of a mode B block are linear combinations of each other.
    CollinearItems(usize),
    /// Antecedents of a construct are linear combinations of each other.
    CollinearAntecedents(usize),
    /// A composite lost all its variance or all its neighbours' correlation.
    VanishedComposite(usize),
    /// The weights did not settle.
    NotConverged,
    /// The correction for attenuation needs a positive reliability and has none.
    NoReliability(usize),
}

/// Matrices of one estimation. Row-major; `p` items, `k` constructs.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    pub moments: Moments,
    /// Standard deviations of the items.
    pub deviations: Vec<f64>,
    /// Correlations of the items.
    pub correlation: Vec<f64>,
    /// Weights that give composites a variance of 1, for items in the metric of the settings.
    pub weights: Vec<f64>,
    /// Correlations of items with composites, `p` by `k`.
    pub cross_loadings: Vec<f64>,
    /// Loadings of items on their own construct (corrected if consistent).
    pub loadings: Vec<f64>,
    /// Correlations of composites.
    pub composites: Vec<f64>,
    /// Correlations of constructs: of composites, or corrected for attenuation.
    pub constructs: Vec<f64>,
    /// Reliabilities of scores; 1 where none is defined.
    pub reliabilities: Vec<f64>,
    pub paths: Vec<f64>,
    pub r2: Vec<f64>,
    /// Total effects, `k` by `k`, row is the origin.
    pub totals: Vec<f64>,
    inner: Vec<f64>,
    previous: Vec<f64>,
    targets: Vec<f64>,
    /// Cholesky factors of the mode B blocks, one after the other.
    factors: Vec<f64>,
    small: Vec<f64>,
    right: Vec<f64>,
    /// The first stage's, for a model with second-order constructs.
    pub first: Option<Box<Workspace>>,
}

impl Workspace {
    pub fn new(design: &Design) -> Self {
        let (p, k) = (design.width(), design.size());
        let squares = design.blocks.iter().map(|block| block.len().pow(2)).sum();
        Self {
            moments: Moments::new(p),
            deviations: vec![0.0; p],
            correlation: vec![0.0; p * p],
            weights: vec![0.0; p],
            cross_loadings: vec![0.0; p * k],
            loadings: vec![0.0; p],
            composites: vec![0.0; k * k],
            constructs: vec![0.0; k * k],
            reliabilities: vec![1.0; k],
            paths: vec![0.0; design.paths.len()],
            r2: vec![0.0; k],
            totals: vec![0.0; k * k],
            inner: vec![0.0; k * k],
            previous: vec![0.0; p],
            targets: vec![0.0; p],
            factors: vec![0.0; squares],
            small: vec![0.0; k * k],
            right: vec![0.0; k],
            first: None,
        }
    }

    /// Estimates the model from `self.moments`. Composites are turned so that their loadings
    /// point the way of `towards`, or, without it, so that they sum to a positive number. Gives
    /// the number of iterations.
    pub fn estimate(
        &mut self,
        design: &Design,
        settings: &Settings,
        towards: Option<&[f64]>,
    ) -> Result<usize, Failure> {
        self.standardize(design.width());
        self.factor_blocks(design, settings)?;
        self.weights.fill(1.0);
        self.normalize(design, settings)?;
        let mut iterations = 0;
        loop {
            self.previous.copy_from_slice(&self.weights);
            self.project(design, settings);
            self.weigh_inner(design, settings)?;
            self.weigh_outer(design, settings);
            self.normalize(design, settings)?;
            iterations += 1;
            let pairs = self.weights.iter().zip(&self.previous);
            // Signs may alternate while the composites have settled, so sizes are compared.
            let change: f64 = pairs.map(|(new, old)| (new.abs() - old.abs()).abs()).sum();
            if change < settings.tolerance {
                break;
            }
            if iterations >= settings.iterations_max || !change.is_finite() {
                return Err(Failure::NotConverged);
            }
        }
        self.project(design, settings);
        self.orient(design, towards);
        self.correct(design, settings)?;
        self.regress(design)?;
        Ok(iterations)
    }

    fn standardize(&mut self, p: usize) {
        let covariance = &self.moments.covariance;
        for i in 0..p {
            self.deviations[i] = covariance[i * p + i].sqrt();
        }
        for i in 0..p {
            for j in 0..=i {
                let value = covariance[i * p + j] / (self.deviations[i] * self.deviations[j]);
                let value = if i == j { 1.0 } else { value };
                self.correlation[i * p + j] = value;
                self.correlation[j * p + i] = value;
            }
        }
    }

    fn factor_blocks(&mut self, design: &Design, settings: &Settings) -> Result<(), Failure> {
        let p = design.width();
        let mut next = 0;
        for (construct, block) in design.blocks.iter().enumerate() {
            let size = block.len();
            let factor = &mut self.factors[next..next + size * size];
            next += size * size;
            if design.modes[construct] == Mode::A {
                continue;
            }
            let metric = metric(&self.correlation, &self.moments, settings);
            for (a, i) in block.clone().enumerate() {
                for (b, j) in block.clone().enumerate() {
                    factor[a * size + b] = metric[i * p + j];
                }
            }
            if !cholesky(factor, size) {
                return Err(Failure::CollinearItems(construct));
            }
        }
        Ok(())
    }

    /// Scales each block's weights so that its composite has a variance of 1.
    fn normalize(&mut self, design: &Design, settings: &Settings) -> Result<(), Failure> {
        let p = design.width();
        let metric = metric(&self.correlation, &self.moments, settings);
        for (construct, block) in design.blocks.iter().enumerate() {
            let mut variance = 0.0;
            for i in block.clone() {
                let row = &metric[i * p..(i + 1) * p];
                let inner: f64 = block.clone().map(|j| row[j] * self.weights[j]).sum();
                variance += self.weights[i] * inner;
            }
            if !(variance > f64::MIN_POSITIVE && variance.is_finite()) {
                return Err(Failure::VanishedComposite(construct));
            }
            let scale = variance.sqrt().recip();
            for weight in &mut self.weights[block.clone()] {
                *weight *= scale;
            }
        }
        Ok(())
    }

    /// Covariances of items with composites (in the metric) and correlations of composites.
    fn project(&mut self, design: &Design, settings: &Settings) {
        let (p, k) = (design.width(), design.size());
        let metric = metric(&self.correlation, &self.moments, settings);
        for i in 0..p {
            let row = &metric[i * p..(i + 1) * p];
            for (construct, block) in design.blocks.iter().enumerate() {
                let items = row[block.clone()].iter().zip(&self.weights[block.clone()]);
                self.cross_loadings[i * k + construct] = items.map(|(s, w)| s * w).sum();
            }
        }
        for a in 0..k {
            self.composites[a * k + a] = 1.0;
            for b in 0..a {
                let items = design.blocks[b].clone();
                let r: f64 = items.map(|i| self.weights[i] * self.cross_loadings[i * k + a]).sum();
                self.composites[a * k + b] = r;
                self.composites[b * k + a] = r;
            }
        }
        if !settings.scaled {
            self.rescale_cross_loadings(k);
        }
    }

    /// In the unscaled metric the products above are covariances with unit-variance composites.
    fn rescale_cross_loadings(&mut self, k: usize) {
        for (row, deviation) in self.cross_loadings.chunks_mut(k).zip(&self.deviations) {
            row.iter_mut().for_each(|loading| *loading /= deviation);
        }
    }

    fn weigh_inner(&mut self, design: &Design, settings: &Settings) -> Result<(), Failure> {
        let k = design.size();
        self.inner.fill(0.0);
        for construct in 0..k {
            let neighbours = design.parents[construct].iter().chain(&design.children[construct]);
            for &neighbour in neighbours {
                let r = self.composites[construct * k + neighbour];
                self.inner[construct * k + neighbour] = match settings.scheme {
                    Scheme::Centroid => r.signum(),
                    Scheme::Factorial | Scheme::Path => r,
                };
            }
            if settings.scheme == Scheme::Path {
                let parents = &design.parents[construct];
                let coefficients = Regression { correlation: &self.composites, size: k };
                coefficients
                    .solve(construct, parents, &mut self.small, &mut self.right)
                    .ok_or(Failure::CollinearAntecedents(construct))?;
                for (&parent, coefficient) in parents.iter().zip(&self.right) {
                    self.inner[construct * k + parent] = *coefficient;
                }
            }
        }
        Ok(())
    }

    fn weigh_outer(&mut self, design: &Design, settings: &Settings) {
        let k = design.size();
        let mut next = 0;
        for (construct, block) in design.blocks.iter().enumerate() {
            let inner = &self.inner[construct * k..(construct + 1) * k];
            for i in block.clone() {
                let row = &self.cross_loadings[i * k..(i + 1) * k];
                let target: f64 = row.iter().zip(inner).map(|(c, e)| c * e).sum();
                self.targets[i] =
                    if settings.scaled { target } else { target * self.deviations[i] };
            }
            let size = block.len();
            let weights = &mut self.weights[block.clone()];
            weights.copy_from_slice(&self.targets[block.clone()]);
            if design.modes[construct] == Mode::B {
                solve(&self.factors[next..next + size * size], size, weights);
            }
            next += size * size;
        }
    }

    fn orient(&mut self, design: &Design, towards: Option<&[f64]>) {
        let k = design.size();
        for (construct, block) in design.blocks.iter().enumerate() {
            let loading = |i: usize| self.cross_loadings[i * k + construct];
            let agreement: f64 = match towards {
                Some(towards) => block.clone().map(|i| loading(i) * towards[i]).sum(),
                None => block.clone().map(loading).sum(),
            };
            if agreement >= 0.0 {
                continue;
            }
            for weight in &mut self.weights[block.clone()] {
                *weight = -*weight;
            }
            for row in self.cross_loadings.chunks_mut(k) {
                row[construct] = -row[construct];
            }
            for other in (0..k).filter(|&other| other != construct) {
                self.composites[construct * k + other] *= -1.0;
                self.composites[other * k + construct] *= -1.0;
            }
        }
    }

    /// Loadings and correlations of constructs, corrected for attenuation if asked (Dijkstra and
    /// Henseler 2015).
    fn correct(&mut self, design: &Design, settings: &Settings) -> Result<(), Failure> {
        let (p, k) = (design.width(), design.size());
        self.constructs.copy_from_slice(&self.composites);
        for (construct, block) in design.blocks.iter().enumerate() {
            for i in block.clone() {
                self.loadings[i] = self.cross_loadings[i * k + construct];
            }
            self.reliabilities[construct] = 1.0;
            if !settings.consistent || block.len() < 2 || design.modes[construct] == Mode::B {
                continue;
            }
            let weight = |i: usize| {
                if settings.scaled { self.weights[i] } else { self.weights[i] * self.deviations[i] }
            };
            let square: f64 = block.clone().map(|i| weight(i).powi(2)).sum();
            let (mut observed, mut implied) = (0.0, 0.0);
            for i in block.clone() {
                for j in block.clone().filter(|&j| j != i) {
                    let product = weight(i) * weight(j);
                    observed += product * self.correlation[i * p + j];
                    implied += product * product;
                }
            }
            let rho = square * square * observed / implied;
            if !(rho > 0.0 && rho.is_finite()) {
                return Err(Failure::NoReliability(construct));
            }
            self.reliabilities[construct] = rho;
            let scale = rho.sqrt() / square;
            for i in block.clone() {
                self.loadings[i] = weight(i) * scale;
            }
        }
        for a in 0..k {
            for b in (0..k).filter(|&b| b != a) {
                self.constructs[a * k + b] /=
                    (self.reliabilities[a] * self.reliabilities[b]).sqrt();
            }
        }
        Ok(())
    }

    fn regress(&mut self, design: &Design) -> Result<(), Failure> {
        let k = design.size();
        self.totals.fill(0.0);
        for &construct in &design.order {
            let parents = &design.parents[construct];
            self.r2[construct] = Regression { correlation: &self.constructs, size: k }
                .solve(construct, parents, &mut self.small, &mut self.right)
                .ok_or(Failure::CollinearAntecedents(construct))?;
            let known = design.parent_paths[construct].iter().zip(parents);
            for ((&path, &parent), &coefficient) in known.zip(&self.right) {
                self.paths[path] = coefficient;
                self.totals[parent * k + construct] += coefficient;
                for from in 0..k {
                    self.totals[from * k + construct] +=
                        self.totals[from * k + parent] * coefficient;
                }
            }
        }
        Ok(())
    }
}

fn metric<'a>(correlation: &'a [f64], moments: &'a Moments, settings: &Settings) -> &'a [f64] {
    if settings.scaled { correlation } else { &moments.covariance }
}

/// Least squares of one variable on others, all known by their correlations.
pub(crate) struct Regression<'a> {
    pub correlation: &'a [f64],
    pub size: usize,
}

impl Regression<'_> {
    /// Writes the coefficients to the front of `right` and gives the share of variance explained;
    /// nothing when the predictors are linear combinations of each other.
    pub fn solve(
        &self,
        outcome: usize,
        predictors: &[usize],
        small: &mut [f64],
        right: &mut [f64],
    ) -> Option<f64> {
        let count = predictors.len();
        for (a, &i) in predictors.iter().enumerate() {
            for (b, &j) in predictors.iter().enumerate() {
                small[a * count + b] = self.correlation[i * self.size + j];
            }
            right[a] = self.correlation[i * self.size + outcome];
        }
        if !cholesky(&mut small[..count * count], count) {
            return None;
        }
        solve(&small[..count * count], count, &mut right[..count]);
        let explained = predictors.iter().zip(right.iter());
        Some(explained.map(|(&i, b)| b * self.correlation[i * self.size + outcome]).sum())
    }
}
