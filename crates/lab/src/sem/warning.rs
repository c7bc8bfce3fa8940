//! What must be said of a fit before its numbers are used: a closed list, each with a code that
//! stays and its words. It never changes a number.

use std::fmt;

use super::bootstrap::Draws;

/// Something a reader must know before using a number.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// An ordered variable only predicts, so its order says nothing.
    OrderedCovariate {
        /// The variable.
        variable: String,
    },
    /// There are fewer cases than free parameters.
    FewerCasesThanParameters {
        /// Usable cases.
        cases: usize,
        /// Free parameters.
        parameters: usize,
    },
    /// There are no more cases than variables.
    FewCases {
        /// The group, empty when there is one.
        group: String,
        /// Its usable cases.
        cases: usize,
        /// Variables of the model.
        variables: usize,
    },
    /// Two variables always agree.
    Duplicated {
        /// One.
        first: String,
        /// The other.
        second: String,
    },
    /// The search gave up.
    NotConverged {
        /// Steps taken.
        steps: usize,
    },
    /// A variance is negative (Heywood 1931).
    NegativeVariance {
        /// Whether of a latent variable; else of a residual.
        latent: bool,
        /// The variable.
        variable: String,
        /// The group from 1, when there are several.
        group: Option<usize>,
        /// The estimate.
        value: f64,
    },
    /// Covariances of latent variables that no variables can have.
    LatentNotPositive {
        /// The group from 1, when there are several.
        group: Option<usize>,
    },
    /// Covariances of residuals that no variables can have.
    ResidualNotPositive {
        /// The group from 1, when there are several.
        group: Option<usize>,
    },
    /// The data cannot tell some parameters apart.
    NotIdentified {
        /// Those that move together, the most affected first.
        parameters: Vec<String>,
    },
    /// The information cannot be inverted.
    NoStandardErrors,
    /// The model has more parameters than the data have moments.
    MoreParametersThanMoments {
        /// How many more.
        excess: usize,
    },
    /// Bootstrap draws without a solution.
    DrawsFailed {
        /// How many.
        failed: usize,
        /// Of how many.
        asked: usize,
    },
    /// Bootstrap draws with an improper solution.
    DrawsImproper {
        /// How many.
        improper: usize,
        /// Of how many.
        asked: usize,
    },
}

impl Warning {
    /// Its code, which stays when the words change.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::OrderedCovariate { .. } => "W-ORDERED-COVARIATE",
            Self::FewerCasesThanParameters { .. } => "W-FEWER-CASES-THAN-PARAMETERS",
            Self::FewCases { .. } => "W-FEW-CASES",
            Self::Duplicated { .. } => "W-DUPLICATED",
            Self::NotConverged { .. } => "W-NOT-CONVERGED",
            Self::NegativeVariance { .. } => "W-NEGATIVE-VARIANCE",
            Self::LatentNotPositive { .. } => "W-LATENT-NOT-POSITIVE",
            Self::ResidualNotPositive { .. } => "W-RESIDUAL-NOT-POSITIVE",
            Self::NotIdentified { .. } => "W-NOT-IDENTIFIED",
            Self::NoStandardErrors => "W-NO-STANDARD-ERRORS",
            Self::MoreParametersThanMoments { .. } => "W-MORE-PARAMETERS-THAN-MOMENTS",
            Self::DrawsFailed { .. } => "W-DRAWS-FAILED",
            Self::DrawsImproper { .. } => "W-DRAWS-IMPROPER",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |group: &Option<usize>| match group {
            Some(group) => format!(" in group {group}"),
            None => String::new(),
        };
        match self {
            Self::OrderedCovariate { variable } => write!(
                f,
                "the ordered variable {variable:?} only predicts, so it counts as a number"
            ),
            Self::FewerCasesThanParameters { cases, parameters } => write!(
                f,
                "there are fewer cases ({cases}) than free parameters ({parameters}); do not \
                 trust standard errors and tests"
            ),
            Self::FewCases { group, cases, variables } => {
                write!(f, "there are only {cases} cases for {variables} variables")?;
                if group.is_empty() { Ok(()) } else { write!(f, " in group {group:?}") }
            }
            Self::Duplicated { first, second } => {
                write!(f, "{second:?} duplicates {first:?}: they always agree")
            }
            Self::NotConverged { steps } => write!(
                f,
                "the search did not converge in {steps} steps; the numbers are not a solution"
            ),
            Self::NegativeVariance { latent, variable, group, value } => {
                let (kind, place) = (if *latent { "latent" } else { "residual" }, place(group));
                write!(
                    f,
                    "Heywood case: the {kind} variance of {variable:?}{place} is negative \
                     ({value:.4})"
                )
            }
            Self::LatentNotPositive { group } => write!(
                f,
                "the covariance matrix of the latent variables{} is not positive definite",
                place(group)
            ),
            Self::ResidualNotPositive { group } => write!(
                f,
                "the covariance matrix of the residuals{} is not positive definite",
                place(group)
            ),
            Self::NotIdentified { parameters } => write!(
                f,
                "the model is not identified: the data cannot tell {} apart; standard errors \
                 are not computed for it",
                parameters.join(", ")
            ),
            Self::NoStandardErrors => {
                f.write_str("standard errors could not be computed: the information is singular")
            }
            Self::MoreParametersThanMoments { excess } => {
                write!(f, "the model has {excess} more parameters than the data have moments")
            }
            Self::DrawsFailed { failed, asked } => {
                write!(f, "{failed} of {asked} bootstrap draws failed and are left out")
            }
            Self::DrawsImproper { improper, asked } => {
                write!(f, "{improper} of {asked} bootstrap draws are inadmissible and are kept")
            }
        }
    }
}

impl Draws {
    /// What must be said of intervals from these draws.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let (failed, improper, asked) = (self.failed, self.inadmissible(), self.asked);
        let mut warnings = Vec::new();
        if failed > 0 {
            warnings.push(Warning::DrawsFailed { failed, asked });
        }
        if improper > 0 {
            warnings.push(Warning::DrawsImproper { improper, asked });
        }
        warnings
    }
}
