//! The ladder ends: what is unpaid is written off for the next period to bear, and whoever did not
//! pay although the notice arrived is a member no longer.

use crate::charter::Charter;
use crate::entry::Order;
use crate::finding::{ArrearsFinding, Finding};
use crate::notice::About;
use crate::period::{Period, Status};
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::State;

impl State {
    pub(crate) fn end_arrears(
        &mut self,
        order: Order,
        number: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        if period.status < Status::Collected || period.arrears.ended.is_some() {
            let why = "The ladder of a collected period ends, once.";
            return Err(Refusal::arrears("E-ARREARS-OVER", number, why));
        }
        if let Some((_, until)) = self.ladder(number).filter(|(_, until)| order.day < *until) {
            let why = format!("Charges may still be paid until 00:00 of {until}.");
            return Err(Refusal::arrears("E-ARREARS-EARLY", number, why));
        }
        let charter = self.rules_of_period(number)?;
        if needs_notice(charter, period) && !period.has_notice(About::FailedCharge) {
            return Err(Refusal::notice(number, About::FailedCharge));
        }
        let written_off_minor = self.unpaid_of(number)?;
        let (mut expelled, mut extended) = (Vec::new(), 0);
        // Nobody is taken out of a frozen roll.
        if charter.arrears.expulsion && !self.run_off.is_frozen() {
            for member in period.arrears.unpaid() {
                let row = self.roll.get(member);
                if row.is_none_or(|row| row.standing != Standing::Active) {
                    continue;
                }
                if self.grace_is_extended(number, member) {
                    extended += 1;
                } else {
                    expelled.push(member);
                }
            }
        }
        let mut detached = 0;
        for member in &expelled {
            detached += self.end_membership(*member, Standing::Expelled, order.day);
        }
        self.periods[number as usize].arrears.ended = Some(order.day);
        Ok(vec![Finding::Arrears(ArrearsFinding::Ended {
            period: number,
            expelled: expelled.len() as u32,
            extended,
            detached,
            written_off_minor,
        })])
    }

    /// Whoever was not reached by the notice keeps the membership until the next ladder ends, once:
    /// a charge of the period before that is unpaid as well is the second.
    fn grace_is_extended(&self, number: u32, member: u32) -> bool {
        let unreached = |period: &Period| period.arrears.unreached.binary_search(&member).is_ok();
        let before = number.checked_sub(1).and_then(|before| self.period(before));
        let second = before.is_some_and(|before| before.arrears.is_unpaid(member));
        self.period(number).is_some_and(unreached) && !second
    }
}

fn needs_notice(charter: &Charter, period: &Period) -> bool {
    let unpaid = period.arrears.unpaid().next().is_some();
    unpaid && charter.arrears.expulsion && charter.notices.before_expulsion
}
