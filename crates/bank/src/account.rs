//! The plan's account at the bank: what was booked, day by day, and the statement of each day.

use std::collections::{BTreeSet, VecDeque};
use std::io::BufRead;

use jiff::civil::Date;
use money::{Amount, Currency};
use rails::Sink;
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, begin, created, text};
use crate::habits::Habits;
use crate::order::{self, OrderError, Ordered};

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Many collections in one sum: the id of their file, and how many.
    Batch(String, u64),
    /// One payment, by its end-to-end id.
    Payment(String),
    /// Interest.
    Interest,
    /// Something that nobody ordered, in the bank's words.
    Other(String),
}

/// An entry of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booked {
    /// What it is.
    pub kind: Kind,
    /// How much came in; what went out is less than nothing.
    pub amount: Amount,
    /// Account of the other side.
    pub account: String,
    /// Why money came back; empty otherwise.
    pub reason: String,
    /// The bank's reference; of what is taken back the same as of what was booked first.
    pub reference: String,
    /// Whether it takes an earlier entry back.
    pub reversal: bool,
    /// Day of booking.
    pub day: Date,
}

/// The bank, as far as one plan sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bank {
    habits: Habits,
    currency: Currency,
    account: String,
    day: Date,
    /// Statements issued.
    statements: u64,
    opening: Amount,
    balance: Amount,
    /// Entries since the last statement.
    today: Vec<Booked>,
    references: u64,
    /// Payouts that are made tomorrow.
    waiting: VecDeque<Booked>,
    /// Ids of the files that were taken.
    taken: BTreeSet<String>,
}

impl Bank {
    /// A bank with an empty account, on `day`.
    #[must_use]
    pub fn open(habits: Habits, currency: Currency, account: &str, day: Date) -> Self {
        Self {
            habits,
            currency,
            account: account.to_owned(),
            day,
            statements: 0,
            opening: Amount::ZERO,
            balance: Amount::ZERO,
            today: Vec::new(),
            references: 0,
            waiting: VecDeque::new(),
            taken: BTreeSet::new(),
        }
    }

    /// What the account holds.
    #[must_use]
    pub fn balance(&self) -> Amount {
        self.balance
    }

    /// The bank's day.
    #[must_use]
    pub fn day(&self) -> Date {
        self.day
    }

    /// Whether something was booked since the last statement.
    #[must_use]
    pub fn has_news(&self) -> bool {
        !self.today.is_empty()
    }

    /// Goes to a later day; payouts that waited are made on it.
    pub fn go_to(&mut self, day: Date) {
        if day <= self.day {
            return;
        }
        self.day = day;
        for mut booked in std::mem::take(&mut self.waiting) {
            booked.day = day;
            self.enter(booked);
        }
    }

    /// Books something: for movements that no file of the plan orders, such as the sponsor's money,
    /// interest, or a mistake of the bank.
    pub fn book(&mut self, kind: Kind, amount: Amount, account: &str) -> Booked {
        let booked = self.prepared(kind, amount, account);
        self.enter(booked.clone());
        booked
    }

    /// Takes an entry back.
    pub fn take_back(&mut self, booked: &Booked, reason: &str) {
        let mut back = booked.clone();
        back.amount = booked.amount.negated();
        (back.reversal, back.reason, back.day) = (true, reason.to_owned(), self.day);
        self.enter(back);
    }

    fn prepared(&mut self, kind: Kind, amount: Amount, account: &str) -> Booked {
        self.references += 1;
        Booked {
            kind,
            amount,
            account: account.to_owned(),
            reason: String::new(),
            reference: format!("BK{:08}", self.references),
            reversal: false,
            day: self.day,
        }
    }

    fn enter(&mut self, booked: Booked) {
        let balance = self.balance.plus(booked.amount);
        self.balance = balance.expect("a rehearsal stays within the range of amounts");
        self.today.push(booked);
    }

