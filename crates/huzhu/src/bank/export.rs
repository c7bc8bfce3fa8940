//! Payment files out of the ledger: the charges of a period, what is ordered for its cases and
//! members, its fee, and what the sponsor gets back. The same state gives the same file.

use std::io::Write;

use jiff::Timestamp;
use money::Amount;
use rails::{
    Account, Batch, EndToEnd, Header, Line, MessageId, PaymentFile, Purpose, RailsError, Side,
    Totals,
};
use rules::State;
use rules::books::Term;
use rules::case;
use rules::period::{Refund, Status};
use settle::Columns;

use super::{CUSTODY, OPERATOR, SPONSOR, mandate, tag};
use crate::console::not_founded;
use crate::problem::{Kind, Problem};

/// The largest attempt that an id can name.
const ATTEMPT_MAX: i32 = 99;

/// What is exported: the payments of one file, which can be gone through as often as needed.
pub struct Payments<'a> {
    state: &'a State,
    batch: Batch,
    period: u32,
    attempt: u8,
    /// Charges of the members, for collections.
    columns: Option<Columns>,
}

fn nothing(why: impl Into<String>) -> Problem {
    let next = "See where the period stands with `huzhu period list`.";
    Problem::new(Kind::Refused, "E-BANK-NOTHING", "There is nothing to export.", why, next)
}

impl<'a> Payments<'a> {
    /// The payments of a period that the bank is to make now. A collection whose first attempt is
    /// reported is tried again with what failed; the attempt is the days since the charge.
    pub fn of(state: &'a State, batch: Batch, number: u32) -> Result<Self, Problem> {
        let period = state.period(number).ok_or_else(|| nothing("There is no such period."))?;
        let payments = Self { state, batch, period: number, attempt: 0, columns: None };
        match batch {
            Batch::Collections => {
                let attempt = match period.status {
                    Status::Charged => 0,
                    Status::Collected if period.arrears.ended().is_none() => {
                        let days = state.day().since_epoch() - period.charge.since_epoch();
                        days.clamp(1, ATTEMPT_MAX) as u8
                    }
                    _ => return Err(nothing("No charge of the period is open at the bank.")),
                };
                payments.collections(attempt)
            }
            Batch::Payouts => {
                if let Some(from) = state.frozen_from() {
                    return Err(frozen(&from.to_string()));
                }
                let (cases, refunds) = state.ordered_of(number);
                if cases.is_empty() && refunds.is_empty() {
                    return Err(nothing("Nothing of the period is ordered and not paid."));
                }
                Ok(payments)
            }
            Batch::Fee if period.fee_drawn && !period.fee.is_zero() => Ok(payments),
            Batch::Fee => Err(nothing("No fee of the period is drawn.")),
            Batch::Repayment if repayable(state)?.is_zero() => {
                Err(nothing("The sponsor has nothing to get back."))
            }
            Batch::Repayment => Ok(payments),
        }
    }

    /// The charges of a period at one attempt.
    pub fn collections_at(state: &'a State, number: u32, attempt: u8) -> Result<Self, Problem> {
        let batch = Batch::Collections;
        Self { state, batch, period: number, attempt, columns: None }.collections(attempt)
    }

    fn collections(mut self, attempt: u8) -> Result<Self, Problem> {
        self.attempt = attempt;
        let columns = Columns::of(self.state, self.period);
        self.columns = Some(columns.map_err(|error| nothing(format!("{error}.")))?);
        Ok(self)
    }

    /// Count, sum and fingerprint.
    pub fn totals(&self) -> Result<Totals, RailsError> {
        let mut totals = Totals::default();
        self.each(&mut |line| {
            totals.add(line);
            Ok(())
        })?;
        Ok(totals)
    }

    /// The id of the file with these payments.
    pub fn id(&self, totals: &Totals) -> Result<MessageId, Problem> {
        let plan = tag(self.state)?;
        Ok(MessageId::of(self.batch, plan, self.period, self.attempt, totals))
    }

    /// Writes the file, in two passes over the payments.
    pub fn write<W: Write>(&self, out: W, created: Timestamp) -> Result<(W, Totals), ExportError> {
        let totals = self.totals()?;
        let founded = self.state.founded().ok_or_else(not_founded)?;
        let period = self.state.period(self.period).ok_or_else(|| nothing("No such period."))?;
        let charge = if self.batch == Batch::Collections && self.attempt == 0 {
            period.charge
        } else {
            self.state.day()
        };
        let day = charge.to_string();
        let day = day.parse().map_err(|_| RailsError::Text(day))?;
        let name: String = founded.charter.plan.name.en.chars().take(NAME_MAX).collect();
        let bank: String = founded.charter.funds.custodian.chars().take(NAME_MAX).collect();
        let header = Header {
            id: self.id(&totals)?,
            created,
            day,
            currency: founded.charter.plan.currency,
            plan: Side { name: &name, account: Account::Other(CUSTODY), bank: &bank },
        };
        let mut file = PaymentFile::begin(out, &header, totals.clone())?;
        self.each(&mut |line| file.line(line))?;
        Ok((file.finish()?, totals))
    }

