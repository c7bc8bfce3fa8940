//! What a reader asks of a fitted path model: reliability, validity, collinearity, information
//! criteria, residuals. Computes from a fit, estimates nothing again.

use super::{Fit, Mode};
use crate::data::moments::submatrix;
use crate::data::symmetric::inverse;
use crate::reliability::{
    alpha_of, average_variance_extracted, composite_reliability, htmt, htmt2, rho_a,
};

/// Reliability of one construct; nothing where a coefficient is not defined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConstructReliability {
    /// Cronbach's alpha of standardised items; not defined for a single item.
    pub alpha: Option<f64>,
    /// Reliability of the scores; not defined for a single item or for mode B.
    pub rho_a: Option<f64>,
    /// Composite reliability from the loadings; 1 for a single item, whose error is unknown.
    pub rho_c: f64,
    /// Average variance extracted.
    pub ave: f64,
    /// First eigenvalue of the block's correlations.
    pub first_eigenvalue: f64,
    /// Second eigenvalue; above 1 the block is hardly one-dimensional. 0 for a single item.
    pub second_eigenvalue: f64,
}

/// Reliability of every construct. For mode B the coefficients that assume reflective items are
/// given because they are customary, not because they mean reliability.
#[must_use]
pub fn reliability(fit: &Fit) -> Vec<ConstructReliability> {
    let width = fit.items_named().len();
    let weights = fit.standardized_weights();
    (0..fit.constructs_named().len())
        .map(|construct| {
            let block = fit.block(construct);
            let positions: Vec<usize> = block.clone().collect();
            let correlations = submatrix(&fit.correlation, width, &positions);
            let loadings = &fit.loadings[block.clone()];
            let several = block.len() > 1;
            let reflective = fit.mode(construct) == Mode::A;
            let spectrum = crate::data::symmetric::eigen(&correlations, block.len());
            let eigenvalue =
                |k: usize| spectrum.as_ref().and_then(|s| s.values.get(k).copied()).unwrap_or(0.0);
            ConstructReliability {
                alpha: several.then(|| alpha_of(&correlations, block.len())),
                rho_a: if reflective {
                    rho_a(&weights[block.clone()], &correlations)
                } else {
                    None
                },
                rho_c: composite_reliability(loadings),
                ave: average_variance_extracted(loadings),
                first_eigenvalue: eigenvalue(0),
                second_eigenvalue: eigenvalue(1),
            }
        })
        .collect()
}

/// HTMT of every pair of constructs, constructs by constructs; `NaN` on the diagonal.
#[must_use]
pub fn heterotrait(fit: &Fit) -> Vec<f64> {
    ratios(fit, htmt)
}

/// HTMT2 of every pair of constructs, constructs by constructs; `NaN` on the diagonal.
#[must_use]
pub fn heterotrait2(fit: &Fit) -> Vec<f64> {
    ratios(fit, htmt2)
}

fn ratios(fit: &Fit, ratio: fn(&[f64], usize, &[usize], &[usize]) -> f64) -> Vec<f64> {
    let (width, size) = (fit.items_named().len(), fit.constructs_named().len());
    let blocks: Vec<Vec<usize>> = (0..size).map(|k| fit.block(k).collect()).collect();
    let mut matrix = vec![f64::NAN; size * size];
    for (a, b) in fit.design.pairs() {
        let value = ratio(&fit.correlation, width, &blocks[a], &blocks[b]);
        matrix[a * size + b] = value;
        matrix[b * size + a] = value;
    }
    matrix
}

/// Variance inflation of each antecedent of a construct; empty when they are collinear.
#[must_use]
pub fn antecedent_inflation(fit: &Fit, construct: usize) -> Vec<f64> {
    let antecedents = fit.antecedents(construct);
    let size = fit.constructs_named().len();
    diagonal_of_inverse(&submatrix(&fit.constructs, size, antecedents), antecedents.len())
}

/// Variance inflation of each item within its block; empty for a block with doubled items.
#[must_use]
pub fn item_inflation(fit: &Fit, construct: usize) -> Vec<f64> {
    let positions: Vec<usize> = fit.block(construct).collect();
    let width = fit.items_named().len();
    diagonal_of_inverse(&submatrix(&fit.correlation, width, &positions), positions.len())
}

