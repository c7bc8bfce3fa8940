//! The operator's fee leaves custody last: after all that this and earlier periods owe.

use money::Amount;

use crate::books::{Posting, Term};
use crate::charter::Account;
use crate::finding::{Finding, PayoutFinding};
use crate::period::{Period, Status};
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn draw_fee(&mut self, number: u32) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        if period.status < Status::Collected || period.fee_drawn {
            return Err(Refusal::period(number, "The fee of a collected period is drawn, once."));
        }
        let owing = |period: &Period| !period.unpaid.is_empty() || !period.refunds.is_empty();
        if self.periods().iter().take(number as usize + 1).any(owing) {
            let why = "No fee is drawn before all that this and earlier periods owe is paid.";
            return Err(Refusal::period(number, why));
        }
        let fee_minor = period.fee;
        let flows = &self.rules_of_period(number)?.funds.flows;
        let flow = flows.iter().find(|flow| flow.settles == Account::Fee);
        let bound = flow.map_or(Ok(Amount::ZERO), |flow| flow.bound.floor_of(period.aid))?;
        if fee_minor > bound {
            return Err(Refusal::new(
                "E-FUNDS-FLOW",
                format!("The fee of period {number} stays in custody."),
                format!("The charter's flow permits {} minor units.", bound.minor()),
                "Nothing beyond the permitted flow can ever be drawn.",
            )
            .forbidden());
        }
        self.books.post(&[Posting {
            term: Term::FeePaid,
            debit: Account::Fee,
            credit: Account::Custody,
            amount_minor: fee_minor,
        }])?;
        self.periods[number as usize].fee_drawn = true;
        Ok(vec![Finding::Payout(PayoutFinding::FeeDrawn { period: number, fee_minor })])
    }
}
