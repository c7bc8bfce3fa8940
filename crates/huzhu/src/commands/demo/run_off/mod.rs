//! `huzhu demo --run-off`: a plan that ends well though there is not enough for everybody. Members
//! have paid in ahead, the reserve is smaller than what is owed, one reports late; the end divides
//! what is there in two instalments, publishes until nothing can come any more, and accounts for
//! every account.

mod stage;

use std::path::Path;

use audit::{Place, Question};
use money::Amount;
use rules::books::Term;
use rules::charter::{Account, Charter};
use rules::command::{FundCommand, MemberCommand, PayoutCommand, PeriodCommand, RunOffCommand};
use rules::day::Day;
use rules::funds::{PAYMENTS_MAX, Payment};
use rules::member::{ENROL_ROW_BYTES, EnrolRow};
use rules::roll::Identity;
use serde_json::{Value, json};

use self::stage::{Stage, Told, failed};
use crate::commands::fund::account_name;
use crate::commands::plan::found;
use crate::findings::name;
use crate::layout::{Table, count, money};
use crate::outcome::{Outcome, show};
use crate::problem::Problem;

use super::actors::DEMO;

/// The charter of the demo, as it stands in the repository.
const CHARTER: &str = include_str!("../../../../../../plans/qingsong.toml");

/// What each pays in ahead, in minor units.
const PAID_IN: i64 = 150_000;

/// Aid of each case before the end and of each at the end.
const AID_BEFORE: i64 = 30_000_000;
const AID_AT_THE_END: i64 = 8_000_000;

/// What the story tells and what came of it.
struct Ended {
    instalments: Vec<Value>,
    frozen: Value,
    closing: Value,
    published: u32,
    stop: Day,
}

fn date(year: i16, month: i8, day: i8) -> Result<Day, Problem> {
    Day::new(year, month, day).map_err(failed)
}

fn amount(minor: i64) -> Result<Amount, Problem> {
    Amount::from_minor(minor).map_err(failed)
}

/// Born in March of a year that goes with the number, twenty to fifty years before 2019.
fn born(member: u32) -> Result<Day, Problem> {
    date(1969 + (member % 30) as i16, 3, 12)
}

/// Plays the end.
pub fn run(dir: &Path, members: u64, seed: u64, json: bool) -> Result<Outcome, Problem> {
    super::clear(dir)?;
    let (founded, members) = (date(2019, 1, 2)?, members as u32);
    let mut charter = Charter::from_toml(CHARTER).map_err(failed)?;
    charter.eligibility.members_min = 1;
    charter.run_off.members_below = 1;
    let plan = format!("{DEMO}run-off-{members}-{seed}");
    let first = date(2019, 8, 10)?;
    let at = node::PlanTime::new(&charter.plan.time_zone)?.noon(founded)?;
    drop(found::lay(charter, &plan, dir, (at, first))?);
    let mut stage = Stage::open(dir, founded, seed)?;
    enrol(&mut stage, members)?;
    let (stage, ended) = end(stage, members)?;
    let at_bank = stage.state().custody_difference().map_err(crate::bank::amount)?;
    let unmatched = stage.state().bank().unmatched().count();
    let (at, currency) = (stage.dir(), stage.state().founded().map(|f| f.charter.plan.currency));
    let currency = currency.ok_or_else(|| failed("no plan"))?;
    let (entries, digest) = stage.finish()?;
    let replayed = node::replay(&at, &mut |_| {})?;
    let same = replayed.state.digest().to_string() == digest && replayed.entries == entries;
    let place = Place::Ledger(at.clone());
    let question = Question { place: &place, policy: None, seen: Vec::new() };
    let named = at.display().to_string();
    let audited = audit::audit(&question, &mut |_| {});
    let audited = audited.map_err(|error| crate::commands::audit::problem(&named, error))?;
    let accounts = ended.closing["accounts"].as_array().cloned().unwrap_or_default();
    let zero = accounts.iter().all(|account| account["balance_minor"] == 0);
    let checks = [
        ("replay from byte 0", same, format!("{entries} entries lead to the same state")),
        (
            "ledger and bank",
            at_bank.is_zero() && unmatched == 0,
            "equal to the cent, and every movement has its reason".to_owned(),
        ),
        ("every account", zero, format!("{} accounts at zero", accounts.len())),
        ("audit of the log", audited.agrees(), crate::commands::audit::line(&audited)),
    ];
    let ok = checks.iter().all(|(_, ok, _)| *ok);
    let document = json!({
        "plan": plan,
        "members": members,
        "dir": dir.display().to_string(),
        "stop": ended.stop,
        "frozen": ended.frozen["members"],
        "instalments": ended.instalments,
        "periods_published": ended.published,
        "final": ended.closing,
        "currency": currency.code(),
        "checks": checks.iter().map(|(name, ok, detail)| json!({
            "name": name, "ok": ok, "detail": detail,
        })).collect::<Vec<_>>(),
        "entries": entries,
        "digest": digest,
    });
    show(json, &document, || {
        print(&ended, currency);
        println!("\nChecks");
        for (name, ok, detail) in &checks {
            println!("  {} {name}: {detail}", if *ok { "✓" } else { "✗" });
        }
        println!("\nTry\n  huzhu runoff show --dir {0}\n  huzhu audit {0}", dir.display());
    });
    Ok(if ok { Outcome::Done } else { Outcome::False })
}

