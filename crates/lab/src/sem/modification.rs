//! Modification indices: what freeing one parameter more would gain (Sörbom 1989).

use super::fit::Fit;
use super::inference::expected;
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

/// A parameter's direction whose own information falls below this share is already spanned by
/// the model and cannot be freed.
const SPANNED: f64 = 1e-7;

impl Fit {
    /// Modification indices of everything that could be freed, largest first.
    #[must_use]
    pub fn modifications(&self) -> Vec<Modification> {
        let candidates = self.candidates();
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
            if diagonal <= 0.0 || left < SPANNED * diagonal {
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
        let mut structures: Vec<Structure> = Vec::new();
        for group in 0..self.table.groups {
            let mut structure = self.solved.engine.group(group).0.clone();
            for (k, row) in candidates.iter().enumerate().filter(|(_, r)| r.group == group) {
                let place = structure.place(row)?;
                structure.fixed.retain(|(known, _)| *known != place);
                structure.slots.push((place, free + k));
            }
            structures.push(structure);
        }
        theta.extend(candidates.iter().map(|row| row.fixed));
        let mut engine = self.data.engine(&structures, total).ok()?;
        if !engine.value(&theta).is_finite() {
            return None;
        }
        let (mut gradient, mut second) = (vec![0.0; total], vec![0.0; total * total]);
        engine.slopes(&mut gradient, &mut second);
        let information = expected(&mut engine);
        Some((gradient, information.data))
    }

    /// Fixed rows of the table and pairs that have no row.
    fn candidates(&self) -> Vec<Parameter> {
        let mut candidates: Vec<Parameter> = Vec::new();
        for group in 0..self.table.groups {
            let rows = || self.table.rows.iter().filter(move |row| row.group == group);
            let ordered = |name: &String| self.table.ordered.iter().any(|(n, _)| n == name);
            let movable = |row: &&Parameter| {
                let own = row.op == Operator::Covariance && row.lhs == row.rhs;
                let set_by_order = match row.op {
                    Operator::Scale => true,
                    Operator::Covariance => own && ordered(&row.lhs),
                    Operator::Intercept => ordered(&row.lhs),
                    _ => false,
                };
                row.free.is_none() && !row.exogenous && !set_by_order
            };
            candidates.extend(rows().filter(movable).cloned());
            let known = |lhs: &str, op: Operator, rhs: &str| {
                rows().any(|row| {
                    row.op == op
                        && ((row.lhs == lhs && row.rhs == rhs)
                            || (op == Operator::Covariance && row.lhs == rhs && row.rhs == lhs))
                })
            };
            let structure = self.solved.engine.group(group).0;
            // Two ways to write one element, such as `f =~ y` and `y ~ f`, are one candidate.
            let mut places: Vec<_> = rows().filter_map(|row| structure.place(row)).collect();
            for (lhs, op, rhs) in self.pairs(group) {
                if known(&lhs, op, &rhs) {
                    continue;
                }
                let row = absent(lhs, op, rhs, group);
                match structure.place(&row) {
                    Some(place) if !places.contains(&place) => places.push(place),
                    _ => continue,
                }
                candidates.push(row);
            }
        }
        candidates
    }

    /// Loadings, residual covariances, latent covariances and regressions that could be added.
    fn pairs(&self, group: usize) -> Vec<(String, Operator, String)> {
        let roles = &self.table.roles;
        let structure = self.solved.engine.group(group).0;
        let measured: Vec<&String> = roles
            .observed
            .iter()
            .filter(|name| {
                let by = |row: &&Parameter| row.op == Operator::Measures && row.rhs == **name;
                self.table.rows.iter().any(|row| by(&row))
            })
            .collect();
        let regular = roles.latent.iter().filter(|n| !roles.composites.contains(n));
        let mut pairs = Vec::new();
        for latent in regular {
            for name in &measured {
                pairs.push((latent.clone(), Operator::Measures, (*name).clone()));
            }
        }
        let acts = |name: &String| structure.latent.contains(name);
        let plain: Vec<&String> =
            roles.observed.iter().filter(|name| !roles.exogenous.contains(name)).collect();
        for (at, first) in plain.iter().enumerate() {
            for second in &plain[at + 1..] {
                if acts(first) == acts(second) {
                    let (first, second) = ((*first).clone(), (*second).clone());
                    pairs.push((first, Operator::Covariance, second));
                }
            }
        }
        let free_side = |name: &&String| !roles.exogenous.contains(name);
        for (at, first) in structure.latent.iter().enumerate() {
            for second in structure.latent[at + 1..].iter().filter(free_side) {
                if roles.latent.contains(first) && roles.latent.contains(second) {
                    pairs.push((first.clone(), Operator::Covariance, second.clone()));
                }
            }
        }
        let regressed = |name: &String| {
            let side = |row: &Parameter| row.lhs == *name || row.rhs == *name;
            self.table.rows.iter().any(|row| row.op == Operator::Regression && side(row))
        };
        let structural: Vec<&String> =
            structure.latent.iter().filter(|name| regressed(name)).collect();
        for lhs in structural.iter().filter(|name| !roles.exogenous.contains(**name)) {
            for rhs in structural.iter().filter(|rhs| *rhs != lhs) {
                pairs.push(((*lhs).clone(), Operator::Regression, (*rhs).clone()));
            }
        }
        pairs
    }
}

/// A row for a parameter the table does not have: fixed at zero.
fn absent(lhs: String, op: Operator, rhs: String, group: usize) -> Parameter {
    Parameter {
        lhs,
        op,
        rhs,
        group,
        user: false,
        free: None,
        fixed: 0.0,
        start: None,
        label: String::new(),
        exogenous: false,
    }
}

fn block(matrix: &[f64], total: usize, size: usize) -> Vec<f64> {
    (0..size * size).map(|k| matrix[(k / size) * total + k % size]).collect()
}
