//! Money in custody: what came in, and that each payment out was decided before.

use std::collections::BTreeMap;

use money::Amount;
use rules::charter::{Account, Charter, Liquidity};
use serde_json::Value;

use super::cases::Cases;
use super::group::{Group, number};
use super::periods::Periods;
use crate::difference::{Difference, Kind};

/// What custody holds and what has been paid.
#[derive(Debug, Default)]
pub(super) struct Money {
    custody: i128,
    /// What of it members have paid in ahead: theirs, and nobody else's aid.
    theirs: i128,
    /// Charges of each period that were drawn from such balances.
    drawn: BTreeMap<usize, i128>,
    payouts: u64,
    /// Shares returned to members so far.
    refunds: i128,
    fees_drawn: Vec<usize>,
}

impl Money {
    /// How many payments of aid were matched with decisions.
    pub(super) fn payouts(&self) -> u64 {
        self.payouts
    }

    /// Checks what moves.
    pub(super) fn check(
        &mut self,
        group: &Group,
        charter: &Charter,
        periods: &Periods,
        cases: &mut Cases,
    ) -> Result<(), Difference> {
        self.balances(group)?;
        match group.verb() {
            "period.collect" => self.collect(group, periods),
            "arrears.retry" => self.come_in(group, "finding.arrears.retried"),
            "arrears.pay" => self.come_in(group, "finding.arrears.paid"),
            "case.recover" => {
                self.custody += number(group.one("finding.case.recovered")?.1, "recovered_minor");
                Ok(())
            }
            "payout.order" => order(group, cases),
            "payout.confirm" => self.confirm(group, charter, periods, cases),
            "fee.draw" => self.draw_fee(group, charter, periods),
            "period.settle" => self.settle(group),
            _ => Ok(()),
        }
    }

    fn come_in(&mut self, group: &Group, verb: &str) -> Result<(), Difference> {
        self.custody += number(group.one(verb)?.1, "paid_minor");
        Ok(())
    }

    /// Money that members have paid in ahead of charges, wherever the rules conclude about it.
    fn balances(&mut self, group: &Group) -> Result<(), Difference> {
        for (index, finding) in &group.findings {
            match finding["do"].as_str().unwrap_or_default() {
                "finding.fund.paid-in" => {
                    let total = number(finding, "total_minor");
                    self.custody += total;
                    self.theirs += total - number(finding, "settled_minor");
                }
                "finding.fund.drawn" => {
                    let (period, drawn) =
                        (number(finding, "period"), number(finding, "drawn_minor"));
                    self.theirs -= drawn;
                    *self.drawn.entry(period as usize).or_default() += drawn;
                }
                "finding.fund.withdrawn" => self.theirs -= number(finding, "levy_minor"),
                "finding.fund.returned" => {
                    let total = number(finding, "total_minor");
                    self.theirs -= total;
                    self.pay(total, *index)?;
                }
                "finding.run-off.refunded" => {
                    let total = number(finding, "total_minor");
                    (self.custody, self.theirs) = (self.custody + total, self.theirs + total);
                }
                "finding.run-off.paid-out" => {
                    self.pay(number(finding, "total_minor"), *index)?;
                }
                "finding.fund.interest" => self.custody += number(finding, "amount_minor"),
                _ => {}
            }
            if self.theirs < 0 {
                let what = "more is taken from members' balances than they hold";
                return Err(Difference::at(Kind::WrongTotal, *index, what));
            }
        }
        Ok(())
    }

    fn collect(&mut self, group: &Group, periods: &Periods) -> Result<(), Difference> {
        let (index, collected) = group.one("finding.period.collected")?;
        let charges = periods.get(group.period()).map_or(0, |period| period.charges);
        let came = number(collected, "collected_minor");
        let failed = number(collected, "failed_minor");
        let drawn = self.drawn.get(&group.period()).copied().unwrap_or(0);
        if came + failed + drawn != charges {
            let what = format!(
                "{came} came in, {drawn} was drawn, {failed} failed of charges of {charges}"
            );
            return Err(Difference::at(Kind::WrongTotal, index, what));
        }
        self.custody += came + number(&group.command, "sponsor_minor");
        Ok(())
    }

    fn confirm(
        &mut self,
        group: &Group,
        charter: &Charter,
        periods: &Periods,
        cases: &mut Cases,
    ) -> Result<(), Difference> {
        let (index, paid) = group.one("finding.payout.paid")?;
        let aid = number(paid, "aid_minor");
        let without = |what: String| Err(Difference::at(Kind::PayoutWithoutCase, index, what));
        let named: Vec<Value> = group.command["cases"].as_array().cloned().unwrap_or_default();
        let (mut open, mut ordered) = (0, Some(0));
        for case in &named {
            let Some(found) = cases.get(case).filter(|case| case.open() > 0) else {
                return without(format!("case {case} is paid, and nothing is owed to it"));
            };
            open += found.open();
            ordered = ordered.and_then(|sum: i128| Some(sum + found.payable?));
        }
        if aid > open {
            return without(format!("{aid} is paid as aid, and {open} is owed to the cases named"));
        }
        if let Some(ordered) = ordered.filter(|ordered| *ordered != aid) {
            return without(format!("{aid} is paid as aid, and {ordered} was ordered"));
        }
        settle(&named, aid, cases);
        self.payouts += named.len() as u64;
        self.refunds += number(paid, "refund_minor");
        if self.refunds > periods.refunds() {
            let (paid, due) = (self.refunds, periods.refunds());
            return without(format!("{paid} of shares are returned so far, and {due} were due"));
        }
        let out = aid + number(paid, "refund_minor");
        let lends = charter.funds.liquidity == Liquidity::Sponsor;
        let short = if lends { (out - (self.custody - self.theirs).max(0)).max(0) } else { 0 };
        let advance = number(paid, "advance_minor");
        if advance != short {
            let what = format!("{advance} is lent by the sponsor, and {short} is short");
            return Err(Difference::at(Kind::WrongTotal, index, what));
        }
        self.custody += advance;
        self.pay(out, index)
    }

