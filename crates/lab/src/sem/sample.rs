//! The cases a model is fitted to: groups, usable rows, patterns of missing answers, moments.

use std::collections::BTreeMap;

use super::error::SemError;
use super::normal::Pattern;
use super::options::Missing;
use crate::data::Table;
use crate::stats::dense;
use crate::stats::matrix::Matrix;

/// The most observed variables of one model; the weight matrix of 120 variables already has
/// 7,260 squared elements.
pub const VARIABLES_MAX: usize = 120;

/// The cases of one group.
#[derive(Clone, Debug)]
pub struct GroupSample {
    /// Value of the grouping variable; empty when there is one group.
    pub label: String,
    /// Rows of answers, case after case, `NaN` where missing.
    pub rows: Vec<f64>,
    /// Number of usable cases.
    pub cases: usize,
    /// Number of variables.
    pub p: usize,
    /// Means; of saturated FIML when answers are missing.
    pub mean: Vec<f64>,
    /// Covariances with divisor `cases`; of saturated FIML when answers are missing.
    pub cov: Matrix,
    /// Whether some answer is missing.
    pub incomplete: bool,
}

impl GroupSample {
    /// The answers of case number `case`.
    #[must_use]
    pub fn case(&self, case: usize) -> &[f64] {
        &self.rows[case * self.p..(case + 1) * self.p]
    }

    /// The patterns of answered variables and, for each case, the number of its pattern. `share`
    /// is the weight of one case.
    #[must_use]
    pub fn patterns(&self, share: f64) -> (Vec<Pattern>, Vec<usize>) {
        let mut known: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        let mut of_case = Vec::with_capacity(self.cases);
        for case in 0..self.cases {
            let row = self.case(case);
            let answered: Vec<usize> = (0..self.p).filter(|i| !row[*i].is_nan()).collect();
            let next = known.len();
            of_case.push(*known.entry(answered).or_insert(next));
        }
        let mut patterns = vec![None; known.len()];
        for (answered, number) in known {
            let members = || (0..self.cases).filter(|case| of_case[*case] == number);
            let rows = members().map(|case| self.case(case));
            let (mean, cov) = moments(rows, &answered);
            let weight = members().count() as f64 * share;
            patterns[number] = Some(Pattern { answered, weight, mean, cov });
        }
        (patterns.into_iter().flatten().collect(), of_case)
    }
}

/// Means and covariances (divisor the number of rows) of some variables of complete rows.
pub fn moments<'r>(
    rows: impl Iterator<Item = &'r [f64]> + Clone,
    variables: &[usize],
) -> (Vec<f64>, Vec<f64>) {
    let k = variables.len();
    let (mut mean, mut cov) = (vec![0.0; k], vec![0.0; k * k]);
    let mut count = 0.0;
    for row in rows.clone() {
        count += 1.0;
        for (sum, variable) in mean.iter_mut().zip(variables) {
            *sum += row[*variable];
        }
    }
    mean.iter_mut().for_each(|sum| *sum /= count);
    for row in rows {
        for i in 0..k {
            let left = row[variables[i]] - mean[i];
            for j in 0..=i {
                cov[i * k + j] += left * (row[variables[j]] - mean[j]);
            }
        }
    }
    for i in 0..k {
        for j in 0..=i {
            let value = cov[i * k + j] / count;
            cov[i * k + j] = value;
            cov[j * k + i] = value;
        }
    }
    (mean, cov)
}

/// The cases of all groups.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Observed variables in the order of the columns.
    pub variables: Vec<String>,
    /// Groups in order of first appearance.
    pub groups: Vec<GroupSample>,
    /// Usable cases of all groups.
    pub cases: usize,
    /// Cases left out because they miss what the model needs.
    pub dropped: usize,
}

impl Sample {
    /// Takes the cases of `table` for `variables`, split by `group`; those of `required` are
    /// needed whatever happens to missing answers.
    ///
    /// # Errors
    /// When a column is unknown or not numeric, a group has no or one case, or a variable is
    /// constant.
    pub fn of(
        table: &Table,
        variables: &[String],
        required: &[String],
        group: Option<&str>,
        missing: Missing,
    ) -> Result<Self, SemError> {
        if variables.len() > VARIABLES_MAX {
            let (found, most) = (variables.len(), VARIABLES_MAX);
            return Err(SemError::TooManyVariables { found, most });
        }
        let columns: Vec<&[f64]> =
            variables.iter().map(|name| table.numbers(name)).collect::<Result<_, _>>()?;
        let held: Vec<&[f64]> =
            required.iter().map(|name| table.numbers(name)).collect::<Result<_, _>>()?;
        let has_required = |row: usize| held.iter().all(|c| !c[row].is_nan());
        let labels = match group {
            Some(name) => table.labels(name)?,
            None => vec![".".to_owned(); table.rows()],
        };
        let mut groups: Vec<GroupSample> = Vec::new();
        let mut used = 0;
        for (row, label) in labels.iter().enumerate() {
            if label.is_empty() {
                continue;
            }
            let at = groups.iter().position(|g| g.label == *label).unwrap_or_else(|| {
                groups.push(empty_group(label, variables.len()));
                groups.len() - 1
            });
            let answered = columns.iter().filter(|c| !c[row].is_nan()).count();
            let usable = match missing {
                Missing::Listwise => answered == columns.len(),
                // Given a covariate alone, FIML still learns its moments, as in lavaan.
                Missing::Fiml => answered > 0 && has_required(row),
                Missing::Pairwise => answered > required.len() && has_required(row),
            };
            if usable {
                groups[at].rows.extend(columns.iter().map(|c| c[row]));
                groups[at].cases += 1;
                groups[at].incomplete |= answered < columns.len();
                used += 1;
            }
        }
        let mut sample = Self {
            variables: variables.to_vec(),
            groups,
            cases: used,
            dropped: table.rows() - used,
        };
        if group.is_none() {
            sample.groups.iter_mut().for_each(|g| g.label.clear());
        }
        Ok(sample)
    }