fn enrol(stage: &mut Stage, members: u32) -> Result<(), Problem> {
    let mut rows = Vec::with_capacity(members as usize * ENROL_ROW_BYTES);
    for member in 0..members {
        let birth = born(member)?.month();
        let identity = Identity(u128::from(member + 1).to_be_bytes());
        rows.extend(EnrolRow { birth, identity, assisted: false, payer: None }.to_bytes());
    }
    let chunk = stage.rows(&rows, members)?;
    stage.send(MemberCommand::EnrolBatch { chunk }).map(drop)
}

/// The whole way, from the money that members pay in to the final account.
fn end(mut stage: Stage, members: u32) -> Result<(Stage, Ended), Problem> {
    stage = stage.on(date(2019, 7, 30)?)?;
    pay_in(&mut stage, members)?;
    for member in [3, 8, 13] {
        bring(&mut stage, member, AID_BEFORE, date(2019, 7, 30)?)?;
    }
    let (with, number) = stage.period()?;
    stage = with;
    stage.send(PayoutCommand::Order { period: number })?;
    stage.pay()?;
    stage.send(PayoutCommand::DrawFee { period: number })?;
    stage.exchange(rails::Batch::Fee, number)?;
    stage.states()?;
    stage.send(PeriodCommand::Settle { period: number })?;

    // The operator gives notice; from here on nobody is asked for anything.
    let stop = date(2019, 11, 1)?;
    stage = stage.on(date(2019, 9, 20)?)?;
    stage.send(RunOffCommand::Notice { stop })?;
    for member in [21, 22] {
        bring(&mut stage, member, AID_AT_THE_END, date(2019, 9, 20)?)?;
    }
    stage = publish_until(stage, stop)?;
    let today = stage.state().day().max(stop);
    stage = stage.on(today)?;
    let frozen = stage.told(RunOffCommand::Freeze {}, "finding.run-off.frozen")?;
    let mut instalments = vec![instalment(&mut stage)?];

    // One was in hospital: found ill before the end, reported in February.
    stage = publish_until(stage, date(2020, 2, 1)?)?;
    let today = stage.state().day().max(date(2020, 2, 3)?);
    stage = stage.on(today)?;
    bring(&mut stage, 23, AID_AT_THE_END, date(2019, 10, 20)?)?;
    let (with, _) = stage.period()?;
    stage = with;
    instalments.push(instalment(&mut stage)?);

    // Nothing can come any more.
    stage = publish_until(stage, date(2020, 5, 1)?)?;
    let today = stage.state().day().max(date(2020, 5, 2)?);
    stage = stage.on(today)?;
    instalments.push(instalment(&mut stage)?);
    for period in 0..stage.published {
        let state = stage.state().period(period).map(|period| period.status);
        if state == Some(rules::period::Status::Collected) {
            stage.send(PeriodCommand::Settle { period })?;
        }
    }
    give_back(&mut stage)?;
    let closing = stage.told(RunOffCommand::Final {}, "finding.run-off.final")?;
    let published = stage.published;
    Ok((stage, Ended { instalments, frozen, closing, published, stop }))
}

