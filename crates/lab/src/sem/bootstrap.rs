//! The nonparametric bootstrap: cases drawn with replacement, one stream of random numbers for
//! each draw, so that the result does not depend on the number of threads.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::check;
use super::engine::{Data, Engine, InForce, Solved, is_definite};
use super::error::SemError;
use super::estimates::{Estimate, NORMAL_95};
use super::fit::{Fit, Prepared, solve};
use super::sample::{GroupSample, Sample};
use super::solve::{Limits, Objective, Solver};
use crate::model::ConstraintKind;
use crate::stats::accelerated::shares;
use crate::stats::bivariate::normal_quantile;
use crate::stats::dense;
use crate::stats::stream::Stream;

/// Limits of one draw: an error of a millionth of a standard error.
const DRAW: Limits = Limits { steps: 200, decrement: 1e-14 };

/// The kind of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Estimate and standard error of the draws.
    Normal,
    /// Percentiles of the draws.
    Percentile,
    /// Percentiles corrected for bias (Efron 1982; lavaan's `bca.simple`).
    BiasCorrected,
    /// Corrected for bias and acceleration (Efron 1987), the latter by the jackknife.
    Accelerated,
}

/// Draws of the free parameters.
#[derive(Clone, Debug)]
pub struct Draws {
    /// One row for each draw that converged, in order of draws.
    pub thetas: Vec<Vec<f64>>,
    /// Statistic of each of these draws.
    pub chisq: Vec<f64>,
    /// Whether each of these draws is admissible: no negative variance, latent covariances
    /// positive definite.
    pub admissible: Vec<bool>,
    /// Draws that did not converge.
    pub failed: usize,
    /// Draws asked for.
    pub asked: usize,
}

impl Draws {
    /// Number of converged draws that are not admissible.
    #[must_use]
    pub fn inadmissible(&self) -> usize {
        self.admissible.iter().filter(|ok| !**ok).count()
    }
}

/// One converged draw.
struct Draw {
    theta: Vec<f64>,
    chisq: f64,
    admissible: bool,
}

impl Fit {
    /// Draws `count` bootstrap samples under `seed` and fits each; `progress` sees the number of
    /// draws done, from any thread.
    #[must_use]
    pub fn bootstrap(&self, count: usize, seed: u64, progress: &(dyn Fn(usize) + Sync)) -> Draws {
        let sizes: Vec<usize> = self.data.sample.groups.iter().map(|g| g.cases).collect();
        self.bootstrap_with(count, progress, &|draw, indices| {
            let mut stream = Stream::new(seed, draw as u64);
            for (of_group, size) in indices.iter_mut().zip(&sizes) {
                of_group.clear();
                of_group.extend((0..*size).map(|_| stream.below(*size)));
            }
        })
    }

    /// As [`Fit::bootstrap`], with draws that the caller makes: `draw` fills one list of case
    /// numbers for each group. It must depend on its number alone.
    #[must_use]
    pub fn bootstrap_with(
        &self,
        count: usize,
        progress: &(dyn Fn(usize) + Sync),
        draw: &(dyn Fn(usize, &mut Vec<Vec<usize>>) + Sync),
    ) -> Draws {
        let done = AtomicUsize::new(0);
        let fast = self.data.options.estimator().is_likelihood() && !self.data.is_fiml();
        let results: Vec<Option<Draw>> = (0..count)
            .into_par_iter()
            .map_init(
                || (Worker::new(self), vec![Vec::new(); self.data.sample.groups.len()]),
                |(worker, indices), number| {
                    draw(number, indices);
                    let result =
                        if fast { worker.fit(self, indices) } else { refit(self, indices) };
                    progress(done.fetch_add(1, Ordering::Relaxed) + 1);
                    result
                },
            )
            .collect();
        let mut draws = Draws {
            thetas: Vec::new(),
            chisq: Vec::new(),
            admissible: Vec::new(),
            failed: 0,
            asked: count,
        };
        for result in results {
            match result {
                Some(draw) => {
                    draws.thetas.push(draw.theta);
                    draws.chisq.push(draw.chisq);
                    draws.admissible.push(draw.admissible);
                }
                None => draws.failed += 1,
            }
        }
        draws
    }

    /// The lines of the solution with standard errors and 95% intervals from `draws`.
    #[must_use]
    pub fn with_draws(&self, draws: &Draws, interval: Interval) -> Vec<Estimate> {
        let mut lines = self.estimates();
        let of_draws: Vec<Vec<f64>> =
            draws.thetas.par_iter().map(|theta| self.quantities(theta)).collect();
        let jackknife =
            if interval == Interval::Accelerated { self.jackknife() } else { Vec::new() };
        for (at, line) in lines.iter_mut().enumerate() {
            let free = self.table.rows.get(at).is_none_or(|row| row.free.is_some());
            if !free {
                continue;
            }
            let mut values: Vec<f64> = of_draws.iter().map(|draw| draw[at]).collect();
            line.set_error(deviation(&values));
            if values.len() < 2 || interval == Interval::Normal {
                let bias = values.iter().sum::<f64>() / values.len() as f64 - line.est;
                line.ci_lower = line.est - bias - NORMAL_95 * line.se;
                line.ci_upper = line.est - bias + NORMAL_95 * line.se;
                continue;
            }
            values.sort_by(f64::total_cmp);
            let around: Vec<f64> = jackknife.iter().map(|case| case[at]).collect();
            (line.ci_lower, line.ci_upper) = ends(&values, line.est, interval, &around);
        }
        lines
    }

