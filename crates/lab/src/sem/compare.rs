//! Chi-square difference tests of nested models.

use super::fit::Fit;
use super::inference::{information, model_weight};
use super::moment::{Moment, jacobian};
use super::moments::gamma_of;
use super::options::Scaling;
use super::solve::Objective;
use super::test::test;
use crate::model::Operator;
use crate::stats::matrix::Matrix;
use crate::stats::noncentral::chi_square_tail;

/// How scaled statistics of nested models are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DifferenceMethod {
    /// lavaan's choice: the scaling factors of both fits where the estimator scales by one
    /// factor, Satorra's restrictions, shifted, where it adjusts mean and variance.
    #[default]
    Default,
    /// From the scaling factors of both fits (Satorra & Bentler 2001).
    SatorraBentler2001,
    /// With the factor of the freer model at the estimates of the stricter one, which makes the
    /// statistic positive (Satorra & Bentler 2010).
    SatorraBentler2010,
    /// From the restrictions themselves (Satorra 2000), scaled and shifted.
    Satorra2000,
    /// From the restrictions themselves: scaled by one factor where the estimator does so,
    /// otherwise with estimated degrees of freedom.
    Satorra2000Unshifted,
}

impl DifferenceMethod {
    /// The method lavaan calls `name`, such as `satorra.bentler.2010`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        Some(match letters.to_lowercase().as_str() {
            "default" => Self::Default,
            "satorrabentler2001" => Self::SatorraBentler2001,
            "satorrabentler2010" => Self::SatorraBentler2010,
            "satorra2000" => Self::Satorra2000,
            _ => return None,
        })
    }
}

/// The difference of two nested models.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Difference of the statistics, scaled where the estimator is.
    pub chisq: f64,
    /// Difference of degrees of freedom; estimated where the method does so.
    pub df: f64,
    /// Upper tail probability.
    pub pvalue: f64,
    /// Fall of CFI from the freer to the stricter model.
    pub cfi: f64,
    /// Rise of RMSEA from the freer to the stricter model.
    pub rmsea: f64,
    /// Whether the difference is scaled.
    pub scaled: bool,
}

/// Compares two nested fits to the same data, in any order, by lavaan's default method; none
/// when the two have equal degrees of freedom.
#[must_use]
pub fn compare(first: &mut Fit, second: &mut Fit) -> Option<Difference> {
    compare_by(first, second, DifferenceMethod::Default)
}

/// As [`compare`], by a given method; none as well when the method does not apply: a matrix that
/// cannot be inverted, other variables, or two factors where the estimator has none.
#[must_use]
pub fn compare_by(
    first: &mut Fit,
    second: &mut Fit,
    method: DifferenceMethod,
) -> Option<Difference> {
    let (free, strict) =
        if first.test.df <= second.test.df { (first, second) } else { (second, first) };
    let m = strict.test.df - free.test.df;
    if m <= 0.0 {
        return None;
    }
    let plain = strict.test.chisq - free.test.chisq;
    let scaled = free.test.scaled.is_some() && strict.test.scaled.is_some();
    let (chisq, df) =
        if scaled { scaled_difference(free, strict, method, plain, m)? } else { (plain, m) };
    let (loose, tight) = (free.measures(), strict.measures());
    let get = |measures: &super::Measures, name| measures.get(name).unwrap_or(f64::NAN);
    Some(Difference {
        chisq,
        df,
        pvalue: if chisq >= 0.0 { chi_square_tail(chisq, df) } else { f64::NAN },
        cfi: get(&loose, "cfi") - get(&tight, "cfi"),
        rmsea: get(&tight, "rmsea") - get(&loose, "rmsea"),
        scaled,
    })
}

/// Statistic and degrees of freedom.
fn scaled_difference(
    free: &mut Fit,
    strict: &Fit,
    method: DifferenceMethod,
    plain: f64,
    m: f64,
) -> Option<(f64, f64)> {
    use DifferenceMethod as Method;
    let scaling = free.data.options.estimator().scaling;
    let by_factor = matches!(scaling, Scaling::SatorraBentler | Scaling::YuanBentler);
    let method = match method {
        Method::Default if by_factor => Method::SatorraBentler2001,
        Method::Default => Method::Satorra2000,
        chosen => chosen,
    };
    // A saturated model has no factor and needs none.
    let part = |factor: f64, df: f64| if df > 0.0 { factor * df } else { 0.0 };
    let of_strict = part(strict.test.scaled?.factor, strict.test.df);
    match method {
        Method::SatorraBentler2001 if by_factor => {
            let of_free = part(free.test.scaled?.factor, free.test.df);
            Some((plain * m / (of_strict - of_free), m))
        }
        Method::SatorraBentler2010 if by_factor => {
            let of_free = part(factor_at(free, strict)?, free.test.df);
            Some((plain * m / (of_strict - of_free), m))
        }
        Method::SatorraBentler2001 | Method::SatorraBentler2010 => None,
        _ => {
            let (first, second) = restriction_traces(free, strict, m as usize)?;
            Some(if method == Method::Satorra2000 {
                let stretch = (m / second).sqrt();
                (stretch * plain + m - stretch * first, m)
            } else if by_factor {
                (plain * m / first, m)
            } else {
                (plain * first / second, first * first / second)
            })
        }
    }
}

