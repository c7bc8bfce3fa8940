//! Regression of a yes-or-no outcome: logistic, or with the complementary log-log link that makes
//! it a proportional-hazards model of grouped time (Prentice and Gloeckler 1978).

use super::newton::{Coefficient, Likelihood, deviations, maximize};
use super::{BehaviourError, Predictors, discrimination};

/// How the linear predictor becomes a probability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Log odds.
    Logit,
    /// `ln(-ln(1 - p))`: exponentiated coefficients are hazard ratios.
    ComplementaryLogLog,
}

/// An estimated binary regression.
#[derive(Clone, Debug, PartialEq)]
pub struct Binary {
    /// Coefficients in the order of the predictors.
    pub coefficients: Vec<Coefficient>,
    /// Log-likelihood at the maximum.
    pub log_likelihood: f64,
    /// Minus twice the log-likelihood.
    pub deviance: f64,
    /// Deviance with the mean of the outcome alone.
    pub null_deviance: f64,
    /// Akaike's criterion.
    pub aic: f64,
    /// Bayesian criterion.
    pub bic: f64,
    /// McFadden's share: 1 minus deviance over null deviance.
    pub pseudo_r2: f64,
    /// Probability that a row with the outcome is given more than one without (area under the
    /// receiver operating characteristic).
    pub discrimination: f64,
    /// Rows used.
    pub rows: usize,
    /// Rows with the outcome.
    pub events: usize,
    /// Newton's steps.
    pub steps: usize,
    /// Fitted probability of every row.
    pub fitted: Vec<f64>,
}

/// Regresses an outcome on predictors (an intercept is a predictor like others, see
/// [`Predictors::with_intercept`]).
///
/// # Errors
/// When rows are ragged or few, the outcome does not vary, or no finite estimate exists.
pub fn binary_regression(
    outcome: &[bool],
    predictors: &Predictors,
    link: Link,
) -> Result<Binary, BehaviourError> {
    let (rows, width) = (outcome.len(), predictors.names.len());
    let finite = predictors.values.iter().all(|value| value.is_finite());
    if predictors.values.len() != rows * width || !finite {
        return Err(BehaviourError::Ragged);
    }
    if rows <= width || width == 0 {
        return Err(BehaviourError::TooFewRows { rows, coefficients: width });
    }
    let events = outcome.iter().filter(|&&event| event).count();
    if events == 0 || events == rows {
        return Err(BehaviourError::ConstantOutcome);
    }
    let sample = BinarySample { outcome, predictors, link };
    let spread = deviations(&predictors.values, width);
    let found = maximize(&sample, vec![0.0; width], &predictors.names, &spread)?;
    let share = events as f64 / rows as f64;
    let null = -2.0 * rows as f64 * (share * share.ln() + (1.0 - share) * (1.0 - share).ln());
    let deviance = -2.0 * found.log_likelihood;
    let fitted: Vec<f64> = (0..rows)
        .map(|row| link.at(linear(predictors.row(row), &found.coefficients)).probability)
        .collect();
    Ok(Binary {
        coefficients: found.table(&predictors.names),
        log_likelihood: found.log_likelihood,
        deviance,
        null_deviance: null,
        aic: deviance + 2.0 * width as f64,
        bic: deviance + width as f64 * (rows as f64).ln(),
        pseudo_r2: 1.0 - deviance / null,
        discrimination: discrimination(&fitted, outcome),
        rows,
        events,
        steps: found.steps,
        fitted,
    })
}

struct BinarySample<'a> {
    outcome: &'a [bool],
    predictors: &'a Predictors,
    link: Link,
}

/// Probability, its complement (kept apart for precision) and its slope in the linear predictor.
struct Point {
    probability: f64,
    complement: f64,
    slope: f64,
}

impl Link {
    fn at(self, linear: f64) -> Point {
        match self {
            Self::Logit => {
                let tail = (-linear.abs()).exp();
                let (small, large) = (tail / (1.0 + tail), 1.0 / (1.0 + tail));
                let (probability, complement) =
                    if linear >= 0.0 { (large, small) } else { (small, large) };
                Point { probability, complement, slope: small * large }
            }
            Self::ComplementaryLogLog => {
                let hazard = linear.min(700.0).exp();
                let complement = (-hazard).exp();
                Point { probability: -(-hazard).exp_m1(), complement, slope: hazard * complement }
            }
        }
    }
}

impl Likelihood for BinarySample<'_> {
    /// The information is the expected one, from which `glm` of R reads its standard errors too.
    fn evaluate(&self, coefficients: &[f64], gradient: &mut [f64], information: &mut [f64]) -> f64 {
        let width = coefficients.len();
        gradient.fill(0.0);
        information.fill(0.0);
        let mut value = 0.0;
        for (row, &event) in self.outcome.iter().enumerate() {
            let x = self.predictors.row(row);
            let point = self.link.at(linear(x, coefficients));
            let variance = (point.probability * point.complement).max(f64::MIN_POSITIVE);
            let chance = if event { point.probability } else { point.complement };
            value += chance.max(f64::MIN_POSITIVE).ln();
            let residual = if event { point.complement } else { -point.probability };
            let pull = residual * point.slope / variance;
            let weight = point.slope * point.slope / variance;
            for i in 0..width {
                gradient[i] += pull * x[i];
                for j in 0..=i {
                    information[i * width + j] += weight * x[i] * x[j];
                }
            }
        }
        for i in 0..width {
            for j in 0..i {
                information[j * width + i] = information[i * width + j];
            }
        }
        value
    }
}

fn linear(x: &[f64], coefficients: &[f64]) -> f64 {
    x.iter().zip(coefficients).map(|(x, b)| x * b).sum()
}
