//! Did the way of asking make the answers agree? Harman's share, full collinearity, the marker.

use super::composite::Composite;
use super::sample::Sample;
use crate::data::Items;
use crate::data::moments::correlation;
use crate::efa::{MarkerAdjusted, full_collinearity, harman_share, marker_adjusted};
use crate::instrument::{Instrument, MarkerUse, Role};

/// More than this share in one component is commonly read as a warning.
pub(super) const HARMAN_MAX: f64 = 0.5;
/// Above this a construct is read as contaminated (Kock 2015).
pub(super) const INFLATION_MAX: f64 = 3.3;

pub(super) struct Bias {
    /// Share of the first principal component of all items.
    pub(super) harman: Option<f64>,
    /// The construct with the greatest inflation by all others.
    pub(super) inflation: Option<(String, f64)>,
    pub(super) marker: Option<Marker>,
}

/// The marker's share and what is left without it.
pub(super) struct Marker {
    /// Its smallest correlation, by size, with a construct.
    pub(super) correlation: f64,
    pub(super) rows: usize,
    /// Correlations of every pair of constructs.
    pub(super) pairs: Vec<MarkerAdjusted>,
}

impl Marker {
    /// Pairs that differ from zero before, and of these the ones that still do.
    pub(super) fn kept(&self, level: f64) -> (usize, usize) {
        let before =
            |pair: &&MarkerAdjusted| marker_adjusted(pair.observed, 0.0, self.rows).p < level;
        let significant: Vec<&MarkerAdjusted> = self.pairs.iter().filter(before).collect();
        let after = significant.iter().filter(|pair| pair.p < level);
        (significant.len(), after.count())
    }
}

pub(super) fn of(
    instrument: Option<&Instrument>,
    sample: &Sample,
    composite: Option<&Composite>,
) -> Bias {
    let (complete, _) = sample.items.complete_rows();
    let matrix = correlation(&complete);
    let inflation = composite.and_then(|composite| {
        let names = composite.fit.constructs_named();
        let found = full_collinearity(&composite.fit.composites, names.len()).ok()?;
        let most = found.into_iter().zip(names).max_by(|a, b| a.0.total_cmp(&b.0))?;
        Some((most.1.clone(), most.0))
    });
    Bias {
        harman: harman_share(&matrix, complete.width()),
        inflation,
        marker: instrument
            .zip(composite)
            .and_then(|(instrument, composite)| marker(instrument, sample, composite)),
    }
}

/// Codes of the marker items, when the file has them all.
pub(super) fn marker_items(instrument: &Instrument, sample: &Sample) -> Option<Vec<String>> {
    let construct = instrument.constructs_of(Role::Marker).next()?;
    let items: Vec<String> =
        instrument.items_of(&construct.code).map(|item| item.code.clone()).collect();
    let present = |code: &String| sample.table.names().any(|name| name == code);
    items.iter().all(present).then_some(items)
}

fn marker(instrument: &Instrument, sample: &Sample, composite: &Composite) -> Option<Marker> {
    if !instrument.plan.marker.contains(&MarkerUse::Partial) {
        return None;
    }
    let items = marker_items(instrument, sample)?;
    let answers = Items::from_table(&sample.table, &items).ok()?.mean_replaced();
    let fit = &composite.fit;
    let size = fit.constructs_named().len();
    let mut names = fit.constructs_named().to_vec();
    names.push("marker".to_owned());
    let mut values = Vec::with_capacity(fit.rows * (size + 1));
    for (row, scores) in composite.scores.chunks(size).enumerate() {
        values.extend_from_slice(scores);
        values.push(answers.row(row).iter().sum::<f64>() / items.len() as f64);
    }
    let matrix = correlation(&Items::from_rows(names, values));
    let own = &matrix[size * (size + 1)..size * (size + 1) + size];
    let smallest = own.iter().map(|r| r.abs()).min_by(f64::total_cmp)?;
    let pairs = (0..size).flat_map(|a| (0..a).map(move |b| (a, b)));
    Some(Marker {
        correlation: smallest,
        rows: fit.rows,
        pairs: pairs
            .map(|(a, b)| marker_adjusted(matrix[a * (size + 1) + b], smallest, fit.rows))
            .collect(),
    })
}
