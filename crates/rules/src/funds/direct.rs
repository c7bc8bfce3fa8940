//! Plans without custody: members pay the sick themselves, and the ledger matches payments with
//! obligations. Who pays whom follows from the roll: the sharers in their order, share after share,
//! fill the cases in their order. A payment counts when the patient has confirmed it; a charge that
//! is divided between two patients counts when both have.
//!
//! The aid of a period is cut by the cents that do not divide among the sharers, so that the shares
//! make up the aid exactly and nothing has to rest anywhere.

use std::collections::BTreeSet;

use money::{Amount, largest_remainder};
use serde::{Deserialize, Serialize};

use super::books::{Posting, Term};
use crate::arrears::{Arrears, ascending};
use crate::case::Status as CaseStatus;
use crate::charter::{Account, Paid};
use crate::entry::Order;
use crate::finding::{Finding, FundFinding};
use crate::period::Status;
use crate::refusal::Refusal;
use crate::state::State;

/// A part of a charge that a member pays a patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Who pays.
    pub member: u32,
    /// The case for which.
    pub case: u32,
    /// How much.
    pub amount: Amount,
}

impl State {
    /// Whether members pay the sick themselves.
    pub(crate) fn pays_directly(&self, period: u32) -> Result<bool, Refusal> {
        Ok(self.rules_of_period(period)?.funds.paid == Paid::Directly)
    }

    /// The aid of a period as its shares can make it up: cut by what does not divide.
    pub(crate) fn divisible_aid(
        &self,
        period: u32,
        aid: Vec<Amount>,
        bears: &[u32],
    ) -> Result<Vec<Amount>, Refusal> {
        let sharers: u64 = self.known_period(period)?.sharers.iter().sum();
        if !self.pays_directly(period)? || sharers == 0 {
            return Ok(aid);
        }
        let borne = bears.iter().map(|earlier| self.unpaid_of(*earlier));
        let borne = Amount::total(borne.collect::<Result<Vec<_>, _>>()?)?;
        let total = Amount::total(aid.iter().copied())?;
        let over = total.plus(borne)?.wide() % i128::from(sharers);
        let cut = Amount::from_minor(over)?.min(total);
        let cuts = largest_remainder(cut, &aid)?;
        Ok(aid.iter().zip(cuts).map(|(aid, cut)| aid.minus(cut)).collect::<Result<_, _>>()?)
    }

    /// Works out, once a period is closed, who pays whom: cases first that earlier periods left
    /// short and that this one bears, then its own.
    pub(crate) fn assign_dues(&mut self, number: u32) -> Result<(), Refusal> {
        if !self.pays_directly(number)? {
            return Ok(());
        }
        let borne = self.periods().iter().filter(|p| p.arrears.borne_by == Some(number));
        let own = self.known_period(number)?.cases.iter();
        let cases = borne.flat_map(|period| period.cases.iter()).chain(own);
        let open = cases.map(|case| {
            let row = self.case(*case).ok_or_else(|| Refusal::no_case(*case))?;
            Ok((*case, row.open()?))
        });
        let claims = open.collect::<Result<Vec<_>, Refusal>>()?;
        let mut claims = claims.into_iter().filter(|(_, owed)| !owed.is_zero());
        let (mut dues, mut claim) = (Vec::new(), claims.next());
        for member in 0..self.roll.len() {
            let row = self.roll.get(member);
            let mut share = row.map_or(Amount::ZERO, |row| self.share_of(&row, number));
            while let Some((case, owed)) = claim.filter(|_| !share.is_zero()) {
                let amount = share.min(owed);
                dues.push(Due { member, case, amount });
                share = share.minus(amount)?;
                let left = owed.minus(amount)?;
                claim = if left.is_zero() { claims.next() } else { Some((case, left)) };
            }
        }
        self.periods[number as usize].dues = dues;
        Ok(())
    }

