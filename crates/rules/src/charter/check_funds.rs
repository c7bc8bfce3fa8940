//! Contradictions in the clauses about funds: who lends, what is paid in ahead, and the table of
//! flows, without which no money could move as the other clauses promise.

use money::Rate;

use super::check::Report;
use super::check_money::ends_here;
use super::{Account, Charter, Liquidity, Paid, Payer, SharingRule};
use crate::funds::KNOWN;

/// A difference that may stand for longer than the longest month is never closed.
const RECONCILIATION_DAYS_MAX: i32 = 31;

pub(super) fn check(charter: &Charter, report: &mut Report) {
    funds(charter, report);
    deposits(charter, report);
    directly(charter, report);
    flows(charter, report);
    if charter.funds.paid == Paid::ByCustody {
        missing_flows(charter, report);
    }
}

fn funds(charter: &Charter, report: &mut Report) {
    let funds = &charter.funds;
    report.refuse(
        funds.liquidity != Liquidity::Sponsor || funds.sponsor.is_some(),
        "E-CHARTER-SPONSOR",
        "funds.liquidity",
        "the sponsor is to lend, but funds.sponsor names none",
    );
    if let Some(reserve) = &funds.reserve {
        report.refuse(
            !reserve.target_amount_minor.is_negative(),
            "E-CHARTER-AMOUNT",
            "funds.reserve.target_amount",
            "the target of the reserve must not be negative",
        );
    }
    let limit = funds.sponsor.as_ref().and_then(|sponsor| sponsor.guarantee_amount_minor);
    report.refuse(
        limit.is_none_or(|limit| !limit.is_negative()),
        "E-CHARTER-AMOUNT",
        "funds.sponsor.guarantee_amount",
        "the guarantee must not be negative",
    );
    let days = funds.reconciliation.map(|clause| clause.freeze_after_days);
    report.refuse(
        days.is_none_or(|days| (0..=RECONCILIATION_DAYS_MAX).contains(&days)),
        "E-CHARTER-RECONCILIATION",
        "funds.reconciliation.freeze_after_days",
        format!("ledger and bank may differ for 0 to {RECONCILIATION_DAYS_MAX} days"),
    );
    if let Some(deferral) = &funds.deferral {
        report.refuse(
            deferral.periods_max > 0
                && deferral.final_payer != Payer::Deferral
                && ends_here(charter, deferral.final_payer),
            "E-CHARTER-DEFERRAL",
            "funds.deferral",
            "a deferral needs a number of periods and a final payer without a limit",
        );
    }
}

fn deposits(charter: &Charter, report: &mut Report) {
    let Some(clause) = &charter.funds.deposits else { return };
    let (code, at) = ("E-CHARTER-DEPOSITS", "funds.deposits");
    let amounts =
        [clause.joining_amount_minor, clause.low_amount_minor, clause.exit_levy_amount_minor];
    report.refuse(
        amounts.iter().all(|amount| !amount.is_negative()),
        code,
        at,
        "amounts of a deposit must not be negative",
    );
    let levy = clause.exit_levy_amount_minor;
    report.refuse(
        levy.is_zero() || charter.funds.reserve.is_some(),
        code,
        "funds.deposits.exit_levy_amount",
        "an exit levy fills the reserve, and the charter has none",
    );
    report.warn(
        levy <= clause.joining_amount_minor,
        "W-CHARTER-LEVY",
        "funds.deposits.exit_levy_amount",
        "the exit levy may take more than a member paid in at joining",
    );
    report.warn(
        clause.low_amount_minor > money::Amount::ZERO,
        "W-CHARTER-LOW",
        "funds.deposits.low_amount",
        "no balance ever counts as low: members learn that it ran out when a charge fails",
    );
}

