//! A sponsor who ends a plan well returns all shares: each member of the frozen roll gets what that
//! member has paid in the whole life of the plan, to the cent, from the sponsor's own money.

use money::Amount;

use super::Stage;
use crate::books::{Posting, Term};
use crate::charter::Account;
use crate::finding::{Finding, RunOffFinding};
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::State;

impl State {
    /// What each member of the frozen roll has paid in shares.
    fn shares_of_the_frozen(&self) -> Result<Vec<(u32, Amount)>, Refusal> {
        let periods = self.periods.len() as u32;
        let mut shares = Vec::new();
        for member in 0..self.roll.len() {
            let row = self.roll.get(member).filter(|row| row.standing == Standing::Active);
            if row.is_some() {
                shares.push((member, self.shares_paid(member, periods)?));
            }
        }
        shares.retain(|(_, paid)| !paid.is_zero());
        Ok(shares)
    }

    /// The custodian reports that the sponsor has paid in all shares; they are owed to the members.
    pub(crate) fn refund_shares(&mut self, total: Amount) -> Result<Vec<Finding>, Refusal> {
        if self.run_off.stage != Stage::Reporting || self.unsettled().is_some() {
            let why = "Shares are returned from the frozen roll on, once no charge is due.";
            return Err(Refusal::run_off("E-RUN-OFF-STATE", why));
        }
        if self.run_off.refunded {
            return Err(Refusal::run_off("E-RUN-OFF-TWICE", "All shares are returned already."));
        }
        let shares = self.shares_of_the_frozen()?;
        let total_minor = Amount::total(shares.iter().map(|(_, paid)| *paid))?;
        if total != total_minor || total.is_zero() {
            let why = format!(
                "The members have paid {} minor units, and {} came in.",
                total_minor.minor(),
                total.minor()
            );
            return Err(Refusal::run_off("E-RUN-OFF-REFUND", why));
        }
        let (debit, credit) = (Account::Custody, Account::Withdrawal);
        self.post([Posting::new(Term::SharesReturned, debit, credit, total_minor)])?;
        for (member, paid) in &shares {
            self.owe(*member, *paid)?;
        }
        self.run_off.refunded = true;
        let members = shares.len() as u32;
        Ok(vec![Finding::RunOff(RunOffFinding::Refunded { members, total_minor })])
    }
}
