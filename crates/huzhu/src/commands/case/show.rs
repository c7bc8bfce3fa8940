//! `huzhu case show` and `list`: a case with its prices side by side, and all cases.

use money::Amount;
use rules::case::{Case, Verdict};
use serde_json::{Value, json};

use super::known;
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
        table.print();
    }))
}

/// Lists all cases.
pub fn all(reader: &Reader, json: bool) -> Result<Outcome, Problem> {
    let cases = reader.state().cases();
    let described = (0..).zip(cases).map(|(number, case)| describe(reader, number, case));
    let document = json!({"cases": described.collect::<Result<Vec<_>, _>>()?});
    let currency = reader.currency()?;
    Ok(reader.show(json, document, || {
        if cases.is_empty() {
            println!("No case has been filed.");
            return;
        }
        let header = ["case", "member", "severity", "diagnosed", "asked", "decided", "status"];
        let mut table = Table::new("rrllrrl", 0).header(header);
        for (number, case) in cases.iter().enumerate() {
            table.row([
                number.to_string(),
                case.member.to_string(),
                case.severity.clone(),
                case.diagnosed.to_string(),
                money(case.asked, currency),
                case.decided.map_or_else(|| NONE.to_owned(), |amount| money(amount, currency)),
                name(case.status),
            ]);
        }
        table.print();
    }))
}
