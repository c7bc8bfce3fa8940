//! The demo's bank: takes what the ledger exports, and states every period what custody holds.
//!
//! Payouts and fees go as real files both ways. So do collections of a small plan; in a large one
//! the file of millions of lines is worked out, which gives its id, count and sum, and the bank
//! books the sum, for writing 78 of them would be most of the demo's time.

use std::path::Path;

use crate::bank::answer::{self, Step};
use crate::bank::export::{ExportError, Payments};
use crate::bank::{CUSTODY, statement};
use crate::problem::{Kind as Why, Problem};
use bank::{Bank, Habits, Kind};
use jiff::Timestamp;
use money::Amount;
use rails::{Batch, EndToEnd, Purpose};
use rules::State;
use rules::bank::Row;
use rules::books::Term;
use rules::charter::{Account, Charter};
use rules::day::Day;

/// Collections of at most so many lines are written and taken as a file.
const FILE_LINES_MAX: u64 = 10_000;

/// Stands for the path of files that are only in memory.
const MEMORY: &str = "the bank's file";

/// The bank of a demo.
pub struct Teller {
    bank: Bank,
    /// Aid that came back since the last statement: the bank's reference, and what it was for.
    back: Vec<(String, Row)>,
}

fn failed(why: impl std::fmt::Display) -> Problem {
    let (what, next) = ("The demo's bank did not take a file.", "Report this with the seed.");
    Problem::new(Why::Input, "E-DEMO-BANK", what, format!("{why}."), next)
}

fn civil(day: Day) -> Result<jiff::civil::Date, Problem> {
    day.to_string().parse().map_err(failed)
}

/// Lets the bank take a file of payments; gives what its answer says.
pub fn exchange(
    bank: &mut Bank,
    state: &State,
    payments: &Payments<'_>,
) -> Result<answer::Answer, Problem> {
    let created = Timestamp::from_millisecond(state.at()).map_err(failed)?;
    let written = payments.write(Vec::new(), created).map_err(|error| match error {
        ExportError::Problem(problem) => *problem,
        ExportError::File(error) => failed(error),
    });
    let answer = bank.take(&*written?.0).map_err(failed)?;
    answer::read(state, Path::new(MEMORY), answer.status().as_bytes())
}

/// The bank's statement of the day, matched with the ledger as far as its references tell.
pub fn stated(bank: &mut Bank, state: &State) -> Result<statement::Statement, Problem> {
    let text = bank.statement();
    let digest = proof::sha256(text.as_bytes());
    statement::read(state, Path::new(MEMORY), text.as_bytes(), digest)
}

impl Teller {
    /// A bank in which every payment succeeds, as nothing was published about those that failed.
    pub fn open(charter: &Charter, seed: u64, day: Day) -> Result<Self, Problem> {
        let habits = Habits::smooth(seed);
        Ok(Self {
            bank: Bank::open(habits, charter.plan.currency, CUSTODY, civil(day)?),
            back: Vec::new(),
        })
    }

    /// Books aid that comes back. No file of the plan asks for it, so the custodian says what the
    /// bank's reference stands for.
    pub fn take_back(&mut self, state: &State, case: u32, amount: Amount) -> Result<(), Problem> {
        self.bank.go_to(civil(state.day())?);
        let booked = self.bank.book(Kind::Other("aid returned".to_owned()), amount, "");
        let row = Row { term: Term::AidRecovered, period: 0, number: case, amount_minor: amount };
        self.back.push((booked.reference, row));
        Ok(())
    }

    /// Collects a period; gives the members whose charge failed.
    pub fn collect(&mut self, state: &State, period: u32) -> Result<Vec<u32>, Problem> {
        self.bank.go_to(civil(state.day())?);
        if state.period(period).is_none_or(|period| period.charges.is_zero()) {
            return Ok(Vec::new());
        }
        let payments = Payments::of(state, Batch::Collections, period)?;
        let totals = payments.totals().map_err(failed)?;
        if totals.count() > FILE_LINES_MAX {
            let id = payments.id(&totals)?.to_string();
            let sum = totals.sum().map_err(failed)?;
            self.bank.book(Kind::Batch(id, totals.count()), sum, "");
            return Ok(Vec::new());
        }
        match self.send(state, &payments)?.steps.pop() {
            Some(Step::Collect { failed, .. }) => Ok(failed),
            other => Err(failed(format!("it answered {other:?}"))),
        }
    }

    /// The sponsor pays what it owes for the cap of the year; gives how much.
    pub fn guarantee(&mut self, state: &State, period: u32) -> Result<Amount, Problem> {
        let owed = state.books().balance(Account::Sponsor);
        if !owed.is_zero() {
            let (plan, purpose) = (crate::bank::tag(state)?, Purpose::Guarantee);
            let id = EndToEnd { purpose, plan, period, number: 0, attempt: 0 };
            self.bank.book(Kind::Payment(id.to_string()), owed, "");
        }
        Ok(owed)
    }

    /// Pays what is ordered; gives the cases that were paid.
    pub fn pay(&mut self, state: &State, period: u32) -> Result<Vec<u32>, Problem> {
        if state.ordered_of(period).0.is_empty() {
            return Ok(Vec::new());
        }
        let payments = Payments::of(state, Batch::Payouts, period)?;
        match self.send(state, &payments)?.steps.pop() {
            Some(Step::Confirm { cases, .. }) => Ok(cases),
            other => Err(failed(format!("it answered {other:?}"))),
        }
    }

    /// Pays the fee that was drawn.
    pub fn fee(&mut self, state: &State, period: u32) -> Result<(), Problem> {
        if state.period(period).is_some_and(|p| p.fee_drawn && !p.fee.is_zero()) {
            self.send(state, &Payments::of(state, Batch::Fee, period)?)?;
        }
        Ok(())
    }

    fn send(&mut self, state: &State, payments: &Payments<'_>) -> Result<answer::Answer, Problem> {
        exchange(&mut self.bank, state, payments)
    }

    /// The statement of the day, matched; the caller lays rows beside the log when there are many.
    pub fn statement(&mut self, state: &State) -> Result<statement::Statement, Problem> {
        self.bank.go_to(civil(state.day())?);
        let mut read = stated(&mut self.bank, state)?;
        for (reference, row) in self.back.drain(..) {
            read.unmatched.retain(|stray| stray.reference != reference);
            read.matched.push(row);
        }
        read.matched.sort_unstable_by_key(|row| (row.term, row.period, row.number));
        Ok(read)
    }
}