fn diagonal_of_inverse(matrix: &[f64], size: usize) -> Vec<f64> {
    inverse(matrix, size)
        .map(|inverse| (0..size).map(|i| inverse[i * size + i]).collect())
        .unwrap_or_default()
}

/// Criteria of one regression between constructs, as in Sharma et al. (2019) and seminr.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InformationCriteria {
    /// `n ln(SSE / n) + 2 (k + 1)`.
    pub aic: f64,
    /// `n ln(SSE / n) + (k + 1) ln n`.
    pub bic: f64,
    /// R2 adjusted for the number of antecedents.
    pub r2_adjusted: f64,
}

/// Criteria for the regression of a construct on its antecedents.
#[must_use]
pub fn information_criteria(fit: &Fit, construct: usize) -> InformationCriteria {
    let n = fit.rows as f64;
    let k = fit.antecedents(construct).len() as f64;
    let unexplained = 1.0 - fit.r2[construct];
    let likelihood = n * (unexplained * (n - 1.0) / n).ln();
    InformationCriteria {
        aic: likelihood + 2.0 * (k + 1.0),
        bic: likelihood + (k + 1.0) * n.ln(),
        r2_adjusted: 1.0 - unexplained * (n - 1.0) / (n - k - 1.0),
    }
}

/// Goodness of fit (Tenenhaus et al. 2005): geometric mean of the mean communality of items in
/// blocks of several and the mean R2. It does not tell a wrong model from a right one.
#[must_use]
pub fn goodness_of_fit(fit: &Fit) -> f64 {
    let several =
        (0..fit.constructs_named().len()).map(|k| fit.block(k)).filter(|block| block.len() > 1);
    let communalities: Vec<f64> =
        several.flat_map(|block| fit.loadings[block].iter().map(|l| l * l)).collect();
    let explained: Vec<f64> = fit.design.endogenous().map(|k| fit.r2[k]).collect();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    (mean(&communalities) * mean(&explained)).sqrt()
}

/// Standardised root mean square residuals of the items' correlations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Residuals {
    /// With correlations of constructs free.
    pub saturated: f64,
    /// With correlations of constructs as the paths imply them.
    pub estimated: f64,
}

/// SRMR over the lower triangle with its diagonal. Between blocks a correlation is implied as
/// product of two loadings and the constructs' correlation; within a block, by the loadings if the
/// block is a common factor (mode A under consistent estimation), else it is free.
#[must_use]
pub fn residuals(fit: &Fit) -> Residuals {
    Residuals {
        saturated: srmr(fit, &fit.constructs),
        estimated: srmr(fit, &implied_by_paths(fit)),
    }
}

fn srmr(fit: &Fit, constructs: &[f64]) -> f64 {
    let (width, size) = (fit.items_named().len(), fit.constructs_named().len());
    let owner: Vec<usize> =
        (0..size).flat_map(|k| std::iter::repeat_n(k, fit.block(k).len())).collect();
    let mut sum = 0.0;
    for i in 0..width {
        for j in 0..i {
            let (a, b) = (owner[i], owner[j]);
            let factor = fit.is_consistent() && fit.mode(a) == Mode::A;
            if a == b && !factor {
                continue;
            }
            let between = if a == b { 1.0 } else { constructs[a * size + b] };
            let implied = fit.loadings[i] * fit.loadings[j] * between;
            sum += (fit.correlation[i * width + j] - implied).powi(2);
        }
    }
    (sum / (width * (width + 1) / 2) as f64).sqrt()
}

/// Correlations of constructs when nothing but the paths, and free correlations of constructs
/// without antecedents, makes them correlate.
fn implied_by_paths(fit: &Fit) -> Vec<f64> {
    let size = fit.constructs_named().len();
    let design = &fit.design;
    let mut implied = fit.constructs.clone();
    for (place, &construct) in design.order.iter().enumerate() {
        if design.parents[construct].is_empty() {
            continue;
        }
        for &earlier in &design.order[..place] {
            let known = design.parents[construct].iter().zip(&design.parent_paths[construct]);
            let r: f64 = known
                .map(|(&parent, &path)| fit.paths[path] * implied[parent * size + earlier])
                .sum();
            implied[construct * size + earlier] = r;
            implied[earlier * size + construct] = r;
        }
    }
    implied
}
