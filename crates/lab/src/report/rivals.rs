//! Rival models of the same items, side by side: by covariances, and by composites.

use super::composite::{estimated, forecasts};
use super::findings::Request;
use super::refusal::Refusal;
use super::sample::Sample;
use super::warning::Warning;
use crate::instrument::{Method, Text};
use crate::model::{Model, parse};
use crate::pls::{ItemForecast, LossTest, PlsError, compare_losses, information_criteria};
use crate::reliability::{Scale, measurement_part};
use crate::sem::{self, Difference, Fit, FitOptions, Measures};

/// One model in the comparison.
pub(super) struct Contender {
    pub(super) title: Text,
    pub(super) idea: Text,
    /// By covariances; none for a model of composites alone.
    pub(super) contest: Option<Result<Contest, Refusal>>,
    /// By composites; none for models that are only a measure for the others.
    pub(super) composite: Option<Result<CompositeContest, Refusal>>,
}

/// What a contender achieved by covariances.
pub(super) struct Contest {
    pub(super) measures: Measures,
    pub(super) warnings: Vec<Warning>,
    /// Against free correlations of the constructs, in which the contender is nested.
    pub(super) against_free: Option<Difference>,
}

/// What a contender achieved by composites.
pub(super) struct CompositeContest {
    /// Of the outcome.
    pub(super) r2: f64,
    pub(super) bic: f64,
    /// Mean of Q² of the items that every contender predicts.
    pub(super) q2: f64,
    /// Loss less that of the first contender.
    pub(super) loss: Option<LossTest>,
}

struct Entry {
    title: Text,
    idea: Text,
    model: Result<Model, Refusal>,
    by_covariances: bool,
    by_composites: bool,
}

fn text(en: &str, zh: &str) -> Text {
    Text { en: en.to_owned(), zh: zh.to_owned() }
}

/// The instrument's rivals, or the given model, against one factor and against free correlations.
pub(super) fn compare(
    request: &Request,
    scales: &[Scale],
    sample: &Sample,
    options: &FitOptions,
    model: &Model,
    outcome: &str,
) -> Vec<Contender> {
    let entries = entries(request, scales, model);
    let mut free = sem::fit(&measurement_part(model), &sample.table, options).ok();
    let composites = composites(request, &entries, sample, outcome);
    entries
        .into_iter()
        .zip(composites)
        .map(|(entry, composite)| {
            let contest = |model: Model| {
                let mut fit = sem::fit(&model, &sample.table, options)?;
                Ok(contest(&mut fit, free.as_mut()))
            };
            let mut contested = None;
            if entry.by_covariances {
                contested = Some(entry.model.and_then(contest));
            }
            Contender { title: entry.title, idea: entry.idea, contest: contested, composite }
        })
        .collect()
}

fn contest(fit: &mut Fit, free: Option<&mut Fit>) -> Contest {
    Contest {
        against_free: free.and_then(|free| sem::compare(free, fit)),
        measures: fit.measures(),
        warnings: Warning::of_fit(fit),
    }
}

fn entries(request: &Request, scales: &[Scale], model: &Model) -> Vec<Entry> {
    let mut entries = Vec::new();
    match (request.model, request.instrument) {
        (None, Some(instrument)) => {
            for rival in &instrument.models {
                entries.push(Entry {
                    title: rival.title.clone(),
                    idea: rival.idea.clone(),
                    model: parse(&instrument.full_model(rival)).map_err(Refusal::from),
                    by_covariances: rival.method == Method::Sem,
                    by_composites: true,
                });
            }
        }
        _ => entries.push(Entry {
            title: text("The model of this report", "本报告的模型"),
            idea: text("The paths given.", "所给的路径。"),
            model: Ok(model.clone()),
            by_covariances: true,
            by_composites: true,
        }),
    }
    let items: Vec<&str> =
        scales.iter().flat_map(|scale| scale.items.iter().map(String::as_str)).collect();
    entries.push(Entry {
        title: text("Free correlations", "自由相关"),
        idea: text(
            "Constructs correlate freely: the best any set of paths can reach.",
            "构念之间自由相关：任何路径所能达到的最好拟合。",
        ),
        model: Ok(measurement_part(model)),
        by_covariances: true,
        by_composites: false,
    });
    entries.push(Entry {
        title: text("One factor", "单一因子"),
        idea: text(
            "Everything measures one thing (Harman's test of common method).",
            "所有题目只测一件事（哈曼共同方法检验）。",
        ),
        model: parse(&format!("one_factor =~ {}", items.join(" + "))).map_err(Refusal::from),
        by_covariances: true,
        by_composites: false,
    });
    entries
}

/// A contender's composites before it is compared.
struct Predicted {
    contest: CompositeContest,
    names: Vec<String>,
    forecasts: Vec<ItemForecast>,
}

fn composites(
    request: &Request,
    entries: &[Entry],
    sample: &Sample,
    outcome: &str,
) -> Vec<Option<Result<CompositeContest, Refusal>>> {
    let mut found: Vec<Option<Result<Predicted, Refusal>>> = entries
        .iter()
        .map(|entry| {
            let model = entry.model.as_ref().ok().filter(|_| entry.by_composites)?;
            Some(predicted(request, model, sample, outcome).map_err(Refusal::from))
        })
        .collect();
    let of = |one: &Option<Result<Predicted, Refusal>>| -> Option<Vec<String>> {
        let known = one.as_ref()?.as_ref().ok()?;
        Some(known.forecasts.iter().map(|f| known.names[f.item].clone()).collect())
    };
    let mut lists = found.iter().filter_map(of);
    let mut common = lists.next().unwrap_or_default();
    lists.for_each(|list| common.retain(|item| list.contains(item)));
    let errors = |known: &Predicted| -> Vec<Vec<f64>> {
        let of = |item: &String| {
            let place = known.forecasts.iter().find(|f| known.names[f.item] == *item);
            place.map(|forecast| forecast.errors.clone()).unwrap_or_default()
        };
        common.iter().map(of).collect()
    };
    let first = found.iter().flatten().find_map(|one| one.as_ref().ok()).map(errors);
    for (place, known) in found.iter_mut().flatten().flatten().enumerate() {
        let own = errors(known);
        let q2 = known.forecasts.iter().filter(|f| common.contains(&known.names[f.item]));
        known.contest.q2 = q2.map(|f| f.model.q2).sum::<f64>() / common.len() as f64;
        if let Some(first) = first.as_ref().filter(|_| place > 0) {
            let pairs: Vec<(&[f64], &[f64])> =
                own.iter().zip(first).map(|(a, b)| (a.as_slice(), b.as_slice())).collect();
            known.contest.loss = compare_losses(&pairs);
        }
    }
    found.into_iter().map(|one| one.map(|known| known.map(|known| known.contest))).collect()
}

fn predicted(
    request: &Request,
    model: &Model,
    sample: &Sample,
    outcome: &str,
) -> Result<Predicted, PlsError> {
    let (bound, fit) = estimated(model, sample, false)?;
    let target = fit.constructs_named().iter().position(|name| name == outcome);
    let value = |f: &dyn Fn(usize) -> f64| target.map_or(f64::NAN, f);
    Ok(Predicted {
        contest: CompositeContest {
            r2: value(&|k| fit.r2[k]),
            bic: value(&|k| information_criteria(&fit, k).bic),
            q2: f64::NAN,
            loss: None,
        },
        names: fit.items_named().to_vec(),
        forecasts: forecasts(&bound, request.seed)?,
    })
}
