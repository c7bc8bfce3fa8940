//! Ordered variables: thresholds, polychoric and polyserial correlations in two steps, and the
//! covariances of these estimates (Olsson 1979; Olsson, Drasgow & Dorans 1982; Muthén 1984).

use std::collections::BTreeMap;

use super::engine::is_definite;
use super::error::SemError;
use super::margin::{Covariates, Margin};
use super::moment::{Moment, ordered_layout};
use super::moments::Moments;
use super::options::FitOptions;
use super::pair::Pair;
use super::sample::{GroupSample, Sample, moments as group_moments};
use crate::model::ParameterTable;
use crate::stats::dense;
use crate::stats::matrix::Matrix;

/// The most categories of an ordered variable; with more, treat it as continuous.
pub const CATEGORIES_MAX: usize = 30;

/// Eigenvalues of the bread below this part of the largest are rounding of zero.
const SINGULAR: f64 = 1e-15;

/// Of a singular bread, eigenvalues below this part of the largest count as zero (the root of
/// the machine's precision, as in R's generalised inverse).
const GENERALISED: f64 = 1.490_116_119_384_765_6e-8;

/// The numbers of categories of the ordered variables; every group must use all of them.
pub(super) fn categories(
    sample: &Sample,
    options: &FitOptions,
) -> Result<BTreeMap<String, usize>, SemError> {
    let mut found = BTreeMap::new();
    for (i, variable) in sample.variables.iter().enumerate() {
        if !options.ordered.contains(variable) {
            continue;
        }
        let levels = levels(sample, i);
        if levels.len() > CATEGORIES_MAX {
            return Err(SemError::TooManyCategories {
                variable: variable.clone(),
                found: levels.len(),
                most: CATEGORIES_MAX,
            });
        }
        for group in &sample.groups {
            for level in &levels {
                if !(0..group.cases).any(|case| group.case(case)[i] == *level) {
                    return Err(SemError::EmptyCategory {
                        variable: variable.clone(),
                        category: level.to_string(),
                        group: group.label.clone(),
                    });
                }
            }
        }
        found.insert(variable.clone(), levels.len());
    }
    Ok(found)
}

/// The values an ordered variable takes in any group, ascending.
pub(super) fn levels(sample: &Sample, variable: usize) -> Vec<f64> {
    let mut levels: Vec<f64> = Vec::new();
    for group in &sample.groups {
        for case in 0..group.cases {
            let value = group.case(case)[variable];
            if levels.len() <= CATEGORIES_MAX && !levels.contains(&value) && !value.is_nan() {
                levels.push(value);
            }
        }
    }
    levels.sort_by(f64::total_cmp);
    levels
}

/// Moments of one group with ordered variables, given the covariates if there are any, and the
/// covariances of these moments.
pub(super) fn moments(
    sample: &GroupSample,
    table: &ParameterTable,
    whole: &Sample,
) -> Result<Moments, SemError> {
    let p = table.modelled().len();
    let given = covariates(sample, p, whole)?;
    let margins = margins(sample, table, whole, given.as_ref())?;
    let counts: Vec<usize> = margins.iter().map(|m| m.thresholds.len()).collect();
    let layout = ordered_layout(&counts, whole.variables.len() - p);
    let mut stage = Stage::new(&margins, given.as_ref(), &layout, sample.cases);
    let mut cov = Matrix::identity(p);
    for (i, margin) in margins.iter().enumerate() {
        cov[(i, i)] = margin.variance;
    }
    for j in 0..p {
        for i in j + 1..p {
            let pair =
                Pair::fit(&margins[i], &margins[j]).ok_or_else(|| SemError::NeverTogether {
                    first: whole.variables[j].clone(),
                    second: whole.variables[i].clone(),
                    group: sample.label.clone(),
                })?;
            let scale = (margins[i].variance * margins[j].variance).sqrt();
            cov[(i, j)] = pair.correlation * scale;
            cov[(j, i)] = cov[(i, j)];
            stage.add_pair(i, j, &pair);
        }
    }
    let gamma = stage
        .covariances(&cov)
        .ok_or(SemError::TooFewForWeights { cases: sample.cases, moments: layout.len() })?;
    let values = layout.iter().map(|moment| match moment {
        Moment::Mean(i) => margins[*i].mean,
        Moment::Threshold(i, k) => margins[*i].thresholds[*k],
        Moment::Slope(i, k) => margins[*i].slopes[*k],
        Moment::Covariance(i, j) => cov[(*i, *j)],
    });
    Ok(Moments {
        mean: margins.iter().map(|m| m.mean).collect(),
        values: values.collect(),
        cov,
        thresholds: margins.iter().map(|m| m.thresholds.clone()).collect(),
        covariate_mean: given.as_ref().map_or_else(Vec::new, |x| x.mean.clone()),
        covariate_cov: given.map_or_else(Matrix::default, |x| x.cov),
        layout,
        gamma: Some(gamma),
    })
}

