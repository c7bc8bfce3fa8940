//! Bootstrap of a path model. Draw `d` reads its own random stream, so a result depends on the
//! seed and never on threads; draws that fail are counted by reason and left out.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::algorithm::{Failure, Workspace};
use super::{Fit, Interval, Model, PlsError, Summary, interval};
use crate::data::random::Draw;

/// Most draws in one run.
pub const DRAWS_MAX: usize = 1_000_000;
/// Most numbers kept (8 bytes each).
const NUMBERS_MAX: usize = 500_000_000;

/// What a bootstrapped number is; positions are of constructs, items, paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Coefficient of a path.
    Path(usize),
    /// Total effect of one construct on another.
    Total(usize, usize),
    /// Loading of an item.
    Loading(usize),
    /// Weight of an item.
    Weight(usize),
    /// Explained variance of a construct.
    R2(usize),
    /// Heterotrait-monotrait ratio of two constructs.
    Htmt(usize, usize),
}

/// Draws without a result, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// An item or a composite without variance.
    pub constant: usize,
    /// Items or antecedents that were linear combinations of each other.
    pub collinear: usize,
    /// Weights that did not settle.
    pub not_converged: usize,
    /// Reliabilities that were not positive under consistent estimation.
    pub no_reliability: usize,
}

impl Failures {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> usize {
        self.constant + self.collinear + self.not_converged + self.no_reliability
    }

    fn count(&mut self, failure: Failure) {
        match failure {
            Failure::ConstantItem(_) | Failure::VanishedComposite(_) => self.constant += 1,
            Failure::CollinearItems(_) | Failure::CollinearAntecedents(_) => self.collinear += 1,
            Failure::NotConverged => self.not_converged += 1,
            Failure::NoReliability(_) => self.no_reliability += 1,
        }
    }
}

/// Every number of every successful draw.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    quantities: Vec<Quantity>,
    original: Vec<f64>,
    /// Row-major, successful draws in order of their number, by quantities.
    draws: Vec<f64>,
    /// Draws without a result.
    pub failures: Failures,
}

