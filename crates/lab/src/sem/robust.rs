//! The corrected discrepancies behind lavaan's `.robust` measures: of scaled tests
//! (Brosseau-Liard & Savalei 2012, 2014), of missing answers (Zhang & Savalei 2023) and of
//! ordered variables (Savalei 2021).

use super::engine::{Data, Engine, Solved};
use super::fit::Fit;
use super::implied::Implied;
use super::inference::{first_order, observed, saturated};
use super::moment::{Moment, jacobian};
use super::moments::{Moments, normal_weight};
use super::options::{Errors, Scaling};
use super::sample::GroupSample;
use super::structure::Place;
use super::test::ScaledTest;
use super::weighted::Weight;
use crate::model::{Constraint, Operator, Parameter};
use crate::stats::dense;
use crate::stats::matrix::Matrix;

/// A trace below this is rounding of zero: it counts degrees of freedom.
const PERFECT: f64 = 1e-7;

/// Corrected statistics: under the model `chisq` behaves like `c` times a chi-square.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Corrected {
    pub(super) chisq: f64,
    pub(super) df: f64,
    pub(super) c: f64,
    /// The statistic the interval of RMSEA is taken from.
    pub(super) interval: f64,
    /// What that statistic was divided by.
    pub(super) interval_factor: f64,
    null: f64,
    null_df: f64,
    null_c: f64,
}

impl Corrected {
    fn parts(&self) -> (f64, f64) {
        (self.chisq - self.c * self.df, self.null - self.null_c * self.null_df)
    }

    pub(super) fn cfi(&self) -> f64 {
        let (own, null) = self.parts();
        if own.is_nan() {
            return f64::NAN;
        }
        let own = own.max(0.0);
        if own == 0.0 { 1.0 } else { 1.0 - own / own.max(null) }
    }

    pub(super) fn tli(&self) -> f64 {
        let (own, null) = self.parts();
        1.0 - own * self.null_df / (null * self.df)
    }

    pub(super) fn rni(&self) -> f64 {
        let (own, null) = self.parts();
        1.0 - own / null
    }
}

/// The corrected statistics of a fit; none where lavaan gives no robust measures.
pub(super) fn corrected(fit: &mut Fit) -> Option<Corrected> {
    if fit.data.is_fiml() || fit.data.categorical {
        return from_complete(fit);
    }
    let (own, null) = (fit.test.scaled?, fit.baseline.scaled?);
    let scaling = fit.data.options.estimator().scaling;
    if scaling == Scaling::MeanVariance {
        return None;
    }
    // A shifted test holds the trace that one factor would use.
    let factor = |test: &ScaledTest| match scaling {
        Scaling::Shifted => (test.df - test.shift) * test.factor / test.df,
        _ => test.factor,
    };
    Some(Corrected {
        chisq: fit.test.chisq,
        df: fit.test.df,
        c: factor(&own),
        interval: own.chisq,
        interval_factor: own.factor,
        null: fit.baseline.chisq,
        null_df: fit.baseline.df,
        null_c: factor(&null),
    })
}

