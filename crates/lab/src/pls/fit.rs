//! A model bound to answers, and what its estimation found.

use std::sync::Arc;

use super::algorithm::{Failure, Settings, Workspace};
use super::design::Design;
use super::sample::Sample;
use super::stages::First;
use super::{Cause, Mode, PlsError, Specification};
use crate::data::{Items, Table};

/// A specification bound to the answers of its items.
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) design: Design,
    pub(crate) sample: Sample,
    pub(crate) settings: Settings,
    /// What gives the items of second-order constructs; nothing without any.
    pub(super) first: Option<Arc<First>>,
    specification: Specification,
    items: Items,
}

/// A failure and the stage in whose positions it speaks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failed {
    pub first: bool,
    pub failure: Failure,
}

/// An estimated path model. Matrices are row-major; items run block by block.
#[derive(Clone, Debug)]
pub struct Fit {
    pub(crate) design: Design,
    pub(crate) settings: Settings,
    /// Rows used.
    pub rows: usize,
    /// Iterations until the weights settled.
    pub iterations: usize,
    /// Outer weights; composites have a variance of 1.
    pub weights: Vec<f64>,
    /// Loadings of items on their construct.
    pub loadings: Vec<f64>,
    /// Correlations of every item with every composite, items by constructs.
    pub cross_loadings: Vec<f64>,
    /// Path coefficients in the order of the specification's paths.
    pub paths: Vec<f64>,
    /// Explained share of variance for each construct; 0 without antecedents.
    pub r2: Vec<f64>,
    /// Total effects, origin by target.
    pub totals: Vec<f64>,
    /// Correlations of composites.
    pub composites: Vec<f64>,
    /// Correlations of constructs, corrected for attenuation when consistent.
    pub constructs: Vec<f64>,
    /// Correlations of items.
    pub correlation: Vec<f64>,
    /// Means of items over the answers given.
    pub means: Vec<f64>,
    /// Standard deviations of items after replacement of missing answers.
    pub deviations: Vec<f64>,
}

impl Model {
    /// Takes a model's items from a table; `missing_code` is a number that means "no answer".
    ///
    /// # Errors
    /// When the model or its data cannot serve; the message names the item or construct.
    pub fn from_table(
        specification: &Specification,
        table: &Table,
        missing_code: Option<f64>,
        settings: Settings,
    ) -> Result<Self, PlsError> {
        let items = Items::from_table(table, &specification.items())?;
        let items = match missing_code {
            Some(code) => items.with_missing_code(code),
            None => items,
        };
        Self::new(specification, items, settings)
    }

    /// Binds a model to answers whose columns are the specification's items in its order.
    /// Missing answers (`NaN`) will be replaced by the mean of their item. Second-order
    /// constructs are estimated in two stages; the model's own items are then those of the second.
    ///
    /// # Errors
    /// When there are too few rows or an item has no answer.
    ///
    /// # Panics
    /// When the columns are not the specification's items.
    pub fn new(
        specification: &Specification,
        items: Items,
        settings: Settings,
    ) -> Result<Self, PlsError> {
        specification.check()?;
        match specification.stages() {
            Some((first, second)) => Self::of_two_stages(&first, &second, items, settings),
            None => Self::of_one_stage(specification, items, settings),
        }
    }

    pub(super) fn of_one_stage(
        specification: &Specification,
        items: Items,
        settings: Settings,
    ) -> Result<Self, PlsError> {
        let design = Design::new(specification)?;
        assert_eq!(items.names(), design.items, "columns are the specification's items");
        let largest = |count: usize, parents: &Vec<usize>| count.max(parents.len() + 1);
        let mut needed = design.parents.iter().fold(2, largest);
        for (block, mode) in design.blocks.iter().zip(&design.modes) {
            if *mode == Mode::B {
                needed = needed.max(block.len() + 1);
            }
        }
        if items.rows() <= needed {
            return Err(PlsError::TooFewRows { rows: items.rows(), needed });
        }
        if let Some(unanswered) = items.means().iter().position(|mean| mean.is_nan()) {
            return Err(PlsError::NoAnswers(items.names()[unanswered].clone()));
        }
        Ok(Self {
            design,
            sample: Sample::new(&items),
            settings,
            first: None,
            specification: specification.clone(),
            items,
        })
    }

    /// The same model with items that come from a first stage.
    pub(super) fn after(self, first: Arc<First>) -> Self {
        Self { first: Some(first), ..self }
    }

    /// What the model says; of two stages, the second.
    #[must_use]
    pub fn specification(&self) -> &Specification {
        &self.specification
    }

    /// The same model on other answers to the same items, scores of a first stage among them.
    pub(crate) fn with_items(&self, items: Items) -> Result<Self, PlsError> {
        if let Some(unanswered) = items.means().iter().position(|mean| mean.is_nan()) {
            return Err(PlsError::NoAnswers(items.names()[unanswered].clone()));
        }
        let sample = Sample::new(&items);
        Ok(Self {
            design: self.design.clone(),
            sample,
            settings: self.settings,
            first: None,
            specification: self.specification.clone(),
            items,
        })
    }

    /// The same model with missing answers replaced by the means of all rows.
    pub(crate) fn with_means(&self) -> Self {
        self.with_items(self.items.mean_replaced()).expect("every item of a model has an answer")
    }

    /// The answers, with missing ones.
    #[must_use]
    pub fn items(&self) -> &Items {
        &self.items
    }

