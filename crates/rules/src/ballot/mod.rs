//! Sealed votes, whoever votes and on what: a commit phase, then an opening phase.
//!
//! Who votes sends a commitment to choice, reason and salt, and with it copies of the opening,
//! each sealed for one institution. When the commit phase is over, the voters open, and the
//! institutions open what was left closed; so nobody can withhold a vote on seeing the others,
//! and nobody counts before the end. A vote is given once and never taken back. Whoever uses a
//! ballot says who may vote and what the count means.

mod opening;

use std::collections::BTreeMap;

use proof::Digest;
use serde::{Deserialize, Serialize};

pub use opening::{COPY_BYTES, OPENING_BYTES, Opening, OpeningError, REASON_BYTES_MAX, purpose};

use crate::bytes::Bytes;
use crate::refusal::Refusal;

/// What a vote says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// For what is asked.
    For,
    /// Against it.
    Against,
}

/// Where a ballot stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Votes are committed.
    Commit,
    /// Votes are opened.
    Opening,
    /// Nothing more is taken.
    Over,
}

/// A vote as it was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// What it says.
    pub choice: Choice,
    /// Why, in the voter's words.
    pub reason: String,
    /// Whether an institution opened it because the voter had not.
    pub by_institution: bool,
}

/// A vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Fixes it without showing it.
    pub commitment: Digest,
    /// What it says, once opened.
    pub opened: Option<Opened>,
}

/// The votes on one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// The name of the question in the log; a vote on one is none on another.
    pub subject: String,
    /// End of the commit phase, in milliseconds since 1970-01-01 UTC.
    pub commit_until: i64,
    /// End of the opening phase.
    pub open_until: i64,
    /// The vote of each member who has committed one.
    pub votes: BTreeMap<u32, Vote>,
}

/// What a ballot came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Votes committed; a quorum counts these.
    pub commitments: u32,
    /// Opened votes for.
    pub votes_for: u32,
    /// Opened votes against.
    pub votes_against: u32,
    /// Whose votes nobody opened.
    pub closed: Vec<u32>,
}

impl Ballot {
    /// A ballot in which nobody has voted.
    #[must_use]
    pub fn new(subject: String, commit_until: i64, open_until: i64) -> Self {
        Self { subject, commit_until, open_until, votes: BTreeMap::new() }
    }

    /// Where the ballot stands at a time.
    #[must_use]
    pub fn phase(&self, at: i64) -> Phase {
        if at < self.commit_until {
            Phase::Commit
        } else if at < self.open_until {
            Phase::Opening
        } else {
            Phase::Over
        }
    }

    /// Takes a vote of somebody who may vote. `copies` are the opening sealed for `institutions`
    /// institutions, one each.
    ///
    /// # Errors
    /// After the commit phase, a second time, or with other copies.
    pub(crate) fn commit(
        &mut self,
        at: i64,
        voter: u32,
        commitment: Digest,
        copies: &[Bytes],
        institutions: usize,
    ) -> Result<(), Refusal> {
        let refuse = |code, why: String, next| Refusal::vote(code, voter, why, next);
        if self.phase(at) != Phase::Commit {
            let why = "The commit phase is over.".to_owned();
            return Err(refuse("E-VOTE-LATE", why, "Votes are committed before the deadline."));
        }
        if self.votes.contains_key(&voter) {
            let why = "A vote of this member is committed already.".to_owned();
            return Err(refuse("E-VOTE-TWICE", why, "A vote is given once and stands."));
        }
        if copies.len() != institutions || copies.iter().any(|copy| copy.0.len() != COPY_BYTES) {
            let why = format!(
                "It comes with one copy of {COPY_BYTES} bytes for each of {institutions} \
                 institutions."
            );
            return Err(refuse("E-VOTE-COPIES", why, "Seal the opening for each of them."));
        }
        self.votes.insert(voter, Vote { commitment, opened: None });
        Ok(())
    }

