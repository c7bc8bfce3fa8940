//! The measurement model: loadings, reliability, convergent and discriminant validity.

use super::findings::ReportError;
use super::sample::Sample;
use super::warning::Warning;
use crate::data::moments::correlation;
use crate::model::Model;
use crate::reliability::{Alpha, Joint, Scale, alpha, fornell_larcker, htmt, joint};
use crate::sem::FitOptions;

pub(super) struct Measurement {
    /// All scales by one confirmatory model.
    pub(super) joint: Joint,
    /// Cronbach's alpha of each scale; none for a single item.
    pub(super) alphas: Vec<Option<Alpha>>,
    /// Scales by scales; upper triangle `NaN`.
    pub(super) fornell: Vec<f64>,
    /// Scales by scales; upper triangle `NaN`.
    pub(super) heterotrait: Vec<f64>,
    pub(super) warnings: Vec<Warning>,
}

pub(super) fn of(
    model: &Model,
    scales: &[Scale],
    sample: &Sample,
    options: &FitOptions,
) -> Result<Measurement, ReportError> {
    let joint = joint(model, &sample.table, options)?;
    let extracted: Vec<f64> = joint.scales.iter().map(|scale| scale.ave).collect();
    let alphas = scales.iter().map(|scale| {
        let places: Vec<usize> =
            scale.items.iter().filter_map(|item| sample.items.position(item)).collect();
        alpha(&sample.items.select(&places), 0.95).ok()
    });
    Ok(Measurement {
        alphas: alphas.collect(),
        fornell: fornell_larcker(&joint.correlations, &extracted),
        heterotrait: heterotrait(scales, sample),
        warnings: Warning::of_fit(&joint.fit),
        joint,
    })
}

fn heterotrait(scales: &[Scale], sample: &Sample) -> Vec<f64> {
    let (complete, _) = sample.items.complete_rows();
    let correlations = correlation(&complete);
    let places: Vec<Vec<usize>> = scales
        .iter()
        .map(|scale| scale.items.iter().filter_map(|item| complete.position(item)).collect())
        .collect();
    let size = scales.len();
    let mut table = vec![f64::NAN; size * size];
    for i in 0..size {
        for j in 0..i {
            table[i * size + j] = htmt(&correlations, complete.width(), &places[i], &places[j]);
        }
    }
    table
}
