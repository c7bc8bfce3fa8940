//! Second-order constructs by two stages (Becker, Cheah, Gholamzade, Ringle and Sarstedt 2023,
//! the disjoint form): first the parts stand in the paths of their whole, then their scores are
//! the items of the whole. Both stages are estimated anew in every bootstrap draw. Prediction and
//! blindfolding take the scores of the first stage as given.

use std::sync::Arc;

use super::algorithm::{Failure, Workspace};
use super::fit::Failed;
use super::sample::Moments;
use super::{Block, Fit, Model, PlsError, Settings, Specification};
use crate::data::Items;

impl Specification {
    /// The position of the construct that an item names, unless it is the block's own.
    fn part(&self, block: usize, item: &str) -> Option<usize> {
        self.position(item).filter(|&part| part != block)
    }

    /// Whether a construct is measured by other constructs.
    #[must_use]
    pub fn is_second_order(&self, block: usize) -> bool {
        self.blocks[block].items.iter().any(|item| self.part(block, item).is_some())
    }

    /// The construct that this one is a part of.
    pub(super) fn whole_of(&self, part: usize) -> Option<usize> {
        let holds = |&whole: &usize| {
            whole != part && self.blocks[whole].items.contains(&self.blocks[part].name)
        };
        (0..self.blocks.len()).find(holds)
    }

    /// Refuses what two stages cannot estimate.
    pub(super) fn check_order(&self, block: usize) -> Result<(), PlsError> {
        let name = |construct: usize| self.blocks[construct].name.clone();
        let items = &self.blocks[block].items;
        let parts: Vec<usize> = items.iter().filter_map(|item| self.part(block, item)).collect();
        if parts.is_empty() {
            return Ok(());
        }
        if parts.len() < items.len() {
            return Err(PlsError::MixedOrder { construct: name(block), part: name(parts[0]) });
        }
        for &part in &parts {
            if self.is_second_order(part) {
                return Err(PlsError::ThirdOrder(name(block)));
            }
            let whole = self.whole_of(part).unwrap_or(block);
            if whole != block {
                return Err(PlsError::SharedPart { part: name(part), whole: name(whole) });
            }
            if self.paths.iter().any(|&(from, to)| from == part || to == part) {
                return Err(PlsError::PartInPath { part: name(part), whole: name(block) });
            }
        }
        Ok(())
    }

    /// The two models that estimate one with second-order constructs; nothing without any.
    pub(super) fn stages(&self) -> Option<(Self, Self)> {
        let count = self.blocks.len();
        if !(0..count).any(|block| self.is_second_order(block)) {
            return None;
        }
        let keep = |kept: &dyn Fn(usize) -> bool| -> Vec<Block> {
            (0..count).filter(|&b| kept(b)).map(|b| self.blocks[b].clone()).collect()
        };
        let place = |blocks: &[Block], block: usize| {
            let name = &self.blocks[block].name;
            blocks.iter().position(|b| b.name == *name).expect("ends of paths are kept")
        };
        let first = keep(&|block| !self.is_second_order(block));
        let second = keep(&|block| self.whole_of(block).is_none());
        let stand_ins = |block: usize| -> Vec<usize> {
            let items = self.blocks[block].items.iter();
            let parts: Vec<usize> = items.filter_map(|item| self.part(block, item)).collect();
            if parts.is_empty() { vec![block] } else { parts }
        };
        let (mut first_paths, mut second_paths) = (Vec::new(), Vec::new());
        for &(from, to) in &self.paths {
            second_paths.push((place(&second, from), place(&second, to)));
            for start in stand_ins(from) {
                let ends = stand_ins(to);
                first_paths
                    .extend(ends.iter().map(|&end| (place(&first, start), place(&first, end))));
            }
        }
        let ignored = self.ignored.clone();
        Some((
            Self { blocks: first, paths: first_paths, ignored: Vec::new() },
            Self { blocks: second, paths: second_paths, ignored },
        ))
    }
}

/// Where an item of the second stage comes from.
#[derive(Clone, Copy, Debug)]
enum Source {
    Item(usize),
    Score(usize),
}

/// The first stage of a model with second-order constructs.
#[derive(Clone, Debug)]
pub(crate) struct First {
    model: Model,
    fit: Fit,
    sources: Vec<Source>,
}

