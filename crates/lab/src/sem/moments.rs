//! The sample moments an estimator works on, with their weights and covariances.

use super::engine::Data;
use super::error::SemError;
use super::moment::{Moment, continuous_layout};
use super::options::{Discrepancy, Estimator, FitOptions, Likelihood, Missing};
use super::sample::GroupSample;
use super::weighted::Weight;
use crate::stats::matrix::Matrix;

/// The moments of one group.
#[derive(Clone, Debug)]
pub struct Moments {
    /// Means.
    pub mean: Vec<f64>,
    /// Covariances, in the divisor the estimator uses; correlations where variables are ordered.
    pub cov: Matrix,
    /// Thresholds of each variable, empty for continuous ones.
    pub thresholds: Vec<Vec<f64>>,
    /// Means of the covariates; empty without covariates.
    pub covariate_mean: Vec<f64>,
    /// Covariances of the covariates, divisor the number of cases less one.
    pub covariate_cov: Matrix,
    /// The order of moments in `values`, `gamma` and `weight`.
    pub layout: Vec<Moment>,
    /// The moments.
    pub values: Vec<f64>,
    /// `n` times the covariances of the moments, when the estimator needs them.
    pub gamma: Option<Matrix>,
}

/// The divisor lavaan uses: n for the normal likelihood, n - 1 for the Wishart likelihood and
/// for least squares.
pub(super) fn divisor(options: &FitOptions, cases: usize) -> f64 {
    let n = cases as f64;
    let normal = options.likelihood == Likelihood::Normal;
    if options.missing == Missing::Fiml || (options.estimator().is_likelihood() && normal) {
        n
    } else {
        n - 1.0
    }
}

/// Whether `estimator` needs the covariances of the moments.
pub(super) fn needs_gamma(estimator: Estimator) -> bool {
    matches!(estimator.discrepancy, Discrepancy::Weighted | Discrepancy::Diagonal)
        || estimator.errors == super::options::Errors::Moments
}

/// Moments of continuous variables.
pub(super) fn continuous(
    sample: &GroupSample,
    options: &FitOptions,
    means: bool,
    exogenous: &[usize],
) -> Result<Moments, SemError> {
    let n = sample.cases as f64;
    let cov = sample.cov.clone().scaled(n / divisor(options, sample.cases));
    let mut layout = continuous_layout(sample.p, means);
    let fixed = |i: &usize| exogenous.contains(i);
    layout.retain(|moment| match moment {
        Moment::Mean(i) | Moment::Threshold(i, _) | Moment::Slope(i, _) => !fixed(i),
        Moment::Covariance(i, j) => !(fixed(i) && fixed(j)),
    });
    let values = layout.iter().map(|moment| match moment {
        Moment::Mean(i) => sample.mean[*i],
        Moment::Threshold(..) | Moment::Slope(..) => f64::NAN,
        Moment::Covariance(i, j) => cov[(*i, *j)],
    });
    let values = values.collect();
    let gamma = if needs_gamma(options.estimator()) {
        if sample.incomplete {
            let name = options.estimator().name;
            let message = format!("{name} needs complete data; use --missing listwise");
            return Err(SemError::Options(message));
        }
        Some(free_covariances(sample, &layout, exogenous))
    } else {
        None
    };
    let thresholds = vec![Vec::new(); sample.p];
    Ok(Moments {
        mean: sample.mean.clone(),
        cov,
        thresholds,
        covariate_mean: Vec::new(),
        covariate_cov: Matrix::default(),
        layout,
        values,
        gamma,
    })
}

/// `n` times the covariances of a group's moments, made now when estimation had no need of them;
/// none with missing answers.
pub(super) fn gamma_of(data: &Data, group: usize) -> Option<Matrix> {
    let (moments, sample) = (&data.moments[group], &data.sample.groups[group]);
    match &moments.gamma {
        Some(gamma) => Some(gamma.clone()),
        None if sample.incomplete => None,
        None => Some(free_covariances(sample, &moments.layout, &data.exogenous)),
    }
}

/// `n` times the distribution-free covariances of the moments (Browne 1984). What belongs to
/// fixed exogenous variables is taken out by regression on their moments.
fn free_covariances(sample: &GroupSample, layout: &[Moment], exogenous: &[usize]) -> Matrix {
    let k = layout.len();
    let mut gamma = Matrix::zeros(k, k);
    let mut z = vec![0.0; k];
    let regression = if exogenous.is_empty() { None } else { Fixed::of(sample, exogenous) };
    for case in 0..sample.cases {
        let row = sample.case(case);
        let error: Vec<f64> = row.iter().zip(&sample.mean).map(|(x, m)| x - m).collect();
        for (target, moment) in z.iter_mut().zip(layout) {
            *target = match moment {
                Moment::Mean(i) => error[*i],
                Moment::Covariance(i, j) => error[*i] * error[*j] - sample.cov[(*i, *j)],
                Moment::Threshold(..) | Moment::Slope(..) => 0.0,
            };
        }
        if let Some(fixed) = &regression {
            fixed.correct(&error, layout, &mut z);
        }
        for i in 0..k {
            let left = z[i];
            for (target, right) in gamma.row_mut(i)[..=i].iter_mut().zip(&z) {
                *target += left * right;
            }
        }
    }
    for i in 0..k {
        for j in 0..=i {
            let value = gamma[(i, j)] / sample.cases as f64;
            gamma[(i, j)] = value;
            gamma[(j, i)] = value;
        }
    }
    gamma
}