/// The covariates of one group: what comes after the first `p` variables.
fn covariates(
    sample: &GroupSample,
    p: usize,
    whole: &Sample,
) -> Result<Option<Covariates>, SemError> {
    let q = sample.p - p;
    if q == 0 {
        return Ok(None);
    }
    let mut rows = Matrix::zeros(sample.cases, q);
    for case in 0..sample.cases {
        rows.row_mut(case).copy_from_slice(&sample.case(case)[p..]);
    }
    let all: Vec<usize> = (p..sample.p).collect();
    let (mean, cov) = group_moments((0..sample.cases).map(|case| sample.case(case)), &all);
    let mut factor = cov.clone();
    let definite = dense::cholesky(&mut factor, q).is_some() && is_definite(&factor, &cov, q);
    if !definite {
        return Err(SemError::CollinearCovariates {
            covariates: whole.variables[p..].to_vec(),
            group: sample.label.clone(),
        });
    }
    // lavaan reports covariances of covariates with divisor n - 1.
    let n = sample.cases as f64;
    let cov = Matrix::square(q, cov).scaled(n / (n - 1.0));
    Ok(Some(Covariates { rows, mean, cov }))
}

fn margins(
    sample: &GroupSample,
    table: &ParameterTable,
    whole: &Sample,
    given: Option<&Covariates>,
) -> Result<Vec<Margin>, SemError> {
    let of = |(i, name): (usize, &String)| {
        let answers: Vec<f64> = (0..sample.cases).map(|case| sample.case(case)[i]).collect();
        let group = || sample.label.clone();
        if !table.is_ordered(name) {
            let covariates = || whole.variables[table.modelled().len()..].to_vec();
            return Margin::continuous(answers, given).ok_or_else(|| {
                SemError::CollinearCovariates { covariates: covariates(), group: group() }
            });
        }
        let levels = levels(whole, i);
        let known =
            |(ordered, count): &(String, usize)| ordered == name && count + 1 == levels.len();
        if !table.ordered.iter().any(known) {
            return Err(SemError::LostCategory { variable: name.clone() });
        }
        if let Some(empty) = levels.iter().find(|level| !answers.contains(level)) {
            return Err(SemError::EmptyCategory {
                variable: name.clone(),
                category: empty.to_string(),
                group: group(),
            });
        }
        Margin::ordered(&answers, &levels, given)
            .ok_or_else(|| SemError::Separated { variable: name.clone(), group: group() })
    };
    table.modelled().iter().enumerate().map(of).collect()
}

/// The estimating equations of all steps: one column of case scores for each moment, and the
/// mean derivative of each equation.
struct Stage<'m> {
    margins: &'m [Margin],
    given: Option<&'m Covariates>,
    layout: &'m [Moment],
    /// Case scores, one column for each moment.
    scores: Matrix,
    /// Minus the mean derivative of equation `row` by moment `column`.
    bread: Matrix,
}

impl<'m> Stage<'m> {
    fn new(
        margins: &'m [Margin],
        given: Option<&'m Covariates>,
        layout: &'m [Moment],
        cases: usize,
    ) -> Self {
        let k = layout.len();
        let (scores, bread) = (Matrix::zeros(cases, k), Matrix::zeros(k, k));
        let mut stage = Self { margins, given, layout, scores, bread };
        for i in 0..margins.len() {
            stage.add_margin(i);
        }
        stage
    }

    /// The moments of one variable's own distribution, in order.
    fn own(&self, i: usize) -> Vec<usize> {
        let own = |moment: &Moment| match moment {
            Moment::Mean(v) | Moment::Threshold(v, _) | Moment::Slope(v, _) => *v == i,
            Moment::Covariance(a, b) => *a == i && *b == i,
        };
        (0..self.layout.len()).filter(|at| own(&self.layout[*at])).collect()
    }

