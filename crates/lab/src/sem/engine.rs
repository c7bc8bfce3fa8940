//! The discrepancy of a model for given data, and its minimum under the model's constraints.

use super::error::SemError;
use super::implied::Implied;
use super::moments::{self, Moments};
use super::normal::{Normal, NormalGroup};
use super::options::{FitOptions, Likelihood, Missing};
use super::sample::Sample;
use super::solve::{Constraints, Ending, Limits, Objective, Solver};
use super::structure::Structure;
use super::weighted::{Weight, Weighted, WeightedGroup};
use crate::model::{ConstraintKind, ParameterTable};
use crate::stats::dense;
use crate::stats::matrix::Matrix;

/// Everything about the data that estimation needs.
#[derive(Clone, Debug)]
pub struct Data {
    /// The cases.
    pub sample: Sample,
    /// Moments of each group.
    pub moments: Vec<Moments>,
    /// Weights of each group.
    pub weights: Vec<Weight>,
    /// The choices.
    pub options: FitOptions,
    /// Exogenous variables whose moments are fixed.
    pub exogenous: Vec<usize>,
    /// Whether means are modelled.
    pub means: bool,
    /// Whether some variable is ordered.
    pub categorical: bool,
    /// Number of covariates the model is conditional on: the last of the sample's variables.
    pub covariates: usize,
}

impl Data {
    /// The multiplier of twice the discrepancy in the test statistic.
    #[must_use]
    pub fn multiplier(&self) -> f64 {
        let lost = if self.is_wishart() { self.sample.groups.len() } else { 0 };
        (self.sample.cases - lost) as f64
    }

    /// Whether the Wishart likelihood is in use.
    #[must_use]
    pub fn is_wishart(&self) -> bool {
        self.options.likelihood == Likelihood::Wishart && self.options.estimator().is_likelihood()
    }

    /// The weight of group `group` in informations.
    #[must_use]
    pub fn share(&self, group: usize) -> f64 {
        self.sample.groups[group].cases as f64 / self.sample.cases as f64
    }

    /// The weight of group `group` in the discrepancy of least squares, which counts one case
    /// less in each group, as lavaan does.
    #[must_use]
    pub fn least_squares_share(&self, group: usize) -> f64 {
        (self.sample.groups[group].cases - 1) as f64 / self.sample.cases as f64
    }

    /// The number of cases that covariances of estimates are divided by, and that RMSEA counts.
    #[must_use]
    pub fn divisor(&self) -> f64 {
        if self.options.estimator().is_likelihood() {
            return self.multiplier();
        }
        (self.sample.cases - self.sample.groups.len()) as f64
    }

    /// Whether cases with missing answers are used.
    #[must_use]
    pub fn is_fiml(&self) -> bool {
        self.options.missing == Missing::Fiml
    }

    /// The normal likelihood of these structures.
    ///
    /// # Errors
    /// When complete data have a covariance matrix that is not positive definite.
    pub fn normal(&self, structures: &[Structure], free: usize) -> Result<Normal, SemError> {
        let mut constant = 0.0;
        let mut constants = Vec::new();
        let mut groups = Vec::new();
        for (number, structure) in structures.iter().enumerate() {
            let sample = &self.sample.groups[number];
            let (mut patterns, _) = sample.patterns(1.0 / self.sample.cases as f64);
            if !self.is_fiml() {
                patterns[0].cov.clone_from(&self.moments[number].cov.data);
                let mut factor = patterns[0].cov.clone();
                let log_determinant = dense::cholesky(&mut factor, sample.p)
                    .filter(|_| is_definite(&factor, &patterns[0].cov, sample.p))
                    .ok_or_else(|| super::check::not_positive(&self.sample, number))?;
                let perfect = 0.5 * (log_determinant + sample.p as f64);
                constant += patterns[0].weight * perfect;
                constants.push(perfect);
            }
            groups.push(NormalGroup::new(structure.clone(), patterns));
        }
        Ok(Normal { groups, free, constant, constants })
    }

