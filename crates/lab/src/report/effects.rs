//! Which constructs go with an outcome most: standardised total effects with bootstrap intervals.

use crate::data::descriptives::quantile;
use crate::model::Operator;
use crate::sem::{Draws, Fit, Standard};

/// One antecedent of the outcome.
pub(super) struct Effect {
    pub(super) construct: String,
    /// Standardised direct effect; none without a path of its own.
    pub(super) direct: Option<f64>,
    /// Standardised total effect.
    pub(super) total: f64,
    /// Standard deviation over draws.
    pub(super) se: f64,
    /// 2.5% and 97.5% quantiles of the draws.
    pub(super) interval: (f64, f64),
}

/// Regressions among latent variables as (from, to, row of the parameter table).
pub(super) fn paths(fit: &Fit) -> Vec<(String, String, usize)> {
    let latent = &fit.table.roles.latent;
    let rows = fit.table.rows.iter().enumerate();
    rows.filter(|(_, row)| row.op == Operator::Regression && row.group == 0)
        .filter(|(_, row)| latent.contains(&row.lhs) && latent.contains(&row.rhs))
        .map(|(at, row)| (row.rhs.clone(), row.lhs.clone(), at))
        .collect()
}

/// Effects on `outcome`, the greatest in size first.
pub(super) fn on(fit: &Fit, draws: &Draws, outcome: &str) -> Vec<Effect> {
    let paths = paths(fit);
    let latent = &fit.table.roles.latent;
    let Some(target) = latent.iter().position(|name| name == outcome) else { return Vec::new() };
    let place = |name: &str| latent.iter().position(|known| known == name);
    let edges: Vec<(usize, usize, usize)> =
        paths.iter().filter_map(|(from, to, row)| Some((place(from)?, place(to)?, *row))).collect();
    let totals = |theta: &[f64]| {
        let standard = fit.standardised_at(theta, Standard::All);
        totals(latent.len(), &edges, &standard, target)
    };
    let (own, direct) = totals(&fit.solved.theta);
    let of_draws: Vec<Vec<f64>> = draws.thetas.iter().map(|theta| totals(theta).0).collect();
    let mut effects: Vec<Effect> = (0..latent.len())
        .filter(|&k| k != target && reaches(k, target, &edges))
        .map(|k| {
            let mut values: Vec<f64> = of_draws.iter().map(|draw| draw[k]).collect();
            values.retain(|value| value.is_finite());
            values.sort_by(f64::total_cmp);
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
            Effect {
                construct: latent[k].clone(),
                direct: edges.iter().any(|&(f, t, _)| f == k && t == target).then_some(direct[k]),
                total: own[k],
                se: (squares / (n - 1.0)).sqrt(),
                interval: (quantile(&values, 0.025), quantile(&values, 0.975)),
            }
        })
        .collect();
    effects.sort_by(|a, b| b.total.abs().total_cmp(&a.total.abs()));
    effects
}

fn reaches(from: usize, target: usize, edges: &[(usize, usize, usize)]) -> bool {
    let mut open = vec![from];
    let mut seen = vec![from];
    while let Some(at) = open.pop() {
        for &(start, end, _) in edges.iter().filter(|edge| edge.0 == at) {
            debug_assert_eq!(start, at, "edges were filtered by their start");
            if end == target {
                return true;
            }
            if !seen.contains(&end) {
                seen.push(end);
                open.push(end);
            }
        }
    }
    false
}

/// Total and direct effects of every construct on the target: `sum of B^k`, which ends for
/// recursive models after as many powers as there are constructs.
fn totals(
    size: usize,
    edges: &[(usize, usize, usize)],
    standard: &[f64],
    target: usize,
) -> (Vec<f64>, Vec<f64>) {
    let mut direct = vec![0.0; size];
    for &(from, _, row) in edges.iter().filter(|edge| edge.1 == target) {
        direct[from] += standard[row];
    }
    let (mut total, mut step) = (direct.clone(), direct.clone());
    for _ in 0..size {
        let mut next = vec![0.0; size];
        for &(from, to, row) in edges {
            next[from] += standard[row] * step[to];
        }
        for (sum, value) in total.iter_mut().zip(&next) {
            *sum += value;
        }
        step = next;
    }
    (total, direct)
}
