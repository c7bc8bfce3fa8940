//! A small plan on its way to the end: every step is a command signed by the role that may send it,
//! every movement of money is booked by a bank and stated by it.

use std::path::{Path, PathBuf};

use bank::{Bank, Habits, Kind};
use money::Amount;
use rails::Batch;
use rules::State;
use rules::bank::Row;
use rules::books::Term;
use rules::case::Verdict;
use rules::charter::Cause;
use rules::command::{BankCommand, CaseCommand, Do, NoticeCommand, PeriodCommand};
use rules::day::Day;
use rules::notice::About;
use serde_json::Value;

use crate::bank::CUSTODY;
use crate::bank::export::Payments;
use crate::commands::demo::teller;
use crate::console::{Console, Folder};
use crate::problem::{Kind as Why, Problem};

/// The plan and its bank.
pub struct Stage {
    folder: Folder,
    console: Console,
    bank: Bank,
    /// Movements that no file ordered, with what they were for.
    booked: Vec<(String, Term, Amount)>,
    /// Periods that were published so far.
    pub published: u32,
}

/// A case as the story tells it.
pub struct Told {
    pub member: u32,
    pub born: Day,
    pub diagnosed: Day,
    pub aid: Amount,
}

/// The error of something that the demo does to itself.
pub fn failed(why: impl std::fmt::Display) -> Problem {
    let (what, next) = ("The end of the demo's plan cannot be played.", "Report this.");
    Problem::new(Why::Input, "E-DEMO-RUN-OFF", what, format!("{why}."), next)
}

impl Stage {
    /// A plan that was founded in a folder.
    pub fn open(dir: &Path, day: Day, seed: u64) -> Result<Self, Problem> {
        let folder = Folder { dir: dir.to_path_buf(), day: Some(day), signer: None };
        let console = Console::open(&folder)?;
        let currency = console.currency()?;
        let day = day.to_string().parse().map_err(failed)?;
        let bank = Bank::open(Habits::smooth(seed), currency, CUSTODY, day);
        Ok(Self { folder, console, bank, booked: Vec::new(), published: 0 })
    }

    /// The state.
    pub fn state(&self) -> &State {
        self.console.state()
    }

    /// Goes to a later day.
    pub fn on(self, day: Day) -> Result<Self, Problem> {
        let Self { folder, console, mut bank, booked, published } = self;
        // One node at a time has the log open.
        drop(console);
        let folder = Folder { day: Some(day), ..folder };
        let console = Console::open(&folder)?;
        bank.go_to(day.to_string().parse().map_err(failed)?);
        Ok(Self { folder, console, bank, booked, published })
    }

    /// Sends a command; gives its findings.
    pub fn send(&mut self, body: impl Into<Do>) -> Result<Vec<Value>, Problem> {
        Ok(self.console.send(body.into())?.into_findings())
    }

    /// The finding of a verb among those of a command.
    pub fn told(&mut self, body: impl Into<Do>, verb: &str) -> Result<Value, Problem> {
        let mut findings = self.send(body)?.into_iter();
        findings.find(|finding| finding["do"] == verb).ok_or_else(|| failed(format!("no {verb}")))
    }

    /// Stores rows beside the log.
    pub fn rows(&mut self, rows: &[u8], count: u32) -> Result<rules::command::Chunk, Problem> {
        self.console.store_chunk(rows, count)
    }

    /// Names members in a command, beside the log when they are many.
    pub fn members(&mut self, members: Vec<u32>) -> Result<rules::command::MemberList, Problem> {
        self.console.members(members)
    }

