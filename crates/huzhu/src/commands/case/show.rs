//! `huzhu case show` and `list`: a case with its prices side by side, and all cases.

use money::Amount;
use rules::case::{Case, Verdict};
use serde_json::{Value, json};

use super::{known, re_audit, times};
use crate::findings::name;
use crate::layout::{NONE, Table, money};
use crate::outcome::Outcome;
use crate::problem::Problem;
use crate::reader::Reader;

fn describe(reader: &Reader, number: u32, case: &Case) -> Result<Value, Problem> {
    Ok(json!({
        "case": number,
        "member": case.member,
        "status": case.status,
        "severity": case.severity,
        "cause": case.cause,
        "filed": case.filed,
        "diagnosed": case.diagnosed,
        "asked_minor": case.asked,
        "assessed_minor": case.assessed,
        "proposal": case.verdict,
        "decided_minor": case.decided,
        "paid_minor": case.paid,
        "period": case.period,
        "investigator": case.investigator,
        "reviewer": case.reviewer,
        "inquiry": case.inquiry.as_ref().map(|inquiry| json!({
            "investigator": inquiry.investigator,
            "evidence": inquiry.evidence,
            "heard_until": inquiry.heard_until,
            "answer": inquiry.answer,
            "found_minor": inquiry.found,
            "recovered_minor": inquiry.recovered,
        })),
        "re_audit": re_audit::of(reader.state(), number).map(|(audit, picked)| {
            let mut described = re_audit::describe_picked(picked);
            (described["period"], described["due"]) = (json!(audit.period), json!(audit.due));
            described
        }),
        "times": times::of(reader, case)?,
        "overdue": times::is_overdue(reader, case)?,
        "evidence": case.evidence,
        "steps": case.steps.iter().map(|step| json!({"to": step.to, "day": step.day}))
            .collect::<Vec<_>>(),
        "currency": reader.currency()?.code(),
    }))
}

/// Shows one case.
pub fn one(reader: &Reader, number: u32, json: bool) -> Result<Outcome, Problem> {
    let case = known(reader.state(), number)?;
    let document = describe(reader, number, case)?;
    let currency = reader.currency()?;
    let overdue = times::is_overdue(reader, case)?;
    let price = |amount: Option<Amount>| {
        amount.map_or_else(|| NONE.to_owned(), |amount| money(amount, currency))
    };
    let proposed = match &case.verdict {
        Some(Verdict::Approve { decided_minor }) => price(Some(*decided_minor)),
        Some(Verdict::Refuse { reason, .. }) => format!("refuse: {}", name(reason)),
        None => NONE.to_owned(),
    };
    Ok(reader.show(json, document, || {
        println!("Case {number} of member {} is {}.", case.member, name(case.status));
        let mut table = Table::new("lr", 2);
        table.pair("severity", &case.severity);
        table.pair("cause", name(case.cause));
        table.pair("diagnosed", case.diagnosed);
        table.pair("filed", case.filed);
        let period = case.period.map_or_else(|| NONE.to_owned(), |period| period.to_string());
        table.pair("period", period);
        table.pair("asked", price(Some(case.asked)));
        table.pair("assessed", price(case.assessed));
        table.pair("proposed", proposed);
        table.pair("decided", price(case.decided));
        table.pair("paid", price(case.paid));
        if let Some(inquiry) = &case.inquiry {
            table.pair("asked back", price(inquiry.found));
            table.pair("came back", price(Some(inquiry.recovered)));
        }
        let again = re_audit::of(reader.state(), number);
        if let Some((_, picked)) = again {
            table.pair("re-audit", re_audit::word_for(picked));
        }
        table.print();
        if overdue {
            println!("Its next step is overdue.");
        }
    }))
}

/// Lists all cases.
pub fn all(reader: &Reader, json: bool) -> Result<Outcome, Problem> {
    let cases = reader.state().cases();
    let described = (0..).zip(cases).map(|(number, case)| describe(reader, number, case));
    let document = json!({"cases": described.collect::<Result<Vec<_>, _>>()?});
    let overdue = cases.iter().map(|case| times::is_overdue(reader, case));
    let overdue = overdue.collect::<Result<Vec<bool>, _>>()?;
    let currency = reader.currency()?;
    Ok(reader.show(json, document, || {
        if cases.is_empty() {
            println!("No case has been filed.");
            return;
        }
        let header =
            ["case", "member", "severity", "asked", "assessed", "decided", "paid", "status"];
        let mut table = Table::new("rrlrrrrl", 0).header(header);
        let price = |amount: Option<Amount>| {
            amount.map_or_else(|| NONE.to_owned(), |amount| money(amount, currency))
        };
        for (number, case) in cases.iter().enumerate() {
            let late = if overdue[number] { ", overdue" } else { "" };
            table.row([
                number.to_string(),
                case.member.to_string(),
                case.severity.clone(),
                money(case.asked, currency),
                price(case.assessed),
                price(case.decided),
                price(case.paid),
                name(case.status) + late,
            ]);
        }
        table.print();
    }))
}