/// Removes the sampling of exogenous moments from a case's contributions: given the exogenous
/// variables, only what they do not predict varies.
struct Fixed {
    /// Regression of all variables on the exogenous ones.
    slopes: Matrix,
    exogenous: Vec<usize>,
    /// Covariances of the predictions.
    predicted: Matrix,
}

impl Fixed {
    fn of(sample: &GroupSample, exogenous: &[usize]) -> Option<Self> {
        let q = exogenous.len();
        let part = (0..q * q).map(|k| sample.cov[(exogenous[k / q], exogenous[k % q])]);
        let inverse = Matrix::square(q, part.collect()).inverse_positive()?;
        let mut on = Matrix::zeros(sample.p, q);
        for i in 0..sample.p {
            for (j, x) in exogenous.iter().enumerate() {
                on[(i, j)] = sample.cov[(i, *x)];
            }
        }
        let slopes = on.times(&inverse);
        let predicted = slopes.times(&on.transpose());
        Some(Self { slopes, exogenous: exogenous.to_vec(), predicted })
    }

    fn correct(&self, error: &[f64], layout: &[Moment], z: &mut [f64]) {
        let x: Vec<f64> = self.exogenous.iter().map(|i| error[*i]).collect();
        let by_x = self.slopes.apply(&x);
        for (target, moment) in z.iter_mut().zip(layout) {
            *target -= match moment {
                Moment::Mean(i) => by_x[*i],
                Moment::Covariance(i, j) => by_x[*i] * by_x[*j] - self.predicted[(*i, *j)],
                Moment::Threshold(..) | Moment::Slope(..) => 0.0,
            };
        }
    }
}

/// The normal-theory weight of continuous moments at covariances `cov`: the inverse of their
/// covariances when the data are normal (Browne 1974).
pub(super) fn normal_weight(cov: &Matrix, layout: &[Moment]) -> Option<Matrix> {
    Some(weight_by(&cov.inverse_positive()?, layout))
}

/// That weight from the inverse of the covariances.
pub(super) fn weight_by(inverse: &Matrix, layout: &[Moment]) -> Matrix {
    let k = layout.len();
    let mut weight = Matrix::zeros(k, k);
    for (a, left) in layout.iter().enumerate() {
        for (b, right) in layout[..=a].iter().enumerate() {
            let value = match (left, right) {
                (Moment::Mean(i), Moment::Mean(j)) => inverse[(*i, *j)],
                (Moment::Covariance(i, j), Moment::Covariance(k, l)) => {
                    let cross = inverse[(*i, *k)] * inverse[(*j, *l)]
                        + inverse[(*i, *l)] * inverse[(*j, *k)];
                    let halves = if i == j { 0.5 } else { 1.0 } * if k == l { 0.5 } else { 1.0 };
                    cross * halves
                }
                _ => 0.0,
            };
            weight[(a, b)] = value;
            weight[(b, a)] = value;
        }
    }
    weight
}

/// The weights of least squares for these moments.
pub(super) fn weight(
    moments: &Moments,
    estimator: Estimator,
    cases: usize,
) -> Result<Weight, SemError> {
    let too_few = SemError::TooFewForWeights { cases, moments: moments.values.len() };
    Ok(match estimator.discrepancy {
        Discrepancy::Likelihood | Discrepancy::Unweighted => {
            Weight::Diagonal(vec![1.0; moments.values.len()])
        }
        Discrepancy::Generalised => {
            Weight::Full(normal_weight(&moments.cov, &moments.layout).ok_or(too_few)?)
        }
        Discrepancy::Weighted => {
            let gamma = moments.gamma.as_ref().expect("WLS has made its gamma");
            Weight::Full(gamma.inverse_positive().ok_or(too_few)?)
        }
        Discrepancy::Diagonal => {
            let gamma = moments.gamma.as_ref().expect("DWLS has made its gamma");
            let inverse = |i: usize| {
                let variance = gamma[(i, i)];
                if variance > 0.0 { 1.0 / variance } else { 0.0 }
            };
            Weight::Diagonal((0..gamma.rows).map(inverse).collect())
        }
    })
}
