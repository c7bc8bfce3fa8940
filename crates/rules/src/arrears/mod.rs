//! Arrears: charges that failed, and the steps of the ladder that lead from a failed charge to its
//! payment or to the end of the membership.
//!
//! `failed → (retried | paid late | netted from aid) → paid`, or, when the days of grace are over,
//! written off for the next period to bear and the member expelled. What was written off stays owed
//! by whoever did not pay it; a payment that comes later is recovered money of all.

mod end;
mod netting;
mod pay;
mod retry;

pub(crate) use netting::Netted;
pub(crate) use pay::late_payment;

use serde::{Deserialize, Serialize};

use money::{Amount, AmountError};

use crate::day::Day;
use crate::period::{first_from, next_after};
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::State;

/// Marks a charge that is not paid.
const UNPAID: i32 = i32::MAX;

/// The charges of one period that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrears {
    /// Members whose charge failed, ascending.
    failed: Vec<u32>,
    /// The day on which each was paid after all.
    paid: Vec<i32>,
    /// Of them, those whom the notice of the failed charge did not reach, ascending.
    pub(crate) unreached: Vec<u32>,
    /// The day on which the ladder ended: what was unpaid then is written off.
    pub(crate) ended: Option<Day>,
    /// The period that bore what was written off.
    pub(crate) borne_by: Option<u32>,
}

impl Arrears {
    /// Begins with the members whose charge failed, ascending.
    pub(crate) fn new(failed: Vec<u32>) -> Self {
        let paid = vec![UNPAID; failed.len()];
        Self { failed, paid, ..Self::default() }
    }

    /// Members whose charge failed, ascending, whatever became of it.
    #[must_use]
    pub fn failed(&self) -> &[u32] {
        &self.failed
    }

    /// Members whose charge is still unpaid, ascending.
    pub fn unpaid(&self) -> impl Iterator<Item = u32> + '_ {
        let open = self.failed.iter().zip(&self.paid).filter(|(_, paid)| **paid == UNPAID);
        open.map(|(member, _)| *member)
    }

    /// Whether a member's charge failed.
    #[must_use]
    pub fn has_failed(&self, member: u32) -> bool {
        self.failed.binary_search(&member).is_ok()
    }

    /// Whether a member's charge failed and is unpaid.
    #[must_use]
    pub fn is_unpaid(&self, member: u32) -> bool {
        self.failed.binary_search(&member).is_ok_and(|place| self.paid[place] == UNPAID)
    }

    /// The day on which a failed charge was paid after all.
    #[must_use]
    pub fn paid_on(&self, member: u32) -> Option<Day> {
        let place = self.failed.binary_search(&member).ok()?;
        Day::from_epoch(self.paid[place]).ok()
    }

    /// The day on which the ladder ended.
    #[must_use]
    pub fn ended(&self) -> Option<Day> {
        self.ended
    }

    pub(crate) fn pay(&mut self, member: u32, day: Day) {
        if let Ok(place) = self.failed.binary_search(&member) {
            self.paid[place] = day.since_epoch();
        }
    }
}

impl State {
    /// The period that bore what the members of another never paid.
    #[must_use]
    pub fn borne_by(&self, number: u32) -> Option<u32> {
        self.period(number)?.arrears.borne_by
    }

    /// What the members of a period still owe it.
    ///
    /// # Errors
    /// When the sum does not fit an amount.
    pub fn unpaid_of(&self, number: u32) -> Result<Amount, AmountError> {
        let Some(period) = self.period(number) else {
            return Ok(Amount::ZERO);
        };
        let rows = period.arrears.unpaid().filter_map(|member| self.roll.get(member));
        Amount::total(rows.map(|member| self.share_of(&member, number)))
    }

