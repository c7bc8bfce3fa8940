//! `huzhu period detection`: how likely it is that wrong charges of a period stay unnoticed when
//! checkers are drawn by a public seed, as a bound; and how many checked of their own accord.

use proof::detection::undetected;
use serde_json::{Value, json};

use crate::console::Folder;
use crate::layout::{Table, count, paragraph};
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::reader::Reader;

/// Wrong charges that are shown when none are asked for: one of so many.
const ONE_OF: [u64; 3] = [10_000, 1_000, 100];

/// Checkers that are shown when none are asked for.
const CHECKERS: [u64; 3] = [100, 1_000, 10_000];

const BESIDE: &str = "Members who check of their own accord are not drawn at random, and an \
                      operator may cheat those who never check: the bound is for checkers whom a \
                      public seed picks, and for nobody else.";

const NOT_RECORDED: &str = "Nothing is recorded of members who checked by themselves: receipts are \
                            verified on their own devices, and nobody is told.";

/// Arguments of the bound.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu period detection 0\n  \
                        huzhu period detection 0 --wrong 50 --checkers 1000,5000")]
pub struct Arguments {
    #[command(flatten)]
    folder: Folder,
    /// The period, whose sharers are counted.
    period: u32,
    /// Wrong charges; without it one of ten thousand, of a thousand, of a hundred.
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    wrong: Vec<u64>,
    /// Members drawn to check theirs; without it 100, 1,000 and 10,000.
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    checkers: Vec<u64>,
}

/// Prints the bounds.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let reader = Reader::open(&arguments.folder)?;
    let number = arguments.period;
    let period = reader.state().period(number).filter(|period| !period.sharers.is_empty());
    let period = period.ok_or_else(|| {
        let what = format!("Period {number} has no sharers yet.");
        let why = "They are counted at 00:00 of its publicity day.";
        Problem::new(Kind::Refused, "E-PERIOD-STATE", what, why, "Publish the period first.")
    })?;
    let sharers: u64 = period.sharers.iter().sum();
    let given = |given: &[u64], default: [u64; 3]| match given {
        [] => default.into_iter().map(|n| n.min(sharers)).collect(),
        given => given.to_vec(),
    };
    let wrong = given(&arguments.wrong, ONE_OF.map(|part| sharers.div_ceil(part)));
    let mut checkers: Vec<u64> = given(&arguments.checkers, CHECKERS);
    checkers.dedup();
    let mut rows = Vec::new();
    let mut wrong: Vec<u64> = wrong;
    wrong.dedup();
    for wrong in wrong {
        for checkers in &checkers {
            let bound = undetected(sharers, wrong, *checkers).ok_or_else(|| {
                let what = "The bound cannot be computed.";
                let why = format!("There are {sharers} sharers, and fewer wrong or drawn.");
                Problem::new(Kind::Input, "E-DETECTION", what, why, "Give smaller numbers.")
            })?;
            rows.push((wrong, *checkers, bound));
        }
    }
    let bounds: Vec<Value> = rows
        .iter()
        .map(|(wrong, checkers, bound)| {
            json!({
                "wrong": wrong, "checkers": checkers,
                "undetected_at_most": bound.to_string(),
                "undetected_at_most_billionths": bound.billionths(),
            })
        })
        .collect();
    let document = json!({
        "period": number,
        "sharers": sharers,
        "sealed": period.sealed,
        "bounds": bounds,
        "drawn_by": "public seed",
        "checked_by_themselves": Value::Null,
        "note": NOT_RECORDED,
    });
    Ok(reader.show(json, document, || {
        println!("Period {number}: {} charges. Nobody notices with at most", count(sharers));
        let header = ["wrong charges", "drawn to check", "probability"];
        let mut table = Table::new("rrr", 2).header(header);
        for (wrong, checkers, bound) in &rows {
            table.row([count(*wrong), count(*checkers), bound.to_string()]);
        }
        table.print();
        for text in [BESIDE, NOT_RECORDED] {
            paragraph(text, 0).iter().for_each(|line| println!("{line}"));
        }
    }))
}
