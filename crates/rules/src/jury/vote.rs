//! What jurors do: step back, commit a vote, open it; and what institutions open in their place.

use proof::Digest;

use super::{Jury, Stage};
use crate::ballot::{Ballot, Opening};
use crate::bytes::Bytes;
use crate::command::Permitted;
use crate::draw::hours;
use crate::entry::Order;
use crate::finding::{Finding, JuryFinding};
use crate::key::Key;
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

    pub(crate) fn open_vote(
        &mut self,
        order: Order,
        member: u32,
        case: u32,
        opening: &Opening,
    ) -> Result<Vec<Finding>, Refusal> {
        self.open_ballot(order, member, case, opening, false)
    }

    /// Whether a key may open what voters left closed: it fills a role of the charter's
    /// institutions that do.
    pub(crate) fn opens_left(&self, by: Key, voter: u32) -> Result<(), Refusal> {
        let openers = &self.charter()?.jury.hearing.openers;
        if openers.iter().any(|opener| self.fills(by, Permitted::Role(opener.role)).is_ok()) {
            return Ok(());
        }
        let why = "This key fills no role that opens votes left closed.";
        let next = "Let one of the charter's `jury.hearing.openers` sign.";
        Err(Refusal::vote("E-VOTE-OPENER", voter, why, next))
    }

    /// An institution opens a vote that its juror left closed.
    pub(crate) fn open_left(
        &mut self,
        order: Order,
        by: Key,
        (case, juror): (u32, u32),
        opening: &Opening,
    ) -> Result<Vec<Finding>, Refusal> {
        self.opens_left(by, juror)?;
        self.open_ballot(order, juror, case, opening, true)
    }

    fn open_ballot(
        &mut self,
        order: Order,
        juror: u32,
        case: u32,
        opening: &Opening,
        by_institution: bool,
    ) -> Result<Vec<Finding>, Refusal> {
        let (number, jury) = self.hearing(case, Stage::Voting)?;
        jury.place_of(juror)?;
        let plan = self.founded.as_ref().map_or("", |founded| founded.plan.as_str()).to_owned();
        self.ballot_of(number)?.open(order.at, &plan, juror, opening, by_institution)?;
        Ok(Vec::new())
    }

    fn ballot_of(&mut self, number: u32) -> Result<&mut Ballot, Refusal> {
        let jury = self.juries.change(number);
        let missing = jury.refuse("E-JURY-STATE", "No panel votes.", "Draw one first.");
        jury.ballot.as_mut().ok_or(missing)
    }
}