    /// Values of all rows and definitions at `theta`.
    fn quantities(&self, theta: &[f64]) -> Vec<f64> {
        let rows = self.table.rows.iter();
        let mut values: Vec<f64> =
            rows.map(|row| row.free.map_or(row.fixed, |index| theta[index])).collect();
        values.extend(self.table.define(theta).into_iter().map(|dual| dual.value));
        values
    }

    /// The estimates without each case in turn; an empty list of cases where one fails.
    fn jackknife(&self) -> Vec<Vec<f64>> {
        let groups = &self.data.sample.groups;
        let places: Vec<(usize, usize)> = groups
            .iter()
            .enumerate()
            .flat_map(|(g, group)| (0..group.cases).map(move |case| (g, case)))
            .collect();
        let all: Vec<Vec<usize>> = groups.iter().map(|g| (0..g.cases).collect()).collect();
        let fast = self.data.options.estimator().is_likelihood() && !self.data.is_fiml();
        let results: Vec<Option<Vec<f64>>> = places
            .par_iter()
            .map_init(
                || Worker::new(self),
                |worker, (group, case)| {
                    let mut indices = all.clone();
                    indices[*group].remove(*case);
                    let draw =
                        if fast { worker.fit(self, &indices) } else { refit(self, &indices) };
                    draw.map(|draw| self.quantities(&draw.theta))
                },
            )
            .collect();
        results.into_iter().flatten().collect()
    }
}

fn deviation(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
}

/// Ends of a 95% interval from sorted draws.
fn ends(sorted: &[f64], estimate: f64, interval: Interval, jackknife: &[f64]) -> (f64, f64) {
    let tails = [0.025, 0.975];
    if interval == Interval::Percentile {
        return (quantile(sorted, tails[0]), quantile(sorted, tails[1]));
    }
    let around = if interval == Interval::Accelerated { jackknife } else { &[] };
    let (low, high) = shares(sorted, estimate, around, tails[0]);
    (quantile(sorted, low), quantile(sorted, high))
}

/// The quantile by interpolation on the normal scale between the order statistics around
/// `(n + 1) probability` (Davison & Hinkley 1997, sec. 5.2.1).
fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let n = sorted.len() as f64;
    let rank = (n + 1.0) * probability;
    let k = rank.floor();
    if k < 1.0 {
        return sorted[0];
    }
    if k >= n {
        return sorted[sorted.len() - 1];
    }
    let (low, high) = (sorted[k as usize - 1], sorted[k as usize]);
    if rank == k {
        return low;
    }
    let z = |p: f64| normal_quantile(p);
    let (from, to) = (z(k / (n + 1.0)), z((k + 1.0) / (n + 1.0)));
    low + (z(probability) - from) / (to - from) * (high - low)
}

/// Memory of one thread for draws of the complete-data likelihood; nothing is allocated inside
/// a draw but its result.
struct Worker {
    engine: Engine,
    solver: Solver,
    theta: Vec<f64>,
    counts: Vec<f64>,
    factor: Vec<f64>,
}

impl Worker {
    fn new(fit: &Fit) -> Self {
        let most = fit.data.sample.groups.iter().map(|g| g.cases).max().unwrap_or(0);
        let p = fit.data.sample.variables.len();
        let equal = |c: &&crate::model::Constraint| c.kind == ConstraintKind::Equal;
        let constraints = fit.table.constraints.iter().filter(equal).count();
        Self {
            engine: fit.solved.engine.clone(),
            solver: Solver::new(fit.table.free, constraints),
            theta: fit.solved.theta.clone(),
            counts: vec![0.0; most],
            factor: vec![0.0; p * p],
        }
    }

    fn fit(&mut self, fit: &Fit, indices: &[Vec<usize>]) -> Option<Draw> {
        if !self.load(&fit.data, indices) {
            return None;
        }
        let inequality = fit.table.constraints.iter().any(|c| c.kind != ConstraintKind::Equal);
        let exogenous = !fit.data.exogenous.is_empty();
        if inequality || exogenous {
            return refit(fit, indices);
        }
        let in_force =
            InForce { table: &fit.table, active: (0..fit.table.constraints.len()).collect() };
        self.theta.copy_from_slice(&fit.solved.theta);
        let ending = self.solver.minimise(&mut self.engine, &in_force, &mut self.theta, DRAW);
        if !ending.converged {
            return refit(fit, indices);
        }
        self.engine.value(&self.theta);
        Some(Draw {
            chisq: 2.0 * fit.data.multiplier() * ending.value,
            admissible: check::is_admissible(&fit.table, &self.engine, &self.theta),
            theta: self.theta.clone(),
        })
    }