/// The scaling factor of the freer model at the estimates of the stricter one.
fn factor_at(free: &Fit, strict: &Fit) -> Option<f64> {
    let estimates = strict.estimates_at(&strict.solved.theta);
    let mut solved = free.solved.clone();
    for row in &free.table.rows {
        let Some(index) = row.free else { continue };
        let same = |other: &crate::model::Parameter| {
            let forward = other.lhs == row.lhs && other.rhs == row.rhs;
            let backward =
                row.op == Operator::Covariance && other.lhs == row.rhs && other.rhs == row.lhs;
            other.op == row.op && other.group == row.group && (forward || backward)
        };
        let at = strict.table.rows.iter().position(same);
        solved.theta[index] = at.map_or(0.0, |at| estimates[at]);
    }
    solved.engine.value(&solved.theta.clone());
    test(&mut solved, &free.data, &free.reference).scaled.map(|scaled| scaled.factor)
}

/// Traces of `U G` and of its square, where `U` is what the restrictions of the stricter model
/// take from the freer one (Satorra 2000), the restrictions by the slopes of the moments.
fn restriction_traces(free: &mut Fit, strict: &Fit, m: usize) -> Option<(f64, f64)> {
    let data = &free.data;
    let groups = data.moments.len();
    if groups != strict.data.moments.len() {
        return None;
    }
    let information = information(&mut free.solved.engine, data);
    let basis = |fit: &Fit| match &fit.solved.basis {
        Some(basis) => basis.clone(),
        None => Matrix::identity(fit.table.free),
    };
    let (inner, outer) = (basis(free), basis(strict));
    let inverse = inner.sandwich(&information).inverse_positive()?;
    let mut slopes = Vec::new();
    let (mut square, mut cross) =
        (Matrix::zeros(inner.columns, inner.columns), Matrix::zeros(inner.columns, outer.columns));
    for group in 0..groups {
        let own = slopes_of(free, group, &data.moments[group].layout).times(&inner);
        let layout = layout_in(free, strict, group)?;
        let other = slopes_of(strict, group, &layout).times(&outer);
        square = square.plus(&own.transpose().times(&own), 1.0);
        cross = cross.plus(&own.transpose().times(&other), 1.0);
        slopes.push(own);
    }
    let reach = square.inverse_positive()?.times(&cross);
    let (_, vectors) = reach.times(&reach.transpose()).eigen()?;
    // The directions the stricter model cannot reach are the restrictions.
    let mut restrictions = Matrix::zeros(m, inner.columns);
    for row in 0..m {
        for column in 0..inner.columns {
            restrictions[(row, column)] = vectors[(column, row)];
        }
    }
    let spread = restrictions.times(&inverse);
    let middle = spread.times(&restrictions.transpose()).inverse_positive()?;
    let taken = spread.transpose().times(&middle).times(&spread);
    // W D is what both traces are made of; G weighs it by the share of the group.
    let k = inner.columns;
    let mut meat = Matrix::zeros(k, k);
    for (group, own) in slopes.iter().enumerate() {
        let weighted = model_weight(&free.solved.engine, data, group)?.times(own);
        let part = weighted.transpose().times(&gamma_of(data, group)?.times(&weighted));
        meat = meat.plus(&part, data.share(group));
    }
    let product = taken.times(&meat);
    let first = (0..k).map(|i| product[(i, i)]).sum();
    Some((first, product.trace_product(&product)))
}

fn slopes_of(fit: &Fit, group: usize, layout: &[Moment]) -> Matrix {
    let (structure, implied) = fit.solved.engine.group(group);
    jacobian(structure, implied, layout, fit.table.free)
}

/// The moments of `free` in the numbering of `strict`; none when it has other variables.
fn layout_in(free: &Fit, strict: &Fit, group: usize) -> Option<Vec<Moment>> {
    let (from, to) = (free.solved.engine.group(group).0, strict.solved.engine.group(group).0);
    let variable = |i: usize| to.observed.iter().position(|name| *name == from.observed[i]);
    let covariate = |k: usize| to.covariates.iter().position(|n| *n == from.covariates[k]);
    let layout = &free.data.moments[group].layout;
    let moved = layout.iter().map(|moment| {
        Some(match moment {
            Moment::Mean(i) => Moment::Mean(variable(*i)?),
            Moment::Threshold(i, k) => Moment::Threshold(variable(*i)?, *k),
            Moment::Slope(i, k) => Moment::Slope(variable(*i)?, covariate(*k)?),
            Moment::Covariance(i, j) => Moment::Covariance(variable(*i)?, variable(*j)?),
        })
    });
    let moved: Vec<Moment> = moved.collect::<Option<_>>()?;
    (moved.len() == strict.data.moments[group].layout.len()).then_some(moved)
}
