//! Aid pays what the member owes first, when the charter says so.

use money::Amount;

use crate::books::{Posting, Term};
use crate::charter::Account;
use crate::entry::Order;
use crate::finding::{ArrearsFinding, Finding};
use crate::refusal::Refusal;
use crate::state::State;

/// A charge that is taken out of a case's aid.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Netted {
    pub case: u32,
    pub member: u32,
    pub period: u32,
    pub amount: Amount,
}

impl State {
    /// The charges that the aid of `cases` pays: whole ones, the oldest first, as far as it goes.
    pub(crate) fn plan_netting(&self, cases: &[u32]) -> Result<Vec<Netted>, Refusal> {
        let mut netted = Vec::new();
        if !self.charter()?.arrears.netted_from_aid {
            return Ok(netted);
        }
        for number in cases {
            let case = self.case(*number).ok_or_else(|| Refusal::no_case(*number))?;
            let mut left = case.decided.unwrap_or_default();
            for member in self.memberships(case.member) {
                for (period, amount) in self.debts(member) {
                    if amount <= left {
                        left = left.minus(amount)?;
                        netted.push(Netted { case: *number, member, period, amount });
                    }
                }
            }
        }
        Ok(netted)
    }

    /// The membership of a case and the latest of the same person, when that is another.
    fn memberships(&self, member: u32) -> impl Iterator<Item = u32> {
        let latest = self.roll.get(member).and_then(|row| self.roll.find(row.identity));
        [Some(member), latest.filter(|latest| *latest != member)].into_iter().flatten()
    }

    /// The postings of planned netting.
    pub(crate) fn netting_postings(&self, netted: &[Netted]) -> Vec<Posting> {
        let posting = |netted: &Netted| {
            let recovered = self.periods[netted.period as usize].is_borne();
            Posting {
                term: Term::Netted,
                debit: Account::Aid,
                credit: if recovered { Account::Recovered } else { Account::Receivable },
                amount_minor: netted.amount,
            }
        };
        netted.iter().map(posting).collect()
    }

    /// Marks the charges as paid and the aid as used for them.
    pub(crate) fn carry_out_netting(
        &mut self,
        order: Order,
        netted: &[Netted],
    ) -> Result<Vec<Finding>, Refusal> {
        let mut findings = Vec::with_capacity(netted.len());
        for Netted { case, member, period, amount } in netted.iter().copied() {
            self.periods[period as usize].arrears.pay(member, order.day);
            let of_case = &mut self.cases[case as usize];
            of_case.netted = of_case.netted.plus(amount)?;
            findings.push(Finding::Arrears(ArrearsFinding::Netted {
                case,
                period,
                member,
                netted_minor: amount,
            }));
        }
        Ok(findings)
    }
}
