//! Running sums of the rates by month of birth: what anybody was charged over any span is the
//! difference of two of them.
//!
//! Everybody born in the same month is asked the same in a period that both share; a yearly cap
//! limits the sum of a year. A closing adds one
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
    /// `sums[k][b]`: what the periods before `k` asked of somebody born in month `b`, in minor
    /// units. A month after the end of a row has sums of nothing.
    sums: Vec<Vec<u64>>,
    /// First periods of the years of the cap, ascending, and the cap of each in minor units. A cap
    /// changes with a year and never inside one.
    years: Vec<(u32, Option<u64>)>,
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
    /// Periods in which the charge failed and is unpaid.
    pub unpaid_in: Vec<u32>,
    /// Sum of these charges.
    pub unpaid: Amount,
    /// What was paid, or is still being collected: charged less unpaid.
    pub paid: Amount,
}

impl Default for RateLedger {
    fn default() -> Self {
        Self { sums: vec![Vec::new()], years: Vec::new() }
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
        let before = self.periods();
        while let Some(period) = state.period(self.periods()) {
            if period.status < Status::Charged {
                break;
            }
            let charter = state.charter_in(self.periods()).ok_or(SettleError::NoPlan)?;
            if self.years.last().is_none_or(|(from, _)| *from != period.year_from) {
                let cap = charter.caps.year.as_ref();
                let cap = cap.map(|cap| cap.amount_minor.minor().unsigned_abs());
                self.years.push((period.year_from, cap));
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
        let of = |span: Range<u32>| self.between(row.birth, row.first_period, span);
        let charged = of(start..end)?;
        let unpaid_in: Vec<u32> = (start..end)
            .filter(|number| {
                let period = state.period(*number);
                period.is_some_and(|period| period.arrears.is_unpaid(member))
            })
            .collect();
        let unpaid = unpaid_in.iter().map(|period| of(*period..period + 1));
        let unpaid = Amount::total(unpaid.collect::<Result<Vec<_>, _>>()?)?;
        let paid = charged.minus(unpaid)?;
        Ok(Statement { member, shared: start..end, charged, unpaid_in, unpaid, paid })
    }

    /// What a sharer since the period `first` is charged in a span: in every year the lesser of
    /// what was asked and the cap, which is the sum of what the rules charge period by period.
    fn between(&self, birth: Month, first: u32, span: Range<u32>) -> Result<Amount, AmountError> {
        let asked = |from: u32, to: u32| self.sum(birth, to) - self.sum(birth, from);
        if self.years.iter().all(|(_, cap)| cap.is_none()) {
            return Amount::from_minor(i128::from(asked(span.start, span.end)));
        }
        let from = self.years.partition_point(|(year, _)| *year <= span.start).saturating_sub(1);
        let mut charged = 0;
        for (place, (year, cap)) in self.years.iter().enumerate().skip(from) {
            let end = self.years.get(place + 1).map_or(span.end, |(next, _)| span.end.min(*next));
            let start = span.start.max(*year);
            if start >= end {
                break;
            }
            let (since, cap) = (first.max(*year).min(start), cap.unwrap_or(u64::MAX));
            charged += asked(since, end).min(cap) - asked(since, start).min(cap);
        }
        Amount::from_minor(i128::from(charged))
    }

    fn sum(&self, birth: Month, period: u32) -> u64 {
        let row = &self.sums[period as usize];
        row.get(usize::from(birth.index())).copied().unwrap_or(0)
    }
}
