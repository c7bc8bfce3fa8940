//! Out-of-sample prediction of items (PLSpredict: Shmueli et al. 2016, 2019): the model is
//! estimated without a fold of rows and predicts the items of endogenous constructs in it, beside
//! a linear regression of each item on the items of its construct's antecedents.
//!
//! The benchmark never sees the items that a construct is to explain. (seminr 2.3.1 regresses an
//! item on all items outside its block, so a mediator is also "predicted" from its consequences.)

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{Fit, Model, PlsError};
use crate::data::moments::covariance;
use crate::data::random::Draw;
use crate::data::symmetric::{cholesky, solve};

/// From which constructs an endogenous one is predicted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Antecedents {
    /// From the observed scores of its direct antecedents.
    #[default]
    Direct,
    /// From constructs without antecedents alone, through all chains of paths.
    Earliest,
}

/// How rows are divided.
#[derive(Clone, Debug, PartialEq)]
pub enum Folds {
    /// Random folds, divided anew in every repetition.
    Seeded {
        /// Groups in a repetition, usually 10.
        folds: usize,
        /// Repetitions, usually 10; predictions of a row are averaged over them.
        repetitions: usize,
        /// Decides the division.
        seed: u64,
    },
    /// One division given: the group of every row.
    Given(Vec<usize>),
}

/// How well one item is predicted out of sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// Root mean squared error, in the item's units.
    pub rmse: f64,
    /// Mean absolute error, in the item's units.
    pub mae: f64,
    /// 1 minus squared errors over those of the training means.
    pub q2: f64,
}

/// Forecasts of one item by both methods.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemForecast {
    /// Item position.
    pub item: usize,
    /// By the path model.
    pub model: Forecast,
    /// By linear regression; nothing when its predictors were collinear in some fold.
    pub regression: Option<Forecast>,
    /// Errors of the path model, row by row, in the item's units.
    pub errors: Vec<f64>,
}

/// Which of two models predicts the same items with less loss (CVPAT: Liengaard et al. 2021).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LossTest {
    /// Mean squared error of the first model less that of the second, over all items.
    pub difference: f64,
    /// Its t statistic over rows.
    pub t: f64,
    /// Two-sided probability.
    pub p: f64,
}

/// Compares the losses of two models over items: for each item its errors by both, row by row.
/// Nothing without items or with fewer than two rows.
#[must_use]
pub fn compare_losses(items: &[(&[f64], &[f64])]) -> Option<LossTest> {
    let rows = items.first()?.0.len();
    let loss = |row: usize| {
        let one = |(first, second): &(&[f64], &[f64])| first[row].powi(2) - second[row].powi(2);
        items.iter().map(one).sum::<f64>() / items.len() as f64
    };
    let losses: Vec<f64> = (0..rows).map(loss).collect();
    let n = rows as f64;
    let difference = losses.iter().sum::<f64>() / n;
    let squares: f64 = losses.iter().map(|loss| (loss - difference).powi(2)).sum();
    let t = difference / (squares / (n - 1.0) / n).sqrt();
    let students = StudentsT::new(0.0, 1.0, n - 1.0).ok()?;
    // Models that err alike in every row have no test.
    let p = if t.is_finite() { 2.0 * students.sf(t.abs()) } else { f64::NAN };
    Some(LossTest { difference, t, p })
}

/// Folds and repetitions at most: more would each be an estimation.
const ESTIMATIONS_MAX: usize = 100_000;

/// Predicts every item of every endogenous construct. Missing answers are replaced by means
/// beforehand, as in seminr.
///
/// # Errors
/// When folds do not divide the rows or an estimation without a fold fails.
pub fn predict(
    model: &Model,
    antecedents: Antecedents,
    folds: &Folds,
) -> Result<Vec<ItemForecast>, PlsError> {
    let rows = model.items().rows();
    let divisions = divide(folds, rows)?;
    let mut tally = Tally::new(model, antecedents);
    for division in &divisions {
        let groups = division.iter().max().map_or(0, |last| last + 1);
        for group in 0..groups {
            if division.contains(&group) {
                tally.leave_out(division, group)?;
            }
        }
    }
    Ok(tally.forecasts(divisions.len() as f64))
}

fn divide(folds: &Folds, rows: usize) -> Result<Vec<Vec<usize>>, PlsError> {
    match folds {
        Folds::Given(groups) => {
            let several = groups.iter().any(|group| *group != groups[0]);
            if groups.len() != rows || !several || groups.iter().any(|&g| g >= rows) {
                return Err(PlsError::Folds(rows));
            }
            Ok(vec![groups.clone()])
        }
        &Folds::Seeded { folds, repetitions, seed } => {
            let estimations = folds.saturating_mul(repetitions);
            if folds < 2 || folds > rows || !(1..=ESTIMATIONS_MAX).contains(&estimations) {
                return Err(PlsError::Folds(rows));
            }
            let division = |repetition: u64| {
                let mut groups: Vec<usize> = (0..rows).map(|row| row % folds).collect();
                Draw::new(seed, repetition).shuffle(&mut groups);
                groups
            };
            Ok((0..repetitions as u64).map(division).collect())
        }
    }
}

/// Predictions summed over repetitions.
struct Tally<'a> {
    model: &'a Model,
    complete: Model,
    antecedents: Antecedents,
    /// Items of endogenous constructs with their construct.
    targets: Vec<(usize, usize)>,
    /// For each target and row: summed predictions by model, regression and training mean.
    by_model: Vec<f64>,
    by_regression: Vec<f64>,
    by_mean: Vec<f64>,
    /// Targets whose regression was collinear somewhere.
    collinear: Vec<bool>,
}

