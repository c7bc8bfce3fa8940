//! Cohen's kappa (1960, weighted 1968) of two coders.

use statrs::distribution::{ContinuousCDF, Normal};

use super::AgreementError;

/// Most categories; the table has their square.
const CATEGORIES_MAX: usize = 2000;

/// How far apart two categories are, by their places in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weighting {
    /// Same or not.
    #[default]
    Unweighted,
    /// Number of places between them.
    Linear,
    /// Its square.
    Quadratic,
}

/// Kappa with standard errors.
#[derive(Clone, Debug, PartialEq)]
pub struct Kappa {
    /// Agreement beyond chance, over what was possible.
    pub estimate: f64,
    /// Large-sample standard error (Fleiss, Cohen and Everitt 1969).
    pub se: f64,
    /// Standard error when there is no agreement beyond chance, for the test.
    pub se_null: f64,
    /// Two-sided probability of the estimate under no agreement.
    pub p: f64,
    /// Lower end of the 95% interval.
    pub ci_lower: f64,
    /// Upper end of the 95% interval.
    pub ci_upper: f64,
    /// Share of units with agreement (weighted).
    pub observed: f64,
    /// Share expected by chance (weighted).
    pub expected: f64,
    /// Units judged by both.
    pub units: usize,
    /// Categories in order.
    pub categories: Vec<String>,
}

/// Kappa of two coders' labels for the same units; an empty label is a unit not judged, and is
/// left out. Categories that are all numbers are ordered as numbers, others as words.
///
/// # Errors
/// When nothing was judged twice or only one category was ever used.
pub fn cohen_kappa(
    first: &[String],
    second: &[String],
    weighting: Weighting,
) -> Result<Kappa, AgreementError> {
    if first.len() != second.len() {
        return Err(AgreementError::Ragged(first.len(), second.len()));
    }
    let judged: Vec<(&String, &String)> =
        first.iter().zip(second).filter(|(a, b)| !a.is_empty() && !b.is_empty()).collect();
    if judged.is_empty() {
        return Err(AgreementError::NoPairs);
    }
    let mut categories: Vec<String> =
        judged.iter().flat_map(|(a, b)| [(*a).clone(), (*b).clone()]).collect();
    sort_labels(&mut categories);
    categories.dedup();
    let size = categories.len();
    if size < 2 {
        return Err(AgreementError::OneCategory);
    }
    if size > CATEGORIES_MAX {
        return Err(AgreementError::TooManyValues(size, CATEGORIES_MAX));
    }
    let place = |label: &String| {
        categories.iter().position(|known| known == label).expect("categories were collected")
    };
    let mut table = vec![0.0; size * size];
    for (a, b) in &judged {
        table[place(a) * size + place(b)] += 1.0 / judged.len() as f64;
    }
    Ok(from_table(&table, categories, judged.len(), weighting))
}

fn sort_labels(labels: &mut [String]) {
    let numbers: Option<Vec<f64>> = labels.iter().map(|label| label.parse().ok()).collect();
    if numbers.is_some() {
        let number = |label: &String| label.parse::<f64>().unwrap_or(f64::NAN);
        labels.sort_by(|a, b| number(a).total_cmp(&number(b)).then_with(|| a.cmp(b)));
    } else {
        labels.sort();
    }
}

fn from_table(table: &[f64], categories: Vec<String>, units: usize, weighting: Weighting) -> Kappa {
    let size = categories.len();
    let longest = (size - 1) as f64;
    // Weights of agreement: 1 on the diagonal, 0 for the farthest disagreement.
    let weight = |i: usize, j: usize| {
        let distance = i.abs_diff(j) as f64;
        match weighting {
            Weighting::Unweighted => f64::from(u8::from(i == j)),
            Weighting::Linear => 1.0 - distance / longest,
            Weighting::Quadratic => 1.0 - (distance / longest).powi(2),
        }
    };
    let row: Vec<f64> = (0..size).map(|i| (0..size).map(|j| table[i * size + j]).sum()).collect();
    let column: Vec<f64> =
        (0..size).map(|j| (0..size).map(|i| table[i * size + j]).sum()).collect();
    // Mean weight of a row's category against the other coder, and the reverse.
    let by_row: Vec<f64> =
        (0..size).map(|i| (0..size).map(|j| weight(i, j) * column[j]).sum()).collect();
    let by_column: Vec<f64> =
        (0..size).map(|j| (0..size).map(|i| weight(i, j) * row[i]).sum()).collect();
    let (mut observed, mut expected) = (0.0, 0.0);
    for i in 0..size {
        for j in 0..size {
            observed += weight(i, j) * table[i * size + j];
            expected += weight(i, j) * row[i] * column[j];
        }
    }
    let estimate = (observed - expected) / (1.0 - expected);
    let (mut spread, mut null) = (0.0, 0.0);
    for i in 0..size {
        for j in 0..size {
            let mean = by_row[i] + by_column[j];
            let deviation = weight(i, j) - mean * (1.0 - estimate);
            spread += table[i * size + j] * deviation.powi(2);
            null += row[i] * column[j] * (weight(i, j) - mean).powi(2);
        }
    }
    let n = units as f64;
    let remaining = (1.0 - expected).powi(2) * n;
    let shift = estimate - expected * (1.0 - estimate);
    let se = ((spread - shift.powi(2)) / remaining).max(0.0).sqrt();
    let se_null = ((null - expected.powi(2)) / remaining).max(0.0).sqrt();
    let normal = Normal::standard();
    let reach = normal.inverse_cdf(0.975) * se;
    Kappa {
        estimate,
        se,
        se_null,
        p: 2.0 * normal.sf((estimate / se_null).abs()),
        ci_lower: estimate - reach,
        ci_upper: estimate + reach,
        observed,
        expected,
        units,
        categories,
    }
}
