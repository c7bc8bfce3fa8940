//! The operator's fee leaves custody last: after all that this and earlier periods owe.

use crate::books::{Posting, Term};
use crate::charter::Account;
use crate::finding::{Finding, PayoutFinding};
use crate::funds::Move;
use crate::period::{Period, Status};
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn draw_fee(&mut self, number: u32) -> Result<Vec<Finding>, Refusal> {
        self.not_frozen()?;
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
        let aid = period.aid;
        let posting = Posting::new(Term::FeePaid, Account::Fee, Account::Custody, fee_minor);
        // The flow of the fee is bounded by a part of the period's aid.
        self.post_in(number, [Move::of_decided(posting, aid)])?;
        self.periods[number as usize].fee_drawn = true;
        Ok(vec![Finding::Payout(PayoutFinding::FeeDrawn { period: number, fee_minor })])
    }
}