    /// A patient confirms what members paid.
    pub(crate) fn receive(
        &mut self,
        order: Order,
        number: u32,
        case: u32,
        members: &[u32],
    ) -> Result<Vec<Finding>, Refusal> {
        ascending(members)?;
        let period = self.known_period(number)?;
        let open = period.status == Status::Charged
            || period.status == Status::Collected && period.arrears.borne_by.is_none();
        if !self.pays_directly(number)? || !open || members.is_empty() {
            let why = "Patients confirm payments of a charged period of a plan without custody.";
            return Err(Refusal::fund("E-FUND-DIRECT", why));
        }
        let dues = period.dues.clone();
        let mut total = Amount::ZERO;
        for member in members {
            let due = dues.iter().find(|due| (due.member, due.case) == (*member, case));
            let known = period.received.binary_search(&(*member, case)).is_ok();
            let Some(due) = due.filter(|_| !known) else {
                let why = format!("Member {member} owes case {case} nothing, or it is confirmed.");
                return Err(Refusal::fund("E-FUND-DIRECT", why));
            };
            total = total.plus(due.amount)?;
        }
        let period = &mut self.periods[number as usize];
        period.received.extend(members.iter().map(|member| (*member, case)));
        period.received.sort_unstable();
        if period.status == Status::Collected {
            self.credit_direct(order, number, &dues, true)?;
        }
        Ok(vec![Finding::Fund(FundFinding::Received {
            period: number,
            case,
            members: members.len() as u32,
            total_minor: total,
        })])
    }

    /// Matches what was confirmed with what was owed: what is missing are failed charges.
    pub(crate) fn match_direct(
        &mut self,
        order: Order,
        number: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        if !self.pays_directly(number)? || period.status != Status::Charged {
            let why = "Payments of a charged period of a plan without custody are matched, once.";
            return Err(Refusal::fund("E-FUND-DIRECT", why));
        }
        let dues = period.dues.clone();
        let owing: BTreeSet<u32> = dues.iter().map(|due| due.member).collect();
        let paid = self.whole_payers(number, &dues);
        let failed: Vec<u32> = owing.into_iter().filter(|m| !paid.contains(m)).collect();
        let missing = failed.iter().filter_map(|member| self.roll.get(*member));
        let failed_minor = Amount::total(missing.map(|row| self.share_of(&row, number)))?;
        let collected_minor = self.period(number).map_or(Amount::ZERO, |p| p.charges);
        let collected_minor = collected_minor.minus(failed_minor)?;
        let count = failed.len() as u32;
        let period = &mut self.periods[number as usize];
        period.enter_collected(number)?;
        period.ordered = true;
        period.arrears = Arrears::new(failed);
        period.arrears.ended = (count == 0).then_some(order.day);
        self.credit_direct(order, number, &dues, false)?;
        Ok(vec![Finding::Fund(FundFinding::Matched {
            period: number,
            matched_minor: collected_minor,
            failed: count,
            failed_minor,
        })])
    }

    /// Members all of whose parts are confirmed.
    fn whole_payers(&self, number: u32, dues: &[Due]) -> BTreeSet<u32> {
        let received = self.period(number).map_or(&[][..], |period| &period.received);
        let confirmed = |due: &Due| received.binary_search(&(due.member, due.case)).is_ok();
        let missing: BTreeSet<u32> =
            dues.iter().filter(|due| !confirmed(due)).map(|due| due.member).collect();
        dues.iter().map(|due| due.member).filter(|member| !missing.contains(member)).collect()
    }

    /// Posts the charges that are paid whole: aid is paid and nothing is receivable, without any
    /// money in custody. After the matching only charges that had failed are new.
    fn credit_direct(
        &mut self,
        order: Order,
        number: u32,
        dues: &[Due],
        late: bool,
    ) -> Result<(), Refusal> {
        let payers = self.whole_payers(number, dues);
        let arrears = &self.periods[number as usize].arrears;
        let new = |member: u32| payers.contains(&member) && (!late || arrears.is_unpaid(member));
        let fresh: Vec<Due> = dues.iter().copied().filter(|due| new(due.member)).collect();
        let total = Amount::total(fresh.iter().map(|due| due.amount))?;
        let (debit, credit) = (Account::Aid, Account::Receivable);
        self.post([Posting::new(Term::PaidDirectly, debit, credit, total)])?;
        for due in &fresh {
            let case = &mut self.cases[due.case as usize];
            case.paid = Some(case.paid.unwrap_or_default().plus(due.amount)?);
            self.periods[number as usize].arrears.pay(due.member, order.day);
        }
        let mut touched: Vec<u32> = dues.iter().map(|due| due.case).collect();
        touched.dedup();
        for number in touched {
            let case = &self.cases[number as usize];
            if matches!(case.status, CaseStatus::Approved | CaseStatus::ShortPaid) {
                let status = case.status;
                if case.is_settled() {
                    self.finish_case(number)?;
                } else if status == CaseStatus::Approved {
                    self.cases[number as usize].step(number, CaseStatus::ShortPaid, order.day)?;
                }
            }
        }
        Ok(())
    }
}
