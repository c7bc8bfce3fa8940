//! Plays the scripted history: every event is a signed command through the node.

use std::ops::Range;
use std::path::Path;

use money::Amount;
use node::{Orderer, PlanTime, ScriptedClock, SecretKey, Solo};
use rules::case::Verdict;
use rules::charter::{Cause, Charter};
use rules::command::{
    CaseCommand, Do, MemberCommand, MemberList, NoticeCommand, PayoutCommand, PeriodCommand,
    PlanCommand,
};
use rules::day::{Day, Month};
use rules::member::EnrolRow;
use rules::notice::About;
use rules::roll::Identity;
use settle::tree::PlanSecret;
use sim::population::{CaseScript, PeriodScript};

use super::Arguments;
use super::actors::{self, Actors, DEMO};
use super::scenes::{self, Scenes};
use super::table::Row;
use super::teller::Teller;
use crate::commands::period::seal_command;
use crate::problem::{Kind, Problem};

/// Rows of one batch of joining members.
const BATCH_ROWS: usize = 1_000_000;

/// Commands that are committed together.
const GROUP: usize = 4_096;

/// Part of the benefit that is assessed, in thousandths: the fitted mean severity of .872.
const SEVERITY_PER_MILLE: i128 = 872;

/// Up to so many members every period is sealed: 78 trees of a million take some seconds. Beyond,
/// the last few are.
const SEAL_ALL_MEMBERS: u64 = 1_000_000;

/// Periods at the end that are sealed at any size.
const SEALED_AT_LEAST: u32 = 4;

/// The day of the launch.
const LAUNCH: (i16, i8, i8) = (2018, 10, 16);

/// The first day of publicity that is played.
const FIRST_PUBLICITY: (i16, i8, i8) = (2018, 11, 7);

/// The demo while it is played.
pub struct Player {
    solo: Solo,
    clock: ScriptedClock,
    time: PlanTime,
    actors: Actors,
    seed: u64,
    secret: PlanSecret,
    /// The periods that are sealed.
    sealed: Range<u32>,
    enrolled: u32,
    filed: u32,
    rows: Vec<Row>,
    teller: Teller,
}

/// What was played.
pub struct Played {
    /// Name of the ledger.
    pub plan: String,
    /// Identity of the charter.
    pub charter_id: String,
    /// One row a published period.
    pub rows: Vec<Row>,
    /// What came after them.
    pub scenes: Scenes,
    /// Entries in the log.
    pub entries: u64,
    /// Digest of the state.
    pub digest: String,
}

fn day(day: sim::calendar::Day) -> Result<Day, Problem> {
    Day::from_epoch(day.0).map_err(|error| script(&error))
}

pub(super) fn script(error: &dyn std::error::Error) -> Problem {
    let what = "The scripted history cannot be played.";
    Problem::new(Kind::Input, "E-SCRIPT", what, format!("{error}."), "Report this with the seed.")
}

fn date((year, month, of): (i16, i8, i8)) -> Result<Day, Problem> {
    Day::new(year, month, of).map_err(|error| script(&error))
}

/// What is assessed of a benefit.
pub(super) fn assessed_of(benefit: Amount) -> Result<Amount, Problem> {
    let assessed = Amount::from_minor(benefit.wide() * SEVERITY_PER_MILLE / 1000);
    assessed.map_err(|error| script(&error))
}

