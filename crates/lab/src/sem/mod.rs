//! Covariance-based structural equation models.
