//! Hearings in a world: objections, draws, votes, each by the keys of those who act.

use proof::Digest;
use rules::Refusal;
use rules::ballot::{Choice, Opening, purpose};
use rules::bytes::Bytes;
use rules::charter::Role;
use rules::command::{CaseCommand, Do, JuryCommand};
use rules::finding::Finding;
use rules::jury::Stage;

use crate::history::History;
use crate::world::World;

type Concluded = Result<Vec<Finding>, Refusal>;

impl World {
    /// Lets a member join the jury roll; test charters ask no questions.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn qualify(&mut self, member: u32) -> Concluded {
        self.send_by(member, Do::Jury(JuryCommand::Qualify { answers: Vec::new() }))
    }

    /// Lets a member object to a case.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn object(&mut self, member: u32, case: u32) -> Concluded {
        let reason = proof::sha256(b"a reason");
        self.send_by(member, Do::Case(CaseCommand::Object { case, reason }))
    }

    /// Lets the applicant appeal.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn appeal(&mut self, case: u32) -> Concluded {
        let reason = proof::sha256(b"a reason");
        self.send(Do::Case(CaseCommand::Appeal { case, reason }))
    }

    /// Seals the roll of a hearing, a day after it began: the applicant gives no nonce.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn seal_roll(&mut self, case: u32) -> Concluded {
        self.pass_hours(24);
        self.send(Do::Jury(JuryCommand::Draw { case }))
    }

    /// Lets a party answer the draw of a case.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn answer(&mut self, role: Role, case: u32) -> Concluded {
        let plan = self.state().founded().map_or("", |founded| founded.plan.as_str());
        let input = self.state().jury(case).and_then(|jury| jury.draw.input(plan).ok());
        let proof = self.keys().lots(role).prove(&input.unwrap_or_default());
        self.send_as(role, Do::Jury(JuryCommand::Answer { case, proof: Bytes(proof.to_vec()) }))
    }

    /// Draws a panel for a case that was objected to; both parties answer.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn draw_panel(&mut self, case: u32) -> Result<Vec<u32>, Refusal> {
        self.seal_roll(case)?;
        for role in [Role::Operator, Role::Custodian] {
            self.answer(role, case)?;
        }
        Ok(self.panel(case))
    }

    /// Who sits on the panel of a case.
    #[must_use]
    pub fn panel(&self, case: u32) -> Vec<u32> {
        self.state().jury(case).map(|jury| jury.panel.clone()).unwrap_or_default()
    }

    /// What opens the vote of a member of this test.
    #[must_use]
    pub fn opening(member: u32, choice: Choice) -> Opening {
        let salt = Bytes(proof::sha256(&member.to_le_bytes()).0.to_vec());
        Opening { choice, reason: format!("member {member} has read the card"), salt }
    }

    /// A vote as it is committed: the commitment and the sealed copies.
    ///
    /// # Panics
    /// When there is no ballot on the case.
    #[must_use]
    pub fn sealed_vote(&self, case: u32, member: u32, choice: Choice) -> (Digest, Vec<Bytes>) {
        let ballot = self.state().jury(case).and_then(|jury| jury.ballot.as_ref());
        let subject = ballot.expect("a panel votes").subject.clone();
        self.sealed_on(&subject, member, choice)
    }

    /// The same on any question, by its name in the log.
    ///
    /// # Panics
    /// When the charter has no keys for copies.
    #[must_use]
    pub fn sealed_on(&self, subject: &str, member: u32, choice: Choice) -> (Digest, Vec<Bytes>) {
        let founded = self.state().founded().expect("the world is founded");
        let opening = Self::opening(member, choice);
        let purpose = purpose(&founded.plan, subject, member);
        let text = opening.to_bytes().expect("the test's reasons are short");
        let openers = founded.charter.jury.hearing.openers.iter();
        let copies = openers.map(|opener| {
            let key = opener.key.expect("a filled charter").0;
            let random = proof::sha256(&[&purpose[..], &key[..]].concat()).0;
            Bytes(secret::seal(&key, &purpose, &text, random).expect("the key is one"))
        });
        (opening.commitment(&founded.plan, subject, member), copies.collect())
    }

    /// Commits the vote of a member.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn commit_vote(&mut self, case: u32, member: u32, choice: Choice) -> Concluded {
        let (commitment, copies) = self.sealed_vote(case, member, choice);
        self.send_by(member, Do::Jury(JuryCommand::Commit { case, commitment, copies }))
    }

    /// Opens the vote of a member.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn open_vote(&mut self, case: u32, member: u32, choice: Choice) -> Concluded {
        let opening = Self::opening(member, choice);
        self.send_by(member, Do::Jury(JuryCommand::Open { case, opening }))
    }

    /// Counts the votes on a case.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn close_hearing(&mut self, case: u32) -> Concluded {
        self.send(Do::Jury(JuryCommand::Close { case }))
    }

    /// Commits and opens the votes of the first of a panel, and counts.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn vote(&mut self, case: u32, choices: &[Choice]) -> Concluded {
        let panel = self.panel(case);
        for (member, choice) in panel.iter().zip(choices) {
            self.commit_vote(case, *member, *choice)?;
        }
        self.pass_hours(24);
        for (member, choice) in panel.iter().zip(choices) {
            self.open_vote(case, *member, *choice)?;
        }
        self.close_hearing(case)
    }
}

impl History {
    /// Somebody qualifies or objects, or a hearing takes its next step.
    pub(crate) fn dispute(&mut self) -> Concluded {
        let member = self.member();
        let heard = self.world.state().juries().iter().rfind(|jury| jury.stage != Stage::Decided);
        let Some(jury) = heard.cloned() else {
            return match self.chooser.below(3) {
                0 => self.world.qualify(member),
                1 => {
                    let refused = self.case_that(|s| s == rules::case::Status::Refused);
                    self.world.appeal(refused.unwrap_or(0))
                }
                _ => {
                    let public = self.case_that(|s| s == rules::case::Status::Published);
                    self.world.object(member, public.unwrap_or(0))
                }
            };
        };
        let case = jury.case;
        if jury.draw.sealed.is_none() {
            return self.world.seal_roll(case);
        }
        if jury.stage == Stage::Drawing {
            let silent = jury.draw.roles(false);
            if self.chooser.chance(20) {
                self.world.pass_hours(24);
                return self.world.send(Do::Jury(JuryCommand::Seat { case }));
            }
            let role = self.chooser.pick_any(&silent).unwrap_or(Role::Operator);
            return self.world.answer(role, case);
        }
        let voted = |member: &u32| {
            jury.ballot.as_ref().is_some_and(|ballot| ballot.votes.contains_key(member))
        };
        let choice =
            |member: u32| if member.is_multiple_of(3) { Choice::Against } else { Choice::For };
        let waiting = jury.panel.iter().copied().find(|member| !voted(member));
        match waiting.filter(|_| self.chooser.chance(85)) {
            Some(juror) => self.world.commit_vote(case, juror, choice(juror)),
            None => {
                self.world.pass_hours(if self.chooser.chance(50) { 24 } else { 48 });
                for juror in jury.panel.into_iter().filter(voted) {
                    let _early_or_late = self.world.open_vote(case, juror, choice(juror));
                }
                self.world.close_hearing(case)
            }
        }
    }
}
