//! Who can be drawn: members who passed the quiz before the hearing began, but for those whom the
//! case concerns.
//!
//! The quiz is taken by the member's own key and its right answers stand in the charter, so that
//! nobody can be kept off the roll: a roll that somebody else filled would be a packed panel.

use std::collections::BTreeMap;

use proof::draw::Eligible;

use super::{Ground, Jury};
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::State;

/// Members of staff that one command declares; an entry holds more, and nobody employs so many.
const STAFF_OF_A_COMMAND: usize = 1_000;

impl State {
    pub(crate) fn qualify(
        &mut self,
        member: u32,
        answers: &[u32],
    ) -> Result<Vec<Finding>, Refusal> {
        let what = format!("Member {member} does not pass.");
        self.active(member).map_err(|why| Refusal::membership(&what, why))?;
        if self.jury_roll.holds(member) {
            let why = "The member passed before.";
            return Err(Refusal::new("E-QUIZ-TWICE", what, why, "Nothing is left to do."));
        }
        let jury = &self.charter()?.jury;
        let asked = if jury.quiz { jury.hearing.questions.as_slice() } else { &[] };
        let right = asked.iter().map(|question| question.answer);
        if !right.eq(answers.iter().copied()) {
            let wrong = asked.iter().zip(answers).position(|(q, answer)| q.answer != *answer);
            let why = match wrong {
                Some(index) => format!("Answer {} is not what the charter says.", index + 1),
                None => format!("The quiz has {} questions.", asked.len()),
            };
            let next = "Read the charter and answer again; there is no limit.";
            return Err(Refusal::new("E-QUIZ-WRONG", what, why, next));
        }
        self.jury_roll.add(member);
        Ok(Vec::new())
    }

    /// Declares members who work for the plan: they are never drawn.
    pub(crate) fn declare_staff(&mut self, members: &[u32]) -> Result<Vec<Finding>, Refusal> {
        let unknown = members.iter().find(|member| **member >= self.roll.len());
        if let Some(unknown) = unknown {
            return Err(Refusal::no_member(*unknown));
        }
        if members.len() > STAFF_OF_A_COMMAND {
            let why = format!("A command declares at most {STAFF_OF_A_COMMAND} members.");
            let next = "Send several.";
            return Err(Refusal::new("E-STAFF-MANY", "The staff is not declared.", why, next));
        }
        self.staff.extend(members);
        Ok(Vec::new())
    }

    /// Everybody who must not be drawn for a hearing and on which ground.
    fn excluded(&self, jury: &Jury) -> Result<BTreeMap<u32, Ground>, Refusal> {
        let applicant = self.applicant(jury.case)?;
        let mut excluded = BTreeMap::from([(applicant, Ground::Applicant)]);
        let mut leave_out = |member, ground| {
            excluded.entry(member).or_insert(ground);
        };
        self.roll.household(applicant).for_each(|member| leave_out(member, Ground::Household));
        let earlier = self.juries.all().iter().filter(|other| other.case == jury.case);
        for other in earlier {
            let of = other.objections.iter().map(|objection| objection.member);
            for member in of {
                leave_out(member, Ground::Objector);
                self.roll
                    .household(member)
                    .for_each(|kin| leave_out(kin, Ground::ObjectorsHousehold));
            }
            let sat = other.drawn.panel.iter().chain(&other.panel);
            sat.for_each(|member| leave_out(*member, Ground::EarlierJuror));
        }
        self.staff.iter().for_each(|member| leave_out(*member, Ground::Staff));
        Ok(excluded)
    }

    /// The roll of a hearing as it stands now, by strata of the charter.
    pub(super) fn eligible(&self, jury: &Jury) -> Result<Eligible, Refusal> {
        let excluded = self.excluded(jury)?;
        let ages = &self.charter()?.jury.hearing.strata;
        let mut strata = vec![Vec::new(); ages.len() + 1];
        let month = self.day.month();
        for member in &self.jury_roll.all()[..jury.qualified as usize] {
            let row = self.roll.get(*member);
            let row = row.filter(|row| row.standing == Standing::Active);
            let Some(row) = row.filter(|_| self.actors.key_of(*member).is_some()) else {
                continue;
            };
            if !excluded.contains_key(member) {
                let age = month.age_of(row.birth);
                strata[ages.iter().filter(|first| age >= **first).count()].push(*member);
            }
        }
        strata.iter_mut().for_each(|stratum| stratum.sort_unstable());
        let excluded = excluded.into_iter().map(|(member, ground)| (member, ground as u8));
        Ok(Eligible { strata, excluded: excluded.collect() })
    }
}
