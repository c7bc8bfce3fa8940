//! `huzhu fund debt`: the plan's own triangle, and what of it is still to come.

use money::Amount;
use rules::State;
use rules::command::{Do, FundCommand};
use rules::period::Status;
use serde_json::json;
use sim::hidden_debt::{Estimate, Triangle};

use crate::console::{Console, Folder};
use crate::layout::{NONE, Table, money};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};

/// How the hidden debt is estimated.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Method {
    /// From the delays of earlier diagnoses alone, with a standard error (Mack).
    ChainLadder,
    /// With a prior from the plan's own exposure (Cape Cod): steadier while a plan is young.
    BornhuetterFerguson,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::ChainLadder => "chain-ladder",
            Self::BornhuetterFerguson => "bornhuetter-ferguson",
        }
    }
}

/// Options of the estimate.
#[derive(clap::Args)]
pub struct How {
    /// The method.
    #[arg(long, value_enum, default_value = "chain-ladder")]
    method: Method,
    /// Put the estimate on record, signed by the operator; the one before it is scored.
    #[arg(long)]
    publish: bool,
}

/// Whole minor units of the triangle, and what they are estimated to come to.
struct Estimated {
    /// The last period that is closed.
    period: u32,
    rows: Vec<Vec<i64>>,
    estimate: Estimate,
}

/// Runs the command.
pub fn run(folder: &Folder, how: &How, json: bool) -> Result<Outcome, Problem> {
    let mut console = Console::open(folder)?;
    let currency = console.currency()?;
    let Estimated { period, rows, estimate } = estimated(console.state(), how.method)?;
    let minor = |number: f64| Amount::from_minor(number.round() as i64).ok();
    let out_of_range = || no_estimate("The estimate does not fit an amount.");
    let total = minor(estimate.total).ok_or_else(out_of_range)?;
    let error = estimate.error.and_then(minor);
    let triangle = json!({"period": period, "triangle_minor": rows});
    let hash = proof::sha256(triangle.to_string().as_bytes());
    if how.publish {
        let method = how.method.name().to_owned();
        let (amount_minor, error_minor) = (total, error);
        let body = FundCommand::Debt { period, amount_minor, error_minor, method, triangle: hash };
        return console.send(Do::Fund(body))?.show(&console, json);
    }
    let reserves: Vec<_> = estimate.reserves.iter().map(|reserve| minor(*reserve)).collect();
    let published = console.state().debts_published().iter().map(|debt| {
        json!({
            "period": debt.period,
            "amount_minor": debt.amount,
            "method": debt.method,
            "emerged_minor": console.state().emerged(debt).ok(),
        })
    });
    let document = json!({
        "period": period,
        "method": how.method.name(),
        "debt_minor": total,
        "error_minor": error,
        "currency": currency.code(),
        "triangle_minor": rows,
        "by_period_minor": reserves,
        "triangle": hash,
        "published": published.collect::<Vec<_>>(),
    });
    show(json, &document, || {
        println!("Published aid by period of diagnosis, and by periods of delay:");
        let mut table = Table::new("rlrr", 0).header(["period", "by delay", "so far", "to come"]);
        for (number, (row, to_come)) in rows.iter().zip(&reserves).enumerate() {
            let of_row: Vec<String> = row.iter().map(i64::to_string).collect();
            table.row([
                number.to_string(),
                of_row.join(" "),
                row.last().copied().unwrap_or(0).to_string(),
                to_come.map_or_else(|| NONE.to_owned(), |amount| money(amount, currency)),
            ]);
        }
        table.print();
        let error = error.map(|error| format!(" ± {}", money(error, currency)));
        println!(
            "Hidden debt after period {period} ({}): {}{}",
            how.method.name(),
            money(total, currency),
            error.unwrap_or_default()
        );
    });
    Ok(Outcome::Done)
}

fn estimated(state: &State, method: Method) -> Result<Estimated, Problem> {
    let closed = state.periods().iter().take_while(|period| period.status >= Status::Charged);
    let many = closed.count();
    let Some(last) = many.checked_sub(1) else {
        return Err(no_estimate("No period is closed yet."));
    };
    let mut rows: Vec<Vec<i64>> = (0..many).map(|row| vec![0; many - row]).collect();
    for case in state.cases() {
        let (Some(published), Some(decided)) = (case.period, case.decided) else { continue };
        let first = state.periods().iter().position(|period| period.publicity >= case.diagnosed);
        let (row, published) = (first.unwrap_or(many), published as usize);
        if published <= last && row <= published {
            rows[row][published - row] += decided.minor();
        }
    }
    for row in &mut rows {
        for column in 1..row.len() {
            row[column] += row[column - 1];
        }
    }
    let floats = rows.iter().map(|row| row.iter().map(|amount| *amount as f64).collect());
    let refused = |error: sim::Error| no_estimate(&format!("{error}."));
    let triangle = Triangle::new(floats.collect()).map_err(refused)?;
    let estimate = match method {
        Method::ChainLadder => triangle.chain_ladder(),
        Method::BornhuetterFerguson => {
            let sharers = state.periods().iter().take(many);
            let sharers: Vec<f64> =
                sharers.map(|period| period.sharers.iter().sum::<u64>() as f64).collect();
            let priors = triangle.cape_cod_priors(&sharers).map_err(refused)?;
            triangle.bornhuetter_ferguson(&priors).map_err(refused)?
        }
    };
    Ok(Estimated { period: last as u32, rows, estimate })
}

fn no_estimate(why: &str) -> Problem {
    let what = "The hidden debt cannot be estimated.";
    let next = "Close periods first; a triangle needs what was published in them.";
    Problem::new(Kind::Input, "E-FUND-DEBT", what, why, next)
}