    /// Takes a case from filing to its card.
    pub fn bring(&mut self, told: &Told) -> Result<u32, Problem> {
        let case = self.state().cases().len() as u32;
        let document = |kind: &str| proof::sha256(format!("synthetic {kind} {case}").as_bytes());
        let &Told { member, born, diagnosed, aid } = told;
        self.send(CaseCommand::File {
            member,
            cause: Cause::Illness,
            severity: "severe".to_owned(),
            diagnosed,
            asked_minor: aid,
            evidence: vec![document("evidence")],
        })?;
        let (assessed_minor, report) = (aid, document("report"));
        self.send(CaseCommand::Investigate { case, born, diagnosed, assessed_minor, report })?;
        let verdict = Verdict::Approve { decided_minor: aid };
        self.send(CaseCommand::Review { case, verdict })?;
        self.send(CaseCommand::Publish { case, card: document("card") })?;
        Ok(case)
    }

    /// Publishes the next period on its day, or today if that is over, and closes it on its charge
    /// day; the bank collects what is asked of it.
    pub fn period(mut self) -> Result<(Self, u32), Problem> {
        let (number, today) = (self.published, self.state().day());
        let of = |stage: &Self| stage.state().period(number).map(|p| (p.publicity, p.charge));
        let (publicity, _) = of(&self).ok_or_else(|| failed("no period"))?;
        self = self.on(publicity.max(today))?;
        self.send(PeriodCommand::Publish { period: number })?;
        let unreached = rules::command::MemberList::Here(Vec::new());
        self.send(NoticeCommand::Record { period: number, about: About::Charge, unreached })?;
        let (_, charge) = of(&self).ok_or_else(|| failed("no period"))?;
        let today = self.state().day();
        self = self.on(charge.max(today))?;
        self.send(PeriodCommand::Close { period: number })?;
        self.published += 1;
        let asked = self.state().period(number).is_some_and(|p| p.charges > p.drawn);
        if asked {
            self.exchange(Batch::Collections, number)?;
        } else {
            let failed = rules::command::MemberList::Here(Vec::new());
            let sponsor_minor = Amount::ZERO;
            self.send(PeriodCommand::Collect { period: number, failed, sponsor_minor })?;
        }
        self.states()?;
        Ok((self, number))
    }

    /// The bank pays what is ordered in any period, file by file.
    pub fn pay(&mut self) -> Result<(), Problem> {
        for number in 0..self.state().periods().len() as u32 {
            if !self.state().ordered_of(number).0.is_empty() {
                self.exchange(Batch::Payouts, number)?;
            }
        }
        self.states()
    }

    /// Sends a file to the bank and reports what it answers.
    pub fn exchange(&mut self, batch: Batch, number: u32) -> Result<(), Problem> {
        let state = self.console.state();
        let payments = Payments::of(state, batch, number)?;
        let answer = teller::exchange(&mut self.bank, state, &payments)?;
        for step in answer.steps {
            let console = &mut self.console;
            let body = step.command(Amount::ZERO, &mut |members| console.members(members))?;
            console.send(body)?;
        }
        Ok(())
    }

    /// The bank moves money that no file of the plan orders.
    pub fn book(&mut self, words: &str, term: Term, amount: Amount) {
        let booked = self.bank.book(Kind::Other(words.to_owned()), amount, "");
        self.booked.push((booked.reference, term, amount));
    }

    /// The bank's statement of the day is entered, and the custodian says what was for what.
    pub fn states(&mut self) -> Result<(), Problem> {
        if !self.bank.has_news() {
            return Ok(());
        }
        let read = teller::stated(&mut self.bank, self.console.state())?;
        let console = &mut self.console;
        let body = read.command(&mut |rows, count| console.store_chunk(rows, count))?;
        console.send(body)?;
        for (reference, term, amount_minor) in std::mem::take(&mut self.booked) {
            let matched = Row { term, period: 0, number: 0, amount_minor };
            self.send(BankCommand::Explain { reference, matched })?;
        }
        Ok(())
    }

    /// Where the log is.
    pub fn dir(&self) -> PathBuf {
        self.folder.dir.clone()
    }

    /// Seals the state beside the log.
    pub fn finish(mut self) -> Result<(u64, String), Problem> {
        self.console.node().snapshot()?;
        Ok((self.console.node().size(), self.state().digest().to_string()))
    }
}
