//! Running sums of the rates by month of birth: what anybody was charged over any span is the
//! difference of two of them.
//!
//! Everybody born in the same month pays the same in a period that both share. A closing adds one
//! row of cohorts (months of birth, about 1,500), whatever the number of members.

use core::ops::Range;

use money::{Amount, AmountError};
use rules::State;
use rules::day::Month;
use rules::period::{Status, class_at};

use crate::error::SettleError;

/// Sums of the rates of all charged periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLedger {
    /// `sums[k][b]`: what somebody born in month `b` was charged in the periods before `k`, in
    /// minor units. A month after the end of a row has sums of nothing.
    sums: Vec<Vec<u64>>,
}

/// What one member was charged over a span of periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The member.
    pub member: u32,
    /// The periods of the span that the member shared.
    pub shared: Range<u32>,
    /// Sum of the charges.
    pub charged: Amount,
    /// Periods in which the charge failed.
    pub failed_in: Vec<u32>,
    /// Sum of the charges that failed.
    pub failed: Amount,
    /// What was paid, or is still being collected: charged less failed.
    pub paid: Amount,
}

impl Default for RateLedger {
    fn default() -> Self {
        Self { sums: vec![Vec::new()] }
    }
}

impl RateLedger {
    /// How many periods it holds.
    #[must_use]
    pub fn periods(&self) -> u32 {
        (self.sums.len() - 1) as u32
    }

    /// Adds the periods that were charged since; gives how many. Periods are charged in their
    /// order, so none is left out.
    ///
    /// # Errors
    /// When no plan is founded or a sum does not fit.
    pub fn catch_up(&mut self, state: &State) -> Result<u32, SettleError> {
        let charter = &state.founded().ok_or(SettleError::NoPlan)?.charter;
        let before = self.periods();
        while let Some(period) = state.period(self.periods()) {
            if period.status < Status::Charged {
                break;
            }
            let last = self.sums.last().expect("there is a row before the first period");
            let cohorts = state.roll().sharers().len().max(last.len());
            let mut row = last.clone();
            row.resize(cohorts, 0);
            for (birth, sum) in row.iter_mut().enumerate() {
                let birth = u16::try_from(birth).ok();
                let birth = birth.and_then(|birth| Month::from_index(birth).ok());
                let month = period.publicity.month();
                let class = birth.and_then(|birth| class_at(month, birth, charter));
                let share = class.and_then(|class| period.shares.get(class));
                let share = share.map_or(0, |share| share.minor().unsigned_abs());
                *sum = sum.checked_add(share).ok_or(AmountError::OutOfRange)?;
            }
            self.sums.push(row);
        }
        Ok(self.periods() - before)
    }

    /// What a member was charged in the periods of `span`.
    ///
    /// # Errors
    /// When there is no such member, the span is not all charged, or a sum does not fit.
    pub fn statement(
        &self,
        state: &State,
        member: u32,
        span: Range<u32>,
    ) -> Result<Statement, SettleError> {
        if span.start > span.end || span.end > self.periods() {
            let (from, to) = (span.start, span.end);
            return Err(SettleError::Span { from, to });
        }
        let row = state.roll().get(member).ok_or(SettleError::NoMember(member))?;
        let start = span.start.max(row.first_period).min(span.end);
        let end = row.until_period.unwrap_or(u32::MAX).clamp(start, span.end);
        let birth = row.birth;
        let charged = self.between(birth, start, end)?;
        let failed_in: Vec<u32> = (start..end)
            .filter(|number| {
                let period = state.period(*number);
                period.is_some_and(|period| period.failed.binary_search(&member).is_ok())
            })
            .collect();
        let failed = failed_in.iter().map(|period| self.between(birth, *period, period + 1));
        let failed = failed.collect::<Result<Vec<_>, _>>()?;
        let failed = Amount::total(failed)?;
        Ok(Statement {
            member,
            shared: start..end,
            charged,
            failed_in,
            failed,
            paid: charged.minus(failed)?,
        })
    }

    fn between(&self, birth: Month, start: u32, end: u32) -> Result<Amount, AmountError> {
        let sum = |period: u32| {
            let row = &self.sums[period as usize];
            row.get(usize::from(birth.index())).copied().unwrap_or(0)
        };
        Amount::from_minor(i128::from(sum(end)) - i128::from(sum(start)))
    }
}
