//! The house rules that a machine can check, as a library so that the rules are tested themselves.
//!
//! Nothing of the product depends on this crate, and it depends on no crate of the product.

pub mod finding;
pub mod repository;
pub mod tidy;

use std::path::{Path, PathBuf};

use finding::Finding;
use repository::{Repository, RepositoryError};

/// The folder of the workspace, as it was when this crate was compiled.
pub fn workspace_root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .canonicalize()
        .expect("the folder this crate was compiled in has a parent")
}

/// Reads the repository at `root` and gives all that breaks a rule, in order of path and line.
pub fn findings(root: &Path) -> Result<Vec<Finding>, RepositoryError> {
    Ok(tidy::check(&Repository::read(root)?))
}
