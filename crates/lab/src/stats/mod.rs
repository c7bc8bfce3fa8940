//! Distributions and moments that the libraries lack.
