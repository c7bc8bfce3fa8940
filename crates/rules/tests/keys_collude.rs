//! Fear: some of the staff put their keys together and, short of all that the charter asks for,
//! decide a case, move money or make themselves more keys.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rules::Refusal;
use rules::case::{Reason, Status, Verdict};
use rules::charter::{Account, Cause, Role};
use rules::command::{
    CaseCommand, Do, MemberList, NoticeCommand, PayoutCommand, PeriodCommand, RoleCommand,
};
use rules::finding::{Finding, RoleFinding};
use rules::notice::About;
use rules::period::Status as PeriodStatus;
use testkit::{Chooser, Keys, SigningKey, World, charters, replay, seeds};

/// What colluders try: enough to go all the way when they have every key that it takes.
const MOVES: usize = 700;

/// Those whose keys are at hand, and the keys that they would like to have appointed.
struct Colluders {
    world: World,
    chooser: Chooser,
    roles: Vec<Role>,
    keys: Vec<SigningKey>,
    fresh: Vec<SigningKey>,
    held: Vec<u64>,
}

/// A plan in which case 0 is approved and its money collected and not paid, and case 1 is filed.
fn world(seed: u64) -> World {
    let mut world = World::found(seed, &charters::village());
    world.enrol_people(0..30, "1990-05".parse().unwrap()).unwrap();
    world.pass(60);
    let diagnosed = world.day().plus_days(-3);
    world.bring_case(3, diagnosed, 200_000).unwrap();
    let period = world.state().case(0).unwrap().period.unwrap();
    for number in 0..=period {
        world.publish_and_close(number).unwrap();
        world.collect(number, &[]).unwrap();
    }
    let diagnosed = world.day().plus_days(-3);
    world.file(4, diagnosed).unwrap();
    world
}

impl Colluders {
    fn new(seed: u64) -> Self {
        let mut chooser = Chooser::new(seed);
        let roles: Vec<Role> = Role::REQUIRED.into_iter().filter(|_| chooser.chance(65)).collect();
        let world = world(seed);
        let keys = roles.iter().map(|role| *world.keys().of(*role)).collect();
        let fresh = (0..3).map(|number| world.keys().of_member(500 + number)).collect();
        Self { world, chooser, roles, keys, fresh, held: Vec::new() }
    }

    fn have(&self, needed: &[Role]) -> bool {
        needed.iter().all(|role| self.roles.contains(role))
    }

    /// Whatever they think of, under any key they have.
    fn try_something(&mut self) -> Result<Vec<Finding>, Refusal> {
        if self.chooser.chance(10) {
            let days = self.chooser.between(1, 9) as i32;
            self.world.pass(days);
        }
        let body = self.something();
        let key = if self.chooser.chance(15) {
            *self.chooser.pick(&self.fresh)
        } else if let (Some(role), true) = (body.permitted().role(), self.chooser.chance(85)) {
            match self.roles.iter().position(|other| *other == role) {
                Some(place) => self.keys[place],
                None => *self.chooser.pick(&self.fresh),
            }
        } else {
            self.chooser.pick_any(&self.keys).unwrap_or(self.fresh[0])
        };
        let command = self.world.command(&key, body);
        let findings = self.world.offer(&key, command)?.1;
        for finding in &findings {
            if let Finding::Role(RoleFinding::Held { entry, .. }) = finding {
                self.held.push(*entry);
            }
        }
        Ok(findings)
    }

    /// The first period whose step is due, or any.
    fn some_period(&mut self) -> u32 {
        let state = self.world.state();
        let open = state.open_period();
        let unsettled = |wanted: PeriodStatus| {
            let periods = state.periods().iter();
            periods.clone().position(|period| period.status == wanted).map(|place| place as u32)
        };
        let due = [unsettled(PeriodStatus::Charged), unsettled(PeriodStatus::Published)];
        let due = due[self.chooser.below(2) as usize].unwrap_or(open);
        if self.chooser.chance(60) { due } else { self.chooser.below(u64::from(open) + 1) as u32 }
    }

