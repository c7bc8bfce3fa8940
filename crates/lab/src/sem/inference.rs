//! Informations, standard errors, and the scaling of tests.

use super::engine::{Data, Engine, Solved};
use super::moment::jacobian;
use super::moments::normal_weight;
use super::normal::Normal;
use super::options::Errors;
use super::solve::Objective;
use super::structure::{Place, Structure};
use super::weighted::Weight;
use crate::stats::matrix::Matrix;

/// Expected information of one case.
pub(super) fn expected(engine: &mut Engine) -> Matrix {
    let free = engine.free();
    if let Engine::Weighted(weighted) = engine {
        return weighted.information();
    }
    let (mut gradient, mut information) = (vec![0.0; free], Matrix::zeros(free, free));
    engine.slopes(&mut gradient, &mut information.data);
    information
}

/// Observed information of one case: the exact Hessian of a likelihood. Least squares has the
/// expected one only, as in lavaan.
pub(super) fn observed(engine: &mut Engine) -> Matrix {
    let free = engine.free();
    if matches!(engine, Engine::Weighted(_)) {
        return expected(engine);
    }
    let (mut gradient, mut hessian) = (vec![0.0; free], Matrix::zeros(free, free));
    engine.hessian(&mut gradient, &mut hessian.data);
    hessian
}

/// The cross-products of case scores, divided by the number of cases.
pub(super) fn first_order(normal: &mut Normal, data: &Data) -> Matrix {
    let free = normal.free;
    let mut sum = Matrix::zeros(free, free);
    for (number, sample) in data.sample.groups.iter().enumerate() {
        let (_, of_case) = sample.patterns(1.0);
        let centred: Vec<f64> = (0..sample.cases)
            .flat_map(|case| {
                let row = sample.case(case).iter().zip(&sample.mean);
                row.map(|(x, mean)| if data.means { *x } else { x - mean }).collect::<Vec<_>>()
            })
            .collect();
        let p = sample.p;
        let cases: Vec<(usize, &[f64])> = of_case
            .iter()
            .enumerate()
            .map(|(case, pattern)| (*pattern, &centred[case * p..(case + 1) * p]))
            .collect();
        normal.scores(number, &cases, |_, score| {
            for i in 0..free {
                if score[i] != 0.0 {
                    for (target, other) in sum.row_mut(i).iter_mut().zip(score) {
                        *target += score[i] * other;
                    }
                }
            }
        });
    }
    sum.scaled(1.0 / data.sample.cases as f64)
}

/// What the moments say about the free parameters: `D'WD`, `D'WGWD` and traces of `WG`.
pub(super) struct MomentSandwich {
    /// `D'WD`.
    pub bread: Matrix,
    /// `D'W G W D`.
    pub meat: Matrix,
    /// `D'W G W G W D`, made only when asked for.
    pub second: Option<Matrix>,
    /// Trace of `WG`.
    pub trace: f64,
    /// Trace of `WGWG`, made only when asked for.
    pub trace_square: f64,
}

/// The weights of the moments of a group: those of least squares, or of the normal likelihood at
/// the implied covariances. None when these are not definite.
pub(super) fn model_weight(engine: &Engine, data: &Data, group: usize) -> Option<Weight> {
    if !data.options.estimator().is_likelihood() {
        return Some(data.weights[group].clone());
    }
    let (structure, implied) = engine.group(group);
    let sigma = Matrix::square(structure.p, implied.sigma.clone());
    Some(Weight::Full(normal_weight(&sigma, &data.moments[group].layout)?))
}

/// Makes the sandwich; `square` asks for what the variance of the test needs. None when a matrix
/// that must be inverted cannot be.
pub(super) fn moment_sandwich(
    engine: &Engine,
    data: &Data,
    square: bool,
) -> Option<MomentSandwich> {
    let free = engine.free();
    let mut sandwich = MomentSandwich {
        bread: Matrix::zeros(free, free),
        meat: Matrix::zeros(free, free),
        second: square.then(|| Matrix::zeros(free, free)),
        trace: 0.0,
        trace_square: 0.0,
    };
    for (number, moments) in data.moments.iter().enumerate() {
        let (structure, implied) = engine.group(number);
        let gamma = moments.gamma.as_ref()?;
        let weight = model_weight(engine, data, number)?;
        let jacobian = jacobian(structure, implied, &moments.layout, free);
        let weighted = weight.times(&jacobian);
        let share = data.share(number);
        let through = gamma.times(&weighted);
        let add = |target: &mut Matrix, part: Matrix| *target = target.plus(&part, share);
        add(&mut sandwich.bread, weighted.transpose().times(&jacobian));
        add(&mut sandwich.meat, weighted.transpose().times(&through));
        sandwich.trace += match &weight {
            Weight::Diagonal(w) => w.iter().enumerate().map(|(i, w)| w * gamma[(i, i)]).sum(),
            Weight::Full(w) => w.trace_product(gamma),
        };
        if let Some(second) = &mut sandwich.second {
            add(second, through.transpose().times(&weight.times(&through)));
            let product = weight.times(gamma);
            sandwich.trace_square += product.trace_product(&product);
        }
    }
    Some(sandwich)
}

