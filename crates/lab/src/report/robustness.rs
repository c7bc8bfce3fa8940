//! The declared runs beside the main one: other estimators, controls in the equations, a marker
//! construct. Each gives the same paths again.

use super::composite::estimated;
use super::effects;
use super::findings::Request;
use super::refusal::Refusal;
use super::sample::Sample;
use super::warning::Warning;
use crate::instrument::{Instrument, Language, MarkerUse, Role};
use crate::model::{Model, Operator, parse};
use crate::pls;
use crate::sem::{self, Discrepancy, Estimate, Estimator, Fit, FitOptions, Measures, Missing};

/// How a run differs from the main one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// The run that decides.
    Main(&'static str),
    Estimator(&'static str),
    Pls,
    ConsistentPls,
    Controls,
    Marker,
}

impl Method {
    /// The name for a table's head.
    pub(super) fn name(&self, language: Language) -> String {
        match self {
            Self::Main(name) => format!("{}{name}", language.pick("Main: ", "主分析：")),
            Self::Estimator(name) => (*name).to_owned(),
            Self::Pls => "PLS".to_owned(),
            Self::ConsistentPls => "PLSc".to_owned(),
            Self::Controls => language.pick("With controls", "加控制变量").to_owned(),
            Self::Marker => language.pick("With marker", "加标记构念").to_owned(),
        }
    }
}

/// A path in one run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    /// Standardised coefficient.
    pub(super) size: f64,
    pub(super) p: f64,
}

/// What a run found.
pub(super) struct Repeat {
    pub(super) rows: usize,
    /// In the order of the main run's paths.
    pub(super) paths: Vec<Option<Path>>,
    /// Measures of fit; none for composites.
    pub(super) measures: Option<Measures>,
    pub(super) warnings: Vec<Warning>,
    /// Lines that the main run does not have: controls, marker.
    pub(super) added: Vec<Estimate>,
}

/// One run.
pub(super) struct Run {
    pub(super) method: Method,
    pub(super) outcome: Result<Repeat, Refusal>,
}

/// Paths of the main run as (from, to).
type Ends = [(String, String)];

/// The main run and all declared ones.
pub(super) fn runs(
    request: &Request,
    model: &Model,
    sample: &Sample,
    main: &Fit,
    progress: &(dyn Fn(u64) + Sync),
) -> Vec<Run> {
    let ends: Vec<(String, String)> =
        effects::paths(main).into_iter().map(|(from, to, _)| (from, to)).collect();
    let name = main.data.options.estimator().name;
    let first = Run { method: Method::Main(name), outcome: Ok(repeat(main, &ends)) };
    let customary = ["wlsmv".to_owned(), "plsc".to_owned()];
    let declared = request.instrument.map_or(&customary[..], |i| &i.plan.robustness[..]);
    let mut runs = vec![first];
    for name in declared {
        runs.extend(match Estimator::named(name) {
            Some(estimator) => Some(Run {
                method: Method::Estimator(estimator.name),
                outcome: by_estimator(model, sample, estimator, &ends),
            }),
            None => {
                let consistent = name == "plsc";
                Some(Run {
                    method: if consistent { Method::ConsistentPls } else { Method::Pls },
                    outcome: by_composites(request, model, sample, consistent, &ends, progress),
                })
            }
        });
    }
    if let (None, Some(instrument)) = (request.model, request.instrument) {
        let options = &main.data.options;
        runs.extend(with_controls(instrument, model, sample, options, &ends));
        runs.extend(with_marker(instrument, model, sample, options, main, &ends));
    }
    runs
}

/// Whether an estimator is one of ordered answers.
pub(super) fn is_ordinal(estimator: Estimator) -> bool {
    let robust = estimator.name.starts_with("ULS") && estimator.name != "ULS";
    estimator.discrepancy == Discrepancy::Diagonal || robust
}

fn by_estimator(
    model: &Model,
    sample: &Sample,
    estimator: Estimator,
    ends: &Ends,
) -> Result<Repeat, Refusal> {
    let ordered = is_ordinal(estimator).then(|| sample.items.names().to_vec());
    let options = FitOptions {
        estimator: Some(estimator),
        missing: match sample.missing > 0 && estimator.is_likelihood() {
            true => Missing::Fiml,
            false => Missing::Listwise,
        },
        ordered: ordered.unwrap_or_default(),
        ..FitOptions::default()
    };
    Ok(repeat(&sem::fit(model, &sample.table, &options)?, ends))
}

