//! What the rules conclude about the end of the plan.

use money::Amount;
use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::charter::Account;
use crate::day::Day;
use crate::run_off::{Stage, Trigger};

/// An account as the final account shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// The account.
    pub account: Account,
    /// What it holds, on its natural side.
    pub balance_minor: Amount,
    /// `zero`, or why it is not.
    pub why: String,
}

/// What the rules conclude about the end of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum RunOffFinding {
    /// The plan stands elsewhere than the last finding told.
    #[serde(rename = "finding.run-off.stage")]
    Stage {
        /// Where it stood.
        before: Stage,
        /// Where it stands.
        stage: Stage,
        /// What began the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trigger: Option<Trigger>,
        /// The first day whose diagnoses are not covered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stop: Option<Day>,
    },
    /// The members' delegates act in the place of a silent operator.
    #[serde(rename = "finding.run-off.taken-over")]
    TakenOver {
        /// The day on which the operator last signed.
        since: Day,
        /// Delegates who declared it.
        declared: u32,
    },
    /// Members ask for a vote on the end, and are too few so far.
    #[serde(rename = "finding.run-off.called")]
    Called {
        /// Members who ask for it.
        calls: u64,
        /// Members who open it.
        needed: u64,
    },
    /// A vote of the members on the end is open.
    #[serde(rename = "finding.run-off.vote-opened")]
    VoteOpened {
        /// Its number.
        vote: u32,
        /// Members who may vote.
        eligible: u64,
        /// When voting begins, in milliseconds since 1970-01-01 UTC.
        vote_from: i64,
        /// When voting ends and opening begins.
        vote_until: i64,
        /// When opening ends.
        open_until: i64,
    },
    /// The votes on the end are counted.
    #[serde(rename = "finding.run-off.vote-counted")]
    VoteCounted {
        /// Its number.
        vote: u32,
        /// Members who might vote.
        eligible: u64,
        /// Votes needed for a quorum.
        needed: u64,
        /// Votes committed.
        commitments: u32,
        /// Votes for the end.
        votes_for: u32,
        /// Votes against it.
        votes_against: u32,
        /// Votes that nobody has opened.
        closed: u32,
        /// Whether the plan ends.
        carried: bool,
    },
    /// The roll is frozen.
    #[serde(rename = "finding.run-off.frozen")]
    Frozen {
        /// Members whose membership goes on.
        members: u64,
        /// SHA-256 of the digests of the roll's parts.
        digest: Digest,
        /// The last day on which any case may be filed.
        until: Day,
    },
    /// What is there is divided among the sick.
    #[serde(rename = "finding.run-off.instalment")]
    Instalment {
        /// Whether it is the last.
        last: bool,
        /// What is there, what was paid before included.
        assets_minor: Amount,
        /// Approved aid.
        approved_minor: Amount,
        /// Cases that are being decided.
        pending_minor: Amount,
        /// Estimated for what is not reported.
        incurred_minor: Amount,
        /// The part of every approved aid that has been ordered with it, in millionths.
        part_millionths: u32,
        /// Cases to be paid now.
        cases: u32,
        /// What they are paid now.
        total_minor: Amount,
        /// What nothing is there for, taken off aid by the last instalment.
        reduced_minor: Amount,
    },
    /// All balances paid in ahead are to be returned.
    #[serde(rename = "finding.run-off.deposits")]
    Deposits {
        /// Members.
        members: u32,
        /// What is to be returned.
        total_minor: Amount,
    },
    /// All shares are to be returned, from the sponsor's money.
    #[serde(rename = "finding.run-off.refunded")]
    Refunded {
        /// Members.
        members: u32,
        /// What is to be returned.
        total_minor: Amount,
    },
    /// What is left is owed to the members.
    #[serde(rename = "finding.run-off.shared")]
    Shared {
        /// What is left.
        total_minor: Amount,
        /// Members of the frozen roll.
        members: u64,
        /// What each gets.
        each_minor: Amount,
        /// What cannot be divided, to the charity that the charter names.
        charity_minor: Amount,
    },
    /// It was paid out.
    #[serde(rename = "finding.run-off.paid-out")]
    SurplusPaid {
        /// What left custody.
        total_minor: Amount,
    },
    /// The final account.
    #[serde(rename = "finding.run-off.final")]
    Final {
        /// Every account that was ever used.
        accounts: Vec<Closing>,
        /// Cases paid.
        paid: u32,
        /// Cases refused.
        refused: u32,
        /// Aid paid in the life of the plan.
        paid_minor: Amount,
    },
}
