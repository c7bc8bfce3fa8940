//! An amount of money in minor units (for the renminbi, fen).

use core::fmt;
use core::iter::Sum;

use serde::{Deserialize, Serialize};

use crate::Currency;

/// An amount in minor units, always within ±(2^53 − 1) so that every JSON reader keeps it exact.
///
/// An amount does not carry its currency: a plan has one, named in its charter.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "i64", into = "i64")]
pub struct Amount(i64);

/// Why a number is not an amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AmountError {
    /// Beyond ±(2^53 − 1) minor units.
    #[error("an amount must lie within ±9007199254740991 minor units")]
    OutOfRange,
    /// Not of the form `123`, `123.4` or `-123.45`.
    #[error("{0:?} is not a decimal amount")]
    NotDecimal(String),
    /// More decimals than the currency has.
    #[error("{text:?} has more decimals than {currency} has ({decimals})")]
    TooManyDecimals {
        /// The text as written.
        text: String,
        /// Code of the currency.
        currency: &'static str,
        /// Decimals of the currency.
        decimals: u32,
    },
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount, 2^53 − 1 minor units.
    pub const MAX: Self = Self(9_007_199_254_740_991);

    /// An amount of minor units.
    ///
    /// # Errors
    /// When `minor` lies beyond ±(2^53 − 1).
    pub fn from_minor(minor: impl TryInto<i64>) -> Result<Self, AmountError> {
        match minor.try_into() {
            Ok(minor) if minor.unsigned_abs() <= Self::MAX.0.unsigned_abs() => Ok(Self(minor)),
            _ => Err(AmountError::OutOfRange),
        }
    }

    /// The number of minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// The number of minor units, wide enough for products with counts of members.
    #[must_use]
    pub const fn wide(self) -> i128 {
        self.0 as i128
    }

    /// Whether the amount is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether the amount is less than nothing.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The sum, or an error when it does not fit.
    ///
    /// # Errors
    /// When the sum lies out of range.
    pub fn plus(self, other: Self) -> Result<Self, AmountError> {
        Self::from_minor(self.wide() + other.wide())
    }

    /// The difference, or an error when it does not fit.
    ///
    /// # Errors
    /// When the difference lies out of range.
    pub fn minus(self, other: Self) -> Result<Self, AmountError> {
        Self::from_minor(self.wide() - other.wide())
    }

    /// The opposite amount; the range is symmetric, so there always is one.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(-self.0)
    }

    /// The sum of many amounts, or an error when it does not fit.
    ///
    /// # Errors
    /// When the sum lies out of range.
    pub fn total(amounts: impl IntoIterator<Item = Self>) -> Result<Self, AmountError> {
        Self::from_minor(amounts.into_iter().map(Self::wide).sum::<i128>())
    }

    /// Reads a decimal of `currency`, such as `462077155.55`.
    ///
    /// # Errors
    /// When the text is not a decimal, has more decimals than the currency, or does not fit.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, AmountError> {
        let not_decimal = || AmountError::NotDecimal(text.chars().take(40).collect());
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return Err(not_decimal()),
            Some(parts) => parts,
            None => (digits, ""),
        };
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return Err(not_decimal());
        }
        let decimals = currency.decimals();
        if fraction.len() > decimals as usize {
            let text = text.chars().take(40).collect();
            return Err(AmountError::TooManyDecimals { text, currency: currency.code(), decimals });
        }
        let missing_zeros = decimals - fraction.len() as u32;
        let minor = whole.bytes().chain(fraction.bytes()).try_fold(0_i128, |sum, digit| {
            let sum = sum * 10 + i128::from(digit - b'0');
            (sum <= Self::MAX.wide()).then_some(sum)
        });
        let minor = minor.ok_or(AmountError::OutOfRange)?;
        Self::from_minor(sign * minor * 10_i128.pow(missing_zeros))
    }

    /// The amount as a decimal of `currency`, without the currency's name.
    #[must_use]
    pub fn display(self, currency: Currency) -> impl fmt::Display {
        Decimal { amount: self, decimals: currency.decimals() }
    }
}

struct Decimal {
    amount: Amount,
    decimals: u32,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u64.pow(self.decimals);
        let minor = self.amount.0.unsigned_abs();
        let sign = if self.amount.is_negative() { "-" } else { "" };
        let text = match self.decimals {
            0 => format!("{sign}{minor}"),
            width => format!("{sign}{}.{:0>2$}", minor / unit, minor % unit, width as usize),
        };
        f.pad(&text)
    }
}

impl TryFrom<i64> for Amount {
    type Error = AmountError;

    fn try_from(minor: i64) -> Result<Self, AmountError> {
        Self::from_minor(minor)
    }
}

impl From<Amount> for i64 {
    fn from(amount: Amount) -> Self {
        amount.0
    }
}

/// The sum of amounts in the wide integer, which cannot overflow for any list that fits in memory.
impl Sum<Amount> for i128 {
    fn sum<I: Iterator<Item = Amount>>(amounts: I) -> Self {
        amounts.map(Amount::wide).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cny() -> Currency {
        Currency::from_code("CNY").unwrap()
    }

    #[test]
    fn decimals_are_read_exactly_and_excess_ones_refused() {
        let read = |text| Amount::parse(text, cny()).map(Amount::minor);
        assert_eq!(read("462077155.55"), Ok(46_207_715_555));
        assert_eq!(read("0.1"), Ok(10));
        assert_eq!(read("-3"), Ok(-300));
        assert!(matches!(read("1.001"), Err(AmountError::TooManyDecimals { .. })));
        let yen = Currency::from_code("JPY").unwrap();
        assert!(matches!(Amount::parse("1.5", yen), Err(AmountError::TooManyDecimals { .. })));
    }

    #[test]
    fn what_is_not_a_decimal_is_refused() {
        for text in ["", "-", ".", "1.", ".5", "1e3", "+1", "1,000", " 1", "--1", "0x1", "１"] {
            let read = Amount::parse(text, cny());
            assert!(matches!(read, Err(AmountError::NotDecimal(_))), "{text:?} gave {read:?}");
        }
    }

    #[test]
    fn amounts_beyond_two_to_the_fifty_third_are_refused() {
        assert_eq!(Amount::parse("90071992547409.91", cny()), Ok(Amount::MAX));
        assert_eq!(Amount::parse("90071992547409.92", cny()), Err(AmountError::OutOfRange));
        assert_eq!(Amount::from_minor(1_i64 << 53), Err(AmountError::OutOfRange));
        assert_eq!(Amount::MAX.plus(Amount(1)), Err(AmountError::OutOfRange));
        assert!(serde_json::from_str::<Amount>("9007199254740992").is_err());
        let long = "9".repeat(100);
        assert_eq!(Amount::parse(&long, cny()), Err(AmountError::OutOfRange));
    }

    proptest! {
        #[test]
        fn what_is_displayed_reads_back(minor in -Amount::MAX.0..=Amount::MAX.0) {
            let amount = Amount::from_minor(minor).unwrap();
            let text = amount.display(cny()).to_string();
            prop_assert_eq!(Amount::parse(&text, cny()), Ok(amount));
        }
    }
}