    /// Estimates the model on all rows.
    ///
    /// # Errors
    /// When the estimation fails; the message names the item or construct.
    pub fn fit(&self) -> Result<Fit, PlsError> {
        self.fit_weighted(&vec![1; self.sample.rows()])
    }

    /// Estimates the model on a resample in which row `i` appears `counts[i]` times.
    ///
    /// # Errors
    /// When the estimation fails; the message names the item or construct.
    pub fn fit_weighted(&self, counts: &[u32]) -> Result<Fit, PlsError> {
        let mut workspace = self.workspace();
        let iterations = self
            .estimate(counts, &mut workspace, None)
            .map_err(|failed| PlsError::Estimation(self.stage(&failed).cause(failed.failure)))?;
        Ok(Fit {
            design: self.design.clone(),
            settings: self.settings,
            rows: counts.iter().map(|&count| count as usize).sum(),
            iterations,
            weights: workspace.weights,
            loadings: workspace.loadings,
            cross_loadings: workspace.cross_loadings,
            paths: workspace.paths,
            r2: workspace.r2,
            totals: workspace.totals,
            composites: workspace.composites,
            constructs: workspace.constructs,
            correlation: workspace.correlation,
            means: workspace.moments.means,
            deviations: workspace.deviations,
        })
    }

    pub(crate) fn workspace(&self) -> Workspace {
        let mut workspace = Workspace::new(&self.design);
        workspace.first = self.first.as_ref().map(|first| Box::new(first.workspace()));
        workspace
    }

    pub(crate) fn estimate(
        &self,
        counts: &[u32],
        workspace: &mut Workspace,
        towards: Option<&[f64]>,
    ) -> Result<usize, Failed> {
        match (&self.first, &mut workspace.first) {
            (Some(first), Some(inner)) => first
                .moments(counts, inner, &mut workspace.moments)
                .map_err(|failure| Failed { first: true, failure })?,
            _ => self
                .sample
                .covariance(counts, &mut workspace.moments)
                .map_err(|item| Failed { first: false, failure: Failure::ConstantItem(item) })?,
        }
        workspace
            .estimate(&self.design, &self.settings, towards)
            .map_err(|failure| Failed { first: false, failure })
    }

    /// A failure by name.
    #[must_use]
    pub fn cause(&self, failure: Failure) -> Cause {
        let construct = |position: usize| self.design.constructs[position].clone();
        match failure {
            Failure::ConstantItem(item) => Cause::ConstantItem(self.design.items[item].clone()),
            Failure::CollinearItems(of) => Cause::CollinearItems(construct(of)),
            Failure::CollinearAntecedents(of) => Cause::CollinearAntecedents(construct(of)),
            Failure::VanishedComposite(of) => Cause::VanishedComposite(construct(of)),
            Failure::NotConverged => Cause::NotConverged(self.settings.iterations_max),
            Failure::NoReliability(of) => Cause::NoReliability(construct(of)),
        }
    }

    /// Scores of every row on every construct (row-major), with a variance of 1, missing answers
    /// replaced by means.
    #[must_use]
    pub fn scores(&self, fit: &Fit) -> Vec<f64> {
        let mut moments = super::sample::Moments::new(self.design.width());
        moments.means.copy_from_slice(&fit.means);
        let mut deviations = vec![0.0; self.design.width()];
        let mut scores = Vec::with_capacity(self.sample.rows() * self.design.size());
        for row in 0..self.sample.rows() {
            self.sample.deviations(row, &moments, &mut deviations);
            fit.push_scores(&deviations, &mut scores);
        }
        scores
    }
}

impl Fit {
    /// Construct names in order.
    #[must_use]
    pub fn constructs_named(&self) -> &[String] {
        &self.design.constructs
    }

    /// Item names, block by block.
    #[must_use]
    pub fn items_named(&self) -> &[String] {
        &self.design.items
    }

    /// Positions of a construct's items.
    #[must_use]
    pub fn block(&self, construct: usize) -> std::ops::Range<usize> {
        self.design.blocks[construct].clone()
    }

    /// How a construct is measured.
    #[must_use]
    pub fn mode(&self, construct: usize) -> Mode {
        self.design.modes[construct]
    }

    /// Paths as positions of constructs, from and to.
    #[must_use]
    pub fn path_ends(&self) -> &[(usize, usize)] {
        &self.design.paths
    }

    /// Constructs with a path to this one.
    #[must_use]
    pub fn antecedents(&self, construct: usize) -> &[usize] {
        &self.design.parents[construct]
    }

    /// Pairs of constructs joined by some chain of paths, from and to.
    #[must_use]
    pub fn effects(&self) -> &[(usize, usize)] {
        &self.design.reachable
    }

    /// Outer weights for standardised items.
    #[must_use]
    pub fn standardized_weights(&self) -> Vec<f64> {
        if self.settings.scaled {
            return self.weights.clone();
        }
        self.weights.iter().zip(&self.deviations).map(|(w, sd)| w * sd).collect()
    }

    /// Was the correction for attenuation applied?
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        self.settings.consistent
    }

    /// Appends the scores of one row, given as deviations from the means.
    pub(crate) fn push_scores(&self, deviations: &[f64], scores: &mut Vec<f64>) {
        for block in &self.design.blocks {
            let score: f64 = block
                .clone()
                .map(|i| {
                    let unit = if self.settings.scaled { self.deviations[i] } else { 1.0 };
                    self.weights[i] * deviations[i] / unit
                })
                .sum();
            scores.push(score);
        }
    }
}
