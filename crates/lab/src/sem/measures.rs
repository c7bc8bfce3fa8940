//! Measures of fit, named as lavaan 0.6-14 names them.

use super::fit::Fit;
use super::options::Scaling;
use super::residual;
use super::robust;
use super::test::Test;
use crate::stats::noncentral::{
    noncentral_chi_square_cdf, noncentral_chi_square_tail, noncentrality,
};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Close fit by RMSEA (Browne & Cudeck 1993).
const CLOSE: f64 = 0.05;
/// Mediocre fit by RMSEA (MacCallum, Browne & Sugawara 1996).
const NOT_CLOSE: f64 = 0.08;

/// Named measures in lavaan's order. A measure that does not exist for the estimator is absent;
/// one that cannot be computed is not a number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    /// Names and values.
    pub values: Vec<(String, f64)>,
}

impl Measures {
    fn add(&mut self, name: impl Into<String>, value: f64) {
        self.values.push((name.into(), value));
    }

    /// The measure of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<f64> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }
}

/// A statistic and its baseline, as the incremental measures take them.
#[derive(Clone, Copy)]
struct Against {
    chisq: f64,
    df: f64,
    null: f64,
    null_df: f64,
}

impl Against {
    /// CFI (Bentler 1990).
    fn cfi(self) -> f64 {
        let own = (self.chisq - self.df).max(0.0);
        let worst = own.max(self.null - self.null_df);
        if own == 0.0 { 1.0 } else { 1.0 - own / worst }
    }

    /// TLI, also called NNFI (Tucker & Lewis 1973).
    fn tli(self) -> f64 {
        if self.df == 0.0 {
            return 1.0;
        }
        let (own, null) = (self.chisq / self.df, self.null / self.null_df);
        (null - own) / (null - 1.0)
    }

    /// Not defined, as in lavaan, where the baseline has fewer degrees of freedom.
    fn rfi(self) -> f64 {
        if self.df == 0.0 {
            return 1.0;
        }
        if self.df > self.null_df {
            return f64::NAN;
        }
        let (own, null) = (self.chisq / self.df, self.null / self.null_df);
        (null - own) / null
    }

    fn nfi(self) -> f64 {
        if self.df > self.null_df {
            return f64::NAN;
        }
        (self.null - self.chisq) / self.null
    }

    fn ifi(self) -> f64 {
        (self.null - self.chisq) / (self.null - self.df)
    }

    fn rni(self) -> f64 {
        1.0 - (self.chisq - self.df) / (self.null - self.null_df)
    }
}

impl Fit {
    /// All measures of fit.
    #[must_use]
    pub fn measures(&mut self) -> Measures {
        let mut measures = Measures::default();
        let m = &mut measures;
        m.add("npar", self.solved.parameters as f64);
        m.add("fmin", self.test.chisq / (2.0 * self.data.multiplier()));
        add_test(m, "", &self.test);
        add_test(m, "baseline.", &self.baseline);
        let corrected = robust::corrected(self);
        self.incremental(m, corrected.as_ref());
        if self.data.options.estimator().is_likelihood() {
            self.likelihood(m);
        }
        self.rmsea(m, corrected.as_ref());
        self.residuals(m);
        self.others(m);
        measures
    }

    fn incremental(&self, m: &mut Measures, corrected: Option<&robust::Corrected>) {
        let (own, null) = (&self.test, &self.baseline);
        let plain = Against { chisq: own.chisq, df: own.df, null: null.chisq, null_df: null.df };
        m.add("cfi", plain.cfi());
        m.add("tli", plain.tli());
        let scaled = match (&own.scaled, &null.scaled) {
            (Some(own), Some(null)) => {
                Some(Against { chisq: own.chisq, df: own.df, null: null.chisq, null_df: null.df })
            }
            _ => None,
        };
        if let Some(scaled) = scaled {
            m.add("cfi.scaled", scaled.cfi());
            m.add("tli.scaled", scaled.tli());
        }
        if let Some(corrected) = corrected {
            m.add("cfi.robust", corrected.cfi());
            m.add("tli.robust", corrected.tli());
        }
        let kinds = [("", Some(plain)), (".scaled", scaled)];
        for (suffix, against) in kinds {
            let Some(a) = against else { continue };
            m.add(format!("nnfi{suffix}"), a.tli());
            m.add(format!("rfi{suffix}"), a.rfi());
            m.add(format!("nfi{suffix}"), a.nfi());
            m.add(format!("pnfi{suffix}"), a.df / a.null_df * (a.null - a.chisq) / a.null);
            m.add(format!("ifi{suffix}"), a.ifi());
            m.add(format!("rni{suffix}"), a.rni());
        }
        if let Some(corrected) = corrected {
            m.add("nnfi.robust", corrected.tli());
            m.add("rni.robust", corrected.rni());
        }
    }

