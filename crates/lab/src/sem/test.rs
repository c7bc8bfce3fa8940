//! The chi-square test of a model, with the scalings of robust estimators.

use super::engine::{Data, Engine, Solved};
use super::error::SemError;
use super::inference::{first_order, moment_sandwich, observed, saturated};
use super::moment::Moment;
use super::options::{Discrepancy, Scaling};
use super::structure::{Place, Structure};
use crate::stats::noncentral::chi_square_tail;

/// A scaled test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScaledTest {
    /// The statistic.
    pub chisq: f64,
    /// Degrees of freedom; estimated under mean and variance adjustment.
    pub df: f64,
    /// Upper tail probability.
    pub pvalue: f64,
    /// What the unscaled statistic is divided by (before any shift).
    pub factor: f64,
    /// What is added after scaling.
    pub shift: f64,
    /// Scaling factors of the saturated and the fitted likelihood (Yuan-Bentler only).
    pub likelihood_factors: Option<(f64, f64)>,
}

/// A test of a model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    /// The statistic.
    pub chisq: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Upper tail probability; not a number for ULS, whose statistic has no chi-square law.
    pub pvalue: f64,
    /// The scaled version of robust estimators.
    pub scaled: Option<ScaledTest>,
}

/// What of a test does not depend on the model.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reference {
    /// Discrepancy of the saturated model: zero unless answers are missing.
    pub saturated: f64,
    /// Trace of the saturated model's sandwich, for Yuan-Bentler.
    pub trace: f64,
    /// Number of moments of all groups that a model may explain.
    pub moments: usize,
    /// Number of moments with those of fixed exogenous variables.
    pub all_moments: usize,
}

impl Reference {
    /// Computes it for `data`.
    ///
    /// # Errors
    /// When the sample covariances are not positive definite.
    pub fn of(data: &Data) -> Result<Self, SemError> {
        let moments = data.moments.iter().map(|m| m.layout.len()).sum();
        let q = data.exogenous.len();
        let fixed = q * (q + 1) / 2 + if data.means { q } else { 0 };
        let all_moments = moments + fixed * data.moments.len();
        let mut reference = Self { moments, all_moments, ..Self::default() };
        let yuan_bentler = data.options.estimator().scaling == Scaling::YuanBentler;
        if !data.is_fiml() && !yuan_bentler {
            return Ok(reference);
        }
        let (structures, theta) = saturated(data);
        let mut normal = data.normal(&structures, theta.len())?;
        reference.saturated = if data.is_fiml() { normal.value(&theta) } else { 0.0 };
        if yuan_bentler {
            normal.value(&theta);
            let mut engine = Engine::Normal(Box::new(normal));
            let bread = observed(&mut engine);
            let Engine::Normal(normal) = &mut engine else {
                return Ok(reference);
            };
            let meat = first_order(normal, data);
            let inverse = bread.inverse_positive();
            reference.trace = inverse.map_or(f64::NAN, |inverse| inverse.trace_product(&meat));
        }
        Ok(reference)
    }
}

/// Tests a solved model.
pub(super) fn test(solved: &mut Solved, data: &Data, reference: &Reference) -> Test {
    let n = data.multiplier();
    let raw = match &mut solved.engine {
        Engine::Normal(normal) if data.is_wishart() => {
            let cases = data.sample.groups.iter().map(|g| (g.cases - 1) as f64);
            let constants = normal.constants.clone();
            normal.statistic(&cases.collect::<Vec<_>>(), &constants)
        }
        _ => 2.0 * n * (solved.ending.value - reference.saturated),
    };
    let df = reference.moments as f64 - solved.parameters as f64;
    // A saturated model ends within rounding of zero.
    let chisq = if df == 0.0 && raw.abs() < 1e-6 { 0.0 } else { raw };
    let unweighted = data.options.estimator().discrepancy == Discrepancy::Unweighted;
    let pvalue = if unweighted || df <= 0.0 { f64::NAN } else { chi_square_tail(chisq, df) };
    let scaled = scaled(solved, data, reference, chisq, df);
    Test { chisq, df, pvalue, scaled }
}

