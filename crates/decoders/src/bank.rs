//! Decoders of files of the bank.

use money::Currency;
use rails::{Expect, PlanTag, Pull, RailsError, read_notification, read_statement, read_status};

use crate::Verdict;

pub const STEPS: &[&str] = &[
    "E-BANK-IO",
    "E-BANK-XML",
    "E-BANK-ENCODING",
    "E-BANK-DOCTYPE",
    "E-BANK-ENTITY",
    "E-BANK-DEPTH",
    "E-BANK-SIZE",
    "E-BANK-CUT",
    "E-BANK-MESSAGE",
    "E-BANK-MISSING",
    "E-BANK-VALUE",
    "E-BANK-AMOUNT",
    "E-BANK-CURRENCY",
    "E-BANK-SUM",
    "E-BANK-ID",
    "E-BANK-TWICE",
];

/// A plan of a thousand members, whose payments the corpus speaks of.
fn expect() -> Expect {
    let currency = Currency::from_code("CNY").expect("a currency of ISO 4217");
    Expect { plan: PlanTag(0x1a2b_3c4d), currency, members: 1_000, cases: 100, periods: 10 }
}

/// What one line of a file is told to.
fn hear<T>(_line: T) -> Result<(), RailsError> {
    Ok(())
}

fn verdict<T>(read: Result<T, RailsError>) -> Verdict {
    read.map(drop).map_err(|error| error.code())
}

pub fn status(bytes: &[u8]) -> Verdict {
    verdict(Pull::begin(bytes).and_then(|pull| read_status(pull, &expect(), &mut hear)))
}

pub fn notification(bytes: &[u8]) -> Verdict {
    verdict(Pull::begin(bytes).and_then(|pull| read_notification(pull, &expect(), &mut hear)))
}

pub fn statement(bytes: &[u8]) -> Verdict {
    verdict(Pull::begin(bytes).and_then(|pull| read_statement(pull, &expect(), &mut hear)))
}
