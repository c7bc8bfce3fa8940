//! Factor scores of single cases; with ordered answers they are modes (`mode`).

use super::fit::Fit;
use super::implied::Implied;
use super::structure::Structure;
use crate::stats::dense;
use crate::stats::matrix::Matrix;

/// How factor scores are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScoreMethod {
    /// By regression of the latent variables on the observed ones (Thurstone 1935): nearest to
    /// the true scores, drawn towards the mean.
    Regression,
    /// By weighted least squares (Bartlett 1937): unbiased for each case, with more spread. Only
    /// indicators count, not observed outcomes of a latent variable.
    Bartlett,
    /// The most probable values given the answers. With continuous ones it is the regression;
    /// with ordered ones it is the only method that takes their order for what it is.
    Mode,
}

/// Factor scores of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct FactorScores {
    /// The latent variables.
    pub names: Vec<String>,
    /// One row for each case in the order of the sample, one column for each latent variable;
    /// not a number where the answers do not determine a score.
    pub rows: Matrix,
}

impl Fit {
    /// Factor scores of every group; a case that misses answers is scored by those it has. None
    /// with ordered variables for any method but modes, and where one of them is an outcome in
    /// the structural part.
    #[must_use]
    pub fn factor_scores(&self, method: ScoreMethod) -> Option<Vec<FactorScores>> {
        let groups = 0..self.table.groups;
        if self.data.categorical {
            let wanted = method == ScoreMethod::Mode;
            return groups.map(|group| wanted.then(|| self.modes_of(group))?).collect();
        }
        Some(groups.map(|group| self.scores_of(group, method)).collect())
    }

    fn scores_of(&self, group: usize, method: ScoreMethod) -> FactorScores {
        let (structure, implied) = self.solved.engine.group(group);
        let sample = &self.data.sample.groups[group];
        let names = self.table.roles.latent.clone();
        let centre = if structure.means { &implied.mu } else { &sample.mean };
        let expected = expectations(structure, implied, &sample.mean);
        let mut rows = Matrix::zeros(sample.cases, names.len());
        let (patterns, of_case) = sample.patterns(1.0);
        let weights: Vec<Option<Matrix>> = patterns
            .iter()
            .map(|pattern| weights(structure, implied, &pattern.answered, method))
            .collect();
        for (case, pattern) in of_case.into_iter().enumerate() {
            let answered = &patterns[pattern].answered;
            let row = sample.case(case);
            let error: Vec<f64> = answered.iter().map(|i| row[*i] - centre[*i]).collect();
            for (j, score) in rows.row_mut(case).iter_mut().enumerate() {
                *score = match &weights[pattern] {
                    Some(weights) => expected[j] + dense::dot(weights.row(j), &error),
                    None => f64::NAN,
                };
            }
        }
        FactorScores { names, rows }
    }
}

/// The weights of the answered variables' deviations in each latent variable.
fn weights(
    structure: &Structure,
    implied: &Implied,
    answered: &[usize],
    method: ScoreMethod,
) -> Option<Matrix> {
    let (p, m, k) = (structure.p, structure.m, answered.len());
    let part = (0..k * k).map(|e| implied.sigma[answered[e / k] * p + answered[e % k]]);
    let inverse = Matrix::square(k, part.collect()).inverse_positive()?;
    let pick = |of: &[f64], columns: &[usize]| {
        let mut matrix = Matrix::zeros(k, columns.len());
        for (row, i) in answered.iter().enumerate() {
            for (at, column) in columns.iter().enumerate() {
                matrix[(row, at)] = of[i * m + column];
            }
        }
        matrix
    };
    if method != ScoreMethod::Bartlett {
        let all: Vec<usize> = (0..m).collect();
        return Some(pick(&implied.lc, &all).transpose().times(&inverse));
    }
    // With the implied covariances in the place of the residual ones the weights are the same,
    // and no residual variance need differ from zero.
    let loads = |j: &usize| answered.iter().any(|i| implied.lambda[i * m + j] != 0.0);
    let columns: Vec<usize> = (0..m).filter(loads).collect();
    let lambda = pick(&implied.lambda, &columns);
    let least_squares = lambda.sandwich(&inverse).inverse_positive()?;
    let found = least_squares.times(&lambda.transpose()).times(&inverse);
    let mut weights = Matrix { rows: m, columns: k, data: vec![f64::NAN; m * k] };
    for (at, column) in columns.iter().enumerate() {
        weights.row_mut(*column).copy_from_slice(found.row(at));
    }
    Some(weights)
}

/// Expectations of the latent variables: of the model, or, where it has no means, those that
/// follow from the sample means of observed variables that act on them.
fn expectations(structure: &Structure, implied: &Implied, mean: &[f64]) -> Vec<f64> {
    if structure.means {
        return implied.latent_mean.clone();
    }
    let m = structure.m;
    let (mut system, mut right) = (Matrix::identity(m), vec![0.0; m]);
    for j in 0..m {
        match structure.promoted.iter().find(|(_, latent)| *latent == j) {
            Some((observed, _)) => right[j] = mean[*observed],
            None => (0..m).for_each(|l| system[(j, l)] -= implied.beta[j * m + l]),
        }
    }
    system.inverse().map_or_else(|| vec![f64::NAN; m], |inverse| inverse.apply(&right))
}
