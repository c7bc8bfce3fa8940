//! What is there is divided among the sick: approved aid, then cases that are being decided, then
//! what is incurred and not yet reported, all by the same part, in two instalments.
//!
//! The first instalment is a part of what the whole estimate allows, so that whoever reports late
//! finds as much; a case approved after it gets the same part at once. The second comes when all is
//! reported and decided, and divides what is left; what no money is there for is taken off, in the
//! open.

use money::{Amount, Rate};

use super::Stage;
use crate::books::{Posting, Term};
use crate::case::Status;
use crate::charter::{Account, Cost};
use crate::entry::Order;
use crate::finding::{Finding, RunOffFinding};
use crate::refusal::Refusal;
use crate::state::State;

/// What a division knows of the debts.
struct Debts {
    /// Approved cases that are not paid in full, with what was decided.
    approved: Vec<(u32, Amount)>,
    approved_minor: Amount,
    /// Asked by cases that are not decided.
    pending_minor: Amount,
    /// Estimated for what is not reported.
    incurred_minor: Amount,
}

impl State {
    /// Orders an instalment, or brings cases approved since the last up to its part.
    pub(crate) fn order_instalment(&mut self, order: Order) -> Result<Vec<Finding>, Refusal> {
        let charter = self.charter()?;
        let first = charter.run_off.first_instalment;
        if charter.run_off.cost != Cost::Assets || self.run_off.stage != Stage::Reporting {
            let why = "Instalments divide the assets of a plan whose roll is frozen.";
            return Err(Refusal::run_off("E-RUN-OFF-STATE", why));
        }
        if self.run_off.last_ordered {
            let why = "The last instalment is ordered.";
            return Err(Refusal::run_off("E-RUN-OFF-TWICE", why));
        }
        let debts = self.debts_of_the_end()?;
        let last = order.day > self.reported_until()? && debts.pending_minor.is_zero();
        let assets = self.assets()?;
        let incurred = if last { Amount::ZERO } else { debts.incurred_minor };
        let owed = Amount::total([debts.approved_minor, debts.pending_minor, incurred])?;
        let whole = part_of(assets, owed)?;
        let part =
            if last { whole } else { self.run_off.ordered_part.unwrap_or(scaled(whole, first)) };
        let mut totals = Vec::new();
        for (number, decided) in &debts.approved {
            let case = &self.cases()[*number as usize];
            let done = Amount::total([case.payable, case.netted, case.paid.unwrap_or_default()])?;
            let up_to = part.floor_of(*decided)?;
            let pays = up_to.minus(done)?.max(Amount::ZERO);
            totals.push((*number, pays, decided.minus(done.plus(pays)?)?));
        }
        let total_minor = Amount::total(totals.iter().map(|(_, pays, _)| *pays))?;
        if total_minor.is_zero() && !last {
            let why = "Nothing is owed that the first instalment has not paid.";
            return Err(Refusal::run_off("E-RUN-OFF-NOTHING", why));
        }
        let mut reduced = Vec::new();
        for (number, pays, left) in &totals {
            let period = self.cases()[*number as usize].period;
            if let Some(period) = period {
                self.periods[period as usize].ordered = true;
            }
            let case = &mut self.cases[*number as usize];
            case.payable = case.payable.plus(*pays)?;
            if last {
                case.decided = Some(case.decided.unwrap_or_default().minus(*left)?);
                reduced.push(*left);
            }
        }
        let reduced_minor = Amount::total(reduced)?;
        self.run_off.ordered_part = Some(part);
        if last {
            self.finish_division(reduced_minor, &totals)?;
        }
        let (cases, last_one) = (totals.iter().filter(|(_, p, _)| !p.is_zero()).count(), last);
        Ok(vec![Finding::RunOff(RunOffFinding::Instalment {
            last: last_one,
            assets_minor: assets,
            approved_minor: debts.approved_minor,
            pending_minor: debts.pending_minor,
            incurred_minor: incurred,
            part_millionths: part.millionths(),
            cases: cases as u32,
            total_minor,
            reduced_minor,
        })])
    }

