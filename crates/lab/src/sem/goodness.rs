//! GFI: the part of the weighted moments that the model reproduces (Tanaka & Huba 1985), with
//! lavaan's weights and moments.

use super::engine::Engine;
use super::fit::Fit;
use super::inference::{expected, saturated};
use super::moment::implied_moment;
use super::moments::normal_weight;
use super::options::Discrepancy;
use super::sample::GroupSample;
use super::solve::Objective;
use super::structure::Place;
use super::weighted::Weight;
use crate::stats::dense::dot;
use crate::stats::matrix::Matrix;

impl Fit {
    /// GFI, averaged over groups by cases; not a number when a matrix cannot be inverted.
    #[must_use]
    pub fn goodness(&self) -> f64 {
        let parts = if self.data.is_fiml() { self.incomplete() } else { self.complete() };
        let Some(parts) = parts else { return f64::NAN };
        let each = parts.iter().enumerate();
        each.map(|(g, (error, total))| self.data.share(g) * (1.0 - error / total)).sum()
    }

    /// Weighted squares of residuals and moments of each group.
    fn complete(&self) -> Option<Vec<(f64, f64)>> {
        let discrepancy = self.data.options.estimator().discrepancy;
        let each = self.data.moments.iter().enumerate().map(|(number, moments)| {
            let (structure, implied) = self.solved.engine.group(number);
            let weight = match discrepancy {
                Discrepancy::Likelihood => {
                    let sigma = Matrix::square(structure.p, implied.sigma.clone());
                    Weight::Full(normal_weight(&sigma, &moments.layout)?)
                }
                _ => self.data.weights[number].clone(),
            };
            let implied = moments.layout.iter().map(|m| implied_moment(implied, *m));
            let errors: Vec<f64> =
                moments.values.iter().zip(implied).map(|(value, model)| value - model).collect();
            let square = |v: &[f64]| dot(v, &weight.apply(v));
            Some((square(&errors), square(&moments.values)))
        });
        each.collect()
    }

    /// With missing answers lavaan compares pairwise moments, weighted by the expected
    /// information of the saturated model at the implied moments.
    fn incomplete(&self) -> Option<Vec<(f64, f64)>> {
        let (structures, mut theta) = saturated(&self.data);
        let mut pairwise = theta.clone();
        for (number, structure) in structures.iter().enumerate() {
            let (_, implied) = self.solved.engine.group(number);
            let sample = &self.data.sample.groups[number];
            for (place, index) in &structure.slots {
                match place {
                    Place::Theta(i, j) => {
                        theta[*index] = implied.sigma[i * implied.p + j];
                        pairwise[*index] = pairwise_covariance(sample, *i, *j);
                    }
                    Place::Nu(i) => {
                        theta[*index] = implied.mu[*i];
                        pairwise[*index] = answered_mean(sample, *i);
                    }
                    _ => {}
                }
            }
        }
        let normal = self.data.normal(&structures, theta.len()).ok()?;
        let mut engine = Engine::Normal(Box::new(normal));
        engine.value(&theta);
        let information = expected(&mut engine);
        let square = |indices: &[usize], v: &dyn Fn(usize) -> f64| -> f64 {
            let row =
                |i: usize| -> f64 { indices.iter().map(|j| information[(i, *j)] * v(*j)).sum() };
            indices.iter().map(|i| v(*i) * row(*i)).sum()
        };
        let each = structures.iter().map(|structure| {
            let indices: Vec<usize> = structure.slots.iter().map(|(_, index)| *index).collect();
            let errors = square(&indices, &|i| pairwise[i] - theta[i]);
            (errors, square(&indices, &|i| pairwise[i]))
        });
        Some(each.collect())
    }
}

fn answered_mean(sample: &GroupSample, i: usize) -> f64 {
    let answers = || (0..sample.cases).map(|c| sample.case(c)[i]).filter(|x| !x.is_nan());
    answers().sum::<f64>() / answers().count() as f64
}

/// Covariance over the cases that answer both, in lavaan's divisor.
fn pairwise_covariance(sample: &GroupSample, i: usize, j: usize) -> f64 {
    let pairs: Vec<(f64, f64)> = (0..sample.cases)
        .map(|c| (sample.case(c)[i], sample.case(c)[j]))
        .filter(|(x, y)| !x.is_nan() && !y.is_nan())
        .collect();
    let (k, n) = (pairs.len() as f64, sample.cases as f64);
    let x_mean = pairs.iter().map(|(x, _)| x).sum::<f64>() / k;
    let y_mean = pairs.iter().map(|(_, y)| y).sum::<f64>() / k;
    let cross: f64 = pairs.iter().map(|(x, y)| (x - x_mean) * (y - y_mean)).sum();
    cross / (k - 1.0) * (n - 1.0) / n
}
