//! What a vote is about: the commands and the ballot of each kind of question.

use std::fmt;

use proof::Digest;
use rules::State;
use rules::ballot::{Ballot, Opening};
use rules::bytes::Bytes;
use rules::command::{AmendmentCommand, Do, JuryCommand, RunOffCommand};

use crate::problem::{Kind, Problem};

/// What a vote is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// The case that a panel hears.
    Hearing(u32),
    /// An amendment.
    Amendment(u32),
    /// The end of the plan.
    End,
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hearing(case) => write!(f, "case {case}"),
            Self::Amendment(amendment) => write!(f, "amendment {amendment}"),
            Self::End => write!(f, "the end of the plan"),
        }
    }
}

impl Question {
    /// The votes on it.
    pub fn ballot(self, state: &State) -> Result<&Ballot, Problem> {
        let (ballot, code, look) = match self {
            Self::Hearing(case) => {
                let jury = state.jury(case);
                (jury.and_then(|jury| jury.ballot.as_ref()), "E-JURY-STATE", "jury show")
            }
            Self::Amendment(amendment) => {
                let of = state.amendments().get(amendment as usize);
                (of.and_then(|of| of.ballot.as_ref()), "E-AMENDMENT-STATE", "plan amend show")
            }
            Self::End => {
                let open = state.run_off().open_vote();
                (open.map(|(_, vote)| &vote.ballot), "E-RUN-OFF-VOTE-NONE", "runoff show")
            }
        };
        ballot.ok_or_else(|| {
            let what = format!("Nobody votes on {self}.");
            let why = "It is not before anybody who votes, or not yet, or no longer.";
            let next = format!("Look at it with `huzhu {look}`.");
            Problem::new(Kind::Refused, code, what, why, next)
        })
    }

    /// The command that commits a vote.
    pub fn commit(self, commitment: Digest, copies: Vec<Bytes>) -> Do {
        match self {
            Self::Hearing(case) => JuryCommand::Commit { case, commitment, copies }.into(),
            Self::Amendment(amendment) => {
                AmendmentCommand::Commit { amendment, commitment, copies }.into()
            }
            Self::End => RunOffCommand::Commit { commitment, copies }.into(),
        }
    }

    /// The command by which a member opens a vote.
    pub fn open(self, opening: Opening) -> Do {
        match self {
            Self::Hearing(case) => JuryCommand::Open { case, opening }.into(),
            Self::Amendment(amendment) => AmendmentCommand::Open { amendment, opening }.into(),
            Self::End => RunOffCommand::Open { opening }.into(),
        }
    }

    /// The command by which an institution opens the vote of a member.
    pub fn open_left(self, member: u32, opening: Opening) -> Do {
        match self {
            Self::Hearing(case) => JuryCommand::OpenLeft { case, juror: member, opening }.into(),
            Self::Amendment(amendment) => {
                AmendmentCommand::OpenLeft { amendment, member, opening }.into()
            }
            Self::End => RunOffCommand::OpenLeft { member, opening }.into(),
        }
    }

    /// What a command commits on this question, if it does.
    pub fn committed(self, body: &Do) -> Option<(&Digest, &[Bytes])> {
        match (self, body) {
            (
                Self::Hearing(case),
                Do::Jury(JuryCommand::Commit { case: other, commitment, copies }),
            ) if case == *other => Some((commitment, copies)),
            (
                Self::Amendment(amendment),
                Do::Amendment(AmendmentCommand::Commit { amendment: other, commitment, copies }),
            ) if amendment == *other => Some((commitment, copies)),
            // A commitment to another vote on the end is none of this one's.
            (Self::End, Do::RunOff(RunOffCommand::Commit { commitment, copies })) => {
                Some((commitment, copies))
            }
            _ => None,
        }
    }
}