    /// The last division: the reserve covers what was deferred, and what nothing is there for is
    /// taken off aid.
    fn finish_division(
        &mut self,
        reduced: Amount,
        totals: &[(u32, Amount, Amount)],
    ) -> Result<(), Refusal> {
        let deferred = self.books.balance(Account::Deferred).minus(reduced)?.max(Amount::ZERO);
        let covered = deferred.min(self.books.balance(Account::Reserve));
        let (reserve, aid) = (Account::Reserve, Account::Aid);
        self.post([
            Posting::new(Term::ReductionOfAid, aid, Account::Deferred, reduced),
            Posting::new(Term::DeferredCovered, reserve, Account::Deferred, covered),
        ])?;
        for (number, ..) in totals {
            let settled = self.case(*number).is_some_and(crate::case::Case::is_settled);
            if settled {
                self.finish_case(*number)?;
            }
        }
        self.run_off.last_ordered = true;
        Ok(())
    }

    /// What is there for the sick: custody without what members have paid in ahead, and with what
    /// has been paid or ordered already, since every part counts from the first cent.
    fn assets(&self) -> Result<Amount, Refusal> {
        let theirs = [Account::Deposit, Account::Withdrawal, Account::Fee, Account::Refund];
        let theirs = Amount::total(theirs.map(|account| self.books.balance(account)))?;
        let paid = self.cases().iter().filter(|case| self.is_of_the_end(case));
        let paid = Amount::total(paid.map(|case| case.paid.unwrap_or_default()))?;
        Ok(self.books.balance(Account::Custody).plus(paid)?.minus(theirs)?.max(Amount::ZERO))
    }

    /// Whether a case was decided for the members to bear nothing of it.
    fn is_of_the_end(&self, case: &crate::case::Case) -> bool {
        let from = self.run_off.from_period;
        let there = case.period.zip(from).is_some_and(|(period, from)| period >= from);
        there && case.decided.is_some()
    }

    fn debts_of_the_end(&self) -> Result<Debts, Refusal> {
        let (mut approved, mut pending) = (Vec::new(), Vec::new());
        for (number, case) in (0..).zip(self.cases()) {
            match case.status {
                Status::Approved | Status::ShortPaid | Status::Paid if self.is_of_the_end(case) => {
                    approved.push((number, case.decided.unwrap_or_default()));
                }
                Status::Refused | Status::Withdrawn => {}
                _ if case.decided.is_some() => {}
                _ => pending.push(case.assessed.unwrap_or(case.asked)),
            }
        }
        let incurred = self.debts_published().last();
        let incurred_minor = match incurred {
            None => Amount::ZERO,
            Some(debt) => debt.amount.minus(self.emerged(debt)?)?.max(Amount::ZERO),
        };
        Ok(Debts {
            approved_minor: Amount::total(approved.iter().map(|(_, decided)| *decided))?,
            approved,
            pending_minor: Amount::total(pending)?,
            incurred_minor,
        })
    }
}

/// The part of what is owed that is there, rounded down to a millionth; at most all of it.
fn part_of(assets: Amount, owed: Amount) -> Result<Rate, Refusal> {
    if owed.is_zero() || assets >= owed {
        return Ok(Rate::ONE);
    }
    let millionths = assets.wide() * 1_000_000 / owed.wide();
    Rate::from_millionths(u32::try_from(millionths).unwrap_or(0)).map_err(|_| Refusal::amount())
}

/// A part of a part, rounded down to a millionth.
fn scaled(whole: Rate, part: Rate) -> Rate {
    let millionths = u64::from(whole.millionths()) * u64::from(part.millionths()) / 1_000_000;
    Rate::from_millionths(millionths as u32).unwrap_or(Rate::ZERO)
}
