//! The bank's side of custody: statements that the custodian signs, day by day, each movement of
//! them matched with one of the ledger or listed as unmatched.
//!
//! `custody of the ledger − custody at the bank` is published with every statement. While the two
//! differ for longer than the charter permits, nothing is ordered and no fee is drawn. A movement
//! is matched only as far as the ledger knows a reason for it: the charges of a period, the decided
//! aid of a case, what a flow has moved. Whatever the bank moved beyond that is unmatched, by its
//! reference, until it is taken back or explained.

mod bounds;
mod explain;
mod rows;
mod statement;

use std::collections::BTreeMap;

use money::Amount;
use proof::Digest;
use serde::{Deserialize, Serialize};

pub(crate) use statement::Entering;

pub use rows::{ROW_BYTES, Row, RowList, Stray};

use crate::books::Term;
use crate::charter::Account;
use crate::day::Day;
use crate::refusal::Refusal;
use crate::state::State;

/// The last statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    /// Its number.
    pub number: u64,
    /// Its day.
    pub day: Day,
    /// What custody held at its end.
    pub closing: Amount,
    /// SHA-256 of the bank's file.
    pub file: Digest,
}

/// What the bank's statements have shown so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bank {
    pub(crate) last: Option<Last>,
    /// What was matched with each term in all.
    pub(crate) matched: BTreeMap<Term, Amount>,
    /// What was matched with the charges of each period.
    pub(crate) periods: BTreeMap<u32, Amount>,
    /// What was matched with the aid of each case; paid aid is less than nothing.
    pub(crate) cases: BTreeMap<u32, Amount>,
    /// What was moved and not matched, by the bank's reference.
    pub(crate) unmatched: BTreeMap<String, Amount>,
    /// The day since which ledger and bank differ.
    pub(crate) differs_since: Option<Day>,
}

impl Bank {
    /// The last statement.
    #[must_use]
    pub fn last(&self) -> Option<&Last> {
        self.last.as_ref()
    }

    /// What custody holds at the bank, by the last statement.
    #[must_use]
    pub fn custody(&self) -> Amount {
        self.last.map_or(Amount::ZERO, |last| last.closing)
    }

    /// What was moved and not matched, by the bank's reference.
    pub fn unmatched(&self) -> impl Iterator<Item = (&str, Amount)> + '_ {
        self.unmatched.iter().map(|(reference, amount)| (reference.as_str(), *amount))
    }

    /// What the statements have shown of a case; paid aid is less than nothing.
    #[must_use]
    pub fn shown_of_case(&self, number: u32) -> Amount {
        self.cases.get(&number).copied().unwrap_or_default()
    }

    /// The day since which ledger and bank differ.
    #[must_use]
    pub fn differs_since(&self) -> Option<Day> {
        self.differs_since
    }
}

impl State {
    /// What the bank's statements have shown.
    #[must_use]
    pub fn bank(&self) -> &Bank {
        &self.bank
    }

    /// `custody of the ledger − custody at the bank`.
    ///
    /// # Errors
    /// When the difference does not fit an amount.
    pub fn custody_difference(&self) -> Result<Amount, Refusal> {
        Ok(self.books.balance(Account::Custody).minus(self.bank.custody())?)
    }

    /// What each term has moved in the ledger and no statement has shown yet; what the bank has
    /// moved ahead of the ledger is of the opposite sign.
    ///
    /// # Errors
    /// When a difference does not fit an amount.
    pub fn in_transit(&self) -> Result<Vec<(Term, Amount)>, Refusal> {
        let mut open: BTreeMap<Term, Amount> = self.books.moved().collect();
        for (term, amount) in &self.bank.matched {
            let left = open.entry(*term).or_default();
            *left = left.minus(*amount)?;
        }
        Ok(open.into_iter().filter(|(_, amount)| !amount.is_zero()).collect())
    }

    /// The day from which payouts rest, because ledger and bank differ for longer than the charter
    /// permits; nothing when they may go on.
    #[must_use]
    pub fn frozen_from(&self) -> Option<Day> {
        let clause = self.founded.as_ref()?.charter.funds.reconciliation?;
        let from = self.bank.differs_since?.plus_days(clause.freeze_after_days);
        (self.day > from).then_some(from)
    }

    /// Refuses to let money leave while payouts rest.
    pub(crate) fn not_frozen(&self) -> Result<(), Refusal> {
        let Some(from) = self.frozen_from() else { return Ok(()) };
        let since = self.bank.differs_since.map_or_else(String::new, |day| day.to_string());
        let difference = self.custody_difference()?.minor();
        Err(Refusal::new(
            "E-FUNDS-FROZEN",
            "Payouts and fees rest.",
            format!(
                "Since {since} ledger and bank differ, now by {difference} minor units; the \
                 charter's days for that ended on {from}."
            ),
            "Enter the bank's statements, and let what is unmatched be taken back or explained; \
             see `huzhu bank reconcile`.",
        ))
    }

    /// Remembers since when ledger and bank differ; to be called after every command.
    pub(crate) fn compare_custody(&mut self, day: Day) {
        let equal = self.books.balance(Account::Custody) == self.bank.custody();
        let since = self.bank.differs_since.unwrap_or(day);
        self.bank.differs_since = (!equal).then_some(since);
    }
}

impl Refusal {
    /// A statement that cannot be entered.
    pub(crate) fn bank(code: &'static str, why: impl Into<String>) -> Self {
        Self::new(
            code,
            "The statement is not entered.",
            why,
            "Look at `huzhu bank reconcile`, and ask the bank for what is missing.",
        )
    }
}