    /// The discrepancy of these structures.
    ///
    /// # Errors
    /// As [`Data::normal`].
    pub fn engine(&self, structures: &[Structure], free: usize) -> Result<Engine, SemError> {
        if self.options.estimator().is_likelihood() {
            return Ok(Engine::Normal(Box::new(self.normal(structures, free)?)));
        }
        let groups = structures.iter().enumerate().map(|(number, structure)| WeightedGroup {
            implied: Implied::new(structure),
            structure: structure.clone(),
            layout: self.moments[number].layout.clone(),
            sample: self.moments[number].values.clone(),
            weight: self.weights[number].clone(),
            share: self.least_squares_share(number),
            information_share: self.share(number),
        });
        let groups = groups.collect();
        Ok(Engine::Weighted(Weighted::new(groups, free)))
    }
}

/// The least share of a variable's variance that the variables before it must leave unexplained;
/// less is rounding of zero.
const UNEXPLAINED: f64 = 1e-10;

/// Whether a Cholesky `factor` of `cov` is that of a definite matrix beyond rounding.
pub(super) fn is_definite(factor: &[f64], cov: &[f64], p: usize) -> bool {
    let diagonal = (0..p).map(|i| i * p + i);
    diagonal.into_iter().all(|at| factor[at] * factor[at] > UNEXPLAINED * cov[at])
}

/// A discrepancy.
#[derive(Clone, Debug)]
pub enum Engine {
    /// The normal likelihood.
    Normal(Box<Normal>),
    /// Least squares.
    Weighted(Weighted),
}

impl Objective for Engine {
    fn value(&mut self, theta: &[f64]) -> f64 {
        match self {
            Self::Normal(normal) => normal.value(theta),
            Self::Weighted(weighted) => Objective::value(weighted, theta),
        }
    }

    fn slopes(&mut self, gradient: &mut [f64], information: &mut [f64]) {
        match self {
            Self::Normal(normal) => normal.slopes(gradient, information),
            Self::Weighted(weighted) => Objective::slopes(weighted, gradient, information),
        }
    }

    fn hessian(&mut self, gradient: &mut [f64], hessian: &mut [f64]) -> bool {
        match self {
            Self::Normal(normal) => {
                normal.hessian(gradient, hessian);
                true
            }
            Self::Weighted(weighted) => weighted.hessian(gradient, hessian),
        }
    }

    fn patience(&self) -> usize {
        match self {
            Self::Normal(_) => 0,
            Self::Weighted(weighted) => weighted.patience(),
        }
    }
}

impl Engine {
    /// Structure and moments of group `group` at the last point.
    #[must_use]
    pub fn group(&self, group: usize) -> (&Structure, &Implied) {
        match self {
            Self::Normal(normal) => {
                (&normal.groups[group].structure, &normal.groups[group].implied)
            }
            Self::Weighted(weighted) => {
                (&weighted.groups[group].structure, &weighted.groups[group].implied)
            }
        }
    }

    /// Number of free parameters.
    #[must_use]
    pub fn free(&self) -> usize {
        match self {
            Self::Normal(normal) => normal.free,
            Self::Weighted(weighted) => weighted.free,
        }
    }
}

/// A discrepancy at its minimum.
#[derive(Clone, Debug)]
pub struct Solved {
    /// The discrepancy, valued at `theta`.
    pub engine: Engine,
    /// The free values.
    pub theta: Vec<f64>,
    /// How the search ended.
    pub ending: Ending,
    /// Columns that span the directions the constraints leave free; none without constraints.
    pub basis: Option<Matrix>,
    /// Number of parameters less the rank of equality constraints.
    pub parameters: usize,
    /// Number of free rows of the table, where rows held equal count each.
    pub rows: usize,
}

/// Limits for one fit: to rounding.
pub const EXACT: Limits = Limits { steps: 1_000, decrement: 1e-20 };

/// The constraints of a table that are in force.
pub struct InForce<'t> {
    /// The table.
    pub table: &'t ParameterTable,
    /// Numbers of the constraints in force.
    pub active: Vec<usize>,
}