/// Robust measures where estimation did not use the complete-data likelihood: its discrepancy at
/// the estimates, with the expectation it has under the model.
fn from_complete(fit: &mut Fit) -> Option<Corrected> {
    // Savalei's measures rest on correlations alone: on thresholds that fit perfectly and on a
    // matrix of ordered variables that is definite.
    let beside = fit.data.categorical
        && (fit.table.ordered.len() < fit.data.sample.variables.len()
            || holds_origins(fit)
            || fit.data.moments.iter().any(|m| !is_definite(&m.cov)));
    let scaling = fit.data.options.estimator().scaling;
    let without = matches!(scaling, Scaling::None | Scaling::MeanVariance);
    if fit.data.categorical && without {
        return None;
    }
    let (test, baseline) = (fit.test, fit.baseline);
    let nothing = Corrected {
        chisq: f64::NAN,
        df: test.df,
        c: f64::NAN,
        interval: f64::NAN,
        interval_factor: f64::NAN,
        null: f64::NAN,
        null_df: baseline.df,
        null_c: f64::NAN,
    };
    if beside {
        return Some(nothing);
    }
    let exogenous = super::fit::exogenous(&fit.table, true);
    let independent = super::test::independence(&fit.data, &exogenous).ok()?;
    let pieces = pieces(&fit.data)?;
    let (chisq, trace) = complete_statistic(&fit.solved, &fit.data, &pieces)?;
    let (null, mut null_trace) = complete_statistic(&independent, &fit.data, &pieces)?;
    if fit.data.categorical {
        // lavaan 0.6-14 divides by the share of each group, which only the model's own trace
        // multiplies back; in one group both are the same. Its number is kept.
        let each = pieces.iter().enumerate();
        null_trace = each.map(|(g, piece)| self::trace(&piece.gamma) / fit.data.share(g)).sum();
    }
    if trace.abs() < PERFECT {
        // Only thresholds or means are restricted: the rest fits by itself.
        let perfect =
            Corrected { chisq: 0.0, c: 0.0, interval: 0.0, interval_factor: 1.0, ..nothing };
        return Some(Corrected { null, null_c: null_trace / baseline.df, ..perfect });
    }
    Some(Corrected {
        chisq,
        c: trace / test.df,
        interval: chisq * test.df / trace,
        interval_factor: trace / test.df,
        null,
        null_c: null_trace / baseline.df,
        ..nothing
    })
}

fn trace(matrix: &Matrix) -> f64 {
    (0..matrix.rows).map(|i| matrix[(i, i)]).sum()
}

/// Whether no eigenvalue is below the root of the machine's precision, as lavaan asks.
fn is_definite(matrix: &Matrix) -> bool {
    matrix.eigen().is_some_and(|(values, _)| values[0] >= f64::EPSILON.sqrt())
}

/// Whether thresholds or means are held to each other, so that they do not fit by themselves.
fn holds_origins(fit: &Fit) -> bool {
    let origins = || {
        let is_origin = |row: &&Parameter| {
            matches!(row.op, Operator::Threshold | Operator::Intercept) && row.free.is_some()
        };
        fit.table.rows.iter().filter(is_origin)
    };
    let shared = |row: &Parameter| origins().filter(|other| other.free == row.free).count() > 1;
    let named = |row: &Parameter| {
        let uses = |c: &Constraint| c.difference.names().iter().any(|name| *name == row.label);
        !row.label.is_empty() && fit.table.constraints.iter().any(uses)
    };
    origins().any(|row| shared(row) || named(row))
}

/// For one group: the moments compared, the weights and covariances of their estimates.
struct Piece {
    layout: Vec<Moment>,
    /// Weights estimation gave to these moments.
    weight: Matrix,
    /// `n` times the covariances of the moments.
    gamma: Matrix,
    /// Weights of the complete-data likelihood at the sample moments; none takes them at the
    /// implied ones, as lavaan does with ordered variables.
    complete: Option<Matrix>,
    mean: Vec<f64>,
    cov: Matrix,
}

fn pieces(data: &Data) -> Option<Vec<Piece>> {
    let saturated = if data.is_fiml() { Some(saturated_informations(data)?) } else { None };
    (0..data.sample.groups.len())
        .map(|group| {
            let moments = &data.moments[group];
            match &saturated {
                Some(informations) => incomplete_piece(moments, &informations[group]),
                None => ordered_piece(data, group, moments),
            }
        })
        .collect()
}

