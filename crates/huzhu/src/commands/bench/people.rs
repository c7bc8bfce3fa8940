//! A plan for measurements, and people who join it one by one: all commands signed beforehand.

use node::{PlanTime, SecretKey};
use proof::Digest;
use rules::charter::{Charter, Role};
use rules::command::{Do, MemberCommand, PlanCommand};
use rules::day::Day;
use rules::entry::{Command, Order};
use rules::roll::Identity;

use super::floor::Signature;
use crate::problem::{Kind, Problem};

const CHARTER: &str = include_str!("../../../../../examples/neighbours.toml");
const PLAN: &str = "rehearsal-bench";

/// The plan before anybody has joined.
pub struct People {
    charter: Charter,
    day: Day,
    joined: u64,
}

/// A command in its canonical form, and its signature alone.
pub struct Signed {
    pub bytes: Vec<u8>,
    pub signature: Signature,
}

fn key(role: &str) -> SecretKey {
    SecretKey::from_seed(proof::sha256(format!("huzhu/v1 bench key\n{role}\n").as_bytes()).0)
}

fn wrong(error: impl ToString) -> Problem {
    let what = "The plan of the measurement cannot be founded.";
    let next = "Report this: the plan is part of the program.";
    Problem::new(Kind::Environment, "E-BENCH", what, error.to_string(), next)
}

impl People {
    pub fn new() -> Result<Self, Problem> {
        let mut charter = Charter::from_toml(CHARTER).map_err(wrong)?;
        for roles in &mut charter.roles {
            roles.keys = vec![key(&format!("{:?}", roles.role)).public().to_string()];
        }
        Ok(Self { charter, day: Day::new(2019, 1, 2).map_err(wrong)?, joined: 0 })
    }

    /// The key that signs the checkpoints.
    pub fn node(&self) -> SecretKey {
        key("node")
    }

    /// When everything here takes place.
    pub fn order(&self) -> Result<Order, Problem> {
        let time = PlanTime::new(&self.charter.plan.time_zone)?;
        Ok(Order { at: time.noon(self.day)?, day: self.day })
    }

    /// The first command.
    pub fn found(&self) -> Result<Vec<u8>, Problem> {
        let body = Do::Plan(PlanCommand::Found {
            charter: Box::new(self.charter.clone()),
            first_publicity: self.day,
            node: self.node().public(),
        });
        Ok(sign(Role::Operator, 1, body)?.bytes)
    }

    /// So many more people join.
    pub fn join(&mut self, count: u64) -> Result<Vec<Signed>, Problem> {
        let birth = Day::new(1984, 2, 1).map_err(wrong)?.month();
        let signed = (self.joined + 1..=self.joined + count).map(|seq| {
            // Pseudorandom, as those of an attestor are.
            let mut identity = Identity([0; 16]);
            identity.0.copy_from_slice(&proof::sha256(&seq.to_le_bytes()).0[..16]);
            let health = vec![Digest([5; 32]); self.charter.health.questions.len()];
            sign(
                Role::Registrar,
                seq,
                Do::Member(MemberCommand::Enrol {
                    birth,
                    identity,
                    health,
                    assisted: false,
                    payer: None,
                }),
            )
        });
        let signed = signed.collect::<Result<_, _>>()?;
        self.joined += count;
        Ok(signed)
    }
}

fn sign(role: Role, seq: u64, body: Do) -> Result<Signed, Problem> {
    let key = key(&format!("{role:?}"));
    let (plan, by, id) = (PLAN.to_owned(), key.public(), format!("bench-{seq}"));
    let command = Command { plan, by, seq, id, body };
    let message = command.message();
    let signature = key.sign(&message);
    let bytes = command.signed(signature).map_err(wrong)?.bytes().to_vec();
    Ok(Signed { bytes, signature: (by.0, message, signature) })
}