    fn something(&mut self) -> Do {
        let case = if self.chooser.chance(85) { 1 } else { 0 };
        let open = self.world.state().open_period();
        let period = self.some_period();
        let state = self.world.state();
        let amount = money::Amount::from_minor(*self.chooser.pick(&[1, 90_000, 300_000]));
        let amount = amount.unwrap();
        let paper = proof::sha256(b"a document");
        match self.chooser.below(14) {
            0..2 => Do::Case(CaseCommand::Investigate {
                case,
                born: "1990-05-15".parse().unwrap(),
                diagnosed: state.case(1).unwrap().diagnosed,
                assessed_minor: amount,
                report: paper,
            }),
            2 => Do::Case(CaseCommand::Review {
                case,
                verdict: Verdict::Approve { decided_minor: amount },
            }),
            3 => Do::Case(CaseCommand::Review {
                case,
                verdict: Verdict::Refuse {
                    reason: Reason::Evidence,
                    question: None,
                    answer: None,
                    opening: None,
                },
            }),
            4 => Do::Case(CaseCommand::Publish { case, card: paper }),
            5 => Do::Period(PeriodCommand::Publish { period: open }),
            6 => Do::Notice(NoticeCommand::Record {
                period,
                about: About::Charge,
                unreached: MemberList::Here(Vec::new()),
            }),
            7 => Do::Period(PeriodCommand::Close { period }),
            8 => Do::Period(PeriodCommand::Collect {
                period,
                failed: MemberList::Here(Vec::new()),
                sponsor_minor: money::Amount::ZERO,
            }),
            9 => Do::Payout(PayoutCommand::Order { period }),
            10 => {
                let cases = vec![self.chooser.below(2) as u32];
                Do::Payout(PayoutCommand::Confirm { period, cases, refunds: Vec::new() })
            }
            11 => match self.chooser.below(2) {
                0 => Do::Payout(PayoutCommand::DrawFee { period }),
                _ => Do::Case(CaseCommand::File {
                    member: self.chooser.below(30) as u32,
                    cause: Cause::Accident,
                    severity: "severe".to_owned(),
                    diagnosed: state.day(),
                    asked_minor: amount,
                    evidence: Vec::new(),
                }),
            },
            12 => {
                let key = Keys::name(self.chooser.pick(&self.fresh));
                let role = *self.chooser.pick(&Role::REQUIRED);
                Do::Role(RoleCommand::Appoint { role, key })
            }
            _ => {
                let entry = self.chooser.pick_any(&self.held).unwrap_or(3);
                Do::Role(RoleCommand::Second { entry })
            }
        }
    }

    /// What they have brought about, against what it takes.
    fn judge(&self, seed: u64, custody: i64) -> [bool; 3] {
        let state = self.world.state();
        let place = format!("seed {seed}, colluders {:?}", self.roles);
        let more = self.fresh.iter().any(|key| state.duties_of(&Keys::name(key)).is_some());
        let key_makers = self.have(&[Role::Operator, Role::Custodian]);
        assert!(!more || key_makers, "they made themselves keys; {place}");
        let decided = |case: &rules::case::Case| {
            !matches!(
                case.status,
                Status::Filed
                    | Status::Investigated
                    | Status::Reviewed
                    | Status::Published
                    | Status::Withdrawn
            )
        };
        let decided = state.cases().iter().skip(1).any(decided);
        let judges = [Role::Investigator, Role::Reviewer, Role::Operator];
        assert!(!decided || key_makers || self.have(&judges), "they decided a case; {place}");
        let paid = state.case(0).unwrap().paid.is_some();
        let left = state.books().balance(Account::Custody).minor() < custody;
        let payers = [Role::Treasurer, Role::Custodian];
        let may = key_makers || self.have(&payers);
        assert!(!paid && !left || may, "they moved money; {place}");
        [more, decided, paid]
    }
}

#[test]
fn no_set_of_keys_short_of_the_charters_decides_pays_or_makes_keys() {
    let (mut brought_about, mut sets, mut short) = ([0; 3], 0, 0);
    for seed in seeds(1, 32) {
        let mut colluders = Colluders::new(seed);
        let custody = colluders.world.state().books().balance(Account::Custody).minor();
        for _ in 0..MOVES {
            let _ = colluders.try_something();
            colluders.judge(seed, custody);
        }
        let done = colluders.judge(seed, custody);
        brought_about.iter_mut().zip(done).for_each(|(count, done)| *count += u32::from(done));
        sets += 1;
        short += u32::from(done == [false; 3]);
        let world = &colluders.world;
        let replayed = replay(world.log(), world.chunks()).unwrap();
        assert_eq!(replayed.state().digest(), world.state().digest(), "seed {seed}");
    }
    println!("{sets} sets; keys, cases, money: {brought_about:?}; nothing: {short}");
    // Colluders who can do nothing at all would show nothing.
    assert!(sets == 1 || brought_about.iter().all(|count| *count > 2) && short > 2);
}
