//! What can be chosen about a fit. Names and defaults are lavaan's (0.6-14).

use crate::model::{GroupEqual, Parameterization};

/// The discrepancy that is made least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discrepancy {
    /// Normal maximum likelihood.
    Likelihood,
    /// Generalised least squares, weights from the sample covariances under normality.
    Generalised,
    /// Unweighted least squares.
    Unweighted,
    /// Weighted least squares, the whole inverse of the moments' covariances.
    Weighted,
    /// Diagonally weighted least squares.
    Diagonal,
}

/// How standard errors are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errors {
    /// From the information of the estimator.
    Standard,
    /// From the cross-products of case scores.
    FirstOrder,
    /// Sandwich of observed information and case scores (Huber 1967, White 1982).
    HuberWhite,
    /// Sandwich with the moments' own covariances (Browne 1984).
    Moments,
}

/// How the test statistic is scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// Not at all.
    None,
    /// Mean-adjusted (Satorra & Bentler 1994).
    SatorraBentler,
    /// Mean- and variance-adjusted, degrees of freedom estimated (Satterthwaite).
    MeanVariance,
    /// Scaled and shifted (Asparouhov & Muthén 2010).
    Shifted,
    /// Yuan & Bentler (2000) in the variant of Mplus.
    YuanBentler,
}

/// An estimator by lavaan's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimator {
    /// lavaan's name in capitals.
    pub name: &'static str,
    /// The discrepancy.
    pub discrepancy: Discrepancy,
    /// The standard errors.
    pub errors: Errors,
    /// The scaling of the test.
    pub scaling: Scaling,
}

impl Estimator {
    /// All estimators.
    pub const ALL: [Self; 17] = {
        use Discrepancy as D;
        use Errors as E;
        use Scaling as S;
        const fn e(name: &'static str, discrepancy: D, errors: E, scaling: S) -> Estimator {
            Estimator { name, discrepancy, errors, scaling }
        }
        [
            e("ML", D::Likelihood, E::Standard, S::None),
            e("MLR", D::Likelihood, E::HuberWhite, S::YuanBentler),
            e("MLM", D::Likelihood, E::Moments, S::SatorraBentler),
            e("MLF", D::Likelihood, E::FirstOrder, S::None),
            e("MLMV", D::Likelihood, E::Moments, S::Shifted),
            e("MLMVS", D::Likelihood, E::Moments, S::MeanVariance),
            e("GLS", D::Generalised, E::Standard, S::None),
            e("ULS", D::Unweighted, E::Standard, S::None),
            e("WLS", D::Weighted, E::Standard, S::None),
            e("DWLS", D::Diagonal, E::Standard, S::None),
            e("WLSM", D::Diagonal, E::Moments, S::SatorraBentler),
            e("WLSMV", D::Diagonal, E::Moments, S::Shifted),
            e("WLSMVS", D::Diagonal, E::Moments, S::MeanVariance),
            e("ULSM", D::Unweighted, E::Moments, S::SatorraBentler),
            e("ULSMV", D::Unweighted, E::Moments, S::Shifted),
            e("ULSMVS", D::Unweighted, E::Moments, S::MeanVariance),
            e("ADF", D::Weighted, E::Standard, S::None),
        ]
    };

    /// The estimator lavaan calls `name`, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.name.eq_ignore_ascii_case(name))
    }

    /// Whether the discrepancy is the normal likelihood.
    #[must_use]
    pub fn is_likelihood(self) -> bool {
        self.discrepancy == Discrepancy::Likelihood
    }
}

/// What to do with missing answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Leave out cases that miss any variable of the model.
    Listwise,
    /// Use every answer by full-information maximum likelihood.
    Fiml,
    /// With ordered variables: estimate each threshold and correlation from the cases that answer
    /// what it needs. Right when answers are missing completely at random.
    Pairwise,
}

/// The likelihood of complete data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likelihood {
    /// Normal: covariances with divisor n.
    Normal,
    /// Wishart: covariances with divisor n - 1.
    Wishart,
}

/// All choices about a fit.
#[derive(Clone, Debug, PartialEq)]
pub struct FitOptions {
    /// The estimator; none is ML, or WLSMV with ordered variables.
    pub estimator: Option<Estimator>,
    /// Missing answers.
    pub missing: Missing,
    /// Likelihood of complete data.
    pub likelihood: Likelihood,
    /// Ordered variables.
    pub ordered: Vec<String>,
    /// Column that splits the cases into groups.
    pub group: Option<String>,
    /// What is held equal between groups.
    pub equal: Vec<GroupEqual>,
    /// Fix latent variances at 1 instead of first loadings.
    pub std_lv: bool,
    /// Fix covariances of exogenous latent variables at 0.
    pub orthogonal: bool,
    /// Put means in the model; none leaves it to lavaan's rule.
    pub means: Option<bool>,
    /// Take exogenous observed variables as fixed; with ordered variables the model is then one
    /// of the others given these.
    pub fixed_x: bool,
    /// What fixes the scales of ordered variables.
    pub parameterization: Parameterization,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self {
            estimator: None,
            missing: Missing::Listwise,
            likelihood: Likelihood::Normal,
            ordered: Vec::new(),
            group: None,
            equal: Vec::new(),
            std_lv: false,
            orthogonal: false,
            means: None,
            fixed_x: true,
            parameterization: Parameterization::Delta,
        }
    }
}

impl FitOptions {
    /// The estimator these options lead to.
    #[must_use]
    pub fn estimator(&self) -> Estimator {
        let default = if self.ordered.is_empty() { "ML" } else { "WLSMV" };
        self.estimator.unwrap_or_else(|| Estimator::named(default).expect("the default has a name"))
    }
}
