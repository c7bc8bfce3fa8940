//! Closing: the published cases are decided, the period is computed, every term is posted.

use money::{Amount, Rate, ceil_div};

use super::arithmetic::{self, Class, Means, Settlement, Terms};
use super::{Forecast, Refund, Status};
use crate::books::{Posting, Term};
use crate::case::Verdict;
use crate::charter::{Account, Charter};
use crate::entry::Order;
use crate::finding::{ClassRate, Finding, ForecastScore};
use crate::refusal::Refusal;
use crate::state::State;

/// What the closing has worked out before anything is changed.
struct Plan {
    approved: Vec<u32>,
    /// Refused cases and what each refusal returns.
    refused: Vec<(u32, Amount)>,
    sponsor_used: Amount,
    terms: Terms,
    total: Amount,
    settlement: Settlement,
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
        if before.is_some_and(|before| before.status < Status::Charged) {
            return Err(Refusal::period(number, "The period before it is not closed."));
        }
        if order.day < period.charge {
            return Err(Refusal::too_early("close the period", period.charge));
        }
        let plan = self.plan_closing(number)?;
        let mut books = self.books.clone();
        books.post(&plan.postings)?;
        self.books = books;
        self.carry_out_closing(number, plan)
    }

    fn plan_closing(&self, number: u32) -> Result<Plan, Refusal> {
        let (charter, period) = (self.charter()?, self.known_period(number)?);
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
        let terms = self.terms(charter, Amount::total(aid.iter().copied())?)?;
        let classes: Vec<Class> = charter
            .bands()
            .iter()
            .zip(&period.sharers)
            .map(|(band, members)| Class { weight: band.weight, members: *members, room: None })
            .collect();
        let settlement = arithmetic::settle(charter, &terms, &aid, &classes, self.means(charter)?)?;
        let postings = postings(&terms, &settlement)?;
        let refused = refused.into_iter().map(|case| {
            let member = self.case(case).and_then(|case| self.roll.get(case.member));
            let class = member.and_then(|member| self.class_in(&member, number));
            let share = class.and_then(|class| settlement.shares.get(class).copied());
            Ok((case, self.refund_of(case, share.unwrap_or_default())?))
        });
        Ok(Plan {
            approved,
            refused: refused.collect::<Result<_, Refusal>>()?,
            sponsor_used: self.sponsor_used.plus(settlement.excess.sponsor_minor)?,
            total: terms.total()?,
            terms,
            settlement,
            postings,
        })
    }

    fn terms(&self, charter: &Charter, aid: Amount) -> Result<Terms, Refusal> {
        let load = charter.funds.reserve.as_ref().map_or(Rate::ZERO, |reserve| {
            let full = self.books.balance(Account::Reserve) >= reserve.target_amount_minor;
            if full { Rate::ZERO } else { reserve.load }
        });
        Ok(Terms {
            aid_minor: aid,
            fee_minor: charter.fee.rate.floor_of(aid)?,
            reserve_load_minor: load.floor_of(aid)?,
            refunds_minor: Amount::total(self.refunds_ready().iter().map(|r| r.amount))?,
            uncollected_in_minor: self.written_off,
            deferred_in_minor: self.books.balance(Account::Deferred),
            recovered_minor: self.books.balance(Account::Recovered),
            carry_in_minor: self.books.balance(Account::CarryOver),
        })
    }

    /// Shares to be returned, once no collection is under way: which of them were never paid is
    /// known only when the bank has spoken.
    fn refunds_ready(&self) -> &[Refund] {
        let mut periods = self.periods.iter();
        if periods.any(|period| period.status == Status::Charged) { &[] } else { &self.refunds_due }
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
        let bands = self.charter()?.bands();
        let settlement = plan.settlement;
        let refunds = self.refunds_ready().to_vec();
        self.refunds_due.drain(..refunds.len());
        self.written_off = Amount::ZERO;
        self.sponsor_used = plan.sponsor_used;
        let deferred = !settlement.excess.deferred_out_minor.is_zero();
        self.deferred_periods = if deferred { self.deferred_periods + 1 } else { 0 };
        let period = &mut self.periods[number as usize];
        period.step(number, Status::Charged)?;
        period.shares = settlement.shares.clone();
        period.charges = settlement.charges;
        period.aid = Amount::total(settlement.aid.iter().copied())?;
        period.fee = plan.terms.fee_minor.minus(settlement.fee_saved)?;
        period.fee_drawn = period.fee.is_zero();
        period.refunds = refunds;
        period.unpaid = plan.approved.clone();
        let sharers: u64 = period.sharers.iter().sum();
        let score = period.forecast.map(|f| score(f, settlement.charges, sharers)).transpose()?;
        let rates = bands.into_iter().zip(&period.sharers).zip(&settlement.shares);
        let rates = rates.map(|((band, members), share)| ClassRate {
            class: band.name,
            weight: band.weight,
            members: *members,
            share_minor: *share,
        });
        let closed = Finding::Closed {
            period: number,
            sharers,
            terms: plan.terms,
            total_minor: plan.total,
            rates: rates.collect(),
            charges_minor: settlement.charges,
            excess: settlement.excess,
            carry_out_minor: settlement.carry_out,
            postings: plan.postings,
            forecast: score,
        };
        let mut findings = Vec::with_capacity(plan.approved.len() + plan.refused.len() + 1);
        for (case, decided) in plan.approved.iter().zip(settlement.aid) {
            findings.push(self.approve_case(*case, decided)?);
        }
        for (case, refund) in plan.refused {
            findings.push(self.refuse_case(case, refund)?);
        }
        findings.push(closed);
        Ok(findings)
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

/// Compares a forecast with the mean share that came, rounded up.
fn score(forecast: Forecast, charges: Amount, sharers: u64) -> Result<ForecastScore, Refusal> {
    let mean = Amount::from_minor(ceil_div(charges.wide(), i128::from(sharers.max(1))))?;
    Ok(ForecastScore {
        share_minor: forecast.share,
        low_minor: forecast.low,
        high_minor: forecast.high,
        error_minor: mean.minus(forecast.share)?,
        inside: (forecast.low..=forecast.high).contains(&mean),
    })
}