/// Without custody nothing can rest, be lent, be returned or be drawn as a fee.
fn directly(charter: &Charter, report: &mut Report) {
    let (funds, caps) = (&charter.funds, &charter.caps);
    let rests = funds.reserve.is_some()
        || funds.sponsor.is_some()
        || funds.deferral.is_some()
        || funds.deposits.is_some()
        || funds.liquidity != Liquidity::None
        || !funds.flows.is_empty();
    let bare = !rests
        && charter.fee.rate == Rate::ZERO
        && charter.sharing.rule == SharingRule::Uniform
        && !charter.waiting.refund_shares
        && !charter.arrears.netted_from_aid
        && caps.case.is_none()
        && caps.year.is_none();
    report.refuse(
        funds.paid == Paid::ByCustody || bare,
        "E-CHARTER-DIRECT",
        "funds.paid",
        "where members pay the sick themselves there is no custody: no fee, reserve, sponsor, \
         deposit, refund, netting, cap or flow, and everybody shares alike",
    );
}

fn flows(charter: &Charter, report: &mut Report) {
    let flows = &charter.funds.flows;
    for (index, flow) in flows.iter().enumerate() {
        let at = format!("funds.flows[{index}]");
        let known = KNOWN.iter().any(|known| {
            (known.from, known.to) == (flow.from, flow.to) && known.finding == flow.authorised_by
        });
        report.refuse(
            known,
            "E-CHARTER-FLOW",
            &at,
            format!(
                "money has no reason to move from {:?} to {:?} by {}; the flows that can be \
                 permitted stand in docs/FORMATS.md",
                flow.from, flow.to, flow.authorised_by
            ),
        );
        let fee = flow.pays(Account::Fee);
        report.refuse(
            !fee || flow.bound <= charter.fee.rate,
            "E-CHARTER-FEE-FLOW",
            &at,
            format!("the fee flow ({}) exceeds the fee ({})", flow.bound, charter.fee.rate),
        );
        report.warn(
            !fee || flow.bound >= charter.fee.rate,
            "W-CHARTER-FEE-FLOW",
            &at,
            "the fee flow is smaller than the fee, so the fee charged could never be drawn",
        );
        report.refuse(
            fee || flow.bound == Rate::ONE,
            "E-CHARTER-FLOW",
            &at,
            "all but the fee moves as decided: the bound must be 1",
        );
        let twins = flows.iter().filter(|other| {
            (other.from, other.to) == (flow.from, flow.to)
                && other.authorised_by == flow.authorised_by
        });
        report.refuse(twins.count() == 1, "E-CHARTER-FLOW", &at, "a flow stands twice");
    }
}

/// What the other clauses promise needs its flow.
fn missing_flows(charter: &Charter, report: &mut Report) {
    let funds = &charter.funds;
    let lends = funds.liquidity == Liquidity::Sponsor;
    let held = funds.deposits.is_some();
    let needed = [
        (true, "finding.period.closed", Account::Receivable, "charges enter custody"),
        (true, "finding.arrears.ended", Account::Recovered, "late payments enter custody"),
        (funds.sponsor.is_some(), "finding.period.closed", Account::Sponsor, "the sponsor pay in"),
        (lends, "finding.payout.ordered", Account::Advance, "the sponsor lend"),
        (held, "finding.member.enrolled", Account::Deposit, "members pay in ahead"),
    ];
    for (needed, finding, from, what) in needed {
        let there = funds.flows.iter().any(|flow| {
            flow.from == from && flow.to == Account::Custody && flow.authorised_by == finding
        });
        let what = format!("no flow lets {what}: from {from:?} to Custody by {finding}");
        report.refuse(!needed || there, "E-CHARTER-FLOW", "funds.flows", what);
    }
    for (needed, account, name) in [
        (true, Account::Aid, "aid"),
        (charter.fee.rate.millionths() > 0, Account::Fee, "the fee"),
        (charter.waiting.refund_shares, Account::Refund, "refunds"),
        (lends, Account::Advance, "the sponsor's advance"),
        (held, Account::Withdrawal, "balances of members"),
    ] {
        let there = funds.flows.iter().any(|flow| flow.pays(account));
        let what = format!("no flow lets {name} leave custody");
        report.refuse(!needed || there, "E-CHARTER-FLOW", "funds.flows", what);
    }
}
