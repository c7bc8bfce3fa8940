//! The forecast, compared in public with what came.

use money::{Amount, AmountError, ceil_div};

use super::Forecast;
use crate::finding::ForecastScore;

impl Forecast {
    /// Compares with the mean share that came, rounded up.
    pub(super) fn score(self, charges: Amount, sharers: u64) -> Result<ForecastScore, AmountError> {
        let mean = Amount::from_minor(ceil_div(charges.wide(), i128::from(sharers.max(1))))?;
        Ok(ForecastScore {
            share_minor: self.share,
            low_minor: self.low,
            high_minor: self.high,
            error_minor: mean.minus(self.share)?,
            inside: (self.low..=self.high).contains(&mean),
        })
    }
}