impl<'a> Tally<'a> {
    fn new(model: &'a Model, antecedents: Antecedents) -> Self {
        let design = &model.design;
        let targets: Vec<(usize, usize)> = design
            .endogenous()
            .flat_map(|construct| design.blocks[construct].clone().map(move |i| (i, construct)))
            .collect();
        let cells = targets.len() * model.items().rows();
        Self {
            complete: model.with_means(),
            model,
            antecedents,
            by_model: vec![0.0; cells],
            by_regression: vec![0.0; cells],
            by_mean: vec![0.0; cells],
            collinear: vec![false; targets.len()],
            targets,
        }
    }

    fn leave_out(&mut self, division: &[usize], group: usize) -> Result<(), PlsError> {
        let counts: Vec<u32> = division.iter().map(|&g| u32::from(g != group)).collect();
        let fit = self.complete.fit_weighted(&counts)?;
        let items = self.complete.items();
        let rows = items.rows();
        let training: Vec<usize> = (0..rows).filter(|&row| division[row] != group).collect();
        let covariance = covariance(&items.take_rows(&training));
        let regressions: Vec<Option<(Vec<usize>, Vec<f64>)>> = self
            .targets
            .iter()
            .map(|&(item, construct)| self.regression(&covariance, item, construct))
            .collect();
        let mut scores = Vec::new();
        for row in (0..rows).filter(|&row| division[row] == group) {
            let deviations: Vec<f64> =
                items.row(row).iter().zip(&fit.means).map(|(x, mean)| x - mean).collect();
            scores.clear();
            fit.push_scores(&deviations, &mut scores);
            for (place, &(item, construct)) in self.targets.iter().enumerate() {
                let cell = place * rows + row;
                let composite = expected(&fit, &scores, construct, self.antecedents);
                let loading = fit.loadings[item] * fit.deviations[item];
                self.by_model[cell] += fit.means[item] + loading * composite;
                self.by_mean[cell] += fit.means[item];
                match &regressions[place] {
                    Some((predictors, coefficients)) => {
                        let pairs = predictors.iter().zip(coefficients);
                        let sum: f64 = pairs.map(|(&i, b)| b * deviations[i]).sum();
                        self.by_regression[cell] += fit.means[item] + sum;
                    }
                    None => self.collinear[place] = true,
                }
            }
        }
        Ok(())
    }

    /// Predictors and coefficients of the benchmark for one item.
    fn regression(
        &self,
        covariance: &[f64],
        item: usize,
        construct: usize,
    ) -> Option<(Vec<usize>, Vec<f64>)> {
        let design = &self.model.design;
        let sources: Vec<usize> = match self.antecedents {
            Antecedents::Direct => design.parents[construct].clone(),
            Antecedents::Earliest => {
                (0..design.size()).filter(|&k| design.parents[k].is_empty()).collect()
            }
        };
        let predictors: Vec<usize> =
            sources.iter().flat_map(|&source| design.blocks[source].clone()).collect();
        let (count, width) = (predictors.len(), design.width());
        let mut factor = crate::data::moments::submatrix(covariance, width, &predictors);
        let mut right: Vec<f64> =
            predictors.iter().map(|&i| covariance[i * width + item]).collect();
        if !cholesky(&mut factor, count) {
            return None;
        }
        solve(&factor, count, &mut right);
        Some((predictors, right))
    }

    fn forecasts(&self, repetitions: f64) -> Vec<ItemForecast> {
        let items = self.complete.items();
        let rows = items.rows();
        let forecast = |sums: &[f64], place: usize| {
            let item = self.targets[place].0;
            let (mut squares, mut sizes, mut naive) = (0.0, 0.0, 0.0);
            for row in 0..rows {
                let cell = place * rows + row;
                let answer = items.row(row)[item];
                let error = answer - sums[cell] / repetitions;
                squares += error * error;
                sizes += error.abs();
                naive += (answer - self.by_mean[cell] / repetitions).powi(2);
            }
            Forecast {
                rmse: (squares / rows as f64).sqrt(),
                mae: sizes / rows as f64,
                q2: 1.0 - squares / naive,
            }
        };
        let errors = |place: usize| {
            let predicted = &self.by_model[place * rows..(place + 1) * rows];
            let answers = items.column(self.targets[place].0);
            answers.zip(predicted).map(|(answer, sum)| answer - sum / repetitions).collect()
        };
        (0..self.targets.len())
            .map(|place| ItemForecast {
                errors: errors(place),
                item: self.targets[place].0,
                model: forecast(&self.by_model, place),
                regression: (!self.collinear[place]).then(|| forecast(&self.by_regression, place)),
            })
            .collect()
    }
}

/// The score a construct should have, given the scores of a row.
pub(super) fn expected(
    fit: &Fit,
    scores: &[f64],
    construct: usize,
    antecedents: Antecedents,
) -> f64 {
    let size = fit.constructs_named().len();
    match antecedents {
        Antecedents::Direct => {
            let known = fit.design.parents[construct].iter();
            known
                .zip(&fit.design.parent_paths[construct])
                .map(|(&parent, &path)| fit.paths[path] * scores[parent])
                .sum()
        }
        Antecedents::Earliest => (0..size)
            .filter(|&source| fit.design.parents[source].is_empty())
            .map(|source| fit.totals[source * size + construct] * scores[source])
            .sum(),
    }
}
