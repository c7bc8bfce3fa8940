//! Sealed answers that are opened, and paid cases that are reopened, answered and decided.

use money::Amount;
use proof::Digest;
use rules::Refusal;
use rules::case::{Reason, Status as CaseStatus, Verdict};
use rules::charter::Role;
use rules::command::{CaseCommand, Do};
use rules::finding::Finding;
use rules::member::{Opening, seal_answer};
use rules::roll::Identity;

use crate::history::History;
use crate::world::World;

type Concluded = Result<Vec<Finding>, Refusal>;

/// What everybody in a test answers to every health question.
pub const ANSWER: &str = "no";

/// The salt of a person's answer to a question; both follow from who it is.
#[must_use]
pub fn salt(person: Identity, question: u32) -> Digest {
    let text = format!("salt of {:?} for question {question}", person.0);
    proof::sha256(text.as_bytes())
}

/// What a person seals at joining, question by question.
#[must_use]
pub fn seals(person: Identity, questions: usize) -> Vec<Digest> {
    let questions = 1..=questions as u32;
    questions.map(|question| seal_answer(&salt(person, question), question, ANSWER)).collect()
}

impl World {
    /// What opens a member's answer to a question, if the member sealed it.
    ///
    /// # Panics
    /// When there is no such member.
    #[must_use]
    pub fn unseal(&self, member: u32, question: u32) -> Opening {
        let person = self.state().roll().get(member).expect("the test names a member").identity;
        Opening { salt: salt(person, question), seals: seals(person, self.questions()) }
    }

    /// How many health questions the charter asks.
    pub(crate) fn questions(&self) -> usize {
        self.state().founded().map_or(0, |founded| founded.charter.health.questions.len())
    }

    /// Proposes to refuse a case for the answer to a health question, opened.
    ///
    /// # Errors
    /// When the rules refuse.
    ///
    /// # Panics
    /// When there is no such case.
    pub fn oppose_on_health(&mut self, case: u32, question: u32) -> Concluded {
        let member = self.state().case(case).expect("the test names a case").member;
        self.review(
            case,
            Verdict::Refuse {
                reason: Reason::HealthDeclaration,
                question: Some(question),
                answer: Some(ANSWER.to_owned()),
                opening: Some(self.unseal(member, question)),
            },
        )
    }

    /// Sends a command under the second key of a role.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn send_as_second(&mut self, role: Role, body: Do) -> Concluded {
        let key = self.keys().second(role);
        let command = self.command(&key, body);
        self.offer(&key, command).map(|(_, findings)| findings)
    }

    /// The second investigator reopens a paid case.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn reopen(&mut self, case: u32) -> Concluded {
        let evidence = proof::sha256(b"a suspicion");
        self.send_as_second(Role::Investigator, Do::Case(CaseCommand::Reopen { case, evidence }))
    }

    /// The applicant of a reopened case answers.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn plead(&mut self, case: u32) -> Concluded {
        let answer = proof::sha256(b"an answer");
        self.send(Do::Case(CaseCommand::Answer { case, answer }))
    }

    /// The second reviewer finds fraud and asks `recover` back.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn find_fraud(&mut self, case: u32, recover: Amount) -> Concluded {
        let body = Do::Case(CaseCommand::FindFraud { case, recover_minor: recover });
        self.send_as_second(Role::Reviewer, body)
    }

    /// The second reviewer finds none.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn clear(&mut self, case: u32) -> Concluded {
        self.send_as_second(Role::Reviewer, Do::Case(CaseCommand::Clear { case }))
    }

    /// Money of a fraud comes back.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn recover(&mut self, case: u32, amount: Amount) -> Concluded {
        self.send(Do::Case(CaseCommand::Recover { case, amount_minor: amount }))
    }
}

impl History {
    /// A step of some paid case: a suspicion, an answer, a decision, money that comes back.
    pub(crate) fn take_inquiry_further(&mut self) -> Concluded {
        let stands =
            |status| matches!(status, CaseStatus::Paid | CaseStatus::Reopened | CaseStatus::Fraud);
        let Some(number) = self.case_that(stands) else {
            return self.take_period_further();
        };
        let case = self.world.state().case(number).expect("a case of the register").clone();
        let received = case.paid.unwrap_or_default().plus(case.netted).unwrap_or_default();
        let mut part = |whole: Amount| {
            let part = if self.chooser.chance(40) {
                whole.minor()
            } else {
                self.chooser.between(0, whole.minor() + 1)
            };
            Amount::from_minor(part).unwrap_or_default()
        };
        match case.status {
            CaseStatus::Paid => {
                let key = if self.chooser.chance(80) {
                    self.world.keys().second(Role::Investigator)
                } else {
                    *self.world.keys().of(Role::Investigator)
                };
                let evidence = proof::sha256(b"a suspicion");
                let body = Do::Case(CaseCommand::Reopen { case: number, evidence });
                let command = self.world.command(&key, body);
                self.world.offer(&key, command).map(|(_, findings)| findings)
            }
            CaseStatus::Reopened => {
                let recover = part(received);
                match self.chooser.below(10) {
                    0..5 => self.world.plead(number),
                    5..9 => self.world.find_fraud(number, recover),
                    _ => self.world.clear(number),
                }
            }
            _ => {
                let inquiry = case.inquiry.expect("a fraud was inquired into");
                let left = inquiry.found.unwrap_or_default().minus(inquiry.recovered);
                let amount = part(left.unwrap_or_default());
                self.world.recover(number, amount)
            }
        }
    }
}
