//! The treasurer orders a payout: cases that were paid short before, oldest first, then the refunds
//! and the aid of the period. When custody cannot pay all and nobody lends, everybody of a period
//! gets the same part, published here, and the rest is topped up later, before any fee.

use money::{Amount, largest_remainder};

use crate::arrears::Netted;
use crate::case;
use crate::charter::Liquidity;
use crate::entry::Order;
use crate::finding::{CaseFinding, Finding, PayoutFinding};
use crate::period::Status;
use crate::refusal::Refusal;
use crate::state::State;

/// What one period's cases and refunds get by an order.
struct Part {
    period: u32,
    cases: Vec<(u32, Amount)>,
    /// What each refund of the period gets, in their order.
    refunds: Vec<Amount>,
}

impl State {
    pub(crate) fn order_payout(
        &mut self,
        order: Order,
        number: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        self.not_frozen()?;
        let period = self.known_period(number)?;
        if period.status < Status::Collected {
            return Err(Refusal::period(number, "The payout of a collected period is ordered."));
        }
        if self.pays_directly(number)? {
            let why = "Members pay the sick themselves; nothing leaves a custody.";
            return Err(Refusal::fund("E-FUND-DIRECT", why));
        }
        if self.divides(number)? {
            let why = "As the plan ends, what is there is divided by instalments.";
            return Err(Refusal::run_off("E-RUN-OFF-STATE", why));
        }
        let first_time = !period.ordered;
        let approved = if first_time { period.unpaid.clone() } else { Vec::new() };
        let netted = self.plan_netting(&approved)?;
        let mut left = match self.rules_of_period(number)?.funds.liquidity {
            Liquidity::None => Some(self.spendable()?),
            Liquidity::Sponsor => None,
        };
        let mut parts = Vec::new();
        for earlier in 0..=number {
            let ordered = self.periods[earlier as usize].ordered;
            if ordered || earlier == number {
                parts.push(self.part_of(earlier, &netted, &mut left)?);
            }
        }
        let moves = parts.iter().any(|part| part.pays());
        if !first_time && !moves {
            let why = "It is ordered, and there is nothing to top up or nothing to do it with.";
            return Err(Refusal::period(number, why));
        }
        self.post(self.netting_postings(&netted))?;
        let mut findings = self.carry_out_netting(order, &netted)?;
        self.periods[number as usize].ordered = true;
        findings.extend(self.carry_out_order(number, parts)?);
        Ok(findings)
    }

    /// What the cases and refunds of one period get out of what is left; all of it, when somebody
    /// lends.
    fn part_of(
        &self,
        period: u32,
        netted: &[Netted],
        left: &mut Option<Amount>,
    ) -> Result<Part, Refusal> {
        let of_period = &self.periods[period as usize];
        let mut open = Vec::with_capacity(of_period.unpaid.len() + of_period.refunds.len());
        for number in &of_period.unpaid {
            let case = self.case(*number).ok_or_else(|| Refusal::no_case(*number))?;
            let kept = netted.iter().filter(|netted| netted.case == *number).map(|n| n.amount);
            open.push(case.open()?.minus(Amount::total(kept)?)?);
        }
        for refund in &of_period.refunds {
            open.push(refund.amount.minus(refund.payable)?);
        }
        let needed = Amount::total(open.iter().copied())?;
        let mut pays = open;
        if let Some(left) = left {
            if *left < needed {
                pays = largest_remainder(*left, &pays)?;
            }
            *left = left.minus(needed.min(*left))?;
        }
        let refunds = pays.split_off(of_period.unpaid.len());
        Ok(Part { period, cases: of_period.unpaid.iter().copied().zip(pays).collect(), refunds })
    }

    fn carry_out_order(&mut self, number: u32, parts: Vec<Part>) -> Result<Vec<Finding>, Refusal> {
        let (mut findings, mut totals) = (Vec::new(), Vec::new());
        let (mut cases, mut topped_up) = (0, 0);
        for part in parts {
            for (place, pays) in part.refunds.into_iter().enumerate() {
                let refund = &mut self.periods[part.period as usize].refunds[place];
                refund.payable = refund.payable.plus(pays)?;
                totals.push(pays);
            }
            for (place, pays) in part.cases {
                let case = &mut self.cases[place as usize];
                let was_short = case.status == case::Status::ShortPaid;
                case.payable = case.payable.plus(pays)?;
                let left_minor = case.open()?;
                totals.push(pays);
                if !left_minor.is_zero() && part.period == number {
                    findings.push(Finding::Case(CaseFinding::Short {
                        case: place,
                        payable_minor: pays,
                        left_minor,
                    }));
                }
                if pays.is_zero() && case.is_settled() {
                    self.finish_case(place)?;
                }
                cases += u32::from(!pays.is_zero());
                topped_up += u32::from(!pays.is_zero() && was_short);
            }
        }
        let total_minor = Amount::total(totals)?;
        findings.push(Finding::Payout(PayoutFinding::Ordered {
            period: number,
            cases,
            topped_up,
            total_minor,
        }));
        Ok(findings)
    }

    /// A case to which nothing more is owed.
    pub(crate) fn finish_case(&mut self, number: u32) -> Result<(), Refusal> {
        let today = self.day;
        let case = &mut self.cases[number as usize];
        case.step(number, case::Status::Paid, today)?;
        if let Some(period) = case.period {
            self.periods[period as usize].unpaid.retain(|other| *other != number);
        }
        Ok(())
    }
}

impl Part {
    fn pays(&self) -> bool {
        let cases = self.cases.iter().map(|(_, pays)| pays);
        cases.chain(&self.refunds).any(|pays| !pays.is_zero())
    }
}