impl Model {
    /// Draws `draws` samples of rows with replacement and estimates the model on each; composites
    /// are turned to agree with `fit`. `progress` is called with the number of finished draws now
    /// and then, from any thread.
    ///
    /// # Errors
    /// When the number of draws is out of bounds.
    pub fn bootstrap(
        &self,
        fit: &Fit,
        draws: usize,
        seed: u64,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Bootstrap, PlsError> {
        let resample = |draw: u64, counts: &mut [u32]| Draw::new(seed, draw).resample(counts);
        self.bootstrap_with(fit, draws, &resample, progress)
    }

    /// The same with the draws given: `resample(draw, counts)` says how often each row is drawn.
    ///
    /// # Errors
    /// When the number of draws is out of bounds.
    pub fn bootstrap_with(
        &self,
        fit: &Fit,
        draws: usize,
        resample: &(dyn Fn(u64, &mut [u32]) + Sync),
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Bootstrap, PlsError> {
        let quantities = self.quantities();
        let width = quantities.len();
        if !(2..=DRAWS_MAX).contains(&draws) || draws * width > NUMBERS_MAX {
            return Err(PlsError::Draws(draws));
        }
        let mut records = vec![0.0; draws * width];
        let finished = AtomicU64::new(0);
        let start = || (self.workspace(), vec![0u32; self.sample.rows()]);
        let outcomes: Vec<Option<Failure>> = records
            .par_chunks_mut(width)
            .enumerate()
            .map_init(start, |(workspace, counts), (draw, record)| {
                resample(draw as u64, counts);
                let outcome = self.estimate(counts, workspace, Some(&fit.loadings)).err();
                let outcome = outcome.map(|failed| failed.failure);
                if outcome.is_none() {
                    self.record(workspace, record);
                }
                let done = finished.fetch_add(1, Ordering::Relaxed) + 1;
                if done.is_multiple_of(128) {
                    progress(done);
                }
                outcome
            })
            .collect();
        let mut failures = Failures::default();
        let mut kept = 0;
        for (draw, outcome) in outcomes.into_iter().enumerate() {
            match outcome {
                Some(failure) => failures.count(failure),
                None => {
                    records.copy_within(draw * width..(draw + 1) * width, kept * width);
                    kept += 1;
                }
            }
        }
        records.truncate(kept * width);
        let original = self.original(fit);
        Ok(Bootstrap { quantities, original, draws: records, failures })
    }

    /// What [`Self::record`] writes, in its order.
    fn quantities(&self) -> Vec<Quantity> {
        let design = &self.design;
        let mut quantities: Vec<Quantity> = (0..design.paths.len()).map(Quantity::Path).collect();
        quantities.extend(design.reachable.iter().map(|&(a, b)| Quantity::Total(a, b)));
        quantities.extend((0..design.width()).map(Quantity::Loading));
        quantities.extend((0..design.width()).map(Quantity::Weight));
        quantities.extend(design.endogenous().map(Quantity::R2));
        quantities.extend(design.pairs().map(|(a, b)| Quantity::Htmt(a, b)));
        quantities
    }

    fn record(&self, workspace: &Workspace, record: &mut [f64]) {
        let (p, k) = (self.design.width(), self.design.size());
        let mut slots = record.iter_mut();
        let mut put = |value: f64| {
            *slots.next().expect("a record is as wide as the list of quantities") = value;
        };
        workspace.paths.iter().for_each(|&path| put(path));
        for &(from, to) in &self.design.reachable {
            put(workspace.totals[from * k + to]);
        }
        workspace.loadings.iter().for_each(|&loading| put(loading));
        workspace.weights.iter().for_each(|&weight| put(weight));
        self.design.endogenous().for_each(|construct| put(workspace.r2[construct]));
        for (a, b) in self.design.pairs() {
            let (a, b) = (self.design.blocks[a].clone(), self.design.blocks[b].clone());
            put(ratio(&workspace.correlation, p, a, b));
        }
    }

    fn original(&self, fit: &Fit) -> Vec<f64> {
        let mut workspace = Workspace::new(&self.design);
        workspace.paths.copy_from_slice(&fit.paths);
        workspace.totals.copy_from_slice(&fit.totals);
        workspace.loadings.copy_from_slice(&fit.loadings);
        workspace.weights.copy_from_slice(&fit.weights);
        workspace.r2.copy_from_slice(&fit.r2);
        workspace.correlation.copy_from_slice(&fit.correlation);
        let mut original = vec![0.0; self.quantities().len()];
        self.record(&workspace, &mut original);
        original
    }

    /// Every number estimated without each row in turn, which the acceleration of BCa intervals
    /// needs; rows whose absence makes the estimation fail are left out.
    pub(crate) fn jackknife(&self, fit: &Fit) -> Vec<f64> {
        let (rows, width) = (self.sample.rows(), self.quantities().len());
        let start = || (self.workspace(), vec![1u32; rows]);
        let records: Vec<Option<Vec<f64>>> = (0..rows)
            .into_par_iter()
            .map_init(start, |(workspace, counts), row| {
                counts[row] = 0;
                let outcome = self.estimate(counts, workspace, Some(&fit.loadings));
                counts[row] = 1;
                outcome.ok()?;
                let mut record = vec![0.0; width];
                self.record(workspace, &mut record);
                Some(record)
            })
            .collect();
        records.into_iter().flatten().flatten().collect()
    }
}

/// HTMT of two adjacent blocks, without lists of positions.
fn ratio(
    correlation: &[f64],
    width: usize,
    a: std::ops::Range<usize>,
    b: std::ops::Range<usize>,
) -> f64 {
    let mut between = 0.0;
    for i in a.clone() {
        between += correlation[i * width..][b.clone()].iter().map(|r| r.abs()).sum::<f64>();
    }
    let within = |block: std::ops::Range<usize>| {
        if block.len() < 2 {
            return 1.0;
        }
        let mut sum = 0.0;
        for i in block.clone() {
            sum += correlation[i * width..][block.start..i].iter().map(|r| r.abs()).sum::<f64>();
        }
        sum / (block.len() * (block.len() - 1) / 2) as f64
    };
    let pairs = (a.len() * b.len()) as f64;
    between / pairs / (within(a) * within(b)).sqrt()
}

impl Bootstrap {
    /// What each number is.
    #[must_use]
    pub fn quantities(&self) -> &[Quantity] {
        &self.quantities
    }

    /// Draws that gave a result.
    #[must_use]
    pub fn successful(&self) -> usize {
        self.draws.len() / self.quantities.len().max(1)
    }

    /// The draws of one quantity, by its place in [`Self::quantities`].
    pub fn column(&self, place: usize) -> impl Iterator<Item = f64> + '_ {
        self.draws.iter().skip(place).step_by(self.quantities.len()).copied()
    }

    /// Summaries of all quantities. The model is needed for BCa intervals, whose jackknife
    /// estimates it once for each row.
    #[must_use]
    pub fn summaries(
        &self,
        model: &Model,
        fit: &Fit,
        interval: Interval,
        level: f64,
    ) -> Vec<Summary> {
        let width = self.quantities.len();
        let jackknife = match interval {
            Interval::Percentile => Vec::new(),
            Interval::BiasCorrectedAccelerated => model.jackknife(fit),
        };
        (0..width)
            .map(|place| {
                let left_out = jackknife.iter().skip(place).step_by(width).copied().collect();
                let draws = self.column(place).collect();
                interval::summarize(self.original[place], draws, interval, left_out, level)
            })
            .collect()
    }

    /// Summary of the product of some paths, such as a specific indirect effect.
    #[must_use]
    pub fn product(&self, paths: &[usize], level: f64) -> Summary {
        let product = |record: &[f64]| paths.iter().map(|&path| record[path]).product();
        let draws = self.draws.chunks(self.quantities.len()).map(product).collect();
        let original = product(&self.original);
        interval::summarize(original, draws, Interval::Percentile, Vec::new(), level)
    }
}
