//! The result of the demo: one row a period, the computed share beside the published one.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use money::{Amount, Currency};
use rules::State;
use rules::day::Day;
use serde_json::{Value, json};
use sim::history::{History, ShareBasis};
use sim::population::PeriodScript;

use crate::layout::{count, money};
use crate::problem::{Kind, Problem};

/// One period.
pub struct Row {
    number: u32,
    publicity: Day,
    /// Sharers, as the rules counted them.
    pub sharers: u64,
    /// Members, as the script has them.
    pub scripted: u64,
    cases: usize,
    aid: Amount,
    fee: Amount,
    /// Share of one member.
    pub share: Amount,
    published: Option<(Amount, bool)>,
    currency: Currency,
}

impl Row {
    /// The row of a period that has been played.
    pub fn new(state: &State, script: &PeriodScript) -> Result<Self, Problem> {
        let number = u32::from(script.index);
        let known = state.period(number).zip(state.founded());
        let (period, founded) = known.ok_or_else(|| {
            let what = "The period is not in the log.";
            Problem::new(Kind::Environment, "E-DEMO", what, "It was played.", "Report this.")
        })?;
        let published = script.published.iter().find_map(|fact| {
            let exact = fact.share_basis == Some(ShareBasis::Period);
            let near = fact.share_basis == Some(ShareBasis::PeriodApproximate);
            let share = fact.share_fen.filter(|_| exact || near)?;
            Amount::from_minor(share).ok().map(|share| (share, exact))
        });
        Ok(Self {
            number,
            publicity: period.publicity,
            sharers: period.sharers.iter().sum(),
            scripted: u64::from(script.members),
            cases: script.cases.len(),
            aid: period.aid,
            fee: period.fee,
            share: period.shares.first().copied().unwrap_or_default(),
            published,
            currency: founded.charter.plan.currency,
        })
    }

    /// The row for machines.
    pub fn to_json(&self) -> Value {
        json!({
            "period": self.number,
            "publicity": self.publicity,
            "members": self.sharers,
            "cases": self.cases,
            "aid_minor": self.aid,
            "fee_minor": self.fee,
            "share_minor": self.share,
            "published_share_minor": self.published.map(|(share, _)| share),
            "difference_minor": self.published.map(|(share, _)| {
                self.share.minor() - share.minor()
            }),
            "currency": self.currency.code(),
        })
    }
}

/// The shares of one calendar year.
pub struct Year {
    year: i16,
    share: Amount,
    published: Option<Amount>,
    currency: Currency,
}

impl Year {
    /// The year for machines.
    pub fn to_json(&self) -> Value {
        json!({
            "year": self.year,
            "share_minor": self.share,
            "published_share_minor": self.published,
            "currency": self.currency.code(),
        })
    }
}

/// Sums the shares of each calendar year beside what was published of it.
pub fn years(rows: &[Row]) -> Vec<Year> {
    let history = History::xianghubao().ok();
    let mut years: Vec<Year> = Vec::new();
    for row in rows {
        let year: i16 = row.publicity.to_string()[..4].parse().unwrap_or(0);
        if years.last().is_none_or(|last| last.year != year) {
            let fact = history.as_ref().and_then(|history| history.share_of_year(year));
            let published = fact.and_then(|fact| Amount::from_minor(fact.share_fen?).ok());
            years.push(Year { year, share: Amount::ZERO, published, currency: row.currency });
        }
        if let Some(last) = years.last_mut() {
            last.share = last.share.plus(row.share).unwrap_or(Amount::MAX);
        }
    }
    years
}

fn difference(computed: Amount, published: Amount, currency: Currency) -> String {
    let difference = computed.minus(published).unwrap_or_default();
    let sign = if difference.is_negative() { "" } else { "+" };
    format!("{sign}{}", difference.display(currency))
}

/// Prints the periods and the years.
pub fn print(rows: &[Row], unpublished: u64) {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header([
        "period",
        "publicity",
        "members",
        "cases",
        "aid",
        "fee",
        "share",
        "published",
        "difference",
    ]);
    for row in rows {
        let currency = row.currency;
        let show = |amount: Amount| money(amount, currency);
        let published = row.published.map_or_else(String::new, |(share, exact)| {
            format!("{}{}", if exact { "" } else { "about " }, share.display(currency))
        });
        table.add_row([
            row.number.to_string(),
            row.publicity.to_string(),
            count(row.sharers),
            count(row.cases as u64),
            show(row.aid),
            show(row.fee),
            row.share.display(currency).to_string(),
            published,
            row.published.map_or_else(String::new, |(s, _)| difference(row.share, s, currency)),
        ]);
    }
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    println!("{table}");
    println!("\nShare of a year, computed and published");
    for year in years(rows) {
        let published = year.published.map_or_else(
            || "not published, or not the whole year".to_owned(),
            |share| {
                let apart = difference(year.share, share, year.currency);
                format!("{:>8}  {apart:>8}", share.display(year.currency))
            },
        );
        println!("  {}  {:>8}  {published}", year.year, year.share.display(year.currency));
    }
    println!(
        "\nMembers follow the published counts. Ages are a stated prior; diagnoses follow \
         CI4(2020) with\nparameters fitted elsewhere and used as they are, never tuned to the last \
         column: that fit itself\nis up to four times off in early 2019, and more before May. \
         {unpublished} cases were diagnosed and\nnot yet published when the plan ended."
    );
}
