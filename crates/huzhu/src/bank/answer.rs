//! What an answer of the bank asks the ledger to do: steps that the custodian signs, or notes about
//! what needs nobody. A file is read to its end before any step of it counts.

use std::collections::BTreeSet;
use std::io::BufRead;
use std::path::Path;

use money::Amount;
use rails::{
    Batch, EndToEnd, MessageId, Movement, Outcome, Pull, Purpose, RailsError, StatusLine, What,
    read_notification, read_status,
};
use rules::State;
use rules::books::Term;
use rules::command::{ArrearsCommand, Do, FundCommand, MemberList, PayoutCommand, PeriodCommand};
use rules::period::Status;

use super::export::{Payments, part_of, part_of_refund};
use super::{expect, mandate, refused};
use crate::problem::Problem;

/// What the custodian reports to the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A period is collected but for these members.
    Collect { period: u32, failed: Vec<u32> },
    /// These failed charges succeeded when they were tried again.
    Retry { period: u32, paid: Vec<u32> },
    /// These cases and members are paid.
    Confirm { period: u32, cases: Vec<u32>, refunds: Vec<u32> },
    /// A failed charge was paid late.
    Late { period: u32, member: u32 },
    /// The bank credited interest.
    Interest { amount: Amount },
}

/// Steps and notes.
#[derive(Debug, Default)]
pub struct Answer {
    /// What the ledger is to do.
    pub steps: Vec<Step>,
    /// What a person should know.
    pub notes: Vec<String>,
}

impl Step {
    /// The command, with what the sponsor paid in under its guarantee beside a collection.
    pub fn command(
        self,
        sponsor_minor: Amount,
        list: &mut dyn FnMut(Vec<u32>) -> Result<MemberList, Problem>,
    ) -> Result<Do, Problem> {
        Ok(match self {
            Self::Collect { period, failed } => {
                let failed = list(failed)?;
                Do::Period(PeriodCommand::Collect { period, failed, sponsor_minor })
            }
            Self::Retry { period, paid } => {
                Do::Arrears(ArrearsCommand::Retry { period, paid: list(paid)? })
            }
            Self::Confirm { period, cases, refunds } => {
                Do::Payout(PayoutCommand::Confirm { period, cases, refunds })
            }
            Self::Late { period, member } => {
                Do::Arrears(ArrearsCommand::Pay { period, member, payer: member })
            }
            Self::Interest { amount } => Do::Fund(FundCommand::Interest { amount_minor: amount }),
        })
    }

    /// One line for a person.
    pub fn words(&self) -> String {
        match self {
            Self::Collect { period, failed } => {
                format!("period {period} is collected, {} charges failed", failed.len())
            }
            Self::Retry { period, paid } => {
                format!("{} failed charges of period {period} are paid", paid.len())
            }
            Self::Confirm { period, cases, refunds } => format!(
                "{} cases and {} refunds of period {period} are paid",
                cases.len(),
                refunds.len()
            ),
            Self::Late { period, member } => {
                format!("member {member} paid the charge of period {period} late")
            }
            Self::Interest { amount } => format!("interest of {} minor units", amount.minor()),
        }
    }
}

/// Reads a `pain.002` or a `camt.054`.
pub fn read(state: &State, path: &Path, file: impl BufRead) -> Result<Answer, Problem> {
    let pull = Pull::begin(file).map_err(|error| Problem::bank_file(path, &error))?;
    if pull.message().starts_with("camt.054") {
        return notified(state, path, pull);
    }
    let expect = expect(state)?;
    let mut lines = Vec::new();
    let report = read_status(pull, &expect, &mut |line: StatusLine| {
        lines.push(line);
        Ok::<(), RailsError>(())
    });
    let report = report.map_err(|error| Problem::bank_file(path, &error))?;
    let said = (report.count, report.sum);
    let told = Told { path, original: report.original, group: report.group, lines };
    if told.is_pending() {
        let why = "The bank has not decided everything; its next report will say more.";
        return Err(refused(path, "E-BANK-PENDING", why));
    }
    match report.original.batch {
        Batch::Collections => told.collected(state, said),
        Batch::Payouts => told.paid(state, said),
        Batch::Fee | Batch::Repayment => Ok(told.of_one()),
    }
}

/// A report that was read to its end.
struct Told<'a> {
    path: &'a Path,
    original: MessageId,
    group: Option<Outcome>,
    lines: Vec<StatusLine>,
}

/// Count and sum of the file that was sent, as the bank repeats them.
type Said = (Option<u64>, Option<Amount>);

