//! `huzhu fund show`, `flows` and `balance`.

use std::path::Path;

use rules::charter::{Account, Charter};
use rules::funds::KNOWN;
use serde_json::json;

use crate::commands::plan::read_charter;
use crate::console::Folder;
use crate::layout::{Table, money};
use crate::outcome::{Outcome, show};
use crate::problem::Problem;
use crate::reader::Reader;

/// The name of an account as charters and the log write it.
pub fn account_name(account: Account) -> String {
    json!(account).as_str().unwrap_or_default().to_owned()
}

/// Every account with its balance.
pub fn accounts(reader: &Reader, json: bool) -> Result<Outcome, Problem> {
    let (state, currency) = (reader.state(), reader.currency()?);
    let balances: Vec<_> = state.books().balances().collect();
    let described = balances.iter().map(|(account, balance)| {
        json!({"account": account, "balance_minor": balance, "currency": currency.code()})
    });
    let level = state.reserve_level();
    let document = json!({
        "accounts": described.collect::<Vec<_>>(),
        "reserve_minor": level.map(|(held, _)| held),
        "reserve_target_minor": level.map(|(_, target)| target),
    });
    Ok(reader.show(json, document, || {
        let mut table = Table::new("lr", 0).header(["account", "balance"]);
        for (account, balance) in &balances {
            table.row([account_name(*account), money(*balance, currency)]);
        }
        table.print();
        if let Some((held, target)) = level {
            println!(
                "The reserve holds {} and is filled up to {}.",
                money(held, currency),
                money(target, currency)
            );
        }
    }))
}

/// The table of flows of a ledger's charter, or of a charter's file.
pub fn flows(folder: &Folder, plan: Option<&Path>, json: bool) -> Result<Outcome, Problem> {
    if let Some(path) = plan {
        print_flows(&read_charter(path)?, json);
        return Ok(Outcome::Done);
    }
    let reader = Reader::open(folder)?;
    print_flows(reader.charter()?, json);
    Ok(Outcome::Done)
}

fn print_flows(charter: &Charter, json: bool) {
    let purpose = |flow: &rules::charter::Flow| {
        let known = KNOWN.iter().find(|known| {
            (known.from, known.to) == (flow.from, flow.to) && known.finding == flow.authorised_by
        });
        known.map_or("", |known| known.purpose)
    };
    let flows = &charter.funds.flows;
    let described = flows.iter().map(|flow| {
        json!({
            "from": flow.from,
            "to": flow.to,
            "authorised_by": flow.authorised_by,
            "bound": flow.bound,
            "purpose": purpose(flow),
        })
    });
    let document = json!({"flows": described.collect::<Vec<_>>()});
    show(json, &document, || {
        println!("Money moves in these ways and in no other:");
        let header = ["from", "to", "bound", "authorised by", "for"];
        let mut table = Table::new("llrll", 0).header(header);
        for flow in flows {
            table.row([
                account_name(flow.from),
                account_name(flow.to),
                flow.bound.to_string(),
                flow.authorised_by.clone(),
                purpose(flow).to_owned(),
            ]);
        }
        table.print();
    });
}

/// What one member has paid in ahead.
pub fn balance(reader: &Reader, member: u32, json: bool) -> Result<Outcome, Problem> {
    let (state, currency) = (reader.state(), reader.currency()?);
    let deposit = state.deposit(member);
    let document = json!({
        "member": member,
        "paid_in_minor": deposit.paid_in,
        "balance_minor": deposit.balance,
        "owed_minor": deposit.owed,
        "currency": currency.code(),
    });
    Ok(reader.show(json, document, || {
        let mut table = Table::new("lr", 0);
        table.pair("paid in", money(deposit.paid_in, currency));
        table.pair("balance", money(deposit.balance, currency));
        table.pair("to be returned", money(deposit.owed, currency));
        table.print();
    }))
}

/// Who pays whom in a period of a plan without custody.
pub fn dues(reader: &Reader, period: u32, json: bool) -> Result<Outcome, Problem> {
    let (state, currency) = (reader.state(), reader.currency()?);
    let dues = state.period(period).map_or(&[][..], |period| &period.dues);
    let described = dues
        .iter()
        .map(|due| json!({"member": due.member, "case": due.case, "amount_minor": due.amount}));
    let document = json!({
        "period": period,
        "dues": described.collect::<Vec<_>>(),
        "currency": currency.code(),
    });
    Ok(reader.show(json, document, || {
        let mut table = Table::new("rrr", 0).header(["member", "pays case", "amount"]);
        for due in dues {
            let amount = money(due.amount, currency);
            table.row([due.member.to_string(), due.case.to_string(), amount]);
        }
        table.print();
    }))
}
