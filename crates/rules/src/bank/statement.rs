//! A statement of the bank is entered: complete, in order, each once, and equal to its own sums.

use money::Amount;
use proof::Digest;

use super::{Bank, Last, Row, Stray};
use crate::day::Day;
use crate::entry::Order;
use crate::finding::{BankFinding, Finding};
use crate::refusal::Refusal;
use crate::state::State;

/// References have at most so many characters (ISO 20022's `Max35Text`).
const REFERENCE_MAX: usize = 35;

/// A statement as the custodian signs it.
#[derive(Clone, Debug)]
pub(crate) struct Entering<'a> {
    pub number: u64,
    pub day: Day,
    pub opening: Amount,
    pub closing: Amount,
    pub file: Digest,
    pub matched: Vec<Row>,
    pub unmatched: &'a [Stray],
}

impl State {
    pub(crate) fn enter_statement(
        &mut self,
        order: Order,
        statement: Entering<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        follows(self.bank.last.as_ref(), &statement)?;
        let since = self.bank.last.map(|last| last.day);
        if statement.day > order.day || since.is_some_and(|since| statement.day < since) {
            let why = format!("Its day {} is still to come, or already stated.", statement.day);
            return Err(Refusal::bank("E-BANK-DAY", why));
        }
        sums(&statement)?;
        let mut bank = self.bank.clone();
        if !statement.matched.windows(2).all(|pair| pair[0].key() < pair[1].key()) {
            return Err(Refusal::bank("E-BANK-ROWS", "The rows are not ascending, each once."));
        }
        for row in &statement.matched {
            if row.amount_minor.is_zero() || !self.is_known_at_bank(&bank, row)? {
                let amount = row.amount_minor.minor();
                let why = format!(
                    "The ledger has no reason for {amount} minor units of {:?} (period {}, number \
                     {}).",
                    row.term, row.period, row.number
                );
                return Err(Refusal::bank("E-BANK-MATCH", why));
            }
            bank.match_with(row)?;
        }
        strays(&mut bank, statement.unmatched)?;
        bank.last = Some(Last {
            number: statement.number,
            day: statement.day,
            closing: statement.closing,
            file: statement.file,
        });
        self.bank = bank;
        self.compare_custody(order.day);
        Ok(vec![self.reconciled(statement.number, statement.day)?])
    }

    /// What is published with every statement.
    pub(super) fn reconciled(&self, statement: u64, day: Day) -> Result<Finding, Refusal> {
        let difference_minor = self.custody_difference()?;
        let transit = self.in_transit()?;
        let unmatched = self.bank.unmatched.values().copied();
        Ok(Finding::Bank(BankFinding::Reconciled {
            statement,
            day,
            ledger_minor: self.bank.custody().plus(difference_minor)?,
            bank_minor: self.bank.custody(),
            difference_minor,
            in_transit_minor: Amount::total(transit.into_iter().map(|(_, amount)| amount))?,
            unmatched: self.bank.unmatched.len() as u32,
            unmatched_minor: Amount::total(unmatched)?,
            differs_since: self.bank.differs_since,
            frozen: self.frozen_from().is_some(),
        }))
    }
}

/// Whether a statement is the one after the last.
fn follows(last: Option<&Last>, statement: &Entering<'_>) -> Result<(), Refusal> {
    let Some(last) = last else { return Ok(()) };
    let number = statement.number;
    if number <= last.number {
        let (code, why) = if number == last.number && statement.file == last.file {
            ("E-BANK-AGAIN", format!("Statement {number} was entered before: this is it again."))
        } else {
            ("E-BANK-ORDER", format!("Statement {number} comes after statement {}.", last.number))
        };
        return Err(Refusal::bank(code, why));
    }
    let (from, to) = (last.number + 1, number - 1);
    if from <= to {
        let missing = if from == to { format!("{from}") } else { format!("{from} to {to}") };
        let why = format!("There is a gap: statement {missing} is missing before {number}.");
        return Err(Refusal::bank("E-BANK-GAP", why));
    }
    if statement.opening != last.closing {
        let (opens, closed) = (statement.opening.minor(), last.closing.minor());
        let why =
            format!("It opens with {opens} minor units; the one before closed with {closed}.");
        return Err(Refusal::bank("E-BANK-OPENING", why));
    }
    Ok(())
}

/// Whether opening balance and movements make the closing balance.
fn sums(statement: &Entering<'_>) -> Result<(), Refusal> {
    let matched: i128 = statement.matched.iter().map(|row| row.amount_minor.wide()).sum();
    let unmatched: i128 = statement.unmatched.iter().map(|stray| stray.amount_minor.wide()).sum();
    if statement.opening.wide() + matched + unmatched != statement.closing.wide() {
        let why = "Its opening balance and its movements do not make its closing balance.";
        return Err(Refusal::bank("E-BANK-SUM", why));
    }
    Ok(())
}

/// Puts unmatched movements on record; two that take each other back leave nothing.
fn strays(bank: &mut Bank, strays: &[Stray]) -> Result<(), Refusal> {
    for stray in strays {
        let length = stray.reference.chars().count();
        let plain = !stray.reference.chars().any(char::is_control);
        if !(1..=REFERENCE_MAX).contains(&length) || !plain || stray.amount_minor.is_zero() {
            let why = "An unmatched movement has no reference of 1 to 35 characters, or no amount.";
            return Err(Refusal::bank("E-BANK-ROWS", why));
        }
        let open = bank.unmatched.entry(stray.reference.clone()).or_default();
        *open = open.plus(stray.amount_minor)?;
    }
    bank.unmatched.retain(|_, amount| !amount.is_zero());
    Ok(())
}
