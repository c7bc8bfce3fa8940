//! Closing: the published cases are decided, the period is computed, every term is posted.

use std::collections::BTreeMap;

use money::{Amount, Rate};

use super::arithmetic::{self, Class, Means, Settlement, Terms};
use super::year::Rooms;
use super::{Capped, Refund, Status};
use crate::books::{Posting, Term};
use crate::case::Verdict;
use crate::charter::{Account, Charter};
use crate::entry::Order;
use crate::finding::{Finding, PeriodFinding};
use crate::notice::About;
use crate::refusal::Refusal;
use crate::state::State;

/// Rates that one finding names, so that it fits an entry; those beyond come in findings before it.
const RATES_OF_A_FINDING: usize = 256;

/// What the closing has worked out before anything is changed.
struct Plan {
    approved: Vec<u32>,
    refused: Vec<u32>,
    refunds: Vec<Refund>,
    /// Periods whose written off charges this one bears.
    bears: Vec<u32>,
    sponsor_used: Amount,
    terms: Terms,
    total: Amount,
    settlement: Settlement,
    /// Whom the yearly cap leaves with less than their class is asked.
    capped: Vec<Capped>,
    postings: Vec<Posting>,
}

impl State {
    pub(crate) fn close_period(
        &mut self,
        order: Order,
        number: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        if period.status != Status::Published {
            let why = format!("It is {:?}; a published period is closed, once.", period.status);
            return Err(Refusal::period(number, why));
        }
        let before = number.checked_sub(1).and_then(|before| self.period(before));
        if before.is_some_and(|before| before.status < Status::Collected) {
            let why = "The period before it has no result of its collection yet.";
            return Err(Refusal::period(number, why));
        }
        if order.day < period.charge {
            return Err(Refusal::too_early("close the period", period.charge));
        }
        if self.rules_of_period(number)?.notices.before_charge && !period.has_notice(About::Charge)
        {
            return Err(Refusal::notice(number, About::Charge));
        }
        if let Some(last) = number.checked_sub(1)
            && before.is_some_and(|b| b.low_balances > 0 && !b.has_notice(About::LowBalance))
        {
            return Err(Refusal::notice(last, About::LowBalance));
        }
        let plan = self.plan_closing(number)?;
        self.post(plan.postings.iter().copied())?;
        let mut findings = self.carry_out_closing(number, plan)?;
        findings.extend(self.draw_deposits(number)?);
        self.assign_dues(number)?;
        Ok(findings)
    }

    fn plan_closing(&self, number: u32) -> Result<Plan, Refusal> {
        let charter = self.closing_charter(number)?;
        let (charter, period) = (charter.as_ref(), self.known_period(number)?);
        let nothing = self.asks_nothing(number)?;
        let (mut approved, mut refused, mut aid) = (Vec::new(), Vec::new(), Vec::new());
        for case in &period.cases {
            match self.case(*case).and_then(|case| case.verdict.as_ref()) {
                Some(Verdict::Approve { decided_minor }) => {
                    approved.push(*case);
                    aid.push(*decided_minor);
                }
                _ => refused.push(*case),
            }
        }
        let refunds = self.refunds_of(number)?;
        let bears = self.unborne();
        let aid = self.divisible_aid(number, aid, &bears)?;
        let terms = self.terms(charter, Amount::total(aid.iter().copied())?, &refunds, &bears)?;
        let bands = charter.bands();
        let mut classes: Vec<Class> = bands
            .iter()
            .zip(&period.sharers)
            .map(|(band, members)| Class {
                weight: band.weight,
                members: *members,
                room: nothing.then_some(Amount::ZERO),
            })
            .collect();
        let rooms = if nothing { Rooms::new() } else { self.rooms(number)? };
        let rooms: Vec<_> = rooms.into_iter().collect();
        for ((class, room), members) in &rooms {
            let weight = classes[*class].weight;
            classes[*class].members -= members;
            classes.push(Class { weight, members: *members, room: Some(*room) });
        }
        let means = self.means(charter)?;
        let mut settlement = arithmetic::settle(charter, &terms, &aid, &classes, means)?;
        if nothing {
            settlement.asked.fill(Amount::ZERO);
        }
        let mut capped: BTreeMap<(usize, Amount), u64> = BTreeMap::new();
        for (((class, room), members), asked) in rooms.iter().zip(&settlement.asked[bands.len()..])
        {
            if room < asked {
                *capped.entry((*class, *room)).or_default() += members;
            }
        }
        let capped = capped.into_iter().map(|((class, share), members)| Capped {
            class: class as u32,
            share,
            members,
        });
        let postings = postings(&terms, &settlement)?;
        Ok(Plan {
            approved,
            refused,
            refunds,
            bears,
            sponsor_used: self.sponsor_used.plus(settlement.excess.sponsor_minor)?,
            total: terms.total()?,
            terms,
            settlement,
            capped: capped.collect(),
            postings,
        })
    }

