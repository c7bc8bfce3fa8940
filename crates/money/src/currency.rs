//! The currency of a plan: a code of ISO 4217 and its number of decimals.

use core::fmt;

use serde::{Deserialize, Serialize};

/// A currency of ISO 4217 that has a minor unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

/// The text is not the code of a currency with a defined number of decimals.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a currency code of ISO 4217 with a minor unit")]
pub struct UnknownCurrency(pub String);

impl Currency {
    /// The currency of a three-letter code, such as `CNY`.
    ///
    /// # Errors
    /// When there is no such currency, or it has no minor unit (gold, testing codes).
    pub fn from_code(code: &str) -> Result<Self, UnknownCurrency> {
        iso_currency::Currency::from_code(code)
            .filter(|currency| currency.exponent().is_some())
            .map(Self)
            .ok_or_else(|| UnknownCurrency(code.chars().take(16).collect()))
    }

    /// The three-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Number of decimals: 2 for the renminbi, 0 for the yen.
    #[must_use]
    pub fn decimals(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl TryFrom<String> for Currency {
    type Error = UnknownCurrency;

    fn try_from(code: String) -> Result<Self, UnknownCurrency> {
        Self::from_code(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_without_a_minor_unit_are_refused() {
        assert_eq!(Currency::from_code("CNY").unwrap().decimals(), 2);
        assert_eq!(Currency::from_code("KWD").unwrap().decimals(), 3);
        assert!(Currency::from_code("XAU").is_err());
        assert!(Currency::from_code("cny").is_err());
        assert!(Currency::from_code("ABCDEFGHIJKLMNOPQRSTUVWXYZ").is_err());
    }
}
