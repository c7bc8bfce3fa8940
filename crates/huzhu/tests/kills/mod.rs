//! A plan's life as rounds of signed commands, for the test that kills the program in the middle
//! of them: everything follows from a seed.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses a part; it may panic")]

use std::collections::BTreeMap;
use std::path::Path;

use node::{KEYS_FOLDER, SecretKey};
use proof::Digest;
use rules::case::Verdict;
use rules::charter::{Cause, Role};
use rules::command::{
    CaseCommand, Do, MemberCommand, MemberList, NoticeCommand, PayoutCommand, PeriodCommand,
};
use rules::day::Day;
use rules::entry::Command;
use rules::notice::About;
use rules::roll::Identity;

/// Numbers that follow from a seed (SplitMix64).
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (number ^ (number >> 31)) % end
    }

    pub fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.below(things.len() as u64) as usize]
    }
}

/// Commands of one day, each with its id.
pub struct Round {
    pub day: Day,
    pub commands: Vec<(String, Vec<u8>)>,
}

/// Signs commands with the keys of a rehearsal's folder, each with its actor's next number.
pub struct Signer {
    plan: String,
    keys: BTreeMap<Role, (SecretKey, u64)>,
    /// Commands signed so far: ids and people are numbered by them.
    pub sent: u64,
}

impl Signer {
    /// The actors of a rehearsal, after what they have sent so far.
    pub fn new(dir: &Path, state: &rules::State) -> Self {
        let mut keys = BTreeMap::new();
        for (role, name) in [
            (Role::Operator, "operator"),
            (Role::Registrar, "registrar"),
            (Role::Investigator, "investigator"),
            (Role::Reviewer, "reviewer"),
            (Role::Treasurer, "treasurer"),
            (Role::Custodian, "custodian"),
        ] {
            let key = SecretKey::read(&dir.join(KEYS_FOLDER), name).unwrap();
            let seq = state.seq(&key.public());
            keys.insert(role, (key, seq));
        }
        Self { plan: state.founded().unwrap().plan.clone(), keys, sent: 0 }
    }

    fn sign(&mut self, body: Do) -> (String, Vec<u8>) {
        let (key, seq) = self.keys.get_mut(&body.permitted().role().unwrap()).unwrap();
        (*seq, self.sent) = (*seq + 1, self.sent + 1);
        let (plan, id) = (self.plan.clone(), format!("round-{}", self.sent));
        let command = Command { plan, by: key.public(), seq: *seq, id: id.clone(), body };
        (id, key.sign_command(command).unwrap().bytes().to_vec())
    }

    /// Somebody joins.
    fn enrol(&mut self) -> (String, Vec<u8>) {
        let mut identity = Identity([9; 16]);
        identity.0[..8].copy_from_slice(&self.sent.to_le_bytes());
        let (birth, health) = ("1984-02".parse().unwrap(), vec![Digest([5; 32])]);
        self.sign(Do::Member(MemberCommand::Enrol {
            birth,
            identity,
            health,
            assisted: false,
            payer: None,
        }))
    }

    fn round(&mut self, day: &str, chance: &mut Chance, steps: Vec<Do>) -> Round {
        let mut commands = Vec::new();
        for step in steps {
            for _ in 0..30 + chance.below(90) {
                commands.push(self.enrol());
            }
            commands.push(self.sign(step));
        }
        Round { day: day.parse().unwrap(), commands }
    }
}

/// Months of birth of the members who fall ill: the first of `examples/ten-members.csv`.
const BORN: [&str; 4] = ["1984-02-12", "1988-11-12", "1991-07-12", "1979-03-12"];

/// Days before publicity, of publicity and of the charge of each period.
const PERIODS: [[&str; 3]; 4] = [
    ["2019-05-04", "2019-05-07", "2019-05-14"],
    ["2019-05-17", "2019-05-21", "2019-05-28"],
    ["2019-06-02", "2019-06-07", "2019-06-14"],
    ["2019-06-16", "2019-06-21", "2019-06-28"],
];

/// Four periods with a case each, from filing to settlement, in a stream of people who join.
pub fn life(signer: &mut Signer, chance: &mut Chance) -> Vec<Round> {
    let amount = |minor: i64| minor.try_into().unwrap();
    let nobody = || MemberList::Here(Vec::new());
    let mut rounds = Vec::new();
    for (number, [before, publicity, charge]) in (0..).zip(PERIODS) {
        let (case, period, severity) = (number, number, "severe".to_owned());
        let diagnosed = "2019-05-02".parse().unwrap();
        let (cause, asked_minor) = (Cause::Illness, amount(200_000));
        let (evidence, member) = (vec![Digest([8; 32])], number);
        let (born, report) = (BORN[number as usize].parse().unwrap(), Digest([6; 32]));
        let verdict = Verdict::Approve { decided_minor: asked_minor };
        let (share_minor, low_minor, high_minor) = (amount(900), amount(0), amount(20_000));
        let filing = vec![
            Do::Case(CaseCommand::File {
                member,
                cause,
                severity,
                diagnosed,
                asked_minor,
                evidence,
            }),
            Do::Case(CaseCommand::Investigate {
                case,
                born,
                diagnosed,
                assessed_minor: asked_minor,
                report,
            }),
            Do::Case(CaseCommand::Review { case, verdict }),
            Do::Case(CaseCommand::Publish { case, card: Digest([9; 32]) }),
            Do::Period(PeriodCommand::Forecast { period, share_minor, low_minor, high_minor }),
        ];
        let settling = vec![
            Do::Period(PeriodCommand::Close { period }),
            Do::Period(PeriodCommand::Collect {
                period,
                failed: nobody(),
                sponsor_minor: amount(0),
            }),
            Do::Payout(PayoutCommand::Order { period }),
            Do::Payout(PayoutCommand::Confirm { period, cases: vec![case], refunds: Vec::new() }),
            Do::Payout(PayoutCommand::DrawFee { period }),
            Do::Period(PeriodCommand::Settle { period }),
        ];
        rounds.push(signer.round(before, chance, filing));
        let notice =
            Do::Notice(NoticeCommand::Record { period, about: About::Charge, unreached: nobody() });
        let publishing = vec![Do::Period(PeriodCommand::Publish { period }), notice];
        rounds.push(signer.round(publicity, chance, publishing));
        rounds.push(signer.round(charge, chance, settling));
    }
    rounds
}
