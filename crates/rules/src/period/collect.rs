//! The bank's result of a collection: all succeeded, or all but those on a list.

use money::Amount;

use super::Status;
use crate::arrears::{Arrears, ascending};
use crate::books::{Posting, Term};
use crate::charter::Account;
use crate::entry::Order;
use crate::finding::{Finding, PeriodFinding};
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn collect_period(
        &mut self,
        order: Order,
        number: u32,
        failed: Vec<u32>,
        sponsor: Amount,
    ) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        if period.status != Status::Charged {
            let why = format!("It is {:?}; a charged period is collected, once.", period.status);
            return Err(Refusal::period(number, why));
        }
        if self.pays_directly(number)? {
            let why = "Members pay the sick themselves; payments are matched, not collected.";
            return Err(Refusal::fund("E-FUND-DIRECT", why));
        }
        ascending(&failed)?;
        let mut failed_minor = Amount::ZERO;
        for number_of in &failed {
            let member = self.roll.get(*number_of);
            let share = member.map_or(Amount::ZERO, |member| self.share_of(&member, number));
            if share.is_zero() || period.is_drawn(*number_of) {
                let why = "The bank collects nothing of this member: no charge, or drawn.";
                return Err(Refusal::list(*number_of, why));
            }
            failed_minor = failed_minor.plus(share)?;
        }
        self.charged_in_order(number, &failed, &|member| failed.binary_search(&member).is_ok())?;
        let collected_minor = period.charges.minus(period.drawn)?.minus(failed_minor)?;
        let custody = Account::Custody;
        self.post([
            Posting::new(Term::Collection, custody, Account::Receivable, collected_minor),
            Posting::new(Term::SponsorPaid, custody, Account::Sponsor, sponsor),
        ])?;
        let count = failed.len() as u32;
        let period = &mut self.periods[number as usize];
        period.step(number, Status::Collected)?;
        period.arrears = Arrears::new(failed);
        // Without a failed charge there is no ladder.
        period.arrears.ended = (count == 0).then_some(order.day);
        Ok(vec![Finding::Period(PeriodFinding::Collected {
            period: number,
            collected_minor,
            failed: count,
            failed_minor,
        })])
    }
}