    /// Puts the moments of the drawn cases into the engine.
    fn load(&mut self, data: &Data, indices: &[Vec<usize>]) -> bool {
        let Engine::Normal(normal) = &mut self.engine else {
            return false;
        };
        let mut constant = 0.0;
        for (number, drawn) in indices.iter().enumerate() {
            let sample = &data.sample.groups[number];
            let pattern = &mut normal.groups[number].patterns[0];
            self.counts[..sample.cases].fill(0.0);
            for case in drawn {
                self.counts[*case] += 1.0;
            }
            let divisor = super::moments::divisor(&data.options, drawn.len());
            weighted_moments(
                sample,
                &self.counts[..sample.cases],
                divisor,
                &mut pattern.mean,
                &mut pattern.cov,
            );
            let p = sample.p;
            self.factor.copy_from_slice(&pattern.cov);
            let Some(log_determinant) = dense::cholesky(&mut self.factor, p) else {
                return false;
            };
            if !is_definite(&self.factor, &pattern.cov, p) {
                return false;
            }
            constant += pattern.weight * 0.5 * (log_determinant + p as f64);
        }
        normal.constant = constant;
        true
    }
}

/// Means and covariances of cases counted `counts` times.
fn weighted_moments(
    sample: &GroupSample,
    counts: &[f64],
    divisor: f64,
    mean: &mut [f64],
    cov: &mut [f64],
) {
    let p = sample.p;
    let total: f64 = counts.iter().sum();
    mean.fill(0.0);
    cov.fill(0.0);
    // Sums about the sample mean keep the digits that raw sums of squares would lose.
    for (case, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0.0) {
        let row = sample.case(case);
        for i in 0..p {
            let left = count * (row[i] - sample.mean[i]);
            mean[i] += left;
            for j in 0..=i {
                cov[i * p + j] += left * (row[j] - sample.mean[j]);
            }
        }
    }
    for i in 0..p {
        for j in 0..=i {
            let value = (cov[i * p + j] - mean[i] * mean[j] / total) / divisor;
            cov[i * p + j] = value;
            cov[j * p + i] = value;
        }
    }
    for (sum, centre) in mean.iter_mut().zip(&sample.mean) {
        *sum = *sum / total + centre;
    }
}

/// Fits drawn cases by the general path; none when that fails.
fn refit(fit: &Fit, indices: &[Vec<usize>]) -> Option<Draw> {
    let prepared = redraw(fit, indices).ok()?;
    let solved: Solved = solve(&prepared, Some(&fit.solved.theta)).ok()?;
    if !solved.ending.converged {
        return None;
    }
    Some(Draw {
        chisq: 2.0 * fit.data.multiplier() * solved.ending.value,
        admissible: check::is_admissible(&prepared.table, &solved.engine, &solved.theta),
        theta: solved.theta,
    })
}

fn redraw(fit: &Fit, indices: &[Vec<usize>]) -> Result<Prepared, SemError> {
    let mut sample = Sample { groups: Vec::new(), ..fit.data.sample.clone() };
    for (group, drawn) in fit.data.sample.groups.iter().zip(indices) {
        let rows = drawn.iter().flat_map(|case| group.case(*case).iter().copied());
        let mut copy = GroupSample { rows: rows.collect(), ..group.clone() };
        copy.cases = drawn.len();
        sample.groups.push(copy);
    }
    sample.cases = indices.iter().map(Vec::len).sum();
    super::fit::prepare_sample(sample, fit.table.clone(), &fit.data)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ends of R's `boot:::bca.ci` (1.3-28) for the same draws, estimate and estimates without
    /// each case; as there, ends lie between draws by interpolation on the normal scale.
    #[test]
    fn ends_are_those_of_the_package_boot() {
        let mut state = 12_345_u64;
        let mut unit = || {
            state = (69_069 * state + 1) % (1 << 32);
            state as f64 / 4_294_967_296.0
        };
        let mut draws: Vec<f64> = Vec::new();
        for _ in 0..400 {
            let (u, v) = (unit(), unit());
            draws.push(-(1.0 - u).ln() * 0.5 + v);
        }
        let jackknife: Vec<f64> = (0..40).map(|_| unit().powi(3)).collect();
        draws.sort_by(f64::total_cmp);
        let near = |got: f64, expected: f64| assert!((got - expected).abs() < 1e-10, "{got}");
        let (low, high) = ends(&draws, 0.9, Interval::Accelerated, &jackknife);
        near(low, 0.162_747_770_045_816);
        near(high, 2.071_700_279_924_80);
        let (low, high) = ends(&draws, 0.9, Interval::BiasCorrected, &jackknife);
        near(low, 0.175_212_131_575_411);
        near(high, 2.191_134_236_671_22);
    }
}