/// Correlations of ordered variables; thresholds fit perfectly and have no part in it.
fn ordered_piece(data: &Data, group: usize, moments: &Moments) -> Option<Piece> {
    let is_pair = |m: &Moment| matches!(m, Moment::Covariance(i, j) if i != j);
    let at: Vec<usize> =
        (0..moments.layout.len()).filter(|k| is_pair(&moments.layout[*k])).collect();
    let gamma = moments.gamma.as_ref()?;
    let k = at.len();
    let pick =
        |m: &Matrix| Matrix::square(k, (0..k * k).map(|e| m[(at[e / k], at[e % k])]).collect());
    let layout: Vec<Moment> = at.iter().map(|k| moments.layout[*k]).collect();
    let weight = match &data.weights[group] {
        Weight::Diagonal(w) => Matrix::diagonal(&at.iter().map(|k| w[*k]).collect::<Vec<_>>()),
        Weight::Full(w) => pick(w),
    };
    Some(Piece {
        weight,
        gamma: pick(gamma),
        complete: None,
        layout,
        mean: vec![0.0; moments.mean.len()],
        cov: moments.cov.clone(),
    })
}

fn incomplete_piece(moments: &Moments, (bread, meat): &(Matrix, Matrix)) -> Option<Piece> {
    let inverse = bread.inverse_positive()?;
    Some(Piece {
        layout: moments.layout.clone(),
        weight: bread.clone(),
        gamma: inverse.times(meat).times(&inverse),
        complete: Some(normal_weight(&moments.cov, &moments.layout)?),
        mean: moments.mean.clone(),
        cov: moments.cov.clone(),
    })
}

/// Observed information of each group's saturated model and, for robust errors, the
/// cross-products of its scores, in the order of the moments' layout.
fn saturated_informations(data: &Data) -> Option<Vec<(Matrix, Matrix)>> {
    let (structures, theta) = saturated(data);
    let mut normal = data.normal(&structures, theta.len()).ok()?;
    normal.value(&theta);
    let mut engine = Engine::Normal(Box::new(normal));
    let bread = observed(&mut engine);
    let Engine::Normal(normal) = &mut engine else {
        return None;
    };
    let robust = data.options.estimator().errors == Errors::HuberWhite;
    let meat = if robust { first_order(normal, data) } else { bread.clone() };
    let of_group = |(number, structure): (usize, &super::structure::Structure)| {
        let layout = &data.moments[number].layout;
        let slot = |moment: &Moment| {
            let same = |place: &Place| match (moment, place) {
                (Moment::Mean(i), Place::Nu(j)) => i == j,
                (Moment::Covariance(i, j), Place::Theta(k, l)) => i == k && j == l,
                _ => false,
            };
            structure.slots.iter().find(|(place, _)| same(place)).map(|(_, index)| *index)
        };
        let at: Vec<usize> = layout.iter().filter_map(slot).collect();
        let k = at.len();
        let share = data.share(number);
        let pick = |m: &Matrix| {
            let elements = (0..k * k).map(|e| m[(at[e / k], at[e % k])] / share);
            Matrix::square(k, elements.collect())
        };
        (pick(&bread), pick(&meat))
    };
    Some(structures.iter().enumerate().map(of_group).collect())
}

/// The complete-data statistic at the estimates and its expectation under the model.
fn complete_statistic(solved: &Solved, data: &Data, pieces: &[Piece]) -> Option<(f64, f64)> {
    let free = solved.theta.len();
    let mut bread = Matrix::zeros(free, free);
    let mut jacobians = Vec::new();
    let mut statistic = 0.0;
    for (number, piece) in pieces.iter().enumerate() {
        let (structure, implied) = solved.engine.group(number);
        let slopes = jacobian(structure, implied, &piece.layout, free);
        bread = bread.plus(&slopes.sandwich(&piece.weight), data.share(number));
        let with_means = data.means && !data.categorical;
        let cases = data.sample.groups[number].cases as f64;
        let mut model = implied.clone();
        if !with_means {
            model.mu.clone_from(&piece.mean);
        }
        statistic += cases * discrepancy(&piece.cov, &piece.mean, &model)?;
        jacobians.push(slopes);
    }
    // Thresholds and means that only fit themselves leave null directions in this bread.
    let used: Vec<usize> = (0..free).filter(|i| bread[(*i, *i)] > 0.0).collect();
    let inverse = if used.len() == free {
        solved.invert(&bread)?
    } else {
        restricted_inverse(solved, &bread, &used)?
    };
    let mut trace = 0.0;
    for (number, piece) in pieces.iter().enumerate() {
        let share = data.share(number);
        let slopes = &jacobians[number];
        let complete = match &piece.complete {
            Some(complete) => complete.clone(),
            None => normal_weight(&correlations(solved.engine.group(number).1), &piece.layout)?,
        };
        let hat = slopes.times(&inverse).times(&slopes.transpose()).times(&piece.weight);
        let k = piece.layout.len();
        let own = Matrix::identity(k).plus(&hat, -share);
        let spread = own.times(&piece.gamma).times(&own.transpose());
        trace += complete.trace_product(&spread);
        for (other, from) in pieces.iter().enumerate().filter(|(other, _)| *other != number) {
            let across = slopes.times(&inverse).times(&jacobians[other].transpose());
            let across = across.times(&from.weight);
            let spread = across.times(&from.gamma).times(&across.transpose());
            trace += share * data.share(other) * complete.trace_product(&spread);
        }
    }
    Some((statistic, trace))
}