    /// Log-likelihoods and information criteria.
    fn likelihood(&self, m: &mut Measures) {
        let n = self.data.sample.cases as f64;
        let (unrestricted, logl) = self.log_likelihoods();
        let parameters = self.solved.parameters as f64;
        m.add("logl", logl);
        m.add("unrestricted.logl", unrestricted);
        m.add("aic", -2.0 * logl + 2.0 * parameters);
        m.add("bic", -2.0 * logl + parameters * n.ln());
        m.add("ntotal", n);
        m.add("bic2", -2.0 * logl + parameters * ((n + 2.0) / 24.0).ln());
        if let Some((h1, h0)) = self.test.scaled.and_then(|s| s.likelihood_factors) {
            m.add("scaling.factor.h1", h1);
            m.add("scaling.factor.h0", h0);
        }
    }

    /// Log-likelihoods of the saturated and of the fitted model, without what fixed exogenous
    /// variables contribute.
    #[must_use]
    pub fn log_likelihoods(&self) -> (f64, f64) {
        let data = &self.data;
        let two_pi = (2.0 * std::f64::consts::PI).ln();
        let mut saturated = 0.0;
        for (sample, moments) in data.sample.groups.iter().zip(&data.moments) {
            let n = sample.cases as f64;
            let answers = sample.rows.iter().filter(|x| !x.is_nan()).count() as f64;
            saturated -= 0.5 * answers * two_pi;
            if !data.is_fiml() {
                let p = sample.p as f64;
                let mut factor = moments.cov.data.clone();
                let log_determinant = crate::stats::dense::cholesky(&mut factor, sample.p);
                saturated -= 0.5 * n * (log_determinant.unwrap_or(f64::NAN) + p);
            }
            saturated -= robust::exogenous_log_likelihood(data, sample, moments);
        }
        if data.is_fiml() {
            saturated -= data.sample.cases as f64 * self.reference.saturated;
        }
        let scale = data.sample.cases as f64 / data.multiplier();
        (saturated, saturated - 0.5 * self.test.chisq * scale)
    }

    fn rmsea(&self, m: &mut Measures, corrected: Option<&robust::Corrected>) {
        let (n, groups) = (self.data.divisor(), self.data.sample.groups.len() as f64);
        let of = |chisq: f64, df: f64, c: f64| {
            let point = (chisq - df).max(0.0) / df;
            Closeness { point, chisq, df, c, n, groups }
        };
        of(self.test.chisq, self.test.df, 1.0).add(m, "");
        if let Some(scaled) = &self.test.scaled {
            let mut closeness = of(scaled.chisq, scaled.df, 1.0);
            if self.data.options.estimator().scaling != Scaling::Shifted {
                // lavaan takes the interval from the unscaled statistic, with the trace that
                // scales it in the place of the degrees of freedom.
                closeness.chisq = self.test.chisq;
                closeness.df = scaled.df * scaled.factor;
            }
            closeness.add(m, ".scaled");
        }
        if let Some(corrected) = corrected {
            let (df, c) = (corrected.df, corrected.c);
            let mut closeness = of(corrected.interval, df, corrected.interval_factor);
            let excess = (corrected.chisq / c - df).max(0.0) / df;
            closeness.point = excess * c / corrected.interval_factor;
            closeness.add(m, ".robust");
        }
    }

    fn residuals(&self, m: &mut Measures) {
        for (name, value) in residual::summary(self) {
            m.add(name, value);
        }
    }

