//! Money: amounts in minor units, currencies, rates, exact splits.
//!
//! Everything here is integer arithmetic on values. There are no floats, no I/O and no panics on
//! any input; what does not fit is an error.

mod amount;
mod currency;
mod rate;
mod split;

pub use amount::{Amount, AmountError};
pub use currency::{Currency, UnknownCurrency};
pub use rate::{Rate, RateError};
pub use split::{ceil_div, largest_remainder, share_ceil};
