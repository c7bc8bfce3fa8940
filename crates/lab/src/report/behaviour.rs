//! What members then did, tied to their trust score. Associations, never causes.

use super::findings::Request;
use super::sample::Sample;
use crate::behaviour::{
    Baseline, Coefficient, Link, Predictors, Spells, Ties, binary_regression, cox_regression,
    person_periods,
};
use crate::data::Items;
use crate::instrument::score;

/// Points of the score to which a ratio refers.
pub(super) const POINTS: f64 = 10.0;

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

/// One regression on the trust score.
pub(super) struct Outcome {
    pub(super) kind: Kind,
    /// The score's coefficient, rows, events and how well the score orders members.
    pub(super) result: Result<(Coefficient, usize, usize, f64), String>,
}

/// Regressions for the behaviour columns that are there: `joined`, or `exited` with `periods`.
pub(super) fn outcomes(request: &Request, sample: &Sample) -> Vec<Outcome> {
    let Some(instrument) = request.instrument else { return Vec::new() };
    let Ok(scores) = score(instrument, &sample.answered) else { return Vec::new() };
    let Some(trust) = scores.column(&instrument.plan.outcome) else { return Vec::new() };
    let column = |name: &str| sample.table.numbers(name).ok().map(<[f64]>::to_vec);
    let mut found = Vec::new();
    if let Some(joined) = column("joined") {
        found.push(Outcome { kind: Kind::Join, result: join(&trust, &joined) });
    }
    if let (Some(exited), Some(periods)) = (column("exited"), column("periods")) {
        found.push(Outcome { kind: Kind::Leave, result: leave(&trust, &exited, &periods) });
        let result = leave_continuous(&trust, &exited, &periods);
        found.push(Outcome { kind: Kind::LeaveContinuous, result });
    }
    found
}

type Regression = Result<(Coefficient, usize, usize, f64), String>;

/// Rows without a missing value, the score first and in units of ten points.
fn complete(columns: &[&[f64]]) -> Items {
    let names = (0..columns.len()).map(|i| format!("c{i}")).collect();
    let rows = columns.first().map_or(0, |column| column.len());
    let values = (0..rows).flat_map(|row| columns.iter().map(move |column| column[row]));
    Items::from_rows(names, values.collect()).complete_rows().0
}

fn predictor(items: &Items) -> Predictors {
    Predictors {
        names: vec!["score".to_owned()],
        values: items.column(0).map(|score| score / POINTS).collect(),
    }
}

fn join(trust: &[f64], joined: &[f64]) -> Regression {
    let rows = complete(&[trust, joined]);
    let outcome: Vec<bool> = rows.column(1).map(|value| value == 1.0).collect();
    let x = predictor(&rows).with_intercept(rows.rows());
    let found = binary_regression(&outcome, &x, Link::Logit).map_err(|e| e.to_string())?;
    let own = found.coefficients.last().cloned().ok_or("no coefficient")?;
    Ok((own, found.rows, found.events, found.discrimination))
}

fn spells(rows: &Items) -> Spells {
    Spells {
        times: rows.column(2).collect(),
        events: rows.column(1).map(|value| value == 1.0).collect(),
    }
}

fn leave(trust: &[f64], exited: &[f64], periods: &[f64]) -> Regression {
    let rows = complete(&[trust, exited, periods]);
    let expanded = person_periods(&spells(&rows), &predictor(&rows), Baseline::LogTime)
        .map_err(|error| error.to_string())?;
    let found =
        binary_regression(&expanded.events, &expanded.predictors, Link::ComplementaryLogLog)
            .map_err(|error| error.to_string())?;
    let own = found.coefficients.iter().find(|c| c.name == "score").cloned();
    Ok((own.ok_or("no coefficient")?, rows.rows(), found.events, found.discrimination))
}

fn leave_continuous(trust: &[f64], exited: &[f64], periods: &[f64]) -> Regression {
    let rows = complete(&[trust, exited, periods]);
    let found = cox_regression(&spells(&rows), &predictor(&rows), Ties::Efron)
        .map_err(|error| error.to_string())?;
    let own = found.coefficients.first().cloned().ok_or("no coefficient")?;
    Ok((own, found.rows, found.events, found.concordance.estimate))
}