impl Told<'_> {
    /// A payout that waits does not keep the others from being confirmed.
    fn is_pending(&self) -> bool {
        let waits = |line: &StatusLine| line.outcome == Outcome::Pending;
        let collects = self.original.batch == Batch::Collections;
        self.group == Some(Outcome::Pending) || collects && self.lines.iter().any(waits)
    }

    /// Checks that the bank speaks of the file that the ledger would write.
    fn is_of(&self, payments: &Payments<'_>, said: Said) -> Result<u64, Problem> {
        let totals = payments.totals().map_err(|error| Problem::bank_file(self.path, &error))?;
        let id = payments.id(&totals)?;
        if id != self.original {
            let why = format!("It answers {}, and the ledger would send {id}.", self.original);
            return Err(refused(self.path, "E-BANK-ID", why));
        }
        let sum = totals.sum().map_err(|_| refused(self.path, "E-BANK-SUM", "Too much."))?;
        if said.0.is_some_and(|said| said != totals.count()) || said.1.is_some_and(|s| s != sum) {
            let why = "Its count or sum of the file that was sent is another.";
            return Err(refused(self.path, "E-BANK-SUM", why));
        }
        Ok(totals.count())
    }

    /// The payments that failed, of a file of `count`.
    fn failed(&self, count: u64) -> Result<BTreeSet<u32>, Problem> {
        let refused_lines = self.lines.iter().filter(|line| line.outcome == Outcome::Refused);
        let failed: BTreeSet<u32> = refused_lines.map(|line| line.id.number).collect();
        let (all, named) = (failed.len() as u64 == count, self.lines.len() as u64 == count);
        let fits = match self.group {
            Some(Outcome::Settled) => failed.is_empty(),
            Some(Outcome::Refused) => all,
            Some(_) => true,
            // Without a status of the whole, silence about a payment says nothing.
            None => named,
        };
        if fits {
            return Ok(failed);
        }
        let why = "The status of the whole file and those of its payments do not fit together.";
        Err(refused(self.path, "E-BANK-MISSING", why))
    }

    fn collected(&self, state: &State, said: Said) -> Result<Answer, Problem> {
        let (number, attempt) = (self.original.period, self.original.attempt);
        let status = state.period(number).map(|period| period.status);
        let wanted = if attempt == 0 { Status::Charged } else { Status::Collected };
        if status != Some(wanted) {
            let why = format!("Period {number} does not wait for this report, or has it already.");
            return Err(refused(self.path, "E-BANK-TWICE", why));
        }
        let payments = Payments::collections_at(state, number, attempt)?;
        let count = self.is_of(&payments, said)?;
        let stranger = |line: &&StatusLine| {
            let id = &line.id;
            (id.purpose, id.period, id.attempt) != (Purpose::Collection, number, attempt)
        };
        if let Some(line) = self.lines.iter().find(stranger) {
            return Err(refused(self.path, "E-BANK-ID", format!("{} was not in it.", line.id)));
        }
        let all_refused = self.group == Some(Outcome::Refused) && self.lines.is_empty();
        let failed = match attempt {
            _ if all_refused => {
                let why = "The bank refused the whole file; mend it and send it again.";
                return Err(refused(self.path, "E-BANK-REFUSED", why));
            }
            _ => self.failed(count)?,
        };
        let step = if attempt == 0 {
            Step::Collect { period: number, failed: failed.into_iter().collect() }
        } else {
            let unpaid = state.period(number).into_iter().flat_map(|p| p.arrears.unpaid());
            let paid = unpaid.filter(|member| !failed.contains(member)).collect();
            Step::Retry { period: number, paid }
        };
        Ok(Answer { steps: vec![step], notes: self.reasons() })
    }

    fn paid(&self, state: &State, said: Said) -> Result<Answer, Problem> {
        let number = self.original.period;
        let whole = self.group == Some(Outcome::Settled) && self.lines.is_empty();
        let (mut cases, mut refunds) = state.ordered_of(number);
        let mut answer = Answer { steps: Vec::new(), notes: self.reasons() };
        if whole {
            self.is_of(&Payments::of(state, Batch::Payouts, number)?, said)?;
        } else {
            let mut settled = BTreeSet::new();
            for line in self.lines.iter().filter(|line| line.outcome == Outcome::Settled) {
                if let Some(why) = not_ordered(state, &line.id, line.amount) {
                    return Err(refused(self.path, "E-BANK-ID", why));
                }
                settled.insert((line.id.purpose, line.id.number));
            }
            cases.retain(|case| settled.contains(&(Purpose::Aid, *case)));
            refunds.retain(|member| settled.contains(&(Purpose::Refund, *member)));
        }
        if !cases.is_empty() || !refunds.is_empty() {
            answer.steps.push(Step::Confirm { period: number, cases, refunds });
        }
        Ok(answer)
    }

    fn of_one(&self) -> Answer {
        let mut notes = self.reasons();
        if notes.is_empty() {
            notes.push("It is paid; the bank's statement will show it.".to_owned());
        }
        Answer { steps: Vec::new(), notes }
    }

    /// How many payments failed for each reason, and how many wait.
    fn reasons(&self) -> Vec<String> {
        let mut counts = std::collections::BTreeMap::<(&str, &str), u64>::new();
        for line in &self.lines {
            let word = match line.outcome {
                Outcome::Refused => "refused",
                Outcome::Pending => "wait",
                _ => continue,
            };
            *counts.entry((word, &line.reason)).or_default() += 1;
        }
        let words = counts.iter().map(|((word, reason), n)| format!("{n} {word} {reason}"));
        words.map(|words| words.trim_end().to_owned()).collect()
    }
}