    /// Takes a payment file and says what becomes of it.
    ///
    /// # Errors
    /// When the file cannot be read, contradicts itself, or was taken before.
    pub fn take(&mut self, file: impl BufRead) -> Result<Answer, OrderError> {
        let habits = self.habits;
        let (mut lines, mut settled, mut came) = (Vec::new(), 0, 0_i128);
        let mut unable = BTreeSet::new();
        let head = order::read(file, self.currency, &mut |ordered: Ordered| {
            let collection = ordered.id.purpose == rails::Purpose::Collection;
            if !collection {
                let refused = habits.payout(&ordered.id);
                let status = match refused {
                    Some(_) => "RJCT",
                    None if habits.late(&ordered.id) => "ACSP",
                    None => "ACSC",
                };
                lines.push((ordered, status, refused.unwrap_or_default()));
            } else if unable.contains(&ordered.account) {
                // An account that could not pay one charge does not pay the next.
                lines.push((ordered, "RJCT", "AM04"));
            } else if let Some(reason) = habits.collection(&ordered.id) {
                unable.insert(ordered.account.clone());
                lines.push((ordered, "RJCT", reason));
            } else {
                settled += 1;
                came += ordered.amount.wide();
            }
        })?;
        let id = head.id.to_string();
        if !self.taken.insert(id.clone()) {
            return Err(OrderError::Again(id));
        }
        if settled > 0 {
            self.book(Kind::Batch(id, settled), Amount::from_minor(came)?, "");
        }
        for (ordered, status, _) in &lines {
            let kind = Kind::Payment(ordered.id.to_string());
            let (amount, account) = (ordered.amount.negated(), ordered.account.as_str());
            match *status {
                "ACSC" => {
                    self.book(kind, amount, account);
                    settled += 1;
                }
                "ACSP" => {
                    let waits = self.prepared(kind, amount, account);
                    self.waiting.push_back(waits);
                }
                _ => {}
            }
        }
        Ok(Answer {
            original: head.id,
            collects: head.collects,
            count: head.count,
            sum: head.sum,
            currency: self.currency,
            day: self.day.to_string(),
            lines,
            settled,
        })
    }

    /// The notification, as `camt.054`, of what was booked since the last statement.
    #[must_use]
    pub fn notification(&self) -> String {
        let mut sink = begin("camt.054.001.08", self.currency);
        let id = format!("N-{}-{}", self.statements + 1, self.day);
        sink.raw("<BkToCstmrDbtCdtNtfctn><GrpHdr>").leaf("MsgId", &id);
        created(&mut sink, &self.day.to_string());
        sink.raw("</GrpHdr><Ntfctn>").leaf("Id", &id);
        sink.raw("<Acct><Id><Othr>").leaf("Id", &self.account).raw("</Othr></Id></Acct>");
        for booked in &self.today {
            entry(&mut sink, booked, self.currency);
        }
        sink.raw("</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n");
        text(sink)
    }

    /// Ends the day: its statement, as `camt.053`.
    pub fn statement(&mut self) -> String {
        self.statements += 1;
        let (mut sink, day) = (begin("camt.053.001.08", self.currency), self.day.to_string());
        let id = format!("ST-{}", self.statements);
        sink.raw("<BkToCstmrStmt><GrpHdr>").leaf("MsgId", &id);
        created(&mut sink, &day);
        sink.raw("</GrpHdr><Stmt>").leaf("Id", &id);
        sink.leaf("ElctrncSeqNb", &self.statements.to_string());
        created(&mut sink, &day);
        sink.raw("<Acct><Id><Othr>").leaf("Id", &self.account).raw("</Othr></Id>");
        sink.leaf("Ccy", self.currency.code()).raw("</Acct>");
        for (kind, amount) in [("OPBD", self.opening), ("CLBD", self.balance)] {
            sink.raw("<Bal><Tp><CdOrPrtry>").leaf("Cd", kind).raw("</CdOrPrtry></Tp>");
            signed(&mut sink, amount, self.currency);
            sink.raw("<Dt>").leaf("Dt", &day).raw("</Dt></Bal>");
        }
        let gross: i128 = self.today.iter().map(|booked| booked.amount.wide().abs()).sum();
        let gross = Amount::from_minor(gross).expect("a rehearsal stays within the range");
        sink.raw("<TxsSummry><TtlNtries><NbOfNtries>").number(self.today.len() as u64);
        sink.raw("</NbOfNtries><Sum>").amount(gross).raw("</Sum></TtlNtries></TxsSummry>");
        for booked in std::mem::take(&mut self.today) {
            entry(&mut sink, &booked, self.currency);
        }
        sink.raw("</Stmt></BkToCstmrStmt></Document>\n");
        self.opening = self.balance;
        text(sink)
    }
}

