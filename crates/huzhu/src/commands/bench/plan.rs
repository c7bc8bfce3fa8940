//! A plan of any size in memory, run by the rules alone: what settling is measured on.

use std::time::{Duration, Instant};

use money::Amount;
use node::SecretKey;
use proof::Digest;
use rules::State;
use rules::case::Verdict;
use rules::charter::{Cause, Charter, Role, RoleKeys};
use rules::command::{
    CaseCommand, Chunk, Do, MemberCommand, MemberList, NoticeCommand, PeriodCommand, PlanCommand,
};
use rules::day::{Day, Month};
use rules::entry::{Command, Order, Signed};
use rules::machine::{Machine, Outcome};
use rules::member::EnrolRow;
use rules::notice::About;
use rules::roll::Identity;

use crate::problem::{Kind, Problem};

const NAME: &str = "rehearsal-bench";

/// Members of one batch.
const BATCH: u32 = 1_000_000;

/// A plan in memory.
pub struct Plan {
    machine: Machine,
    order: Order,
    joined: u32,
    filed: u32,
    /// Nobody from this member on has applied.
    applicant: u32,
}

fn key(role: Role) -> SecretKey {
    SecretKey::from_seed(proof::sha256(format!("huzhu/v1 bench key\n{role:?}\n").as_bytes()).0)
}

fn wrong(error: impl ToString) -> Problem {
    let what = "The plan of the measurement does not run.";
    let next = "Report this: the plan is part of the program.";
    Problem::new(Kind::Environment, "E-BENCH", what, error.to_string(), next)
}

