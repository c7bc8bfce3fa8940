//! Numerical ground: small dense linear algebra in reused memory, the distributions `statrs`
//! lacks, and counter-based random streams.

pub mod accelerated;
pub mod bivariate;
pub mod dense;
pub mod matrix;
pub mod noncentral;
pub mod stream;
