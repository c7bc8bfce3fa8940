//! What jurors do: step back, commit a vote, open it; and what institutions open in their place.

use proof::Digest;

use super::{Jury, Stage};
use crate::ballot::{Ballot, Opening};
use crate::bytes::Bytes;
use crate::command::{Asked, Permitted};
use crate::draw::hours;
use crate::entry::Order;
use crate::finding::{Finding, JuryFinding};
use crate::refusal::Refusal;
use crate::state::State;

impl Jury {
    fn place_of(&self, member: u32) -> Result<usize, Refusal> {
        let place = self.panel.iter().position(|juror| *juror == member);
        place.ok_or_else(|| {
            let why = format!("Member {member} does not sit on the panel.");
            self.refuse("E-JURY-NOT-DRAWN", why, "Only the drawn vote.")
        })
    }

    /// The stratum from which a member was drawn: of the panel the places tell, of those who came
    /// later their own place in it, since a replacement takes the place of whom it replaces.
    fn stratum_at(&self, place: usize) -> usize {
        let mut end = 0;
        let strata = self.drawn.places.iter().position(|places| {
            end += *places as usize;
            place < end
        });
        strata.unwrap_or(0)
    }
}

impl State {
    /// A juror steps back in the first half of the hours to vote; the next takes the place.
    pub(crate) fn recuse(
        &mut self,
        order: Order,
        member: u32,
        case: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        let (number, jury) = self.hearing(case, Stage::Voting)?;
        let place = jury.place_of(member)?;
        let half = hours(self.charter()?.jury.hours) / 2;
        let voted = jury.ballot.as_ref().is_some_and(|b| b.votes.contains_key(&member));
        if voted || order.at >= jury.seated.saturating_add(half) {
            let why = "A vote is committed, or half of the hours to vote are over.";
            return Err(jury.refuse(
                "E-JURY-RECUSAL",
                why,
                "Whoever does not vote is not counted.",
            ));
        }
        let stratum = jury.stratum_at(place);
        let took = self.next_juror(number, stratum);
        let panel = &mut self.juries.change(number).panel;
        match took {
            Some(took) => panel[place] = took,
            // The place stays with whom it was drawn for, so that the strata stay where they are;
            // nobody follows, and the quorum does not become smaller.
            None => {
                let why = "Nobody is left who could take the place.";
                let jury = self.juries.change(number);
                return Err(jury.refuse("E-JURY-RECUSAL", why, "Do not vote: nobody must."));
            }
        }
        Ok(vec![Finding::Jury(JuryFinding::Replaced { case, left: member, took })])
    }

    pub(crate) fn commit_vote(
        &mut self,
        order: Order,
        member: u32,
        case: u32,
        (commitment, copies): (Digest, &[Bytes]),
    ) -> Result<Vec<Finding>, Refusal> {
        let (number, jury) = self.hearing(case, Stage::Voting)?;
        jury.place_of(member)?;
        let institutions = self.charter()?.jury.hearing.openers.len();
        let ballot = self.ballot_of(number)?;
        ballot.commit(order.at, member, commitment, copies, institutions)?;
        Ok(Vec::new())
    }

    /// Whether whoever asks may open the vote of a voter: the voter, or, for one that is left
    /// closed, whoever fills a role of the charter's institutions that open such votes. Gives the
    /// plan, which every commitment names, and whether an institution opens it.
    pub(crate) fn opens_vote(
        &self,
        asked: Asked<'_>,
        voter: u32,
    ) -> Result<(String, bool), Refusal> {
        let by_institution = asked.member.is_none();
        let openers = &self.charter()?.jury.hearing.openers;
        let fills = |role| self.fills(asked.by, Permitted::Role(role)).is_ok();
        if by_institution && !openers.iter().any(|opener| fills(opener.role)) {
            let why = "This key fills no role that opens votes left closed.";
            let next = "Let one of the charter's `jury.hearing.openers` sign.";
            return Err(Refusal::vote("E-VOTE-OPENER", voter, why, next));
        }
        asked.about(voter)?;
        let plan = self.founded.as_ref().map_or("", |founded| founded.plan.as_str());
        Ok((plan.to_owned(), by_institution))
    }

    /// A juror's vote is opened: by the juror, or by an institution when it was left closed.
    pub(crate) fn open_on_hearing(
        &mut self,
        asked: Asked<'_>,
        case: u32,
        juror: u32,
        opening: &Opening,
    ) -> Result<Vec<Finding>, Refusal> {
        let (plan, by_institution) = self.opens_vote(asked, juror)?;
        let (number, jury) = self.hearing(case, Stage::Voting)?;
        jury.place_of(juror)?;
        self.ballot_of(number)?.open(asked.order.at, &plan, juror, opening, by_institution)?;
        Ok(Vec::new())
    }

    fn ballot_of(&mut self, number: u32) -> Result<&mut Ballot, Refusal> {
        let jury = self.juries.change(number);
        let missing = jury.refuse("E-JURY-STATE", "No panel votes.", "Draw one first.");
        jury.ballot.as_mut().ok_or(missing)
    }
}