    fn others(&self, m: &mut Measures) {
        let (test, n) = (&self.test, self.data.divisor());
        let perfect = test.df == 0.0;
        for (name, level) in [("cn_05", 0.95), ("cn_01", 0.99)] {
            let quantile = ChiSquared::new(test.df).map(|d| d.inverse_cdf(level));
            let hoelter = quantile.map_or(f64::NAN, |q| q / (test.chisq / n) + 1.0);
            // Of a saturated model every number of cases would do.
            let without = if test.chisq < f64::EPSILON { f64::NAN } else { 1.0 };
            m.add(name, if perfect { without } else { hoelter });
        }
        let moments = self.reference.all_moments as f64;
        let gfi = self.goodness();
        m.add("gfi", gfi);
        m.add("agfi", if perfect { 1.0 } else { 1.0 - moments / test.df * (1.0 - gfi) });
        m.add("pgfi", test.df / moments * gfi);
        m.add("mfi", (-0.5 * (test.chisq - test.df) / n).exp());
        if self.data.categorical {
            // WRMR (Yu 2002) in lavaan's form: the statistic per moment.
            let groups = self.data.moments.len() as f64;
            m.add("wrmr", (test.chisq * groups / moments).sqrt());
        } else {
            m.add("ecvi", test.chisq / n + 2.0 * self.solved.parameters as f64 / n);
        }
    }
}

fn add_test(m: &mut Measures, prefix: &str, test: &Test) {
    m.add(format!("{prefix}chisq"), test.chisq);
    m.add(format!("{prefix}df"), test.df);
    m.add(format!("{prefix}pvalue"), test.pvalue);
    if let Some(scaled) = &test.scaled {
        m.add(format!("{prefix}chisq.scaled"), scaled.chisq);
        m.add(format!("{prefix}df.scaled"), scaled.df);
        m.add(format!("{prefix}pvalue.scaled"), scaled.pvalue);
        m.add(format!("{prefix}chisq.scaling.factor"), scaled.factor);
    }
}

/// RMSEA (Steiger & Lind 1980) of a statistic divided by `c` already.
struct Closeness {
    /// Excess of the statistic over its expectation, per degree of freedom.
    point: f64,
    chisq: f64,
    df: f64,
    c: f64,
    n: f64,
    groups: f64,
}

impl Closeness {
    fn at(&self, noncentrality: f64) -> f64 {
        (self.c * noncentrality * self.groups / (self.n * self.df)).sqrt()
    }

    fn noncentrality_of(&self, rmsea: f64) -> f64 {
        self.n * self.df * rmsea * rmsea / (self.groups * self.c)
    }

    fn add(&self, m: &mut Measures, suffix: &str) {
        let (x, df) = (self.chisq, self.df);
        if suffix.is_empty() {
            m.add("rmsea.ci.level", 0.9);
            m.add("rmsea.close.h0", CLOSE);
            m.add("rmsea.notclose.h0", NOT_CLOSE);
        }
        if df == 0.0 {
            let names = ["rmsea", "rmsea.ci.lower", "rmsea.ci.upper"];
            names.iter().for_each(|name| m.add(format!("{name}{suffix}"), 0.0));
            m.add(format!("rmsea.pvalue{suffix}"), f64::NAN);
            m.add(format!("rmsea.notclose.pvalue{suffix}"), f64::NAN);
            return;
        }
        let rmsea = (self.c * self.point * self.groups / self.n).sqrt();
        m.add(format!("rmsea{suffix}"), rmsea);
        m.add(format!("rmsea.ci.lower{suffix}"), self.at(noncentrality(x, df, 0.95)));
        m.add(format!("rmsea.ci.upper{suffix}"), self.at(noncentrality(x, df, 0.05)));
        let close = noncentral_chi_square_tail(x, df, self.noncentrality_of(CLOSE));
        m.add(format!("rmsea.pvalue{suffix}"), close);
        let far = noncentral_chi_square_cdf(x, df, self.noncentrality_of(NOT_CLOSE));
        m.add(format!("rmsea.notclose.pvalue{suffix}"), far);
    }
}