impl Model {
    /// Binds a model with second-order constructs to the answers to its items.
    pub(super) fn of_two_stages(
        first: &Specification,
        second: &Specification,
        items: Items,
        settings: Settings,
    ) -> Result<Self, PlsError> {
        if settings.consistent {
            let whole = second.blocks.iter().find(|b| first.position(&b.items[0]).is_some());
            let name = whole.map(|block| block.name.clone()).unwrap_or_default();
            return Err(PlsError::ConsistentSecondOrder(name));
        }
        let model = Self::of_one_stage(first, items, settings)?;
        let fit = model.fit()?;
        let scores = model.scores(&fit);
        let size = fit.constructs_named().len();
        let source = |item: &&str| match first.position(item) {
            Some(part) => Source::Score(part),
            None => {
                let found = model.items().position(item);
                Source::Item(found.expect("items of the second stage are in the first"))
            }
        };
        let sources: Vec<Source> = second.items().iter().map(source).collect();
        let mut values = Vec::with_capacity(model.items().rows() * sources.len());
        for row in 0..model.items().rows() {
            values.extend(sources.iter().map(|source| match *source {
                Source::Item(item) => model.items().row(row)[item],
                Source::Score(part) => scores[row * size + part],
            }));
        }
        let names = second.items().into_iter().map(str::to_owned).collect();
        let bound = Self::of_one_stage(second, Items::from_rows(names, values), settings)?;
        Ok(bound.after(Arc::new(First { model, fit, sources })))
    }

    /// What the first stage found, when the model has second-order constructs.
    #[must_use]
    pub fn first_stage(&self) -> Option<&Fit> {
        self.first.as_deref().map(|first| &first.fit)
    }

    /// A first stage in words, for a failure in it.
    pub(super) fn stage(&self, failed: &Failed) -> &Self {
        match &self.first {
            Some(first) if failed.first => &first.model,
            _ => self,
        }
    }

    /// Ends of an item's scale: `scale`, or the smallest and largest answer. A score's ends are
    /// those that it takes when all of its items are at theirs.
    pub(super) fn answer_range(&self, item: usize, scale: Option<(f64, f64)>) -> (f64, f64) {
        if let Some(first) = &self.first
            && let Source::Score(part) = first.sources[item]
        {
            return first.score_range(part, scale);
        }
        scale.unwrap_or_else(|| {
            let answers = || self.items().column(item).filter(|v| !v.is_nan());
            (answers().fold(f64::INFINITY, f64::min), answers().fold(f64::NEG_INFINITY, f64::max))
        })
    }
}

impl First {
    pub fn workspace(&self) -> Workspace {
        self.model.workspace()
    }

    /// Moments of the second stage's items in a resample, by way of the first stage.
    pub fn moments(
        &self,
        counts: &[u32],
        workspace: &mut Workspace,
        into: &mut Moments,
    ) -> Result<(), Failure> {
        self.model
            .estimate(counts, workspace, Some(&self.fit.loadings))
            .map_err(|failed| failed.failure)?;
        let (p, k) = (workspace.deviations.len(), self.fit.constructs_named().len());
        let width = self.sources.len();
        for (a, &one) in self.sources.iter().enumerate() {
            for (b, &other) in self.sources.iter().enumerate() {
                let mixed = |i: usize, c: usize| {
                    workspace.cross_loadings[i * k + c] * workspace.deviations[i]
                };
                into.covariance[a * width + b] = match (one, other) {
                    (Source::Item(i), Source::Item(j)) => workspace.moments.covariance[i * p + j],
                    (Source::Item(i), Source::Score(c)) | (Source::Score(c), Source::Item(i)) => {
                        mixed(i, c)
                    }
                    (Source::Score(c), Source::Score(d)) => workspace.composites[c * k + d],
                };
            }
            into.means[a] = match one {
                Source::Item(item) => workspace.moments.means[item],
                Source::Score(_) => 0.0,
            };
        }
        Ok(())
    }

    fn score_range(&self, part: usize, scale: Option<(f64, f64)>) -> (f64, f64) {
        let weights = self.fit.standardized_weights();
        let at = |end: fn((f64, f64)) -> f64| -> f64 {
            let one = |item: usize| {
                let answer = end(self.model.answer_range(item, scale));
                weights[item] * (answer - self.fit.means[item]) / self.fit.deviations[item]
            };
            self.fit.block(part).map(one).sum()
        };
        (at(|ends| ends.0), at(|ends| ends.1))
    }
}