impl Constraints for InForce<'_> {
    fn count(&self) -> usize {
        self.active.len()
    }

    fn evaluate(&self, theta: &[f64], values: &mut [f64], jacobian: &mut [f64]) {
        let n = theta.len();
        for (row, number) in self.active.iter().enumerate() {
            let dual = self.table.difference(&self.table.constraints[*number], theta);
            values[row] = dual.value;
            jacobian[row * n..(row + 1) * n].copy_from_slice(&dual.gradient);
        }
    }
}

impl Solved {
    /// Finds the minimum from `start` under the constraints of `table`.
    #[must_use]
    pub fn find(mut engine: Engine, table: Option<&ParameterTable>, start: &[f64]) -> Self {
        let empty = ParameterTable::default();
        let table = table.unwrap_or(&empty);
        let equal = |kind| kind == ConstraintKind::Equal;
        let numbers = 0..table.constraints.len();
        let equalities: Vec<usize> =
            numbers.filter(|i| equal(table.constraints[*i].kind)).collect();
        let mut in_force = InForce { table, active: equalities.clone() };
        let mut theta = start.to_vec();
        let mut ending;
        loop {
            let mut solver = Solver::new(theta.len(), in_force.active.len());
            ending = solver.minimise(&mut engine, &in_force, &mut theta, EXACT);
            let violated = (0..table.constraints.len()).find(|i| {
                let constraint = &table.constraints[*i];
                let value = || table.difference(constraint, &theta).value;
                !in_force.active.contains(i)
                    && match constraint.kind {
                        ConstraintKind::Equal => false,
                        ConstraintKind::AtMost => value() > 1e-9,
                        ConstraintKind::AtLeast => value() < -1e-9,
                    }
            });
            match violated {
                Some(number) => in_force.active.push(number),
                None => break,
            }
        }
        let rank = rank_and_basis(&in_force, &theta, equalities.len());
        engine.value(&theta);
        let parameters = theta.len() - rank.0;
        let free_rows = table.rows.iter().filter(|row| row.free.is_some()).count();
        let rows = free_rows.max(theta.len());
        Self { engine, theta, ending, basis: rank.1, parameters, rows }
    }

    /// The inverse of a second derivative within the constraints, or none when singular.
    #[must_use]
    pub fn invert(&self, information: &Matrix) -> Option<Matrix> {
        match &self.basis {
            None => information.inverse_positive(),
            Some(basis) => {
                let inner = basis.sandwich(information).inverse_positive()?;
                Some(basis.times(&inner).times(&basis.transpose()))
            }
        }
    }
}

/// Rank of the first `equalities` constraints and a basis of what all of them leave free.
fn rank_and_basis(
    in_force: &InForce<'_>,
    theta: &[f64],
    equalities: usize,
) -> (usize, Option<Matrix>) {
    let (k, n) = (in_force.count(), theta.len());
    if k == 0 {
        return (0, None);
    }
    let (mut values, mut jacobian) = (vec![0.0; k], Matrix::zeros(k, n));
    in_force.evaluate(theta, &mut values, &mut jacobian.data);
    let null = |jacobian: &Matrix| -> Option<Matrix> {
        let (eigenvalues, vectors) = jacobian.transpose().times(jacobian).eigen()?;
        let largest = eigenvalues.iter().copied().fold(0.0, f64::max);
        let free: Vec<usize> =
            (0..n).filter(|i| eigenvalues[*i] < 1e-10 * largest.max(1e-300)).collect();
        let mut basis = Matrix::zeros(n, free.len());
        for (column, from) in free.iter().enumerate() {
            for i in 0..n {
                basis[(i, column)] = vectors[(i, *from)];
            }
        }
        Some(basis)
    };
    let rows = equalities * n;
    let of_equalities =
        Matrix { rows: equalities, columns: n, data: jacobian.data[..rows].to_vec() };
    let rank =
        if equalities == 0 { 0 } else { null(&of_equalities).map_or(0, |basis| n - basis.columns) };
    (rank, null(&jacobian))
}

/// The weights of all groups.
pub(super) fn weights(
    moments: &[Moments],
    options: &FitOptions,
    sample: &Sample,
) -> Result<Vec<Weight>, SemError> {
    let each = moments.iter().zip(&sample.groups);
    each.map(|(m, group)| moments::weight(m, options.estimator(), group.cases)).collect()
}
