//! The members' vote on an amendment: sealed, with a quorum of members, by the rules of the charter
//! that is in force and not of the one that is proposed.

use proof::Digest;

use super::{Amendment, Status};
use crate::ballot::Opening;
use crate::bytes::Bytes;
use crate::command::Asked;
use crate::finding::{AmendmentFinding, Finding};
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::State;

impl State {
    /// A member commits a vote. Whoever was a member when the notice went out may vote.
    pub(crate) fn commit_on_amendment(
        &mut self,
        asked: Asked<'_>,
        number: u32,
        commitment: Digest,
        copies: &[Bytes],
    ) -> Result<Vec<Finding>, Refusal> {
        let member = asked.own()?;
        let openers = self.charter()?.jury.hearing.openers.len();
        let row = self.roll.get(member).filter(|row| row.standing == Standing::Active);
        let joined = row.map(|row| row.joined);
        let amendment = self.voting(number)?;
        let refuse = |code, why: String| Err(Refusal::amendment(code, number, why));
        if joined.is_none_or(|joined| amendment.noticed.is_none_or(|noticed| joined > noticed)) {
            let why = format!("Member {member} was no member when the notice went out.");
            return refuse("E-AMENDMENT-VOTER", why);
        }
        if asked.order.at < amendment.vote_from {
            let why = "The days of notice are not over.".to_owned();
            return refuse("E-AMENDMENT-EARLY", why);
        }
        let ballot = amendment.ballot.as_mut().expect("a noticed amendment has a ballot");
        ballot.commit(asked.order.at, member, commitment, copies, openers)?;
        Ok(Vec::new())
    }

    /// A vote is opened: by its member, or by an institution when the member has left it closed.
    pub(crate) fn open_on_amendment(
        &mut self,
        asked: Asked<'_>,
        number: u32,
        member: u32,
        opening: &Opening,
    ) -> Result<Vec<Finding>, Refusal> {
        let (plan, by_institution) = self.opens_vote(asked, member)?;
        let ballot = self.voting(number)?.ballot.as_mut();
        let ballot = ballot.expect("a noticed amendment has a ballot");
        ballot.open(asked.order.at, &plan, member, opening, by_institution)?;
        Ok(Vec::new())
    }

    /// Counts the votes once nothing more is taken. Anybody may press on: the count follows from
    /// the log.
    pub(crate) fn count_amendment(
        &mut self,
        asked: Asked<'_>,
        number: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        let clause = self.charter()?.amendment.clone();
        let amendment = self.voting(number)?;
        let ballot = amendment.ballot.as_ref().expect("a noticed amendment has a ballot");
        if !ballot.is_over(asked.order.at) {
            let why = "Votes can still be committed or opened.";
            return Err(Refusal::amendment("E-AMENDMENT-EARLY", number, why));
        }
        let count = ballot.count();
        let (needed, adopted) = count.carries(amendment.eligible, clause.quorum, clause.majority);
        amendment.step(number, if adopted { Status::Adopted } else { Status::Rejected })?;
        let finding = AmendmentFinding::Counted {
            amendment: number,
            eligible: amendment.eligible,
            needed,
            commitments: count.commitments,
            votes_for: count.votes_for,
            votes_against: count.votes_against,
            closed: count.closed.len() as u32,
            adopted,
        };
        Ok(vec![Finding::Amendment(finding)])
    }

    fn voting(&mut self, number: u32) -> Result<&mut Amendment, Refusal> {
        let amendment = self.amendment_mut(number)?;
        if amendment.status == Status::Noticed {
            return Ok(amendment);
        }
        let why = format!("It is {:?}: nobody votes on it.", amendment.status);
        Err(Refusal::amendment("E-AMENDMENT-STATE", number, why))
    }
}