    fn terms(
        &self,
        charter: &Charter,
        aid: Amount,
        refunds: &[Refund],
        bears: &[u32],
    ) -> Result<Terms, Refusal> {
        let load = charter.funds.reserve.as_ref().map_or(Rate::ZERO, |reserve| {
            let full = self.books.balance(Account::Reserve) >= self.reserve_target(reserve);
            if full { Rate::ZERO } else { reserve.load }
        });
        let uncollected = bears.iter().map(|period| self.unpaid_of(*period));
        Ok(Terms {
            aid_minor: aid,
            fee_minor: charter.fee.rate.floor_of(aid)?,
            reserve_load_minor: load.floor_of(aid)?,
            refunds_minor: Amount::total(refunds.iter().map(|refund| refund.amount))?,
            uncollected_in_minor: Amount::total(uncollected.collect::<Result<Vec<_>, _>>()?)?,
            deferred_in_minor: self.books.balance(Account::Deferred),
            recovered_minor: self.books.balance(Account::Recovered),
            carry_in_minor: self.books.balance(Account::CarryOver),
        })
    }

    /// Periods whose ladder has ended and whose unpaid charges no period has borne.
    fn unborne(&self) -> Vec<u32> {
        let periods = (0..).zip(self.periods());
        let open = periods.filter(|(_, period)| {
            let arrears = &period.arrears;
            arrears.ended.is_some() && arrears.borne_by.is_none() && !arrears.failed().is_empty()
        });
        open.map(|(number, _)| number).collect()
    }

    /// What this period returns: what each member to whom shares are returned has paid in the
    /// periods before it and has not had back. All of those are collected by now.
    fn refunds_of(&self, number: u32) -> Result<Vec<Refund>, Refusal> {
        let mut refunds = Vec::new();
        for due in &self.refunds_due {
            let amount = self.shares_paid(due.member, number)?.minus(due.returned)?;
            if amount > Amount::ZERO {
                refunds.push(Refund {
                    member: due.member,
                    amount,
                    payable: Amount::ZERO,
                    parts: 0,
                });
            }
        }
        Ok(refunds)
    }

    fn means(&self, charter: &Charter) -> Result<Means, Refusal> {
        let sponsor = match charter.funds.sponsor.as_ref().map(|s| s.guarantee_amount_minor) {
            None => Some(Amount::ZERO),
            Some(None) => None,
            Some(Some(limit)) => Some(limit.minus(self.sponsor_used)?.max(Amount::ZERO)),
        };
        let deferral = charter.funds.deferral.as_ref();
        Ok(Means {
            reserve: self.books.balance(Account::Reserve),
            sponsor,
            deferral_ended: deferral.is_some_and(|d| self.deferred_periods >= d.periods_max),
        })
    }

