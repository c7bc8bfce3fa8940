//! Everything the page tells, computed once and free of words.

use super::behaviour::{self, Outcome};
use super::effects::{self, Effect};
use super::invariance::{self, Step};
use super::measurement::{self, Measurement};
use super::rivals::{self, Contender};
use super::sample::{self, Sample};
use crate::data::TableError;
use crate::instrument::{Instrument, Language};
use crate::model::{Model, ModelError, Operator, parse};
use crate::pls;
use crate::sem::{self, Draws, Estimator, Fit, FitOptions, Missing, SemError};

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The data cannot be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The model cannot be read.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The model cannot be fitted.
    #[error(transparent)]
    Sem(#[from] SemError),
    /// Answers lack columns of the questionnaire.
    #[error("the answers have no column for {0}")]
    MissingItems(String),
    /// The model measures nothing by items of the data.
    #[error("the model has no measurement line such as `trust =~ t1 + t2 + t3`")]
    NoConstructs,
    /// The construct to rank is not in the model or has no antecedents.
    #[error("{0:?} is no construct with antecedents in the model")]
    Outcome(String),
    /// The bootstrap is out of bounds.
    #[error("{0} bootstrap draws were asked for; from {DRAWS_MIN} to {DRAWS_MAX} can be made")]
    Draws(usize),
    /// Nobody is left after screening.
    #[error("no respondent is left after the exclusions of the plan")]
    Nobody,
}

/// Fewest draws from which a 95% interval has two ends.
const DRAWS_MIN: usize = 100;
/// Most draws: beyond it no printed digit moves.
const DRAWS_MAX: usize = 1_000_000;

/// What to report on.
pub struct Request<'a> {
    /// Answers as CSV with a header line.
    pub csv: &'a [u8],
    /// The questionnaire, when answers come from one.
    pub instrument: Option<&'a Instrument>,
    /// Model in lavaan syntax; the instrument's first rival without it.
    pub model: Option<&'a str>,
    /// Names of constructs for people: code and words.
    pub names: Vec<(String, String)>,
    /// Title; one is made without it.
    pub title: Option<String>,
    /// Language of the page.
    pub language: Language,
    /// Whether the answers are invented.
    pub synthetic: bool,
    /// Seed of the bootstrap.
    pub seed: u64,
    /// Bootstrap draws.
    pub draws: usize,
    /// Column that splits respondents, for invariance.
    pub group: Option<&'a str>,
    /// Construct whose antecedents are ranked.
    pub outcome: Option<&'a str>,
}

/// A construct with the items that measure it.
pub(super) struct Block {
    pub(super) code: String,
    pub(super) items: Vec<String>,
}

/// A partial least squares fit of the same model.
pub(super) struct Composite {
    pub(super) fit: pls::Fit,
    pub(super) importance: Vec<pls::Importance>,
}

pub(super) struct Findings<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) synthetic: bool,
    pub(super) sample: Sample,
    pub(super) blocks: Vec<Block>,
    pub(super) latents: Vec<String>,
    pub(super) measurement: Measurement,
    pub(super) fit: Fit,
    pub(super) draws: Draws,
    pub(super) outcome: String,
    pub(super) effects: Vec<Effect>,
    pub(super) composite: Result<Composite, String>,
    pub(super) contenders: Vec<Contender>,
    pub(super) ladder: Vec<Step>,
    pub(super) behaviour: Vec<Outcome>,
}

