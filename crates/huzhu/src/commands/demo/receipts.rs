//! The demo's last check: a thousand receipts, made and verified by the code of `huzhu receipt` and
//! `huzhu verify`, without writing them.

use std::path::Path;

use node::Issuer;
use proof::receipt_check;
use rules::State;
use settle::tree::{Keep, PeriodTree};

use super::checks::Check;
use crate::problem::{Kind, Problem, sentence};
use crate::progress;

/// Receipts that are made.
const RECEIPTS: u64 = 1_000;

/// Periods whose trees are built for them; each has its part of the charges.
const TREES: u64 = 8;

/// Of a hundred receipts, those of charges; then of members, cases and periods.
const OF_A_HUNDRED: [u64; 4] = [80, 10, 5, 5];

/// Numbers that follow from the digest of the state, so that one seed makes one choice.
struct Chooser {
    from: String,
    drawn: u64,
}

impl Chooser {
    /// A number below `bound`; 0 if that is 0. The bias is below 2^-31 for bounds of 32 bits.
    fn below(&mut self, bound: u64) -> u64 {
        self.drawn += 1;
        let digest = proof::sha256(format!("{} {}", self.from, self.drawn).as_bytes()).0;
        let number = digest[..8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        number % bound.max(1)
    }
}

/// Issues and verifies.
pub fn check(dir: &Path, state: &State) -> Result<Check, Problem> {
    let failed = |error: &dyn std::error::Error| {
        let what = "The receipts of the demo cannot be issued.";
        let why = sentence(&error.to_string());
        Problem::new(Kind::Environment, "E-RECEIPT", what, why, "Report this with the seed.")
    };
    let mut chooser = Chooser { from: state.digest().to_string(), drawn: 0 };
    let mut issuer = Issuer::open(dir, None, None).map_err(|error| failed(&error))?;
    let bar = progress::bar(RECEIPTS, "issuing and verifying", "receipts");
    let (mut verified, mut bytes) = (0, 0);
    let mut judge = |text: String| {
        bytes += text.len();
        verified += u64::from(receipt_check::check(text.as_bytes(), None).is_ok());
        bar.inc(1);
    };
    let [charges, members, cases, periods] = OF_A_HUNDRED.map(|part| RECEIPTS * part / 100);
    let sealed: Vec<u32> = (0..)
        .zip(state.periods())
        .filter(|(_, period)| period.sealed.is_some() && period.sharers.iter().sum::<u64>() > 0)
        .map(|(number, _)| number)
        .collect();
    let secret = node::plan_secret(dir)?.ok_or_else(crate::commands::receipt::no_secret)?;
    let roll = u64::from(state.roll().len());
    for _ in 0..TREES.min(sealed.len() as u64) {
        let period = sealed[chooser.below(sealed.len() as u64) as usize];
        let tree = PeriodTree::build(state, period, &secret, Keep::default());
        let tree = tree.map_err(|error| failed(&error))?;
        for _ in 0..charges / TREES.min(sealed.len() as u64) {
            // Some have left before the period, some joined after it: the next who shares it.
            let drawn = chooser.below(roll);
            let shares = |member: &u32| {
                let row = state.roll().get(*member);
                row.is_some_and(|row| state.class_in(&row, period).is_some())
            };
            let from = drawn as u32;
            let member = (from..roll as u32).chain(0..from).find(shares).unwrap_or(0);
            let issued = issuer.charge(state, &tree, member).map_err(|error| failed(&error))?;
            judge(issued.0.to_string());
        }
    }
    for _ in 0..members {
        let member = chooser.below(roll) as u32;
        judge(issuer.member(member).map_err(|error| failed(&error))?.0.to_string());
    }
    for _ in 0..cases.min(state.cases().len() as u64 * cases) {
        let case = chooser.below(state.cases().len() as u64) as u32;
        judge(issuer.case(case).map_err(|error| failed(&error))?.0.to_string());
    }
    for _ in 0..periods {
        let closed = state.periods().iter().filter(|period| !period.shares.is_empty()).count();
        let period = chooser.below(closed as u64) as u32;
        judge(issuer.period(period).map_err(|error| failed(&error))?.0.to_string());
    }
    let made = bar.position();
    bar.finish_and_clear();
    let kilobytes = bytes as f64 / 1e3 / made.max(1) as f64;
    Ok(Check {
        name: "receipts",
        ok: verified == made && made > 0,
        detail: format!("{verified} of {made} random ones verify, {kilobytes:.1} kB each"),
    })
}