    fn draw_fee(
        &mut self,
        group: &Group,
        charter: &Charter,
        periods: &Periods,
    ) -> Result<(), Difference> {
        let (index, drawn) = group.one("finding.fee.drawn")?;
        let fee = number(drawn, "fee_minor");
        let (due, aid) = periods
            .get(group.period())
            .map_or((0, 0), |period| (period.fee, period.aid.unwrap_or(0)));
        let flow = charter.funds.flows.iter().find(|flow| flow.pays(Account::Fee));
        let bound = flow.and_then(|flow| flow.bound.floor_of(Amount::from_minor(aid).ok()?).ok());
        let bound = bound.map_or(0, Amount::wide);
        if fee != due || fee > bound || self.fees_drawn.contains(&group.period()) {
            let what = format!("a fee of {fee} is drawn; {due} is due, {bound} permitted, once");
            return Err(Difference::at(Kind::WrongFee, index, what));
        }
        self.fees_drawn.push(group.period());
        self.pay(fee, index)
    }

    fn settle(&mut self, group: &Group) -> Result<(), Difference> {
        let (index, settled) = group.one("finding.period.settled")?;
        self.pay(number(settled, "advance_repaid_minor"), index)?;
        let stated = number(settled, "custody_minor");
        if stated == self.custody {
            return Ok(());
        }
        let what = format!("{stated} is said to rest in custody, and {} follows", self.custody);
        Err(Difference::at(Kind::WrongTotal, index, what))
    }

    fn pay(&mut self, amount: i128, index: u64) -> Result<(), Difference> {
        self.custody -= amount;
        if self.custody >= 0 {
            return Ok(());
        }
        let what = format!("more is paid than custody holds: {} is missing", -self.custody);
        Err(Difference::at(Kind::PayoutWithoutCase, index, what))
    }
}

/// Takes in what was paid to these cases. Where a topping up was not told case by case, only its
/// sum is known: that is one case's part, or from then on nobody's here.
fn settle(named: &[Value], aid: i128, cases: &mut Cases) {
    let known = |cases: &Cases| {
        let parts = named.iter().map(|case| cases.get(case).and_then(|case| case.payable));
        let sum: i128 = parts.clone().flatten().sum();
        (sum, parts.filter(Option::is_none).count())
    };
    let (sum, untold) = known(cases);
    for case in named {
        let Some(case) = cases.get_mut(case) else { continue };
        match case.payable {
            Some(part) => case.paid += part,
            None if untold == 1 => case.paid += aid - sum,
            None => case.is_vague = true,
        }
        case.payable = (!case.is_vague).then_some(0);
    }
}

/// What an order makes payable.
fn order(group: &Group, cases: &mut Cases) -> Result<(), Difference> {
    let (index, ordered) = group.one("finding.payout.ordered")?;
    for (index, netted) in group.all("finding.arrears.netted") {
        let amount = number(netted, "netted_minor");
        let case = cases.get_mut(&netted["case"]).filter(|case| amount <= case.open());
        let Some(case) = case else {
            let what = format!("{amount} is kept from case {}, which is owed less", netted["case"]);
            return Err(Difference::at(Kind::PayoutWithoutCase, index, what));
        };
        case.paid += amount;
    }
    let tops_up = number(ordered, "topped_up") > 0;
    let (mut left, mut sum) = (BTreeMap::new(), 0);
    for (index, short) in group.all("finding.case.short") {
        left.insert(short["case"].as_u64().unwrap_or(u64::MAX), (index, short));
    }
    for (place, case) in (0..).zip(cases.iter_mut()) {
        let Some((period, _)) = case.decided.filter(|_| case.open() > 0) else { continue };
        if period != group.period() {
            // What each earlier case gets on top is not told one by one.
            let whole = period > group.period() || case.payable == Some(case.open());
            case.payable = case.payable.filter(|_| whole || !tops_up);
            continue;
        }
        let short = left.remove(&place);
        let payable = case.open() - short.map_or(0, |(_, short)| number(short, "left_minor"));
        let now = case.payable.map(|before| payable - before);
        let told = short.map(|(_, short)| number(short, "payable_minor"));
        let wrong = told.is_some_and(|told| now.is_some_and(|now| now != told));
        if wrong || payable < 0 || now.is_some_and(|now| now < 0) {
            let index = short.map_or(index, |(index, _)| index);
            let what = format!("what is ordered for case {place} is not what is owed to it");
            return Err(Difference::at(Kind::PayoutWithoutCase, index, what));
        }
        sum += now.unwrap_or(0);
        case.payable = (!case.is_vague).then_some(payable);
    }
    if let Some((index, short)) = left.into_values().next() {
        let what = format!("case {} is paid short, and nothing is owed to it", short["case"]);
        return Err(Difference::at(Kind::PayoutWithoutCase, index, what));
    }
    let stated = number(ordered, "total_minor");
    // Refunds and toppings up of earlier cases come on top.
    if stated < sum {
        let what = format!("{stated} is ordered, and {sum} is owed to the cases of the period");
        return Err(Difference::at(Kind::WrongTotal, index, what));
    }
    Ok(())
}
