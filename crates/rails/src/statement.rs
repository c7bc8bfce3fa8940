//! `camt.053`: a day of the account as the bank has it. Versions .08 to .14 name these alike.
//!
//! One statement a file, complete, with a number. Opening balance and entries must make the closing
//! balance, and counts and sums that the bank states must be those of the entries.

use std::io::BufRead;

use jiff::civil::Date;
use money::Amount;

use crate::entries::{Entry, Movement, day};
use crate::error::RailsError;
use crate::expect::Expect;
use crate::pull::{Pull, Step};

const VERSIONS: [&str; 7] = [
    "camt.053.001.08",
    "camt.053.001.09",
    "camt.053.001.10",
    "camt.053.001.11",
    "camt.053.001.12",
    "camt.053.001.13",
    "camt.053.001.14",
];

/// What stands in a statement besides its movements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The bank's id of the statement.
    pub id: String,
    /// Its number: one more than that of the statement before.
    pub number: u64,
    /// The account.
    pub account: String,
    /// The day of the closing balance.
    pub day: Date,
    /// What the account held before.
    pub opening: Amount,
    /// What it holds afterwards.
    pub closing: Amount,
    /// Booked entries.
    pub entries: u64,
    /// Whether the bank says that it sent it before.
    pub copy: bool,
}

#[derive(Default)]
struct Balance {
    kind: String,
    amount: Option<Amount>,
    credit: bool,
    day: Option<Date>,
}

#[derive(Default)]
struct Reading {
    id: Option<String>,
    number: Option<u64>,
    account: String,
    copy: bool,
    balance: Balance,
    opening: Option<Amount>,
    closing: Option<(Amount, Date)>,
    said_count: Option<u64>,
    said_sum: Option<Amount>,
    entries: u64,
    net: i128,
    gross: i128,
}

const STATEMENT: &str = "/BkToCstmrStmt/Stmt";
const ENTRY: &str = "/BkToCstmrStmt/Stmt/Ntry";

/// Reads a statement; each booked movement goes to `tell`.
///
/// # Errors
/// When the file is not believed, or `tell` answers with an error.
pub fn read_statement<R: BufRead, E: From<RailsError>>(
    mut pull: Pull<R>,
    expect: &Expect,
    tell: &mut dyn FnMut(Movement) -> Result<(), E>,
) -> Result<Statement, E> {
    pull.expect(&VERSIONS, "camt.053 in a version from .08 on")?;
    let (mut reading, mut entry, mut statements) = (Reading::default(), Entry::default(), 0);
    loop {
        let movement = match pull.pull()? {
            Step::End => break,
            Step::Open(ENTRY) => {
                entry = Entry::default();
                None
            }
            Step::Open(STATEMENT) if statements > 0 => {
                return Err(RailsError::value("Stmt", "a second statement").into());
            }
            Step::Open(path) => {
                statements += u32::from(path == STATEMENT);
                path.strip_prefix(ENTRY).map_or(Ok(None), |path| entry.open(path))?
            }
            Step::Close(ENTRY, ..) => {
                let (last, whole, booked) = std::mem::take(&mut entry).finish()?;
                if booked {
                    reading.entries += 1;
                    reading.net += whole.wide();
                    reading.gross += whole.wide().abs();
                }
                last
            }
            Step::Close(path, text, currency) => {
                if let Some(path) = path.strip_prefix(ENTRY) {
                    entry.close(path, text, currency, expect)?;
                } else if let Some(path) = path.strip_prefix(STATEMENT) {
                    reading.close(path, text, currency, expect)?;
                }
                None
            }
        };
        if let Some(movement) = movement.filter(|movement| movement.booked) {
            tell(movement)?;
        }
    }
    Ok(reading.finish()?)
}

impl Reading {
    fn close(
        &mut self,
        path: &str,
        text: &str,
        currency: Option<&str>,
        expect: &Expect,
    ) -> Result<(), RailsError> {
        match path {
            "/Id" => self.id = Some(text.chars().take(35).collect()),
            "/ElctrncSeqNb" => {
                let number = text.parse().map_err(|_| RailsError::value("ElctrncSeqNb", text));
                self.number = Some(number?);
            }
            "/StmtPgntn/LastPgInd" if !matches!(text, "true" | "1") => {
                return Err(RailsError::value("StmtPgntn/LastPgInd", text));
            }
            "/CpyDplctInd" => self.copy = true,
            "/Acct/Id/IBAN" | "/Acct/Id/Othr/Id" => self.account = text.chars().take(34).collect(),
            "/Acct/Ccy" if text != expect.currency.code() => {
                expect.amount("0", Some(text))?;
            }
            "/Bal/Tp/CdOrPrtry/Cd" => self.balance.kind = text.chars().take(4).collect(),
            "/Bal/Amt" => {
                self.balance.amount = Some(expect.amount(text, currency.or(Some("")))?);
            }
            "/Bal/CdtDbtInd" => match text {
                "CRDT" => self.balance.credit = true,
                "DBIT" => self.balance.credit = false,
                _ => return Err(RailsError::value("Bal/CdtDbtInd", text)),
            },
            "/Bal/Dt/Dt" | "/Bal/Dt/DtTm" => self.balance.day = Some(day("Bal/Dt", text)?),
            "/Bal" => self.close_balance()?,
            "/TxsSummry/TtlNtries/NbOfNtries" => {
                let count = text.parse().map_err(|_| RailsError::value("NbOfNtries", text));
                self.said_count = Some(count?);
            }
            "/TxsSummry/TtlNtries/Sum" => self.said_sum = Some(expect.amount(text, None)?),
            _ => {}
        }
        Ok(())
    }

    fn close_balance(&mut self) -> Result<(), RailsError> {
        let balance = std::mem::take(&mut self.balance);
        let amount = balance.amount.ok_or(RailsError::Missing("Bal/Amt"))?;
        let amount = if balance.credit { amount } else { amount.negated() };
        match balance.kind.as_str() {
            "OPBD" if self.opening.replace(amount).is_some() => {
                Err(RailsError::value("Bal", "a second OPBD"))
            }
            "CLBD" => {
                let day = balance.day.ok_or(RailsError::Missing("Bal/Dt"))?;
                match self.closing.replace((amount, day)) {
                    Some(_) => Err(RailsError::value("Bal", "a second CLBD")),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    fn finish(self) -> Result<Statement, RailsError> {
        let opening = self.opening.ok_or(RailsError::Missing("the opening balance, OPBD"))?;
        let closing = self.closing.ok_or(RailsError::Missing("the closing balance, CLBD"));
        let (closing, day) = closing?;
        let made = opening.wide() + self.net;
        agrees("the closing balance", closing.wide(), made)?;
        if let Some(said) = self.said_count {
            agrees("the count of entries", i128::from(said), i128::from(self.entries))?;
        }
        if let Some(said) = self.said_sum {
            agrees("the sum of entries", said.wide(), self.gross)?;
        }
        Ok(Statement {
            id: self.id.ok_or(RailsError::Missing("Stmt/Id"))?,
            number: self.number.ok_or(RailsError::Missing("ElctrncSeqNb"))?,
            account: self.account,
            day,
            opening,
            closing,
            entries: self.entries,
            copy: self.copy,
        })
    }
}

fn agrees(what: &'static str, said: i128, made: i128) -> Result<(), RailsError> {
    let sum = || RailsError::Sum { what, said: said.to_string(), made: made.to_string() };
    (said == made).then_some(()).ok_or_else(sum)
}