impl MomentSandwich {
    /// Traces of `UG` and of its square.
    pub(super) fn traces(&self, solved: &Solved) -> Option<(f64, f64)> {
        let inverse = solved.invert(&self.bread)?;
        let inner = inverse.times(&self.meat);
        let first = self.trace - (0..inner.rows).map(|i| inner[(i, i)]).sum::<f64>();
        let second = match &self.second {
            Some(second) => {
                self.trace_square - 2.0 * inverse.trace_product(second)
                    + inner.trace_product(&inner)
            }
            None => f64::NAN,
        };
        Some((first, second))
    }
}

/// The covariances of the estimates, or none when the information is singular.
pub(super) fn covariances(solved: &mut Solved, data: &Data) -> Option<Matrix> {
    let n = data.divisor();
    let covariances = match data.options.estimator().errors {
        Errors::Standard => {
            let information = information(&mut solved.engine, data);
            solved.invert(&information)?
        }
        Errors::FirstOrder => {
            let Engine::Normal(normal) = &mut solved.engine else {
                return None;
            };
            let information = first_order(normal, data);
            solved.invert(&information)?
        }
        Errors::HuberWhite => {
            let bread = observed(&mut solved.engine);
            let inverse = solved.invert(&bread)?;
            let Engine::Normal(normal) = &mut solved.engine else {
                return None;
            };
            let meat = first_order(normal, data);
            inverse.times(&meat).times(&inverse)
        }
        Errors::Moments => {
            let sandwich = moment_sandwich(&solved.engine, data, false)?;
            let inverse = solved.invert(&sandwich.bread)?;
            inverse.times(&sandwich.meat).times(&inverse)
        }
    };
    Some(covariances.scaled(1.0 / n))
}

/// The information lavaan bases standard errors on: observed with missing answers or with the
/// sandwich of Huber and White, expected otherwise.
pub(super) fn information(engine: &mut Engine, data: &Data) -> Matrix {
    let robust = data.options.estimator().errors == Errors::HuberWhite;
    if data.is_fiml() || robust { observed(engine) } else { expected(engine) }
}

/// The saturated model of each group, with exogenous moments fixed, and its values.
pub(super) fn saturated(data: &Data) -> (Vec<Structure>, Vec<f64>) {
    let mut structures = Vec::new();
    let mut theta = Vec::new();
    for (number, sample) in data.sample.groups.iter().enumerate() {
        let p = sample.p;
        let cov = &data.moments[number].cov;
        let fixed = |i: &usize| data.exogenous.contains(i);
        let mut pairs = Vec::new();
        let mut fixes = Vec::new();
        for j in 0..p {
            for i in j..p {
                if fixed(&i) && fixed(&j) {
                    fixes.push((Place::Theta(i, j), cov[(i, j)]));
                } else {
                    pairs.push((i, j));
                }
            }
        }
        let means: Vec<usize> = (0..p).filter(|i| !fixed(i)).collect();
        if data.means {
            let held = (0..p).filter(fixed).map(|i| (Place::Nu(i), sample.mean[i]));
            fixes.extend(held);
        }
        let offset = theta.len();
        theta.extend(pairs.iter().map(|(i, j)| cov[(*i, *j)]));
        if data.means {
            theta.extend(means.iter().map(|i| sample.mean[*i]));
        }
        let names = data.sample.variables.clone();
        let means = data.means.then_some(&means[..]);
        let mut structure = Structure::unstructured(names, &pairs, fixes, means);
        for (_, index) in &mut structure.slots {
            *index += offset;
        }
        structures.push(structure);
    }
    (structures, theta)
}
