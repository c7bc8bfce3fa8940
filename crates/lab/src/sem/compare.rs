//! Chi-square difference tests of nested models.

use super::fit::Fit;
use super::options::Scaling;
use crate::stats::noncentral::chi_square_tail;

/// The difference of two nested models.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Difference of the statistics, scaled where the estimator is.
    pub chisq: f64,
    /// Difference of degrees of freedom.
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

/// Compares two nested fits to the same data, in any order. Scaled statistics are compared by
/// the scaled difference of Satorra & Bentler (2001); none when the two have equal degrees of
/// freedom or the scaling of the estimator has no such difference (shifted statistics).
#[must_use]
pub fn compare(first: &mut Fit, second: &mut Fit) -> Option<Difference> {
    let (free, strict) =
        if first.test.df <= second.test.df { (first, second) } else { (second, first) };
    let df = strict.test.df - free.test.df;
    if df <= 0.0 {
        return None;
    }
    let plain = strict.test.chisq - free.test.chisq;
    let (chisq, scaled) = match (&free.test.scaled, &strict.test.scaled) {
        (Some(of_free), Some(of_strict)) => {
            let scaling = free.data.options.estimator().scaling;
            if !matches!(scaling, Scaling::SatorraBentler | Scaling::YuanBentler) {
                return None;
            }
            // A saturated model has no factor and needs none.
            let part = |factor: f64, df: f64| if df > 0.0 { factor * df } else { 0.0 };
            let strict_part = part(of_strict.factor, strict.test.df);
            let factor = (strict_part - part(of_free.factor, free.test.df)) / df;
            (plain / factor, true)
        }
        _ => (plain, false),
    };
    let (loose, tight) = (free.measures(), strict.measures());
    let get = |m: &super::Measures, name| m.get(name).unwrap_or(f64::NAN);
    Some(Difference {
        chisq,
        df,
        pvalue: if chisq >= 0.0 { chi_square_tail(chisq, df) } else { f64::NAN },
        cfi: get(&loose, "cfi") - get(&tight, "cfi"),
        rmsea: get(&tight, "rmsea") - get(&loose, "rmsea"),
        scaled,
    })
}