fn pay_in(stage: &mut Stage, members: u32) -> Result<(), Problem> {
    let amount_minor = amount(PAID_IN)?;
    let payments: Vec<Payment> =
        (0..members).map(|member| Payment { member, amount_minor }).collect();
    for payments in payments.chunks(PAYMENTS_MAX) {
        stage.send(FundCommand::PayIn { payments: payments.to_vec() })?;
        let sum = amount(PAID_IN * payments.len() as i64)?;
        stage.book("balances paid in ahead", Term::PaidIn, sum);
    }
    stage.states()
}

fn bring(stage: &mut Stage, member: u32, aid: i64, diagnosed: Day) -> Result<u32, Problem> {
    stage.bring(&Told { member, born: born(member)?, diagnosed, aid: amount(aid)? })
}

/// Publishes, closes and settles the periods until a day.
fn publish_until(mut stage: Stage, day: Day) -> Result<Stage, Problem> {
    while stage.state().period(stage.published).is_some_and(|period| period.publicity < day) {
        let (with, number) = stage.period()?;
        stage = with;
        let open = stage.state().period(number).is_some_and(|period| !period.unpaid.is_empty());
        // What the end divides is settled when it is divided.
        if !open {
            stage.send(PeriodCommand::Settle { period: number })?;
        }
    }
    Ok(stage)
}

/// Orders an instalment, which the bank pays.
fn instalment(stage: &mut Stage) -> Result<Value, Problem> {
    let told = stage.told(RunOffCommand::Instalment {}, "finding.run-off.instalment")?;
    stage.pay()?;
    Ok(told)
}

/// Balances go back to their members, and what is left to all of them.
fn give_back(stage: &mut Stage) -> Result<(), Problem> {
    stage.send(RunOffCommand::Deposits {})?;
    let owed: Vec<u32> = (0..)
        .zip(stage.state().deposits())
        .filter(|(_, deposit)| !deposit.owed.is_zero())
        .map(|(member, _)| member)
        .collect();
    let held = stage.state().books().balance(Account::Withdrawal);
    let members = stage.members(owed)?;
    stage.send(FundCommand::Returned { members })?;
    stage.book("balances returned", Term::WithdrawalPaid, held.negated());
    stage.send(RunOffCommand::ShareOut {})?;
    let surplus = stage.state().books().balance(Account::Surplus);
    if !surplus.is_zero() {
        stage.send(RunOffCommand::PaidOut {})?;
        stage.book("what was left", Term::SurplusPaid, surplus.negated());
    }
    stage.states()
}

fn print(ended: &Ended, currency: money::Currency) {
    let minor = |value: &Value| Amount::from_minor(value.as_i64().unwrap_or(0)).unwrap_or_default();
    let frozen = count(ended.frozen["members"].as_u64().unwrap_or(0));
    println!("The plan stopped on {}; its roll of {frozen} members was frozen.", ended.stop);
    let mut table = Table::new("rrrr", 2).header(["instalment", "cases", "paid", "part so far"]);
    for (number, instalment) in ended.instalments.iter().enumerate() {
        let part = instalment["part_millionths"].as_u64().unwrap_or(0);
        table.row([
            if instalment["last"] == true { "last".into() } else { (number + 1).to_string() },
            instalment["cases"].to_string(),
            money(minor(&instalment["total_minor"]), currency),
            format!("{}.{:04} %", part / 10_000, part % 10_000),
        ]);
    }
    table.print();
    println!("{} periods were published, the last months with nothing in them.", ended.published);
    println!("\nFinal account");
    let mut table = Table::new("lrl", 2).header(["account", "balance", "why"]);
    for account in ended.closing["accounts"].as_array().into_iter().flatten() {
        let of: Option<Account> = serde_json::from_value(account["account"].clone()).ok();
        table.row([
            of.map_or_else(|| name(&account["account"]), account_name),
            money(minor(&account["balance_minor"]), currency),
            name(&account["why"]),
        ]);
    }
    table.print();
}
