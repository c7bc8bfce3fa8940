//! The log-rank test (Mantel 1966; Peto and Peto 1972) that groups have one survival curve.

use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::{BehaviourError, Spells};
use crate::data::moments::submatrix;
use crate::data::symmetric::{cholesky, solve};

/// Result of the test.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRank {
    /// Groups in order of their labels.
    pub groups: Vec<String>,
    /// Rows of each group.
    pub rows: Vec<usize>,
    /// Events observed in each group.
    pub observed: Vec<f64>,
    /// Events expected under one curve.
    pub expected: Vec<f64>,
    /// Chi-square statistic.
    pub chisq: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// Upper tail probability.
    pub p: f64,
}

/// Compares groups given by a label for every row.
///
/// # Errors
/// When rows are ragged or there is one group alone.
pub fn log_rank(spells: &Spells, labels: &[String]) -> Result<LogRank, BehaviourError> {
    let rows = spells.times.len();
    if labels.len() != rows || spells.events.len() != rows {
        return Err(BehaviourError::Ragged);
    }
    let mut groups = labels.to_vec();
    groups.sort();
    groups.dedup();
    let size = groups.len();
    if size < 2 {
        return Err(BehaviourError::OneGroup(size));
    }
    let group = |row: usize| groups.partition_point(|known| *known < labels[row]);
    let mut at_risk = vec![0.0; size];
    let (mut observed, mut expected) = (vec![0.0; size], vec![0.0; size]);
    let mut variance = vec![0.0; size * size];
    let mut order: Vec<usize> = (0..rows).collect();
    order.sort_by(|&a, &b| spells.times[b].total_cmp(&spells.times[a]));
    for run in order.chunk_by(|&a, &b| spells.times[a] == spells.times[b]) {
        let mut deaths = 0.0;
        for &row in run {
            at_risk[group(row)] += 1.0;
            if spells.events[row] {
                observed[group(row)] += 1.0;
                deaths += 1.0;
            }
        }
        let total: f64 = at_risk.iter().sum();
        for i in 0..size {
            expected[i] += deaths * at_risk[i] / total;
            if total < 2.0 {
                continue;
            }
            let factor = deaths * (total - deaths) / (total - 1.0) * at_risk[i] / total;
            for j in 0..size {
                let own = if i == j { 1.0 } else { 0.0 };
                variance[i * size + j] += factor * (own - at_risk[j] / total);
            }
        }
    }
    // Differences sum to zero, so one group is left out.
    let kept: Vec<usize> = (0..size - 1).collect();
    let mut factor = submatrix(&variance, size, &kept);
    let difference: Vec<f64> = kept.iter().map(|&i| observed[i] - expected[i]).collect();
    let mut solved = difference.clone();
    let chisq = if cholesky(&mut factor, kept.len()) {
        solve(&factor, kept.len(), &mut solved);
        difference.iter().zip(&solved).map(|(a, b)| a * b).sum()
    } else {
        f64::NAN
    };
    let df = kept.len();
    let p = ChiSquared::new(df as f64).map_or(f64::NAN, |d| d.sf(f64::max(chisq, 0.0)));
    let rows = (0..size).map(|g| (0..rows).filter(|&row| group(row) == g).count()).collect();
    Ok(LogRank { groups, rows, observed, expected, chisq, df, p })
}
