//! The rules' findings in words: what a person reads after a command.

mod amendment;
mod audit;
mod bank;
mod cases;
mod complaint;
mod duties;
mod fund;
mod jury;
mod run_off;
mod survey;

use money::{Amount, Currency};
use rules::finding::{
    ArrearsFinding, CaseFinding, ClassRate, Finding, ForecastScore, MemberFinding, NoticeFinding,
    PayoutFinding, PeriodFinding, PlanFinding,
};
use rules::period::{Excess, Terms};
use serde_json::{Value, json};

use crate::layout::{NONE, Table, count, counted, money};

/// The members that every entry has, whatever it says.
const ENVELOPE: [&str; 5] = ["by", "id", "plan", "seq", "v"];

/// The lines for a finding as it stands in the log.
pub fn words(finding: &Value, currency: Currency) -> Vec<String> {
    let mut body = finding.clone();
    for name in ENVELOPE {
        body.as_object_mut().map(|members| members.remove(name));
    }
    match serde_json::from_value(body.clone()) {
        Ok(closed @ Finding::Period(PeriodFinding::Closed { .. })) => {
            self::closed(&closed, currency)
        }
        Ok(published @ Finding::Period(PeriodFinding::Published { .. })) => {
            self::published(&published)
        }
        Ok(finding) => {
            let said = of_people(&finding, currency)
                .or_else(|| of_money(&finding, currency))
                .or_else(|| of_arrears(&finding, currency))
                .or_else(|| fund::words(&finding, currency))
                .or_else(|| bank::words(&finding, currency))
                .or_else(|| run_off::words(&finding, currency))
                .or_else(|| cases::words(&finding, currency))
                .or_else(|| audit::words(&finding))
                .or_else(|| complaint::words(&finding))
                .or_else(|| amendment::words(&finding))
                .or_else(|| jury::words(&finding, currency))
                .or_else(|| duties::words(&finding))
                .or_else(|| survey::words(&finding));
            vec![said.unwrap_or_else(|| body.to_string())]
        }
        // One of a later version: as it stands.
        Err(_) => vec![body.to_string()],
    }
}

/// What the rules say of the plan, its members and cases.
fn of_people(finding: &Finding, currency: Currency) -> Option<String> {
    let money = |amount: &Amount| money(*amount, currency);
    Some(match finding {
        Finding::Plan(PlanFinding::Founded { publicity, .. }) => {
            format!("The plan is founded. Its first period is published on {publicity}.")
        }
        Finding::Plan(PlanFinding::Succeeded { size, delegates, .. }) => format!(
            "The log goes on after {} under another key, with {}.",
            counted(*size, "entry", "entries"),
            counted(u64::from(*delegates), "delegate", "delegates")
        ),
        Finding::Member(MemberFinding::Enrolled { first, count: 1, covered_from }) => {
            format!("Member {first} is enrolled, covered against illness from {covered_from}.")
        }
        Finding::Member(MemberFinding::Enrolled { first, count: number, covered_from }) => {
            let last = u64::from(*first) + u64::from(*number) - 1;
            format!(
                "Members {first} to {last} are enrolled, covered against illness from \
                 {covered_from}."
            )
        }
        Finding::Member(MemberFinding::Left { count: number, owes_until, released }) => {
            let ended = counted(u64::from(*number), "membership has", "memberships have");
            let free = match released {
                0 => String::new(),
                periods => {
                    let shares = counted(u64::from(*periods), "share", "shares");
                    format!(" {shares} published and not yet charged will not be asked.")
                }
            };
            match owes_until {
                Some(period) => {
                    format!("{ended} ended. Shares up to that of period {period} stay due.{free}")
                }
                None => format!("{ended} ended. No share is due.{free}"),
            }
        }
        Finding::Case(CaseFinding::Filed { case }) => format!("Case {case} is filed."),
        Finding::Case(CaseFinding::Approved { case, decided_minor, reduced_minor })
            if reduced_minor.is_zero() =>
        {
            format!("Case {case} is approved: {}.", money(decided_minor))
        }
        Finding::Case(CaseFinding::Approved { case, decided_minor, reduced_minor }) => format!(
            "Case {case} is approved: {}, after a reduction by {}.",
            money(decided_minor),
            money(reduced_minor)
        ),
        Finding::Member(MemberFinding::Died { member, detached }) => {
            format!("Member {member} has died.{}", pay_alone(*detached))
        }
        Finding::Notice(NoticeFinding::Recorded { period, recipients, unreached, .. }) => format!(
            "The notice about period {period} is on record: {}, {} not reached.",
            counted(*recipients, "member", "members"),
            count(*unreached)
        ),
        Finding::Case(CaseFinding::Refused { case, reason, question, answer, shares_returned }) => {
            let question = question.map(|n| format!(", question {n}")).unwrap_or_default();
            let answer = answer.as_ref().map(|a| format!(", answered {a:?} at joining"));
            let question = question + &answer.unwrap_or_default();
            let returned = if *shares_returned {
                " The next periods return the shares that the member has paid."
            } else {
                ""
            };
            format!("Case {case} is refused: {}{question}.{returned}", name(reason))
        }
        _ => return None,
    })
}