/// Why a payment that the bank made is not one that is ordered; nothing when it is.
fn not_ordered(state: &State, id: &EndToEnd, amount: Option<Amount>) -> Option<String> {
    let (cases, refunds) = state.ordered_of(id.period);
    let ordered = match id.purpose {
        Purpose::Aid => {
            let case = state.case(id.number).filter(|case| part_of(case) == id.attempt);
            case.filter(|_| cases.contains(&id.number)).map(|case| case.payable)
        }
        Purpose::Refund if refunds.contains(&id.number) => {
            let refunds = state.period(id.period).map(|period| &period.refunds);
            let refunds = refunds.into_iter().flatten();
            let mut of_member = refunds.filter(|refund| refund.member == id.number);
            of_member.find(|refund| part_of_refund(refund) == id.attempt).map(|r| r.payable)
        }
        _ => None,
    };
    let Some(ordered) = ordered else {
        return Some(format!("{id} is not ordered, or confirmed already."));
    };
    let other = amount.filter(|amount| *amount != ordered)?;
    Some(format!("{id} is ordered for {} minor units, not {}.", ordered.minor(), other.minor()))
}

/// The member to whose mandate a payment goes.
pub fn paid_to(state: &State, id: &EndToEnd) -> Option<String> {
    match id.purpose {
        Purpose::Aid => state.case(id.number).map(|case| mandate(case.member)),
        Purpose::Refund => Some(mandate(id.number)),
        _ => None,
    }
}

/// Movements that the bank told before its statement.
fn notified(state: &State, path: &Path, pull: Pull<impl BufRead>) -> Result<Answer, Problem> {
    let expect = expect(state)?;
    let mut movements = Vec::new();
    let read = read_notification(pull, &expect, &mut |movement: Movement| {
        movements.push(movement);
        Ok::<(), RailsError>(())
    });
    read.map_err(|error| Problem::bank_file(path, &error))?;
    let mut answer = Answer::default();
    let mut paid = std::collections::BTreeMap::<u32, (Vec<u32>, Vec<u32>)>::new();
    let mut interest = 0;
    for movement in movements.iter().filter(|movement| movement.booked) {
        match &movement.what {
            What::Interest if !movement.reversal => interest += movement.amount.wide(),
            What::Payment(id) if !movement.reversal => {
                let out = movement.amount.is_negative().then(|| movement.amount.negated());
                let elsewhere = paid_to(state, id)
                    .is_some_and(|to| !movement.account.is_empty() && movement.account != to);
                if elsewhere {
                    let why = format!("{id} went to {:?}.", movement.account);
                    answer.notes.push(why);
                } else if out.is_some() && not_ordered(state, id, out).is_none() {
                    let (cases, refunds) = paid.entry(id.period).or_default();
                    let list = if id.purpose == Purpose::Aid { cases } else { refunds };
                    list.push(id.number);
                } else if id.purpose == Purpose::Late && out.is_none() {
                    late(state, id, movement.amount, &mut answer);
                }
            }
            What::Unknown => answer.notes.push(format!("{} is unknown", movement.reference)),
            _ if movement.reversal => {
                let why = format!("{} came back {}", movement.reference, movement.reason);
                answer.notes.push(why.trim_end().to_owned());
            }
            _ => {}
        }
    }
    for (period, (mut cases, mut refunds)) in paid {
        cases.sort_unstable();
        refunds.sort_unstable();
        answer.steps.push(Step::Confirm { period, cases, refunds });
    }
    let known = state.in_transit().map_err(super::amount)?;
    let known = known.iter().find(|(term, _)| *term == Term::Interest).copied();
    let known = known.map_or(0, |(_, amount)| amount.wide());
    if let Some(amount) = Amount::from_minor(interest - known).ok().filter(|a| *a > Amount::ZERO) {
        answer.steps.push(Step::Interest { amount });
    }
    Ok(answer)
}

fn late(state: &State, id: &EndToEnd, amount: Amount, answer: &mut Answer) {
    let owed = state.debts(id.number).find(|(period, _)| *period == id.period);
    if owed.is_some_and(|(_, owed)| owed == amount) {
        answer.steps.push(Step::Late { period: id.period, member: id.number });
    } else {
        let why = format!("{id}: nothing, or another amount, is owed");
        answer.notes.push(why);
    }
}
