//! Cox's (1972) proportional hazards, with the corrections for tied times of Efron (1977) or
//! Breslow (1974).

use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::newton::{Coefficient, Likelihood, Maximum, deviations, maximize};
use super::{BehaviourError, Concordance, Predictors, Spells, concordance};
use crate::data::symmetric::{cholesky, inverse, solve};

/// How events at one time share the risk set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ties {
    /// Each leaves a share of the others' risk: close to exact, the default of R.
    #[default]
    Efron,
    /// All see the whole risk set.
    Breslow,
}

/// A test that a coefficient is the same at all times; a small probability speaks against it.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeTest {
    /// Predictor, or `(all)`.
    pub name: String,
    /// Chi-square statistic against a drift with 1 minus the Kaplan-Meier share.
    pub chisq: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// Upper tail probability.
    pub p: f64,
}

impl TimeTest {
    fn new(name: &str, chisq: f64, df: usize) -> Self {
        let p = ChiSquared::new(df as f64).map_or(f64::NAN, |d| d.sf(chisq.max(0.0)));
        Self { name: name.to_owned(), chisq, df, p }
    }
}

/// An estimated proportional-hazards model.
#[derive(Clone, Debug, PartialEq)]
pub struct Cox {
    /// Log hazard ratios.
    pub coefficients: Vec<Coefficient>,
    /// Partial log-likelihood without predictors.
    pub null_log_likelihood: f64,
    /// Partial log-likelihood at the maximum.
    pub log_likelihood: f64,
    /// Likelihood-ratio test of all coefficients: chi-square and probability.
    pub likelihood_ratio: (f64, f64),
    /// Wald test of all coefficients.
    pub wald: (f64, f64),
    /// Score test of all coefficients.
    pub score: (f64, f64),
    /// Does the linear predictor order the events?
    pub concordance: Concordance,
    /// Tests that the hazards are proportional, each predictor and all together.
    pub proportionality: Vec<TimeTest>,
    /// Rows used.
    pub rows: usize,
    /// Events among them.
    pub events: usize,
    /// Newton's steps.
    pub steps: usize,
}

/// Regresses the hazard on predictors (no intercept).
///
/// # Errors
/// When rows are ragged or few, no event was observed, or no finite estimate exists.
pub fn cox_regression(
    spells: &Spells,
    predictors: &Predictors,
    ties: Ties,
) -> Result<Cox, BehaviourError> {
    let (rows, width) = (spells.times.len(), predictors.names.len());
    let finite = predictors.values.iter().chain(&spells.times).all(|value| value.is_finite());
    if spells.events.len() != rows || predictors.values.len() != rows * width || !finite {
        return Err(BehaviourError::Ragged);
    }
    let events = spells.events.iter().filter(|&&event| event).count();
    if events == 0 {
        return Err(BehaviourError::NoEvents);
    }
    if width == 0 || rows <= width {
        return Err(BehaviourError::TooFewRows { rows, coefficients: width });
    }
    let partial = Partial::new(spells, predictors, ties);
    let spread = deviations(&predictors.values, width);
    if let Some(constant) = spread.iter().position(|&d| d == 0.0) {
        return Err(BehaviourError::Collinear(predictors.names[constant].clone()));
    }
    let found = maximize(&partial, vec![0.0; width], &predictors.names, &spread)?;
    let risks: Vec<f64> = (0..rows)
        .map(|row| predictors.row(row).iter().zip(&found.coefficients).map(|(x, b)| x * b).sum())
        .collect();
    let test = |statistic: f64| {
        let tail = ChiSquared::new(width as f64).map_or(f64::NAN, |d| d.sf(statistic.max(0.0)));
        (statistic, tail)
    };
    Ok(Cox {
        coefficients: found.table(&predictors.names),
        null_log_likelihood: found.start_log_likelihood,
        log_likelihood: found.log_likelihood,
        likelihood_ratio: test(2.0 * (found.log_likelihood - found.start_log_likelihood)),
        wald: test(wald(&found)),
        score: test(score(&found)),
        concordance: concordance(spells, &risks),
        proportionality: partial.proportionality(&found.coefficients, &predictors.names),
        rows,
        events,
        steps: found.steps,
    })
}

