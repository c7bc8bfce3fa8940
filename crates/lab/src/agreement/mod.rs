//! Agreement of coders: kappa and alpha.