fn scaled(
    solved: &mut Solved,
    data: &Data,
    reference: &Reference,
    chisq: f64,
    df: f64,
) -> Option<ScaledTest> {
    let scaling = data.options.estimator().scaling;
    if scaling == Scaling::None {
        return None;
    }
    let finish = |chisq: f64, df: f64, factor: f64, shift: f64, factors| {
        let pvalue = if df > 0.0 { chi_square_tail(chisq, df) } else { f64::NAN };
        Some(ScaledTest { chisq, df, pvalue, factor, shift, likelihood_factors: factors })
    };
    if scaling == Scaling::YuanBentler {
        let trace = model_trace(solved, data).unwrap_or(f64::NAN);
        let (h1, h0) = (reference.trace, trace);
        let factors = Some((h1 / reference.moments as f64, h0 / solved.rows as f64));
        if df <= 0.0 {
            return finish(chisq, df, f64::NAN, 0.0, factors);
        }
        let factor = (h1 - h0) / df;
        return finish(chisq / factor, df, factor, 0.0, factors);
    }
    if df <= 0.0 {
        return finish(chisq, df, f64::NAN, 0.0, None);
    }
    let square = scaling != Scaling::SatorraBentler;
    let traces = moment_sandwich(&solved.engine, data, square).and_then(|s| s.traces(solved));
    let (first, second) = traces.unwrap_or((f64::NAN, f64::NAN));
    match scaling {
        Scaling::SatorraBentler => finish(chisq * df / first, df, first / df, 0.0, None),
        Scaling::MeanVariance => {
            let factor = second / first;
            finish(chisq / factor, first * first / second, factor, 0.0, None)
        }
        _ => {
            let stretch = (df / second).sqrt();
            let shift = df - stretch * first;
            finish(stretch * chisq + shift, df, 1.0 / stretch, shift, None)
        }
    }
}

fn model_trace(solved: &mut Solved, data: &Data) -> Option<f64> {
    let bread = observed(&mut solved.engine);
    let inverse = solved.invert(&bread)?;
    let Engine::Normal(normal) = &mut solved.engine else {
        return None;
    };
    let meat = first_order(normal, data);
    Some(inverse.trace_product(&meat))
}

/// The independence model: variances, means, thresholds and slopes on covariates free,
/// covariances zero but those among exogenous variables, `exogenous`, which are fixed or free as
/// in the model.
pub(super) fn independence(data: &Data, exogenous: &[usize]) -> Result<Solved, SemError> {
    let mut structures = Vec::new();
    let mut theta = Vec::new();
    for number in 0..data.sample.groups.len() {
        structures.push(independent(data, exogenous, number, &mut theta));
    }
    let engine = data.engine(&structures, theta.len())?;
    Ok(Solved::find(engine, None, &theta))
}

fn independent(data: &Data, exogenous: &[usize], number: usize, theta: &mut Vec<f64>) -> Structure {
    let moments = &data.moments[number];
    let p = moments.mean.len();
    let fixed = |i: usize| data.exogenous.contains(&i);
    let mut fixes = Vec::new();
    let mut slots: Vec<Place> = Vec::new();
    for i in 0..p {
        if !moments.thresholds[i].is_empty() {
            fixes.push((Place::Theta(i, i), 1.0));
            slots.extend((0..moments.thresholds[i].len()).map(|k| Place::Tau(i, k)));
            theta.extend(&moments.thresholds[i]);
            continue;
        }
        if fixed(i) {
            let others = (0..=i).filter(|j| fixed(*j));
            fixes.extend(others.map(|j| (Place::Theta(i, j), moments.cov[(i, j)])));
            fixes.push((Place::Nu(i), moments.mean[i]));
            continue;
        }
        slots.push(Place::Theta(i, i));
        theta.push(moments.cov[(i, i)]);
        if data.means {
            slots.push(Place::Nu(i));
            theta.push(moments.mean[i]);
        }
    }
    let free = |i: &usize| *i < p && !fixed(*i);
    for i in exogenous.iter().copied().filter(free) {
        for j in exogenous.iter().copied().filter(|j| *j < i && !fixed(*j)) {
            slots.push(Place::Theta(i, j));
            theta.push(moments.cov[(i, j)]);
        }
    }
    for (moment, value) in moments.layout.iter().zip(&moments.values) {
        if let Moment::Slope(i, k) = moment {
            slots.push(Place::Direct(*i, *k));
            theta.push(*value);
        }
    }
    let offset = theta.len() - slots.len();
    let names = data.sample.variables[..p].to_vec();
    let mut structure = Structure::unstructured(names, &[], fixes, None);
    structure.means = data.means;
    structure.covariates = data.sample.variables[p..].to_vec();
    structure.slots = slots.into_iter().enumerate().map(|(k, place)| (place, offset + k)).collect();
    structure
}
