//! Do coders of interviews agree? Cohen's kappa for two, Krippendorff's alpha for any number.

mod kappa;
mod krippendorff;

pub use kappa::{Kappa, Weighting, cohen_kappa};
pub use krippendorff::{Krippendorff, Metric, krippendorff_alpha};

/// Why agreement could not be computed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AgreementError {
    /// The coders' lists differ in length.
    #[error("the coders judged {0} and {1} units; they must be the same units in one order")]
    Ragged(usize, usize),
    /// Nothing was judged by two coders.
    #[error("no unit was judged by two coders")]
    NoPairs,
    /// Everyone used one category, so chance agreement is certain.
    #[error("every judgement is the same, so agreement beyond chance is not defined")]
    OneCategory,
    /// A metric that needs numbers met a word.
    #[error("{0:?} is not a number, which this metric needs")]
    NotANumber(String),
    /// The ratio metric met a negative number.
    #[error("the ratio metric has no meaning for the negative value {0}")]
    Negative(f64),
    /// More categories than a table is kept for.
    #[error("{0} different values are more than the {1} that can be compared")]
    TooManyValues(usize, usize),
}
