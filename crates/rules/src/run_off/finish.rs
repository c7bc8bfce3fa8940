//! The end: deposits go back to their members, what is left is divided among them, and the final
//! account shows every account at zero, or why it is not.

use money::Amount;

use super::Stage;
use crate::books::{Posting, Term};
use crate::case::Status as CaseStatus;
use crate::charter::{Account, Cost};
use crate::entry::Order;
use crate::finding::{Closing, Finding, RunOffFinding};
use crate::period::Status;
use crate::refusal::Refusal;
use crate::state::State;

/// Accounts that must be empty before a plan is over: each is owed to somebody.
const OWED: [Account; 9] = [
    Account::Aid,
    Account::Refund,
    Account::Fee,
    Account::Deposit,
    Account::Withdrawal,
    Account::Surplus,
    Account::Reserve,
    Account::CarryOver,
    Account::Recovered,
];

impl State {
    /// Returns all balances that members paid in ahead: after the sick, before everybody else.
    pub(crate) fn return_deposits(&mut self) -> Result<Vec<Finding>, Refusal> {
        if self.run_off.stage != Stage::Reporting || self.unsettled().is_some() {
            let why = "Deposits are returned from the frozen roll on, once no charge is due.";
            return Err(Refusal::run_off("E-RUN-OFF-STATE", why));
        }
        let (members, total_minor) = self.return_all_deposits()?;
        Ok(vec![Finding::RunOff(RunOffFinding::Deposits { members, total_minor })])
    }

    /// Divides what is left among the members of the frozen roll, alike; the cents that cannot be
    /// divided go to the charity that the charter names. The operator gets nothing.
    pub(crate) fn share_out(&mut self, order: Order) -> Result<Vec<Finding>, Refusal> {
        self.all_decided(order)?;
        if self.run_off.shared {
            return Err(Refusal::run_off("E-RUN-OFF-TWICE", "It is divided already."));
        }
        let from = [Account::CarryOver, Account::Reserve, Account::Recovered];
        let left = from.map(|account| self.books.balance(account));
        let lent = self.books.balance(Account::Advance);
        let surplus =
            |account, amount| Posting::new(Term::Surplus, account, Account::Surplus, amount);
        let total = Amount::total(left)?;
        let deferred = self.books.balance(Account::Deferred).min(total);
        if !lent.is_zero() {
            let why = "What the sponsor lent is repaid first, at the settling of the last period.";
            return Err(Refusal::run_off("E-RUN-OFF-STATE", why));
        }
        let mut moves: Vec<Posting> =
            from.into_iter().zip(left).map(|(account, amount)| surplus(account, amount)).collect();
        // What later periods would have paid, what is left pays now.
        let (debit, credit) = (Account::Surplus, Account::Deferred);
        moves.push(Posting::new(Term::DeferredCovered, debit, credit, deferred));
        self.post(moves)?;
        let (total, members) = (total.minus(deferred)?, self.frozen_members());
        let each = match members {
            0 => Amount::ZERO,
            members => Amount::from_minor(total.wide() / i128::from(members))?,
        };
        let shared = Amount::from_minor(each.wide() * i128::from(members))?;
        self.run_off.shared = true;
        Ok(vec![Finding::RunOff(RunOffFinding::Shared {
            total_minor: total,
            members,
            each_minor: each,
            charity_minor: total.minus(shared)?,
        })])
    }

    /// The custodian paid what was left to the members and the charity.
    pub(crate) fn pay_surplus(&mut self) -> Result<Vec<Finding>, Refusal> {
        let total_minor = self.books.balance(Account::Surplus);
        if total_minor.is_zero() {
            return Err(Refusal::run_off("E-RUN-OFF-NOTHING", "Nothing is left to be paid."));
        }
        let (debit, credit) = (Account::Surplus, Account::Custody);
        self.post([Posting::new(Term::SurplusPaid, debit, credit, total_minor)])?;
        Ok(vec![Finding::RunOff(RunOffFinding::SurplusPaid { total_minor })])
    }

    /// The final account: every account at zero, or why it is not.
    pub(crate) fn final_account(&mut self, order: Order) -> Result<Vec<Finding>, Refusal> {
        self.all_decided(order)?;
        let holds = |account: &Account| !self.books.balance(*account).is_zero();
        if let Some(account) = OWED.into_iter().find(holds) {
            let why = format!("The account {account:?} still holds what is owed to somebody.");
            return Err(Refusal::run_off("E-RUN-OFF-OWED", why));
        }
        let accounts = self.books.balances().map(|(account, balance_minor)| Closing {
            account,
            balance_minor,
            why: explained(account, balance_minor).to_owned(),
        });
        let accounts: Vec<Closing> = accounts.collect();
        let paid_minor =
            Amount::total(self.cases().iter().map(|case| case.paid.unwrap_or_default()))?;
        let count = |status: CaseStatus| {
            self.cases().iter().filter(|case| case.status == status).count() as u32
        };
        let (paid, refused) = (count(CaseStatus::Paid), count(CaseStatus::Refused));
        self.run_off.step(Stage::Final)?;
        self.run_off.told = Stage::Final;
        Ok(vec![Finding::RunOff(RunOffFinding::Final { accounts, paid, refused, paid_minor })])
    }

    /// Whether nothing can come any more: the days of reporting are over, every case is decided
    /// and every period that was published is settled.
    fn all_decided(&self, order: Order) -> Result<(), Refusal> {
        let until = self.reported_until()?;
        if self.run_off.stage != Stage::Reporting || order.day <= until {
            let why = format!("Cases may still be filed until {until}.");
            return Err(Refusal::run_off("E-RUN-OFF-EARLY", why));
        }
        if let Some(why) = self.unsettled() {
            return Err(Refusal::run_off("E-RUN-OFF-OPEN", why));
        }
        let assets = self.charter()?.run_off.cost == Cost::Assets;
        if assets && !self.run_off.last_ordered {
            let why = "The last instalment has not been ordered.";
            return Err(Refusal::run_off("E-RUN-OFF-OPEN", why));
        }
        let open = |status| {
            use CaseStatus::{Paid, Refused, Withdrawn};
            !matches!(status, Paid | Refused | Withdrawn)
        };
        match (0..).zip(self.cases()).find(|(_, case)| open(case.status)) {
            Some((number, case)) => {
                let why = format!("Case {number} is {:?}.", case.status);
                Err(Refusal::run_off("E-RUN-OFF-OPEN", why))
            }
            None => Ok(()),
        }
    }

    /// The first period that was counted and is not settled.
    pub(super) fn unsettled(&self) -> Option<String> {
        let counted = (0..).zip(self.periods()).take(self.counted as usize);
        let mut open = counted.filter(|(_, period)| period.status != Status::Settled);
        open.next().map(|(number, period)| format!("Period {number} is {:?}.", period.status))
    }
}

/// Why an account may stand as it does when a plan is over.
fn explained(account: Account, balance: Amount) -> &'static str {
    match account {
        _ if balance.is_zero() => "zero",
        Account::Custody => "money without an owner: the books are wrong",
        Account::Receivable => "charges that were never paid and that no later period bore",
        Account::Deferred => "cost that no later period paid: it was taken from nobody",
        Account::Sponsor => "the sponsor's guarantee, called and not paid",
        Account::Advance => "what the sponsor lent and was not repaid",
        _ => "owed",
    }
}
