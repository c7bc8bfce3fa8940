//! Modification indices: what freeing one parameter more would gain (Sörbom 1989).

use super::candidates;
use super::engine::{Data, Engine};
use super::fit::Fit;
use super::inference::{expected, model_weight};
use super::moment::jacobian;
use super::moments::weight_by;
use super::solve::Objective;
use super::standard::Standard;
use super::structure::Structure;
use crate::model::{Operator, Parameter};
use crate::stats::dense;
use crate::stats::matrix::Matrix;

/// The gain of freeing one parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Modification {
    /// Left side.
    pub lhs: String,
    /// Operator.
    pub op: Operator,
    /// Right side.
    pub rhs: String,
    /// Group from 1.
    pub group: usize,
    /// The fall of chi-square to be expected.
    pub index: f64,
    /// The change of the parameter to be expected.
    pub change: f64,
    /// That change with latent variables standardised.
    pub change_std_lv: f64,
    /// That change with all variables standardised.
    pub change_std_all: f64,
}

/// Information below this (the cube root of the machine's precision, as in lavaan) is rounding:
/// the model already spans the parameter's direction.
const SPANNED: f64 = 6.055_454_452_393_343e-6;

impl Fit {
    /// Modification indices of everything that could be freed, largest first.
    #[must_use]
    pub fn modifications(&self) -> Vec<Modification> {
        let candidates = candidates::of(&self.table);
        let Some((gradient, second)) = self.extended(&candidates) else {
            return Vec::new();
        };
        let free = self.table.free;
        let total = free + candidates.len();
        let own = Matrix::square(free, block(&second, total, free));
        let Some(inverse) = self.solved.invert(&own) else {
            return Vec::new();
        };
        let n = self.data.multiplier();
        let mut found = Vec::new();
        for (k, row) in candidates.iter().enumerate() {
            let at = free + k;
            let cross: Vec<f64> = (0..free).map(|i| second[at * total + i]).collect();
            let diagonal = second[at * total + at];
            let left = diagonal - dense::dot(&cross, &inverse.apply(&cross));
            if left.is_nan() || left < SPANNED {
                continue;
            }
            let change = -gradient[at] / left;
            found.push(Modification {
                lhs: row.lhs.clone(),
                op: row.op,
                rhs: row.rhs.clone(),
                group: row.group + 1,
                index: n * gradient[at] * gradient[at] / left,
                change,
                change_std_lv: self.standardise_one(row, change, Standard::Latent),
                change_std_all: self.standardise_one(row, change, Standard::All),
            });
        }
        found.sort_by(|a, b| b.index.total_cmp(&a.index));
        found
    }

    /// Gradient and information with every candidate free as well.
    fn extended(&self, candidates: &[Parameter]) -> Option<(Vec<f64>, Vec<f64>)> {
        let free = self.table.free;
        let total = free + candidates.len();
        let mut theta = self.solved.theta.clone();
        theta.extend(candidates.iter().map(|row| row.fixed));
        let mut table = self.table.clone();
        table.rows.retain(|row| row.free.is_some() || !candidates.contains(row));
        let freed = candidates.iter().enumerate();
        table.rows.extend(freed.map(|(k, row)| Parameter { free: Some(free + k), ..row.clone() }));
        let structures: Vec<Structure> =
            (0..table.groups).map(|group| Structure::of(&table, group)).collect();
        let mut engine = self.data.engine(&structures, total).ok()?;
        if !engine.value(&theta).is_finite() {
            return None;
        }
        let (mut gradient, mut second) = (vec![0.0; total], vec![0.0; total * total]);
        engine.slopes(&mut gradient, &mut second);
        if self.data.exogenous.is_empty() {
            return Some((gradient, expected(&mut engine).data));
        }
        // What a candidate would do to the moments of fixed variables is not information.
        let mut information = Matrix::zeros(total, total);
        for (group, moments) in self.data.moments.iter().enumerate() {
            let (structure, implied) = engine.group(group);
            let slopes = jacobian(structure, implied, &moments.layout, total);
            let weighted = if self.data.is_fiml() {
                answered_weight(&engine, &self.data, group)?.times(&slopes)
            } else {
                model_weight(&engine, &self.data, group)?.times(&slopes)
            };
            let part = slopes.transpose().times(&weighted);
            information = information.plus(&part, self.data.share(group));
        }
        Some((gradient, information.data))
    }
}

/// What the answers given say of the moments of a group: each pattern by what it holds.
fn answered_weight(engine: &Engine, data: &Data, group: usize) -> Option<Matrix> {
    let (_, implied) = engine.group(group);
    let (sample, layout) = (&data.sample.groups[group], &data.moments[group].layout);
    let p = sample.p;
    let mut weight = Matrix::zeros(layout.len(), layout.len());
    for pattern in sample.patterns(1.0 / sample.cases as f64).0 {
        let answered = &pattern.answered;
        let k = answered.len();
        let part = (0..k * k).map(|e| implied.sigma[answered[e / k] * p + answered[e % k]]);
        let own = Matrix::square(k, part.collect()).inverse_positive()?;
        let mut inverse = Matrix::zeros(p, p);
        for (a, i) in answered.iter().enumerate() {
            for (b, j) in answered.iter().enumerate() {
                inverse[(*i, *j)] = own[(a, b)];
            }
        }
        weight = weight.plus(&weight_by(&inverse, layout), pattern.weight);
    }
    Some(weight)
}

fn block(matrix: &[f64], total: usize, size: usize) -> Vec<f64> {
    (0..size * size).map(|k| matrix[(k / size) * total + k % size]).collect()
}
