//! Entries of an account, as `camt.053` and `camt.054` show them: each becomes one or more
//! movements, and the details of an entry must make its amount.

use jiff::civil::Date;
use money::Amount;

use crate::error::RailsError;
use crate::expect::Expect;
use crate::id::{EndToEnd, MessageId};

/// What a movement is, as far as the bank's file tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A payment of the plan.
    Payment(EndToEnd),
    /// All or a part of a file, booked in one sum.
    Batch(MessageId),
    /// Interest on the account.
    Interest,
    /// Nothing that the ledger asked for.
    Unknown,
}

/// Money that moved on the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// What it is.
    pub what: What,
    /// How much came in; what went out is less than nothing.
    pub amount: Amount,
    /// Whether it takes an earlier movement back.
    pub reversal: bool,
    /// Whether it is booked, or only announced.
    pub booked: bool,
    /// Day of booking.
    pub day: Option<Date>,
    /// The bank's reference of the entry; what it has is never the same twice.
    pub reference: String,
    /// Account of the other side; empty when not told.
    pub account: String,
    /// Why a payment came back, such as `AC04`; empty when it did not.
    pub reason: String,
}

/// Texts are cut here; no reference or code of the messages is longer.
const TEXT_MAX: usize = 35;

#[derive(Default)]
struct Part {
    id: Option<String>,
    amount: Option<Amount>,
    credit: Option<bool>,
    creditor: String,
    debtor: String,
    reason: String,
}

/// One entry while it is read.
#[derive(Default)]
pub(crate) struct Entry {
    amount: Option<Amount>,
    credit: Option<bool>,
    reversal: bool,
    status: String,
    day: Option<Date>,
    number: String,
    reference: String,
    family: String,
    batch: Option<String>,
    part: Option<Part>,
    parts: u64,
    sum: i128,
}

fn credit(text: &str) -> Result<bool, RailsError> {
    match text {
        "CRDT" => Ok(true),
        "DBIT" => Ok(false),
        _ => Err(RailsError::value("CdtDbtInd", text)),
    }
}

fn short(text: &str) -> String {
    text.chars().take(TEXT_MAX).collect()
}

/// A day, alone or at the head of a time.
pub(crate) fn day(at: &str, text: &str) -> Result<Date, RailsError> {
    let day = text.get(..10).unwrap_or(text);
    day.parse().map_err(|_| RailsError::value(at, text))
}

impl Entry {
    /// An element begins, by its path below the entry.
    pub(crate) fn open(&mut self, path: &str) -> Result<Option<Movement>, RailsError> {
        if path != "/NtryDtls/TxDtls" {
            return Ok(None);
        }
        let before = self.take_part(false)?;
        self.parts += 1;
        self.part = Some(Part::default());
        Ok(before)
    }

    /// An element ends.
    pub(crate) fn close(
        &mut self,
        path: &str,
        text: &str,
        currency: Option<&str>,
        expect: &Expect,
    ) -> Result<(), RailsError> {
        let amount = || expect.amount(text, currency.or(Some("")));
        if let Some(leaf) = path.strip_prefix("/NtryDtls/TxDtls") {
            let Some(part) = &mut self.part else { return Ok(()) };
            match leaf {
                "/Refs/EndToEndId" => part.id = Some(text.chars().take(TEXT_MAX + 1).collect()),
                "/Amt" => part.amount = Some(amount()?),
                "/CdtDbtInd" => part.credit = Some(credit(text)?),
                "/RltdPties/CdtrAcct/Id/IBAN" | "/RltdPties/CdtrAcct/Id/Othr/Id" => {
                    part.creditor = short(text);
                }
                "/RltdPties/DbtrAcct/Id/IBAN" | "/RltdPties/DbtrAcct/Id/Othr/Id" => {
                    part.debtor = short(text);
                }
                "/RtrInf/Rsn/Cd" | "/RtrInf/Rsn/Prtry" => part.reason = short(text),
                _ => {}
            }
            return Ok(());
        }
        match path {
            "/Amt" => self.amount = Some(amount()?),
            "/CdtDbtInd" => self.credit = Some(credit(text)?),
            "/RvslInd" => self.reversal = matches!(text, "true" | "1"),
            "/Sts" | "/Sts/Cd" if !text.is_empty() => self.status = short(text),
            "/BookgDt/Dt" | "/BookgDt/DtTm" => self.day = Some(day("BookgDt", text)?),
            "/NtryRef" => self.number = short(text),
            "/AcctSvcrRef" => self.reference = short(text),
            "/BkTxCd/Domn/Fmly/SubFmlyCd" => self.family = short(text),
            "/NtryDtls/Btch/PmtInfId" => self.batch = Some(short(text)),
            // Of our files both ids are one; a bank may give either.
            "/NtryDtls/Btch/MsgId" if self.batch.is_none() => self.batch = Some(short(text)),
            _ => {}
        }
        Ok(())
    }

