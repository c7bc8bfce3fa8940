//! Exact splits of an amount: by rounding every share up, or by largest remainders.

use crate::{Amount, AmountError};

/// `ceil(numerator / denominator)` for a positive denominator and any sign of the numerator.
#[must_use]
pub fn ceil_div(numerator: i128, denominator: i128) -> i128 {
    debug_assert!(denominator > 0, "a share is divided among somebody");
    -(-numerator).div_euclid(denominator)
}

/// `ceil(weight × total / weights)`: what one member of weight `weight` pays of `total` when the
/// weights of all members sum to `weights`, rounded up to the minor unit.
///
/// # Errors
/// When the share does not fit an amount.
pub fn share_ceil(total: Amount, weight: u64, weights: u128) -> Result<Amount, AmountError> {
    let weights = i128::try_from(weights).map_err(|_| AmountError::OutOfRange)?;
    if weights == 0 {
        return Err(AmountError::OutOfRange);
    }
    Amount::from_minor(ceil_div(total.wide() * i128::from(weight), weights))
}

/// Splits a non-negative `total` in proportion to non-negative `weights` so that the parts sum to
/// it exactly: each part is rounded down and the units left over go to the largest remainders, the
/// earlier first among equals (Hamilton's method). All parts are zero when all weights are.
///
/// # Errors
/// When an input is negative or a product does not fit.
pub fn largest_remainder(total: Amount, weights: &[Amount]) -> Result<Vec<Amount>, AmountError> {
    if total.is_negative() || weights.iter().any(|weight| weight.is_negative()) {
        return Err(AmountError::OutOfRange);
    }
    let sum: i128 = weights.iter().copied().sum();
    if sum == 0 {
        return Ok(vec![Amount::ZERO; weights.len()]);
    }
    let product = |weight: &Amount| total.wide() * weight.wide();
    let mut parts: Vec<i128> = weights.iter().map(|weight| product(weight) / sum).collect();
    let left = total.wide() - parts.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&index| core::cmp::Reverse(product(&weights[index]) % sum));
    for &index in order.iter().take(usize::try_from(left).map_err(|_| AmountError::OutOfRange)?) {
        parts[index] += 1;
    }
    parts.into_iter().map(Amount::from_minor).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn amount(minor: i64) -> Amount {
        Amount::from_minor(minor).unwrap()
    }

    proptest! {
        #[test]
        fn no_unit_is_lost_or_made(
            total in 0_i64..1_000_000_000_000,
            weights in prop::collection::vec(0_i64..1_000_000_000, 1..50),
        ) {
            prop_assume!(weights.iter().any(|&w| w > 0));
            let weights: Vec<Amount> = weights.into_iter().map(amount).collect();
            let parts = largest_remainder(amount(total), &weights).unwrap();
            prop_assert_eq!(Amount::total(parts.iter().copied()).unwrap(), amount(total));
            let sum: i128 = weights.iter().copied().sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let exact = total as i128 * weight.wide();
                prop_assert!((part.wide() * sum - exact).abs() < sum, "a part is within one unit");
                prop_assert!(!weight.is_zero() || part.is_zero());
            }
        }

        #[test]
        fn a_share_rounded_up_covers_the_total_by_less_than_a_unit_each(
            total in 0_i64..1_000_000_000_000, members in 1_u64..100_000_000,
        ) {
            let share = share_ceil(amount(total), 1, u128::from(members)).unwrap();
            let sum = share.wide() * i128::from(members);
            prop_assert!(sum >= total as i128 && sum < total as i128 + i128::from(members));
        }
    }

    #[test]
    fn nobody_to_share_is_an_error_and_not_a_crash() {
        assert!(share_ceil(amount(1), 1, 0).is_err());
        assert_eq!(ceil_div(-7, 2), -3);
        assert_eq!(ceil_div(7, 2), 4);
    }
}
