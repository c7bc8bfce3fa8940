//! A rate such as a fee of 8 %: an exact number of millionths.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::{Amount, AmountError};

/// Millionths in one.
const ONE: u32 = 1_000_000;

/// A rate between 0 and 1 in millionths, written as a decimal such as `0.08`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate(u32);

/// The text is not a rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a rate between 0 and 1 with at most six decimals")]
pub struct RateError(pub String);

impl Rate {
    /// No rate at all.
    pub const ZERO: Self = Self(0);
    /// The whole.
    pub const ONE: Self = Self(ONE);

    /// A rate of `millionths`.
    ///
    /// # Errors
    /// When it exceeds one.
    pub fn from_millionths(millionths: u32) -> Result<Self, RateError> {
        if millionths > ONE {
            return Err(RateError(millionths.to_string()));
        }
        Ok(Self(millionths))
    }

    /// Reads a decimal such as `0.08`.
    ///
    /// # Errors
    /// When the text is not a decimal between 0 and 1 with at most six decimals.
    pub fn parse(text: &str) -> Result<Self, RateError> {
        let error = || RateError(text.chars().take(40).collect());
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || whole.len() > 1 || fraction.len() > 6 {
            return Err(error());
        }
        let millionths = format!("{whole}{fraction:0<6}").parse().map_err(|_| error())?;
        Self::from_millionths(millionths).map_err(|_| error())
    }

    /// The rate in millionths.
    #[must_use]
    pub const fn millionths(self) -> u32 {
        self.0
    }

    /// `floor(rate × amount)`: what a fee of this rate on a non-negative amount is.
    ///
    /// # Errors
    /// Never for amounts in range; the type says so because the arithmetic is checked.
    pub fn floor_of(self, amount: Amount) -> Result<Amount, AmountError> {
        Amount::from_minor((amount.wide() * i128::from(self.0)).div_euclid(i128::from(ONE)))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fraction = format!("{:06}", self.0 % ONE);
        let fraction = fraction.trim_end_matches('0');
        let whole = self.0 / ONE;
        f.pad(&if fraction.is_empty() { whole.to_string() } else { format!("{whole}.{fraction}") })
    }
}

impl TryFrom<String> for Rate {
    type Error = RateError;

    fn try_from(text: String) -> Result<Self, RateError> {
        Self::parse(&text)
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_reads_back_and_floors() {
        for text in ["0", "1", "0.08", "0.1", "0.000001", "0.123456"] {
            assert_eq!(Rate::parse(text).unwrap().to_string(), text);
        }
        let fee = Rate::parse("0.08").unwrap();
        let aid = Amount::from_minor(46_207_715_555_i64).unwrap();
        assert_eq!(fee.floor_of(aid).unwrap().minor(), 3_696_617_244);
    }

    #[test]
    fn what_is_not_a_rate_is_refused() {
        for text in ["", ".1", "1.", "1.1", "-0.1", "0.1234567", "8%", "2", "01", "0,1"] {
            assert!(Rate::parse(text).is_err(), "{text:?} was taken");
        }
    }
}
