//! The same model by partial least squares: intervals of HTMT, effect sizes, prediction, and the
//! importance-performance map.

use super::findings::Request;
use super::refusal::Refusal;
use super::sample::Sample;
use crate::model::Model;
use crate::pls::{
    Antecedents, Bootstrap, EffectSize, Fit, Folds, Importance, Interval, ItemForecast, PlsError,
    Quantity, Settings, Specification, Summary, effect_sizes, importance_performance, predict,
};

/// Groups and repetitions of PLSpredict, as is customary (Shmueli et al. 2019).
pub(super) const FOLDS: usize = 10;
pub(super) const REPETITIONS: usize = 10;

/// A path model of composites with its bootstrap.
pub(super) struct Composite {
    pub(super) fit: Fit,
    /// Scores, rows by constructs.
    pub(super) scores: Vec<f64>,
    pub(super) importance: Vec<Importance>,
    pub(super) boot: Bootstrap,
    pub(super) summaries: Vec<Summary>,
    /// For each path.
    pub(super) sizes: Result<Vec<EffectSize>, PlsError>,
    pub(super) forecasts: Result<Vec<ItemForecast>, PlsError>,
}

impl Composite {
    /// The bootstrap of one number.
    pub(super) fn spread(&self, quantity: Quantity) -> Option<&Summary> {
        let place = self.boot.quantities().iter().position(|known| *known == quantity)?;
        self.summaries.get(place)
    }

    /// Position of a construct.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.fit.constructs_named().iter().position(|known| known == name)
    }
}

/// A model bound to the answers and estimated.
pub(super) fn estimated(
    model: &Model,
    sample: &Sample,
    consistent: bool,
) -> Result<(crate::pls::Model, Fit), PlsError> {
    let specification = Specification::from_model(model)?;
    let settings = Settings { consistent, ..Settings::default() };
    let bound = crate::pls::Model::from_table(&specification, &sample.table, None, settings)?;
    let fit = bound.fit()?;
    Ok((bound, fit))
}

/// Predictions of the items out of sample, with folds that depend on the seed alone.
pub(super) fn forecasts(
    bound: &crate::pls::Model,
    seed: u64,
) -> Result<Vec<ItemForecast>, PlsError> {
    let folds = Folds::Seeded { folds: FOLDS, repetitions: REPETITIONS, seed };
    predict(bound, Antecedents::Direct, &folds)
}

pub(super) fn of(
    request: &Request,
    model: &Model,
    sample: &Sample,
    outcome: &str,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Composite, Refusal> {
    let (bound, fit) = estimated(model, sample, false)?;
    let scale = request
        .instrument
        .map(|instrument| (f64::from(instrument.scale.low), f64::from(instrument.scale.high)));
    let target = fit.constructs_named().iter().position(|name| name == outcome);
    let importance = target
        .map(|target| importance_performance(&bound, &fit, target, scale))
        .unwrap_or_default();
    let boot = bound.bootstrap(&fit, request.draws, request.seed, progress)?;
    Ok(Composite {
        summaries: boot.summaries(&bound, &fit, Interval::Percentile, 0.95),
        scores: bound.scores(&fit),
        sizes: effect_sizes(&bound, &fit),
        forecasts: forecasts(&bound, request.seed),
        importance,
        boot,
        fit,
    })
}
