//! Balances that members pay in ahead: paid in through the bank, drawn by the charges of their
//! household first, returned when no charge is due.
//!
//! A charge is drawn whole or not at all; what a balance cannot pay whole is collected by the bank
//! like any other charge. A balance is its member's and never pays for anybody outside the
//! household, nor for the plan.

use money::Amount;
use serde::{Deserialize, Serialize};

use super::books::{Posting, Term};
use super::{PAYMENTS_MAX, Payment};
use crate::arrears::{ascending, late_payment};
use crate::blocks::Blocks;
use crate::charter::{Account, Deposits as Clause};
use crate::entry::Order;
use crate::finding::{Finding, FundFinding};
use crate::period::Status;
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::State;

/// Balances that share a digest: about 16 KiB of stored form.
const DEPOSITS_OF_A_BLOCK: usize = 1_024;

/// What one member has paid in ahead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deposit {
    /// Paid in since joining, without what paid failed charges at once.
    pub paid_in: Amount,
    /// What is left of it for charges to come.
    pub balance: Amount,
    /// What is to be returned and has not left custody yet.
    pub owed: Amount,
}

/// The balances by member, as far as anybody has paid in.
pub type Deposits = [Deposit];

/// The column of balances.
pub(crate) type Column = Blocks<Deposit, DEPOSITS_OF_A_BLOCK>;

impl State {
    /// What a member has paid in ahead.
    #[must_use]
    pub fn deposit(&self, member: u32) -> Deposit {
        self.deposits.get(member as usize).copied().unwrap_or_default()
    }

    /// All balances paid in ahead, by member; those beyond the last never paid in.
    #[must_use]
    pub fn deposits(&self) -> &Deposits {
        &self.deposits
    }

    fn deposit_mut(&mut self, member: u32) -> &mut Deposit {
        while self.deposits.len() <= member as usize {
            self.deposits.push(Deposit::default());
        }
        &mut self.deposits[member as usize]
    }

    /// Something is to be returned to a member; its posting is the caller's.
    pub(crate) fn owe(&mut self, member: u32, amount: Amount) -> Result<(), Refusal> {
        let row = self.deposit_mut(member);
        row.owed = row.owed.plus(amount)?;
        Ok(())
    }

    fn deposit_clause(&self) -> Result<&Clause, Refusal> {
        self.charter()?.funds.deposits.as_ref().ok_or_else(|| {
            let why = "The charter has no funds.deposits: nobody pays in advance.";
            Refusal::fund("E-FUND-NONE", why)
        })
    }

    /// The bank reports what members paid in. Failed charges of the household are paid first.
    pub(crate) fn pay_in(
        &mut self,
        order: Order,
        payments: &[Payment],
    ) -> Result<Vec<Finding>, Refusal> {
        let clause = self.deposit_clause()?;
        let members: Vec<u32> = payments.iter().map(|payment| payment.member).collect();
        ascending(&members)?;
        if payments.is_empty() || payments.len() > PAYMENTS_MAX {
            let why = format!("It reports no payment, or more than {PAYMENTS_MAX}.");
            return Err(Refusal::fund("E-FUND-FORM", why));
        }
        let joining = clause.joining_amount_minor;
        let (mut moves, mut late, mut rests) = (Vec::new(), Vec::new(), Vec::new());
        for Payment { member, amount_minor } in payments.iter().copied() {
            let row = self.roll.get(member).ok_or_else(|| Refusal::no_member(member))?;
            let payer = self.roll.payer_of(member);
            if payer != member {
                let why = format!("Member {payer} pays for member {member}, and pays in too.");
                return Err(Refusal::fund("E-FUND-PAYER", why));
            }
            let mut left = amount_minor;
            for other in self.roll.household(member) {
                for (period, owed) in self.debts(other) {
                    if owed <= left {
                        left = left.minus(owed)?;
                        late.push((period, other));
                        let recovered = self.periods()[period as usize].is_borne();
                        moves.push(late_payment(recovered, owed));
                    }
                }
            }
            let first = self.deposit(member).paid_in.is_zero();
            if amount_minor <= Amount::ZERO || first && amount_minor < joining {
                let why = format!("Member {member} pays in less than the charter asks.");
                return Err(Refusal::fund("E-FUND-JOINING", why));
            }
            if row.standing != Standing::Active && !left.is_zero() {
                let why = format!("Member {member}'s membership is {:?}.", row.standing);
                return Err(Refusal::fund("E-MEMBER-OVER", why));
            }
            moves.push(Posting::new(Term::PaidIn, Account::Custody, Account::Deposit, left));
            rests.push((member, left));
        }
        let settled_minor = Amount::total(
            moves.iter().filter(|m| m.term == Term::LatePayment).map(|m| m.amount_minor),
        )?;
        let total_minor = Amount::total(payments.iter().map(|payment| payment.amount_minor))?;
        self.post(moves)?;
        for (period, member) in late {
            self.periods[period as usize].arrears.pay(member, order.day);
        }
        for (member, left) in rests {
            let row = self.deposit_mut(member);
            (row.paid_in, row.balance) = (row.paid_in.plus(left)?, row.balance.plus(left)?);
        }
        Ok(vec![Finding::Fund(FundFinding::PaidIn {
            payments: payments.len() as u32,
            total_minor,
            settled_minor,
        })])
    }