    fn each(&self, tell: Tell<'_>) -> Told {
        match self.batch {
            Batch::Collections => self.each_charge(tell),
            Batch::Payouts => self.each_payout(tell),
            Batch::Fee => {
                let fee = self.state.period(self.period).map_or(Amount::ZERO, |p| p.fee);
                self.tell(tell, Purpose::Fee, fee, OPERATOR)
            }
            Batch::Repayment => {
                let back = repayable(self.state).unwrap_or_default();
                self.tell(tell, Purpose::Repayment, back, SPONSOR)
            }
        }
    }

    fn line_id(&self, purpose: Purpose, number: u32, attempt: u8) -> EndToEnd {
        let plan = tag(self.state).unwrap_or(rails::PlanTag(0));
        EndToEnd { purpose, plan, period: self.period, number, attempt }
    }

    fn tell(&self, tell: Tell<'_>, purpose: Purpose, amount: Amount, whose: &str) -> Told {
        let id = self.line_id(purpose, 0, 0);
        tell(&Line { id, amount, name: whose, account: Account::Other(whose) })
    }

    /// Households stand together in the order of charge, so that the bank charges in it.
    fn each_charge(&self, tell: Tell<'_>) -> Told {
        let (Some(columns), Some(period)) = (&self.columns, self.state.period(self.period)) else {
            return Ok(());
        };
        let (roll, id) = (self.state.roll(), self.line_id(Purpose::Collection, 0, self.attempt));
        let due = |member: u32| match self.attempt {
            0 => !period.is_drawn(member),
            _ => period.arrears.is_unpaid(member),
        };
        let charged = columns.charges().len() as u32;
        let (mut account, mut name) = (String::new(), String::new());
        for payer in (0..roll.len()).filter(|member| roll.payer_of(*member) == *member) {
            for member in roll.household(payer) {
                let minor = columns.charges().minor(member).unwrap_or(0);
                if member >= charged || minor == 0 || !due(member) {
                    continue;
                }
                write_mandate(&mut account, payer);
                write_mandate(&mut name, member);
                let amount = Amount::from_minor(minor)?;
                let (id, account) = (EndToEnd { number: member, ..id }, Account::Other(&account));
                tell(&Line { id, amount, name: &name, account })?;
            }
        }
        Ok(())
    }

    fn each_payout(&self, tell: Tell<'_>) -> Told {
        let (cases, refunds) = self.state.ordered_of(self.period);
        for number in cases {
            let Some(case) = self.state.case(number) else { continue };
            let account = mandate(case.member);
            let id = self.line_id(Purpose::Aid, number, part_of(case));
            let (amount, name) = (case.payable, account.as_str());
            tell(&Line { id, amount, name, account: Account::Other(&account) })?;
        }
        let of_period = self.state.period(self.period).map(|period| &period.refunds);
        for refund in of_period.into_iter().flatten() {
            if refunds.binary_search(&refund.member).is_err() {
                continue;
            }
            let account = mandate(refund.member);
            let id = self.line_id(Purpose::Refund, refund.member, part_of_refund(refund));
            let (amount, name) = (refund.payable, account.as_str());
            tell(&Line { id, amount, name, account: Account::Other(&account) })?;
        }
        Ok(())
    }
}

type Tell<'a> = &'a mut dyn FnMut(&Line<'_>) -> Result<(), RailsError>;
type Told = Result<(), RailsError>;

/// Longest name of a party in a payment file.
const NAME_MAX: usize = 70;

/// Writes `M-<member>` over what is there: once for each of millions of lines, so without a format.
pub fn write_mandate(text: &mut String, member: u32) {
    let (mut digits, mut first, mut rest) = ([0; 10], 10, member);
    while first == 10 || rest > 0 {
        first -= 1;
        digits[first] = (rest % 10) as u8;
        rest /= 10;
    }
    text.clear();
    text.push_str("M-");
    text.extend(digits[first..].iter().map(|digit| char::from(b'0' + digit)));
}

/// Which payment of a case this is: those that were paid short went before.
pub fn part_of(case: &case::Case) -> u8 {
    let short = case.steps.iter().filter(|step| step.to == case::Status::ShortPaid).count();
    short.min(ATTEMPT_MAX as usize) as u8
}

/// Which payment of a refund this is: those that were paid short went before.
pub fn part_of_refund(refund: &Refund) -> u8 {
    refund.parts.min(ATTEMPT_MAX as u32) as u8
}

/// What was repaid to the sponsor in the ledger and not at the bank.
pub fn repayable(state: &State) -> Result<Amount, Problem> {
    let transit = state.in_transit().map_err(super::amount)?;
    let open = transit.iter().find(|(term, _)| *term == Term::AdvanceRepaid);
    Ok(open.map_or(Amount::ZERO, |(_, amount)| amount.negated().max(Amount::ZERO)))
}

fn frozen(from: &str) -> Problem {
    let why = format!("Ledger and bank differ for longer than the charter permits, since {from}.");
    let next = "See `huzhu bank reconcile`.";
    Problem::new(Kind::Refused, "E-FUNDS-FROZEN", "Payouts rest.", why, next)
}

/// Why there is no file.
pub enum ExportError {
    /// The ledger has no such payments.
    Problem(Box<Problem>),
    /// The file cannot be written.
    File(RailsError),
}

impl From<Problem> for ExportError {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<RailsError> for ExportError {
    fn from(error: RailsError) -> Self {
        Self::File(error)
    }
}
