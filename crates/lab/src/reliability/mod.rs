//! Reliability and validity of scales.
