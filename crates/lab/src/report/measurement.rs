//! The measurement model: loadings, reliability, convergent and discriminant validity.

use super::findings::{Block, ReportError};
use super::sample::Sample;
use crate::data::moments::correlation;
use crate::model::{Operator, parse};
use crate::reliability::{
    Omega, alpha, average_variance_extracted, composite_reliability, fornell_larcker, htmt,
    omega_of_model,
};
use crate::sem::{self, Estimate, Fit, FitOptions};

/// Reliability of one construct.
pub(super) struct Reliability {
    /// Cronbach's alpha with its interval; none for a single item.
    pub(super) alpha: Option<(f64, f64, f64)>,
    /// Omega by the measurement model.
    pub(super) omega: Option<Omega>,
    pub(super) rho_c: f64,
    pub(super) ave: f64,
}

pub(super) struct Measurement {
    pub(super) fit: Fit,
    /// Loadings, block by block.
    pub(super) loadings: Vec<Estimate>,
    pub(super) reliability: Vec<Reliability>,
    /// Blocks by blocks; upper triangle `NaN`.
    pub(super) fornell: Vec<f64>,
    /// Blocks by blocks.
    pub(super) heterotrait: Vec<f64>,
}

/// The measurement part alone, with all covariances of constructs free.
pub(super) fn syntax(blocks: &[Block]) -> String {
    let line = |block: &Block| format!("{} =~ {}\n", block.code, block.items.join(" + "));
    blocks.iter().map(line).collect()
}

pub(super) fn of(
    blocks: &[Block],
    sample: &Sample,
    options: &FitOptions,
) -> Result<Measurement, ReportError> {
    let fit = sem::fit(&parse(&syntax(blocks))?, &sample.table, options)?;
    let lines = fit.estimates();
    let find = |lhs: &str, op: Operator, rhs: &str| {
        lines
            .iter()
            .find(|l| l.op == op && (l.lhs == lhs && l.rhs == rhs || l.lhs == rhs && l.rhs == lhs))
    };
    let loadings: Vec<Estimate> =
        lines.iter().filter(|line| line.op == Operator::Measures).cloned().collect();
    let reliability: Vec<Reliability> =
        blocks.iter().map(|block| reliability(block, sample, &loadings, &find)).collect();
    let size = blocks.len();
    let mut latent = vec![1.0; size * size];
    for (i, a) in blocks.iter().enumerate() {
        for (j, b) in blocks.iter().enumerate().filter(|(j, _)| *j != i) {
            let line = find(&a.code, Operator::Covariance, &b.code);
            latent[i * size + j] = line.map_or(f64::NAN, |line| line.std_all);
        }
    }
    let extracted: Vec<f64> = reliability.iter().map(|r| r.ave).collect();
    Ok(Measurement {
        fornell: fornell_larcker(&latent, &extracted),
        heterotrait: heterotrait(blocks, sample),
        reliability,
        loadings,
        fit,
    })
}

fn reliability<'l>(
    block: &Block,
    sample: &Sample,
    loadings: &[Estimate],
    find: &impl Fn(&str, Operator, &str) -> Option<&'l Estimate>,
) -> Reliability {
    let own: Vec<&Estimate> = loadings.iter().filter(|line| line.lhs == block.code).collect();
    let standard: Vec<f64> = own.iter().map(|line| line.std_all).collect();
    let places: Vec<usize> =
        block.items.iter().filter_map(|item| sample.items.position(item)).collect();
    let answers = sample.items.select(&places);
    let variance = find(&block.code, Operator::Covariance, &block.code).map(|line| line.est);
    let residuals: Option<Vec<f64>> = block
        .items
        .iter()
        .map(|item| find(item, Operator::Covariance, item).map(|line| line.est))
        .collect();
    let omega = match (variance, residuals) {
        (Some(variance), Some(residuals)) if block.items.len() > 1 => {
            let (complete, _) = answers.complete_rows();
            let observed = crate::data::moments::covariance(&complete);
            let raw: Vec<f64> = own.iter().map(|line| line.est).collect();
            Some(omega_of_model(&raw, variance, &residuals, &observed))
        }
        _ => None,
    };
    Reliability {
        alpha: alpha(&answers, 0.95).ok().map(|a| (a.raw, a.ci_lower, a.ci_upper)),
        omega,
        rho_c: composite_reliability(&standard),
        ave: average_variance_extracted(&standard),
    }
}

fn heterotrait(blocks: &[Block], sample: &Sample) -> Vec<f64> {
    let (complete, _) = sample.items.complete_rows();
    let correlations = correlation(&complete);
    let places: Vec<Vec<usize>> = blocks
        .iter()
        .map(|block| block.items.iter().filter_map(|item| complete.position(item)).collect())
        .collect();
    let size = blocks.len();
    let mut table = vec![f64::NAN; size * size];
    for i in 0..size {
        for j in 0..i {
            table[i * size + j] = htmt(&correlations, complete.width(), &places[i], &places[j]);
        }
    }
    table
}