/// Squared length of the coefficients in the metric of the information.
fn wald(found: &Maximum) -> f64 {
    let width = found.coefficients.len();
    let mut sum = 0.0;
    for (i, a) in found.coefficients.iter().enumerate() {
        for (j, b) in found.coefficients.iter().enumerate() {
            sum += a * found.information[i * width + j] * b;
        }
    }
    sum
}

/// Squared length of the gradient without predictors, in the metric of its variance.
fn score(found: &Maximum) -> f64 {
    let width = found.coefficients.len();
    let mut factor = found.start_information.clone();
    if !cholesky(&mut factor, width) {
        return f64::NAN;
    }
    let mut pull = found.start_gradient.clone();
    solve(&factor, width, &mut pull);
    pull.iter().zip(&found.start_gradient).map(|(a, b)| a * b).sum()
}

/// Rows sorted from the latest time to the earliest, with centred predictors.
struct Partial {
    width: usize,
    values: Vec<f64>,
    events: Vec<bool>,
    /// Bounds of runs of equal times.
    runs: Vec<std::ops::Range<usize>>,
    ties: Ties,
}

impl Partial {
    fn new(spells: &Spells, predictors: &Predictors, ties: Ties) -> Self {
        let (rows, width) = (spells.times.len(), predictors.names.len());
        let mut order: Vec<usize> = (0..rows).collect();
        order.sort_by(|&a, &b| spells.times[b].total_cmp(&spells.times[a]));
        let mut centres = vec![0.0; width];
        for row in 0..rows {
            for (centre, value) in centres.iter_mut().zip(predictors.row(row)) {
                *centre += value / rows as f64;
            }
        }
        let mut values = Vec::with_capacity(rows * width);
        for &row in &order {
            values.extend(predictors.row(row).iter().zip(&centres).map(|(x, c)| x - c));
        }
        let mut runs = Vec::new();
        let mut start = 0;
        for run in order.chunk_by(|&a, &b| spells.times[a] == spells.times[b]) {
            runs.push(start..start + run.len());
            start += run.len();
        }
        let events = order.iter().map(|&row| spells.events[row]).collect();
        Self { width, values, events, runs, ties }
    }
}

/// Sums over a set of rows: weights, weighted predictors, weighted products.
struct Sums {
    weight: f64,
    first: Vec<f64>,
    second: Vec<f64>,
}

impl Sums {
    fn new(width: usize) -> Self {
        Self { weight: 0.0, first: vec![0.0; width], second: vec![0.0; width * width] }
    }

    fn clear(&mut self) {
        self.weight = 0.0;
        self.first.fill(0.0);
        self.second.fill(0.0);
    }

    fn add(&mut self, weight: f64, x: &[f64]) {
        self.weight += weight;
        for i in 0..x.len() {
            self.first[i] += weight * x[i];
            for j in 0..=i {
                self.second[i * x.len() + j] += weight * x[i] * x[j];
            }
        }
    }
}

impl Partial {
    /// Goes from the latest time to the earliest and hands over what the events of each time add
    /// to the log-likelihood, its gradient and its information (lower triangle).
    fn at_events(&self, coefficients: &[f64], mut each: impl FnMut(f64, &[f64], &[f64])) {
        let width = self.width;
        let (mut risk, mut dying) = (Sums::new(width), Sums::new(width));
        let mut mean = vec![0.0; width];
        let (mut gradient, mut information) = (vec![0.0; width], vec![0.0; width * width]);
        for run in &self.runs {
            dying.clear();
            gradient.fill(0.0);
            information.fill(0.0);
            let (mut value, mut deaths) = (0.0, 0);
            for row in run.clone() {
                let x = &self.values[row * width..(row + 1) * width];
                let linear: f64 = x.iter().zip(coefficients).map(|(x, b)| x * b).sum();
                let weight = linear.exp();
                risk.add(weight, x);
                if self.events[row] {
                    dying.add(weight, x);
                    deaths += 1;
                    value += linear;
                    gradient.iter_mut().zip(x).for_each(|(g, x)| *g += x);
                }
            }
            for death in 0..deaths {
                let share = match self.ties {
                    Ties::Efron => death as f64 / deaths as f64,
                    Ties::Breslow => 0.0,
                };
                let weight = risk.weight - share * dying.weight;
                value -= weight.ln();
                for i in 0..width {
                    mean[i] = (risk.first[i] - share * dying.first[i]) / weight;
                    gradient[i] -= mean[i];
                    for j in 0..=i {
                        let cell = i * width + j;
                        let second = (risk.second[cell] - share * dying.second[cell]) / weight;
                        information[cell] += second - mean[i] * mean[j];
                    }
                }
            }
            if deaths > 0 {
                each(value, &gradient, &information);
            }
        }
    }