/// What the rules say of money that moves.
fn of_money(finding: &Finding, currency: Currency) -> Option<String> {
    let money = |amount: &Amount| money(*amount, currency);
    Some(match finding {
        Finding::Period(PeriodFinding::Collected {
            period, collected_minor, failed: 0, ..
        }) => {
            format!(
                "Period {period} is collected: {} came in, nothing failed.",
                money(collected_minor)
            )
        }
        Finding::Period(PeriodFinding::Collected {
            period,
            collected_minor,
            failed,
            failed_minor,
        }) => format!(
            "Period {period} is collected: {} came in, {} failed ({}).",
            money(collected_minor),
            counted(u64::from(*failed), "charge", "charges"),
            money(failed_minor)
        ),
        Finding::Payout(PayoutFinding::Ordered { period, cases, topped_up, total_minor }) => {
            let short = match topped_up {
                0 => String::new(),
                count => format!(", {count} of them paid short before"),
            };
            format!(
                "The payout of period {period} is ordered: {} in all, for {}{short}.",
                money(total_minor),
                counted(u64::from(*cases), "case", "cases")
            )
        }
        Finding::Case(CaseFinding::Short { case, payable_minor, left_minor }) => format!(
            "Collections are short: case {case} gets {} now, {} from the next collections.",
            money(payable_minor),
            money(left_minor)
        ),
        Finding::Payout(PayoutFinding::Paid { period, aid_minor, refund_minor, advance_minor }) => {
            let lent = match advance_minor.is_zero() {
                true => String::new(),
                false => format!(" The sponsor lent {}.", money(advance_minor)),
            };
            format!(
                "Period {period} has paid {} of aid and returned {} of shares.{lent}",
                money(aid_minor),
                money(refund_minor)
            )
        }
        Finding::Payout(PayoutFinding::FeeDrawn { period, fee_minor }) => {
            format!("The fee of period {period} has left custody: {}.", money(fee_minor))
        }
        Finding::Period(PeriodFinding::Sealed { period, sharers, charges_minor, .. }) => {
            let charges = counted(*sharers, "charge", "charges");
            let sum = money(charges_minor);
            format!("Period {period} is sealed: {charges} that sum to {sum}.")
        }
        Finding::Period(PeriodFinding::Settled { period, advance_repaid_minor, custody_minor }) => {
            format!(
                "Period {period} is settled: {} repaid to the sponsor, {} left in custody.",
                money(advance_repaid_minor),
                money(custody_minor)
            )
        }
        _ => return None,
    })
}

/// What the rules say of charges that failed.
fn of_arrears(finding: &Finding, currency: Currency) -> Option<String> {
    let money = |amount: &Amount| money(*amount, currency);
    Some(match finding {
        Finding::Arrears(ArrearsFinding::Retried { period, paid, paid_minor, unpaid }) => format!(
            "{} of period {period} paid when retried ({}); {} still unpaid.",
            counted(u64::from(*paid), "failed charge was", "failed charges were"),
            money(paid_minor),
            counted(u64::from(*unpaid), "charge is", "charges are"),
        ),
        Finding::Arrears(ArrearsFinding::Paid { period, member, paid_minor, recovered }) => {
            let whose = if *recovered { " Those who had borne it get it back." } else { "" };
            format!(
                "Member {member} has paid the charge of period {period}: {}.{whose}",
                money(paid_minor)
            )
        }
        Finding::Arrears(ArrearsFinding::Netted { case, period, member, netted_minor }) => format!(
            "The aid of case {case} pays what member {member} owes of period {period}: {}.",
            money(netted_minor)
        ),
        Finding::Arrears(ArrearsFinding::Ended {
            period,
            expelled,
            extended,
            detached,
            written_off_minor,
        }) => {
            let stay = match extended {
                0 => String::new(),
                number => format!(
                    " {} not reached and {} until the next days of grace end.",
                    counted(u64::from(*number), "member was", "members were"),
                    if *number == 1 { "stays" } else { "stay" }
                ),
            };
            format!(
                "The days of grace of period {period} are over: {} expelled, {} written off for \
                 the next period.{stay}{}",
                counted(u64::from(*expelled), "member is", "members are"),
                money(written_off_minor),
                pay_alone(*detached)
            )
        }
        _ => return None,
    })
}

