//! Reliability and validity of composites from their standardised loadings and weights.

/// Composite reliability rho_c (Werts, Linn and Joreskog 1974, also called Dillon and
/// Goldstein's rho): `(sum l)^2 / ((sum l)^2 + sum (1 - l^2))` of standardised loadings `l`.
#[must_use]
pub fn composite_reliability(loadings: &[f64]) -> f64 {
    let sum: f64 = loadings.iter().sum();
    let errors: f64 = loadings.iter().map(|l| 1.0 - l * l).sum();
    sum * sum / (sum * sum + errors)
}

/// Average variance extracted (Fornell and Larcker 1981): mean square of standardised loadings.
#[must_use]
pub fn average_variance_extracted(loadings: &[f64]) -> f64 {
    loadings.iter().map(|l| l * l).sum::<f64>() / loadings.len() as f64
}

/// Reliability of a composite's scores by its own weights, rho_A (Dijkstra and Henseler 2015,
/// MIS Quarterly 39(2), equation 3): `(w'w)^2 * w'(S - diag S)w / w'(ww' - diag ww')w`, where `S`
/// are the correlations of the block's items, row-major. Nothing for a single item, for which it
/// is not defined.
#[must_use]
pub fn rho_a(weights: &[f64], correlations: &[f64]) -> Option<f64> {
    let width = weights.len();
    if width < 2 {
        return None;
    }
    let square: f64 = weights.iter().map(|w| w * w).sum();
    let (mut observed, mut implied) = (0.0, 0.0);
    for i in 0..width {
        for j in 0..width {
            if i != j {
                let product = weights[i] * weights[j];
                observed += product * correlations[i * width + j];
                implied += product * product;
            }
        }
    }
    let rho = square * square * observed / implied;
    rho.is_finite().then_some(rho)
}

/// The criterion of Fornell and Larcker (1981): correlations of constructs below the diagonal,
/// square roots of the average variance extracted on it, row-major. A construct passes when its
/// diagonal entry exceeds every correlation in its row and column. Above the diagonal is `NaN`.
#[must_use]
pub fn fornell_larcker(correlations: &[f64], extracted: &[f64]) -> Vec<f64> {
    let size = extracted.len();
    let mut table = vec![f64::NAN; size * size];
    for i in 0..size {
        table[i * size..i * size + i].copy_from_slice(&correlations[i * size..i * size + i]);
        table[i * size + i] = extracted[i].sqrt();
    }
    table
}
