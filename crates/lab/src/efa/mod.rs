//! Exploratory factor analysis and the checks for common method bias that rest on it. Works on
//! correlation matrices, row-major; draws no conclusions about the number of factors by itself.

mod adequacy;
mod bias;
mod extraction;
mod parallel;
mod rotation;

pub use adequacy::{Bartlett, SamplingAdequacy, bartlett, sampling_adequacy};
pub use bias::{MarkerAdjusted, full_collinearity, harman_share, marker_adjusted};
pub use extraction::{Extraction, Factors, FitTest, extract, fit_test};
pub use parallel::{Parallel, parallel_analysis};
pub use rotation::{Rotated, Rotation, rotate};

/// Why a factor analysis has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EfaError {
    /// The correlation matrix has no inverse: an item is constant, doubled, or the sum of others.
    #[error(
        "the correlations cannot be inverted: an item is constant, doubled, or a sum of others"
    )]
    Singular,
    /// More factors than the items can carry.
    #[error("{items} items cannot carry {factors} factors: at most {most}")]
    TooManyFactors {
        /// Items at hand.
        items: usize,
        /// Factors asked for.
        factors: usize,
        /// Most factors with non-negative degrees of freedom.
        most: usize,
    },
    /// The search for uniquenesses did not settle.
    #[error("the extraction did not converge after {0} iterations")]
    NotConverged(usize),
    /// A rotation needs an invertible start and found none.
    #[error("the rotation met factors that are linear combinations of each other")]
    DegenerateRotation,
}
