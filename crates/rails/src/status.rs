//! `pain.002`: what became of a file that was sent to the bank, payment by payment.
//!
//! A bank may name every payment or only those that failed; what the caller makes of the others is
//! told by the status of the whole file. Versions .03 and .10 to .15 name these elements alike.

use std::collections::BTreeMap;
use std::io::BufRead;

use money::Amount;

use crate::error::RailsError;
use crate::expect::Expect;
use crate::id::{EndToEnd, MessageId, Purpose};
use crate::pull::{Pull, Step};

const VERSIONS: [&str; 7] = [
    "pain.002.001.03",
    "pain.002.001.10",
    "pain.002.001.11",
    "pain.002.001.12",
    "pain.002.001.13",
    "pain.002.001.14",
    "pain.002.001.15",
];

/// What became of a payment or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The money has moved.
    Settled,
    /// Nothing is decided yet.
    Pending,
    /// The money has not moved and will not.
    Refused,
    /// Some payments of the file were refused.
    Partly,
}

impl Outcome {
    /// The outcome behind a code of ISO 20022's external code set for payment statuses.
    fn of(code: &str) -> Option<Self> {
        Some(match code {
            "ACSC" | "ACCC" => Self::Settled,
            "ACSP" | "ACTC" | "ACCP" | "ACWC" | "ACWP" | "PDNG" | "RCVD" | "PATC" => Self::Pending,
            "RJCT" | "CANC" | "BLCK" => Self::Refused,
            "PART" => Self::Partly,
            _ => return None,
        })
    }
}

/// What became of one payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusLine {
    /// The payment.
    pub id: EndToEnd,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, as a code of ISO 20022 such as `AC04`; empty when none is given.
    pub reason: String,
    /// Its amount, where the bank repeats it.
    pub amount: Option<Amount>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    /// Id of the file that was sent.
    pub original: MessageId,
    /// Number of its payments and their sum, where the bank repeats them.
    pub count: Option<u64>,
    /// Sum of its payments, where the bank repeats it.
    pub sum: Option<Amount>,
    /// Status of the whole file.
    pub group: Option<Outcome>,
    /// Payments that were named.
    pub lines: u64,
}

/// Payments that were named already, as bits: an eighth of a byte for each member of the plan.
#[derive(Default)]
pub(crate) struct Seen(BTreeMap<(Purpose, u32, u8, u32), [u64; 16]>);

impl Seen {
    /// Marks a payment; false when it was marked before.
    pub(crate) fn mark(&mut self, id: &EndToEnd) -> bool {
        let block = (id.purpose, id.period, id.attempt, id.number >> 10);
        let word = &mut self.0.entry(block).or_default()[(id.number >> 6 & 15) as usize];
        let bit = 1 << (id.number & 63);
        let fresh = *word & bit == 0;
        *word |= bit;
        fresh
    }
}

#[derive(Default)]
struct Open {
    id: Option<EndToEnd>,
    outcome: Option<Outcome>,
    reason: String,
    amount: Option<Amount>,
}

const GROUP: &str = "/CstmrPmtStsRpt/OrgnlGrpInfAndSts/";
const PAYMENT: &str = "/CstmrPmtStsRpt/OrgnlPmtInfAndSts/TxInfAndSts";

/// Reads what became of a file; each payment goes to `tell`.
///
/// # Errors
/// When the file is not believed, or `tell` answers with an error.
pub fn read_status<R: BufRead, E: From<RailsError>>(
    mut pull: Pull<R>,
    expect: &Expect,
    tell: &mut dyn FnMut(StatusLine) -> Result<(), E>,
) -> Result<StatusReport, E> {
    pull.expect(&VERSIONS, "pain.002 in a version from .03 or .10 on")?;
    let (mut seen, mut open) = (Seen::default(), Open::default());
    let (mut original, mut count, mut sum, mut group, mut lines) = (None, None, None, None, 0);
    loop {
        match pull.pull()? {
            Step::End => break,
            Step::Open(PAYMENT) => open = Open::default(),
            Step::Open(_) => {}
            Step::Close(PAYMENT, ..) => {
                let line = close(std::mem::take(&mut open), expect, &mut seen)?;
                lines += 1;
                tell(line)?;
            }
            Step::Close(path, text, currency) => {
                if let Some(leaf) = path.strip_prefix(PAYMENT) {
                    leaf_of_payment(&mut open, leaf, text, currency, expect)?;
                } else if let Some(leaf) = path.strip_prefix(GROUP) {
                    match leaf {
                        "OrgnlMsgId" => original = Some(text.parse::<MessageId>()?),
                        "OrgnlNbOfTxs" => {
                            count = Some(text.parse().map_err(|_| RailsError::value(leaf, text))?);
                        }
                        "OrgnlCtrlSum" => sum = Some(expect.amount(text, None)?),
                        "GrpSts" => group = Some(outcome(leaf, text)?),
                        _ => {}
                    }
                }
            }
        }
    }
    let original = original.ok_or(RailsError::Missing("OrgnlMsgId"))?;
    if original.plan != expect.plan || original.period >= expect.periods {
        return Err(RailsError::UnknownId(original.to_string()).into());
    }
    Ok(StatusReport { original, count, sum, group, lines })
}

fn outcome(at: &str, code: &str) -> Result<Outcome, RailsError> {
    Outcome::of(code).ok_or_else(|| RailsError::value(at, code))
}

fn leaf_of_payment(
    open: &mut Open,
    leaf: &str,
    text: &str,
    currency: Option<&str>,
    expect: &Expect,
) -> Result<(), RailsError> {
    match leaf {
        "/OrgnlEndToEndId" => open.id = Some(text.parse()?),
        "/TxSts" => open.outcome = Some(outcome("TxSts", text)?),
        "/StsRsnInf/Rsn/Cd" | "/StsRsnInf/Rsn/Prtry" if open.reason.is_empty() => {
            open.reason = text.chars().take(35).collect();
        }
        "/OrgnlTxRef/Amt/InstdAmt" => {
            open.amount = Some(expect.amount(text, currency.or(Some("")))?);
        }
        _ => {}
    }
    Ok(())
}

fn close(open: Open, expect: &Expect, seen: &mut Seen) -> Result<StatusLine, RailsError> {
    let id = open.id.ok_or(RailsError::Missing("OrgnlEndToEndId"))?;
    if !expect.knows(&id) {
        return Err(RailsError::UnknownId(id.to_string()));
    }
    if !seen.mark(&id) {
        return Err(RailsError::Duplicate(id.to_string()));
    }
    let outcome = open.outcome.ok_or(RailsError::Missing("TxSts"))?;
    if outcome == Outcome::Partly {
        return Err(RailsError::value("TxSts", "PART"));
    }
    Ok(StatusLine { id, outcome, reason: open.reason, amount: open.amount })
}
