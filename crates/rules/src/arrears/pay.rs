//! One failed charge is paid outside the retries: by the member, or by whoever pays for the member,
//! and by nobody else. It restores no membership.

use money::Amount;

use crate::books::{Posting, Term};
use crate::charter::Account;
use crate::entry::Order;
use crate::finding::{ArrearsFinding, Finding};
use crate::period::Period;
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn pay_arrears(
        &mut self,
        order: Order,
        number: u32,
        member: u32,
        payer: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        self.known_period(number)?;
        self.roll.get(member).ok_or_else(|| Refusal::no_member(member))?;
        if self.pays_directly(number)? {
            let why = "Members pay the sick themselves; the patient confirms a late payment.";
            return Err(Refusal::fund("E-FUND-DIRECT", why));
        }
        if payer != member && self.roll.payer_of(member) != payer {
            let why = format!("Member {payer} does not pay for member {member}.");
            return Err(Refusal::arrears("E-ARREARS-PAYER", number, why));
        }
        let Some((_, paid_minor)) = self.debts(member).find(|(period, _)| *period == number) else {
            let why = format!("Member {member} owes it nothing.");
            return Err(Refusal::arrears("E-ARREARS-PAID", number, why));
        };
        let recovered = self.periods[number as usize].is_borne();
        self.post([late_payment(recovered, paid_minor)])?;
        self.periods[number as usize].arrears.pay(member, order.day);
        Ok(vec![Finding::Arrears(ArrearsFinding::Paid {
            period: number,
            member,
            paid_minor,
            recovered,
        })])
    }
}

/// The posting of a failed charge that is paid after all.
pub(crate) fn late_payment(recovered: bool, amount: Amount) -> Posting {
    let credit = if recovered { Account::Recovered } else { Account::Receivable };
    Posting::new(Term::LatePayment, Account::Custody, credit, amount)
}

impl Period {
    /// Whether a later period has borne what this one never collected.
    pub(crate) fn is_borne(&self) -> bool {
        self.arrears.borne_by.is_some()
    }
}