/// What is said of those for whom nobody pays any more.
fn pay_alone(members: u32) -> String {
    match members {
        0 => String::new(),
        1 => " 1 member for whom they paid pays alone now.".to_owned(),
        more => format!(" {more} members for whom they paid pay alone now."),
    }
}

/// A published period: who shares, what is proposed, and how long objections run.
fn published(finding: &Finding) -> Vec<String> {
    let Finding::Period(PeriodFinding::Published {
        period,
        sharers,
        cases,
        refusals,
        aged_out,
        charge,
    }) = finding
    else {
        return Vec::new();
    };
    let out = match aged_out {
        0 => String::new(),
        number => {
            format!(" {} passed the age of cover.", counted(*number, "member has", "members have"))
        }
    };
    vec![
        format!("Period {period} is published."),
        format!(
            "{}; {} proposed for approval, {} for refusal.{out}",
            counted(*sharers, "member shares", "members share"),
            counted(u64::from(*cases), "case is", "cases are"),
            count(u64::from(*refusals)),
        ),
        format!("Objections run until the day before the charge on {charge}."),
    ]
}

/// A closed period: what it costs, who pays, and each class's share.
fn closed(finding: &Finding, currency: Currency) -> Vec<String> {
    let Finding::Period(PeriodFinding::Closed {
        period,
        terms,
        total_minor,
        rates,
        charges_minor,
        excess,
        carry_out_minor,
        forecast,
        ..
    }) = finding
    else {
        return Vec::new();
    };
    let mut lines = vec![format!("Period {period} is closed.")];
    let mut table = Table::new("lr", 2);
    for (name, amount, always) in costs(terms) {
        if always || !amount.is_zero() {
            table.pair(name, money(amount, currency));
        }
    }
    table.pair("to be raised", money(*total_minor, currency));
    for (name, amount) in payers(excess) {
        if !amount.is_zero() {
            table.pair(name, money(amount, currency));
        }
    }
    if !carry_out_minor.is_zero() {
        table.pair("to be carried over", money(*carry_out_minor, currency));
    }
    table.pair("charged", money(*charges_minor, currency));
    lines.extend(table.lines());
    lines.extend(shares(rates, currency));
    lines.extend(forecast.iter().map(|score| scored(score, currency)));
    lines
}

/// The terms of a total in the order of the money equation, and whether each is always shown.
pub fn costs(terms: &Terms) -> [(&'static str, Amount, bool); 8] {
    [
        ("aid", terms.aid_minor, true),
        ("fee", terms.fee_minor, true),
        ("load for the reserve", terms.reserve_load_minor, false),
        ("shares to be returned", terms.refunds_minor, false),
        ("earlier charges written off", terms.uncollected_in_minor, false),
        ("deferred from earlier periods", terms.deferred_in_minor, false),
        ("recovered", terms.recovered_minor.negated(), false),
        ("carried over before", terms.carry_in_minor.negated(), false),
    ]
}

/// Who pays what the caps keep from the members.
pub fn payers(excess: &Excess) -> [(&'static str, Amount); 4] {
    [
        ("drawn from the reserve", excess.reserve_draw_minor.negated()),
        ("paid by the sponsor", excess.sponsor_minor.negated()),
        ("saved by a reduction", excess.reduction_minor.negated()),
        ("left to later periods", excess.deferred_out_minor.negated()),
    ]
}

fn shares(rates: &[ClassRate], currency: Currency) -> Vec<String> {
    let mut table = Table::new("lrrr", 2).header(["class", "weight", "members", "share"]);
    for rate in rates {
        let share = money(rate.share_minor, currency);
        let weight = count(u64::from(rate.weight));
        table.row([rate.class.clone(), weight, count(rate.members), share]);
    }
    table.lines()
}

fn scored(score: &ForecastScore, currency: Currency) -> String {
    let error = score.error_minor;
    let off = match (error.is_zero(), error.is_negative()) {
        (true, _) => "was right".to_owned(),
        (_, true) => format!("was {} too high", money(error.negated(), currency)),
        (_, false) => format!("was {} too low", money(error, currency)),
    };
    format!(
        "The forecast of {} {off}; what came lies {} {} to {}.",
        money(score.share_minor, currency),
        if score.inside { "inside" } else { "outside" },
        money(score.low_minor, currency),
        money(score.high_minor, currency),
    )
}

/// The word by which the log names a status, a cause or a reason.
pub fn name(value: impl serde::Serialize) -> String {
    json!(value).as_str().map_or_else(|| NONE.to_owned(), str::to_owned)
}
