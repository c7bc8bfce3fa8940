//! What one member is charged and has paid, derived from the rates of the periods.

use money::{Amount, AmountError};

use super::Status;
use crate::roll::Member;
use crate::state::State;

impl State {
    /// What a member was charged in a period, failed or not; nothing when not a sharer of it.
    #[must_use]
    pub fn share_of(&self, member: &Member, number: u32) -> Amount {
        let charged = self.class_in(member, number).is_some()
            && self.period(number).is_some_and(|period| period.status >= Status::Charged);
        if charged { self.charged(member.birth, member.first_period, number) } else { Amount::ZERO }
    }

    /// The class in which a member shares a period; `None` when not a sharer of it.
    #[must_use]
    pub fn class_in(&self, member: &Member, number: u32) -> Option<usize> {
        let until = member.until_period.unwrap_or(u32::MAX);
        let period = self.period(number)?;
        if !(member.first_period..until).contains(&number) {
            return None;
        }
        period.class_of(member.birth, self.charter_in(number)?)
    }

    /// What a member has paid in the periods before `until`: charges that did not fail, or that
    /// were paid later.
    ///
    /// # Errors
    /// When the sum does not fit an amount.
    pub fn shares_paid(&self, number: u32, until: u32) -> Result<Amount, AmountError> {
        let Some(member) = self.roll.get(number) else {
            return Ok(Amount::ZERO);
        };
        let until = until.min(self.periods.len() as u32);
        let paid = (member.first_period..until)
            .filter(|period| !self.periods[*period as usize].arrears.is_unpaid(number));
        Amount::total(paid.map(|period| self.share_of(&member, period)))
    }
}
