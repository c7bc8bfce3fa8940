//! Files for the bank: `pain.008.001.08` collects from members, `pain.001.001.09` pays out.
//!
//! A file has one payment block. Count, control sum and the file's id stand in its head, so they
//! are worked out in a first pass over the same lines ([`Totals`]) and compared at the end: a file
//! whose lines were others than announced is an error and must be thrown away. The time of creation
//! comes in as a value, so the same payments give the same bytes.

use std::io::Write;

use jiff::Timestamp;
use jiff::civil::Date;
use money::{Amount, Currency};

use crate::error::RailsError;
use crate::id::{Batch, EndToEnd, MessageId};
use crate::sink::Sink;
use crate::totals::Totals;

/// ISO 20022's limits of a name (SEPA's, which is the shorter) and of another account's id.
const NAME_MAX: usize = 70;
const ACCOUNT_MAX: usize = 34;

/// An account at a bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account<'a> {
    /// By its IBAN.
    Iban(&'a str),
    /// As the bank calls it.
    Other(&'a str),
}

/// One side of all payments of a file: the plan's money at its bank.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Name of the plan.
    pub name: &'a str,
    /// Its account.
    pub account: Account<'a>,
    /// Name of the bank.
    pub bank: &'a str,
}

/// What stands above the lines.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a> {
    /// Id of the file.
    pub id: MessageId,
    /// When it was made.
    pub created: Timestamp,
    /// The day on which the bank is to move the money.
    pub day: Date,
    /// Currency of all amounts.
    pub currency: Currency,
    /// The plan.
    pub plan: Side<'a>,
}

/// One payment.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Its id.
    pub id: EndToEnd,
    /// How much; more than nothing.
    pub amount: Amount,
    /// Name of the other side.
    pub name: &'a str,
    /// Account of the other side.
    pub account: Account<'a>,
}

/// A file that is being written.
#[derive(Debug)]
pub struct PaymentFile<W> {
    sink: Sink<W>,
    batch: Batch,
    collects: bool,
    currency: Currency,
    announced: Totals,
    written: Totals,
}