/// The inverse within the constraints over the parameters that take part.
fn restricted_inverse(solved: &Solved, bread: &Matrix, used: &[usize]) -> Option<Matrix> {
    let free = bread.rows;
    let pick = |m: &Matrix| {
        let k = used.len();
        Matrix::square(k, (0..k * k).map(|e| m[(used[e / k], used[e % k])]).collect())
    };
    let inner = match &solved.basis {
        None => pick(bread).inverse_positive()?,
        // With constraints, a ridge on what takes no part changes nothing of what does.
        Some(_) => {
            let mut ridged = bread.clone();
            (0..free).filter(|i| !used.contains(i)).for_each(|i| ridged[(i, i)] = 1.0);
            pick(&solved.invert(&ridged)?)
        }
    };
    let mut inverse = Matrix::zeros(free, free);
    for (a, i) in used.iter().enumerate() {
        for (b, j) in used.iter().enumerate() {
            inverse[(*i, *j)] = inner[(a, b)];
        }
    }
    Some(inverse)
}

/// The implied covariances with ordered variables at unit variance.
fn correlations(implied: &Implied) -> Matrix {
    let p = implied.p;
    let mut sigma = Matrix::square(p, implied.sigma.clone());
    for i in 0..p {
        for j in 0..p {
            sigma[(i, j)] *= implied.delta[i] * implied.delta[j];
        }
    }
    sigma
}

/// Twice the normal discrepancy of complete moments.
fn discrepancy(cov: &Matrix, mean: &[f64], implied: &Implied) -> Option<f64> {
    let p = implied.p;
    let sigma = correlations(implied);
    let inverse = sigma.inverse_positive()?;
    let log_determinant = |m: &Matrix| dense::cholesky(&mut m.data.clone(), p);
    let error: Vec<f64> = mean.iter().zip(&implied.mu).map(|(m, mu)| m - mu).collect();
    let square = dense::dot(&error, &inverse.apply(&error));
    let logs = log_determinant(&sigma)? - log_determinant(cov)?;
    Some(logs + inverse.trace_product(cov) - p as f64 + square)
}

/// What fixed exogenous variables add to the log-likelihood of both models.
pub(super) fn exogenous_log_likelihood(
    data: &Data,
    sample: &GroupSample,
    moments: &Moments,
) -> f64 {
    let x = &data.exogenous;
    if x.is_empty() {
        return 0.0;
    }
    let k = x.len();
    let part = |i: usize| moments.cov[(x[i / k], x[i % k])];
    let mut factor: Vec<f64> = (0..k * k).map(part).collect();
    let log_determinant = dense::cholesky(&mut factor, k).unwrap_or(f64::NAN);
    let two_pi = (2.0 * std::f64::consts::PI).ln();
    -0.5 * sample.cases as f64 * (k as f64 * two_pi + log_determinant + k as f64)
}
