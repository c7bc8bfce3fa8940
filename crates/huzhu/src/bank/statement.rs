//! What the movements of a statement are for, so that the custodian can sign it.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

use money::{Amount, AmountError};
use proof::Digest;
use rails::{Batch, Movement, Pull, Purpose, RailsError, What, read_statement};
use rules::State;
use rules::bank::{ROW_BYTES, Row, RowList, Stray};
use rules::books::Term;
use rules::command::{BankCommand, Chunk, Do, MemberRows};

use super::answer::paid_to;
use super::{expect, refused};
use crate::problem::Problem;

/// Unmatched movements that a command lists; the rest stands in it as one sum.
const STRAYS_MAX: usize = 400;

/// A statement, ready to be signed.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The bank's numbers.
    pub head: rails::Statement,
    /// What its movements are for, ascending.
    pub matched: Vec<Row>,
    /// Movements for which the ledger knows no reason.
    pub unmatched: Vec<Stray>,
    /// Interest that the ledger does not have yet; it is matched as if it had.
    pub interest: Amount,
    /// SHA-256 of the file.
    pub file: Digest,
}

/// Rows that a command holds itself; an entry has room for about 600 of the longest.
const ROWS_OF_A_COMMAND: usize = 300;

/// Puts rows, of which there are so many, beside the log.
pub type Lay<'a> = &'a mut dyn FnMut(&[u8], u32) -> Result<Chunk, Problem>;

impl Statement {
    /// The command that enters it; `lay` puts rows beside the log when they are too many.
    pub fn command(self, lay: Lay<'_>) -> Result<Do, Problem> {
        let day = self.head.day.to_string();
        let wrong = |_| refused(Path::new(&self.head.id), "E-BANK-DAY", "Its day is none.");
        let matched = if self.matched.len() <= ROWS_OF_A_COMMAND {
            RowList::Here(self.matched)
        } else {
            let rows = self.matched.iter().filter_map(Row::to_bytes).flatten();
            let rows: Vec<u8> = rows.collect();
            let chunk = lay(&rows, (rows.len() / ROW_BYTES) as u32)?;
            RowList::There(MemberRows { chunk })
        };
        Ok(Do::Bank(BankCommand::Statement {
            number: self.head.number,
            day: day.parse().map_err(wrong)?,
            opening_minor: self.head.opening,
            closing_minor: self.head.closing,
            file: self.file,
            matched,
            unmatched: self.unmatched,
        }))
    }
}

/// Reads a `camt.053`.
pub fn read(
    state: &State,
    path: &Path,
    file: impl BufRead,
    digest: Digest,
) -> Result<Statement, Problem> {
    let bent = |error: RailsError| Problem::bank_file(path, &error);
    let expect = expect(state)?;
    let mut matching = Matching { state, rows: BTreeMap::new(), strays: BTreeMap::new(), count: 0 };
    let pull = Pull::begin(file).map_err(bent)?;
    let head = read_statement(pull, &expect, &mut |movement: Movement| {
        let known = |id: &rails::EndToEnd| expect.knows(id);
        matching.add(&movement, &known);
        Ok::<(), RailsError>(())
    });
    let head = head.map_err(bent)?;
    matching.finish(head, digest)
}

/// Term, period, and case or member.
type Key = (Term, u32, u32);

struct Matching<'a> {
    state: &'a State,
    rows: BTreeMap<Key, Vec<(String, i128)>>,
    strays: BTreeMap<String, i128>,
    count: u64,
}

/// What a payment is for in the ledger.
fn term_of(purpose: Purpose) -> Term {
    match purpose {
        Purpose::Collection => Term::Collection,
        Purpose::Late => Term::LatePayment,
        Purpose::Aid => Term::AidPaid,
        Purpose::Refund => Term::RefundPaid,
        Purpose::Fee => Term::FeePaid,
        Purpose::Guarantee => Term::SponsorPaid,
        Purpose::Advance => Term::Advance,
        Purpose::Repayment => Term::AdvanceRepaid,
    }
}