    /// For the events of every time, latest first: 1 minus the Kaplan-Meier share just before.
    fn lateness(&self) -> Vec<f64> {
        let rows = self.events.len();
        let (mut survival, mut late) = (1.0, Vec::new());
        for run in self.runs.iter().rev() {
            let deaths = run.clone().filter(|&row| self.events[row]).count();
            if deaths > 0 {
                late.push(1.0 - survival);
                let at_risk = run.end.min(rows) as f64;
                survival *= 1.0 - deaths as f64 / at_risk;
            }
        }
        late.reverse();
        late
    }

    /// Score tests that coefficients do not change with time (Grambsch and Therneau 1994), for
    /// each predictor and for all together.
    fn proportionality(&self, coefficients: &[f64], names: &[String]) -> Vec<TimeTest> {
        let width = self.width;
        let late = self.lateness();
        let mut place = 0;
        let mut pull = vec![0.0; width];
        let square = || vec![0.0; width * width];
        let (mut plain, mut crossed, mut squared) = (square(), square(), square());
        self.at_events(coefficients, |_, gradient, information| {
            let time = late[place];
            place += 1;
            for i in 0..width {
                pull[i] += time * gradient[i];
                for j in 0..width {
                    let cell = information[i.max(j) * width + i.min(j)];
                    plain[i * width + j] += cell;
                    crossed[i * width + j] += time * cell;
                    squared[i * width + j] += time * time * cell;
                }
            }
        });
        // What is left of the time terms once the coefficients themselves are free to move.
        if let Some(inverse) = inverse(&plain, width) {
            let inner = product(&product(&crossed, &inverse, width), &crossed, width);
            squared.iter_mut().zip(&inner).for_each(|(s, i)| *s -= i);
        }
        let mut tests: Vec<TimeTest> = (0..width)
            .map(|i| TimeTest::new(&names[i], pull[i] * pull[i] / squared[i * width + i], 1))
            .collect();
        let mut solved = pull.clone();
        let together = if cholesky(&mut squared, width) {
            solve(&squared, width, &mut solved);
            solved.iter().zip(&pull).map(|(a, b)| a * b).sum()
        } else {
            f64::NAN
        };
        tests.push(TimeTest::new("(all)", together, width));
        tests
    }
}

/// Product of two square matrices.
fn product(a: &[f64], b: &[f64], size: usize) -> Vec<f64> {
    let mut product = vec![0.0; size * size];
    for i in 0..size {
        for j in 0..size {
            product[i * size + j] = (0..size).map(|k| a[i * size + k] * b[k * size + j]).sum();
        }
    }
    product
}

impl Likelihood for Partial {
    fn evaluate(&self, coefficients: &[f64], gradient: &mut [f64], information: &mut [f64]) -> f64 {
        let width = self.width;
        gradient.fill(0.0);
        information.fill(0.0);
        let mut value = 0.0;
        self.at_events(coefficients, |added, slope, curve| {
            value += added;
            gradient.iter_mut().zip(slope).for_each(|(sum, part)| *sum += part);
            information.iter_mut().zip(curve).for_each(|(sum, part)| *sum += part);
        });
        for i in 0..width {
            for j in 0..i {
                information[j * width + i] = information[i * width + j];
            }
        }
        value
    }
}