/// A synthetic person: a bijection of the number, so that no two members are one person
/// (the finaliser of SplitMix64, Steele, Lea and Flood 2014).
fn identity(seed: u64, number: u32) -> Identity {
    let mix = |input: u64| {
        let mut z = input.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let (high, low) = (mix(u64::from(number) + 1), mix(seed ^ (u64::from(number) << 32)));
    Identity((u128::from(high) << 64 | u128::from(low)).to_be_bytes())
}

impl Player {
    /// Founds the plan of the demo in an empty folder.
    pub fn found(dir: &Path, mut charter: Charter, arguments: &Arguments) -> Result<Self, Problem> {
        let (members, seed) = (arguments.members, arguments.seed);
        let plan = format!("{DEMO}{}-{members}-{seed}", charter.plan.id);
        let (actors, node_key) = Actors::new(&plan, seed, dir, &mut charter)?;
        let node = node_key.public();
        let time = PlanTime::new(&charter.plan.time_zone)?;
        let clock = ScriptedClock::default();
        clock.set(time.noon(date(LAUNCH)?)?);
        let solo = Solo::open(dir, Box::new(clock.clone()), node_key)?;
        let first_publicity = date(FIRST_PUBLICITY)?;
        let teller = Teller::open(&charter, seed, date(LAUNCH)?)?;
        let founding =
            Do::Plan(PlanCommand::Found { charter: Box::new(charter), first_publicity, node });
        let secret = node::plan_secret(dir)?.ok_or_else(crate::commands::receipt::no_secret)?;
        let all = members <= SEAL_ALL_MEMBERS;
        let end = u32::from(sim::history::PERIODS);
        let mut player = Self {
            solo,
            clock,
            time,
            actors,
            seed,
            secret,
            sealed: if all { 0..u32::MAX } else { end.saturating_sub(SEALED_AT_LEAST)..end },
            enrolled: 0,
            filed: 0,
            teller,
            rows: Vec::new(),
        };
        player.send(vec![founding])?;
        Ok(player)
    }

    /// Plays one period from its first day to its settling.
    pub fn play(&mut self, script: &PeriodScript) -> Result<(), Problem> {
        let number = u32::from(script.index);
        self.go_to(script.change_day)?;
        self.leave(&script.leavers)?;
        self.join(&script.joins)?;
        self.forecast(number)?;
        self.go_to(script.publicity_day)?;
        self.bring_cases(&script.cases)?;
        self.publish(number)?;
        self.go_to(script.charge_day)?;
        self.settle(number)?;
        self.seal(number)?;
        self.rows.push(Row::new(self.solo.state(), script)?);
        Ok(())
    }

    /// Publishes a period and announces its charge.
    pub(super) fn publish(&mut self, number: u32) -> Result<(), Problem> {
        let unreached = MemberList::Here(Vec::new());
        self.send(vec![
            Do::Period(PeriodCommand::Publish { period: number }),
            Do::Notice(NoticeCommand::Record { period: number, about: About::Charge, unreached }),
        ])
    }

    /// Seals the charges of a period, if it is of those that are sealed, and the log.
    pub(super) fn seal(&mut self, number: u32) -> Result<(), Problem> {
        if self.sealed.contains(&number) {
            let seal = seal_command(self.solo.state(), number, &self.secret)?;
            self.send(vec![seal])?;
        }
        self.solo.seal()?;
        Ok(())
    }

    /// Ends the play with the scenes: the log is sealed and the state stored.
    pub fn finish(mut self) -> Result<Played, Problem> {
        let scenes = scenes::play(&mut self)?;
        self.solo.seal()?;
        self.solo.snapshot()?;
        let state = self.solo.state();
        let founded = state.founded();
        Ok(Played {
            plan: founded.map(|founded| founded.plan.clone()).unwrap_or_default(),
            charter_id: founded.map(|f| f.charter_id.to_string()).unwrap_or_default(),
            entries: self.solo.size(),
            digest: state.digest().to_string(),
            rows: self.rows,
            scenes,
        })
    }

    fn go_to(&mut self, to: sim::calendar::Day) -> Result<(), Problem> {
        self.go(day(to)?)
    }

    /// Lets it be noon of a day.
    pub(super) fn go(&mut self, to: Day) -> Result<(), Problem> {
        self.clock.set(self.time.noon(to)?);
        Ok(())
    }

    /// The plan's day at a time.
    pub(super) fn day_of(&self, at: i64) -> Result<Day, Problem> {
        Ok(self.time.order(at)?.day)
    }

    pub(super) fn state(&self) -> &rules::State {
        self.solo.state()
    }

    /// The key of an actor.
    pub(super) fn key(&mut self, name: &str) -> &SecretKey {
        self.actors.key(name)
    }

    /// The bank has received aid back; the custodian enters it, and the bank's statement.
    pub(super) fn receive_back(&mut self, case: u32, amount: Amount) -> Result<(), Problem> {
        self.teller.take_back(self.solo.state(), case, amount)?;
        self.send(vec![Do::Case(CaseCommand::Recover { case, amount_minor: amount })])?;
        // Not left to the statement of the period: while ledger and bank differ, payouts rest.
        self.states()
    }

    /// Lays a card beside the log.
    pub(super) fn lay_card(&self, text: &str) -> Result<proof::Digest, Problem> {
        Ok(self.solo.cards().put(text.as_bytes())?)
    }

    /// 32 bytes that follow from the seed and from what they are for.
    pub(super) fn chance(&self, what: &str) -> [u8; 32] {
        proof::sha256(format!("huzhu/v1 demo chance\n{}\n{what}\n", self.seed).as_bytes()).0
    }

    /// Sends commands, each under the role that may send it.
    pub(super) fn send(&mut self, bodies: Vec<Do>) -> Result<(), Problem> {
        self.send_by(bodies.into_iter().map(|body| (actors::sender(&body), body)).collect())
    }

    /// Sends commands, each by an actor that is named.
    pub(super) fn send_by(&mut self, commands: Vec<(String, Do)>) -> Result<(), Problem> {
        let mut group = Vec::with_capacity(commands.len().min(GROUP));
        for (name, body) in commands {
            group.push(self.actors.sign_by(&name, body)?);
            if group.len() == GROUP {
                self.submit(&group)?;
                group.clear();
            }
        }
        if group.is_empty() { Ok(()) } else { self.submit(&group) }
    }

    fn submit(&mut self, commands: &[Vec<u8>]) -> Result<(), Problem> {
        for answer in self.solo.submit(commands)? {
            answer?;
        }
        Ok(())
    }

    fn leave(&mut self, leavers: &[u32]) -> Result<(), Problem> {
        for batch in leavers.chunks(BATCH_ROWS) {
            let rows: Vec<u8> = batch.iter().flat_map(|member| member.to_le_bytes()).collect();
            let chunk = self.solo.store_chunk(self.salt(), &rows, batch.len() as u32)?;
            self.send(vec![Do::Member(MemberCommand::LeaveBatch { chunk })])?;
        }
        Ok(())
    }

    fn join(&mut self, joins: &[sim::calendar::Month]) -> Result<(), Problem> {
        for batch in joins.chunks(BATCH_ROWS) {
            let mut rows = Vec::with_capacity(batch.len() * rules::member::ENROL_ROW_BYTES);
            for birth in batch {
                let (year, month) = birth.year_month();
                let birth = Month::new(year, month).map_err(|error| script(&error))?;
                let identity = identity(self.seed, self.enrolled);
                rows.extend(EnrolRow { birth, identity, assisted: false, payer: None }.to_bytes());
                self.enrolled += 1;
            }
            let chunk = self.solo.store_chunk(self.salt(), &rows, batch.len() as u32)?;
            self.send(vec![Do::Member(MemberCommand::EnrolBatch { chunk })])?;
        }
        Ok(())
    }

    /// A salt that follows from the seed: the demo's roll is synthetic, so nobody is hidden by it.
    fn salt(&self) -> [u8; 32] {
        let text = format!("huzhu/v1 demo salt\n{}\n{}\n", self.seed, self.solo.size());
        proof::sha256(text.as_bytes()).0
    }

    /// The plainest forecast there is: the share of the period before, give or take 30 %.
    fn forecast(&mut self, period: u32) -> Result<(), Problem> {
        let before = self.rows.last().map_or(Amount::ZERO, |row| row.share);
        let part = |per_mille: i128| Amount::from_minor(before.wide() * per_mille / 1000);
        let high_minor = part(1300).and_then(|high| high.plus(Amount::from_minor(5)?));
        let wrong = |error: money::AmountError| script(&error);
        self.send(vec![Do::Period(PeriodCommand::Forecast {
            period,
            share_minor: before,
            low_minor: part(700).map_err(wrong)?,
            high_minor: high_minor.map_err(wrong)?,
        })])
    }

    /// Files, investigates, reviews and publishes the cases of a period.
    fn bring_cases(&mut self, cases: &[CaseScript]) -> Result<(), Problem> {
        let charter = self.solo.state().founded().map(|founded| founded.charter.clone());
        let charter = charter.ok_or_else(|| script(&std::fmt::Error))?;
        let severity = charter.benefits.first().map(|b| b.severity.clone()).unwrap_or_default();
        let mut steps: [Vec<Do>; 4] = Default::default();
        for (case, script_of) in (self.filed..).zip(cases) {
            let (born, diagnosed) = (day(script_of.born_day)?, day(script_of.diagnosed_day)?);
            let benefit = charter.benefit(&severity, diagnosed.years_since(born));
            let asked = benefit.map_or(Amount::ZERO, |benefit| benefit.amount_minor);
            let assessed = assessed_of(asked)?;
            let document = |kind: &str| {
                proof::sha256(format!("synthetic {kind} {} {case}", self.seed).as_bytes())
            };
            steps[0].push(Do::Case(CaseCommand::File {
                member: script_of.member,
                cause: Cause::Illness,
                severity: severity.clone(),
                diagnosed,
                asked_minor: asked,
                evidence: vec![document("evidence")],
            }));
            let (assessed_minor, report) = (assessed, document("report"));
            steps[1].push(Do::Case(CaseCommand::Investigate {
                case,
                born,
                diagnosed,
                assessed_minor,
                report,
            }));
            let verdict = Verdict::Approve { decided_minor: assessed };
            steps[2].push(Do::Case(CaseCommand::Review { case, verdict }));
            steps[3].push(Do::Case(CaseCommand::Publish { case, card: document("card") }));
        }
        self.filed += cases.len() as u32;
        for step in steps {
            self.send(step)?;
        }
        Ok(())
    }

    /// Closes, collects, pays and settles a period through the bank, and enters its statement.
    pub(super) fn settle(&mut self, period: u32) -> Result<(), Problem> {
        self.send(vec![Do::Period(PeriodCommand::Close { period })])?;
        let failed = self.teller.collect(self.solo.state(), period)?;
        let sponsor_minor = self.teller.guarantee(self.solo.state(), period)?;
        self.send(vec![
            Do::Period(PeriodCommand::Collect {
                period,
                failed: MemberList::Here(failed),
                sponsor_minor,
            }),
            Do::Payout(PayoutCommand::Order { period }),
        ])?;
        let cases = self.teller.pay(self.solo.state(), period)?;
        if !cases.is_empty() {
            self.send(vec![
                Do::Payout(PayoutCommand::Confirm { period, cases, refunds: Vec::new() }),
                Do::Payout(PayoutCommand::DrawFee { period }),
            ])?;
            self.teller.fee(self.solo.state(), period)?;
        }
        self.send(vec![Do::Period(PeriodCommand::Settle { period })])?;
        self.states()
    }

    /// The bank's statement of the day is matched and entered.
    fn states(&mut self) -> Result<(), Problem> {
        let (read, salt) = (self.teller.statement(self.solo.state())?, self.salt());
        let solo = &mut self.solo;
        let mut lay = |rows: &[u8], count| Ok(solo.store_chunk(salt, rows, count)?);
        let statement = read.command(&mut lay)?;
        self.send(vec![statement])
    }
}