/// What a sum that the bank booked for a whole file of payouts is made of: all that was paid for
/// the period and no statement has shown, or all that was ordered with it. Nothing when neither is
/// the sum, for then it does not say which of them were paid.
fn payouts_of(state: &State, period: u32, amount: i128) -> Option<Vec<(Key, i128)>> {
    let of_period = |case: &rules::case::Case| case.period == Some(period);
    let shown = |number| state.bank().shown_of_case(number).wide();
    let paid = |with_ordered: bool| {
        let cases = (0..).zip(state.cases()).filter(|(_, case)| of_period(case));
        let mut parts: Vec<(Key, i128)> = cases
            .map(|(number, case)| {
                let ordered = if with_ordered { case.payable } else { Amount::ZERO };
                let out = case.paid.unwrap_or_default().wide() + ordered.wide();
                ((Term::AidPaid, period, number), -out - shown(number))
            })
            .collect();
        let refunds = state.period(period).map(|period| period.refunds.as_slice());
        let ordered = refunds.unwrap_or_default().iter().map(|refund| refund.payable.wide());
        let ordered: i128 = if with_ordered { ordered.sum() } else { 0 };
        let transit = state.in_transit().unwrap_or_default();
        let refunded = transit.iter().find(|(term, _)| *term == Term::RefundPaid);
        let refunded = refunded.map_or(0, |(_, amount)| amount.wide());
        parts.push(((Term::RefundPaid, period, 0), refunded - ordered));
        parts.retain(|(_, part)| *part != 0);
        parts
    };
    let fits = |parts: &Vec<(Key, i128)>| {
        !parts.is_empty() && parts.iter().map(|(_, part)| part).sum::<i128>() == amount
    };
    [false, true].into_iter().map(paid).find(fits)
}

impl Matching<'_> {
    fn add(&mut self, movement: &Movement, known: &dyn Fn(&rails::EndToEnd) -> bool) {
        self.count += 1;
        let elsewhere = |id| {
            let to: Option<String> = paid_to(self.state, id);
            to.is_some_and(|to| !movement.account.is_empty() && movement.account != to)
        };
        let reference = match movement.reference.as_str() {
            "" => format!("entry {}", self.count),
            reference => reference.to_owned(),
        };
        let amount = movement.amount.wide();
        if let What::Batch(id) = &movement.what
            && id.batch == Batch::Payouts
            && Some(id.plan) == super::tag(self.state).ok()
            && let Some(parts) = payouts_of(self.state, id.period, amount)
        {
            for (key, part) in parts {
                self.rows.entry(key).or_default().push((reference.clone(), part));
            }
            return;
        }
        let key = match &movement.what {
            What::Payment(id) if known(id) && !elsewhere(id) => match id.purpose {
                Purpose::Collection => Some((Term::Collection, id.period, 0)),
                purpose => Some((term_of(purpose), id.period, id.number)),
            },
            What::Batch(id) if Some(id.plan) == super::tag(self.state).ok() => match id.batch {
                Batch::Collections => Some((Term::Collection, id.period, 0)),
                Batch::Fee => Some((Term::FeePaid, id.period, 0)),
                Batch::Repayment => Some((Term::AdvanceRepaid, id.period, 0)),
                // A sum that is not the one of the period does not say which cases were paid.
                Batch::Payouts => None,
            },
            What::Interest => Some((Term::Interest, 0, 0)),
            _ => None,
        };
        match key {
            Some(key) => self.rows.entry(key).or_default().push((reference, amount)),
            None => *self.strays.entry(reference).or_default() += amount,
        }
    }

    /// Matches as far as the ledger has a reason; the rest is unmatched, movement by movement.
    fn finish(mut self, head: rails::Statement, file: Digest) -> Result<Statement, Problem> {
        let mut bank = self.state.bank().clone();
        let (mut matched, mut interest) = (Vec::new(), Amount::ZERO);
        let too_much = super::amount::<AmountError>;
        for ((term, period, number), movements) in std::mem::take(&mut self.rows) {
            let mut sum = 0;
            for (reference, amount) in movements {
                let minor = Amount::from_minor(amount).map_err(too_much)?;
                let row = Row { term, period, number, amount_minor: minor };
                let known = self.state.is_known_at_bank(&bank, &row).map_err(too_much)?;
                if term == Term::Interest && !known && amount > 0 {
                    interest = interest.plus(minor).map_err(too_much)?;
                } else if !known {
                    *self.strays.entry(reference).or_default() += amount;
                    continue;
                }
                bank.match_with(&row).map_err(too_much)?;
                sum += amount;
            }
            let amount_minor = Amount::from_minor(sum).map_err(too_much)?;
            if !amount_minor.is_zero() {
                matched.push(Row { term, period, number, amount_minor });
            }
        }
        let mut strays: Vec<(String, i128)> = self.strays.into_iter().collect();
        strays.retain(|(_, amount)| *amount != 0);
        if strays.len() > STRAYS_MAX {
            let rest: i128 = strays.drain(STRAYS_MAX..).map(|(_, amount)| amount).sum();
            strays.push((format!("further ones of {}", head.number), rest));
        }
        let stray = |(reference, amount)| {
            let amount_minor = Amount::from_minor(amount).map_err(too_much)?;
            Ok::<Stray, Problem>(Stray { reference, amount_minor })
        };
        let unmatched = strays.into_iter().filter(|(_, amount)| *amount != 0).map(stray);
        let unmatched = unmatched.collect::<Result<_, _>>()?;
        Ok(Statement { head, matched, unmatched, interest, file })
    }
}