    /// Opens a vote.
    ///
    /// # Errors
    /// Outside the opening phase, when there is no closed vote, or when the opening is another's.
    pub(crate) fn open(
        &mut self,
        at: i64,
        plan: &str,
        voter: u32,
        opening: &Opening,
        by_institution: bool,
    ) -> Result<(), Refusal> {
        let refuse = |code, why: String, next| Refusal::vote(code, voter, why, next);
        match self.phase(at) {
            Phase::Commit => {
                let why = "Votes can still be committed.".to_owned();
                let next = "Open it after the commit phase, so that nobody votes on seeing others.";
                return Err(refuse("E-VOTE-EARLY", why, next));
            }
            Phase::Opening => {}
            Phase::Over => {
                let why = "The opening phase is over.".to_owned();
                return Err(refuse("E-VOTE-LATE", why, "The ballot is counted without it."));
            }
        }
        let (commitment, subject) = (opening.commitment(plan, &self.subject, voter), &self.subject);
        let Some(vote) = self.votes.get_mut(&voter) else {
            let why = format!("No vote of this member is committed on {subject}.");
            return Err(refuse("E-VOTE-NONE", why, "Only what was committed can be opened."));
        };
        if vote.opened.is_some() {
            let why = "It is open already.".to_owned();
            return Err(refuse("E-VOTE-OPENED", why, "Nothing is left to do."));
        }
        if vote.commitment != commitment || opening.to_bytes().is_err() {
            let why = "The opening does not belong to the commitment.".to_owned();
            let next = "Open it with the choice, the reason and the salt that were committed.";
            return Err(refuse("E-VOTE-MISMATCH", why, next));
        }
        let (choice, reason) = (opening.choice, opening.reason.clone());
        vote.opened = Some(Opened { choice, reason, by_institution });
        Ok(())
    }

    /// Whether the ballot can be counted: the commit phase is over and every vote is open, or the
    /// opening phase is over too.
    #[must_use]
    pub fn is_over(&self, at: i64) -> bool {
        let all_open = || self.votes.values().all(|vote| vote.opened.is_some());
        match self.phase(at) {
            Phase::Commit => false,
            Phase::Opening => all_open(),
            Phase::Over => true,
        }
    }

    /// The count, to be asked for once the ballot is over.
    #[must_use]
    pub fn count(&self) -> Count {
        let of = |choice| {
            let opened = self.votes.values().filter_map(|vote| vote.opened.as_ref());
            opened.filter(|opened| opened.choice == choice).count() as u32
        };
        let closed = self.votes.iter().filter(|(_, vote)| vote.opened.is_none());
        Count {
            commitments: self.votes.len() as u32,
            votes_for: of(Choice::For),
            votes_against: of(Choice::Against),
            closed: closed.map(|(voter, _)| *voter).collect(),
        }
    }
}

impl Count {
    /// Votes that must be committed of `eligible` for a quorum, and whether the votes carry what
    /// was asked: enough were committed, and more than the part `majority` of the opened are for.
    #[must_use]
    pub fn carries(
        &self,
        eligible: u64,
        quorum: money::Rate,
        majority: money::Rate,
    ) -> (u64, bool) {
        let needed = part_of(eligible, quorum);
        (needed, u64::from(self.commitments) >= needed && self.exceeds(majority))
    }

    /// Whether the votes for are more than the part `majority` of the opened ones.
    #[must_use]
    pub fn exceeds(&self, majority: money::Rate) -> bool {
        let opened = u64::from(self.votes_for) + u64::from(self.votes_against);
        let (needed, whole) = (u64::from(majority.millionths()), 1_000_000);
        u64::from(self.votes_for) * whole > needed * opened
    }
}

/// A part of so many members, rounded up; at least one.
#[must_use]
pub fn part_of(members: u64, part: money::Rate) -> u64 {
    let millions = u128::from(members) * u128::from(part.millionths());
    u64::try_from(millions.div_ceil(1_000_000)).unwrap_or(u64::MAX).max(1)
}

impl Refusal {
    pub(crate) fn vote(
        code: &'static str,
        voter: u32,
        why: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self::new(code, format!("The vote of member {voter} is not taken."), why, next)
    }
}
