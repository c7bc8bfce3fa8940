//! The bank's result of a collection: all succeeded, or all but those on a list.

use money::Amount;

use super::Status;
use crate::books::{Posting, Term};
use crate::charter::Account;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn collect_period(
        &mut self,
        number: u32,
        failed: &[u32],
        sponsor: Amount,
    ) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        if period.status != Status::Charged {
            let why = format!("It is {:?}; a charged period is collected, once.", period.status);
            return Err(Refusal::period(number, why));
        }
        let refuse = |member: u32, why: &str| {
            Refusal::new(
                "E-COLLECT-LIST",
                format!("The list of failed charges is refused at member {member}."),
                why,
                "Correct the list: sharers of the period only, ascending, each once.",
            )
        };
        if let Some(pair) = failed.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(refuse(pair[1], "The list is not ascending."));
        }
        let mut failed_minor = Amount::ZERO;
        for number_of in failed {
            let member = self.roll.get(*number_of);
            let share = member.map_or(Amount::ZERO, |member| self.share_of(&member, number));
            if share.is_zero() {
                return Err(refuse(*number_of, "The period charges this member nothing."));
            }
            failed_minor = failed_minor.plus(share)?;
        }
        let collected_minor = period.charges.minus(failed_minor)?;
        let posting = |term, credit, amount_minor| Posting {
            term,
            debit: Account::Custody,
            credit,
            amount_minor,
        };
        self.books.post(&[
            posting(Term::Collection, Account::Receivable, collected_minor),
            posting(Term::SponsorPaid, Account::Sponsor, sponsor),
        ])?;
        self.shrink_refunds(number, failed);
        let period = &mut self.periods[number as usize];
        period.step(number, Status::Collected)?;
        period.failed = failed.to_vec();
        let failed = failed.len() as u32;
        Ok(vec![Finding::Collected { period: number, collected_minor, failed, failed_minor }])
    }

    /// A share that was never paid is not returned.
    fn shrink_refunds(&mut self, number: u32, failed: &[u32]) {
        let mut due = std::mem::take(&mut self.refunds_due);
        for refund in &mut due {
            if failed.binary_search(&refund.member).is_ok()
                && let Some(member) = self.roll.get(refund.member)
            {
                let unpaid = self.share_of(&member, number).min(refund.amount);
                refund.amount = refund.amount.minus(unpaid).expect("at most itself is taken off");
            }
        }
        due.retain(|refund| !refund.amount.is_zero());
        self.refunds_due = due;
    }
}
