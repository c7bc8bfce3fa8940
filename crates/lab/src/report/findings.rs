//! Everything the page tells, computed once and free of words.

use super::behaviour::{self, Conduct};
use super::bias::{self, Bias};
use super::composite::{self, Composite};
use super::effects::{self, Effect};
use super::invariance::{self, Step};
use super::measurement::{self, Measurement};
use super::refusal::Refusal;
use super::rivals::{self, Contender};
use super::robustness::{self, Run};
use super::sample::{self, Sample};
use super::sealing::Sealing;
use super::warning::Warning;
use crate::data::TableError;
use crate::instrument::{Instrument, Language, Thresholds};
use crate::model::{ModelError, parse};
use crate::reliability::{Scale, scales};
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
    /// What a log says of the questionnaire's seal, when one is named.
    pub sealing: Option<&'a Sealing>,
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

pub(super) struct Findings<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) synthetic: bool,
    pub(super) sample: Sample,
    pub(super) scales: Vec<Scale>,
    pub(super) latents: Vec<String>,
    pub(super) measurement: Measurement,
    pub(super) fit: Fit,
    /// What must be said of the main model's numbers.
    pub(super) warnings: Vec<Warning>,
    pub(super) draws: Draws,
    pub(super) outcome: String,
    pub(super) effects: Vec<Effect>,
    pub(super) composite: Result<Composite, Refusal>,
    pub(super) runs: Vec<Run>,
    pub(super) bias: Bias,
    pub(super) contenders: Vec<Contender>,
    pub(super) ladder: Vec<Step>,
    pub(super) conduct: Option<Conduct>,
}

/// Bootstraps of one report, each of as many draws: the main model, its composites, and the
/// composites once more in a robustness run.
pub const BOOTSTRAPS: usize = 3;

impl<'a> Findings<'a> {
    /// Computes everything.
    pub(super) fn of(
        request: &'a Request<'a>,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Self, ReportError> {
        if !(DRAWS_MIN..=DRAWS_MAX).contains(&request.draws) {
            return Err(ReportError::Draws(request.draws));
        }
        let model = parse(&model_text(request)?)?;
        let latents = crate::model::Roles::of(&model).latent;
        let scales = scales(&model);
        if scales.is_empty() {
            return Err(ReportError::NoConstructs);
        }
        let sample = sample::screen(request, &scales)?;
        let options = options(request, &sample);
        let fit = sem::fit(&model, &sample.table, &options)?;
        let outcome = outcome(request, &fit)?;
        let draws = fit.bootstrap(request.draws, request.seed, progress);
        let effects = effects::on(&fit, &draws, &outcome);
        if effects.is_empty() {
            return Err(ReportError::Outcome(outcome));
        }
        let measurement = measurement::of(&model, &scales, &sample, &options)?;
        let ladder = match request.group {
            Some(group) => invariance::ladder(&model, &sample, group),
            None => Vec::new(),
        };
        let further =
            |bootstrap: usize| move |done: u64| progress(bootstrap * request.draws + done as usize);
        let composite = composite::of(request, &model, &sample, &outcome, &further(1));
        let runs = robustness::runs(request, &model, &sample, &fit, &further(2));
        Ok(Self {
            request,
            synthetic: request.synthetic || sample.marked_synthetic,
            bias: bias::of(request.instrument, &sample, composite.as_ref().ok()),
            contenders: rivals::compare(request, &scales, &sample, &options, &model, &outcome),
            conduct: behaviour::of(request, &sample),
            warnings: Warning::of_fit(&fit),
            composite,
            runs,
            ladder,
            measurement,
            effects,
            outcome,
            draws,
            fit,
            latents,
            scales,
            sample,
        })
    }

    /// The limits of the plan, or the customary ones.
    pub(super) fn limits(&self) -> Thresholds {
        self.request.instrument.map(|i| i.plan.thresholds.clone()).unwrap_or_default()
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

/// The plan's estimator and treatment of missing answers; without a plan robust errors, and every
/// answer is used where some are missing.
fn options(request: &Request, sample: &Sample) -> FitOptions {
    let plan = request.instrument.map(|instrument| &instrument.plan);
    let declared = plan.and_then(|plan| Estimator::named(&plan.estimator));
    let estimator = declared.or(Estimator::named("mlr")).expect("mlr has a name");
    let uses_all = plan.is_none_or(|plan| plan.missing == "fiml") && estimator.is_likelihood();
    let ordered = robustness::is_ordinal(estimator).then(|| sample.items.names().to_vec());
    FitOptions {
        estimator: Some(estimator),
        missing: match sample.missing > 0 && uses_all {
            true => Missing::Fiml,
            false => Missing::Listwise,
        },
        ordered: ordered.unwrap_or_default(),
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