    /// The entry ends: its last movement, and its own amount with the sign.
    pub(crate) fn finish(mut self) -> Result<(Option<Movement>, Amount, bool), RailsError> {
        let (whole, booked) = (self.signed()?, self.status == "BOOK");
        let last = self.take_part(true)?;
        if self.parts > 0 {
            if self.sum != whole.wide() {
                let (said, made) = (whole.minor().to_string(), self.sum.to_string());
                return Err(RailsError::Sum { what: "an entry", said, made });
            }
            return Ok((last, whole, booked));
        }
        let batch = self.batch.take();
        let batch = batch.and_then(|id| id.parse().ok()).map(What::Batch);
        let interest = self.family == "INTR";
        let what = batch.unwrap_or(if interest { What::Interest } else { What::Unknown });
        let movement = self.movement(what, whole, Part::default());
        Ok((Some(movement), whole, booked))
    }

    fn signed(&self) -> Result<Amount, RailsError> {
        let amount = self.amount.ok_or(RailsError::Missing("Ntry/Amt"))?;
        let credit = self.credit.ok_or(RailsError::Missing("Ntry/CdtDbtInd"))?;
        if amount.is_negative() {
            return Err(RailsError::value("Ntry/Amt", &amount.minor().to_string()));
        }
        Ok(if credit { amount } else { amount.negated() })
    }

    /// The part that is open becomes a movement. One alone may leave its amount to the entry.
    fn take_part(&mut self, last: bool) -> Result<Option<Movement>, RailsError> {
        let Some(part) = self.part.take() else { return Ok(None) };
        let whole = self.signed()?;
        let amount = match part.amount {
            Some(amount) if amount.is_negative() => {
                return Err(RailsError::value("TxDtls/Amt", &amount.minor().to_string()));
            }
            Some(amount) if part.credit.unwrap_or(!whole.is_negative()) => amount,
            Some(amount) => amount.negated(),
            None if last && self.parts == 1 => whole,
            None => return Err(RailsError::Missing("TxDtls/Amt")),
        };
        self.sum += amount.wide();
        let id = part.id.as_deref().and_then(|id| id.parse().ok());
        let interest = self.family == "INTR";
        let what = id.map_or(if interest { What::Interest } else { What::Unknown }, What::Payment);
        Ok(Some(self.movement(what, amount, part)))
    }

    fn movement(&self, what: What, amount: Amount, part: Part) -> Movement {
        // The other side of money that came in is the debtor; of money that came back, whoever it
        // had gone to.
        let came_in = amount.is_negative() == self.reversal;
        let reference = if self.reference.is_empty() { &self.number } else { &self.reference };
        Movement {
            what,
            amount,
            reversal: self.reversal,
            booked: self.status == "BOOK",
            day: self.day,
            reference: reference.clone(),
            account: if came_in { part.debtor } else { part.creditor },
            reason: part.reason,
        }
    }
}