    /// Draws the charges of a period that has just been closed, each household in the order of
    /// charge, as far as the payer's balance pays them whole.
    pub(crate) fn draw_deposits(&mut self, number: u32) -> Result<Option<Finding>, Refusal> {
        let Some(clause) = self.rules_of_period(number)?.funds.deposits.clone() else {
            return Ok(None);
        };
        let (mut drawn, mut taken) = (Vec::new(), Vec::new());
        let (mut short, mut low) = (0, 0);
        for payer in 0..self.deposits.len() as u32 {
            let balance = self.deposit(payer).balance;
            if balance.is_zero() || self.roll.payer_of(payer) != payer {
                continue;
            }
            let mut left = balance;
            let mut charged = false;
            for member in self.roll.household(payer) {
                let share = self.roll.get(member).map(|row| self.share_of(&row, number));
                let share = share.unwrap_or_default();
                if share.is_zero() {
                    continue;
                }
                charged = true;
                if share > left {
                    short += 1;
                    break;
                }
                left = left.minus(share)?;
                drawn.push(member);
            }
            low += u32::from(charged && left < clause.low_amount_minor);
            taken.push((payer, balance.minus(left)?));
        }
        let drawn_minor = Amount::total(taken.iter().map(|(_, amount)| *amount))?;
        self.post([Posting::new(Term::Drawn, Account::Deposit, Account::Receivable, drawn_minor)])?;
        for (payer, amount) in taken.into_iter().filter(|(_, amount)| !amount.is_zero()) {
            let row = self.deposit_mut(payer);
            row.balance = row.balance.minus(amount)?;
        }
        drawn.sort_unstable();
        let members = drawn.len() as u32;
        let period = &mut self.periods[number as usize];
        (period.drawn, period.drawn_of) = (drawn_minor, runs(&drawn));
        period.low_balances = low;
        let period = number;
        Ok(Some(Finding::Fund(FundFinding::Drawn { period, members, drawn_minor, short, low })))
    }