fn checked(text: &str, longest: usize) -> Result<(), RailsError> {
    let plain = text.chars().all(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    if plain && !text.trim().is_empty() && text.chars().count() <= longest {
        return Ok(());
    }
    Err(RailsError::Text(text.chars().take(longest + 1).collect()))
}

fn check_account(account: Account<'_>) -> Result<(), RailsError> {
    match account {
        Account::Other(other) => checked(other, ACCOUNT_MAX),
        Account::Iban(iban) => {
            let country = iban.bytes().take(2).all(|b| b.is_ascii_uppercase());
            let check = iban.bytes().skip(2).take(2).all(|b| b.is_ascii_digit());
            let rest = iban.bytes().skip(4).all(|b| b.is_ascii_alphanumeric());
            let fits = (5..=ACCOUNT_MAX).contains(&iban.len()) && country && check && rest;
            fits.then_some(()).ok_or_else(|| RailsError::Text(iban.chars().take(35).collect()))
        }
    }
}

impl<W: Write> PaymentFile<W> {
    /// Begins a file whose lines will make `announced`.
    ///
    /// # Errors
    /// When there is no line, a name or account does not fit, or the writer fails.
    pub fn begin(out: W, header: &Header<'_>, announced: Totals) -> Result<Self, RailsError> {
        checked(header.plan.name, NAME_MAX)?;
        checked(header.plan.bank, NAME_MAX)?;
        check_account(header.plan.account)?;
        if announced.count() == 0 {
            return Err(RailsError::Missing("a line"));
        }
        let mut sink = Sink::new(out, header.currency);
        let collects = header.id.batch == Batch::Collections;
        let (message, name) = if collects {
            ("pain.008.001.08", "CstmrDrctDbtInitn")
        } else {
            ("pain.001.001.09", "CstmrCdtTrfInitn")
        };
        let (id, sum) = (header.id.to_string(), announced.sum()?);
        sink.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"")
            .raw("urn:iso:std:iso:20022:tech:xsd:")
            .raw(message)
            .raw("\"><")
            .raw(name)
            .raw("><GrpHdr>")
            .leaf("MsgId", &id)
            .leaf("CreDtTm", &header.created.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        totals(&mut sink, announced.count(), sum);
        sink.raw("<InitgPty>").leaf("Nm", header.plan.name).raw("</InitgPty></GrpHdr>");
        sink.raw("<PmtInf>").leaf("PmtInfId", &id);
        sink.leaf("PmtMtd", if collects { "DD" } else { "TRF" });
        sink.leaf("BtchBookg", if collects { "true" } else { "false" });
        totals(&mut sink, announced.count(), sum);
        let day = header.day.to_string();
        if collects {
            sink.raw("<PmtTpInf><SeqTp>RCUR</SeqTp></PmtTpInf>").leaf("ReqdColltnDt", &day);
        } else {
            sink.raw("<ReqdExctnDt>").leaf("Dt", &day).raw("</ReqdExctnDt>");
        }
        plan(&mut sink, if collects { "Cdtr" } else { "Dbtr" }, &header.plan);
        sink.raw("\n");
        let (batch, currency) = (header.id.batch, header.currency);
        Ok(Self { sink, batch, collects, currency, announced, written: Totals::default() })
    }

    /// Writes a payment.
    ///
    /// # Errors
    /// When it does not belong into this file, is of no positive amount, a text does not fit, or
    /// the writer fails.
    pub fn line(&mut self, line: &Line<'_>) -> Result<(), RailsError> {
        if !self.batch.holds(line.id.purpose) || !line.id.fits() {
            return Err(RailsError::UnknownId(line.id.to_string()));
        }
        if line.amount.is_negative() || line.amount.is_zero() {
            return Err(RailsError::NotPositive(line.id.to_string()));
        }
        checked(line.name, NAME_MAX)?;
        check_account(line.account)?;
        self.written.add(line);
        if self.collects {
            self.collection(line)
        } else {
            self.payout(line)
        }
        Ok(self.sink.breathe()?)
    }

    fn collection(&mut self, line: &Line<'_>) {
        let sink = &mut self.sink;
        sink.raw("<DrctDbtTxInf><PmtId>");
        end_to_end(sink, &line.id);
        sink.raw("</PmtId><InstdAmt Ccy=\"").raw(self.currency.code()).raw("\">");
        sink.amount(line.amount).raw("</InstdAmt><DrctDbtTx><MndtRltdInf><MndtId>");
        // The mandate is the membership: whoever joined has agreed to be charged.
        sink.raw(MANDATE).number(u64::from(line.id.number));
        sink.raw("</MndtId></MndtRltdInf></DrctDbtTx><DbtrAgt><FinInstnId><Othr>");
        sink.raw("<Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt><Dbtr><Nm>");
        sink.text(line.name).raw("</Nm></Dbtr><DbtrAcct>");
        account(sink, line.account);
        sink.raw("</DbtrAcct></DrctDbtTxInf>\n");
    }

    fn payout(&mut self, line: &Line<'_>) {
        let sink = &mut self.sink;
        sink.raw("<CdtTrfTxInf><PmtId>");
        end_to_end(sink, &line.id);
        sink.raw("</PmtId><Amt><InstdAmt Ccy=\"").raw(self.currency.code()).raw("\">");
        sink.amount(line.amount).raw("</InstdAmt></Amt><Cdtr>");
        sink.leaf("Nm", line.name).raw("</Cdtr><CdtrAcct>");
        account(sink, line.account);
        sink.raw("</CdtrAcct></CdtTrfTxInf>\n");
    }

    /// Ends the file, and gives the writer back so that the caller can make it durable.
    ///
    /// # Errors
    /// When the lines were others than announced, or the writer fails.
    pub fn finish(mut self) -> Result<W, RailsError> {
        let of = |totals: &Totals| {
            let sum =
                totals.sum().map_or_else(|_| "too much".into(), |sum| sum.minor().to_string());
            format!("{} lines of {sum} ({:08x})", totals.count(), totals.fingerprint())
        };
        let (said, made) = (of(&self.announced), of(&self.written));
        if said != made {
            return Err(RailsError::Sum { what: "the head of the file", said, made });
        }
        let name = if self.collects { "CstmrDrctDbtInitn" } else { "CstmrCdtTrfInitn" };
        self.sink.raw("</PmtInf></").raw(name).raw("></Document>\n");
        Ok(self.sink.finish()?)
    }
}

/// Stands before a member's number in the id of a mandate.
const MANDATE: &str = "M-";

fn totals<W: Write>(sink: &mut Sink<W>, count: u64, sum: Amount) {
    sink.raw("<NbOfTxs>").number(count).raw("</NbOfTxs><CtrlSum>").amount(sum).raw("</CtrlSum>");
}

fn plan<W: Write>(sink: &mut Sink<W>, side: &str, plan: &Side<'_>) {
    sink.raw("<").raw(side).raw(">").leaf("Nm", plan.name).raw("</").raw(side).raw("><");
    sink.raw(side).raw("Acct>");
    account(sink, plan.account);
    sink.raw("</").raw(side).raw("Acct><").raw(side).raw("Agt><FinInstnId>");
    sink.leaf("Nm", plan.bank).raw("</FinInstnId></").raw(side).raw("Agt>");
}

fn account<W: Write>(sink: &mut Sink<W>, account: Account<'_>) {
    match account {
        Account::Iban(iban) => sink.raw("<Id><IBAN>").raw(iban).raw("</IBAN></Id>"),
        Account::Other(id) => sink.raw("<Id><Othr><Id>").text(id).raw("</Id></Othr></Id>"),
    };
}

fn end_to_end<W: Write>(sink: &mut Sink<W>, id: &EndToEnd) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let letter = [id.purpose.letter(), b'.'];
    let mut tag = [0; 9];
    for (place, digit) in tag.iter_mut().take(8).enumerate() {
        *digit = HEX[(id.plan.0 >> (28 - 4 * place)) as usize & 15];
    }
    tag[8] = b'.';
    sink.raw("<EndToEndId>").bytes(&letter).bytes(&tag);
    sink.number(u64::from(id.period)).raw(".").number(u64::from(id.number)).raw(".");
    sink.number(u64::from(id.attempt)).raw("</EndToEndId>");
}