    /// The periods whose charge a member owes, oldest first, with the charge.
    pub fn debts(&self, member: u32) -> impl Iterator<Item = (u32, Amount)> + '_ {
        let row = self.roll.get(member);
        let first = row.map_or(u32::MAX, |row| row.first_period);
        // An illness inside the waiting period returns all shares, so none of them is owed.
        let row = row.filter(|row| row.standing != Standing::Ended);
        let periods = (0..).zip(self.periods()).skip(first as usize);
        let owed = periods.filter(move |(_, period)| period.arrears.is_unpaid(member));
        owed.filter_map(move |(number, _)| Some((number, self.share_of(&row?, number))))
    }

    /// Whether a member is inside the days of grace: a charge failed and its ladder goes on.
    #[must_use]
    pub fn in_grace(&self, member: u32) -> bool {
        let mut owed = self.debts(member);
        let ladder = |number: u32| self.period(number).is_some_and(|p| p.arrears.ended.is_none());
        owed.any(|(number, _)| ladder(number))
    }

    /// Whether a charge of the member had failed and was unpaid on `day`.
    pub(crate) fn was_in_arrears(&self, member: u32, day: Day) -> bool {
        let charged = self.periods().iter().filter(|period| period.charge <= day);
        let mut failed = charged.filter(|period| period.arrears.has_failed(member));
        failed.any(|period| period.arrears.paid_on(member).is_none_or(|paid| paid > day))
    }

    /// The days of a period's ladder: the first of the retries, and the one at whose 00:00 they
    /// end. A period that is charged late has as many of them as one that is charged on its day.
    #[must_use]
    pub fn ladder(&self, number: u32) -> Option<(Day, Day)> {
        let charter = &self.founded()?.charter;
        let (calendar, clause) = (&charter.calendar, &charter.arrears);
        let period = self.period(number)?;
        let scheduled = first_from(calendar, period.publicity).charge.since_epoch();
        let next = next_after(calendar, period.publicity).charge.since_epoch();
        let from = period.charge.plus_days(clause.retry_from_days_after_charge);
        let days = next - scheduled - clause.retry_until_days_before_next_charge;
        Some((from, period.charge.plus_days(days).max(from)))
    }

    /// Checks that the charges of a period that are unpaid are the last of each household in the
    /// order of charge: the payer first, then by joining. `touched` are the members whose charge
    /// has just been reported on; `unpaid` says how every charge stands afterwards.
    pub(crate) fn charged_in_order(
        &self,
        number: u32,
        touched: &[u32],
        unpaid: &dyn Fn(u32) -> bool,
    ) -> Result<(), Refusal> {
        for member in touched {
            let mut stopped = None;
            for other in self.roll.household(*member) {
                let row = self.roll.get(other);
                let owes = row.is_some_and(|row| !self.share_of(&row, number).is_zero());
                match stopped {
                    _ if !owes => {}
                    None if unpaid(other) => stopped = Some(other),
                    Some(first) if !unpaid(other) => {
                        let why = format!(
                            "Member {other} would be paid for and member {first} not, who comes \
                             first in the order of charge: the payer, then by joining."
                        );
                        return Err(Refusal::list(other, why));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

impl Refusal {
    /// A list of members in a report about charges that cannot be.
    pub(crate) fn list(member: u32, why: impl Into<String>) -> Self {
        Self::new(
            "E-COLLECT-LIST",
            format!("The list is refused at member {member}."),
            why,
            "Correct the list: sharers of the period whom it concerns, ascending, each once.",
        )
    }

    /// A step of the ladder on a wrong day or twice.
    pub(crate) fn arrears(code: &'static str, number: u32, why: impl Into<String>) -> Self {
        Self::new(
            code,
            format!("The arrears of period {number} stay as they are."),
            why,
            "Look at the period with `huzhu period list` and at the days of the charter.",
        )
    }
}

/// Checks that a list of members ascends.
pub(crate) fn ascending(list: &[u32]) -> Result<(), Refusal> {
    match list.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) => Err(Refusal::list(pair[1], "The list is not ascending.")),
        None => Ok(()),
    }
}