    /// Changes the state as planned. Every step was checked, so none is refused half way.
    fn carry_out_closing(&mut self, number: u32, plan: Plan) -> Result<Vec<Finding>, Refusal> {
        if self.asks_nothing(number)? {
            self.run_off.from_period.get_or_insert(number);
        }
        let bands = self.rules_of_period(number)?.bands();
        let settlement = plan.settlement;
        self.note_refunds(number, &plan.refunds)?;
        for borne in plan.bears {
            self.periods[borne as usize].arrears.borne_by = Some(number);
        }
        self.sponsor_used = plan.sponsor_used;
        let deferred = !settlement.excess.deferred_out_minor.is_zero();
        self.deferred_periods = if deferred { self.deferred_periods + 1 } else { 0 };
        let period = &mut self.periods[number as usize];
        period.step(number, Status::Charged)?;
        period.shares = settlement.asked[..bands.len()].to_vec();
        period.cells = Vec::new();
        period.charges = settlement.charges;
        period.aid = Amount::total(settlement.aid.iter().copied())?;
        period.fee = plan.terms.fee_minor.minus(settlement.fee_saved)?;
        period.fee_drawn = period.fee.is_zero();
        period.refunds = plan.refunds;
        period.unpaid = plan.approved.clone();
        let sharers: u64 = period.sharers.iter().sum();
        let score = period.forecast.map(|f| f.score(settlement.charges, sharers)).transpose()?;
        period.capped = plan.capped;
        let rates = period.rates(&bands);
        let mut findings = Vec::with_capacity(plan.approved.len() + plan.refused.len() + 1);
        for (part, rates) in (0..).zip(rates.chunks(RATES_OF_A_FINDING)).skip(1) {
            let from = part * RATES_OF_A_FINDING as u32;
            findings.push(Finding::Period(PeriodFinding::Rates {
                period: number,
                from,
                rates: rates.to_vec(),
            }));
        }
        let first = rates.len().min(RATES_OF_A_FINDING);
        let closed = Finding::Period(PeriodFinding::Closed {
            period: number,
            sharers,
            terms: plan.terms,
            total_minor: plan.total,
            rates: rates[..first].to_vec(),
            charges_minor: settlement.charges,
            excess: settlement.excess,
            carry_out_minor: settlement.carry_out,
            postings: plan.postings,
            forecast: score,
        });
        for (case, decided) in plan.approved.iter().zip(settlement.aid) {
            findings.push(self.approve_case(*case, decided)?);
        }
        for case in plan.refused {
            findings.push(self.refuse_case(case)?);
        }
        findings.push(closed);
        Ok(findings)
    }

    /// Remembers what is returned, and forgets members who have nothing more to get: their last
    /// period is collected and its ladder has ended.
    fn note_refunds(&mut self, number: u32, refunds: &[Refund]) -> Result<(), Refusal> {
        for refund in refunds {
            let due = self.refunds_due.iter_mut().find(|due| due.member == refund.member);
            let due = due.expect("refunds are planned from those due");
            due.returned = due.returned.plus(refund.amount)?;
        }
        let over = |member: u32| {
            let row = self.roll.get(member);
            let (first, until) =
                row.map_or((0, 0), |row| (row.first_period, row.until_period.unwrap_or(u32::MAX)));
            let ended = |period: u32| {
                self.period(period).is_some_and(|period| period.arrears.ended.is_some())
            };
            until <= number && (first..until).all(ended)
        };
        let keep: Vec<_> =
            self.refunds_due.iter().copied().filter(|due| !over(due.member)).collect();
        self.refunds_due = keep;
        Ok(())
    }
}

/// One posting for each term of the money equation, on either side of it.
fn postings(terms: &Terms, settlement: &Settlement) -> Result<Vec<Posting>, Refusal> {
    use Account::{
        Aid, CarryOver, Deferred, Fee, Pool, Receivable, Recovered, Refund, Reserve, Sponsor,
    };
    let excess = &settlement.excess;
    let aid_saved = excess.reduction_minor.minus(settlement.fee_saved)?;
    let all = [
        (Term::Aid, Pool, Aid, terms.aid_minor),
        (Term::Fee, Pool, Fee, terms.fee_minor),
        (Term::ReserveLoad, Pool, Reserve, terms.reserve_load_minor),
        (Term::Refunds, Pool, Refund, terms.refunds_minor),
        (Term::UncollectedIn, Pool, Receivable, terms.uncollected_in_minor),
        (Term::DeferredIn, Pool, Deferred, terms.deferred_in_minor),
        (Term::Recovered, Recovered, Pool, terms.recovered_minor),
        (Term::CarryIn, CarryOver, Pool, terms.carry_in_minor),
        (Term::Charges, Receivable, Pool, settlement.charges),
        (Term::ReserveDraw, Reserve, Pool, excess.reserve_draw_minor),
        (Term::Sponsor, Sponsor, Pool, excess.sponsor_minor),
        (Term::ReductionOfAid, Aid, Pool, aid_saved),
        (Term::ReductionOfFee, Fee, Pool, settlement.fee_saved),
        (Term::DeferredOut, Deferred, Pool, excess.deferred_out_minor),
        (Term::CarryOut, Pool, CarryOver, settlement.carry_out),
    ];
    let moved = all.into_iter().filter(|(_, _, _, amount)| !amount.is_zero());
    Ok(moved
        .map(|(term, debit, credit, amount_minor)| Posting { term, debit, credit, amount_minor })
        .collect())
}
