//! `huzhu period list`: every period with its money.

use money::Amount;
use rules::period::{Period, Status};
use serde_json::json;

use crate::findings::name;
use crate::layout::{NONE, Table, count, money};
use crate::outcome::Outcome;
use crate::problem::Problem;
use crate::reader::Reader;

/// Lists the periods.
pub fn run(reader: &Reader, json: bool) -> Result<Outcome, Problem> {
    let currency = reader.currency()?;
    let periods = reader.state().periods();
    let describe = |(number, period): (usize, &Period)| {
        json!({
            "period": number,
            "publicity": period.publicity,
            "charge": period.charge,
            "status": period.status,
            "sealed": period.sealed,
            "cases": period.cases.len(),
            "sharers": period.sharers.iter().sum::<u64>(),
            "aid_minor": period.aid,
            "fee_minor": period.fee,
            "charges_minor": period.charges,
            "shares_minor": period.shares,
            "currency": currency.code(),
        })
    };
    let document = json!({"periods": periods.iter().enumerate().map(describe).collect::<Vec<_>>()});
    Ok(reader.show(json, document, || {
        let header =
            ["period", "publicity", "charge", "cases", "sharers", "aid", "share", "status"];
        let mut table = Table::new("rllrrrrl", 0).header(header);
        for (number, period) in periods.iter().enumerate() {
            let sharers: u64 = period.sharers.iter().sum();
            let known = |amount: Option<&Amount>| {
                amount.map_or_else(|| NONE.to_owned(), |amount| money(*amount, currency))
            };
            let charged = period.status >= Status::Charged;
            table.row([
                number.to_string(),
                period.publicity.to_string(),
                period.charge.to_string(),
                count(period.cases.len() as u64),
                if period.sharers.is_empty() { NONE.to_owned() } else { count(sharers) },
                known(charged.then_some(&period.aid)),
                shares(&period.shares, &known),
                name(period.status) + if period.sealed.is_some() { ", sealed" } else { "" },
            ]);
        }
        table.print();
    }))
}

/// The share, or from the smallest to the largest where classes differ.
fn shares(shares: &[Amount], known: &dyn Fn(Option<&Amount>) -> String) -> String {
    let (low, high) = (shares.iter().min(), shares.iter().max());
    if low == high { known(low) } else { format!("{} to {}", known(low), known(high)) }
}
