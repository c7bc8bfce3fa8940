//! Discrete time: a spell of n periods becomes n rows, each asking "did it happen now?" (Allison
//! 1982). With the complementary log-log link this is a proportional-hazards model.

use super::{BehaviourError, Predictors, Spells};

/// Periods a spell may last; beyond it the durations are surely not counts of periods.
pub const PERIODS_MAX: usize = 10_000;
/// Rows the expansion may have.
const ROWS_MAX: usize = 50_000_000;

/// How the hazard of a row without predictors depends on time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Baseline {
    /// A parameter for every period.
    Free,
    /// Constant.
    Constant,
    /// An intercept and the logarithm of the period (a Weibull shape).
    LogTime,
}

/// The expanded rows.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonPeriods {
    /// Did the event happen in this row's period?
    pub events: Vec<bool>,
    /// Baseline columns, then the predictors.
    pub predictors: Predictors,
    /// The period of every row, from 1.
    pub periods: Vec<usize>,
    /// The spell of every row.
    pub spells: Vec<usize>,
}

/// Expands spells whose times are whole numbers of periods from 1.
///
/// # Errors
/// When a time is no such number, rows are ragged, or a free baseline meets a period without
/// events.
pub fn person_periods(
    spells: &Spells,
    predictors: &Predictors,
    baseline: Baseline,
) -> Result<PersonPeriods, BehaviourError> {
    let rows = spells.times.len();
    if spells.events.len() != rows || predictors.values.len() != rows * predictors.names.len() {
        return Err(BehaviourError::Ragged);
    }
    let counts_periods =
        |time: f64| time.fract() == 0.0 && (1.0..=PERIODS_MAX as f64).contains(&time);
    if let Some(&time) = spells.times.iter().find(|&&time| !counts_periods(time)) {
        return Err(BehaviourError::NotAPeriod(time, PERIODS_MAX));
    }
    let last = spells.times.iter().fold(0.0, |a: f64, &b| a.max(b)) as usize;
    let total = spells.times.iter().sum::<f64>() as usize;
    let mut names: Vec<String> = match baseline {
        Baseline::Free => (1..=last).map(|period| format!("period {period}")).collect(),
        Baseline::Constant => vec!["(Intercept)".to_owned()],
        Baseline::LogTime => vec!["(Intercept)".to_owned(), "ln(period)".to_owned()],
    };
    let width = names.len() + predictors.names.len();
    if total.saturating_mul(width) > ROWS_MAX {
        return Err(BehaviourError::TooFewRows { rows, coefficients: width });
    }
    if baseline == Baseline::Free {
        let happened = |period: usize| {
            spells.times.iter().zip(&spells.events).any(|(&t, &e)| e && t as usize == period)
        };
        if let Some(period) = (1..=last).find(|&period| !happened(period)) {
            return Err(BehaviourError::EmptyPeriod(period));
        }
    }
    names.extend(predictors.names.iter().cloned());
    let mut expanded = PersonPeriods {
        events: Vec::with_capacity(total),
        predictors: Predictors { names, values: Vec::with_capacity(total * width) },
        periods: Vec::with_capacity(total),
        spells: Vec::with_capacity(total),
    };
    for spell in 0..rows {
        let periods = spells.times[spell] as usize;
        for period in 1..=periods {
            expanded.events.push(spells.events[spell] && period == periods);
            expanded.periods.push(period);
            expanded.spells.push(spell);
            let values = &mut expanded.predictors.values;
            baseline.push(period, last, values);
            values.extend_from_slice(predictors.row(spell));
        }
    }
    Ok(expanded)
}

impl Baseline {
    /// Appends the baseline's columns for one period.
    fn push(self, period: usize, last: usize, values: &mut Vec<f64>) {
        match self {
            Self::Free => values.extend((1..=last).map(|p| f64::from(u8::from(p == period)))),
            Self::Constant => values.push(1.0),
            Self::LogTime => values.extend([1.0, (period as f64).ln()]),
        }
    }
}
