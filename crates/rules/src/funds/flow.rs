//! The gate: every change of the books goes through `State::post`, which lets money move into
//! custody or out of it only by a flow of the charter, for the finding that the flow names, and up
//! to the flow's part of what was decided.
//!
//! Postings between accounts none of which is custody move no money; they say whose it is.

use money::Amount;

use super::books::{Posting, Term};
use crate::charter::{Account, Flow};
use crate::refusal::Refusal;
use crate::state::State;

/// A movement between custody and another account for which the rules have a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Credited.
    pub from: Account,
    /// Debited.
    pub to: Account,
    /// The finding that authorises it.
    pub finding: &'static str,
    /// What it is for.
    pub purpose: &'static str,
}

const fn into(from: Account, finding: &'static str, purpose: &'static str) -> Known {
    Known { from, to: Account::Custody, finding, purpose }
}

const fn out_of(to: Account, finding: &'static str, purpose: &'static str) -> Known {
    Known { from: Account::Custody, to, finding, purpose }
}

/// Every movement that a charter can permit. Whatever is not here has no reason in the rules, so
/// no charter can permit it.
pub const KNOWN: [Known; 14] = [
    into(Account::Receivable, "finding.period.closed", "charges of a closed period"),
    into(Account::Recovered, "finding.arrears.ended", "charges paid after they were written off"),
    into(Account::Recovered, "finding.case.approved", "aid that comes back after a fraud"),
    into(Account::Recovered, "finding.fund.interest", "interest on resting money, to the pool"),
    into(Account::Sponsor, "finding.period.closed", "the sponsor's guarantee"),
    into(Account::Advance, "finding.payout.ordered", "what the sponsor lends for a payout"),
    into(Account::Deposit, "finding.member.enrolled", "balances that members pay in ahead"),
    into(Account::Withdrawal, "finding.run-off.refunded", "all shares, returned by the sponsor"),
    out_of(Account::Aid, "finding.case.approved", "aid of approved cases"),
    out_of(Account::Fee, "finding.period.closed", "the fee, after the period's payouts"),
    out_of(Account::Refund, "finding.case.refused", "shares returned by rule"),
    out_of(Account::Advance, "finding.period.settled", "repayment to the sponsor"),
    out_of(Account::Withdrawal, "finding.fund.withdrawn", "balances returned to their members"),
    out_of(Account::Surplus, "finding.run-off.shared", "what is left at the end, to the members"),
];

/// The finding that authorises a posting which moves money; `None` when it moves none.
#[must_use]
pub fn authority_of(posting: &Posting) -> Option<&'static str> {
    if posting.debit != Account::Custody && posting.credit != Account::Custody {
        return None;
    }
    Some(match posting.term {
        Term::Collection | Term::SponsorPaid | Term::FeePaid => "finding.period.closed",
        Term::LatePayment if posting.credit == Account::Recovered => "finding.arrears.ended",
        Term::LatePayment => "finding.period.closed",
        Term::AidRecovered | Term::AidPaid => "finding.case.approved",
        Term::Interest => "finding.fund.interest",
        Term::Advance => "finding.payout.ordered",
        Term::PaidIn => "finding.member.enrolled",
        Term::RefundPaid => "finding.case.refused",
        Term::AdvanceRepaid => "finding.period.settled",
        Term::WithdrawalPaid => "finding.fund.withdrawn",
        Term::SurplusPaid => "finding.run-off.shared",
        Term::SharesReturned => "finding.run-off.refunded",
        // No finding lets the other terms touch custody.
        _ => "nothing",
    })
}

/// A posting with what was decided about it: the flow's bound is a part of that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move {
    posting: Posting,
    decided: Amount,
}

impl From<Posting> for Move {
    /// The posting is of exactly what was decided.
    fn from(posting: Posting) -> Self {
        Self { posting, decided: posting.amount_minor }
    }
}

impl Move {
    /// A posting whose bound is a part of `decided`.
    pub(crate) fn of_decided(posting: Posting, decided: Amount) -> Self {
        Self { posting, decided }
    }
}

impl State {
    /// Posts all or nothing, by the flows of the charter in force.
    ///
    /// # Errors
    /// When the charter has no flow for a movement of money, the movement exceeds the flow's bound,
    /// an account would hold less than nothing, or an amount leaves its range.
    pub(crate) fn post<M: Into<Move>>(
        &mut self,
        moves: impl IntoIterator<Item = M>,
    ) -> Result<(), Refusal> {
        let flows = self.charter()?.funds.flows.clone();
        self.post_by(&flows, moves)
    }

    /// Posts all or nothing, by the flows of the charter under which a period is charged.
    pub(crate) fn post_in<M: Into<Move>>(
        &mut self,
        period: u32,
        moves: impl IntoIterator<Item = M>,
    ) -> Result<(), Refusal> {
        let flows = self.rules_of_period(period)?.funds.flows.clone();
        self.post_by(&flows, moves)
    }

    fn post_by<M: Into<Move>>(
        &mut self,
        flows: &[Flow],
        moves: impl IntoIterator<Item = M>,
    ) -> Result<(), Refusal> {
        let mut postings = Vec::new();
        for each in moves {
            let Move { posting, decided } = each.into();
            if posting.amount_minor.is_zero() {
                continue;
            }
            if let Some(finding) = authority_of(&posting) {
                permits(flows, &posting, finding, decided)?;
            }
            postings.push(posting);
        }
        let mut after = self.books.clone();
        after.post(&postings)?;
        // Balances that members have paid in ahead are theirs: nothing else is paid with them.
        let theirs = [Account::Deposit, Account::Withdrawal].map(|account| after.balance(account));
        if after.balance(Account::Custody) < Amount::total(theirs)? {
            return Err(Refusal::funds(Account::Custody));
        }
        self.books = after;
        Ok(())
    }
}

/// Whether a flow of the charter lets the posting happen.
fn permits(
    flows: &[Flow],
    posting: &Posting,
    finding: &str,
    decided: Amount,
) -> Result<(), Refusal> {
    let (from, to) = (posting.credit, posting.debit);
    let flow = flows
        .iter()
        .find(|flow| flow.from == from && flow.to == to && flow.authorised_by == finding);
    let refuse = |why: String| {
        let what = format!("Nothing moves from {from:?} to {to:?}.");
        let next = "Nothing beyond the charter's flows can ever move; see `huzhu fund flows`.";
        Refusal::new("E-FUNDS-FLOW", what, why, next).forbidden()
    };
    let Some(flow) = flow else {
        return Err(refuse(format!("The charter has no such flow by {finding}.")));
    };
    let bound = flow.bound.floor_of(decided)?;
    if posting.amount_minor > bound {
        let why = format!("The charter's flow permits {} minor units.", bound.minor());
        return Err(refuse(why));
    }
    Ok(())
}
