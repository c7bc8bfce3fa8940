//! Forecast and publication: what is expected, who shares, what is proposed.

use super::{Forecast, Status};
use crate::case::Verdict;
use crate::day::Month;
use crate::entry::Order;
use crate::finding::{Finding, PeriodFinding};
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn forecast_period(
        &mut self,
        number: u32,
        forecast: Forecast,
    ) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        let ordered = !forecast.low.is_negative()
            && forecast.low <= forecast.share
            && forecast.share <= forecast.high;
        if period.status != Status::Open || period.forecast.is_some() || !ordered {
            let why = "A forecast is logged once, while the period is open, low ≤ share ≤ high.";
            return Err(Refusal::period(number, why));
        }
        self.periods[number as usize].forecast = Some(forecast);
        Ok(Vec::new())
    }

    pub(crate) fn publish_period(
        &mut self,
        order: Order,
        number: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        if number != self.open_period() {
            return Err(Refusal::period(number, "Periods are published in their order."));
        }
        if order.day < period.publicity {
            return Err(Refusal::too_early("publish the period", period.publicity));
        }
        // Published late, the period is charged late: the days of objection are never shortened.
        let window = period.charge.since_epoch() - period.publicity.since_epoch();
        let charge = period.charge.max(order.day.plus_days(window));
        let proposed = period.cases.iter().filter_map(|case| self.case(*case)?.verdict.as_ref());
        let refusals = proposed.filter(|v| matches!(v, Verdict::Refuse { .. })).count() as u32;
        let finding = Finding::Period(PeriodFinding::Published {
            period: number,
            sharers: period.sharers.iter().sum(),
            cases: period.cases.len() as u32 - refusals,
            refusals,
            aged_out: self.aged_out(number),
            charge,
        });
        let period = &mut self.periods[number as usize];
        period.step(number, Status::Published)?;
        period.charge = charge;
        let amendment = self.amendment_published(number);
        let times = self.count_times(number);
        let audits = self.audits_published(number);
        let complaints = self.complaints_published(number);
        let told = self.stage_told();
        Ok([finding]
            .into_iter()
            .chain(amendment)
            .chain(times)
            .chain(audits)
            .chain(complaints)
            .chain(told)
            .collect())
    }

    /// Members who shared the period before and are beyond the age of cover in this one.
    fn aged_out(&self, number: u32) -> u64 {
        let Some(earlier) = number.checked_sub(1) else { return 0 };
        let (Some(before), Some(period)) = (self.period(earlier), self.period(number)) else {
            return 0;
        };
        let (Some(then), Some(now)) = (self.charter_in(earlier), self.charter_in(number)) else {
            return 0;
        };
        let cohorts = (0..).zip(self.roll.sharers()).filter_map(|(birth, members)| {
            let birth = Month::from_index(birth).ok()?;
            let out =
                before.class_of(birth, then).is_some() && period.class_of(birth, now).is_none();
            out.then_some(*members)
        });
        cohorts.sum()
    }
}
