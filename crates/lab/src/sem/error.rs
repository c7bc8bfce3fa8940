//! Why a model could not be fitted to data.

use crate::data::TableError;
use crate::model::ModelError;

/// Why a model could not be fitted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SemError {
    /// The model's text or table is wrong.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A column is missing or not numeric.
    #[error(transparent)]
    Data(#[from] TableError),
    /// A latent variable has the name of a column.
    #[error("{0:?} is latent in the model but also a column of the data; rename one of them")]
    LatentIsColumn(String),
    /// No case is left.
    #[error("no case{} has the answers the model needs", in_group(group))]
    NoCases {
        /// The group, empty when there is one.
        group: String,
    },
    /// A group has one case.
    #[error("group {group:?} has {cases} usable case(s); a covariance needs two or more")]
    GroupTooSmall {
        /// The group.
        group: String,
        /// Its usable cases.
        cases: usize,
    },
    /// A variable takes one value.
    #[error("{variable:?} has the same value in every case{}", in_group(group))]
    Constant {
        /// The variable.
        variable: String,
        /// The group, empty when there is one.
        group: String,
    },
    /// The sample covariance matrix is not positive definite.
    #[error("the sample covariance matrix{} is not positive definite; {cause}", in_group(group))]
    SampleNotPositive {
        /// The group, empty when there is one.
        group: String,
        /// What makes it so, in words.
        cause: String,
    },
    /// An ordered variable has no answer in one of its categories.
    #[error("{variable:?} has no answer in category {category}{}", in_group(group))]
    EmptyCategory {
        /// The variable.
        variable: String,
        /// The category.
        category: String,
        /// The group, empty when there is one.
        group: String,
    },
    /// An ordered variable has too many categories to be one.
    #[error("{variable:?} has {found} categories; an ordered variable has at most {most}")]
    TooManyCategories {
        /// The variable.
        variable: String,
        /// Number of categories.
        found: usize,
        /// The limit.
        most: usize,
    },
    /// Covariates are combinations of each other.
    #[error(
        "the covariates {} are combinations of each other{}; leave one out",
        covariates.join(", "), in_group(group)
    )]
    CollinearCovariates {
        /// All covariates of the model.
        covariates: Vec<String>,
        /// The group, empty when there is one.
        group: String,
    },
    /// The categories of an ordered variable follow from the covariates without error.
    #[error(
        "the covariates tell categories of {variable:?} apart without error{}, so its regression \
         on them has no estimate; join categories or leave a covariate out",
        in_group(group)
    )]
    Separated {
        /// The variable.
        variable: String,
        /// The group, empty when there is one.
        group: String,
    },
    /// Drawn cases lack a category that the sample has.
    #[error("the drawn cases have no answer in some category of {variable:?}")]
    LostCategory {
        /// The variable.
        variable: String,
    },
    /// No two cases answer both variables.
    #[error("no two cases answer both {first:?} and {second:?}{}", in_group(group))]
    NeverTogether {
        /// One variable.
        first: String,
        /// The other.
        second: String,
        /// The group, empty when there is one.
        group: String,
    },
    /// The options contradict each other.
    #[error("{0}")]
    Options(String),
    /// The weight matrix of the estimator cannot be inverted.
    #[error("the weight matrix needs more cases: {cases} cases for {moments} moments")]
    TooFewForWeights {
        /// Cases of the group.
        cases: usize,
        /// Number of moments.
        moments: usize,
    },
    /// The model has more variables than the limit.
    #[error("the model has {found} observed variables; at most {most} are fitted")]
    TooManyVariables {
        /// Number found.
        found: usize,
        /// The limit.
        most: usize,
    },
    /// No starting point gives a positive definite matrix.
    #[error("no admissible starting point was found; give starting values with start()")]
    NoStart,
}

fn in_group(group: &str) -> String {
    if group.is_empty() { String::new() } else { format!(" in group {group:?}") }
}
