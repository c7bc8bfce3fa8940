//! The bank tried again, within the days of the ladder, and reports which charges succeeded.

use money::Amount;

use super::{UNPAID, ascending};
use crate::books::{Posting, Term};
use crate::charter::Account;
use crate::entry::Order;
use crate::finding::{ArrearsFinding, Finding};
use crate::period::Status;
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn retry_charges(
        &mut self,
        order: Order,
        number: u32,
        paid: &[u32],
    ) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        if period.status < Status::Collected {
            return Err(Refusal::period(
                number,
                "Only failed charges of a collection are retried.",
            ));
        }
        if period.arrears.ended.is_some() {
            let why = "The ladder has ended: what comes now is a late payment.";
            return Err(Refusal::arrears("E-ARREARS-OVER", number, why));
        }
        if let Some((from, _)) = self.ladder(number).filter(|(from, _)| order.day < *from) {
            let why = format!("Charges are retried from {from} on.");
            return Err(Refusal::arrears("E-ARREARS-EARLY", number, why));
        }
        if self.pays_directly(number)? {
            let why = "Members pay the sick themselves; no bank tries again.";
            return Err(Refusal::fund("E-FUND-DIRECT", why));
        }
        ascending(paid)?;
        let mut paid_minor = Amount::ZERO;
        for member in paid {
            if !period.arrears.is_unpaid(*member) {
                let why = if period.arrears.has_failed(*member) {
                    "This charge has been paid already."
                } else {
                    "No charge of this member failed in the period."
                };
                return Err(Refusal::list(*member, why));
            }
            let row = self.roll.get(*member).ok_or_else(|| Refusal::no_member(*member))?;
            paid_minor = paid_minor.plus(self.share_of(&row, number))?;
        }
        let arrears = &period.arrears;
        self.charged_in_order(number, paid, &|member| {
            arrears.is_unpaid(member) && paid.binary_search(&member).is_err()
        })?;
        let (custody, receivable) = (Account::Custody, Account::Receivable);
        self.post([Posting::new(Term::Collection, custody, receivable, paid_minor)])?;
        let arrears = &mut self.periods[number as usize].arrears;
        paid.iter().for_each(|member| arrears.pay(*member, order.day));
        let unpaid = arrears.paid.iter().filter(|day| **day == UNPAID).count() as u32;
        Ok(vec![Finding::Arrears(ArrearsFinding::Retried {
            period: number,
            paid: paid.len() as u32,
            paid_minor,
            unpaid,
        })])
    }
}