/// A number that follows from another and looks like chance (the finaliser of SplitMix64; Steele,
/// Lea and Flood 2014).
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Plan {
    /// Founds a plan on 2 January 2019.
    pub fn found(mut charter: Charter) -> Result<Self, Problem> {
        let day = Day::new(2019, 1, 2).map_err(wrong)?;
        let named = |role| RoleKeys { role, keys: vec![key(role).public().to_string()] };
        charter.roles = Role::REQUIRED.into_iter().map(named).collect();
        let order = Order { at: 0, day };
        let mut plan =
            Self { machine: Machine::default(), order, joined: 0, filed: 0, applicant: 0 };
        let node = SecretKey::from_seed([7; 32]).public();
        plan.send(
            Do::Plan(PlanCommand::Found { charter: Box::new(charter), first_publicity: day, node }),
            None,
        )?;
        Ok(plan)
    }

    /// The state.
    pub fn state(&self) -> &State {
        self.machine.state()
    }

    /// So many people of all ages join; a twentieth of them leave again.
    pub fn join(&mut self, members: u32, progress: &dyn Fn(u64)) -> Result<(), Problem> {
        let mut left = members;
        while left > 0 {
            let count = left.min(BATCH);
            let first = self.joined;
            let mut rows = vec![0; 32];
            for number in (first..first + count).map(u64::from) {
                let months = (mixed(number ^ 0xa6e5) % 700) as u16;
                let birth = Month::from_index(self.order.day.month().index() - 12 - months);
                let identity = Identity(((u128::from(mixed(number)) << 64) | 1).to_be_bytes());
                let birth = birth.map_err(wrong)?;
                rows.extend(EnrolRow { birth, identity, assisted: false, payer: None }.to_bytes());
            }
            self.send_rows(&rows, count, |chunk| Do::Member(MemberCommand::EnrolBatch { chunk }))?;
            let leavers: Vec<u32> = (first..first + count)
                .filter(|m| mixed(u64::from(*m)).is_multiple_of(20))
                .collect();
            let mut rows = vec![0; 32];
            rows.extend(leavers.iter().flat_map(|member| member.to_le_bytes()));
            if !leavers.is_empty() {
                self.send_rows(&rows, leavers.len() as u32, |chunk| {
                    Do::Member(MemberCommand::LeaveBatch { chunk })
                })?;
            }
            (self.joined, left) = (first + count, left - count);
            progress(u64::from(self.joined));
        }
        // Accidents are covered from the day after joining.
        self.order.day = self.order.day.plus_days(2);
        Ok(())
    }

    /// Publishes a period with so many cases of `aid` and closes it; gives how long counting the
    /// sharers and the closing itself took.
    pub fn run(
        &mut self,
        period: u32,
        cases: u32,
        aid: Amount,
    ) -> Result<(Duration, Duration), Problem> {
        for _ in 0..cases {
            self.bring_case(aid)?;
        }
        let of_period =
            |plan: &Self| plan.state().period(period).cloned().ok_or_else(|| wrong("no period"));
        self.order.day = self.order.day.max(of_period(self)?.publicity);
        let counting = self.send(Do::Period(PeriodCommand::Publish { period }), None)?;
        let unreached = MemberList::Here(Vec::new());
        self.send(
            Do::Notice(NoticeCommand::Record { period, about: About::Charge, unreached }),
            None,
        )?;
        self.order.day = self.order.day.max(of_period(self)?.charge);
        let closing = self.send(Do::Period(PeriodCommand::Close { period }), None)?;
        let failed = MemberList::Here(Vec::new());
        let sponsor_minor = self.state().books().balance(rules::charter::Account::Sponsor);
        self.send(Do::Period(PeriodCommand::Collect { period, failed, sponsor_minor }), None)?;
        Ok((counting, closing))
    }

    fn bring_case(&mut self, aid: Amount) -> Result<(), Problem> {
        let case = self.filed;
        let active = |member: &u32| {
            let row = self.state().roll().get(*member);
            row.is_some_and(|row| row.standing == rules::roll::Standing::Active)
        };
        let member = (self.applicant..).find(active).unwrap_or(0);
        self.applicant = member + 1;
        let row = self.state().roll().get(member).ok_or_else(|| wrong("no member"))?;
        let born = row.birth.day(15).map_err(wrong)?;
        let (diagnosed, severity) = (self.order.day, "severe".to_owned());
        let (cause, asked_minor) = (Cause::Accident, aid);
        let (evidence, report) = (Vec::new(), Digest([6; 32]));
        let file = Do::Case(CaseCommand::File {
            member,
            cause,
            severity,
            diagnosed,
            asked_minor,
            evidence,
        });
        self.send(file, None)?;
        let assessed_minor = aid;
        self.send(
            Do::Case(CaseCommand::Investigate { case, born, diagnosed, assessed_minor, report }),
            None,
        )?;
        self.send(
            Do::Case(CaseCommand::Review {
                case,
                verdict: Verdict::Approve { decided_minor: aid },
            }),
            None,
        )?;
        self.send(Do::Case(CaseCommand::Publish { case, card: Digest([9; 32]) }), None)?;
        self.filed += 1;
        Ok(())
    }

    fn send_rows(
        &mut self,
        rows: &[u8],
        count: u32,
        body: impl Fn(Chunk) -> Do,
    ) -> Result<(), Problem> {
        let chunk = Chunk { hash: proof::sha256(rows), size: rows.len() as u64, rows: count };
        self.send(body(chunk), Some(rows)).map(drop)
    }

    /// Sends a command; gives how long the rules took, without the signature.
    fn send(&mut self, body: Do, rows: Option<&[u8]>) -> Result<Duration, Problem> {
        let key = key(body.permitted().role().expect("staff runs the bench"));
        let by = key.public();
        let seq = self.state().seq(&by) + 1;
        let id = format!("bench-{}", self.state().entries());
        let command = Command { plan: NAME.to_owned(), by, seq, id, body };
        let signed = key.sign_command(command).map_err(wrong)?;
        let verified = Signed::parse(signed.bytes()).and_then(Signed::verify).map_err(wrong)?;
        let start = Instant::now();
        match self.machine.submit(self.order, &verified, rows) {
            Ok(Outcome::Done(_)) => Ok(start.elapsed()),
            Ok(Outcome::Already(_)) => Err(wrong("a command was sent twice")),
            Ok(Outcome::Recorded(_, refusal)) | Err(refusal) => Err(wrong(refusal)),
        }
    }
}
