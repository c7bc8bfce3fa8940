//! What members then did, tied to their trust score. Associations, never causes.

use super::findings::Request;
use super::refusal::Refusal;
use super::sample::Sample;
use crate::behaviour::{
    Band, Baseline, BehaviourError, Coefficient, Curve, Link, Predictors, Spells, Ties,
    binary_regression, cox_regression, kaplan_meier, person_periods,
};
use crate::data::Items;
use crate::data::descriptives::quantile;
use crate::data::moments::correlation;
use crate::instrument::{Scores, score};

/// Points of the score to which a ratio refers.
pub(super) const POINTS: f64 = 10.0;

/// The construct of the intention to stay in the questionnaire that travels with the program.
const INTENTION: &str = "STAY";

/// The behaviour that was regressed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Joined or not: odds ratio.
    Join,
    /// Left in a period: discrete-time hazard ratio.
    Leave,
    /// Left at a time: Cox's hazard ratio.
    LeaveContinuous,
}

/// The score's coefficient in one regression.
pub(super) struct Found {
    pub(super) coefficient: Coefficient,
    pub(super) rows: usize,
    pub(super) events: usize,
    pub(super) concordance: f64,
}

/// One regression on the trust score.
pub(super) struct Outcome {
    pub(super) kind: Kind,
    /// Whether the controls stand beside the score.
    pub(super) controlled: bool,
    pub(super) result: Result<Found, Refusal>,
}

/// Staying by thirds of the trust score, the lowest third first.
pub(super) struct Thirds {
    pub(super) curves: Vec<Curve>,
    /// Score at which the second and the last third begin.
    pub(super) cuts: (f64, f64),
}

/// Everything about behaviour.
pub(super) struct Conduct {
    pub(super) outcomes: Vec<Outcome>,
    pub(super) thirds: Option<Thirds>,
    /// Correlation of the intention to stay with having left, and over how many members.
    pub(super) intention: Option<(f64, usize)>,
}

/// What the behaviour columns that are there tell: `joined`, or `exited` with `periods`.
pub(super) fn of(request: &Request, sample: &Sample) -> Option<Conduct> {
    let instrument = request.instrument?;
    let scores = score(instrument, &sample.answered).ok()?;
    let trust = scores.column(&instrument.plan.outcome)?;
    let column = |name: &str| sample.table.numbers(name).ok().map(<[f64]>::to_vec);
    let controls: Vec<Vec<f64>> =
        sample.controls.iter().filter_map(|control| column(&control.column)).collect();
    let mut conduct = Conduct { outcomes: Vec::new(), thirds: None, intention: None };
    let beside: &[&[Vec<f64>]] = if controls.is_empty() { &[&[]] } else { &[&[], &controls] };
    let left = column("exited").zip(column("periods"));
    for extra in beside {
        let controlled = !extra.is_empty();
        let mut add = |kind, result| {
            conduct.outcomes.push(Outcome { kind, controlled, result });
        };
        if let Some(joined) = column("joined") {
            add(Kind::Join, join(&rows(&[&trust, &joined], extra)));
        }
        if let Some((exited, periods)) = &left {
            let rows = rows(&[&trust, exited, periods], extra);
            add(Kind::Leave, leave(&rows));
            add(Kind::LeaveContinuous, leave_continuous(&rows));
        }
    }
    if conduct.outcomes.is_empty() {
        return None;
    }
    conduct.outcomes.sort_by_key(|outcome| outcome.kind as u8);
    if let Some((exited, periods)) = &left {
        conduct.thirds = thirds(&rows(&[&trust, exited, periods], &[]));
        conduct.intention = intention(&scores, exited);
    }
    Some(conduct)
}

/// Rows without a missing value: the score in units of ten points, what is explained, controls.
fn rows(own: &[&[f64]], extra: &[Vec<f64>]) -> Items {
    let columns: Vec<&[f64]> = own.iter().copied().chain(extra.iter().map(Vec::as_slice)).collect();
    let names = (0..columns.len()).map(|i| format!("c{i}")).collect();
    let count = columns.first().map_or(0, |column| column.len());
    let values = (0..count).flat_map(|row| columns.iter().map(move |column| column[row]));
    Items::from_rows(names, values.collect()).complete_rows().0
}

/// The score, then the columns from `first` on.
fn predictors(rows: &Items, first: usize) -> Predictors {
    let mut names = vec!["score".to_owned()];
    names.extend((first..rows.width()).map(|at| rows.names()[at].clone()));
    let values = (0..rows.rows()).flat_map(|row| {
        let row = rows.row(row);
        std::iter::once(row[0] / POINTS).chain(row[first..].iter().copied())
    });
    Predictors { names, values: values.collect() }
}

fn own(coefficients: &[Coefficient]) -> Coefficient {
    let found = coefficients.iter().find(|coefficient| coefficient.name == "score");
    found.expect("the score is among the predictors").clone()
}

fn join(rows: &Items) -> Result<Found, Refusal> {
    let outcome: Vec<bool> = rows.column(1).map(|value| value == 1.0).collect();
    let x = predictors(rows, 2).with_intercept(rows.rows());
    let found = binary_regression(&outcome, &x, Link::Logit)?;
    Ok(Found {
        coefficient: own(&found.coefficients),
        rows: found.rows,
        events: found.events,
        concordance: found.discrimination,
    })
}

fn spells(rows: &Items) -> Spells {
    Spells {
        times: rows.column(2).collect(),
        events: rows.column(1).map(|value| value == 1.0).collect(),
    }
}

fn leave(rows: &Items) -> Result<Found, Refusal> {
    let expanded = person_periods(&spells(rows), &predictors(rows, 3), Baseline::LogTime)?;
    let link = Link::ComplementaryLogLog;
    let found = binary_regression(&expanded.events, &expanded.predictors, link)?;
    Ok(Found {
        coefficient: own(&found.coefficients),
        rows: rows.rows(),
        events: found.events,
        concordance: found.discrimination,
    })
}

fn leave_continuous(rows: &Items) -> Result<Found, Refusal> {
    let found = cox_regression(&spells(rows), &predictors(rows, 3), Ties::Efron)?;
    Ok(Found {
        coefficient: own(&found.coefficients),
        rows: found.rows,
        events: found.events,
        concordance: found.concordance.estimate,
    })
}

fn thirds(rows: &Items) -> Option<Thirds> {
    let mut sorted: Vec<f64> = rows.column(0).collect();
    sorted.sort_by(f64::total_cmp);
    let cuts = (quantile(&sorted, 1.0 / 3.0), quantile(&sorted, 2.0 / 3.0));
    if cuts.0 >= cuts.1 || cuts.0.is_nan() {
        return None;
    }
    let third = |score: f64| usize::from(score >= cuts.0) + usize::from(score >= cuts.1);
    let curve = |number: usize| -> Result<Curve, BehaviourError> {
        let own: Vec<usize> =
            (0..rows.rows()).filter(|&row| third(rows.row(row)[0]) == number).collect();
        kaplan_meier(&spells(&rows.take_rows(&own)), 0.95, Band::LogLog)
    };
    let curves = (0..3).map(curve).collect::<Result<Vec<_>, _>>().ok()?;
    Some(Thirds { curves, cuts })
}

fn intention(scores: &Scores, exited: &[f64]) -> Option<(f64, usize)> {
    let stay = scores.column(INTENTION)?;
    let rows = rows(&[&stay, exited], &[]);
    let r = correlation(&rows)[1];
    r.is_finite().then_some((r, rows.rows()))
}