    pub(super) fn check(&self) -> Result<(), SemError> {
        if self.cases == 0 {
            return Err(SemError::NoCases { group: String::new() });
        }
        for sample in &self.groups {
            let group = sample.label.clone();
            if sample.cases < 2 {
                let cases = sample.cases;
                return Err(SemError::GroupTooSmall { group, cases });
            }
            for (i, variable) in self.variables.iter().enumerate() {
                let mut answers =
                    (0..sample.cases).map(|case| sample.case(case)[i]).filter(|x| !x.is_nan());
                let first = answers.next();
                if answers.all(|x| Some(x) == first) {
                    let variable = variable.clone();
                    return Err(SemError::Constant { variable, group });
                }
            }
        }
        Ok(())
    }
}

fn empty_group(label: &str, p: usize) -> GroupSample {
    GroupSample {
        label: label.to_owned(),
        rows: Vec::new(),
        cases: 0,
        p,
        mean: vec![0.0; p],
        cov: Matrix::zeros(p, p),
        incomplete: false,
    }
}

/// Steps of the EM algorithm at most; each is cheap and the saturated model must be exact.
const EM_STEPS: usize = 20_000;

impl GroupSample {
    /// Sets means and covariances: sample moments, or saturated FIML by EM (Dempster, Laird &
    /// Rubin 1977; Little & Rubin 2002, ch. 11). `pairwise` asks for what single variables say.
    pub(super) fn summarise(&mut self, pairwise: bool) {
        if pairwise {
            return self.start_from_answers();
        }
        let all: Vec<usize> = (0..self.p).collect();
        if !self.incomplete {
            let rows = (0..self.cases).map(|case| self.case(case));
            let (mean, cov) = moments(rows, &all);
            self.mean = mean;
            self.cov = Matrix::square(self.p, cov);
            return;
        }
        let (patterns, _) = self.patterns(1.0 / self.cases as f64);
        self.start_from_answers();
        for _ in 0..EM_STEPS {
            let Some(change) = self.em_step(&patterns) else {
                return;
            };
            if change < 1e-11 {
                return;
            }
        }
    }

    /// Means and variances of the answers alone, covariances zero.
    fn start_from_answers(&mut self) {
        self.cov = Matrix::zeros(self.p, self.p);
        for i in 0..self.p {
            let answers = || (0..self.cases).map(|c| self.case(c)[i]).filter(|x| !x.is_nan());
            let count = answers().count() as f64;
            let mean = answers().sum::<f64>() / count;
            let variance = answers().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
            self.mean[i] = mean;
            self.cov[(i, i)] = variance;
        }
    }

    /// One step; gives the largest change in units of standard deviations.
    fn em_step(&mut self, patterns: &[Pattern]) -> Option<f64> {
        let p = self.p;
        let (mut first, mut second) = (vec![0.0; p], Matrix::zeros(p, p));
        for pattern in patterns {
            let (expected, spread) = self.complete(pattern)?;
            for i in 0..p {
                first[i] += pattern.weight * expected[i];
                for j in 0..p {
                    let moment = spread[(i, j)] + expected[i] * expected[j];
                    second[(i, j)] += pattern.weight * moment;
                }
            }
        }
        let mut change = 0.0_f64;
        for (i, (new, old)) in first.iter().zip(&self.mean).enumerate() {
            change = change.max((new - old).abs() / self.cov[(i, i)].sqrt());
        }
        let mut cov = second;
        for i in 0..p {
            for j in 0..p {
                cov[(i, j)] -= first[i] * first[j];
                let unit = (self.cov[(i, i)] * self.cov[(j, j)]).sqrt();
                change = change.max((cov[(i, j)] - self.cov[(i, j)]).abs() / unit);
            }
        }
        self.mean = first;
        self.cov = cov;
        change.is_finite().then_some(change)
    }

    /// Expected mean of the completed cases of a pattern and their covariances about it.
    fn complete(&self, pattern: &Pattern) -> Option<(Vec<f64>, Matrix)> {
        let (p, k) = (self.p, pattern.answered.len());
        let part = |i: usize, j: usize| self.cov[(pattern.answered[i], pattern.answered[j])];
        let data = (0..k * k).map(|at| part(at / k, at % k)).collect();
        let inverse = Matrix::square(k, data).inverse_positive()?;
        // Regression of every variable on the answered ones.
        let mut on = Matrix::zeros(p, k);
        for i in 0..p {
            for j in 0..k {
                on[(i, j)] = self.cov[(i, pattern.answered[j])];
            }
        }
        let slopes = on.times(&inverse);
        let error: Vec<f64> =
            (0..k).map(|j| pattern.mean[j] - self.mean[pattern.answered[j]]).collect();
        let expected = (0..p).map(|i| self.mean[i] + dense::dot(slopes.row(i), &error)).collect();
        let given = Matrix::square(k, pattern.cov.clone());
        let explained = slopes.times(&on.transpose());
        let spread = slopes.times(&given).times(&slopes.transpose());
        let spread = spread.plus(&self.cov, 1.0).plus(&explained, -1.0);
        Some((expected, spread))
    }
}