/// Amount and direction.
fn signed(sink: &mut Sink<Vec<u8>>, amount: Amount, currency: Currency) {
    sink.raw("<Amt Ccy=\"").raw(currency.code()).raw("\">").amount(amount).raw("</Amt>");
    sink.leaf("CdtDbtInd", if amount.is_negative() { "DBIT" } else { "CRDT" });
}

/// Writes an entry, for statements and notifications alike.
fn entry(sink: &mut Sink<Vec<u8>>, booked: &Booked, currency: Currency) {
    sink.raw("\n<Ntry>").leaf("NtryRef", &booked.reference);
    signed(sink, booked.amount, currency);
    sink.leaf("RvslInd", if booked.reversal { "true" } else { "false" });
    sink.raw("<Sts><Cd>BOOK</Cd></Sts><BookgDt>").leaf("Dt", &booked.day.to_string());
    sink.raw("</BookgDt>").leaf("AcctSvcrRef", &booked.reference).raw("<BkTxCd><Domn>");
    let (domain, family, sub) = match (&booked.kind, booked.amount.is_negative()) {
        (Kind::Batch(..), false) => ("PMNT", "IDDT", "PMDD"),
        (Kind::Batch(..) | Kind::Payment(_), true) => ("PMNT", "ICDT", "AUTT"),
        (Kind::Payment(_), false) => ("PMNT", "RCDT", "AUTT"),
        (Kind::Interest, _) => ("ACMT", "MCOP", "INTR"),
        (Kind::Other(_), true) => ("ACMT", "MDOP", "OTHR"),
        (Kind::Other(_), false) => ("PMNT", "RCDT", "OTHR"),
    };
    sink.leaf("Cd", domain).raw("<Fmly>").leaf("Cd", family).leaf("SubFmlyCd", sub);
    sink.raw("</Fmly></Domn></BkTxCd>");
    match &booked.kind {
        Kind::Batch(file, count) => {
            sink.raw("<NtryDtls><Btch>").leaf("MsgId", file).leaf("PmtInfId", file);
            sink.leaf("NbOfTxs", &count.to_string()).raw("</Btch></NtryDtls>");
        }
        Kind::Payment(id) => {
            sink.raw("<NtryDtls><TxDtls><Refs>").leaf("EndToEndId", id).raw("</Refs>");
            signed(sink, booked.amount, currency);
            if !booked.account.is_empty() {
                let came_in = booked.amount.is_negative() == booked.reversal;
                let side = if came_in { "DbtrAcct" } else { "CdtrAcct" };
                sink.raw("<RltdPties><").raw(side).raw("><Id><Othr>").leaf("Id", &booked.account);
                sink.raw("</Othr></Id></").raw(side).raw("></RltdPties>");
            }
            if !booked.reason.is_empty() {
                sink.raw("<RtrInf><Rsn>").leaf("Cd", &booked.reason).raw("</Rsn></RtrInf>");
            }
            sink.raw("</TxDtls></NtryDtls>");
        }
        Kind::Interest => {}
        Kind::Other(words) => {
            sink.leaf("AddtlNtryInf", words);
        }
    }
    sink.raw("</Ntry>");
}
