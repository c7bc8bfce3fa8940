//! `huzhu period list`: every period with its money.

use money::Amount;
use rules::period::Period;
use serde_json::json;

use crate::console::Console;
use crate::outcome::{Outcome, show};
use crate::problem::Problem;

/// Lists the periods.
pub fn run(console: &Console, json: bool) -> Result<Outcome, Problem> {
    let currency = console.currency()?;
    let periods = console.state().periods();
    let describe = |(number, period): (usize, &Period)| {
        json!({
            "period": number,
            "publicity": period.publicity,
            "charge": period.charge,
            "status": period.status,
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
    show(json, &document, || {
        println!(
            "{:>6}  {:<11} {:<11} {:>6} {:>11} {:>16} {:>9}  status",
            "period", "publicity", "charge", "cases", "sharers", "aid", "share"
        );
        for (number, period) in periods.iter().enumerate() {
            let sharers: u64 = period.sharers.iter().sum();
            let share = period.shares.iter().max().copied().unwrap_or(Amount::ZERO);
            let status = json!(period.status);
            println!(
                "{number:>6}  {:<11} {:<11} {:>6} {sharers:>11} {:>16} {:>9}  {}",
                period.publicity,
                period.charge,
                period.cases.len(),
                period.aid.display(currency),
                share.display(currency),
                status.as_str().unwrap_or_default(),
            );
        }
    });
    Ok(Outcome::Done)
}
