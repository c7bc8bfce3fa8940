//! The members' vote on the end of their plan: nobody at the platform can keep it from being held.
//!
//! A delegate calls it, or as many members as the charter asks for. The finding that it is open is
//! its notice; then it goes like a vote on an amendment: days of notice, sealed votes, openings,
//! and the quorum and majority of amendments. Carried, the plan stops after the charter's notice.

use proof::Digest;
use serde::{Deserialize, Serialize};

use super::{Stage, Trigger};
use crate::ballot::{Ballot, Opening, part_of};
use crate::bytes::Bytes;
use crate::command::Asked;
use crate::day::Day;
use crate::entry::Order;
use crate::finding::{Finding, RunOffFinding};
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::State;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// A vote of the members on the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndVote {
    /// When it was opened; whoever joined later has no vote.
    pub opened: Day,
    /// When voting begins, in milliseconds since 1970-01-01 UTC.
    pub vote_from: i64,
    /// Members when it was opened: the quorum counts these.
    pub eligible: u64,
    /// Their votes.
    pub ballot: Ballot,
    /// What came of it, once counted.
    pub carried: Option<bool>,
}

impl EndVote {
    /// The question on which members vote.
    #[must_use]
    pub fn question(number: u32) -> String {
        format!("end of the plan, vote {number}")
    }
}

impl State {
    /// Asks for a vote on the end. A delegate opens it alone; of members it takes the charter's
    /// part.
    pub(crate) fn call_vote(&mut self, asked: Asked<'_>) -> Result<Vec<Finding>, Refusal> {
        if self.run_off.stage >= Stage::Noticed {
            return Err(Refusal::run_off("E-RUN-OFF-STATE", "The plan is ending already."));
        }
        if self.run_off.open_vote().is_some() {
            return Err(Refusal::run_off("E-RUN-OFF-VOTE-BUSY", "A vote on the end is under way."));
        }
        let eligible: u64 = self.roll.sharers().iter().sum();
        if let Some(member) = asked.member {
            let needed = part_of(eligible, self.charter()?.run_off.vote_called_by);
            self.votes_on_end(member, asked.order.day)?;
            if !self.run_off.calls.insert(member) {
                let why = format!("Member {member} has asked for it already.");
                return Err(Refusal::run_off("E-RUN-OFF-TWICE", why));
            }
            let calls = self.run_off.calls.len() as u64;
            if calls < needed {
                return Ok(vec![Finding::RunOff(RunOffFinding::Called { calls, needed })]);
            }
        }
        self.begin_vote(asked.order, eligible)
    }

    fn begin_vote(&mut self, order: Order, eligible: u64) -> Result<Vec<Finding>, Refusal> {
        let clause = &self.charter()?.amendment;
        let days = |days: i32| DAY.saturating_mul(i64::from(days));
        let vote_from = order.at.saturating_add(days(clause.notice_days));
        let vote_until = vote_from.saturating_add(days(clause.vote_days));
        let open_until = vote_until.saturating_add(days(clause.open_days));
        let vote = self.run_off.votes.len() as u32;
        let ballot = Ballot::new(EndVote::question(vote), vote_until, open_until);
        let (opened, carried) = (order.day, None);
        self.run_off.votes.push(EndVote { opened, vote_from, eligible, ballot, carried });
        self.run_off.calls.clear();
        Ok(vec![Finding::RunOff(RunOffFinding::VoteOpened {
            vote,
            eligible,
            vote_from,
            vote_until,
            open_until,
        })])
    }

    /// Refuses whoever was no member on a day.
    fn votes_on_end(&self, member: u32, since: Day) -> Result<(), Refusal> {
        let row = self.roll.get(member).filter(|row| row.standing == Standing::Active);
        if row.is_some_and(|row| row.joined <= since) {
            return Ok(());
        }
        let why = format!("Member {member} was no member when the vote was opened.");
        Err(Refusal::run_off("E-RUN-OFF-VOTER", why))
    }

    /// A member commits a vote.
    pub(crate) fn commit_on_end(
        &mut self,
        asked: Asked<'_>,
        commitment: Digest,
        copies: &[Bytes],
    ) -> Result<Vec<Finding>, Refusal> {
        let (member, at) = (asked.own()?, asked.order.at);
        let openers = self.charter()?.jury.hearing.openers.len();
        let (since, from) = self.voting_on_end().map(|vote| (vote.opened, vote.vote_from))?;
        self.votes_on_end(member, since)?;
        if at < from {
            let why = "The days of notice are not over.";
            return Err(Refusal::run_off("E-RUN-OFF-VOTE-EARLY", why));
        }
        self.voting_on_end()?.ballot.commit(at, member, commitment, copies, openers)?;
        Ok(Vec::new())
    }

    /// A vote is opened: by its member, or by an institution when the member has left it closed.
    pub(crate) fn open_on_end(
        &mut self,
        asked: Asked<'_>,
        member: u32,
        opening: &Opening,
    ) -> Result<Vec<Finding>, Refusal> {
        let (plan, by_institution) = self.opens_vote(asked, member)?;
        let ballot = &mut self.voting_on_end()?.ballot;
        ballot.open(asked.order.at, &plan, member, opening, by_institution)?;
        Ok(Vec::new())
    }

    /// Counts the votes once nothing more is taken. Anybody may press on: the count follows from
    /// the log.
    pub(crate) fn count_on_end(&mut self, asked: Asked<'_>) -> Result<Vec<Finding>, Refusal> {
        let charter = self.charter()?;
        let (quorum, majority) = (charter.amendment.quorum, charter.amendment.majority);
        let stop = asked.order.day.plus_days(charter.run_off.notice_days);
        let vote = self.voting_on_end()?;
        if !vote.ballot.is_over(asked.order.at) {
            let why = "Votes can still be committed or opened.";
            return Err(Refusal::run_off("E-RUN-OFF-VOTE-EARLY", why));
        }
        let (count, eligible) = (vote.ballot.count(), vote.eligible);
        let (needed, carried) = count.carries(eligible, quorum, majority);
        vote.carried = Some(carried);
        let mut findings = vec![Finding::RunOff(RunOffFinding::VoteCounted {
            vote: self.run_off.votes.len() as u32 - 1,
            eligible,
            needed,
            commitments: count.commitments,
            votes_for: count.votes_for,
            votes_against: count.votes_against,
            closed: count.closed.len() as u32,
            carried,
        })];
        // If something else has begun the end meanwhile, its day stands.
        if carried && self.run_off.stage < Stage::Noticed {
            findings.extend(self.begin_end(Trigger::Vote, stop)?);
        }
        Ok(findings)
    }

    fn voting_on_end(&mut self) -> Result<&mut EndVote, Refusal> {
        let open = self.run_off.votes.last_mut().filter(|vote| vote.carried.is_none());
        open.ok_or_else(|| {
            let why = "No vote on the end is under way.";
            Refusal::run_off("E-RUN-OFF-VOTE-NONE", why)
        })
    }
}

impl super::RunOff {
    /// The vote on the end that is under way, with its number.
    #[must_use]
    pub fn open_vote(&self) -> Option<(u32, &EndVote)> {
        let last = self.votes.last().filter(|vote| vote.carried.is_none())?;
        Some((self.votes.len() as u32 - 1, last))
    }
}