impl<'a> Findings<'a> {
    /// Computes everything.
    pub(super) fn of(
        request: &'a Request<'a>,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Self, ReportError> {
        if !(DRAWS_MIN..=DRAWS_MAX).contains(&request.draws) {
            return Err(ReportError::Draws(request.draws));
        }
        let text = model_text(request)?;
        let model = parse(&text)?;
        let latents = crate::model::Roles::of(&model).latent;
        let blocks = blocks(&model, &latents);
        if blocks.is_empty() {
            return Err(ReportError::NoConstructs);
        }
        let sample = sample::screen(request, &blocks)?;
        let options = options(&sample);
        let fit = sem::fit(&model, &sample.table, &options)?;
        let draws = fit.bootstrap(request.draws, request.seed, progress);
        let outcome = outcome(request, &fit)?;
        let effects = effects::on(&fit, &draws, &outcome);
        if effects.is_empty() {
            return Err(ReportError::Outcome(outcome));
        }
        let measurement = measurement::of(&blocks, &sample, &options)?;
        let ladder = match request.group {
            Some(group) => invariance::ladder(&blocks, &sample, group),
            None => Vec::new(),
        };
        Ok(Self {
            request,
            synthetic: request.synthetic || sample.marked_synthetic,
            composite: composite(request, &text, &sample, &outcome),
            contenders: rivals::compare(request, &blocks, &sample, &options, &model),
            behaviour: behaviour::outcomes(request, &sample),
            ladder,
            measurement,
            effects,
            outcome,
            draws,
            fit,
            latents,
            blocks,
            sample,
        })
    }

    /// The name of a construct for people.
    pub(super) fn name(&self, code: &str) -> String {
        if let Some((_, name)) = self.request.names.iter().find(|(known, _)| known == code) {
            return name.clone();
        }
        let named = self.request.instrument.map(|i| i.name_of(code, self.request.language));
        named.unwrap_or(code).to_owned()
    }
}

/// Robust errors; every answer is used where some are missing.
fn options(sample: &Sample) -> FitOptions {
    FitOptions {
        estimator: Estimator::named("mlr"),
        missing: if sample.missing > 0 { Missing::Fiml } else { Missing::Listwise },
        ..FitOptions::default()
    }
}

fn model_text(request: &Request) -> Result<String, ReportError> {
    match (request.model, request.instrument) {
        (Some(model), _) => Ok(model.to_owned()),
        (None, Some(instrument)) => match instrument.models.first() {
            Some(rival) => Ok(instrument.full_model(rival)),
            None => Err(ReportError::NoConstructs),
        },
        (None, None) => Err(ReportError::NoConstructs),
    }
}

/// Constructs measured by items, not by other constructs.
fn blocks(model: &Model, latents: &[String]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for relation in &model.relations {
        if relation.op != Operator::Measures || latents.contains(&relation.rhs.name) {
            continue;
        }
        let item = relation.rhs.name.clone();
        match blocks.iter_mut().find(|block| block.code == relation.lhs) {
            Some(block) => block.items.push(item),
            None => blocks.push(Block { code: relation.lhs.clone(), items: vec![item] }),
        }
    }
    blocks
}

/// The construct asked for, the plan's, or the one that is explained and explains nothing.
fn outcome(request: &Request, fit: &Fit) -> Result<String, ReportError> {
    let roles = &fit.table.roles;
    let explained = |name: &str| roles.dependents.iter().any(|known| known == name);
    if let Some(asked) = request.outcome {
        return match explained(asked) {
            true => Ok(asked.to_owned()),
            false => Err(ReportError::Outcome(asked.to_owned())),
        };
    }
    let planned = request.instrument.map(|instrument| instrument.plan.outcome.clone());
    let planned = planned.filter(|name| explained(name));
    let last = || roles.pure_dependents.iter().find(|name| roles.latent.contains(name)).cloned();
    planned
        .or_else(last)
        .or_else(|| roles.dependents.first().cloned())
        .ok_or_else(|| ReportError::Outcome(String::new()))
}

fn composite(
    request: &Request,
    text: &str,
    sample: &Sample,
    outcome: &str,
) -> Result<Composite, String> {
    let words = |error: pls::PlsError| error.to_string();
    let specification = pls::Specification::parse(text).map_err(words)?;
    let settings = pls::Settings::default();
    let model =
        pls::Model::from_table(&specification, &sample.table, None, settings).map_err(words)?;
    let fit = model.fit().map_err(words)?;
    let scale = request
        .instrument
        .map(|instrument| (f64::from(instrument.scale.low), f64::from(instrument.scale.high)));
    let target = fit.constructs_named().iter().position(|name| name == outcome);
    let importance = target
        .map(|target| pls::importance_performance(&model, &fit, target, scale))
        .unwrap_or_default();
    Ok(Composite { fit, importance })
}
