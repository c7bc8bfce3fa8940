//! Parallel analysis (Horn 1965): how large would eigenvalues be if nothing were correlated?

use rayon::prelude::*;

use crate::data::Items;
use crate::data::moments::correlation;
use crate::data::random::Draw;
use crate::data::symmetric::eigen;

/// Eigenvalues of the data beside those of random normal data of the same size.
#[derive(Clone, Debug, PartialEq)]
pub struct Parallel {
    /// Eigenvalues of the data, largest first.
    pub observed: Vec<f64>,
    /// Mean of the random eigenvalues.
    pub mean: Vec<f64>,
    /// The asked-for quantile of the random eigenvalues.
    pub quantile: Vec<f64>,
    /// How many leading eigenvalues exceed the quantile.
    pub factors: usize,
}

/// Compares eigenvalues with those of `draws` random data sets; `quantile` is usually 0.95.
/// Nothing when the correlations are not finite.
#[must_use]
pub fn parallel_analysis(items: &Items, draws: u32, quantile: f64, seed: u64) -> Option<Parallel> {
    let width = items.width();
    let observed = eigen(&correlation(items), width)?.values;
    let random: Vec<Vec<f64>> =
        (0..draws).into_par_iter().map(|draw| random_eigenvalues(items, seed, draw)).collect();
    let mut mean = Vec::with_capacity(width);
    let mut high = Vec::with_capacity(width);
    for k in 0..width {
        let mut values: Vec<f64> = random.iter().map(|spectrum| spectrum[k]).collect();
        values.sort_by(f64::total_cmp);
        mean.push(values.iter().sum::<f64>() / values.len() as f64);
        high.push(crate::data::descriptives::quantile(&values, quantile));
    }
    let factors = observed.iter().zip(&high).take_while(|(o, q)| o > q).count();
    Some(Parallel { observed, mean, quantile: high, factors })
}

fn random_eigenvalues(items: &Items, seed: u64, draw: u32) -> Vec<f64> {
    let mut stream = Draw::new(seed, u64::from(draw));
    let cells = items.rows() * items.width();
    let mut values = Vec::with_capacity(cells + 1);
    while values.len() < cells {
        let (a, b) = stream.normals();
        values.extend([a, b]);
    }
    values.truncate(cells);
    let random = Items::from_rows(items.names().to_vec(), values);
    eigen(&correlation(&random), items.width())
        .expect("normal numbers vary, so their correlations are finite")
        .values
}
