//! How well items measure what they should: alpha, omega, composite reliability, convergent and
//! discriminant validity. Works on covariances, loadings and confirmatory models; estimates no
//! structural model.

mod alpha;
mod composite;
mod heterotrait;
mod joint;
mod omega;

pub(crate) use alpha::alpha_of;
pub use alpha::{Alpha, ItemDrop, alpha};
pub use composite::{average_variance_extracted, composite_reliability, fornell_larcker, rho_a};
pub use heterotrait::{htmt, htmt2};
pub use joint::{Joint, JointScale, Scale, joint, measurement_part, scales};
pub use omega::{Omega, omega_of_model, omega_of_one_factor};

/// Why a reliability could not be computed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReliabilityError {
    /// Fewer than two items.
    #[error("a scale needs at least two items, this one has {0}")]
    TooFewItems(usize),
    /// Fewer than three complete rows.
    #[error("only {0} rows have an answer to every item; at least 3 are needed")]
    TooFewRows(usize),
    /// An item whose answers do not vary.
    #[error("item {0:?} has the same answer in every row, so it measures nothing")]
    ConstantItem(String),
    /// A one-factor model needs three items.
    #[error("omega of one factor is not defined for {0} items: at least 3 are needed")]
    NotIdentified(usize),
    /// The factor model did not converge or has no solution.
    #[error("the one-factor model of the scale has no solution: {0}")]
    NoFactor(String),
}
