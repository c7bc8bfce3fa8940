//! Amendments: how the charter changes, and which version of it holds for what.

mod change;
mod versions;

pub use change::{Change, Misfit, apply, difference};
pub use versions::Version;