    /// The covariates of a case.
    fn given_in(&self, case: usize) -> &'m [f64] {
        self.given.map_or(&[], |given| given.rows.row(case))
    }

    /// The equations of one variable; their information is the cross-product of the scores.
    fn add_margin(&mut self, i: usize) {
        let own = self.own(i);
        let cases = self.scores.rows;
        for case in (0..cases).filter(|case| self.margins[i].answered[*case]) {
            for (at, score) in own.iter().zip(self.margins[i].scores(case, self.given_in(case))) {
                self.scores[(case, *at)] = score;
            }
        }
        for a in &own {
            for b in &own {
                let sum: f64 =
                    (0..cases).map(|c| self.scores[(c, *a)] * self.scores[(c, *b)]).sum();
                self.bread[(*a, *b)] = sum / cases as f64;
            }
        }
    }

    /// The equation of one correlation: its derivatives are cross-products of the scores of the
    /// bivariate likelihood.
    fn add_pair(&mut self, i: usize, j: usize, pair: &Pair) {
        let find = |moment: &Moment| *moment == Moment::Covariance(i, j);
        let at = self.layout.iter().position(find).expect("every pair is a moment");
        let cases = self.scores.rows;
        let owns: Vec<usize> = [self.own(i), self.own(j)].concat();
        let mut cross = vec![0.0; owns.len()];
        let mut square = 0.0;
        let (first, second) = (&self.margins[i], &self.margins[j]);
        let both = (0..cases).filter(|case| first.answered[*case] && second.answered[*case]);
        for case in both {
            let (by_correlation, by_margins) =
                pair.scores(first, second, case, self.given_in(case));
            self.scores[(case, at)] = by_correlation;
            square += by_correlation * by_correlation;
            for (sum, score) in cross.iter_mut().zip(&by_margins) {
                *sum += by_correlation * score;
            }
        }
        self.bread[(at, at)] = square / cases as f64;
        for (own, sum) in owns.iter().zip(&cross) {
            self.bread[(at, *own)] = sum / cases as f64;
        }
    }

    /// `n` times the covariances of the moments: bread^-1 meat bread^-T, carried from correlations
    /// to covariances where a side is continuous.
    fn covariances(&self, cov: &Matrix) -> Option<Matrix> {
        let k = self.layout.len();
        let mut meat = Matrix::zeros(k, k);
        for case in 0..self.scores.rows {
            let row = self.scores.row(case);
            for i in 0..k {
                for (target, other) in meat.row_mut(i)[..=i].iter_mut().zip(row) {
                    *target += row[i] * other;
                }
            }
        }
        for i in 0..k {
            for j in 0..=i {
                meat[(i, j)] /= self.scores.rows as f64;
                meat[(j, i)] = meat[(i, j)];
            }
        }
        let influence = self.to_covariances(cov).times(&self.inverse()?);
        Some(influence.times(&meat).times(&influence.transpose()))
    }

    /// The inverse of the bread: blocks of single variables, and below them one row for each
    /// correlation.
    fn inverse(&self) -> Option<Matrix> {
        let k = self.layout.len();
        let blocks: Vec<Vec<usize>> = (0..self.margins.len()).map(|i| self.own(i)).collect();
        let pick = |at: &[usize]| {
            let n = at.len();
            let elements = (0..n * n).map(|e| self.bread[(at[e / n], at[e % n])]);
            Matrix::square(n, elements.collect())
        };
        let eigen: Vec<(Vec<f64>, Matrix)> =
            blocks.iter().map(|at| pick(at).eigen()).collect::<Option<_>>()?;
        let values = || eigen.iter().flat_map(|(values, _)| values);
        let largest = values().copied().fold(0.0, f64::max);
        // A variable of two values makes its mean and variance one: then, as in lavaan, all
        // blocks are inverted as far as they reach.
        let least = values().copied().fold(f64::INFINITY, f64::min);
        let cut = if least < SINGULAR * largest { GENERALISED * largest } else { 0.0 };
        let mut inverse = Matrix::zeros(k, k);
        for (at, (values, vectors)) in blocks.iter().zip(&eigen) {
            let whole: Vec<f64> =
                values.iter().map(|v| if *v > cut { 1.0 / v } else { 0.0 }).collect();
            let block = vectors.times(&Matrix::diagonal(&whole)).times(&vectors.transpose());
            for (a, i) in at.iter().enumerate() {
                for (b, j) in at.iter().enumerate() {
                    inverse[(*i, *j)] = block[(a, b)];
                }
            }
        }
        for (row, moment) in self.layout.iter().enumerate() {
            let Moment::Covariance(i, j) = moment else { continue };
            if i == j {
                continue;
            }
            let own = self.bread[(row, row)];
            inverse[(row, row)] = 1.0 / own;
            for block in [&blocks[*i], &blocks[*j]] {
                for column in block {
                    let through: f64 =
                        block.iter().map(|b| self.bread[(row, *b)] * inverse[(*b, *column)]).sum();
                    inverse[(row, *column)] = -through / own;
                }
            }
        }
        inverse.data.iter().all(|x| x.is_finite()).then_some(inverse)
    }

    /// The derivative of the reported moments by those of the estimating equations.
    fn to_covariances(&self, cov: &Matrix) -> Matrix {
        let mut jacobian = Matrix::identity(self.layout.len());
        let continuous = |i: usize| self.margins[i].thresholds.is_empty();
        for (at, moment) in self.layout.iter().enumerate() {
            let Moment::Covariance(i, j) = moment else {
                continue;
            };
            if i == j {
                continue;
            }
            let (v, w) = (self.margins[*i].variance, self.margins[*j].variance);
            jacobian[(at, at)] = (v * w).sqrt();
            for (side, variance) in [(*i, v), (*j, w)] {
                if continuous(side) {
                    let own = Moment::Covariance(side, side);
                    let column = self.layout.iter().position(|m| *m == own);
                    let column = column.expect("a continuous variance is a moment");
                    jacobian[(at, column)] = cov[(*i, *j)] / (2.0 * variance);
                }
            }
        }
        jacobian
    }
}
