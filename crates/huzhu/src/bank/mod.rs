//! Between the ledger's state and the bank's files: what is exported, what an answer of the bank
//! asks the ledger to do, and what a statement is for. Reads the state, and changes nothing.

pub mod answer;
pub mod export;
pub mod statement;

use std::path::Path;

use rails::{Expect, PlanTag};
use rules::State;

use crate::console::not_founded;
use crate::problem::{Kind, Problem};

/// How the bank calls the plan's account.
pub const CUSTODY: &str = "custody";

/// How the bank calls the operator's account.
pub const OPERATOR: &str = "operator";

/// How the bank calls the sponsor's account.
pub const SPONSOR: &str = "sponsor";

/// The mandate under which the bank keeps a member's name and account.
pub fn mandate(member: u32) -> String {
    format!("M-{member}")
}

/// The tag of a plan at its bank: the first four bytes of the SHA-256 of the ledger's name.
pub fn tag(state: &State) -> Result<PlanTag, Problem> {
    let founded = state.founded().ok_or_else(not_founded)?;
    let [a, b, c, d, ..] = proof::sha256(founded.plan.as_bytes()).0;
    Ok(PlanTag(u32::from_be_bytes([a, b, c, d])))
}

/// What a file of the bank must agree with.
pub fn expect(state: &State) -> Result<Expect, Problem> {
    let founded = state.founded().ok_or_else(not_founded)?;
    Ok(Expect {
        plan: tag(state)?,
        currency: founded.charter.plan.currency,
        members: state.roll().len(),
        cases: state.cases().len() as u32,
        periods: state.periods().len() as u32,
    })
}

/// An amount that does not fit.
pub fn amount<E: Into<rules::Refusal>>(error: E) -> Problem {
    node::Rejection::Rules(error.into()).into()
}

/// A file that says what the ledger cannot take.
pub fn refused(file: &Path, code: &str, why: impl Into<String>) -> Problem {
    let what = format!("The file {} is not used.", file.display());
    let next = "Ask the bank for the right file; see what one says with `huzhu bank read`.";
    Problem::new(Kind::Input, code, what, why, next)
}
