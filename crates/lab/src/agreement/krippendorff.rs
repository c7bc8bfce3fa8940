//! Krippendorff's alpha: any number of coders, any metric, missing judgements (Krippendorff,
//! Computing Krippendorff's Alpha-Reliability, 2011).

use crate::data::descriptives::quantile;
use crate::data::random::Draw;

use super::AgreementError;

/// Most different values; their coincidences are a square table.
const VALUES_MAX: usize = 5000;

/// How far apart two values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Same or not.
    Nominal,
    /// By how many judgements lie between them.
    Ordinal,
    /// Squared difference.
    Interval,
    /// Squared difference over the sum.
    Ratio,
}

/// Agreement of coders.
#[derive(Clone, Debug, PartialEq)]
pub struct Krippendorff {
    /// 1 for perfect agreement, 0 for what chance gives.
    pub alpha: f64,
    /// 2.5% and 97.5% quantiles over resampled units, when draws were asked for.
    pub interval: Option<(f64, f64)>,
    /// Draws in which every judgement was the same, for which alpha is not defined.
    pub failed_draws: usize,
    /// Units judged by at least two coders.
    pub units: usize,
    /// Judgements in those units.
    pub judgements: usize,
    /// Different values.
    pub values: usize,
}

/// Computes alpha of `judgements[coder][unit]`; an empty label is a missing judgement. Draw `d` of
/// the interval resamples units with stream `d` of `seed`; `draws` of 0 gives no interval.
///
/// # Errors
/// When no unit was judged twice, all judgements are the same, or a metric needs numbers and
/// meets a word.
pub fn krippendorff_alpha(
    judgements: &[Vec<String>],
    metric: Metric,
    draws: u32,
    seed: u64,
) -> Result<Krippendorff, AgreementError> {
    let count = judgements.first().map_or(0, Vec::len);
    if let Some(other) = judgements.iter().find(|coder| coder.len() != count) {
        return Err(AgreementError::Ragged(count, other.len()));
    }
    let values = values(judgements, metric)?;
    // For each unit, how often each value was given; units judged once tell nothing.
    let units: Vec<Vec<(usize, f64)>> = (0..count)
        .map(|unit| tally(judgements, &values, unit))
        .filter(|unit| unit.iter().map(|(_, n)| n).sum::<f64>() >= 2.0)
        .collect();
    if units.is_empty() {
        return Err(AgreementError::NoPairs);
    }
    let numbers: Vec<f64> = values.iter().map(|label| label.parse().unwrap_or(f64::NAN)).collect();
    let once = vec![1; units.len()];
    let alpha = alpha_of(&units, &once, &numbers, metric).ok_or(AgreementError::OneCategory)?;
    let mut found = Vec::new();
    let mut counts = vec![0; units.len()];
    for draw in 0..draws {
        Draw::new(seed, u64::from(draw)).resample(&mut counts);
        found.extend(alpha_of(&units, &counts, &numbers, metric));
    }
    found.sort_by(f64::total_cmp);
    let total = units.iter().flatten().map(|(_, n)| n).sum::<f64>();
    Ok(Krippendorff {
        alpha,
        interval: (!found.is_empty()).then(|| (quantile(&found, 0.025), quantile(&found, 0.975))),
        failed_draws: draws as usize - found.len(),
        units: units.len(),
        judgements: total as usize,
        values: values.len(),
    })
}

/// Distinct labels: in order of number where the metric needs numbers, else of word.
fn values(judgements: &[Vec<String>], metric: Metric) -> Result<Vec<String>, AgreementError> {
    let mut labels: Vec<&String> =
        judgements.iter().flatten().filter(|label| !label.is_empty()).collect();
    labels.sort();
    labels.dedup();
    if labels.len() > VALUES_MAX {
        return Err(AgreementError::TooManyValues(labels.len(), VALUES_MAX));
    }
    let mut numbered = Vec::with_capacity(labels.len());
    for label in labels {
        let number = label.parse::<f64>().ok().filter(|number| number.is_finite());
        let number = match (metric, number) {
            (Metric::Nominal, _) => 0.0,
            (_, None) => return Err(AgreementError::NotANumber(label.clone())),
            (Metric::Ratio, Some(number)) if number < 0.0 => {
                return Err(AgreementError::Negative(number));
            }
            (_, Some(number)) => number,
        };
        numbered.push((number, label.clone()));
    }
    numbered.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Two ways of writing one number are one value.
    if metric != Metric::Nominal {
        numbered.dedup_by(|a, b| a.0 == b.0);
    }
    Ok(numbered.into_iter().map(|(_, label)| label).collect())
}

fn tally(judgements: &[Vec<String>], values: &[String], unit: usize) -> Vec<(usize, f64)> {
    let mut counts: Vec<(usize, f64)> = Vec::new();
    for label in judgements.iter().map(|coder| &coder[unit]).filter(|label| !label.is_empty()) {
        let same = |known: &String| {
            known == label
                || matches!((known.parse::<f64>(), label.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
        };
        let exact = values.iter().position(|known| known == label);
        let Some(value) = exact.or_else(|| values.iter().position(same)) else {
            continue;
        };
        match counts.iter_mut().find(|(known, _)| *known == value) {
            Some((_, count)) => *count += 1.0,
            None => counts.push((value, 1.0)),
        }
    }
    counts
}

/// One minus observed over expected disagreement; nothing when chance cannot disagree.
fn alpha_of(
    units: &[Vec<(usize, f64)>],
    weights: &[u32],
    numbers: &[f64],
    metric: Metric,
) -> Option<f64> {
    let mut totals = vec![0.0; numbers.len()];
    for (unit, &weight) in units.iter().zip(weights) {
        for &(value, count) in unit {
            totals[value] += count * f64::from(weight);
        }
    }
    let mut cumulated = vec![0.0; numbers.len() + 1];
    for (value, total) in totals.iter().enumerate() {
        cumulated[value + 1] = cumulated[value] + total;
    }
    let distance = |a: usize, b: usize| {
        let (low, high) = (a.min(b), a.max(b));
        match metric {
            Metric::Nominal => f64::from(u8::from(a != b)),
            Metric::Ordinal => {
                let between = cumulated[high + 1] - cumulated[low];
                (between - f64::midpoint(totals[low], totals[high])).powi(2)
            }
            Metric::Interval => (numbers[a] - numbers[b]).powi(2),
            Metric::Ratio if numbers[a] + numbers[b] == 0.0 => 0.0,
            Metric::Ratio => ((numbers[a] - numbers[b]) / (numbers[a] + numbers[b])).powi(2),
        }
    };
    let mut observed = 0.0;
    for (unit, &weight) in units.iter().zip(weights) {
        let judged: f64 = unit.iter().map(|(_, count)| count).sum();
        for (place, &(a, first)) in unit.iter().enumerate() {
            for &(b, second) in &unit[..place] {
                let pairs = 2.0 * first * second * f64::from(weight) / (judged - 1.0);
                observed += pairs * distance(a, b);
            }
        }
    }
    let mut expected = 0.0;
    for a in (0..totals.len()).filter(|&a| totals[a] > 0.0) {
        for b in 0..a {
            expected += 2.0 * totals[a] * totals[b] * distance(a, b);
        }
    }
    let judged: f64 = totals.iter().sum();
    (expected > 0.0).then(|| 1.0 - (judged - 1.0) * observed / expected)
}