fn repeat(fit: &Fit, ends: &Ends) -> Repeat {
    let lines = fit.estimates();
    let path = |(from, to): &(String, String)| {
        let line = lines
            .iter()
            .find(|line| line.op == Operator::Regression && line.lhs == *to && line.rhs == *from)?;
        Some(Path { size: line.std_all, p: line.p })
    };
    Repeat {
        rows: fit.data.sample.cases,
        paths: ends.iter().map(path).collect(),
        measures: Some(fit.clone().measures()),
        warnings: Warning::of_fit(fit),
        added: Vec::new(),
    }
}

fn by_composites(
    request: &Request,
    model: &Model,
    sample: &Sample,
    consistent: bool,
    ends: &Ends,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Repeat, Refusal> {
    let (bound, fit) = estimated(model, sample, consistent)?;
    let boot = bound.bootstrap(&fit, request.draws, request.seed, progress)?;
    let summaries = boot.summaries(&bound, &fit, pls::Interval::Percentile, 0.95);
    let place = |name: &String| fit.constructs_named().iter().position(|known| known == name);
    let path = |(from, to): &(String, String)| {
        let known = (place(from)?, place(to)?);
        let path = fit.path_ends().iter().position(|ends| *ends == known)?;
        let at = boot.quantities().iter().position(|q| *q == pls::Quantity::Path(path))?;
        Some(Path { size: fit.paths[path], p: summaries[at].p })
    };
    Ok(Repeat {
        rows: fit.rows,
        paths: ends.iter().map(path).collect(),
        measures: None,
        warnings: Warning::of_boot(&boot),
        added: Vec::new(),
    })
}

/// A run whose model has more lines than the main one.
fn extended(
    text: &str,
    model: &Model,
    sample: &Sample,
    options: &FitOptions,
    ends: &Ends,
    is_added: &dyn Fn(&Estimate) -> bool,
) -> Result<Repeat, Refusal> {
    let added = parse(text)?;
    let mut whole = model.clone();
    whole.relations.extend(added.relations);
    let fit = sem::fit(&whole, &sample.table, options)?;
    let mut found = repeat(&fit, ends);
    found.added = fit.estimates().into_iter().filter(is_added).collect();
    Ok(found)
}

/// The declared controls in the equations of the declared constructs.
fn with_controls(
    instrument: &Instrument,
    model: &Model,
    sample: &Sample,
    options: &FitOptions,
    ends: &Ends,
) -> Option<Run> {
    let present: Vec<&str> = sample.controls.iter().map(|c| c.column.as_str()).collect();
    let on = &instrument.plan.controls_on;
    if present.is_empty() || on.is_empty() {
        return None;
    }
    let coded = sample.controls.iter().find(|control| !control.is_numeric);
    let outcome = match coded {
        Some(control) => Err(Refusal::NotCoded(control.column.clone())),
        None => {
            let lines = on.iter().map(|name| format!("{name} ~ {}\n", present.join(" + ")));
            let is_added = |line: &Estimate| {
                line.op == Operator::Regression && present.contains(&line.rhs.as_str())
            };
            extended(&lines.collect::<String>(), model, sample, options, ends, &is_added)
        }
    };
    Some(Run { method: Method::Controls, outcome })
}

/// A construct of the marker items that explains every endogenous one.
fn with_marker(
    instrument: &Instrument,
    model: &Model,
    sample: &Sample,
    options: &FitOptions,
    main: &Fit,
    ends: &Ends,
) -> Option<Run> {
    if !instrument.plan.marker.contains(&MarkerUse::Construct) {
        return None;
    }
    let construct = instrument.constructs_of(Role::Marker).next()?;
    let items = super::bias::marker_items(instrument, sample)?;
    let roles = &main.table.roles;
    let explained = roles.dependents.iter().filter(|name| roles.latent.contains(name));
    let mut text = format!("{} =~ {}\n", construct.code, items.join(" + "));
    for name in explained {
        text.push_str(&format!("{name} ~ {}\n", construct.code));
    }
    let is_added = |line: &Estimate| line.op == Operator::Regression && line.rhs == construct.code;
    let outcome = extended(&text, model, sample, options, ends, &is_added);
    Some(Run { method: Method::Marker, outcome })
}