    /// A member asks for the balance, or for a part of it; whoever has left gets what is left of it
    /// after the exit levy.
    pub(crate) fn withdraw(
        &mut self,
        member: u32,
        amount: Option<Amount>,
    ) -> Result<Vec<Finding>, Refusal> {
        let levy = self.deposit_clause()?.exit_levy_amount_minor;
        let row = self.roll.get(member).ok_or_else(|| Refusal::no_member(member))?;
        self.no_charge_due(member)?;
        let balance = self.deposit(member).balance;
        let amount = amount.unwrap_or(balance);
        if amount <= Amount::ZERO || amount > balance {
            let why = format!("The balance is {} minor units.", balance.minor());
            return Err(Refusal::fund("E-FUND-BALANCE", why));
        }
        let levied = matches!(row.standing, Standing::Left | Standing::Expelled);
        if row.standing != Standing::Active && amount != balance {
            let why = "Whoever has left takes the whole balance.";
            return Err(Refusal::fund("E-FUND-BALANCE", why));
        }
        let levied = levied && !self.run_off.is_frozen();
        let levy_minor = if levied { levy.min(amount) } else { Amount::ZERO };
        let amount_minor = amount.minus(levy_minor)?;
        self.post([
            Posting::new(Term::ExitLevy, Account::Deposit, Account::Reserve, levy_minor),
            Posting::new(Term::Withdrawn, Account::Deposit, Account::Withdrawal, amount_minor),
        ])?;
        let row = self.deposit_mut(member);
        row.balance = row.balance.minus(amount)?;
        row.owed = row.owed.plus(amount_minor)?;
        Ok(vec![Finding::Fund(FundFinding::Withdrawn { member, amount_minor, levy_minor })])
    }

    /// A balance rests while a charge of the household is due: published and not yet collected,
    /// or failed and not yet paid.
    fn no_charge_due(&self, member: u32) -> Result<(), Refusal> {
        for other in self.roll.household(member) {
            let row = self.roll.get(other).ok_or_else(|| Refusal::no_member(other))?;
            let counted = (0..).zip(self.periods()).take(self.counted as usize);
            let open = counted.filter(|(_, period)| period.status < Status::Collected);
            let due = open.map(|(number, _)| number).find(|n| self.class_in(&row, *n).is_some());
            if let Some(number) = due.or_else(|| self.debts(other).next().map(|(n, _)| n)) {
                let why = format!("The charge of period {number} for member {other} is due.");
                return Err(Refusal::fund("E-FUND-CHARGE-DUE", why));
            }
        }
        Ok(())
    }

    /// The custodian returned the balances of these members.
    pub(crate) fn pay_withdrawals(&mut self, members: &[u32]) -> Result<Vec<Finding>, Refusal> {
        ascending(members)?;
        let mut total = Amount::ZERO;
        for member in members {
            let owed = self.deposit(*member).owed;
            if owed.is_zero() {
                let why = format!("Nothing is to be returned to member {member}.");
                return Err(Refusal::fund("E-PAYOUT", why));
            }
            total = total.plus(owed)?;
        }
        let (debit, credit) = (Account::Withdrawal, Account::Custody);
        self.post([Posting::new(Term::WithdrawalPaid, debit, credit, total)])?;
        members.iter().for_each(|member| self.deposit_mut(*member).owed = Amount::ZERO);
        Ok(vec![Finding::Fund(FundFinding::WithdrawalsPaid {
            members: members.len() as u32,
            total_minor: total,
        })])
    }

    /// As the plan ends every balance is to be returned whole; gives how many and how much.
    pub(crate) fn return_all_deposits(&mut self) -> Result<(u32, Amount), Refusal> {
        let total = Amount::total(self.deposits.iter().map(|row| row.balance))?;
        let (debit, credit) = (Account::Deposit, Account::Withdrawal);
        self.post([Posting::new(Term::Withdrawn, debit, credit, total)])?;
        let mut members = 0;
        for member in 0..self.deposits.len() {
            let row = self.deposits[member];
            if !row.balance.is_zero() {
                let owed = row.owed.plus(row.balance)?;
                self.deposits[member] = Deposit { owed, balance: Amount::ZERO, ..row };
                members += 1;
            }
        }
        Ok((members, total))
    }
}

/// Ascending numbers as runs: first and one past the last.
fn runs(ascending: &[u32]) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in ascending {
        match runs.last_mut() {
            Some((_, end)) if end == number => *end += 1,
            _ => runs.push((*number, number + 1)),
        }
    }
    runs
}

impl Refusal {
    /// Something that cannot be done with a fund.
    pub(crate) fn fund(code: &'static str, why: impl Into<String>) -> Self {
        let next = "Look at the funds with `huzhu fund show` and at the charter's clauses.";
        Self::new(code, "The fund stays as it is.", why, next)
    }
}
