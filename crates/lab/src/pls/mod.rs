//! Partial least squares path modelling: composites of items, weighted so that neighbours in the
//! path model predict each other, then regressions between them (Wold 1982; Lohmoller 1989;
//! Tenenhaus et al. 2005; consistent PLS: Dijkstra and Henseler 2015).
//!
//! Everything is computed from one covariance matrix of the items, so a bootstrap draw touches
//! the answers once and allocates nothing. This module reads no files and prints nothing.

mod algorithm;
mod blindfold;
mod bootstrap;
mod design;
mod effects;
mod fit;
mod influence;
mod interval;
mod performance;
mod predict;
mod quality;
mod sample;
mod specification;
mod stages;

pub use algorithm::{Failure, Scheme, Settings};
pub use blindfold::{Blindfolded, blindfold};
pub use bootstrap::{Bootstrap, DRAWS_MAX, Failures, Quantity};
pub use effects::{SpecificIndirect, specific_indirect};
pub use fit::{Fit, Model};
pub use influence::{EffectSize, effect_sizes};
pub use interval::{Interval, Summary};
pub use performance::{Importance, importance_performance};
pub use predict::{Antecedents, Folds, Forecast, ItemForecast, LossTest, compare_losses, predict};
pub use quality::{
    ConstructReliability, InformationCriteria, Residuals, antecedent_inflation, goodness_of_fit,
    heterotrait, heterotrait2, information_criteria, item_inflation, reliability, residuals,
};
pub use specification::{Block, Mode, Specification};

use crate::data::TableError;
use crate::model::ModelError;

/// Why a path model could not be specified or estimated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlsError {
    /// The model text is not in the notation.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A construct is defined twice.
    #[error("construct {0:?} is defined twice")]
    DuplicateConstruct(String),
    /// A construct has no items.
    #[error("construct {0:?} has no items")]
    EmptyBlock(String),
    /// A path names a construct that has no measurement line.
    #[error("{name:?} is used in a path but never measured{}", suggestion(nearest))]
    UnknownConstruct {
        /// The name used.
        name: String,
        /// The most similar construct.
        nearest: Option<String>,
    },
    /// A construct takes part in no path.
    #[error("construct {0:?} takes part in no path, so nothing gives it weights")]
    Isolated(String),
    /// A path is listed twice or leads from a construct to itself.
    #[error("the path {from} -> {to} is listed twice or leads nowhere")]
    IdlePath {
        /// Start.
        from: String,
        /// End.
        to: String,
    },
    /// Paths form a circle.
    #[error("the paths form a circle through {0:?}; only recursive models can be estimated")]
    Circle(String),
    /// A construct is measured by items and by other constructs.
    #[error("{construct:?} is measured by items and by the construct {part:?}: one kind must go")]
    MixedOrder {
        /// The construct.
        construct: String,
        /// A construct among its items.
        part: String,
    },
    /// A construct is measured by second-order constructs.
    #[error("{0:?} is measured by second-order constructs; two orders can be estimated")]
    ThirdOrder(String),
    /// Two constructs are measured by the same construct.
    #[error("{part:?} is already a part of {whole:?}")]
    SharedPart {
        /// The construct that measures both.
        part: String,
        /// The construct that it measures first.
        whole: String,
    },
    /// A part of a second-order construct has a path of its own.
    #[error("{part:?} is a part of {whole:?}; paths lead to and from {whole:?} alone")]
    PartInPath {
        /// The part.
        part: String,
        /// The second-order construct.
        whole: String,
    },
    /// The correction for attenuation was asked for with a second-order construct.
    #[error("the second-order construct {0:?} cannot be corrected for attenuation")]
    ConsistentSecondOrder(String),
    /// The data cannot serve.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Too few rows for the largest regression.
    #[error("{rows} rows are too few: the model needs more than {needed}")]
    TooFewRows {
        /// Rows at hand.
        rows: usize,
        /// Coefficients in the largest regression plus one.
        needed: usize,
    },
    /// An item nobody answered.
    #[error("item {0:?} has no answer in any row")]
    NoAnswers(String),
    /// The estimation failed.
    #[error("{0}")]
    Estimation(Cause),
    /// More draws than `DRAWS_MAX`, or none.
    #[error("{0} bootstrap draws were asked for; from 2 to {DRAWS_MAX} can be made")]
    Draws(usize),
    /// Folds that do not cut the rows into at least two parts.
    #[error("the folds must put each of the {0} rows into one of at least two groups")]
    Folds(usize),
}

/// Why an estimation has no result, by name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// An item does not vary.
    #[error("item {0:?} has the same answer in every row")]
    ConstantItem(String),
    /// Items of a mode B block repeat each other.
    #[error(
        "the items of {0:?} are linear combinations of each other (or doubled), so mode B has no \
         weights"
    )]
    CollinearItems(String),
    /// Antecedents of a construct repeat each other.
    #[error("the antecedents of {0:?} are linear combinations of each other")]
    CollinearAntecedents(String),
    /// A composite lost all its variance.
    #[error("the composite {0:?} has no variance left")]
    VanishedComposite(String),
    /// The weights did not settle.
    #[error("the weights did not settle within {0} iterations")]
    NotConverged(usize),
    /// The correction for attenuation needs a positive reliability.
    #[error("rho_A of {0:?} is not positive, so it cannot be corrected for attenuation")]
    NoReliability(String),
}

fn suggestion(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!("; did you mean {name:?}?")).unwrap_or_default()
}
